"""SQL for reports.db. Only here is anything about reports written down; see the migration."""

import asyncio
import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Literal

import aiosqlite

from bot.errors import StorageTrouble, Unavailable
from bot.reports.messages import Author
from bot.reports.stored import StoredMessage, StoredReport, Waiting
from bot.reports.traces import Traces
from bot.reports.writing import Writes
from bot.storage import Database, Row, Transaction

__all__ = [
    "ENDED",
    "AlreadyKept",
    "ReportStore",
    "StoredMessage",
    "StoredReport",
    "Waiting",
    "put_message",
]

ID_BYTES = 16
_CUT = "PRAGMA wal_checkpoint(TRUNCATE)"
# Statuses with which a report is finished with, and kept for a set time only.
ENDED = ("closed", "notus", "named")


class AlreadyKept(Exception):
    """A report with this receipt is stored already."""


class ReportStore(Writes):
    """The tables of reports.db.

    Attributes:
        uncut: the log could not be cut after the last commit, so bytes that were deleted may be
            there still: somebody else was reading, or the disk is full.
    """

    TROUBLE = (
        "It could not be stored just now: the disk is full or the file is in use. Nothing "
        "of it was kept. Please try again in a few minutes; if it stays so, use another "
        "route."
    )

    def __init__(self, database: Database, traces: Traces) -> None:
        super().__init__(database)
        self._traces = traces
        self.uncut = False

    async def open(self) -> bytes:
        """Take charge of what a commit leaves on disk; the salt of this database's receipts."""
        # A VACUUM must not spill into a file in the system's folder for temporary files.
        await self._database.alone("PRAGMA temp_store = MEMORY")
        self._database.after_each_commit(self._after_commit)
        sql = "INSERT OR IGNORE INTO setting (name, value) VALUES ('salt', ?)"
        async with self._writing() as tx:
            await tx.execute(sql, [secrets.token_bytes(16)])
            salt = await tx.fetch_value("SELECT value FROM setting WHERE name = 'salt'")
        return bytes(salt)

    async def _after_commit(self, connection: aiosqlite.Connection) -> None:
        # What was committed is kept whatever happens here; the next commit tries again, or ``cut``.
        self.uncut = True
        with suppress(sqlite3.Error, OSError):
            # The cursor is closed at once: a VACUUM must not find a statement in progress.
            async with connection.execute(_CUT) as cursor:
                self.uncut = _was_busy(await cursor.fetchone())
        await asyncio.to_thread(self._traces.settle)

    # Keys

    async def keys(self, guild_id: int) -> dict[bytes, str]:
        """Where each of a server's keys is kept, 'host' or 'away', by public key."""
        rows = await self._database.fetch_all(
            "SELECT public, place FROM server_key WHERE guild_id = ?", [guild_id]
        )
        return {bytes(row["public"]): str(row["place"]) for row in rows}

    async def add_key(self, guild_id: int, public: bytes, place: Literal["host", "away"]) -> None:
        """Seal to this key too from now on."""
        sql = "INSERT OR REPLACE INTO server_key (guild_id, public, place) VALUES (?, ?, ?)"
        async with self._writing() as tx:
            await tx.execute(sql, (guild_id, public, place))

    async def only_keys_here(
        self, guild_id: int, public: bytes, beside: Iterable[bytes] = ()
    ) -> None:
        """Seal to this key of this machine, and forget those that are neither it nor beside it."""
        there = {public, *beside}
        async with self._writing() as tx:
            await tx.execute(
                "INSERT OR REPLACE INTO server_key (guild_id, public, place) VALUES (?, ?, 'host')",
                (guild_id, public),
            )
            for row in await tx.fetch_all(
                "SELECT public FROM server_key WHERE guild_id = ? AND place = 'host'", [guild_id]
            ):
                if bytes(row["public"]) not in there:
                    await tx.execute(
                        "DELETE FROM server_key WHERE guild_id = ? AND public = ?",
                        (guild_id, row["public"]),
                    )

    async def only_away_key(self, guild_id: int, public: bytes) -> None:
        """Seal to this key from now on instead of the other ones that are kept elsewhere."""
        async with self._writing() as tx:
            await tx.execute(
                "DELETE FROM server_key WHERE guild_id = ? AND place = 'away'", [guild_id]
            )
            await tx.execute(
                "INSERT OR REPLACE INTO server_key (guild_id, public, place) VALUES (?, ?, 'away')",
                (guild_id, public),
            )

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

    # Notice times

    async def pending(self) -> bool:
        """Whether anything has happened that moderators cannot see yet."""
        return bool(
            await self._database.fetch_value(
                "SELECT EXISTS (SELECT 1 FROM report WHERE shown_week IS NULL OR sealed IS NULL) "
                "OR EXISTS (SELECT 1 FROM message WHERE shown_week IS NULL OR collected = 1)"
            )
        )

    async def release(self, week: str, slot: str | None = None) -> None:
        """Show moderators everything that has come in, and let withdrawn reports disappear.

        Args:
            slot: the notice time that is served, as ``last_slot`` will tell it.
        """
        async with self._writing() as tx:
            await tx.execute("DELETE FROM report WHERE sealed IS NULL")
            await tx.execute(
                "UPDATE report SET active_week = ? WHERE shown_week IS NULL OR EXISTS (SELECT 1 "
                "FROM message WHERE message.report_id = report.id AND message.shown_week IS NULL)",
                [week],
            )
            await tx.execute("UPDATE report SET shown_week = ? WHERE shown_week IS NULL", [week])
            await tx.execute(
                # Without gaps: one would tell of an approval that was ended before it was seen.
                "UPDATE message SET turn = place + (SELECT coalesce(max(seen.turn), 0) "
                "FROM message AS seen WHERE seen.report_id = message.report_id "
                "AND seen.shown_week IS NOT NULL) FROM (SELECT report_id AS report, turn AS was, "
                "row_number() OVER (PARTITION BY report_id ORDER BY turn DESC) AS place "
                "FROM message WHERE shown_week IS NULL) "
                "WHERE message.report_id = report AND message.turn = was"
            )
            await tx.execute("UPDATE message SET shown_week = ? WHERE shown_week IS NULL", [week])
            await tx.execute("UPDATE message SET collected = 2 WHERE collected = 1")
            if slot is not None:
                await tx.execute(
                    "INSERT OR REPLACE INTO setting (name, value) VALUES ('slot', ?)",
                    [slot.encode()],
                )

    async def last_slot(self) -> str | None:
        """The notice time that was served last."""
        value = await self._database.fetch_value("SELECT value FROM setting WHERE name = 'slot'")
        return None if value is None else bytes(value).decode()

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
            raise Unavailable(self.TROUBLE) from None
        finally:
            await asyncio.to_thread(self._traces.settle)

    async def waiting(self) -> list[Waiting]:
        """What moderators can see and have not been told of, by server."""
        rows = await self._database.fetch_all(
            "SELECT guild_id, id, NULL AS turn FROM report "
            "WHERE announced = 0 AND shown_week IS NOT NULL AND sealed IS NOT NULL UNION ALL "
            "SELECT guild_id, report_id, turn FROM message "
            "WHERE announced = 0 AND shown_week IS NOT NULL AND author = 'reporter' "
            "ORDER BY 1, 2, 3"
        )
        found: dict[int, list[tuple[bytes, int | None]]] = {}
        for row in rows:
            found.setdefault(row["guild_id"], []).append((bytes(row["id"]), row["turn"]))
        return [Waiting.of(guild_id, those) for guild_id, those in found.items()]

    async def untold(self) -> list[tuple[int, bytes]]:
        """The reports that moderators can see and have not been told of, by server and id."""
        rows = await self._database.fetch_all(
            "SELECT guild_id, id FROM report "
            "WHERE announced = 0 AND shown_week IS NOT NULL AND sealed IS NOT NULL"
        )
        return [(row["guild_id"], bytes(row["id"])) for row in rows]

    async def announced(self, guild_id: int) -> None:
        """Note that a server's moderators have been told."""
        async with self._writing() as tx:
            for table in ("report", "message"):
                await tx.execute(
                    f"UPDATE {table} SET announced = 1 "  # noqa: S608  our own names
                    "WHERE guild_id = ? AND shown_week IS NOT NULL",
                    [guild_id],
                )

    async def announced_one(self, guild_id: int, report_id: bytes) -> None:
        """Note that a server's moderators have been told of this report, and of nothing else."""
        async with self._writing() as tx:
            await tx.execute(
                "UPDATE report SET announced = 1 "
                "WHERE guild_id = ? AND id = ? AND shown_week IS NOT NULL",
                (guild_id, report_id),
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


def _was_busy(row: Row | None) -> bool:
    return row is None or bool(row[0])


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
