"""What files tell by themselves: their times, and which reports must not come back."""

import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.clock import Clock, iso_week
from bot.storage.leftovers import forget_upgrade_copies

DELETED_NAME = "deleted-reports.txt"
_ID_HEX = 32


class Traces:
    """Sets the times of the reports' files to the start of the ISO week.

    The time of the last inode change (ctime) cannot be set, nor that of a file's birth. They are as
    fine as the last write, until the next notice time rewrites the files for everybody.
    """

    def __init__(self, database: Path, keys: Path, clock: Clock) -> None:
        self._database = database
        self._keys = keys
        self._clock = clock

    @property
    def week(self) -> str:
        """The present ISO week: the finest time that is written down."""
        return iso_week(self._clock.now())

    def settle(self) -> None:
        """Blocking, for about 0.1 ms. A file that is not there, or not ours to touch, is left."""
        moment = self._clock.now().astimezone(UTC)
        monday = datetime(moment.year, moment.month, moment.day, tzinfo=UTC) - timedelta(
            days=moment.weekday()
        )
        times = (monday.timestamp(), monday.timestamp())
        database = self._database
        files = [
            database,
            database.with_name(database.name + "-wal"),
            database.with_name(database.name + "-shm"),
            database.with_name(DELETED_NAME),
            *(self._keys.glob("*.key") if self._keys.is_dir() else ()),
        ]
        for file in files:
            with suppress(OSError):
                os.utime(file, times)
                file.chmod(0o600)
        for folder in (self._keys, database.parent):
            with suppress(OSError):
                os.utime(folder, times)

    def forget_copies(self) -> None:
        """Remove the copies from before upgrades, in which what was deleted since still is.

        Blocking. One that the disk does not let us remove is left for the next time.
        """
        with suppress(OSError):
            forget_upgrade_copies(self._database)


class DeletedReports:
    """The ids of reports that were withdrawn or ran out, outside the databases and their backups.

    One id of 32 hexadecimal digits per line, sorted, so that the order says nothing. The ids are
    random: the list tells only how many.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> set[bytes]:
        """All ids; blocking. A line that is not an id is passed over."""
        try:
            descriptor = open_unnoticed(self._path)
            with os.fdopen(descriptor, encoding="ascii", errors="replace") as file:
                lines = file.read().split()
        except FileNotFoundError:
            return set()
        return {
            bytes.fromhex(line)
            for line in lines
            if len(line) == _ID_HEX and set(line) <= set("0123456789abcdef")
        }

    def add(self, *report_ids: bytes, instead_of: bytes | None = None) -> None:
        """Put ids in, durably; blocking.

        Args:
            instead_of: an id that is taken out.

        Raises:
            OSError: the file could not be written; the old one stands.
        """
        self._write(known for known in self.read().union(report_ids) if known != instead_of)

    def renew(self) -> None:
        """Write it anew as it is, also when it is empty; blocking.

        A file also has a time of birth, which cannot be set: that of the last withdrawal, until
        this is called at the next notice time, whether or not anything was withdrawn.

        Raises:
            OSError: the file could not be written; the old one stands.
        """
        self._write(self.read())

    def _write(self, report_ids: Iterable[bytes]) -> None:
        fresh = self._path.with_name(self._path.name + ".new")
        try:
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as out:
                out.write("".join(f"{known.hex()}\n" for known in sorted(report_ids)))
                out.flush()
                os.fsync(out.fileno())
            fresh.replace(self._path)
        except OSError:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)  # it would tell when this was tried
            raise
        with suppress(OSError):
            # It is in. Should the power fail now, the deletion itself has its own commit.
            sync_folder(self._path.parent)


def open_unnoticed(path: Path) -> int:
    """A descriptor to read a file by, without the time of that being left with the file.

    Keys are read whenever something is sealed, the list of the deleted when something is shown.
    """
    with suppress(PermissionError):  # only its owner may do that
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NOATIME", 0))
    return os.open(path, os.O_RDONLY | os.O_CLOEXEC)


def sync_folder(folder: Path) -> None:
    """Make a new or renamed file in a folder survive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
