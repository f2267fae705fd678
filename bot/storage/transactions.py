"""What happens together or not at all: transactions, and several of them in one commit.

A commit that waits for the disk takes longer than most of what is committed. So what is asked for
while one is made is committed together by the next. Each part has a savepoint of its own, and is
undone by itself if it fails; whoever asked for it is answered after the commit, as if it had been
its own.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import aiosqlite

T = TypeVar("T")
Row = sqlite3.Row
Parameters = Sequence[Any] | Mapping[str, Any]


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


Work = Callable[[Transaction], Coroutine[Any, Any, T]]


class AtOnce(Transaction):
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


@dataclass(frozen=True, slots=True)
class Visit:
    """A whole transaction that somebody has asked for.

    Attributes:
        durable: it is to be on the disk before it is answered.
        first: work to be committed before it, which need not be.
        answered: with what ``work`` returns, or its error.
    """

    work: Work[Any]
    durable: bool
    first: Work[Any] | None
    answered: "asyncio.Future[Any]"

    def answer(self, outcome: "Outcome") -> None:
        """Tell whoever asked, unless they have gone."""
        if self.answered.done():
            return
        if outcome.error is not None:
            self.answered.set_exception(outcome.error)
        else:
            self.answered.set_result(outcome.result)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a work returned, or why it could not."""

    result: Any = None
    error: BaseException | None = None


def serve(connection: sqlite3.Connection, visits: Sequence[Visit]) -> list[Outcome]:
    """Do what has been asked for, on the connection's own thread; an outcome for each."""
    firsts = {at: visit.first for at, visit in enumerate(visits) if visit.first is not None}
    done = dict(zip(firsts, _together(connection, [*firsts.values()], durable=False), strict=True))
    failed = {at: outcome for at, outcome in done.items() if outcome.error is not None}
    rest = [at for at in range(len(visits)) if at not in failed]
    durable = any(visits[at].durable for at in rest)
    outcomes = _together(connection, [visits[at].work for at in rest], durable=durable)
    found = failed | dict(zip(rest, outcomes, strict=True))
    return [found[at] for at in range(len(visits))]


def _together(
    connection: sqlite3.Connection, works: Sequence[Work[Any]], *, durable: bool
) -> list[Outcome]:
    """Do some works and commit them; those that fail are undone by themselves."""
    if not works:
        return []
    tx = AtOnce(connection)
    try:
        with _committed(connection, durable=durable):
            if len(works) == 1:
                return [Outcome(_without_waiting(works[0](tx)))]
            return [_apart(connection, work, tx) for work in works]
    except BaseException as error:
        return [Outcome(error=error)] * len(works)


def _apart(connection: sqlite3.Connection, work: Work[Any], tx: Transaction) -> Outcome:
    connection.execute("SAVEPOINT part")
    try:
        outcome = Outcome(_without_waiting(work(tx)))
    except BaseException as error:
        if not connection.in_transaction:  # the disk failed, and all of it is undone
            raise
        connection.execute("ROLLBACK TO part")
        outcome = Outcome(error=error)
    connection.execute("RELEASE part")
    return outcome


@contextmanager
def _committed(connection: sqlite3.Connection, *, durable: bool) -> Iterator[None]:
    """A transaction, which waits for the disk only where it must."""
    if not durable:
        connection.execute("PRAGMA synchronous = NORMAL")
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
    finally:
        if not durable:
            connection.execute("PRAGMA synchronous = FULL")


def _without_waiting(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that has nothing to wait for to its end."""
    try:
        work.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    work.close()
    raise RuntimeError("A transaction that runs at once awaited something else")
