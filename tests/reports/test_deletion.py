"""Deleted means gone: of no kind of message, by no way and at no unlucky moment does a byte stay.

What went is looked for in every file but the private keys: the words, and bytes of each envelope
that ever was on the disk, replaced ones and those sealed to another key since included.
"""

import os
import shutil
import sqlite3
import time
import zipfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import NotFound
from bot.reports.bundle import read_bundle
from bot.reports.casework import quoting
from bot.reports.erasing.store import Erasing
from bot.reports.messages import MessageKind
from bot.storage import Database, backups
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, PERSON, Office, OpenOffice, answers
from tests.reports.moderating import AFTERNOON, ANN, BOB, DAY, notice_time, shown
from tests.reports.test_retention import later
from tests.test_command_line import environment, run

WORDS = "Bumfuzzled about the rota since October."
SAID = (b"Bumfuzzled", b"Cattywampus", b"Gardyloo", b"Taradiddle", b"Widdershins", b"Lollygag")


async def envelopes(office: Office) -> set[bytes]:
    """All that are in the tables now."""
    rows = await office.database.fetch_all(
        "SELECT sealed FROM report WHERE sealed IS NOT NULL UNION ALL SELECT sealed FROM message"
    )
    return {bytes(row[0]) for row in rows}


def pieces(sealed: Iterable[bytes]) -> list[bytes]:
    """Parts of envelopes: of the wrapped keys, and of what every page of the words would hold."""
    return [each[at : at + 16] for each in sealed for at in range(8, len(each) - 16, 200)]


def found(office: Office, wanted: Iterable[bytes]) -> list[bytes]:
    content = office.bytes_on_disk()
    return [each for each in wanted if each in content]


async def conversation(office: Office, clock: HandClock) -> tuple[str, bytes, set[bytes]]:
    """A report with a message of every kind: its receipt, its id, all envelopes there ever were."""
    receipt, report_id = await shown(office, clock, WORDS, use="ask")
    inbox, ever = office.desk.inbox, await envelopes(office)
    quote = await quoting.propose(inbox, GUILD, report_id, ANN, "Bumfuzzled about the rota")
    await quoting.agree(inbox, GUILD, report_id, BOB, quote)
    await inbox.reply(GUILD, report_id, "Cattywampus, we agree.")
    await inbox.note(GUILD, report_id, ANN, "Gardyloo, third time.")
    await inbox.label(GUILD, report_id, ANN, "Widdershins")
    await inbox.hand(GUILD, report_id, ANN, BOB)
    await inbox.used(GUILD, report_id, "count", "Lollygag, counted.")
    visit = (await office.check(receipt)).visit
    await office.desk.add(GUILD, PERSON, visit, "Taradiddle is what they say.")
    await office.desk.answer(GUILD, PERSON, visit, quote, yes=False)
    await office.desk.change_use(GUILD, PERSON, visit, "count")
    ever |= await envelopes(office)
    # In place of what waits: the envelope before goes at once.
    await office.desk.answer(GUILD, PERSON, visit, quote, yes=True)
    await office.desk.answer(GUILD, PERSON, visit, quote, yes=False)  # a change of use leaves a no
    await office.desk.change_use(GUILD, PERSON, visit, "pub")
    now = await envelopes(office)
    assert len(ever - now) == 2
    assert found(office, pieces(ever - now)) == []
    ever |= now
    await notice_time(office, clock)
    kinds = {each.kind for each in (await inbox.open(GUILD, report_id)).messages}
    assert kinds == set(MessageKind)
    assert set(pieces(now)) <= set(found(office, pieces(ever)))
    return receipt, report_id, ever | await envelopes(office)


@pytest.mark.parametrize("changed_key", [False, True], ids=["same key", "changed key"])
@pytest.mark.parametrize("way", ["withdrawn", "hidden at once", "ran out"])
async def test_of_no_kind_of_message_a_byte_stays(
    office: Office, clock: HandClock, way: str, *, changed_key: bool
) -> None:
    receipt, report_id, ever = await conversation(office, clock)
    if changed_key:
        await office.desk.rotation.begin(GUILD)
        await office.desk.rotation.reseal(GUILD)
        ever |= await envelopes(office)
        clock.advance(300)
        await office.serve()
        assert not await office.desk.rotation.under_way(GUILD)
    kept = await office.send("This one stays.")
    if way == "ran out":
        await office.desk.inbox.set_status(GUILD, report_id, "closed")
        await later(office, clock, 190)
    else:
        visit = (await office.check(receipt)).visit
        await office.desk.withdraw(GUILD, visit, hide_now=way == "hidden at once")
    assert found(office, [*pieces(ever), *SAID]) == []
    await notice_time(office, clock)
    assert found(office, [*pieces(ever), *SAID, report_id]) == []
    assert (await office.check(kept)).status == "New"


async def test_what_is_said_to_a_withdrawn_report_goes_at_the_notice_time(
    office: Office, clock: HandClock
) -> None:
    receipt, report_id = await shown(office, clock, WORDS)
    await office.desk.withdraw(GUILD, (await office.check(receipt)).visit)
    await office.desk.inbox.reply(GUILD, report_id, "Cattywampus, are you there?")
    await office.desk.inbox.note(GUILD, report_id, ANN, "Gardyloo.")
    said = await envelopes(office)
    assert len(said) == 2
    await notice_time(office, clock)
    assert found(office, [*pieces(said), report_id]) == []


async def test_where_another_program_is_reading_it_goes_within_a_minute_of_its_end(
    office: Office, clock: HandClock
) -> None:
    receipt, _, ever = await conversation(office, clock)
    await office.database.fetch_all("PRAGMA busy_timeout = 0")  # do not wait for the other
    with closing(sqlite3.connect(office.database.path, isolation_level=None)) as other:
        other.execute("BEGIN")
        assert other.execute("SELECT count(*) FROM report").fetchone() == (1,)
        await office.desk.withdraw(GUILD, (await office.check(receipt)).visit)
        # It reads on what was there when it began, so that has to be somewhere.
        assert found(office, pieces(ever))
        await office.serve()
        other.execute("COMMIT")
    await office.serve()  # as each minute: no notice time, and nobody writes
    assert found(office, [*pieces(ever), *SAID]) == []
    assert (office.folder / "reports.db-wal").stat().st_size == 0


async def test_cut_off_before_the_log_was_cut_it_goes_at_the_next_start(
    office: Office, open_office: OpenOffice, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt, _, ever = await conversation(office, clock)

    async def cut_off(*_: object) -> None:
        return

    # The files as they are when the power goes directly after the withdrawal's commit.
    monkeypatch.setattr(Erasing, "_after_commit", cut_off)
    office.database.after_each_commit(office.desk._erasing._after_commit)
    await office.desk.withdraw(GUILD, (await office.check(receipt)).visit)
    left = {
        name: (office.folder / name).read_bytes()
        for name in ("reports.db", "reports.db-wal", "deleted-reports.txt")
    }
    monkeypatch.undo()
    assert any(piece in left["reports.db"] for piece in pieces(ever))
    await office.desk.close()
    await office.database.close()
    for name, content in left.items():
        (office.folder / name).write_bytes(content)
    (office.folder / "reports.db-shm").unlink(missing_ok=True)
    again = await open_office()
    assert found(again, [*pieces(ever), *SAID]) == []
    with pytest.raises(NotFound):
        await again.check(receipt)


async def test_restoring_a_backup_leaves_no_byte_of_it_before_the_bot_starts(
    office: Office, clock: HandClock, tmp_path: Path
) -> None:
    receipt, report_id, ever = await conversation(office, clock)
    kept = await office.send("This one stays.")
    databases = office.config.databases
    await (await Database.open(databases["steward"], "steward")).close()
    backup = tmp_path / "elsewhere" / "backup.zip"
    backup.parent.mkdir()
    backups.backup(databases, backup)
    with zipfile.ZipFile(backup) as archive:
        assert any(piece in archive.read("reports.db") for piece in pieces(ever))
    await office.desk.withdraw(GUILD, (await office.check(receipt)).visit)
    await notice_time(office, clock)
    await office.desk.close()
    await office.database.close()
    backups.restore(backup, databases)
    assert found(office, pieces(ever))
    env = environment(databases["reports"].parent)
    status, _, errors = await run("restore", str(backup), env=env, cwd=tmp_path)
    assert (status, errors) == (0, "")
    for file in office.folder.glob("before-restore-*"):
        # What was there is kept, and operations.md says that it is the operator's to delete.
        file.unlink()
    assert found(office, [*pieces(ever), *SAID]) == []
    with closing(sqlite3.connect(databases["reports"])) as other:
        rows = other.execute("SELECT id, sealed NOT NULL FROM report ORDER BY 2").fetchall()
    assert [bool(there) for _, there in rows] == [False, True]
    assert rows[0][0] == report_id
    assert kept


async def test_what_an_upgrade_left_goes_without_another_upgrade(
    office: Office, clock: HandClock
) -> None:
    _, _, ever = await conversation(office, clock)
    copies = [office.folder / f"reports.db.before-000{number}" for number in (2, 3)]
    for copy in copies:
        shutil.copyfile(office.database.path, copy)
        assert any(piece in copy.read_bytes() for piece in pieces(ever))
    await notice_time(office, clock)
    assert not any(copy.exists() for copy in copies)
    other = office.folder / "steward.db.before-0004"
    for age, there in ((13, True), (15, False)):
        shutil.copyfile(office.database.path, other)
        os.utime(other, (time.time() - age * 86_400,) * 2)
        await (await Database.open(office.config.database, "steward")).close()
        assert other.exists() == there


async def test_a_bundle_from_before_keeps_it_and_one_from_after_does_not_have_it(
    office: Office, clock: HandClock, tmp_path: Path
) -> None:
    # docs/threat-model.md and PRIVACY.md say so: what was taken away cannot be called back.
    receipt, _, ever = await conversation(office, clock)
    key = office.folder / "keys" / f"{GUILD}.key"
    before, between, after = (tmp_path / name for name in ("before", "between", "after"))
    before.write_bytes(await office.desk.inbox.export(GUILD))
    await office.desk.withdraw(GUILD, (await office.check(receipt)).visit)
    between.write_bytes(await office.desk.inbox.export(GUILD))
    await notice_time(office, clock)
    after.write_bytes(await office.desk.inbox.export(GUILD))
    assert [report.text for report in read_bundle(before, key)] == [WORDS]
    # Else two bundles would tell when it was withdrawn.
    assert before.read_bytes() == between.read_bytes()
    assert read_bundle(after, key) == []
    assert found(office, pieces(ever)) == []


async def test_a_draft_that_is_thrown_away_was_never_on_the_disk(
    office: Office, clock: HandClock
) -> None:
    before = office.bytes_on_disk()
    draft = office.desk.draft(GUILD, office.desk.drafts.new_id(), answers(WORDS))
    assert office.bytes_on_disk() == before
    office.desk.drafts.drop(draft.id)
    clock.advance(AFTERNOON + DAY)
    assert found(office, [*SAID, draft.receipt.encode()]) == []
