"""What may be done with a report now, and how far each quotation from it has come."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidInput, NotAllowed
from bot.reports.casework import quoting
from bot.reports.consent import permitted
from bot.reports.messages import AUTHORS, MessageKind
from bot.reports.model import OpenedMessage, OpenedReport
from bot.reports.questions import USES
from bot.reports.quotations import Standing, alike, quotations, stands_in
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, Office
from tests.reports.moderating import ANN, BOB, notice_time, says, shown

TEXT = "Nobody has had supervision since autumn, and the rota is impossible."
WORDS = "the rota is impossible"


def report(use: str, *messages: OpenedMessage, text: str | None = TEXT) -> OpenedReport:
    return OpenedReport(b"1" * 16, "2026-W10", "new", "load", "ps", "n", use, text, messages)


def said(kind: MessageKind, text: str | None = "", **more: str) -> OpenedMessage:
    return OpenedMessage(AUTHORS[kind], "2026-W10", text, collected=False, kind=kind, more=more)


PROPOSED = said(MessageKind.PROPOSED, WORDS, quote="1a", by="1")
AGREED = said(MessageKind.AGREED, quote="1a", by="2")
ASKED = said(MessageKind.QUOTE, WORDS, quote="1a")
YES, NO = (said(MessageKind.ANSWER, quote="1a", yes=yes) for yes in "10")


def answered(after: int, yes: str = "1") -> OpenedMessage:
    """An answer that says how many changes of use came before it, wherever it stands."""
    return said(MessageKind.ANSWER, quote="1a", yes=yes, after=str(after))


SECOND, UNASKED, REPORTER = Standing.SECOND, Standing.UNASKED, Standing.REPORTER
FREE, DECLINED, STOPPED = Standing.FREE, Standing.DECLINED, Standing.STOPPED


def consents(use: str) -> OpenedMessage:
    return said(MessageKind.CONSENT, use=use)


@pytest.mark.parametrize(
    ("use", "confidence", "public", "ask"),
    [
        ("count", False, False, False),
        ("conf", True, False, False),
        ("ask", False, True, True),
        ("pub", True, True, False),
    ],
)
def test_what_each_use_allows(use: str, *, confidence: bool, public: bool, ask: bool) -> None:
    for found in (permitted(report(use)), permitted(report("count", consents(use)))):
        assert found.use == use
        assert (not found.confidence_refused, not found.public_refused) == (confidence, public)
        assert found.ask == ask
    assert not permitted(report(use)).changed


def test_the_last_consent_counts() -> None:
    changed = permitted(report("pub", consents("conf"), consents("count")))
    assert (changed.use, changed.changed) == ("count", True)
    assert not permitted(report("pub", consents("count"), consents("pub"))).public_refused


@pytest.mark.parametrize(
    "closed",
    [
        report("pub", text=None),
        report("pub", said(MessageKind.ADDITION, None)),
        report("pub", consents("nonsense")),
        report(""),
    ],
)
def test_what_cannot_be_read_allows_nothing_but_counting(closed: OpenedReport) -> None:
    found = permitted(closed)
    assert found.use == ""
    assert found.confidence_refused
    assert found.public_refused


messages = st.lists(
    st.one_of(
        st.sampled_from([option.code for option in USES]).map(consents),
        st.sampled_from([PROPOSED, AGREED, ASKED, YES, NO]),
        st.just(said(MessageKind.AGREED, quote="1a", by="1")),
    ),
    max_size=8,
)


@given(st.sampled_from([option.code for option in USES]), messages)
def test_words_are_free_only_with_two_moderators_and_the_reporters_consent(
    use: str, history: list[OpenedMessage]
) -> None:
    whole = report(use, *history)
    for found in quotations(whole):
        allowed = permitted(whole)
        if found.standing is FREE:
            assert allowed.use in ("ask", "pub")
            assert AGREED in history
            assert ASKED in history or allowed.use == "pub"
            assert ASKED not in history or history[history.index(ASKED) :].count(YES)
            changes = [each for each in history if each.kind is MessageKind.CONSENT]
            since = len(history) - history[::-1].index(changes[-1]) if changes else 0
            assert ASKED not in history or YES in history[since:]
        if NO in history and ASKED in history[: len(history) - history[::-1].index(NO)]:
            last = [each for each in history if each in (YES, NO)][-1]
            assert last is YES or found.standing is not FREE


@pytest.mark.parametrize(
    ("use", "history", "standing"),
    [
        ("pub", [PROPOSED], SECOND),
        ("pub", [PROPOSED, said(MessageKind.AGREED, quote="1a", by="1")], SECOND),
        ("pub", [PROPOSED, said(MessageKind.AGREED, quote="2b", by="2")], SECOND),
        ("pub", [PROPOSED, AGREED], FREE),
        ("pub", [PROPOSED, AGREED, consents("count")], STOPPED),
        ("pub", [PROPOSED, AGREED, consents("ask")], UNASKED),
        ("pub", [PROPOSED, AGREED, consents("ask"), ASKED], REPORTER),
        ("ask", [PROPOSED, AGREED], UNASKED),
        ("ask", [PROPOSED, AGREED, YES], UNASKED),
        ("ask", [PROPOSED, AGREED, ASKED], REPORTER),
        ("ask", [PROPOSED, ASKED, YES], SECOND),
        ("ask", [PROPOSED, AGREED, ASKED, YES], FREE),
        ("ask", [PROPOSED, AGREED, ASKED, NO], DECLINED),
        ("ask", [PROPOSED, AGREED, ASKED, YES, NO], DECLINED),
        ("ask", [PROPOSED, AGREED, ASKED, NO, consents("pub")], DECLINED),
        ("ask", [PROPOSED, AGREED, ASKED, YES, consents("conf")], STOPPED),
        ("ask", [PROPOSED, AGREED, ASKED, YES, consents("count"), consents("ask")], REPORTER),
        ("ask", [PROPOSED, AGREED, ASKED, YES, consents("ask")], REPORTER),
        ("ask", [PROPOSED, AGREED, ASKED, YES, consents("ask"), YES], FREE),
        ("ask", [PROPOSED, AGREED, ASKED, consents("pub")], REPORTER),
        ("ask", [PROPOSED, AGREED, ASKED, YES, consents("pub")], REPORTER),
        ("ask", [PROPOSED, AGREED, ASKED, YES, consents("pub"), YES], FREE),
        ("ask", [PROPOSED, AGREED, ASKED, answered(1), consents("ask")], FREE),
        ("ask", [PROPOSED, AGREED, ASKED, answered(0), consents("ask")], REPORTER),
        ("ask", [PROPOSED, AGREED, ASKED, consents("ask"), answered(0)], REPORTER),
        ("ask", [PROPOSED, AGREED, ASKED, YES, answered(0, yes="")], REPORTER),
        ("ask", [PROPOSED, AGREED, said(MessageKind.QUOTE, "other", quote="1a"), YES], UNASKED),
        ("conf", [PROPOSED, AGREED], STOPPED),
        ("count", [PROPOSED, AGREED], STOPPED),
    ],
)
def test_how_far_a_quotation_has_come(
    use: str, history: list[OpenedMessage], standing: Standing
) -> None:
    (found,) = quotations(report(use, *history))
    assert found.standing is standing
    assert bool(found.reason) == (standing in (DECLINED, STOPPED))


def test_words_that_were_redacted_since_are_stopped() -> None:
    whole = report("pub", PROPOSED, AGREED, text=TEXT.replace("rota", "[removed]"))
    assert quotations(whole)[0].standing is STOPPED


@pytest.mark.parametrize(
    ("words", "stands"),
    [
        (TEXT, True),
        (TEXT.replace(" ", "\n"), True),
        ("supervision since autumn", True),
        ("Nobody has had supervision […] the rota is impossible", True),
        ("Nobody … impossible.", True),
        ("[They said that n]obody has", False),
        ("Nobody [my manager Jane, who is corrupt,] has had", False),
        ("Nobody has had supervision [, as in Leeds]", False),
        ("Nobody has had [...] the rota", True),
        ("Nobody has had [Phone removed] the rota", True),
        ("Nobody has had [manager removed] the rota", False),
        ("the rota […] supervision", False),
        ("body has had", False),
        ("the rota is possible", False),
        ("[…]", False),
        ("", False),
    ],
)
def test_a_quotation_is_the_reporters_words_in_their_order(words: str, *, stands: bool) -> None:
    assert stands_in(words, [None, "something else", TEXT]) == stands


async def test_from_proposing_to_copying_with_the_reporters_approval(
    office: Office, clock: HandClock
) -> None:
    receipt, report_id = await shown(office, clock, TEXT, use="ask")
    inbox = office.desk.inbox
    where = (inbox, GUILD, report_id)
    quote = await quoting.propose(*where, ANN, WORDS)
    with pytest.raises(InvalidInput, match="already"):
        await quoting.propose(*where, BOB, WORDS)
    with pytest.raises(NotAllowed, match="Somebody else"):
        await quoting.agree(*where, ANN, quote)
    with pytest.raises(NotAllowed, match="second moderator"):
        await quoting.take(*where, quote)
    # The reporter is not asked for what one moderator alone would like.
    assert (await office.check(receipt)).replies == ()
    assert (await quoting.agree(*where, BOB, quote)).standing is REPORTER
    assert (await quoting.agree(*where, BOB, quote)).standing is REPORTER
    assert (await office.check(receipt)).replies == (WORDS,)
    await says(office, report_id, MessageKind.ANSWER, quote=quote, yes="1")
    with pytest.raises(NotAllowed, match="approve these words first"):
        await quoting.take(*where, quote)
    await notice_time(office, clock)
    assert (await quoting.take(*where, quote)).words == WORDS
    assert (await quoting.take(*where, quote)).taken
    told = [text for text in (await office.check(receipt)).replies if "taken to be used" in text]
    assert len(told) == 1  # once, however often it is copied


async def test_a_consent_changed_stops_a_quotation_at_the_notice_time_and_shows_nothing_before(
    office: Office, clock: HandClock
) -> None:
    _, report_id = await shown(office, clock, TEXT, use="pub")
    where = (office.desk.inbox, GUILD, report_id)
    quote = await quoting.propose(*where, ANN, WORDS)
    await quoting.agree(*where, BOB, quote)
    before = await quoting.known_quotations(*where)
    await says(office, report_id, MessageKind.CONSENT, use="count")
    assert await quoting.known_quotations(*where) == before
    await notice_time(office, clock)
    for attempt in (
        quoting.take(*where, quote),
        quoting.agree(*where, BOB, quote),
        quoting.propose(*where, ANN, "supervision since autumn"),
    ):
        with pytest.raises(NotAllowed, match="counting only"):
            await attempt


async def test_a_withdrawal_ends_a_quotation(office: Office, clock: HandClock) -> None:
    receipt, report_id = await shown(office, clock, TEXT, use="pub")
    where = (office.desk.inbox, GUILD, report_id)
    quote = await quoting.propose(*where, ANN, WORDS)
    await quoting.agree(*where, BOB, quote)
    visit = (await office.check(receipt)).visit
    await office.desk.withdraw(GUILD, visit, hide_now=True)
    with pytest.raises(Exception, match="no such report"):
        await quoting.take(*where, quote)


@pytest.mark.parametrize(("use", "why"), [("count", "counting only"), ("conf", "in confidence")])
async def test_what_may_not_be_quoted_is_refused_with_the_reason(
    office: Office, clock: HandClock, use: str, why: str
) -> None:
    _, report_id = await shown(office, clock, TEXT, use=use)
    where = (office.desk.inbox, GUILD, report_id)
    for attempt in (quoting.may_propose(*where), quoting.propose(*where, ANN, WORDS)):
        with pytest.raises(NotAllowed, match=why):
            await attempt


async def test_identifiers_are_removed_from_proposed_words(
    office: Office, clock: HandClock
) -> None:
    _, report_id = await shown(office, clock, TEXT, use="pub")
    where = (office.desk.inbox, GUILD, report_id)
    quote = await quoting.propose(*where, ANN, f"{WORDS} x123456")
    assert (await quoting.find(*where, quote)).words == f"{WORDS} [CRN removed]"
    with pytest.raises(InvalidInput, match="not the reporter's words"):
        await quoting.propose(*where, ANN, "They are all liars")


@pytest.mark.parametrize(
    ("words", "same"),
    [
        (f"{WORDS}.", True),
        (WORDS.upper(), True),
        ("The rota", True),
        ("and the rota is impossible", True),
        (TEXT, True),
        ("The […] impossible", True),
        ("supervision since autumn", False),
        ("a rota is impossible", False),
    ],
)
def test_words_in_another_cut_are_known_again(words: str, *, same: bool) -> None:
    assert alike(words, WORDS) == same
    assert alike(WORDS, words) == same
    assert alike(f"Nobody has had supervision since spring. {words}", TEXT)


@pytest.mark.parametrize(
    ("words", "same"),
    [
        ("our manager Jane […] told us to backdate […] the home visit […] records each week", True),
        ("at Leeds our manager Jane […] told us to", True),  # one run begins outside
        ("manager […] backdate […] us […] visit […] records", True),
        ("Leeds […] our […] to backdate the […] records each week", False),
        ("At Leeds our manager Jane […] records each week", False),
        ("our manager […] our manager […] our manager at Leeds", False),
    ],
)
def test_a_refusal_is_not_cut_around_with_gaps(words: str, *, same: bool) -> None:
    refused = "Our manager Jane told us to backdate the home visit records"
    assert alike(words, refused) == same
    assert alike(refused, words) == same


async def test_words_added_later_are_asked_about_also_where_the_preview_may_be_published(
    office: Office, clock: HandClock
) -> None:
    receipt, report_id = await shown(office, clock, TEXT, use="pub")
    later = "I am the one with the broken arm."
    await office.desk.add(GUILD, 1, (await office.check(receipt)).visit, later)
    await notice_time(office, clock)
    where = (office.desk.inbox, GUILD, report_id)
    quote = await quoting.propose(*where, ANN, later)
    assert (await quoting.agree(*where, BOB, quote)).standing is REPORTER
    with pytest.raises(NotAllowed, match="approve these words first"):
        await quoting.take(*where, quote)
    checked = await office.check(receipt)
    assert checked.replies == (later,)
    await office.desk.answer(GUILD, 1, checked.visit, quote, yes=True)
    await notice_time(office, clock)
    assert (await quoting.take(*where, quote)).words == later
    quote = await quoting.propose(*where, ANN, WORDS)
    assert (await quoting.agree(*where, BOB, quote)).standing is FREE


async def test_an_approval_is_taken_back_and_none_revives(office: Office, clock: HandClock) -> None:
    receipt, report_id = await shown(office, clock, TEXT, use="ask")
    where = (office.desk.inbox, GUILD, report_id)
    quote = await quoting.propose(*where, ANN, WORDS)
    await quoting.agree(*where, BOB, quote)
    await office.desk.answer(GUILD, 1, (await office.check(receipt)).visit, quote, yes=True)
    await notice_time(office, clock)
    assert (await quoting.find(*where, quote)).standing is FREE
    for use, standing in (("count", STOPPED), ("ask", REPORTER)):
        await office.desk.change_use(GUILD, 1, (await office.check(receipt)).visit, use)
        await notice_time(office, clock)
        assert (await quoting.find(*where, quote)).standing is standing
    visit = (await office.check(receipt)).visit
    await office.desk.answer(GUILD, 1, visit, quote, yes=True)
    await notice_time(office, clock)
    assert (await quoting.take(*where, quote)).standing is FREE
    await office.desk.answer(GUILD, 1, (await office.check(receipt)).visit, quote, yes=False)
    await notice_time(office, clock)
    with pytest.raises(NotAllowed, match="said no"):
        await quoting.take(*where, quote)


async def test_refused_words_are_not_asked_for_in_another_cut_nor_free_under_a_wider_use(
    office: Office, clock: HandClock
) -> None:
    receipt, report_id = await shown(office, clock, TEXT, use="ask")
    where = (office.desk.inbox, GUILD, report_id)
    longer = await quoting.propose(*where, ANN, TEXT)
    quote = await quoting.propose(*where, ANN, "supervision since autumn, and the rota")
    await quoting.agree(*where, BOB, quote)
    await office.desk.answer(GUILD, 1, (await office.check(receipt)).visit, quote, yes=False)
    await office.desk.change_use(GUILD, 1, (await office.check(receipt)).visit, "pub")
    await notice_time(office, clock)
    for words in ("supervision since autumn, and the", "supervision since autumn", "and the rota"):
        with pytest.raises(NotAllowed, match="no to these words"):
            await quoting.propose(*where, BOB, words)
    with pytest.raises(NotAllowed, match="words that are in them"):
        await quoting.agree(*where, BOB, longer)


async def test_two_presses_at_once_ask_once_and_tell_once(office: Office, clock: HandClock) -> None:
    receipt, report_id = await shown(office, clock, TEXT, use="ask")
    where = (office.desk.inbox, GUILD, report_id)
    proposed = await asyncio.gather(
        *(quoting.propose(*where, each, WORDS) for each in (ANN, BOB)), return_exceptions=True
    )
    (quote,) = [each for each in proposed if isinstance(each, str)]
    by = (await quoting.find(*where, quote)).by
    second = BOB if by == ANN else ANN
    await asyncio.gather(*(quoting.agree(*where, second, quote) for _ in range(3)))
    checked = await office.check(receipt)
    assert checked.replies == (WORDS,)
    await office.desk.answer(GUILD, 1, checked.visit, quote, yes=True)
    await notice_time(office, clock)
    await asyncio.gather(*(quoting.take(*where, quote) for _ in range(3)))
    told = (await office.check(receipt)).conversation.told
    assert [each.kind for each in told] == [MessageKind.QUOTE, MessageKind.USED]
