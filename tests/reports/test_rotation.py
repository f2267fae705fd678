"""A new key: what the old one opened is sealed to the new one, also when killed in between."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.errors import InvalidInput, NotFound, Unavailable
from bot.reports.keeping import rotation
from bot.reports.keeping.rotation import GRACE_S
from bot.reports.keys import read_key
from bot.reports.sealing import CannotOpen, new_keypair, open_envelope, public_of, reseal, seal
from bot.storage import Database, backups
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, PERSON, WORDS, Office, OpenOffice
from tests.reports.test_promises import DAY, shown_report

ROOT = Path(__file__).parent.parent.parent
REPLY, ADDITION = "Thank you. Who was told?", "And another thing."


def test_another_reader_in_place_of_one_changes_nothing_for_the_others() -> None:
    (old, old_public), (new, new_public), (reporter, reporter_public) = (
        new_keypair() for _ in range(3)
    )
    before = seal({"text": "words"}, [old_public, reporter_public])
    after = reseal(before, old, new_public)
    assert after is not None
    assert len(after) == len(before)
    for private in (new, reporter):
        assert open_envelope(after, [private]) == {"text": "words"}
    with pytest.raises(CannotOpen):
        open_envelope(after, [old])
    assert reseal(after, old, new_public) is None
    assert reseal(b"", old, new_public) is None
    assert reseal(b"SR\x01\xff" + bytes(40), old, new_public) is None


async def conversation(office: Office, clock: HandClock, number: int = 1) -> list[str]:
    """Reports with a reply and an addition each, one of them not shown yet; the receipts."""
    receipts = [await office.send(f"Report {each}.") for each in range(number)]
    clock.advance(DAY)
    await office.serve()
    for line in await office.desk.inbox.list(GUILD):
        await office.desk.inbox.reply(GUILD, line.id, REPLY)
    for receipt in receipts:
        await office.desk.add(GUILD, PERSON, (await office.check(receipt)).visit, ADDITION)
    return receipts


def key_files(office: Office) -> list[str]:
    return sorted(path.name for path in (office.folder / "keys").iterdir())


async def done(office: Office, clock: HandClock) -> None:
    """Let the change of key come to its end."""
    clock.advance(GRACE_S)
    await office.serve()


async def all_readable(office: Office, clock: HandClock, receipts: list[str]) -> None:
    """Every report can be read here, and every reply by its reporter."""
    for receipt in receipts:
        checked = await office.check(receipt)
        assert (checked.replies, checked.additions) == ((REPLY,), 1)
    clock.advance(DAY)
    await office.serve()
    opened = [
        await office.desk.inbox.open(GUILD, line.id) for line in await office.desk.inbox.list(GUILD)
    ]
    assert {report.text for report in opened} == {f"Report {n}." for n in range(len(receipts))}
    for report in opened:
        assert [message.text for message in report.messages] == [REPLY, ADDITION]


async def test_after_a_change_of_key_the_new_one_opens_everything_and_the_old_one_nothing(
    office: Office, clock: HandClock
) -> None:
    receipts = await conversation(office, clock, 3)
    path = office.folder / "keys" / f"{GUILD}.key"
    old = read_key(path)
    rows = await office.database.fetch_all(
        "SELECT sealed FROM report UNION SELECT sealed FROM message"
    )
    boxes = [bytes(row["sealed"])[4:84] for row in rows]
    assert len(boxes) == 9
    assert all(box in office.bytes_on_disk() for box in boxes)
    await office.desk.rotation.begin(GUILD)
    assert key_files(office) == [f"{GUILD}.key", f"{GUILD}.old.key"]
    new = read_key(path)
    assert new != old
    for line in await office.desk.inbox.list(GUILD):  # both keys open meanwhile
        assert (await office.desk.inbox.open(GUILD, line.id)).text
    assert await office.desk.rotation.reseal(GUILD) == 9
    assert await office.desk.rotation.reseal(GUILD) == 0
    await done(office, clock)
    assert key_files(office) == [f"{GUILD}.key"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert not await office.desk.rotation.under_way(GUILD)
    for row in await office.database.fetch_all(
        "SELECT sealed FROM report UNION SELECT sealed FROM message"
    ):
        assert open_envelope(bytes(row["sealed"]), [new])
        with pytest.raises(CannotOpen):
            open_envelope(bytes(row["sealed"]), [old])
    content = office.bytes_on_disk()
    assert not any(box in content for box in boxes)
    publics = await office.desk._keys.keys(GUILD)
    assert publics == {public_of(new): "host"}
    await all_readable(office, clock, receipts)


async def test_what_was_sealed_to_the_old_key_just_before_is_resealed_too(
    office: Office, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.desk.prepare(GUILD)
    told: list[int] = []

    async def when_done(guild_id: int) -> None:
        told.append(guild_id)

    office.desk.rotation.when_done = when_done
    sealing = office.desk.keyring.sealing

    async def slowly(guild_id: int) -> list[bytes]:
        readers = await sealing(guild_id)
        monkeypatch.undo()
        await office.desk.rotation.begin(guild_id)
        await office.serve()  # there is nothing to reseal, and yet the old key stays for now
        return readers

    monkeypatch.setattr(office.desk.keyring, "sealing", slowly)
    await office.send("Sent across the change.")
    assert told == []
    with pytest.raises(InvalidInput, match="being changed already"):
        await office.desk.rotation.begin(GUILD)
    await done(office, clock)
    assert told == [GUILD]
    clock.advance(DAY)
    await office.serve()
    report = await office.desk.inbox.open(GUILD, await office.only_id())
    assert report.text == "Sent across the change."
    assert key_files(office) == [f"{GUILD}.key"]


async def test_a_report_withdrawn_meanwhile_shows_no_sign_of_it_before_the_notice_time(
    office: Office, clock: HandClock
) -> None:
    receipt = await shown_report(office, clock)
    report_id = await office.only_id()
    await office.desk.inbox.reply(GUILD, report_id, REPLY)
    before = await office.desk.inbox.open(GUILD, report_id)
    await office.desk.rotation.begin(GUILD)
    await office.desk.withdraw(GUILD, (await office.check(receipt)).visit)
    await done(office, clock)
    assert key_files(office) == [f"{GUILD}.key"]
    after = await office.desk.inbox.open(GUILD, report_id)
    assert (after.texts, after.status, after.week) == (before.texts, before.status, before.week)
    assert after.texts == (WORDS, REPLY)
    clock.advance(DAY)
    await office.serve()
    with pytest.raises(NotFound):
        await office.desk.inbox.open(GUILD, report_id)


async def test_the_copy_of_an_old_key_opens_an_old_backup_and_is_used_up(
    office: Office, open_office: OpenOffice, clock: HandClock, tmp_path: Path
) -> None:
    receipts = await conversation(office, clock)
    backup, copy = tmp_path / "backup.db", tmp_path / "copy.key"
    path = office.folder / "keys" / f"{GUILD}.key"
    copy.write_bytes(path.read_bytes())
    await office.database.alone(f"VACUUM INTO '{backup}'")
    await office.desk.rotation.begin(GUILD)
    await done(office, clock)
    await office.desk.close()
    await office.database.close()
    backup.replace(office.config.reports_database)
    restored = await open_office()
    with pytest.raises(Unavailable, match="not on this machine"):
        await restored.desk.inbox.open(GUILD, await restored.only_id())
    later = path.read_bytes()  # the backup does not know it: it could be anybody's
    copy.replace(path.with_name(f"{GUILD}.old.key"))
    await restored.serve()
    assert path.with_name(f"{GUILD}.old.key").exists()
    await restored.desk.rotation.begin(GUILD)  # somebody with Manage Server presses
    await restored.serve()
    assert key_files(restored) == [f"{GUILD}.aside-1", f"{GUILD}.key"]
    assert path.with_name(f"{GUILD}.aside-1").read_bytes() == later
    await all_readable(restored, clock, receipts)


async def test_a_file_that_is_no_key_in_an_old_keys_place_is_left_and_stops_nothing(
    office: Office, clock: HandClock
) -> None:
    await shown_report(office, clock)
    (office.folder / "keys" / f"{GUILD}.old.key").write_text("nonsense")
    await office.serve()
    assert (await office.desk.inbox.open(GUILD, await office.only_id())).text
    assert key_files(office) == [f"{GUILD}.key", f"{GUILD}.old.key"]


async def test_under_a_legal_hold_the_old_key_stays_until_it_is_lifted(
    office: Office, clock: HandClock
) -> None:
    receipts = await conversation(office, clock)
    old = (office.folder / "keys" / f"{GUILD}.key").read_bytes()
    await office.desk.choices.set_hold(GUILD, on=True)
    await office.desk.rotation.begin(GUILD)
    for _ in range(3):
        await done(office, clock)
    kept = office.folder / "keys" / f"{GUILD}.old.key"
    assert kept.read_bytes() == old
    with pytest.raises(InvalidInput, match="legal hold"):  # another reader left
        await office.desk.rotation.begin(GUILD)
    assert kept.read_bytes() == old
    await all_readable(office, clock, receipts)
    await office.desk.choices.set_hold(GUILD, on=False)
    await office.serve()
    assert key_files(office) == [f"{GUILD}.key"]


async def test_in_sealed_reading_nothing_is_resealed_here_and_it_says_so(
    open_office: OpenOffice,
) -> None:
    office = await open_office(report_reading="sealed")
    with pytest.raises(InvalidInput, match="key before"):
        await office.desk.rotation.begin(GUILD)


async def test_a_full_disk_leaves_the_key_as_it_was(
    office: Office, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shown_report(office, clock)
    before = (office.folder / "keys" / f"{GUILD}.key").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bot.reports.keys.write_key", full)
    with pytest.raises(Unavailable, match="same as before"):
        await office.desk.rotation.begin(GUILD)
    assert (office.folder / "keys" / f"{GUILD}.key").read_bytes() == before
    assert not await office.desk.rotation.under_way(GUILD)


# Begins a change of key and dies at the given step.
CHANGER = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.clock import SystemClock
from bot.config import Config
from bot.reports import keys
from bot.reports.desk import Desk
from bot.reports.erasing.store import Erasing
from bot.reports.keeping import rotation
from bot.reports.keeping.store import KeepingStore
from bot.storage import Database
from tests.reports.conftest import GUILD

step, path = sys.argv[1], Path(sys.argv[2])
rotation.REPORTS_AT_ONCE, rotation.GRACE_S = 2, 0.0

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def before(number, function):
    left = [number]
    def counted(*arguments, **named):
        left[0] -= 1
        return die() if left[0] == 0 else function(*arguments, **named)
    return counted

def half(path):
    path.write_bytes(b"steward pri")
    die()

async def main():
    config = Config(database=path)
    database = await Database.open(config.reports_database, "reports")
    desk = Desk(database, config, SystemClock())
    await desk.open()
    if step == "the new key is written":
        keys.sync_folder = before(1, keys.sync_folder)
    elif step == "the new key is known":
        keys.KeyFiles.change = die
    elif step == "the old key is set aside":
        Path.replace = before(2, Path.replace)
    elif step == "the new key is in place":
        keys.sync_folder = before(2, keys.sync_folder)
    await desk.rotation.begin(GUILD)
    if step == "before the first step":
        KeepingStore.exchange = die
    elif step == "within the second step":
        database._commit = before(2, database._commit)
    elif step == "before the third step":
        KeepingStore.exchange = before(3, KeepingStore.exchange)
    elif step == "before rewriting":
        Erasing.rewrite = die
    elif step == "before the old key goes":
        keys.KeyFiles.destroy_old = die
    elif step == "the old key is half overwritten":
        keys._overwrite = half
    await desk.rotation.round()
    print("not killed")

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("step", "changed"),
    [
        ("the new key is written", False),
        ("the new key is known", False),
        ("the old key is set aside", True),
        ("the new key is in place", True),
        ("before the first step", True),
        ("within the second step", True),
        ("before the third step", True),
        ("before rewriting", True),
        ("before the old key goes", True),
        ("the old key is half overwritten", True),
    ],
)
async def test_killed_at_any_step_every_report_stays_readable_and_it_is_finished(
    office: Office, open_office: OpenOffice, clock: HandClock, step: str, *, changed: bool
) -> None:
    receipts = await conversation(office, clock, 5)
    path = office.folder / "keys" / f"{GUILD}.key"
    old = path.read_bytes()
    await office.desk.close()
    await office.database.close()
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", CHANGER, step, str(office.config.database)),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await child.communicate()
    assert (child.returncode, out) == (-9, b"")
    office = await open_office()
    for line in await office.desk.inbox.list(GUILD):  # before anything was put right
        assert (await office.desk.inbox.open(GUILD, line.id)).text
    await office.serve()
    if changed:
        assert key_files(office) == [f"{GUILD}.key"]
    assert (path.read_bytes() != old) == changed
    if not changed:  # what was made in vain is not in the way
        await office.desk.rotation.begin(GUILD)
        await done(office, clock)
        assert key_files(office) == [f"{GUILD}.key"]
    await all_readable(office, clock, receipts)
    assert rotation.REPORTS_AT_ONCE == 20


async def test_a_backup_has_neither_key(office: Office, clock: HandClock, tmp_path: Path) -> None:
    await shown_report(office, clock)
    await office.desk.rotation.begin(GUILD)
    steward = office.folder / "steward.db"
    await (await Database.open(steward, "steward")).close()
    backups.backup({"steward": steward, "reports": office.database.path}, tmp_path / "b.zip")
    content = (tmp_path / "b.zip").read_bytes()
    for path in (office.folder / "keys").iterdir():
        assert read_key(path) not in content
