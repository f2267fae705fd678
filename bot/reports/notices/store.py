"""SQL for notice times: what moderators may see from now on, and what they were told of."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.errors import DataError
from bot.reports.stored import Waiting
from bot.reports.writing import NOT_WRITTEN, Writes

_SLOT = "SELECT value FROM setting WHERE name = 'slot'"


class NoticeStore(Writes):
    """What of reports.db waits for a notice time, or for moderators to be told."""

    TROUBLE = NOT_WRITTEN

    # What comes to be seen

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
        value = await self._database.fetch_value(_SLOT)
        return None if value is None else bytes(value).decode()

    # What moderators are told of

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


def last_slot_in(path: Path) -> str | None:
    """``last_slot`` of a file that another process may have open; blocking.

    Raises:
        DataError: it cannot be read.
    """
    try:
        uri = path.absolute().as_uri() + "?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            row = connection.execute(_SLOT).fetchone()
    except sqlite3.Error as error:
        raise DataError(f"{path}: {error}") from error
    return None if row is None else bytes(row[0]).decode()
