"""Backups: taken while the bot runs, whole, without times, and refused when they are not ours."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bot.errors import DataError
from bot.storage import Database
from bot.storage.backups import backup, restore
from bot.storage.lock import exclusive

ADD = "INSERT INTO meta (key, value) VALUES (?, '')"


HOLD_THE_LOCK = """
import sys
from pathlib import Path
from bot.storage.lock import exclusive
with exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def paths(folder: Path) -> dict[str, Path]:
    return {"steward": folder / "steward.db", "reports": folder / "reports.db"}


async def filled(folder: Path, *keys: str) -> Database:
    database = await Database.open(folder / "steward.db", "steward")
    async with database.transaction() as tx:
        await tx.executemany(ADD, [[key] for key in keys])
    await (await Database.open(folder / "reports.db", "reports")).close()
    return database


async def keys_in(folder: Path) -> set[str]:
    database = await Database.open(folder / "steward.db", "steward")
    rows = await database.fetch_all("SELECT key FROM meta")
    await database.close()
    return {row[0] for row in rows}


async def test_a_backup_of_an_open_database_restores_what_was_committed(tmp_path: Path) -> None:
    database = await filled(tmp_path, "before")
    backup(paths(tmp_path), tmp_path / "b.zip")
    async with database.transaction() as tx:
        await tx.execute(ADD, ["after"])
    await database.close()
    assert restore(tmp_path / "b.zip", paths(tmp_path)).schemas == ("steward", "reports")
    assert await keys_in(tmp_path) == {"before", "restored"}


async def test_a_restore_leaves_nothing_of_the_old_wal_to_be_replayed(tmp_path: Path) -> None:
    database = await filled(tmp_path, "before")
    backup(paths(tmp_path), tmp_path / "b.zip")
    async with database.transaction() as tx:
        await tx.execute(ADD, ["after"])
    wal = (tmp_path / "steward.db-wal").read_bytes()
    await database.close()
    (tmp_path / "steward.db-wal").write_bytes(wal)  # as after a kill
    restore(tmp_path / "b.zip", paths(tmp_path))
    assert "after" not in await keys_in(tmp_path)


async def test_a_backup_tells_no_times_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    await (await filled(tmp_path, "x")).close()
    backup(paths(tmp_path), tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert sorted(archive.namelist()) == ["reports.db", "steward.db"]
    assert stat.S_IMODE((tmp_path / "b.zip").stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"PK nonsense", json.dumps({}).encode()])
async def test_what_is_not_our_backup_is_refused_and_nothing_changes(
    tmp_path: Path, content: bytes
) -> None:
    await (await filled(tmp_path, "mine")).close()
    (tmp_path / "other").write_bytes(content)
    with pytest.raises(DataError, match="not a Steward backup"):
        restore(tmp_path / "other", paths(tmp_path))
    with pytest.raises(DataError, match="not a Steward backup"):
        backup(paths(tmp_path), tmp_path / "other")
    assert (tmp_path / "other").read_bytes() == content
    assert await keys_in(tmp_path) == {"mine"}


async def test_a_backup_with_a_foreign_database_inside_is_refused(tmp_path: Path) -> None:
    await (await filled(tmp_path, "mine")).close()
    backup(paths(tmp_path), tmp_path / "b.zip")
    foreign = sqlite3.connect(tmp_path / "foreign.db")
    foreign.execute("CREATE TABLE theirs (x)")
    foreign.close()
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.comment = b"Steward backup 1"
        archive.write(tmp_path / "foreign.db", "steward.db")
    with pytest.raises(DataError, match="not Steward's"):
        restore(tmp_path / "evil.zip", paths(tmp_path))
    assert await keys_in(tmp_path) == {"mine"}


async def test_a_damaged_backup_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    await (await filled(tmp_path, *map(str, range(2000)))).close()
    backup(paths(tmp_path), tmp_path / "b.zip")
    whole = bytearray((tmp_path / "b.zip").read_bytes())
    whole[len(whole) // 3] ^= 0xFF
    (tmp_path / "b.zip").write_bytes(whole)
    with pytest.raises(DataError):
        restore(tmp_path / "b.zip", paths(tmp_path))
    assert len(await keys_in(tmp_path)) == 2000


async def test_a_restore_can_be_undone_as_often_as_one_likes(tmp_path: Path) -> None:
    await (await filled(tmp_path, "old")).close()
    backup(paths(tmp_path), tmp_path / "b.zip")
    (tmp_path / "steward.db").unlink()
    await (await filled(tmp_path, "precious")).close()
    first = restore(tmp_path / "b.zip", paths(tmp_path)).kept
    assert "precious" not in await keys_in(tmp_path)
    assert first is not None
    second = restore(first, paths(tmp_path)).kept
    assert "precious" in await keys_in(tmp_path)
    assert second != first
    assert first.exists()


@pytest.mark.parametrize("damage", ["page", "garbage"])
async def test_a_damaged_database_is_put_aside_and_replaced(tmp_path: Path, damage: str) -> None:
    await (await filled(tmp_path, *map(str, range(2000)))).close()
    backup(paths(tmp_path), tmp_path / "b.zip")
    broken = bytearray((tmp_path / "steward.db").read_bytes())
    broken[8192:16384] = b"\xff" * 8192
    content = bytes(broken) if damage == "page" else b"a shopping list " * 300
    (tmp_path / "steward.db").write_bytes(content)
    kept = restore(tmp_path / "b.zip", paths(tmp_path)).kept
    assert len(await keys_in(tmp_path)) == 2001
    assert kept is not None
    assert (kept / "steward.db").read_bytes() == content


def test_without_data_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nothing to back up"):
        backup(paths(tmp_path), tmp_path / "b.zip")


def test_a_second_process_is_refused_and_a_killed_one_frees_the_lock(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            HOLD_THE_LOCK,
            str(tmp_path),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert holder.stdin
    assert holder.stdout
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(DataError, match=rf"process {holder.pid}"), exclusive(tmp_path):
        pass
    holder.kill()
    holder.wait()
    holder.stdin.close()
    holder.stdout.close()
    with exclusive(tmp_path):
        pass
