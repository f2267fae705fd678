"""SQL that erases: no byte of what was deleted stays in reports.db or in its log."""

import asyncio
import sqlite3
from contextlib import suppress

import aiosqlite

from bot.errors import StorageTrouble, Unavailable
from bot.reports.traces import Traces
from bot.reports.writing import NOT_WRITTEN
from bot.storage import Database, Row

_CUT = "PRAGMA wal_checkpoint(TRUNCATE)"


class Erasing:
    """The file itself, whatever its tables hold. ``open`` it before anything is written.

    Attributes:
        uncut: the log could not be cut after the last commit, so bytes that were deleted may be
            there still: somebody else was reading, or the disk is full.
    """

    def __init__(self, database: Database, traces: Traces) -> None:
        self._database = database
        self._traces = traces
        self.uncut = False

    async def open(self) -> None:
        """Take charge of what a commit leaves on disk."""
        # A VACUUM must not spill into a file in the system's folder for temporary files.
        await self._database.alone("PRAGMA temp_store = MEMORY")
        self._database.after_each_commit(self._after_commit)

    async def _after_commit(self, connection: aiosqlite.Connection) -> None:
        # What was committed is kept whatever happens here; the next commit tries again, or ``cut``.
        self.uncut = True
        with suppress(sqlite3.Error, OSError):
            # The cursor is closed at once: a VACUUM must not find a statement in progress.
            async with connection.execute(_CUT) as cursor:
                self.uncut = _was_busy(await cursor.fetchone())
        await asyncio.to_thread(self._traces.settle)

    async def rewrite(self) -> None:
        """Write the file anew in the order of its random ids, so that pages tell no order.

        Raises:
            Unavailable: the disk or the file did not let us.
        """
        try:
            await self._database.alone("VACUUM")
            self.uncut = True
            await self.cut()
        except StorageTrouble:
            raise Unavailable("reports.db could not be rewritten: disk full, or in use.") from None
        finally:
            await asyncio.to_thread(self._traces.settle)

    async def cut(self) -> None:
        """Write over in the file what was deleted, and cut the log; ``uncut`` tells whether it
        could be. SQLite keeps both for as long as another program is in the middle of reading.

        Raises:
            Unavailable: the disk or the file did not let us.
        """
        try:
            self.uncut = _was_busy(await self._database.fetch_one(_CUT))
        except StorageTrouble:
            raise Unavailable(NOT_WRITTEN) from None
        finally:
            await asyncio.to_thread(self._traces.settle)


def _was_busy(row: Row | None) -> bool:
    return row is None or bool(row[0])
