"""One SQLite connection shared by every task, one transaction at a time.

aiosqlite runs each statement in a thread of its own, so two tasks on one connection would find
themselves inside each other's transactions. A lock keeps them apart: reads wait for the running
transaction and never see half of it.
"""

import asyncio
import sqlite3
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

import aiosqlite

from bot.errors import DataError, StorageTrouble
from bot.storage import migrations

T = TypeVar("T")
Row = sqlite3.Row
Parameters = Sequence[Any] | Mapping[str, Any]
Schema = Literal["steward", "reports"]

BUSY_TIMEOUT_MS = 5_000
PRAGMAS = (
    f"busy_timeout = {BUSY_TIMEOUT_MS}",
    "foreign_keys = ON",
    "secure_delete = ON",
    # FULL: a machine that loses power must not forget that it has posted something.
    "synchronous = FULL",
    "cache_size = -2000",
)
# What happens to a sound program: full, locked, failing or read-only disks (SQLite result codes).
TROUBLES = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_NOMEM,
}


class Transaction:
    """Statements that happen together or not at all; made by ``Database.transaction``.

    Each is one visit to the connection's thread, since a visit costs more than most statements.
    """

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def execute(self, sql: str, parameters: Parameters = ()) -> int:
        """Run one statement that gives no rows; how many it changed."""
        return (await self._connection.execute(sql, parameters)).rowcount

    async def insert(self, sql: str, parameters: Parameters = ()) -> int:
        """Run one INSERT; the new row's id."""
        return (await self._connection.execute(sql, parameters)).lastrowid or 0

    async def executemany(self, sql: str, rows: Iterable[Parameters]) -> None:
        """Run one statement for each row of parameters."""
        await self._connection.executemany(sql, rows)

    async def fetch_all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """All rows of a query, or of a statement with RETURNING."""
        return list(await self._connection.execute_fetchall(sql, parameters))

    async def fetch_one(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row of a query that gives few, or None."""
        rows = await self.fetch_all(sql, parameters)
        return rows[0] if rows else None

    async def fetch_value(self, sql: str, parameters: Parameters = ()) -> Any:  # noqa: ANN401
        """The first column of the first row, or None."""
        row = await self.fetch_one(sql, parameters)
        return None if row is None else row[0]


class _AtOnce(Transaction):
    """A transaction on the connection's own thread, where nothing needs to be waited for."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._direct = connection

    async def execute(self, sql: str, parameters: Parameters = ()) -> int:
        return self._direct.execute(sql, parameters).rowcount

    async def insert(self, sql: str, parameters: Parameters = ()) -> int:
        return self._direct.execute(sql, parameters).lastrowid or 0

    async def executemany(self, sql: str, rows: Iterable[Parameters]) -> None:
        self._direct.executemany(sql, rows)

    async def fetch_all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        return self._direct.execute(sql, parameters).fetchall()


class Database:
    """A database file of Steward's, open for reading and writing."""

    def __init__(self, path: Path, connection: aiosqlite.Connection) -> None:
        self.path = path
        self._connection = connection
        self._lock = asyncio.Lock()
        self._after_commit: Callable[[aiosqlite.Connection], Awaitable[None]] | None = None

    @classmethod
    async def open(cls, path: Path, schema: Schema) -> Self:
        """Open or create the file, and bring its tables up to date.

        Before the first step of an upgrade a copy is left beside the file, as
        ``steward.db.before-0004``.

        Raises:
            DataError: it is not ours, is newer than this version knows, is damaged, or cannot be
                opened or written.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            await asyncio.to_thread(migrations.migrate, path, schema)
            connection = await aiosqlite.connect(path, isolation_level=None)
        except sqlite3.Error as error:
            raise DataError(f"{path}: {error}. Is it a Steward database, and writable?") from error
        except OSError as error:
            raise DataError(f"{path}: {error.strerror or error}") from error
        connection.row_factory = sqlite3.Row
        try:
            for pragma in PRAGMAS:
                await connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            await connection.close()  # its thread would keep the process alive
            raise
        return cls(path, connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Take the lock and write: commit at the end, roll back on error or cancellation.

        Raises:
            StorageTrouble: the disk or the file did not let us; nothing was changed.
        """
        async with self._lock, _plainly():
            try:
                # Cancelled in this, we roll back what the connection's thread does after it.
                await self._connection.execute("BEGIN IMMEDIATE")
                yield Transaction(self._connection)
            except BaseException:
                await _finished(self._connection.rollback())
                raise
            await _finished(self._commit())

    async def _commit(self) -> None:
        try:
            await self._connection.commit()
        except BaseException:
            # A full disk fails here; the connection must be free for the next task.
            await self._connection.rollback()
            raise
        if self._after_commit is not None:
            await self._after_commit(self._connection)

    async def run(self, work: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        """A whole transaction in one visit to the connection's thread; what ``work`` returns.

        It does what ``transaction`` does for a fraction of the cost. In return ``work`` awaits
        nothing but its transaction, and is in nobody's way on another thread.

        Raises:
            StorageTrouble: the disk or the file did not let us; nothing was changed.
        """
        async with self._lock, _plainly():
            return await _finished(self._run(work))

    async def _run(self, work: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        # aiosqlite has no public name for doing more than one statement in its thread.
        result: T = await self._connection._execute(  # type: ignore[no-untyped-call]
            _run_here, self._connection._conn, work
        )
        if self._after_commit is not None:
            await self._after_commit(self._connection)
        return result

    async def fetch_all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """All rows of a query, outside any transaction."""
        async with self._lock, _plainly():
            return await Transaction(self._connection).fetch_all(sql, parameters)

    async def fetch_one(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row of a query, or None."""
        async with self._lock, _plainly():
            return await Transaction(self._connection).fetch_one(sql, parameters)

    async def fetch_value(self, sql: str, parameters: Parameters = ()) -> Any:  # noqa: ANN401
        """The first column of the first row of a query, or None."""
        async with self._lock, _plainly():
            return await Transaction(self._connection).fetch_value(sql, parameters)

    def after_each_commit(self, act: Callable[[aiosqlite.Connection], Awaitable[None]]) -> None:
        """Call ``act`` after every commit, before the next task's turn. It must not raise."""
        self._after_commit = act

    async def alone(self, sql: str) -> None:
        """Run one statement that SQLite allows only outside a transaction, such as VACUUM.

        Raises:
            StorageTrouble: the disk or the file did not let us.
        """
        async with self._lock, _plainly():
            await _finished(self._run_alone(sql))

    async def _run_alone(self, sql: str) -> None:
        async with self._connection.execute(sql):
            pass

    async def close(self) -> None:
        """Finish what runs and close; a second call does nothing."""
        async with self._lock:
            await self._connection.close()


@asynccontextmanager
async def _plainly() -> AsyncIterator[None]:
    """Turn what the disk does to us into a sentence; a mistake in our SQL stays what it is."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in TROUBLES:
            raise
        # Without its cause: a traceback of this helps nobody, and says when it happened.
        raise StorageTrouble(
            f"I cannot store anything just now ({error}). Nothing was changed. Please try again in "
            "a few minutes, and tell whoever runs me if it stays so."
        ) from None


def _run_here(
    connection: sqlite3.Connection, work: Callable[[Transaction], Coroutine[Any, Any, T]]
) -> T:
    """Do a whole transaction on this thread, which is the connection's."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = _without_waiting(work(_AtOnce(connection)))
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    return result


def _without_waiting(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that has nothing to wait for to its end."""
    try:
        work.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    work.close()
    raise RuntimeError("A transaction that runs at once awaited something else")


async def _finished(work: Coroutine[Any, Any, T]) -> T:
    """Await work to its end even when we are cancelled meanwhile, then pass the cancellation on.

    A cancelled task must not leave a transaction open behind it for the next one to find.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()
        raise
