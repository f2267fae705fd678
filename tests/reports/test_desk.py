"""The desk from the draft to the reply: what it keeps, and that it tells the truth."""

import asyncio
import sqlite3
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import Forgotten, InvalidInput, NotAllowed, NotFound, Unavailable
from bot.reports.drafts import Draft
from bot.reports.receipts import Derived, new_receipt
from bot.reports.store import ReportStore
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, PERSON, WORDS, Office, OpenOffice, answers
from tests.reports.test_adding import refuse

OTHER_GUILD = GUILD + 1


async def test_a_sent_report_is_found_by_its_receipt_and_read_after_the_notice_time(
    office: Office, clock: HandClock
) -> None:
    receipt = await office.send("My crn is X123456 and I work too long")
    checked = await office.check(receipt.upper())
    assert (checked.status, checked.shown, checked.replies) == ("New", False, ())
    clock.advance(timedelta(hours=7))
    await office.serve()
    report = await office.desk.inbox.open(GUILD, await office.only_id())
    assert report.text == "My crn is [CRN removed] and I work too long"
    assert (report.category, report.employer, report.region, report.use) == (
        *("load", "ps"),
        *("n", "conf"),
    )
    assert (await office.check(receipt)).shown


async def test_a_reply_reaches_the_one_person_with_the_receipt(
    office: Office, clock: HandClock
) -> None:
    receipt, other = await office.send(), await office.send("Something else entirely.")
    clock.advance(timedelta(hours=7))
    await office.serve()
    for line in await office.desk.inbox.list(GUILD):
        opened = await office.desk.inbox.open(GUILD, line.id)
        if opened.text == WORDS:
            await office.desk.inbox.reply(GUILD, line.id, "Thank you. Who was told?")
            await office.desk.inbox.set_status(GUILD, line.id, "looking")
    checked = await office.check(receipt)
    assert checked.replies == ("Thank you. Who was told?",)
    assert checked.status == "Looking into it"
    assert (await office.check(other)).replies == ()
    assert b"Who was told" not in office.bytes_on_disk()


async def test_an_addition_is_kept_redacted_and_in_order(office: Office, clock: HandClock) -> None:
    receipt = await office.send()
    for text in ("First, ring 020 7946 0000", "second"):
        visit = (await office.check(receipt)).visit
        await office.desk.add(GUILD, PERSON, visit, text)
    assert (await office.check(receipt)).additions == 2
    clock.advance(timedelta(hours=7))
    await office.serve()
    report = await office.desk.inbox.open(GUILD, await office.only_id())
    assert [message.text for message in report.messages] == [
        "First, ring [phone removed]",
        "second",
    ]
    assert office.board.posted == [(GUILD, 1, 2)]


async def test_sending_twice_keeps_one(office: Office) -> None:
    draft = office.desk.draft(GUILD, "draft", answers())
    outcomes = await asyncio.gather(*(office.desk.send(draft, PERSON) for _ in range(3)))
    assert sorted(outcomes) == ["sending", "sending", "sent"]
    assert await office.desk.send(draft, PERSON) == "already"
    assert await office.database.fetch_value("SELECT count(*) FROM report") == 1


async def test_sending_again_after_a_restart_keeps_one(
    office: Office, open_office: OpenOffice
) -> None:
    draft = office.desk.draft(GUILD, "draft", answers())
    await office.desk.send(draft, PERSON)
    restarted = await open_office()
    assert await restarted.desk.send(draft, PERSON) == "already"
    assert await restarted.database.fetch_value("SELECT count(*) FROM report") == 1


async def test_sending_twice_counts_once_towards_the_limit(open_office: OpenOffice) -> None:
    office = await open_office(report_daily_limit=2)
    draft = office.desk.draft(GUILD, "draft", answers())
    await office.desk.send(draft, PERSON)
    office.desk.drafts.drop("draft")
    assert await office.desk.send(draft, PERSON) == "already"
    await office.send()
    with pytest.raises(NotAllowed, match="2 reports at most"):
        await office.send()


async def test_the_limit_is_per_person_and_day_and_a_restart_knows_nobody(
    open_office: OpenOffice, clock: HandClock
) -> None:
    office = await open_office(report_daily_limit=1)
    await office.send()
    with pytest.raises(NotAllowed):
        await office.send()
    with pytest.raises(NotAllowed):
        office.desk.may_send(GUILD, PERSON)
    await office.send(person=PERSON + 1)
    clock.advance(timedelta(days=1))
    await office.send()
    office = await open_office(report_daily_limit=1)
    await office.send()


async def test_a_server_takes_so_many_reports_a_day_from_all_together(
    open_office: OpenOffice, clock: HandClock
) -> None:
    office = await open_office(report_server_limit=3)
    for person in range(3):
        await office.send(person=person)
    for person in range(10, 20):
        with pytest.raises(NotAllowed, match="So many reports came in on this server today"):
            await office.send(person=person)
    await office.send(person=1, guild=GUILD + 1)
    assert await office.database.fetch_value("SELECT count(*) FROM report") == 4
    clock.advance(timedelta(days=1))
    await office.send(person=10)


async def test_what_could_not_be_kept_counts_towards_no_limit(open_office: OpenOffice) -> None:
    office = await open_office(report_server_limit=1, report_daily_limit=1)
    await refuse(office)
    for _ in range(2):
        with pytest.raises(Unavailable):
            await office.send()
    await refuse(office, refusing=False)
    await office.send()


async def test_a_wrong_receipt_costs_a_derivation_and_says_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = await office.send()
    found: list[bool] = []
    find = ReportStore._messages

    async def counted(self: ReportStore, guild_id: int, report_id: bytes) -> object:
        found.append(True)
        return await find(self, guild_id, report_id)

    monkeypatch.setattr(ReportStore, "_messages", counted)
    await office.check(receipt)
    almost = " ".join([*receipt.split()[:7], "zoo"])
    sentences = set()
    for wrong in (almost, new_receipt()):
        with pytest.raises(NotFound) as caught:
            await office.check(wrong)
        sentences.add(str(caught.value))
    with pytest.raises(NotFound) as caught:
        await office.check(receipt, guild=OTHER_GUILD)
    sentences.add(str(caught.value))
    assert len(sentences) == 1
    assert len(found) == 4  # the same statements ran each time


async def test_trying_receipts_ends_after_thirty_in_a_day(office: Office) -> None:
    office.desk._limits._counts[office.desk._limits._name("check", GUILD, PERSON)] = 29
    with pytest.raises(NotFound):
        await office.check(new_receipt())
    with pytest.raises(NotAllowed, match="tomorrow"):
        await office.check(new_receipt())
    with pytest.raises(InvalidInput):  # a slip of the finger is still explained
        await office.check("one two three")


async def test_a_visit_ends_after_a_quarter_of_an_hour_and_with_a_restart(
    office: Office, open_office: OpenOffice, clock: HandClock
) -> None:
    receipt = await office.send()
    visit = (await office.check(receipt)).visit
    with pytest.raises(Forgotten):
        await office.desk.add(OTHER_GUILD, PERSON, visit, "more")
    clock.advance(timedelta(minutes=16))
    with pytest.raises(Forgotten, match="report check"):
        await office.desk.add(GUILD, PERSON, visit, "more")
    visit = (await office.check(receipt)).visit
    restarted = await open_office()
    with pytest.raises(Forgotten):
        await restarted.desk.withdraw(GUILD, visit)
    assert (await restarted.check(receipt)).additions == 0


async def test_a_draft_keeps_its_receipt_through_edits_and_is_forgotten_in_time(
    office: Office, clock: HandClock
) -> None:
    first = office.desk.draft(GUILD, "draft", answers("one"))
    second = office.desk.draft(GUILD, "draft", answers("two"))
    assert second.receipt == first.receipt
    assert office.desk.drafts.get("draft", OTHER_GUILD) is None
    office.desk.confirm(second, second.receipt.title())
    with pytest.raises(InvalidInput, match="Nothing was sent yet"):
        office.desk.confirm(second, new_receipt())
    clock.advance(timedelta(minutes=16))
    assert office.desk.drafts.get("draft", GUILD) is None


async def test_a_sent_draft_keeps_no_words_in_memory(office: Office) -> None:
    draft = office.desk.draft(GUILD, "draft", answers())
    await office.desk.send(draft, PERSON)
    kept = office.desk.drafts.get("draft", GUILD)
    assert kept is not None
    assert (kept.state, kept.receipt, kept.answers.text) == ("sent", "", "")


async def test_one_server_never_sees_the_other_ones_reports(
    office: Office, clock: HandClock
) -> None:
    receipt = await office.send()
    clock.advance(timedelta(hours=7))
    await office.serve()
    report_id = await office.only_id()
    inbox = office.desk.inbox
    assert await inbox.list(OTHER_GUILD) == []
    for refused in (
        inbox.open(OTHER_GUILD, report_id),
        inbox.reply(OTHER_GUILD, report_id, "hello"),
        inbox.set_status(OTHER_GUILD, report_id, "closed"),
        inbox.find(OTHER_GUILD, report_id.hex()),
    ):
        with pytest.raises(NotFound):
            await refused
    assert (await office.check(receipt)).status == "New"


async def test_a_locked_file_gives_a_clear_sentence_and_keeps_nothing(office: Office) -> None:
    await office.database.alone("PRAGMA busy_timeout = 10")
    draft = office.desk.draft(GUILD, "draft", answers())
    other = sqlite3.connect(office.config.reports_database)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="Nothing of it was kept"):
            await office.desk.send(draft, PERSON)
    finally:
        other.close()
    with pytest.raises(NotFound):
        await office.check(draft.receipt)
    assert await office.desk.send(draft, PERSON) == "sent"
    assert (await office.check(draft.receipt)).status == "New"


async def test_a_full_disk_gives_a_clear_sentence_and_keeps_nothing(office: Office) -> None:
    pages = await office.database.fetch_value("PRAGMA page_count")
    await office.database.alone(f"PRAGMA max_page_count = {pages}")
    draft = office.desk.draft(GUILD, "draft", answers())
    with pytest.raises(Unavailable, match="disk is full"):
        await office.desk.send(draft, PERSON)
    assert await office.database.fetch_value("SELECT count(*) FROM report") == 0
    await office.database.alone("PRAGMA max_page_count = 1000000")
    assert await office.desk.send(draft, PERSON) == "sent"


async def all_or_nothing(office: Office, draft: Draft, sending: asyncio.Task[Any]) -> None:
    """Cut the sending off; then the receipt tells whether it was kept, and Send may be repeated."""
    sending.cancel()
    outcome = (await asyncio.gather(sending, return_exceptions=True))[0]
    kept = await office.database.fetch_value("SELECT count(*) FROM report")
    if kept:
        assert (await office.check(draft.receipt)).status == "New"
        assert await office.desk.send(draft, PERSON) == "already"
    else:
        assert outcome != "sent"
        with pytest.raises(NotFound):
            await office.check(draft.receipt)
        assert await office.desk.send(draft, PERSON) == "sent"


@pytest.mark.parametrize("turns", range(0, 40, 3))
async def test_being_cut_off_anywhere_leaves_all_or_nothing_and_check_tells_which(
    office: Office, turns: int
) -> None:
    draft = office.desk.draft(GUILD, "draft", answers())
    sending = asyncio.create_task(office.desk.send(draft, PERSON))
    for _ in range(turns):
        await asyncio.sleep(0)  # a turn of the loop, no time
    await all_or_nothing(office, draft, sending)


@pytest.mark.parametrize("moment", ["derived", "asked to be kept", "kept"])
async def test_being_cut_off_at_each_step_leaves_all_or_nothing_and_check_tells_which(
    office: Office, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    here = asyncio.Event()
    derive, insert = office.desk._derived, office.desk._store.insert

    def come(to: str) -> None:
        if to == moment:
            here.set()

    async def derived(receipt: str) -> Derived:
        found = await derive(receipt)
        come("derived")
        return found

    async def kept(*report: Any) -> bytes:
        keeping = asyncio.ensure_future(insert(*report))
        come("asked to be kept")
        report_id = await keeping
        come("kept")
        await asyncio.sleep(0)  # here the cancelling reaches us
        return report_id

    monkeypatch.setattr(office.desk, "_derived", derived)
    monkeypatch.setattr(office.desk._store, "insert", kept)
    draft = office.desk.draft(GUILD, "draft", answers())
    sending = asyncio.create_task(office.desk.send(draft, PERSON))
    await here.wait()
    monkeypatch.undo()
    await all_or_nothing(office, draft, sending)
