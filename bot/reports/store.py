"""SQL for reports themselves: what their reporters do, and what moderators do, with each."""

import asyncio
import secrets
import sqlite3
from collections.abc import Sequence

from bot.reports.messages import Author
from bot.reports.stored import StoredMessage, StoredReport
from bot.reports.traces import Traces
from bot.reports.writing import NOT_STORED, Writes
from bot.storage import Database, Row, Transaction

ID_BYTES = 16
# Statuses with which a report is finished with, and kept for a set time only.
ENDED = ("closed", "notus", "named")


class AlreadyKept(Exception):
    """A report with this receipt is stored already."""


class ReportStore(Writes):
    """The tables ``report`` and ``message`` of reports.db."""

    TROUBLE = NOT_STORED

    def __init__(self, database: Database, traces: Traces) -> None:
        super().__init__(database)
        self._traces = traces

    async def salt(self) -> bytes:
        """The salt of this database's receipts, made when it is first asked for."""
        sql = "INSERT OR IGNORE INTO setting (name, value) VALUES ('salt', ?)"
        async with self._writing() as tx:
            await tx.execute(sql, [secrets.token_bytes(16)])
            salt = await tx.fetch_value("SELECT value FROM setting WHERE name = 'salt'")
        return bytes(salt)

    # The reporter's side

    async def insert(
        self,
        guild_id: int,
        lookup: bytes,
        reporter_key: bytes,
        sealed: bytes,
        week: str | None = None,
    ) -> bytes:
        """Keep a new report; its random id.

        Args:
            week: for one that its reporter has shown to moderators at once; None for all others.

        Raises:
            AlreadyKept: the receipt has a report already.
            Unavailable: the disk or the file did not let us; nothing was kept.
        """
        report_id = secrets.token_bytes(ID_BYTES)
        try:
            async with self._writing() as tx:
                await tx.execute(
                    "INSERT INTO report "
                    "(id, guild_id, lookup, reporter_key, sealed, shown_week, active_week) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (report_id, guild_id, lookup, reporter_key, sealed, week, week),
                )
        except sqlite3.IntegrityError:
            raise AlreadyKept from None
        return report_id

    async def find(self, guild_id: int, lookup: bytes) -> StoredReport | None:
        """The report of a receipt with all its messages, shown or not.

        The same statements run when there is none, so that looking takes the same time.
        """
        row = await self._database.fetch_one(
            "SELECT * FROM report WHERE guild_id = ? AND lookup = ?", (guild_id, lookup)
        )
        report_id = bytes(row["id"]) if row is not None else secrets.token_bytes(ID_BYTES)
        messages = await self._messages(guild_id, report_id)
        return None if row is None else _report(row, messages)

    async def servers(self) -> list[int]:
        """The servers that have reports."""
        rows = await self._database.fetch_all("SELECT DISTINCT guild_id FROM report")
        return [row["guild_id"] for row in rows]

    async def add_message(
        self,
        guild_id: int,
        report_id: bytes,
        author: Author,
        sealed: bytes,
        week: str | None,
    ) -> bool:
        """Put a message under a report; False when the report is not there any more.

        A reporter's gets its place with ``release``, after the replies that came meanwhile.

        Args:
            week: for a moderator's, which moderators see at once; None for a reporter's.
        """
        async with self._writing() as tx:
            return await put_message(tx, guild_id, report_id, author, sealed, week)

    async def put_waiting(
        self,
        guild_id: int,
        report_id: bytes,
        sealed: bytes,
        instead_of: int | None,
        without: Sequence[int] = (),
    ) -> int | None:
        """Put a reporter's message under a report; its turn, or None when the report is gone.

        Args:
            instead_of: the turn of one that moderators cannot see yet, whose place it takes.
            without: the turns of others that they cannot see yet, which it ends.
        """
        one = (guild_id, report_id)
        async with self._writing() as tx:
            await tx.executemany(
                "DELETE FROM message WHERE guild_id = ? AND report_id = ? "
                "AND turn = ? AND author = 'reporter' AND shown_week IS NULL",
                [(*one, turn) for turn in without],
            )
            if instead_of is not None and await tx.execute(
                "UPDATE message SET sealed = ? WHERE guild_id = ? AND report_id = ? "
                "AND turn = ? AND author = 'reporter' AND shown_week IS NULL",
                (sealed, *one, instead_of),
            ):
                return instead_of
            if not await put_message(tx, guild_id, report_id, "reporter", sealed, None):
                return None
            return int(
                await tx.fetch_value(
                    "SELECT min(turn) FROM message WHERE guild_id = ? AND report_id = ?", one
                )
            )

    async def collect(self, guild_id: int, report_id: bytes, turns: list[int]) -> None:
        """Note that the reporter has these replies; moderators learn it at the next notice time."""
        async with self._writing() as tx:
            await tx.executemany(
                "UPDATE message SET collected = 1 WHERE guild_id = ? AND report_id = ? "
                "AND turn = ? AND author = 'moderator' AND collected = 0",
                [(guild_id, report_id, turn) for turn in turns],
            )

    async def withdraw(self, guild_id: int, report_id: bytes, *, leave_row: bool) -> bool:
        """Delete a report's words, replies and receipt; False when it is not there any more.

        Args:
            leave_row: keep the empty row of a report that moderators could see, until ``release``.
        """
        async with self._writing() as tx:
            there = await _empty(tx, guild_id, report_id)
            if not leave_row:
                await tx.execute(
                    "DELETE FROM report WHERE guild_id = ? AND id = ?", (guild_id, report_id)
                )
        await asyncio.to_thread(self._traces.forget_copies)
        return there

    # The moderators' side: nothing here sees what has no week yet

    async def shown(self, guild_id: int) -> list[StoredReport]:
        """The reports that moderators may see, newest week first, else in no order of time."""
        rows = await self._database.fetch_all(
            "SELECT * FROM report WHERE guild_id = ? AND shown_week IS NOT NULL "
            "ORDER BY shown_week DESC, id",
            [guild_id],
        )
        return [_report(row) for row in rows]

    async def shown_one(self, guild_id: int, report_id: bytes) -> StoredReport | None:
        """A report that moderators may see, with the messages that they may see."""
        row = await self._database.fetch_one(
            "SELECT * FROM report WHERE guild_id = ? AND id = ? AND shown_week IS NOT NULL",
            (guild_id, report_id),
        )
        if row is None:
            return None
        messages = await self._messages(guild_id, report_id)
        return _report(row, [message for message in messages if message.week is not None])

    async def set_status(self, guild_id: int, report_id: bytes, status: str) -> bool:
        """Change the status of a report that moderators may see; False when there is none."""
        week = self._traces.week
        async with self._writing() as tx:
            await _stirred(tx, guild_id, report_id, week)
            return bool(
                await tx.execute(
                    "UPDATE report SET status = ?, "
                    "closed_week = CASE WHEN ? THEN coalesce(closed_week, ?) END "
                    "WHERE guild_id = ? AND id = ? AND shown_week IS NOT NULL",
                    (status, status in ENDED, week, guild_id, report_id),
                )
            )

    async def _messages(self, guild_id: int, report_id: bytes) -> list[StoredMessage]:
        rows = await self._database.fetch_all(
            "SELECT * FROM message WHERE guild_id = ? AND report_id = ? ORDER BY turn",
            (guild_id, report_id),
        )
        return [
            StoredMessage(
                row["turn"],
                row["author"],
                bytes(row["sealed"]),
                row["shown_week"],
                row["collected"] == 2,
                row["brought_by"] or 0,
                row["agreed_by"] or 0,
            )
            for row in rows
        ]


async def put_message(
    tx: Transaction,
    guild_id: int,
    report_id: bytes,
    author: Author,
    sealed: bytes,
    week: str | None,
) -> bool:
    """Put a message under a report within a transaction; see ``ReportStore.add_message``."""
    if week is not None:
        await _stirred(tx, guild_id, report_id, week)
    return bool(
        await tx.execute(
            "INSERT INTO message (report_id, turn, guild_id, author, sealed, shown_week) "
            "SELECT id, (SELECT CASE WHEN :week IS NULL "
            "THEN min(0, coalesce(min(turn), 0)) - 1 "
            "ELSE max(0, coalesce(max(turn), 0)) + 1 END "
            "FROM message WHERE report_id = report.id), guild_id, :author, :sealed, :week "
            "FROM report WHERE guild_id = :guild AND id = :report "
            # A withdrawn one looks to moderators as if it were still there.
            "AND (sealed IS NOT NULL OR :author <> 'reporter')",
            {
                "author": author,
                "sealed": sealed,
                "week": week,
                "guild": guild_id,
                "report": report_id,
            },
        )
    )


async def delete_listed(database: Database, ids: set[bytes]) -> int:
    """Delete the words of those reports that are on the list but still there; how many."""
    async with database.transaction() as tx:
        rows = await tx.fetch_all("SELECT id, guild_id FROM report WHERE sealed IS NOT NULL")
        found = [(row["guild_id"], bytes(row["id"])) for row in rows if bytes(row["id"]) in ids]
        for guild_id, report_id in found:
            await _empty(tx, guild_id, report_id)
    return len(found)


async def _stirred(tx: Transaction, guild_id: int, report_id: bytes, week: str) -> None:
    """Note the week of something that moderators did, whether or not it comes to pass."""
    await tx.execute(
        "UPDATE report SET active_week = ? "
        "WHERE guild_id = ? AND id = ? AND shown_week IS NOT NULL",
        (week, guild_id, report_id),
    )


async def _empty(tx: Transaction, guild_id: int, report_id: bytes) -> bool:
    # Moderators have not seen it yet: nothing need stay. Else the empty row does, until they may.
    gone = await tx.execute(
        "DELETE FROM report WHERE guild_id = ? AND id = ? AND shown_week IS NULL",
        (guild_id, report_id),
    )
    if gone:
        return True
    await tx.execute(
        "DELETE FROM message WHERE guild_id = ? AND report_id = ?", (guild_id, report_id)
    )
    return bool(
        await tx.execute(
            "UPDATE report SET sealed = NULL, lookup = NULL "
            "WHERE guild_id = ? AND id = ? AND sealed IS NOT NULL",
            (guild_id, report_id),
        )
    )


def _report(row: Row, messages: list[StoredMessage] | None = None) -> StoredReport:
    return StoredReport(
        bytes(row["id"]),
        row["guild_id"],
        bytes(row["reporter_key"]),
        None if row["sealed"] is None else bytes(row["sealed"]),
        row["status"],
        row["shown_week"],
        tuple(messages or ()),
        None if row["matter"] is None else bytes(row["matter"]),
    )
