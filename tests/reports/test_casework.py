"""Notes, labels, handing on, matters, and what became of a report."""

import pytest

from bot.errors import InvalidInput, NotAllowed, NotFound
from bot.reports.casework import matters
from bot.reports.messages import MessageKind
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, PERSON, WORDS, Office
from tests.reports.moderating import ANN, BOB, notice_time, says, shown


async def test_a_note_is_for_moderators_and_never_for_the_reporter(
    office: Office, clock: HandClock
) -> None:
    receipt, report_id = await shown(office, clock, WORDS)
    inbox = office.desk.inbox
    await inbox.note(GUILD, report_id, ANN, "I know this office.")
    await inbox.label(GUILD, report_id, ANN, "supervision")
    await inbox.hand(GUILD, report_id, ANN, BOB)
    opened = await inbox.open(GUILD, report_id)
    assert [(each.kind, each.text) for each in opened.messages] == [
        (MessageKind.NOTE, "I know this office."),
        (MessageKind.LABEL, "supervision"),
        (MessageKind.HANDED, ""),
    ]
    assert opened.messages[0].more["by"] == str(ANN)
    checked = await office.check(receipt)
    assert checked.replies == ()
    rows = await office.database.fetch_all("SELECT sealed FROM message")
    # Not even sealed to the reporter: one reader, the server's key.
    assert {bytes(row["sealed"])[3] for row in rows} == {1}
    content = office.bytes_on_disk()
    assert str(ANN).encode() not in content
    assert b"office" not in content


async def test_the_list_is_narrowed_by_label_hand_and_matter(
    office: Office, clock: HandClock
) -> None:
    inbox = office.desk.inbox
    _, first = await shown(office, clock, "First of three.")
    _, second = await shown(office, clock, "Second of three.")
    _, third = await shown(office, clock, "Third of three.", category="pay")
    await inbox.label(GUILD, first, ANN, "old")
    await inbox.label(GUILD, first, ANN, "Lone working: at ~night")
    await inbox.hand(GUILD, second, ANN, BOB)
    await inbox.hand(GUILD, third, ANN, BOB)
    await inbox.hand(GUILD, third, BOB, ANN)
    merged = await matters.merge(inbox, GUILD, first, third)

    async def found(**wanted: str | int) -> set[bytes]:
        return {line.id for line in await inbox.list(GUILD, **wanted)}  # type: ignore[arg-type]

    assert await found(label="lone working at night") == {first}
    assert await found(label="old") == set()
    assert await found(handed=BOB) == {second}
    assert await found(handed=ANN) == {third}
    assert await found(matter=merged.matter) == {first, third}
    assert await found(matter=merged.matter, category="pay", status="new") == {third}
    assert await matters.others(inbox, GUILD, first) == [third]


async def test_a_list_says_whose_turn_it_is_as_of_the_last_notice(
    office: Office, clock: HandClock
) -> None:
    receipt, report_id = await shown(office, clock, WORDS)
    inbox = office.desk.inbox

    async def line() -> tuple[int, int, bool]:
        (found,) = await inbox.list(GUILD)
        return found.replies, found.unfetched, found.yours

    assert await line() == (0, 0, True)
    await inbox.note(GUILD, report_id, ANN, "A note is no answer.")
    assert await line() == (0, 0, True)
    await inbox.reply(GUILD, report_id, "Since when?")
    assert await line() == (1, 1, False)
    checked = await office.check(receipt)
    await office.desk.collected(GUILD, checked)
    await office.desk.add(GUILD, PERSON, checked.visit, "since autumn")
    assert await line() == (1, 1, False)
    await notice_time(office, clock)
    assert await line() == (1, 0, True)


async def test_merging_can_be_undone_to_what_was_before(office: Office, clock: HandClock) -> None:
    inbox = office.desk.inbox
    ids = [(await shown(office, clock, f"Report {number} of four."))[1] for number in range(4)]
    await matters.merge(inbox, GUILD, ids[0], ids[1])
    await matters.merge(inbox, GUILD, ids[2], ids[3])
    moved = await matters.merge(inbox, GUILD, ids[0], ids[2])
    assert set(await matters.others(inbox, GUILD, ids[2])) == {ids[0], ids[3]}
    with pytest.raises(InvalidInput, match="already"):
        await matters.merge(inbox, GUILD, ids[0], ids[3])
    with pytest.raises(InvalidInput, match="same report"):
        await matters.merge(inbox, GUILD, ids[0], ids[0])
    await matters.put_back(inbox, GUILD, ids[0], moved.before)
    assert await matters.others(inbox, GUILD, ids[0]) == [ids[1]]
    await matters.put_back(inbox, GUILD, ids[0])
    assert await matters.others(inbox, GUILD, ids[0]) == []


async def test_a_report_that_moderators_may_not_see_yet_cannot_be_touched(
    office: Office, clock: HandClock
) -> None:
    _, seen = await shown(office, clock, WORDS)
    await office.send("Not shown yet.")
    hidden = bytes(
        await office.database.fetch_value("SELECT id FROM report WHERE shown_week IS NULL")
    )
    inbox = office.desk.inbox
    for attempt in (
        inbox.note(GUILD, hidden, ANN, "hello"),
        inbox.label(GUILD, hidden, ANN, "hello"),
        inbox.hand(GUILD, hidden, ANN, BOB),
        inbox.used(GUILD, hidden, "count", "counted"),
        matters.merge(inbox, GUILD, seen, hidden),
        matters.merge(inbox, GUILD, hidden, seen),
        matters.put_back(inbox, GUILD, hidden),
        inbox.note(GUILD + 1, seen, ANN, "another server's"),
        matters.put_back(inbox, GUILD + 1, seen),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_what_became_of_it_is_told_and_only_what_was_allowed(
    office: Office, clock: HandClock
) -> None:
    receipt, report_id = await shown(office, clock, WORDS, use="count")
    inbox = office.desk.inbox
    await inbox.used(GUILD, report_id, "count", "Counted in the bulletin of week 12.")
    for fate, why in (("conf", "counting only"), ("pub", "counting only"), ("raise", "employer")):
        with pytest.raises(NotAllowed, match=why):
            await inbox.used(GUILD, report_id, fate, "Read out in parliament.")
    with pytest.raises(InvalidInput):
        await inbox.used(GUILD, report_id, "nonsense", "What?")
    assert (await office.check(receipt)).replies == ("Counted in the bulletin of week 12.",)
    await says(office, report_id, MessageKind.CONSENT, use="conf")
    with pytest.raises(NotAllowed):
        await inbox.used(GUILD, report_id, "conf", "Given to an MP.")
    await notice_time(office, clock)
    await inbox.used(GUILD, report_id, "conf", "Given to an MP.")
    with pytest.raises(NotAllowed, match="in confidence only"):
        await inbox.used(GUILD, report_id, "pub", "In the paper.")
    with pytest.raises(NotAllowed, match="employer"):
        await inbox.used(GUILD, report_id, "raise", "At the quarterly meeting.")
    await says(office, report_id, MessageKind.CONSENT, use="pub")
    await notice_time(office, clock)
    await inbox.used(GUILD, report_id, "raise", "At the quarterly meeting.")


async def test_what_moderators_do_to_a_withdrawn_report_shows_nothing_before_the_notice(
    office: Office, clock: HandClock
) -> None:
    receipt, report_id = await shown(office, clock, WORDS)
    _, other = await shown(office, clock, "Another.")
    inbox = office.desk.inbox
    await inbox.label(GUILD, report_id, ANN, "mine")
    await inbox.hand(GUILD, report_id, ANN, BOB)
    before = await inbox.list(GUILD)
    await office.desk.withdraw(GUILD, (await office.check(receipt)).visit)
    assert await inbox.list(GUILD) == before
    await inbox.note(GUILD, report_id, ANN, "Still here, it seems.")
    await inbox.label(GUILD, report_id, ANN, "ours")
    await matters.merge(inbox, GUILD, report_id, other)
    (line,) = await inbox.list(GUILD, label="ours", handed=BOB)
    assert line.id == report_id
    await notice_time(office, clock)
    assert [line.id for line in await inbox.list(GUILD)] == [other]
