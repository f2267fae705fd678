"""Coming back: messages by kind, answers to quotations, a change of use, what went out."""

import asyncio
import base64
from datetime import timedelta

import pytest

from bot.clock import iso_week
from bot.errors import Forgotten, InvalidInput, NotAllowed, NotFound, Unavailable
from bot.reports.choosing import CHANGES_A_DAY
from bot.reports.conversation import NO, OPEN, YES, Choice
from bot.reports.messages import AUTHORS, MessageKind, payload
from bot.reports.returning import Checked
from bot.reports.sealing import seal
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, PERSON, Office, OpenOffice
from tests.reports.test_adding import refuse
from tests.reports.test_promises import DAY, seen, shown_report

KEPT_WORDS = "Nobody answers, said one of us."


async def tell(
    office: Office, clock: HandClock, kind: MessageKind, text: str = "", **more: str
) -> None:
    """A message of moderators under the only report."""
    store = office.desk._store
    report_id = await office.only_id()
    report = await store.shown_one(GUILD, report_id)
    assert report is not None
    readers = [*await office.desk.keyring.sealing(GUILD), report.reporter_key]
    sealed = seal(payload(kind, text, **more), readers)
    week = iso_week(clock.now())
    assert await store.add_message(GUILD, report_id, AUTHORS[kind], sealed, week)


async def asked(office: Office, clock: HandClock) -> tuple[str, Checked]:
    """A report that moderators can see, with a quotation to approve; receipt and check."""
    receipt = await shown_report(office, clock)
    await tell(office, clock, MessageKind.QUOTE, KEPT_WORDS, quote="q1")
    return receipt, await office.check(receipt)


async def answer(office: Office, checked: Checked, *, yes: bool, quote: str = "q1") -> str:
    return await office.desk.answer(GUILD, PERSON, checked.visit, quote, yes=yes)


def said(value: str, after: int = 0) -> dict[str, str]:
    """An answer as moderators see it."""
    return {"quote": "q1", "yes": value, "after": str(after)}


async def choices(office: Office) -> list[tuple[MessageKind, dict[str, str]]]:
    """What moderators see of a reporter's choices, in order."""
    report = await office.desk.inbox.open(GUILD, await office.only_id())
    return [(each.kind, dict(each.more)) for each in report.messages if each.author == "reporter"]


async def test_messages_come_by_kind_and_oldest_first(office: Office, clock: HandClock) -> None:
    receipt = await shown_report(office, clock)
    await tell(office, clock, MessageKind.REPLY, "Thank you.")
    await tell(office, clock, MessageKind.USED, "Counted in the bulletin of week 12.", how="count")
    await tell(office, clock, MessageKind.QUOTE, KEPT_WORDS, quote="q1")
    store, report_id = office.desk._store, await office.only_id()
    note = seal(payload(MessageKind.NOTE, "between us"), await office.desk.keyring.sealing(GUILD))
    await store.add_message(GUILD, report_id, "note", note, "2026-W10")
    checked = await office.check(receipt)
    assert [
        (told.kind, told.text, told.quote or told.how) for told in checked.conversation.told
    ] == [
        (MessageKind.REPLY, "Thank you.", ""),
        (MessageKind.USED, "Counted in the bulletin of week 12.", "count"),
        (MessageKind.QUOTE, KEPT_WORDS, "q1"),
    ]


async def test_an_answer_is_seen_at_the_notice_time_and_not_before(
    office: Office, clock: HandClock
) -> None:
    receipt, checked = await asked(office, clock)
    before = await seen(office)
    assert await answer(office, checked, yes=True) == "kept"
    await office.serve()
    assert await seen(office) == before
    clock.advance(DAY)
    await office.serve()
    assert await choices(office) == [(MessageKind.ANSWER, said(YES))]
    assert (await office.check(receipt)).conversation.answers == {"q1": Choice(YES, None)}


async def test_an_answer_pressed_twice_answers_once(office: Office, clock: HandClock) -> None:
    _, checked = await asked(office, clock)
    pressed = await asyncio.gather(*(answer(office, checked, yes=True) for _ in range(3)))
    assert sorted(pressed) == ["already", "already", "kept"]
    assert await office.database.fetch_value("SELECT count(*) FROM message") == 2


async def test_a_changed_answer_leaves_no_sign_that_there_was_another(
    office: Office, clock: HandClock
) -> None:
    receipt, checked = await asked(office, clock)
    await answer(office, checked, yes=True)
    # A later use of the receipt shows it, and changes the same one; so does the earlier visit then.
    later = await office.check(receipt)
    assert later.conversation.answers["q1"].value == YES
    assert await answer(office, later, yes=False) == "kept"
    assert await answer(office, checked, yes=False) == "already"
    rows = await office.database.fetch_all("SELECT turn FROM message WHERE author = 'reporter'")
    assert [row["turn"] for row in rows] == [-1]
    clock.advance(DAY)
    await office.serve()
    assert await choices(office) == [(MessageKind.ANSWER, said(NO))]


async def test_a_changed_answer_never_takes_the_place_of_an_addition(
    office: Office, clock: HandClock
) -> None:
    receipt, checked = await asked(office, clock)
    await office.desk.add(GUILD, PERSON, checked.visit, "first words")
    await answer(office, checked, yes=True)
    await office.desk.add(GUILD, PERSON, checked.visit, "second words")
    await answer(office, await office.check(receipt), yes=False)
    clock.advance(DAY)
    await office.serve()
    report = await office.desk.inbox.open(GUILD, await office.only_id())
    assert [(each.kind, each.text) for each in report.messages if each.author == "reporter"] == [
        (MessageKind.ADDITION, "first words"),
        (MessageKind.ANSWER, ""),
        (MessageKind.ADDITION, "second words"),
    ]


async def test_an_answer_that_moderators_have_can_still_be_changed_and_is_seen_at_the_notice_time(
    office: Office, clock: HandClock
) -> None:
    receipt, _ = await asked(office, clock)
    clock.advance(DAY - timedelta(minutes=5))
    checked = await office.check(receipt)
    await answer(office, checked, yes=True)
    clock.advance(timedelta(minutes=5))
    await office.serve()
    await office.desk.add(GUILD, PERSON, checked.visit, "words where the answer waited before")
    assert await answer(office, checked, yes=False) == "kept"
    assert (await office.check(receipt)).conversation.answer_to("q1") == NO
    assert await choices(office) == [(MessageKind.ANSWER, said(YES))]
    clock.advance(DAY)
    await office.serve()
    assert [more for kind, more in await choices(office) if kind is MessageKind.ANSWER] == [
        said(YES),
        said(NO),
    ]


async def test_a_change_of_use_ends_what_was_approved_before_it_seen_or_not(
    office: Office, clock: HandClock
) -> None:
    receipt, checked = await asked(office, clock)
    await answer(office, checked, yes=True)
    clock.advance(DAY)
    await office.serve()
    for use in ("count", "ask"):  # also where the change is undone before anybody sees it
        checked = await office.check(receipt)
        await office.desk.change_use(GUILD, PERSON, checked.visit, use)
        again = await office.check(receipt)
        assert again.conversation.answer_to("q1") == OPEN
        assert [told.text for told in office.desk.went_out(GUILD, again.visit)] == [KEPT_WORDS]
    await answer(office, again, yes=True)
    assert (await office.check(receipt)).conversation.answer_to("q1") == YES
    await office.desk.change_use(GUILD, PERSON, again.visit, "conf")
    assert again.conversation.answer_to("q1") == YES  # as it was when the receipt was typed
    assert (await office.check(receipt)).conversation.answer_to("q1") == OPEN
    rows = await office.database.fetch_all("SELECT turn FROM message WHERE shown_week IS NULL")
    assert len(rows) == 1  # one use waits, however often it was changed
    clock.advance(DAY)
    await office.serve()
    assert await choices(office) == [
        (MessageKind.ANSWER, said(YES)),
        (MessageKind.CONSENT, {"use": "conf"}),
    ]


@pytest.mark.parametrize("restarted", [False, True])
async def test_an_approval_that_was_ended_before_it_was_seen_leaves_no_sign(
    office: Office, clock: HandClock, *, restarted: bool
) -> None:
    receipt, checked = await asked(office, clock)
    await answer(office, checked, yes=True)
    await office.desk.add(GUILD, PERSON, checked.visit, "more words")
    if restarted:
        checked = await office.check(receipt)
    await office.desk.change_use(GUILD, PERSON, checked.visit, "count")
    assert (await office.check(receipt)).conversation.answers == {}
    clock.advance(DAY)
    await office.serve()
    assert [kind for kind, _ in await choices(office)] == [
        MessageKind.ADDITION,
        MessageKind.CONSENT,
    ]
    # Nor do their places tell that something was between them.
    rows = await office.database.fetch_all("SELECT turn FROM message ORDER BY turn")
    assert [row["turn"] for row in rows] == [1, 2, 3]


async def test_a_refusal_that_moderators_have_seen_outlives_an_approval_that_nobody_saw(
    office: Office, clock: HandClock
) -> None:
    receipt, checked = await asked(office, clock)
    await answer(office, checked, yes=False)
    clock.advance(DAY)
    await office.serve()
    checked = await office.check(receipt)
    await answer(office, checked, yes=True)
    await office.desk.change_use(GUILD, PERSON, checked.visit, "pub")
    assert (await office.check(receipt)).conversation.answer_to("q1") == NO
    clock.advance(DAY)
    await office.serve()
    assert await choices(office) == [
        (MessageKind.ANSWER, said(NO)),
        (MessageKind.CONSENT, {"use": "pub"}),
    ]


async def test_only_a_quotation_of_this_report_is_answered(
    office: Office, clock: HandClock
) -> None:
    _, checked = await asked(office, clock)
    with pytest.raises(NotFound, match="not there any more"):
        await answer(office, checked, yes=True, quote="q2")
    with pytest.raises(Forgotten):
        await office.desk.answer(GUILD + 1, PERSON, checked.visit, "q1", yes=True)


async def test_the_latest_use_wins_and_is_seen_at_the_notice_time_and_not_before(
    office: Office, clock: HandClock
) -> None:
    receipt = await shown_report(office, clock)
    before = await seen(office)
    visit = (await office.check(receipt)).visit
    for use in ("pub", "count", "ask"):
        assert await office.desk.change_use(GUILD, PERSON, visit, use) == "kept"
        # Another process of the same: what waits is found again by the receipt.
        visit = (await office.check(receipt)).visit
    assert await office.desk.change_use(GUILD, PERSON, visit, "ask") == "already"
    await office.serve()
    assert await seen(office) == before
    clock.advance(DAY)
    await office.serve()
    assert await choices(office) == [(MessageKind.CONSENT, {"use": "ask"})]
    checked = await office.check(receipt)
    assert checked.conversation.use == Choice("ask", None)
    await office.desk.change_use(GUILD, PERSON, checked.visit, "conf")
    await office.desk.add(GUILD, PERSON, checked.visit, "and more")
    assert (await office.check(receipt)).conversation.use == Choice("conf", -1)
    clock.advance(DAY)
    await office.serve()
    assert [more.get("use") for _, more in await choices(office)] == ["ask", "conf", None]
    with pytest.raises(InvalidInput):
        await office.desk.change_use(GUILD, PERSON, checked.visit, "sell")


async def test_a_change_after_a_restart_still_replaces_what_waits(
    office: Office, open_office: OpenOffice, clock: HandClock
) -> None:
    receipt, checked = await asked(office, clock)
    await answer(office, checked, yes=True)
    restarted = await open_office()
    with pytest.raises(Forgotten):
        await answer(restarted, checked, yes=False)
    await answer(restarted, await restarted.check(receipt), yes=False)
    clock.advance(DAY)
    await restarted.serve()
    assert await choices(restarted) == [(MessageKind.ANSWER, said(NO))]


async def test_all_messages_under_a_report_are_of_one_length(
    office: Office, clock: HandClock
) -> None:
    _, checked = await asked(office, clock)
    await answer(office, checked, yes=True)
    await office.desk.change_use(GUILD, PERSON, checked.visit, "count")
    await office.desk.add(GUILD, PERSON, checked.visit, "more words")
    rows = await office.database.fetch_all("SELECT DISTINCT length(sealed) FROM message")
    assert len(rows) == 1


async def test_an_addition_opens_for_moderators_only(office: Office, clock: HandClock) -> None:
    receipt, checked = await asked(office, clock)
    await office.desk.add(GUILD, PERSON, checked.visit, "words that a found receipt must not open")
    conversation = (await office.check(receipt)).conversation
    assert conversation.additions == 1
    assert [told.text for told in conversation.told] == [KEPT_WORDS]


async def test_a_choice_that_could_not_be_stored_is_not_shown_as_made(
    office: Office, clock: HandClock
) -> None:
    receipt, checked = await asked(office, clock)
    await answer(office, checked, yes=True)
    await refuse(office)
    for _ in range(CHANGES_A_DAY + 1):
        with pytest.raises(Unavailable, match="Nothing of it was kept"):
            await answer(office, checked, yes=False)
        with pytest.raises(Unavailable):
            await office.desk.change_use(GUILD, PERSON, checked.visit, "pub")
    assert office.desk.use_chosen(GUILD, checked.visit) is None
    await refuse(office, refusing=False)
    assert (await office.check(receipt)).conversation.answers["q1"].value == YES
    assert await answer(office, checked, yes=False) == "kept"


async def test_changing_to_and_fro_ends_for_the_day_and_withdrawing_does_not(
    office: Office, clock: HandClock
) -> None:
    _, checked = await asked(office, clock)
    for number in range(CHANGES_A_DAY):
        await answer(office, checked, yes=number % 2 == 0)
    with pytest.raises(NotAllowed, match="Nothing was changed"):
        await answer(office, checked, yes=True)
    await office.desk.withdraw(GUILD, checked.visit)


async def test_after_withdrawing_nothing_is_answered_or_changed(
    office: Office, clock: HandClock
) -> None:
    receipt, checked = await asked(office, clock)
    other = await office.check(receipt)
    await office.desk.withdraw(GUILD, checked.visit)
    assert [visit.conversation.told for _, visit in office.desk._visits._visits.values()] == [
        (),
        (),
    ]
    for each in (checked, other):
        with pytest.raises(NotFound, match="withdrawn"):
            await answer(office, each, yes=True)
        with pytest.raises(NotFound, match="withdrawn"):
            await office.desk.change_use(GUILD, PERSON, each.visit, "pub")
        with pytest.raises(NotFound, match="withdrawn"):
            office.desk.went_out(GUILD, each.visit)
    assert await office.database.fetch_value("SELECT count(*) FROM message") == 0


async def test_while_a_withdrawal_waits_for_the_file_nothing_is_changed(
    office: Office, clock: HandClock
) -> None:
    _, checked = await asked(office, clock)
    await refuse(office)
    with pytest.raises(Unavailable):
        await office.desk.withdraw(GUILD, checked.visit)
    await refuse(office, refusing=False)
    with pytest.raises(NotFound, match=r"Nothing was changed\. This report is marked"):
        await answer(office, checked, yes=True)


async def test_what_went_out_is_what_was_told_and_what_was_approved_and_seen(
    office: Office, clock: HandClock
) -> None:
    receipt, checked = await asked(office, clock)
    for quote in ("q2", "q3", "q4"):
        await tell(office, clock, MessageKind.QUOTE, f"words {quote}", quote=quote)
    await tell(office, clock, MessageKind.REPLY, "Thank you.")
    checked = await office.check(receipt)
    assert office.desk.went_out(GUILD, checked.visit) == ()
    await answer(office, checked, yes=True)
    await answer(office, checked, yes=False, quote="q2")
    await answer(office, checked, yes=True, quote="q3")
    assert office.desk.went_out(GUILD, checked.visit) == ()  # no moderator knows of it yet
    clock.advance(DAY)
    await office.serve()
    await tell(office, clock, MessageKind.USED, "Taken: words q3", quote="q3", how="pub")
    await tell(office, clock, MessageKind.USED, "Counted in week 12.")
    checked = await office.check(receipt)
    assert [told.text for told in office.desk.went_out(GUILD, checked.visit)] == [
        *(KEPT_WORDS, "Taken: words q3"),
        "Counted in week 12.",
    ]


async def test_no_reply_stays_in_memory_and_nothing_of_a_visit_after_its_time(
    office: Office, clock: HandClock
) -> None:
    receipt = await shown_report(office, clock)
    await tell(office, clock, MessageKind.REPLY, "Thank you.")
    await tell(office, clock, MessageKind.USED, "Counted.")
    checked = await office.check(receipt)
    visited, _ = office.desk._visits.get(checked.visit, GUILD)
    assert [told.text for told in visited.conversation.told] == ["Counted."]
    clock.advance(timedelta(minutes=16))
    office.desk._forget_old()
    assert office.desk._visits._visits == {}


async def test_answering_changing_and_being_stopped_leave_no_trace_of_the_person(
    office: Office, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "bot")
    receipt, checked = await asked(office, clock)
    await answer(office, checked, yes=True)
    await office.desk.change_use(GUILD, PERSON, checked.visit, "pub")
    office.desk.stop_sender(GUILD, await office.only_id())
    packed = [PERSON.to_bytes(8, "big"), PERSON.to_bytes(8, "little")]
    decimal = str(PERSON).encode()
    traces = [decimal, f"{PERSON:x}".encode(), *packed]
    traces += [base64.b64encode(trace).rstrip(b"=") for trace in (decimal, *packed)]
    traces += [receipt.encode(), KEPT_WORDS.encode(), b'"use"', b'"yes"', checked.visit.encode()]
    limits = office.desk._limits
    traces += [limits._key, *(limits.code(each, GUILD, PERSON) for each in ("report", "change"))]
    content = office.bytes_on_disk()
    assert [trace for trace in traces if trace in content] == []
    assert [record for record in caplog.records if record.name.startswith("bot")] == []
