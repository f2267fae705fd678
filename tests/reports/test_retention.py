"""Reports close and are deleted when their time is over, and nothing of them stays or returns."""

import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import InvalidInput, NotFound, Unavailable
from bot.reports.keys import KeyFiles
from bot.reports.receipts import derive, new_receipt
from bot.reports.sealing import public_of, seal
from bot.reports.traces import DELETED_NAME
from bot.storage import Database, backups, migrations
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, PERSON, Office, OpenOffice, answers
from tests.reports.test_promises import DAY, shown_report

OTHER_GUILD = GUILD + 1


async def later(office: Office, clock: HandClock, days: int) -> None:
    """The notice time so many days on, and the one before it, so that the clock is believed."""
    clock.advance(timedelta(days=days - 1))
    await office.serve()
    clock.advance(DAY)
    await office.serve()


async def closed_report(office: Office, clock: HandClock) -> str:
    receipt = await shown_report(office, clock)
    await office.desk.inbox.set_status(GUILD, await office.only_id(), "closed")
    return receipt


async def there(office: Office) -> int:
    return int(await office.database.fetch_value("SELECT count(*) FROM report"))


async def weeks(office: Office) -> tuple[str | None, str | None]:
    row = await office.database.fetch_one("SELECT closed_week, active_week FROM report")
    assert row is not None
    return row["closed_week"], row["active_week"]


# The weeks


async def test_the_weeks_of_closing_and_of_activity_are_kept_true(
    office: Office, clock: HandClock
) -> None:
    receipt = await office.send()
    assert await weeks(office) == (None, None)  # nothing that moderators can see has happened
    clock.advance(timedelta(hours=7))
    await office.serve()
    assert await weeks(office) == (None, "2026-W10")
    clock.advance(7 * DAY)
    report_id = await office.only_id()
    await office.desk.inbox.reply(GUILD, report_id, "Thank you.")
    assert await weeks(office) == (None, "2026-W11")
    clock.advance(7 * DAY)
    await office.desk.inbox.set_status(GUILD, report_id, "closed")
    assert await weeks(office) == ("2026-W12", "2026-W12")
    clock.advance(7 * DAY)
    await office.desk.add(GUILD, PERSON, (await office.check(receipt)).visit, "One thing more.")
    assert await weeks(office) == ("2026-W12", "2026-W12")  # not before the notice time
    clock.advance(DAY)
    await office.serve()
    assert await weeks(office) == ("2026-W12", "2026-W13")
    await office.desk.inbox.set_status(GUILD, report_id, "notus")
    assert await weeks(office) == ("2026-W12", "2026-W13")
    await office.desk.inbox.set_status(GUILD, report_id, "looking")
    assert await weeks(office) == (None, "2026-W13")


async def test_weeks_that_were_not_noted_are_put_right_at_the_notice_time(
    office: Office, clock: HandClock
) -> None:
    await closed_report(office, clock)
    async with office.database.transaction() as tx:
        await tx.execute("UPDATE report SET closed_week = NULL, active_week = NULL")
    clock.advance(DAY)
    await office.serve()
    assert await weeks(office) == ("2026-W10", "2026-W10")


# By age


@pytest.mark.parametrize("status", ["closed", "notus", "named"])
async def test_what_is_finished_with_is_deleted_after_180_days_and_not_before(
    office: Office, clock: HandClock, status: str
) -> None:
    receipt = await shown_report(office, clock)
    await office.desk.inbox.set_status(GUILD, await office.only_id(), status)
    # Closed in the week of 2 March, which is over on the 9th; 180 days later is 5 September.
    await later(office, clock, 186)
    assert await there(office) == 1
    await later(office, clock, 2)
    assert await there(office) == 0
    with pytest.raises(NotFound):
        await office.check(receipt)


@pytest.mark.parametrize("status", ["new", "looking", "acted"])
async def test_what_is_open_closes_after_12_months_alone_and_is_deleted_180_days_later(
    office: Office, clock: HandClock, status: str
) -> None:
    receipt = await shown_report(office, clock)
    await office.desk.inbox.set_status(GUILD, await office.only_id(), status)
    await later(office, clock, 371)
    assert (await office.check(receipt)).status != "Closed"
    await later(office, clock, 2)
    assert (await office.check(receipt)).status == "Closed"
    await later(office, clock, 184)
    assert await there(office) == 1
    await later(office, clock, 3)
    assert await there(office) == 0


async def test_words_that_came_late_keep_a_closed_report(office: Office, clock: HandClock) -> None:
    receipt = await closed_report(office, clock)
    await later(office, clock, 186)
    await office.desk.add(GUILD, PERSON, (await office.check(receipt)).visit, "It goes on.")
    await later(office, clock, 2)
    report = await office.desk.inbox.open(GUILD, await office.only_id())
    assert [message.text for message in report.messages] == ["It goes on."]
    await later(office, clock, 190)
    assert await there(office) == 0


async def test_the_choice_is_each_servers_own_and_within_bounds(
    office: Office, clock: HandClock
) -> None:
    await office.send(guild=OTHER_GUILD)
    await closed_report(office, clock)
    (line,) = await office.desk.inbox.list(OTHER_GUILD)
    await office.desk.inbox.set_status(OTHER_GUILD, line.id, "closed")
    for refused in ("29", "731", "", "many", "-40", "٣٠٠", "1e2"):
        with pytest.raises(InvalidInput, match="Nothing was changed"):
            await office.desk.choices.keep_for(GUILD, refused)
    assert (await office.desk.choices.keeping(GUILD)).days == 180
    assert await office.desk.choices.keep_for(GUILD, " 30 days") == 30
    await later(office, clock, 40)
    assert await office.desk.inbox.list(GUILD) == []
    assert len(await office.desk.inbox.list(OTHER_GUILD)) == 1


async def test_nothing_is_deleted_between_two_notice_times(
    office: Office, clock: HandClock
) -> None:
    await closed_report(office, clock)
    await later(office, clock, 186)
    clock.advance(timedelta(hours=21, minutes=59))  # 18:00 in London is 17:00 UTC by then
    await office.serve()
    assert await there(office) == 1
    clock.advance(timedelta(minutes=1))
    await office.serve()
    assert await there(office) == 0


async def test_a_clock_that_ran_ahead_once_deletes_nothing(
    office: Office, clock: HandClock
) -> None:
    await closed_report(office, clock)
    clock.advance(timedelta(days=400))
    await office.serve()
    assert await there(office) == 1
    clock.advance(timedelta(days=-399))
    await office.serve()
    clock.advance(DAY)
    await office.serve()
    assert await there(office) == 1


async def test_without_notice_times_age_is_looked_at_once_a_day(
    open_office: OpenOffice, clock: HandClock
) -> None:
    office = await open_office(report_notice_times="now")
    await office.send()
    await office.serve()
    await office.desk.inbox.set_status(GUILD, await office.only_id(), "closed")
    clock.advance(timedelta(days=190))
    await office.serve()
    assert await there(office) == 0


# A hold


async def test_a_hold_stops_deleting_and_closing_but_not_withdrawing(
    office: Office, clock: HandClock
) -> None:
    await closed_report(office, clock)
    left_alone, withdrawn = await office.send("Left alone."), await office.send("Taken back.")
    await later(office, clock, 1)
    await office.desk.choices.set_hold(GUILD, on=True)
    await later(office, clock, 500)
    assert await there(office) == 3
    assert (await office.check(left_alone)).status == "New"
    await office.desk.withdraw(GUILD, (await office.check(withdrawn)).visit)
    await later(office, clock, 2)
    assert await there(office) == 2
    await office.desk.choices.set_hold(GUILD, on=False)
    await later(office, clock, 2)
    assert await there(office) == 1
    assert (await office.check(left_alone)).status == "Closed"


# Deleted means gone


def pieces(envelopes: list[bytes]) -> list[bytes]:
    """Of each envelope some parts, the overflow pages' included."""
    return [
        envelope[start : start + 16]
        for envelope in envelopes
        for start in range(100, len(envelope) - 16, 250)
    ]


async def test_after_its_time_and_after_withdrawal_no_byte_is_left_and_no_backup_brings_it_back(
    office: Office, open_office: OpenOffice, clock: HandClock, tmp_path: Path
) -> None:
    ran_out = await closed_report(office, clock)
    await office.desk.inbox.reply(GUILD, await office.only_id(), "Heard quizzically.")
    await office.desk.add(GUILD, PERSON, (await office.check(ran_out)).visit, "Late flummery.")
    withdrawn, kept = await office.send("Taken back codswallop."), await office.send("Stays.")
    clock.advance(DAY)
    await office.serve()
    rows = await office.database.fetch_all(
        "SELECT id, lookup, sealed FROM report WHERE lookup IS NOT NULL"
    )
    kept_id = (await office.desk._store.find(GUILD, (await _lookup(office, kept)))).id  # type: ignore[union-attr]
    gone = [row for row in rows if bytes(row["id"]) != kept_id]
    under = await office.database.fetch_all("SELECT sealed FROM message")
    envelopes = [bytes(row["sealed"]) for row in [*gone, *under]]
    assert len(envelopes) == 4
    wanted = [*pieces(envelopes), *(bytes(row["lookup"]) for row in gone)]
    wanted += [b"quizzically", b"flummery", b"codswallop"]
    backup = tmp_path / "backup.zip"
    databases = {"steward": office.folder / "steward.db", "reports": office.database.path}
    await (await Database.open(databases["steward"], "steward")).close()
    backups.backup(databases, backup)
    assert any(piece in office.bytes_on_disk() for piece in wanted)

    await office.desk.withdraw(GUILD, (await office.check(withdrawn)).visit)
    await later(office, clock, 190)
    for suffix in ("", "-wal"):
        content = (office.folder / f"reports.db{suffix}").read_bytes()
        assert [piece for piece in wanted if piece in content] == []
    assert [piece for piece in wanted if piece in office.bytes_on_disk()] == []
    assert (await office.check(kept)).status == "New"

    await office.desk.close()
    await office.database.close()
    backups.restore(backup, databases)
    restored = await open_office()
    for receipt in (ran_out, withdrawn):
        with pytest.raises(NotFound):
            await restored.check(receipt)
    assert (await restored.check(kept)).status == "New"
    with closing(sqlite3.connect(databases["reports"])) as other:
        assert other.execute("SELECT count(*) FROM report WHERE sealed NOT NULL").fetchone() == (1,)
    content = databases["reports"].read_bytes()
    assert [piece for piece in pieces(envelopes) if piece in content] == []


async def _lookup(office: Office, receipt: str) -> bytes:
    return (await office.desk._derived(receipt)).lookup


async def test_the_list_comes_before_the_deletion_and_a_full_disk_stops_both(
    office: Office, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await closed_report(office, clock)
    report_id = await office.only_id()
    await later(office, clock, 186)
    clock.advance(DAY)

    def full(*_: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(office.desk._deleted, "add", full)
        with pytest.raises(Unavailable):
            await office.serve()
    assert await there(office) == 1

    async def cut_short(*_: object) -> None:
        raise Unavailable("the power went")

    clock.advance(DAY)
    with monkeypatch.context() as patched:
        patched.setattr(office.desk._retention._store, "delete", cut_short)
        with pytest.raises(Unavailable):
            await office.serve()
    assert report_id.hex() in (office.folder / DELETED_NAME).read_text()
    clock.advance(DAY)
    await office.serve()
    assert await there(office) == 0


async def test_one_servers_broken_key_stops_neither_the_others_time_nor_its_own(
    office: Office, clock: HandClock
) -> None:
    await office.send("Of the other.", guild=OTHER_GUILD)
    await closed_report(office, clock)
    (other,) = await office.desk.inbox.list(OTHER_GUILD)
    await office.desk.inbox.set_status(OTHER_GUILD, other.id, "closed")
    (office.config.keys / f"{OTHER_GUILD}.key").write_text("broken\n")
    await later(office, clock, 190)
    assert await there(office) == 0


# Copies


async def from_an_older_version(open_office: OpenOffice) -> tuple[Office, str, Path]:
    """A desk that has just been brought up to date, with a report from before; its receipt, and
    the copy from before the upgrade."""
    office = await open_office()
    await office.serve()
    path, keys = office.config.reports_database, KeyFiles(office.config.keys)
    await office.desk.close()
    await office.database.close()
    for file in path.parent.glob("reports.db*"):
        file.unlink()
    migrations.migrate(path, "reports", migrations.steps("reports")[:1])
    salt, receipt = b"s" * 16, new_receipt()
    derived, reader = derive(receipt, salt), public_of(keys.make(GUILD))
    row = (b"i" * 16, GUILD, derived.lookup, derived.public_key)
    with closing(sqlite3.connect(path)) as old, old:
        old.execute("INSERT INTO setting VALUES ('salt', ?)", [salt])
        old.execute("INSERT INTO server_key VALUES (?, ?, 'host')", (GUILD, reader))
        old.execute(
            "INSERT INTO report (id, guild_id, lookup, reporter_key, sealed, shown_week, announced)"
            " VALUES (?, ?, ?, ?, ?, '2026-W09', 1)",
            (*row, seal(answers("Withdraw me please").payload(), [reader])),
        )
    office = await open_office()
    copy = path.with_name("reports.db.before-0002")
    assert copy.exists()
    return office, receipt, copy


async def test_the_copy_from_before_an_upgrade_goes_with_the_first_withdrawal(
    open_office: OpenOffice,
) -> None:
    office, receipt, copy = await from_an_older_version(open_office)
    await office.desk.withdraw(GUILD, (await office.check(receipt)).visit)
    assert not copy.exists()


async def test_the_copy_from_before_an_upgrade_goes_with_the_first_notice_time(
    open_office: OpenOffice, clock: HandClock
) -> None:
    office, _, copy = await from_an_older_version(open_office)
    clock.advance(DAY)
    await office.serve()
    assert not copy.exists()


async def test_what_a_restore_has_kept_goes_after_two_weeks_unless_a_hold_is_set(
    office: Office, clock: HandClock
) -> None:
    kept = office.folder / "before-restore-1.zip"
    kept.write_text("x")
    moment = clock.now().timestamp()
    os.utime(kept, (moment, moment))
    await office.desk.choices.set_hold(GUILD, on=True)
    await later(office, clock, 15)
    assert kept.exists()
    await office.desk.choices.set_hold(GUILD, on=False)
    await later(office, clock, 2)
    assert not kept.exists()


async def test_a_clock_that_ran_ahead_takes_nothing_that_a_restore_has_kept(
    office: Office, clock: HandClock
) -> None:
    await shown_report(office, clock)
    kept = office.folder / "before-restore-1.zip"
    kept.write_text("x")
    moment = clock.now().timestamp()
    os.utime(kept, (moment, moment))
    clock.advance(40 * DAY)
    await office.serve()
    assert kept.exists()
    clock.advance(DAY)  # it stayed there
    await office.serve()
    assert not kept.exists()
