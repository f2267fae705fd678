"""Imports in SQLite."""

from collections.abc import Iterable
from datetime import datetime

from bot.clock import from_unix, unix
from bot.feeds import rows
from bot.feeds.imports.model import Import, Item, ItemState
from bot.feeds.model import UNDO_DAYS, NoticeKind
from bot.storage import Database
from bot.storage.database import Row, Transaction

KEPT_DAYS = 30  # after its end an import is of no more use


class ImportStore:
    """What is remembered of imports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(
        self,
        *,
        guild_id: int,
        channel_id: int,
        actor_id: int,
        place_id: int,
        items: Iterable[Item],
        now: datetime,
    ) -> Import:
        """Remember a new import and forget those that are long over."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "DELETE FROM feed_import WHERE ended_at < ?", (unix(now) - KEPT_DAYS * 86_400,)
            )
            import_id = await tx.insert(
                "INSERT INTO feed_import (guild_id, channel_id, actor_id, place_id, created_at)"
                " VALUES (?, ?, ?, ?, ?)",
                (guild_id, channel_id, actor_id, place_id, unix(now)),
            )
            await tx.executemany(
                "INSERT INTO feed_import_item (import_id, position, url, title, state, reason)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (import_id, item.position, item.url, item.title, item.state, item.reason)
                    for item in items
                ],
            )
            row = await tx.fetch_one("SELECT * FROM feed_import WHERE id = ?", (import_id,))
        assert row is not None
        return _import(row)

    async def get(self, guild_id: int, import_id: int) -> Import | None:
        """One of a server's imports."""
        row = await self._database.fetch_one(
            "SELECT * FROM feed_import WHERE guild_id = ? AND id = ?", (guild_id, import_id)
        )
        return None if row is None else _import(row)

    async def unfinished(self) -> list[Import]:
        """Imports that are to go on, of all servers."""
        found = await self._database.fetch_all(
            "SELECT * FROM feed_import WHERE ended_at IS NULL ORDER BY id"
        )
        return [_import(row) for row in found]

    async def items(self, guild_id: int, import_id: int, state: ItemState) -> list[Item]:
        """Lines in one state, in the list's order."""
        found = await self._database.fetch_all(
            "SELECT i.* FROM feed_import_item i JOIN feed_import m ON m.id = i.import_id"
            " WHERE m.guild_id = ? AND m.id = ? AND i.state = ? ORDER BY i.position",
            (guild_id, import_id, state),
        )
        return [
            Item(
                row["position"],
                row["url"],
                row["title"],
                ItemState(row["state"]),
                row["reason"],
            )
            for row in found
        ]

    async def counts(self, guild_id: int, import_id: int) -> dict[ItemState, int]:
        """How many lines are in which state."""
        found = await self._database.fetch_all(
            "SELECT i.state, count(*) AS number FROM feed_import_item i"
            " JOIN feed_import m ON m.id = i.import_id"
            " WHERE m.guild_id = ? AND m.id = ? GROUP BY i.state",
            (guild_id, import_id),
        )
        return {ItemState(row["state"]): row["number"] for row in found}

    async def settle(self, import_id: int, position: int, state: ItemState, reason: str) -> None:
        """Note what became of a line that was not added."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "UPDATE feed_import_item SET state = ?, reason = ?"
                " WHERE import_id = ? AND position = ?",
                (state, reason, import_id, position),
            )

    async def note_added(
        self, tx: Transaction, import_id: int, position: int, subscription_id: int
    ) -> None:
        """Note in the transaction that adds it which subscription a line has become."""
        await tx.execute(
            "UPDATE feed_import_item SET state = 'added', reason = '', subscription_id = ?"
            " WHERE import_id = ? AND position = ?",
            (subscription_id, import_id, position),
        )

    async def stop(self, guild_id: int, import_id: int) -> None:
        """What waits is not to be tried."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "UPDATE feed_import_item SET state = 'stopped' WHERE state = 'waiting'"
                " AND import_id IN (SELECT id FROM feed_import WHERE guild_id = ? AND id = ?)",
                (guild_id, import_id),
            )

    async def try_again(
        self, guild_id: int, import_id: int, place_id: int, message_id: int | None
    ) -> int:
        """Have what failed or was stopped tried again, shown in a message; how many lines.

        Lines without an address stay as they are: there is nothing to try.
        """
        async with self._database.transaction() as tx:
            number = await tx.execute(
                "UPDATE feed_import_item SET state = 'waiting', reason = ''"
                " WHERE state IN ('failed', 'stopped') AND url != ''"
                " AND import_id IN (SELECT id FROM feed_import"
                " WHERE guild_id = ? AND id = ? AND ended_at IS NOT NULL)",
                (guild_id, import_id),
            )
            if number:
                await tx.execute(
                    "UPDATE feed_import SET ended_at = NULL, place_id = ?, message_id = ?"
                    " WHERE id = ?",
                    (place_id, message_id, import_id),
                )
        return number

    async def undo(self, guild_id: int, import_id: int, now: datetime) -> int | None:
        """Remove every subscription that an import has added, as one; how many there were.

        None, and nothing happens, when it is at work or was begun too long ago.
        """
        async with self._database.transaction() as tx:
            row = await tx.fetch_one(
                "SELECT 1 FROM feed_import WHERE guild_id = ? AND id = ? AND ended_at >= ?",
                (guild_id, import_id, unix(now) - UNDO_DAYS * 86_400),
            )
            if row is None:
                return None
            removed = await tx.execute(
                "UPDATE subscription SET deleted_at = ? WHERE guild_id = ? AND deleted_at IS NULL"
                " AND id IN (SELECT subscription_id FROM feed_import_item"
                " WHERE import_id = ? AND state = 'added')",
                (unix(now), guild_id, import_id),
            )
            await tx.execute(
                "UPDATE feed_import_item SET state = 'stopped', subscription_id = NULL"
                " WHERE import_id = ? AND state = 'added'",
                (import_id,),
            )
        return removed

    async def shown(self, import_id: int, message_id: int) -> None:
        """Note in which message an import is shown."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "UPDATE feed_import SET message_id = ? WHERE id = ?", (message_id, import_id)
            )

    async def end(self, about: Import, now: datetime, notice: str = "") -> None:
        """Nothing is left to do; the moderators are told by a notice where there is a text."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "UPDATE feed_import SET ended_at = ? WHERE id = ?", (unix(now), about.id)
            )
            if notice:
                await tx.execute(
                    "INSERT INTO feed_notice (guild_id, kind, subject_id, text, created_at)"
                    " VALUES (?, ?, ?, ?, ?)",
                    (about.guild_id, NoticeKind.IMPORTED, about.id, notice, unix(now)),
                )


def _import(row: Row) -> Import:
    return Import(
        id=row["id"],
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        actor_id=row["actor_id"],
        place_id=row["place_id"],
        message_id=row["message_id"],
        created=from_unix(row["created_at"]),
        ended=rows.moment(row["ended_at"]),
    )
