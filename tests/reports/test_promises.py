"""What the design promises about reports, each with the test that fails when it is broken."""

import base64
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import NotFound, Unavailable
from bot.reports.bundle import new_keypair, read_bundle
from bot.reports.keys import write_key
from bot.reports.traces import DELETED_NAME
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, PERSON, WORDS, Office, OpenOffice

AFTERNOON = timedelta(hours=7)  # from noon to after the notice time at 18:00 London time
DAY = timedelta(days=1)


async def seen(office: Office) -> object:
    """Everything that a moderator can ask for, and what was posted."""
    inbox = office.desk.inbox
    lines = await inbox.list(GUILD)
    narrowed = await inbox.list(GUILD, status="new", category="load")
    opened = []
    for line in lines:
        opened.append(await inbox.open(GUILD, line.id))
        assert await inbox.find(GUILD, line.name) == line.id
    bundle = re.sub(rb'"sealed": "[^"]*"', b"", await inbox.export(GUILD))
    return lines, narrowed, opened, bundle, list(office.board.posted)


async def shown_report(office: Office, clock: HandClock) -> str:
    """Send a report and let moderators see it; its receipt."""
    receipt = await office.send()
    clock.advance(AFTERNOON)
    await office.serve()
    return receipt


# 1: nobody is written down


async def test_no_trace_of_the_person_is_on_the_disk(office: Office, clock: HandClock) -> None:
    receipt = await shown_report(office, clock)
    checked = await office.check(receipt)
    await office.desk.add(GUILD, PERSON, checked.visit, "more words than before")
    packed = [PERSON.to_bytes(8, "big"), PERSON.to_bytes(8, "little")]
    decimal = str(PERSON).encode()
    traces = [decimal, f"{PERSON:x}".encode(), *packed]
    traces += [base64.b64encode(trace).rstrip(b"=") for trace in (decimal, *packed)]
    traces += [WORDS.encode(), b"supervision", b"more words", receipt.encode()]
    traces += [word.encode() for word in receipt.split() if len(word) > 6]
    content = office.bytes_on_disk()
    assert [trace for trace in traces if trace in content] == []


async def test_the_tables_have_no_room_for_a_person_or_a_time(office: Office) -> None:
    rows = await office.database.fetch_all("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL")
    tables = {row["name"]: row["sql"] for row in rows if row["sql"].startswith("CREATE TABLE")}
    columns = {
        name: [row["name"] for row in await office.database.fetch_all(f"PRAGMA table_info({name})")]
        for name in tables
    }
    assert columns == {
        "setting": ["name", "value"],
        "server_key": ["guild_id", "public", "place"],
        "report": [
            *("id", "guild_id", "lookup", "reporter_key", "sealed", "status"),
            *("shown_week", "announced", "matter", "closed_week", "active_week"),
        ],
        "choice": ["guild_id", "name", "value"],
        "message": [
            *("report_id", "turn", "guild_id", "author", "sealed"),
            *("shown_week", "announced", "collected"),
            *("brought_by", "agreed_by"),  # moderators, in sealed reading
        ],
    }
    assert all("WITHOUT ROWID" in sql for sql in tables.values())
    settings = await office.database.fetch_all("SELECT name FROM setting")
    assert {row["name"] for row in settings} == {
        "list",
        "salt",
        "slot",
    }  # two random numbers, a notice time


# 2: sealed before it is written


async def test_a_report_is_sealed_to_a_key_file_for_its_owner_only(office: Office) -> None:
    await office.send()
    key = office.folder / "keys" / f"{GUILD}.key"
    assert key.stat().st_mode & 0o777 == 0o600
    (sealed,) = await office.database.fetch_all("SELECT sealed FROM report")
    assert len(sealed[0]) == 3 + 1 + 80 + 24 + 16 + 4096


async def test_sealed_reading_never_seals_to_a_key_on_the_host(
    open_office: OpenOffice, clock: HandClock, tmp_path: Path
) -> None:
    office = await open_office()
    await office.desk.prepare(GUILD)  # leaves a key on the host
    office = await open_office(report_reading="sealed")
    with pytest.raises(Unavailable, match="key to seal them with"):
        await office.send()
    private, public = new_keypair()
    recognised = await office.desk.keyring.use_away_key(GUILD, public.hex().upper())
    assert recognised.replace(" ", "") == public.hex()[:16]
    await office.serve()
    await office.send()
    clock.advance(AFTERNOON)
    await office.serve()
    (line,) = await office.desk.inbox.list(GUILD)
    assert line.category is None
    with pytest.raises(Unavailable, match="inbox export"):
        await office.desk.inbox.open(GUILD, line.id)
    back_in_discord = await open_office()
    with pytest.raises(Unavailable, match="not on this machine"):
        await back_in_discord.desk.inbox.open(GUILD, line.id)

    key, bundle = tmp_path / "away.key", tmp_path / "inbox.json"
    write_key(key, private)
    bundle.write_bytes(await back_in_discord.desk.inbox.export(GUILD))
    assert WORDS.encode() not in bundle.read_bytes()
    assert [report.text for report in read_bundle(bundle, key)] == [WORDS]


# 3: the receipt


async def test_only_what_the_derivation_makes_of_a_receipt_is_stored(office: Office) -> None:
    receipt = await office.send()
    (row,) = await office.database.fetch_all("SELECT lookup, reporter_key FROM report")
    assert (len(row["lookup"]), len(row["reporter_key"])) == (32, 32)
    content = office.bytes_on_disk().lower()
    assert receipt.encode() not in content
    assert "".join(receipt.split()).encode() not in content


# 4: nothing to see before the notice time


async def test_a_report_is_seen_at_the_notice_time_and_not_before(
    office: Office, clock: HandClock
) -> None:
    before = await seen(office)
    await office.send()
    clock.advance(timedelta(hours=5, minutes=59))
    await office.serve()
    assert await seen(office) == before
    report_id = await office.database.fetch_value("SELECT id FROM report")
    with pytest.raises(NotFound):
        await office.desk.inbox.open(GUILD, bytes(report_id))
    with pytest.raises(NotFound):
        await office.desk.inbox.reply(GUILD, bytes(report_id), "hello")
    clock.advance(timedelta(minutes=1))
    await office.serve()
    assert len(await office.desk.inbox.list(GUILD)) == 1
    assert office.board.posted == [(GUILD, 1, 0)]


async def test_an_addition_is_seen_at_the_notice_time_and_not_before(
    office: Office, clock: HandClock
) -> None:
    receipt = await shown_report(office, clock)
    before = await seen(office)
    await office.desk.add(GUILD, PERSON, (await office.check(receipt)).visit, "one thing more")
    await office.serve()
    assert await seen(office) == before
    clock.advance(DAY)
    await office.serve()
    report = await office.desk.inbox.open(GUILD, await office.only_id())
    assert [message.text for message in report.messages] == ["one thing more"]


async def test_an_addition_does_not_tell_between_which_replies_its_reporter_was_here(
    office: Office, clock: HandClock
) -> None:
    receipt = await shown_report(office, clock)
    report_id = await office.only_id()

    async def add(text: str) -> None:
        await office.desk.add(GUILD, PERSON, (await office.check(receipt)).visit, text)

    async def turns() -> list[tuple[str, int]]:
        rows = await office.database.fetch_all("SELECT author, turn FROM message ORDER BY turn")
        return [(row["author"], row["turn"]) for row in rows]

    await office.desk.inbox.reply(GUILD, report_id, "A first reply.")
    await add("A first addition.")
    await office.desk.inbox.reply(GUILD, report_id, "A second reply.")
    await add("A second addition.")
    # Whoever has the file now reads the same whether the additions came before the replies or not.
    waiting = [("reporter", -2), ("reporter", -1)]
    assert await turns() == [*waiting, ("moderator", 1), ("moderator", 2)]
    clock.advance(DAY)
    await office.serve()
    await office.desk.inbox.reply(GUILD, report_id, "A third reply.")
    await add("A third addition.")
    clock.advance(DAY)
    await office.serve()
    authors = ["moderator", "moderator", "reporter", "reporter", "moderator", "reporter"]
    assert await turns() == list(zip(authors, range(1, 7), strict=True))
    ordered = ["A first reply.", "A second reply.", "A first addition.", "A second addition."]
    ordered += ["A third reply.", "A third addition."]
    report = await office.desk.inbox.open(GUILD, report_id)
    assert [message.text for message in report.messages] == ordered
    assert (await office.check(receipt)).replies == tuple(ordered[place] for place in (0, 1, 4))


async def test_a_withdrawal_is_seen_at_the_notice_time_and_not_before(
    office: Office, clock: HandClock
) -> None:
    receipt = await shown_report(office, clock)
    report_id = await office.only_id()
    await office.desk.inbox.reply(GUILD, report_id, "Are you there?")
    before = await seen(office)
    await office.desk.withdraw(GUILD, (await office.check(receipt)).visit)
    await office.serve()
    assert await seen(office) == before
    # What moderators do meanwhile goes on as if nothing had happened.
    await office.desk.inbox.reply(GUILD, report_id, "Still there?")
    await office.desk.inbox.set_status(GUILD, report_id, "acted")
    assert len((await office.desk.inbox.open(GUILD, report_id)).messages) == 2
    clock.advance(DAY)
    await office.serve()
    assert await office.desk.inbox.list(GUILD) == []
    assert office.board.posted == [(GUILD, 1, 0)]


async def test_a_withdrawal_can_be_made_to_show_at_once(office: Office, clock: HandClock) -> None:
    receipt = await shown_report(office, clock)
    await office.desk.withdraw(GUILD, (await office.check(receipt)).visit, hide_now=True)
    assert await office.desk.inbox.list(GUILD) == []


async def test_a_collected_reply_is_seen_at_the_notice_time_and_not_before(
    office: Office, clock: HandClock
) -> None:
    receipt = await shown_report(office, clock)
    await office.desk.inbox.reply(GUILD, await office.only_id(), "Are you there?")
    before = await seen(office)
    checked = await office.check(receipt)
    await office.desk.collected(GUILD, checked)
    await office.serve()
    assert await seen(office) == before
    clock.advance(DAY)
    await office.serve()
    report = await office.desk.inbox.open(GUILD, await office.only_id())
    assert [message.collected for message in report.messages] == [True]


async def test_the_week_is_the_notice_times_not_the_reporters(
    office: Office, clock: HandClock
) -> None:
    clock.advance(timedelta(days=6, hours=11))  # Sunday, 23:00 UTC
    await office.serve()
    await office.send()
    clock.advance(timedelta(hours=2))  # Monday
    await office.send("A second report, of the week after.")
    clock.advance(DAY)
    await office.serve()
    assert {line.week for line in await office.desk.inbox.list(GUILD)} == {"2026-W11"}


async def test_a_notice_time_missed_while_switched_off_is_made_up_for_and_served_once(
    office: Office, open_office: OpenOffice, clock: HandClock
) -> None:
    await office.send()
    clock.advance(AFTERNOON)
    restarted = await open_office()
    await restarted.serve()
    await restarted.send("Sent after the notice time.")
    again = await open_office()
    await again.serve()
    assert len(await again.desk.inbox.list(GUILD)) == 1


async def test_a_notice_that_could_not_be_posted_waits_and_is_posted_once(
    office: Office, clock: HandClock
) -> None:
    office.board.reachable = False
    await shown_report(office, clock)
    assert office.board.posted == []
    office.board.reachable = True
    await office.serve()
    await office.serve()
    assert office.board.posted == [(GUILD, 1, 0)]


async def test_now_shows_everything_at_once(open_office: OpenOffice) -> None:
    office = await open_office(report_notice_times="now")
    await office.send()
    await office.serve()
    assert len(await office.desk.inbox.list(GUILD)) == 1


# 4: what the files tell


async def test_after_each_commit_the_log_is_empty_and_the_files_tell_the_week_only(
    office: Office, clock: HandClock
) -> None:
    monday = datetime(2026, 3, 2, tzinfo=UTC).timestamp()

    def times() -> set[float]:
        found = [*office.folder.rglob("*"), office.folder]
        files = [file for file in found if file.is_file()]
        # Looking into a folder to find them is itself an access to the folder.
        return {file.stat().st_mtime for file in found} | {file.stat().st_atime for file in files}

    wal = office.folder / "reports.db-wal"
    clock.advance(timedelta(days=2))
    await office.serve()
    receipt = await office.send()
    assert wal.stat().st_size == 0
    assert times() == {monday}
    visit = (await office.check(receipt)).visit
    await office.desk.add(GUILD, PERSON, visit, "more")
    assert wal.stat().st_size == 0
    await office.desk.withdraw(GUILD, visit)
    assert wal.stat().st_size == 0
    assert times() == {monday}


async def test_the_order_of_rows_in_the_file_is_that_of_random_ids(
    office: Office, clock: HandClock
) -> None:
    for number in range(25):
        await office.send(f"Report number {number} of many.")
    rows = await office.database.fetch_all("SELECT id, sealed FROM report")
    sealed = {bytes(row["id"]): bytes(row["sealed"]) for row in rows}

    def places() -> list[bytes]:
        content = office.config.reports_database.read_bytes()
        # The last bytes of an envelope are on an overflow page of its own row.
        return sorted(sealed, key=lambda report_id: content.index(sealed[report_id][-600:]))

    assert places() != sorted(sealed)  # in the order of sending, and so not by id
    clock.advance(AFTERNOON)
    await office.serve()
    assert places() == sorted(sealed)


async def test_the_files_are_rewritten_at_each_notice_time_whether_anything_came_in_or_not(
    office: Office, clock: HandClock
) -> None:
    path = office.config.reports_database
    before = path.stat().st_ctime_ns
    clock.advance(DAY)
    await office.serve()
    assert path.stat().st_ctime_ns > before


# 5: limits


async def test_the_key_of_the_day_is_never_written_and_changes(
    office: Office, clock: HandClock
) -> None:
    await office.send()
    limits = office.desk._limits
    first = limits._key
    assert len(first) == 32
    content = office.bytes_on_disk()
    assert first not in content
    assert limits._name("report", GUILD, PERSON) not in content
    clock.advance(DAY)
    assert office.desk._limits.used("report", GUILD, PERSON) == 0
    assert limits._key != first


async def test_nothing_about_a_report_is_logged(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "bot")
    receipt = await office.send()
    with pytest.raises(NotFound):
        await office.check("zoo " * 8)
    await office.desk.withdraw(GUILD, (await office.check(receipt)).visit)
    assert [record for record in caplog.records if record.name.startswith("bot")] == []


async def test_reading_leaves_no_time_with_the_key_and_the_list_of_the_deleted(
    office: Office,
) -> None:
    await office.desk.prepare(GUILD)
    (key,) = office.config.keys.glob("*.key")
    office.desk._deleted.add(bytes(16))
    listed = office.folder / DELETED_NAME
    monday = key.stat().st_mtime
    # Where reading is noted, it is so when the last time of reading is not after the last change.
    for file in (key, listed):
        os.utime(file, (monday - 1, monday))
    await office.desk.keyring.sealing(GUILD)
    await office.desk.keyring.opening(GUILD)
    assert office.desk._deleted.read()
    assert [file.stat().st_atime for file in (key, listed)] == [monday - 1] * 2
