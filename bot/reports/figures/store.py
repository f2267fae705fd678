"""SQL for published figures, which stand among a server's choices."""

from bot.storage import Database, Transaction

PREFIX = "figures:"
UNCOUNTED = "uncounted:"


class FiguresStore:
    """The settled periods of each server."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def servers(self) -> list[int]:
        """The servers that have reports which moderators can see, or had some not counted yet."""
        rows = await self._database.fetch_all(
            "SELECT guild_id FROM report WHERE shown_week IS NOT NULL "
            "UNION SELECT guild_id FROM choice WHERE name GLOB ?",
            [f"{UNCOUNTED}*"],
        )
        return [row["guild_id"] for row in rows]

    async def any_to_count(self, guild_id: int) -> bool:
        """Whether there is anything that may come to be counted: a report, seen by moderators or
        not, or the count of one that was deleted for its age."""
        return bool(
            await self._database.fetch_value(
                "SELECT EXISTS (SELECT 1 FROM report WHERE guild_id = ?) "
                "OR EXISTS (SELECT 1 FROM choice WHERE guild_id = ? AND name GLOB ?)",
                (guild_id, guild_id, f"{UNCOUNTED}*"),
            )
        )

    async def settled(self, guild_id: int) -> list[str]:
        """All periods as they were kept, oldest first."""
        rows = await self._database.fetch_all(
            "SELECT value FROM choice WHERE guild_id = ? AND name GLOB ? ORDER BY name",
            (guild_id, f"{PREFIX}*"),
        )
        return [str(row["value"]) for row in rows]

    async def tallies(self, guild_id: int) -> dict[str, str]:
        """What is kept, sealed, of reports that were deleted before they were counted."""
        rows = await self._database.fetch_all(
            "SELECT name, value FROM choice WHERE guild_id = ? AND name GLOB ? ORDER BY name",
            (guild_id, f"{UNCOUNTED}*"),
        )
        return {str(row["name"]).removeprefix(UNCOUNTED): str(row["value"]) for row in rows}

    async def drop_tallies(self, guild_id: int, last: str) -> None:
        """Forget them up to this quarter."""
        async with self._database.transaction() as tx:
            await _drop_tallies(tx, guild_id, last)

    async def settle(self, guild_id: int, last: str, value: str) -> None:
        """Keep a period; one that was kept before stays as it was. Its deleted reports are counted
        with it, so what was kept of them goes."""
        async with self._database.transaction() as tx:
            await _drop_tallies(tx, guild_id, last)
            await tx.execute(
                "INSERT OR IGNORE INTO choice (guild_id, name, value) VALUES (?, ?, ?)",
                (guild_id, PREFIX + last, value),
            )


async def _drop_tallies(tx: Transaction, guild_id: int, last: str) -> None:
    await tx.execute(
        "DELETE FROM choice WHERE guild_id = ? AND name GLOB ? AND name <= ?",
        (guild_id, f"{UNCOUNTED}*", UNCOUNTED + last),
    )
