"""Moderators take more out of a report: for good, and without changing what is left."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidInput, NotAllowed, NotFound
from bot.reports.casework import quoting, redacting
from bot.reports.casework.redacting import MARK, gaps, taken_out
from bot.reports.casework.refusals import shortened
from bot.reports.messages import MessageKind
from bot.reports.quotations import Standing
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, PERSON, Office
from tests.reports.moderating import ANN, BOB, envelopes_in, notice_time, shown

NAMED = "Mrs Penhaligon cancelled every supervision.\n\nShe did so since [CRN removed] came."
REFUSABLE = "Our manager Jane told us to backdate the home visit records."


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        (NAMED.replace("Mrs Penhaligon ", ""), NAMED.replace("Mrs Penhaligon", MARK)),
        (NAMED.replace("Mrs Penhaligon", "[the manager]"), NAMED.replace("Mrs Penhaligon", MARK)),
        (NAMED.replace("Penhaligon", "…"), NAMED.replace("Penhaligon", MARK)),
        (NAMED.replace("\n\n", " ").replace(" came", ""), NAMED.replace(" came", f" {MARK}")),
        ("", MARK),
    ],
)
def test_words_are_taken_out_and_marked(typed: str, left: str) -> None:
    assert taken_out(NAMED, typed) == left


@pytest.mark.parametrize(
    "typed",
    [
        NAMED,
        NAMED.replace("cancelled", "moved"),
        NAMED.replace("every", "not every"),
        NAMED + " Sack her.",
        NAMED.replace("Mrs Penhaligon cancelled", "cancelled Mrs Penhaligon"),
        NAMED.replace("supervision", "Supervision"),
    ],
)
def test_nothing_can_be_added_or_changed(typed: str) -> None:
    with pytest.raises(InvalidInput):
        taken_out(NAMED, typed)


words = st.lists(st.sampled_from(["a", "b", "c", "it's", "[x removed]", ",", "Dee"]), min_size=1)


@given(words, st.data())
def test_what_is_left_is_what_was_kept_and_doing_it_again_changes_nothing(
    old: list[str], data: st.DataObject
) -> None:
    keep = data.draw(st.lists(st.booleans(), min_size=len(old), max_size=len(old)))
    new = [word for word, stays in zip(old, keep, strict=True) if stays]
    if len(new) == len(old):
        return
    left = taken_out(" ".join(old), " ".join(new))
    assert " ".join(left.replace(MARK, " ").split()) == " ".join(new)
    assert re.search(rf"{re.escape(MARK)}\s*{re.escape(MARK)}", left) is None
    with pytest.raises(InvalidInput, match="Nothing was taken out"):
        taken_out(left, left)


async def test_the_words_that_were_taken_out_leave_no_byte_on_the_disk(
    office: Office, clock: HandClock
) -> None:
    receipt, report_id = await shown(office, clock, NAMED)
    inbox = office.desk.inbox
    old = bytes(await office.database.fetch_value("SELECT sealed FROM report"))
    assert envelopes_in(office, [old]) == 1
    done = await redacting.redact(
        inbox, GUILD, report_id, ANN, "report", NAMED.replace("Penhaligon", "")
    )
    assert done == redacting.Redacted(0, ())
    assert envelopes_in(office, [old]) == 0
    assert (office.folder / "reports.db-wal").stat().st_size == 0
    opened = await inbox.open(GUILD, report_id)
    assert opened.text == NAMED.replace("Penhaligon", MARK)
    assert (opened.redacted, opened.category, opened.use) == (True, "load", "conf")
    assert [each.text for each in opened.messages] == [redacting.NOTED, redacting.TOLD]
    # The receipt works as before, and its owner is told.
    assert (await office.check(receipt)).replies == (redacting.TOLD,)


async def test_an_addition_is_taken_from_and_where_words_still_stand_is_told(
    office: Office, clock: HandClock
) -> None:
    receipt, report_id = await shown(office, clock, NAMED)
    inbox = office.desk.inbox
    visit = (await office.check(receipt)).visit
    await office.desk.add(GUILD, PERSON, visit, "Penhaligon said so herself.")
    await inbox.note(GUILD, report_id, ANN, "Who is penhaligon?")
    await notice_time(office, clock)
    opened = await inbox.open(GUILD, report_id)
    report, addition = redacting.targets(opened)
    (old,) = [each.envelope for each in opened.messages if each.author == "reporter"]
    done = await redacting.redact(inbox, GUILD, report_id, ANN, addition.key, "said so herself.")
    assert done.still == ("What happened", "a note, 2026-W10")
    assert envelopes_in(office, [old]) == 0
    assert [each.text for each in redacting.targets(await inbox.open(GUILD, report_id))] == [
        report.text,
        f"{MARK} said so herself.",
    ]
    with pytest.raises(NotFound):
        await redacting.redact(inbox, GUILD, report_id, ANN, "99", "said")


async def test_quotations_with_the_words_go_with_them(office: Office, clock: HandClock) -> None:
    _, report_id = await shown(office, clock, NAMED, use="ask")
    inbox = office.desk.inbox
    gone = await quoting.propose(inbox, GUILD, report_id, ANN, "Mrs Penhaligon cancelled")
    stays = await quoting.propose(inbox, GUILD, report_id, ANN, "cancelled every supervision")
    await quoting.agree(inbox, GUILD, report_id, BOB, gone)
    opened = await inbox.open(GUILD, report_id)
    old = [each.envelope for each in opened.messages if each.more.get("quote") == gone]
    assert [each.kind for each in opened.messages if each.more.get("quote") == gone] == [
        MessageKind.PROPOSED,
        MessageKind.AGREED,
        MessageKind.QUOTE,
    ]
    done = await redacting.redact(
        inbox, GUILD, report_id, ANN, "report", NAMED.replace("Penhaligon", "")
    )
    assert done.quotations == 1
    assert [each.id for each in await quoting.known_quotations(inbox, GUILD, report_id)] == [stays]
    assert envelopes_in(office, old) == 0


async def test_a_withdrawn_report_is_taken_from_in_memory_and_not_written_again(
    office: Office, clock: HandClock
) -> None:
    receipt, report_id = await shown(office, clock, NAMED)
    inbox = office.desk.inbox
    await office.desk.withdraw(GUILD, (await office.check(receipt)).visit)
    await redacting.redact(inbox, GUILD, report_id, ANN, "report", "cancelled")
    # To moderators it looks as if nothing had happened meanwhile.
    assert MARK in ((await inbox.open(GUILD, report_id)).text or "")
    assert await office.database.fetch_value("SELECT sealed FROM report") is None
    await notice_time(office, clock)
    assert await inbox.list(GUILD) == []


async def test_under_a_legal_hold_no_words_are_destroyed(office: Office, clock: HandClock) -> None:
    _, report_id = await shown(office, clock, NAMED)
    inbox, left = office.desk.inbox, NAMED.replace("Mrs Penhaligon", "")
    await office.desk.choices.set_hold(GUILD, on=True)
    with pytest.raises(NotAllowed, match="solicitor"):
        await redacting.redact(inbox, GUILD, report_id, ANN, "report", left)
    assert (await inbox.open(GUILD, report_id)).text == NAMED
    await office.desk.choices.set_hold(GUILD, on=False)
    await redacting.redact(inbox, GUILD, report_id, ANN, "report", left)
    assert "Penhaligon" not in ((await inbox.open(GUILD, report_id)).text or "")


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("Jane cancelled it", "[removed] cancelled it"),
        ("cancelled it. Jane […] said", "cancelled it. [removed] […] said"),
        ("Our Jane  cancelled", "Our [removed]  cancelled"),
        ("so, and Jane Doe did", "so, and Jane [removed] did"),
        ("Jane Doe", "[removed]"),
        ("I said", "I said"),
    ],
)
def test_of_a_refusal_all_stays_but_what_is_taken_out_anywhere(words: str, left: str) -> None:
    text = "Our Jane\ncancelled it. Jane Doe said so, and Jane Doe did. I said no."
    gone = gaps(text, "Our cancelled it. said so, and Jane did. I said no.")
    assert shortened(words, text, gone) == left


@pytest.mark.parametrize("use", ["ask", "pub"])
async def test_a_refusal_outlives_that_words_of_it_are_taken_out(
    office: Office, clock: HandClock, use: str
) -> None:
    receipt, report_id = await shown(office, clock, REFUSABLE, use="ask")
    where = (office.desk.inbox, GUILD, report_id)
    refused = await quoting.propose(*where, ANN, REFUSABLE[:-1])
    await quoting.agree(*where, BOB, refused)
    visit = (await office.check(receipt)).visit
    await office.desk.answer(GUILD, PERSON, visit, refused, yes=False)
    if use == "pub":
        await office.desk.change_use(GUILD, PERSON, visit, "pub")
    await notice_time(office, clock)
    opened = await office.desk.inbox.open(GUILD, report_id)
    kinds = (MessageKind.PROPOSED, MessageKind.QUOTE)
    old = [each.envelope for each in opened.messages if each.kind in kinds]
    left = REFUSABLE.replace("Jane ", "")
    assert (await redacting.redact(*where, ANN, "report", left)).quotations == 0
    assert envelopes_in(office, old) == 0
    (known,) = await quoting.known_quotations(*where)
    assert (known.words, known.standing) == (
        "Our manager [removed] told us to backdate the home visit records",
        Standing.DECLINED,
    )
    for cut in ("told us to backdate the home visit", known.words, "manager […] told us"):
        with pytest.raises(NotAllowed, match="no to these words"):
            await quoting.propose(*where, ANN, cut)
    # Taking more out of it keeps it too.
    left = left.replace("manager", f"manager {MARK}").replace(" home", "")
    await redacting.redact(*where, ANN, "report", left)
    with pytest.raises(NotAllowed, match="no to these words"):
        await quoting.propose(*where, ANN, "told us to backdate the")
    # Its reporter is shown what is left; and a yes to more words than these makes nothing free.
    checked = await office.check(receipt)
    (told,) = [each for each in checked.conversation.told if each.kind is MessageKind.QUOTE]
    assert told.text == "Our manager [removed] told us to backdate the [removed] visit records"
    await office.desk.answer(GUILD, PERSON, checked.visit, refused, yes=True)
    await notice_time(office, clock)
    assert (await quoting.find(*where, refused)).standing is Standing.STOPPED
    await quoting.propose(*where, ANN, "told us to backdate the")
