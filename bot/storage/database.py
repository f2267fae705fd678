"""One SQLite connection shared by every task, one transaction at a time.

aiosqlite runs each statement in a thread of its own, so two tasks on one connection would find
themselves inside each other's transactions. They take turns: a transaction of several statements
has the connection to itself, and reads wait for it and never see half of it. What is done in one
visit to the thread needs no turn of its own, since the thread does one thing after the other.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

import aiosqlite

from bot.errors import DataError, StorageTrouble
from bot.storage import migrations
from bot.storage.transactions import Outcome, Visit, Work, serve
from bot.storage.transactions import Parameters as Parameters
from bot.storage.transactions import Row as Row
from bot.storage.transactions import Transaction as Transaction

T = TypeVar("T")
Schema = Literal["steward", "reports"]

BUSY_TIMEOUT_MS = 5_000
GROUP = 8  # transactions in one commit: each takes a few milliseconds, and nobody waits for long
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


class _Turns:
    """Who may use the connection: many for a single visit each, or one alone for several."""

    def __init__(self) -> None:
        self._gate = asyncio.Lock()
        self._visits = 0
        self._none = asyncio.Event()
        self._none.set()

    @asynccontextmanager
    async def visit(self) -> AsyncIterator[None]:
        """For one visit to the thread, behind those that wait to be alone."""
        async with self._gate:
            self._visits += 1
            self._none.clear()
        try:
            yield
        finally:
            self._visits -= 1
            if not self._visits:
                self._none.set()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """For as many visits as one likes, when those that are under way have ended."""
        async with self._gate:
            await self._none.wait()
            yield


class Database:
    """A database file of Steward's, open for reading and writing."""

    def __init__(self, path: Path, connection: aiosqlite.Connection) -> None:
        self.path = path
        self._connection = connection
        self._turns = _Turns()
        self._asked: deque[Visit] = deque()
        self._serving: asyncio.Task[None] | None = None
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
        async with self._turns.alone(), _plainly():
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

    async def run(
        self, work: Work[T], *, durable: bool = True, first: Work[Any] | None = None
    ) -> T:
        """A whole transaction in one visit to the connection's thread; what ``work`` returns.

        It does what ``transaction`` does for a fraction of the cost. In return ``work`` awaits
        nothing but its transaction, and is in nobody's way on another thread.

        Args:
            durable: wait until the disk has it. Without that a loss of power, though no crash of
                ours, may undo it, until the next durable one; only for what is found out anew then.
            first: a transaction of its own before it in the same visit, which is not ``durable``.

        Raises:
            StorageTrouble: the disk or the file did not let us; nothing was changed, but perhaps by
                ``first``.
        """
        answered: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._asked.append(Visit(work, durable, first, answered))
        if self._serving is None:
            self._serving = asyncio.create_task(self._serve())
        async with _plainly():
            return await _finished(answered)

    async def _serve(self) -> None:
        """Do what has been asked for, until nothing more has."""
        group: list[Visit] = []
        try:
            while self._asked:
                # What is done after each commit comes before anything else.
                apart = self._after_commit is not None
                async with self._turns.alone() if apart else self._turns.visit():
                    group = [self._asked.popleft() for _ in range(self._group_size(apart))]
                    # aiosqlite has no public name for doing more than a statement in its thread.
                    serving = self._connection._execute(  # type: ignore[no-untyped-call]
                        serve, self._connection._conn, group
                    )
                    outcomes: list[Outcome] = await _finished(serving)
                    if self._after_commit is not None and outcomes[0].error is None:
                        await _finished(self._after_commit(self._connection))
                for visit, outcome in zip(group, outcomes, strict=True):
                    visit.answer(outcome)
        except Exception as error:
            self._fail([*group, *self._asked], error)
        except BaseException:  # the whole program is being stopped
            self._fail([*group, *self._asked], asyncio.CancelledError())
            raise
        finally:
            self._serving = None

    def _group_size(self, apart: bool) -> int:
        return 1 if apart else min(len(self._asked), GROUP)

    def _fail(self, visits: Sequence[Visit], error: BaseException) -> None:
        self._asked.clear()
        for visit in visits:
            visit.answer(Outcome(error=error))

    async def fetch_all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """All rows of a query, outside any transaction."""
        async with self._turns.visit(), _plainly():
            return await Transaction(self._connection).fetch_all(sql, parameters)

    async def fetch_one(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row of a query, or None."""
        async with self._turns.visit(), _plainly():
            return await Transaction(self._connection).fetch_one(sql, parameters)

    async def fetch_value(self, sql: str, parameters: Parameters = ()) -> Any:  # noqa: ANN401
        """The first column of the first row of a query, or None."""
        async with self._turns.visit(), _plainly():
            return await Transaction(self._connection).fetch_value(sql, parameters)

    def after_each_commit(self, act: Callable[[aiosqlite.Connection], Awaitable[None]]) -> None:
        """Call ``act`` after every commit, before the next task's turn. It must not raise."""
        self._after_commit = act

    async def alone(self, sql: str) -> None:
        """Run one statement that SQLite allows only outside a transaction, such as VACUUM.

        Raises:
            StorageTrouble: the disk or the file did not let us.
        """
        async with self._turns.alone(), _plainly():
            await _finished(self._run_alone(sql))

    async def _run_alone(self, sql: str) -> None:
        async with self._connection.execute(sql):
            pass

    async def close(self) -> None:
        """Finish what has been asked for and close; a second call does nothing."""
        if self._serving is not None:
            await asyncio.wait([self._serving])
        async with self._turns.alone():
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


async def _finished(work: Awaitable[T]) -> T:
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
