"""Copies that have had their time: of before an upgrade, of before a restore, and backups."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bot.storage.backups import is_backup
from bot.storage.migrations import KEEP_COPIES_S

BEFORE_RESTORE = "before-restore-"


def forget_upgrade_copies(database: Path) -> None:
    """Overwrite and remove what was left beside a database before an upgrade; blocking.

    Raises:
        OSError: the disk did not let us.
    """
    for copy in database.parent.glob(f"{database.name}.before-*"):
        with copy.open("r+b") as file:
            left = file.seek(0, os.SEEK_END)
            file.seek(0)
            while left > 0:
                left -= file.write(bytes(min(left, 1 << 20)))
            file.flush()
            os.fsync(file.fileno())
        copy.unlink()


def expire_kept(folder: Path, now: float) -> None:
    """Remove what restores have kept beside the databases, once it is two weeks old; blocking.

    Args:
        now: seconds since 1970, as files have it.
    """
    for path in folder.glob(f"{BEFORE_RESTORE}*"):
        with suppress(OSError):
            if now - path.stat().st_mtime > KEEP_COPIES_S:
                for part in [*path.iterdir()] if path.is_dir() else []:
                    part.unlink()
                path.rmdir() if path.is_dir() else path.unlink()


def expire_backups(newest: Path, now: float) -> list[str]:
    """Remove backups of ours beside a new one that are over two weeks old; their names; blocking.

    Raises:
        OSError: one could not be removed.
    """
    gone = []
    for path in _old(newest.absolute().parent, now):
        if path.name != newest.name and is_backup(path):
            path.unlink()
            gone.append(path.name)
    return sorted(gone)


def _old(folder: Path, now: float) -> Iterator[Path]:
    for path in [*folder.iterdir()]:
        ours = path.is_file() and not path.is_symlink()
        if ours and now - path.stat().st_mtime > KEEP_COPIES_S:
            yield path
