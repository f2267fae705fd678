"""A restore brings back nothing that its writer has taken back, or says that it may have."""

import asyncio
import os
import re
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import iso_week
from bot.errors import DataError, NotFound, Unavailable
from bot.reports.restoring import CannotTell, Restoring, copy_list
from bot.reports.sealing import new_keypair
from bot.reports.traces import DELETED_NAME
from bot.storage import Database, backups
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, Office, OpenOffice
from tests.reports.moderating import DAY, notice_time, shown
from tests.test_command_line import environment, run

WITHDRAWN, KEPT = "I wish I had never written this about a colleague.", "This one stays."
PUBLIC = "They cancelled every meeting."


@dataclass
class Copies:
    """What an operator keeps elsewhere, as operations.md says."""

    office: Office
    folder: Path

    @property
    def zip(self) -> Path:
        return self.folder / "backup.zip"

    @property
    def list(self) -> Path:
        return self.folder / DELETED_NAME

    async def make(self) -> None:
        self.folder.mkdir(exist_ok=True)
        await (await Database.open(self.office.config.database, "steward")).close()
        await asyncio.to_thread(backups.backup, self.office.config.databases, self.zip)
        assert copy_list(self.office.config, self.zip)
        shutil.copytree(self.office.config.keys, self.folder / "keys", dirs_exist_ok=True)

    async def close(self) -> None:
        await self.office.desk.close()
        await self.office.database.close()

    async def lose_the_machine(self) -> None:
        await self.close()
        shutil.rmtree(self.office.folder)

    async def restore(self, **options: object) -> Restoring:
        config = self.office.config
        restoring = Restoring(config, self.zip, **options)  # type: ignore[arg-type]
        await asyncio.to_thread(backups.restore, self.zip, config.databases, restoring.prepare)
        if not config.keys.exists():
            shutil.copytree(self.folder / "keys", config.keys)
        return restoring


@pytest.fixture
def copies(office: Office, tmp_path: Path) -> Copies:
    return Copies(office, tmp_path / "elsewhere")


async def texts(office: Office) -> list[str | None]:
    lines = await office.desk.inbox.list(GUILD)
    return [(await office.desk.inbox.open(GUILD, line.id)).text for line in lines]


def told_to(office: Office) -> list[str]:
    """What the moderators' channel is told from now on."""
    said: list[str] = []

    async def tell(guild_id: int, text: str) -> bool:
        assert guild_id == GUILD
        said.append(text)
        return True

    office.desk.tidings.tell = tell
    return said


async def withdraw(office: Office, receipt: str) -> None:
    await office.desk.withdraw(GUILD, (await office.check(receipt)).visit)


async def test_on_a_new_machine_without_the_list_a_restore_is_refused_or_moderators_are_told(
    office: Office, open_office: OpenOffice, clock: HandClock, copies: Copies
) -> None:
    receipt, _ = await shown(office, clock, WITHDRAWN)
    await copies.make()
    copies.list.unlink()
    await withdraw(office, receipt)
    await notice_time(office, clock)
    await copies.lose_the_machine()
    with pytest.raises(CannotTell, match=r"withdrawn.*--deletions FILE.*--without-deletions"):
        await copies.restore()
    assert not office.config.reports_database.exists()
    # Begun there already: then there is a list, and it is that of other data.
    begun = await open_office()
    assert (begun.folder / DELETED_NAME).exists()
    await copies.close()
    await begun.desk.close()
    await begun.database.close()
    with pytest.raises(CannotTell):
        await copies.restore()
    assert not (await copies.restore(without=True)).complete
    shutil.copytree(copies.folder / "keys", office.config.keys, dirs_exist_ok=True)
    again = await open_office()
    said = told_to(again)
    clock.advance(DAY)
    await again.serve()
    assert await texts(again) == [WITHDRAWN]
    (told,) = said
    assert "restored from a backup" in told
    assert "withdraw it again" in told
    await notice_time(again, clock)
    assert len(said) == 1


async def test_the_command_says_why_it_refuses_and_what_it_did(
    office: Office, clock: HandClock, copies: Copies
) -> None:
    receipt, _ = await shown(office, clock, WITHDRAWN)
    env = environment(office.folder)
    await (await Database.open(office.config.database, "steward")).close()
    copies.folder.mkdir()
    status, out, _ = await run("backup", str(copies.zip), env=env, cwd=copies.folder)
    assert (status, copies.list.exists()) == (0, True)
    assert DELETED_NAME in out
    month_ago = time.time() - 30 * DAY.total_seconds()
    old = copies.folder / "old.zip"
    shutil.copy(copies.zip, old)
    os.utime(old, (month_ago, month_ago))
    await office.desk.choices.set_hold(GUILD, on=True)
    status, out, _ = await run("backup", str(copies.zip), env=env, cwd=copies.folder)
    assert "legal hold" in out
    assert old.exists()
    await office.desk.choices.set_hold(GUILD, on=False)
    today = datetime.now(UTC)  # the machine's clock is believed if a notice time is not long ago
    await office.desk._notices.release(iso_week(today), f"{today:%Y-%m-%d %H:%M}")
    status, out, _ = await run("backup", str(copies.zip), env=env, cwd=copies.folder)
    assert (status, old.exists()) == (0, False)
    assert "older than 14 days: old.zip" in out
    await withdraw(office, receipt)
    await copies.close()
    (office.folder / DELETED_NAME).rename(copies.folder / "newest")
    status, _, errors = await run("restore", str(copies.zip), env=env, cwd=copies.folder)
    assert (status, len(errors.splitlines())) == (1, 1)
    assert "their writers have withdrawn" in errors
    more = ("restore", str(copies.zip), "--deletions", "newest")
    status, out, _ = await run(*more, env=env, cwd=copies.folder)
    assert status == 0
    assert "1 report deleted since that backup: deleted again" in out
    assert "The moderators will be told" in out
    assert "Check before anything else: whether a legal hold is set" in out


async def test_a_backup_says_when_backups_are_to_be_made(office: Office, copies: Copies) -> None:
    """Each holds what moderators are not shown yet, which two of them would date."""
    await (await Database.open(office.config.database, "steward")).close()
    copies.folder.mkdir()
    await office.send("Not shown yet.")
    for times, said in (("18:00", True), ("now", False)):
        env = environment(office.folder, REPORT_NOTICE_TIMES=times)
        status, out, _ = await run("backup", str(copies.zip), env=env, cwd=copies.folder)
        assert status == 0
        assert ("Make backups just after a notice time" in out) == said
        assert ("between which of them a report came in or was withdrawn" in out) == said


async def test_with_a_clock_far_from_the_last_notice_time_no_earlier_backup_goes(
    office: Office, clock: HandClock, copies: Copies
) -> None:
    """The test's clock is years from the machine's, as one that ran ahead is from a right one."""
    await (await Database.open(office.config.database, "steward")).close()
    await shown(office, clock, KEPT)
    copies.folder.mkdir()
    old, env = copies.folder / "old.zip", environment(office.folder)
    await run("backup", str(old), env=env, cwd=copies.folder)
    month_ago = time.time() - 30 * DAY.total_seconds()
    os.utime(old, (month_ago, month_ago))
    status, out, _ = await run("backup", str(copies.zip), env=env, cwd=copies.folder)
    assert (status, old.exists()) == (0, True)
    assert "more than a month from the last notice time" in out
    assert "no earlier backup was deleted" in out


async def test_the_copy_of_the_list_beside_the_backups_is_applied_on_a_new_machine(
    office: Office, open_office: OpenOffice, clock: HandClock, copies: Copies
) -> None:
    receipt, _ = await shown(office, clock, WITHDRAWN)
    await shown(office, clock, KEPT)
    await copies.make()
    earlier = copies.zip.read_bytes()
    await withdraw(office, receipt)
    await notice_time(office, clock)
    await copies.make()  # the copy of the list knows more now
    copies.zip.write_bytes(earlier)
    await copies.lose_the_machine()
    with pytest.raises(CannotTell, match=re.escape(str(copies.list))):
        await copies.restore()
    restored = await copies.restore(deletions=copies.list)
    assert (restored.deleted, restored.complete) == (1, False)
    again = await open_office()
    with pytest.raises(NotFound):
        await again.check(receipt)
    clock.advance(DAY)
    await again.serve()
    assert await texts(again) == [KEPT]
    # What the new machine's list lacks, it does not pretend to know.
    await again.desk.close()
    await again.database.close()
    with pytest.raises(CannotTell):
        await copies.restore()
    # Of a backup that was made since, everything is known.
    await copies.make()
    assert (await copies.restore()).complete


async def test_a_copy_of_the_list_put_in_place_by_hand_is_not_taken_for_the_list(
    office: Office, clock: HandClock, copies: Copies
) -> None:
    receipt, _ = await shown(office, clock, WITHDRAWN)
    copies.folder.mkdir()
    shutil.copy(office.config.deleted_reports, copies.list)  # as earlier versions left it
    await copies.make()
    await copies.make()
    await withdraw(office, receipt)
    await notice_time(office, clock)
    await copies.lose_the_machine()
    office.folder.mkdir()
    shutil.copy(copies.list, office.config.deleted_reports)
    with pytest.raises(CannotTell):
        await copies.restore()
    assert not (await copies.restore(deletions=copies.list)).complete


async def test_on_the_same_machine_the_list_is_applied_and_moderators_are_told_of_the_restore(
    office: Office, open_office: OpenOffice, clock: HandClock, copies: Copies
) -> None:
    receipt, _ = await shown(office, clock, WITHDRAWN)
    await copies.make()
    await withdraw(office, receipt)
    await copies.close()
    restored = await copies.restore()
    assert (restored.deleted, restored.complete) == (1, True)
    again = await open_office()
    said = told_to(again)
    await notice_time(again, clock)
    assert await again.desk.inbox.list(GUILD) == []
    assert len(said) == 1
    assert "withdraw it again" not in said[0]


async def test_on_a_full_disk_moderators_are_told_once(
    office: Office,
    open_office: OpenOffice,
    clock: HandClock,
    copies: Copies,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await shown(office, clock, KEPT)
    await copies.make()
    await copies.close()
    await copies.restore()
    again = await open_office()
    said = told_to(again)

    async def full(*_: object) -> None:
        raise Unavailable("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(again.desk.tidings._restored, "told", full)
        for _ in range(3):
            with pytest.raises(Unavailable):
                await again.desk.tidings.round()
    await again.desk.tidings.round()
    await again.desk.tidings.round()
    assert len(said) == 1


async def test_a_list_that_was_lost_on_its_own_machine_is_not_begun_anew_in_silence(
    office: Office, open_office: OpenOffice, clock: HandClock, copies: Copies
) -> None:
    receipt, _ = await shown(office, clock, WITHDRAWN)
    await copies.make()
    await withdraw(office, receipt)
    (office.folder / DELETED_NAME).unlink()
    again = await open_office()
    assert (again.folder / DELETED_NAME).exists()
    await again.desk.close()
    await again.database.close()
    with pytest.raises(CannotTell):
        await copies.restore()


async def test_what_is_no_list_is_refused_and_nothing_is_changed(
    office: Office, clock: HandClock, copies: Copies, tmp_path: Path
) -> None:
    await shown(office, clock, KEPT)
    await copies.make()
    await copies.close()
    before = office.config.reports_database.read_bytes()
    for content in (None, "", "a shopping list\n"):
        if content is not None:
            (tmp_path / "list").write_text(content)
        with pytest.raises(DataError, match="no list of deleted reports"):
            await copies.restore(deletions=tmp_path / "list")
    assert office.config.reports_database.read_bytes() == before


# What moderators have decided since


@pytest.mark.parametrize("new_machine", [False, True])
async def test_a_hold_that_was_set_since_the_backup_stands_or_moderators_are_told_to_look(
    office: Office, open_office: OpenOffice, clock: HandClock, copies: Copies, *, new_machine: bool
) -> None:
    await shown(office, clock, KEPT)
    await copies.make()
    await office.desk.choices.set_hold(GUILD, on=True)
    await office.desk.choices.keep_for(GUILD, "365")
    if new_machine:
        await copies.lose_the_machine()
        # Begun there already: it decides nothing for other data.
        begun = await open_office()
        await copies.close()
        await begun.desk.close()
        await begun.database.close()
        await copies.restore(deletions=copies.list)
        shutil.copytree(copies.folder / "keys", office.config.keys, dirs_exist_ok=True)
    else:
        await copies.close()
        await copies.restore()
    again = await open_office()
    keeping = await again.desk.choices.keeping(GUILD)
    assert (keeping.hold, keeping.days) == ((False, 180) if new_machine else (True, 365))
    said = told_to(again)
    await notice_time(again, clock)
    (told,) = said
    for each in (
        *("legal hold", "keys", "role", "channel", "how long reports are kept", "are open"),
        *("who answers for reports", "numbers for danger, for somebody at risk", "groups"),
    ):
        assert each in told


async def test_a_hold_that_was_lifted_since_the_backup_is_not_set_again(
    office: Office, open_office: OpenOffice, clock: HandClock, copies: Copies
) -> None:
    await shown(office, clock, KEPT)
    await office.desk.choices.set_hold(GUILD, on=True)
    await copies.make()
    await office.desk.choices.set_hold(GUILD, on=False)
    await copies.close()
    await copies.restore()
    assert not await (await open_office()).desk.choices.on_hold(GUILD)


async def test_who_left_is_not_sealed_to_again_after_a_restore(
    open_office: OpenOffice, tmp_path: Path
) -> None:
    office = await open_office(report_reading="sealed")
    copies = Copies(office, tmp_path / "elsewhere")
    (_, old), (_, new) = new_keypair(), new_keypair()
    await office.desk.keyring.use_away_key(GUILD, old.hex())
    office.config.keys.mkdir(exist_ok=True)
    await copies.make()
    await office.desk.keyring.use_away_key(GUILD, new.hex())
    await copies.close()
    await copies.restore()
    again = await open_office(report_reading="sealed")
    assert await again.desk.keyring.sealing(GUILD) == [new]
    said = told_to(again)
    await again.desk.tidings.round()
    assert "sealed to the key of somebody who left" in said[0]  # also where there is no report yet


async def test_being_restored_makes_no_report_younger(
    office: Office, open_office: OpenOffice, clock: HandClock, copies: Copies
) -> None:
    await shown(office, clock, PUBLIC)
    await copies.make()
    await copies.lose_the_machine()
    clock.advance(21 * DAY)
    await copies.restore(deletions=copies.list)
    again = await open_office()
    await notice_time(again, clock)
    rows = await again.database.fetch_all("SELECT active_week FROM report")
    assert [row["active_week"] for row in rows] == ["2026-W10"]
