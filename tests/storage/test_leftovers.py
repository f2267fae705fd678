"""Copies go when their time is over, and nothing else does."""

import os
import time
from pathlib import Path

from bot.storage.backups import backup
from bot.storage.leftovers import expire_backups, expire_kept, forget_upgrade_copies
from tests.storage.test_backups import filled, paths

DAY_S = 86_400


def aged(path: Path, days: float) -> Path:
    moment = time.time() - days * DAY_S
    os.utime(path, (moment, moment))
    return path


async def test_backups_over_two_weeks_old_go_and_nothing_else_beside_them(tmp_path: Path) -> None:
    await (await filled(tmp_path / "data", "x")).close()
    folder = tmp_path / "backups"
    folder.mkdir()
    for name, days in (("old.zip", 15), ("young.zip", 13), ("new.zip", 20)):
        backup(paths(tmp_path / "data"), folder / name)
        aged(folder / name, days)
    aged_notes = folder / "notes.txt"
    aged_notes.write_text("mine")
    aged(aged_notes, 400)
    (folder / "link.zip").symlink_to(folder / "old.zip")
    assert expire_backups(folder / "new.zip", time.time()) == ["old.zip"]
    assert sorted(path.name for path in folder.iterdir()) == [
        *("link.zip", "new.zip", "notes.txt", "young.zip"),
    ]


async def test_what_restores_have_kept_goes_after_two_weeks(tmp_path: Path) -> None:
    for name in ("before-restore-1.zip", "before-restore-2.zip"):
        (tmp_path / name).write_text("x")
    (tmp_path / "before-restore-3").mkdir()
    (tmp_path / "before-restore-3" / "reports.db").write_text("x")
    aged(tmp_path / "before-restore-1.zip", 15)
    aged(tmp_path / "before-restore-3", 15)
    expire_kept(tmp_path, time.time())
    assert [path.name for path in tmp_path.iterdir()] == ["before-restore-2.zip"]


def test_a_copy_from_before_an_upgrade_is_overwritten_before_it_goes(tmp_path: Path) -> None:
    copy = tmp_path / "reports.db.before-0002"
    copy.write_bytes(b"sealed words" * 200_000)
    (tmp_path / "steward.db.before-0002").write_bytes(b"of the other")
    same = tmp_path / "same"
    os.link(copy, same)
    forget_upgrade_copies(tmp_path / "reports.db")
    assert not copy.exists()
    assert set(same.read_bytes()) == {0}
    assert (tmp_path / "steward.db.before-0002").exists()
