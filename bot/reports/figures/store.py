"""SQL for published figures, which stand among a server's choices."""

from bot.storage import Database

PREFIX = "figures:"


class FiguresStore:
    """The settled periods of each server."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def servers(self) -> list[int]:
        """The servers that have reports which moderators can see."""
        rows = await self._database.fetch_all(
            "SELECT DISTINCT guild_id FROM report WHERE shown_week IS NOT NULL"
        )
        return [row["guild_id"] for row in rows]

    async def settled(self, guild_id: int) -> list[str]:
        """All periods as they were kept, oldest first."""
        rows = await self._database.fetch_all(
            "SELECT value FROM choice WHERE guild_id = ? AND name GLOB ? ORDER BY name",
            (guild_id, f"{PREFIX}*"),
        )
        return [str(row["value"]) for row in rows]

    async def settle(self, guild_id: int, last: str, value: str) -> None:
        """Keep a period; one that was kept before stays as it was."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "INSERT OR IGNORE INTO choice (guild_id, name, value) VALUES (?, ?, ?)",
                (guild_id, PREFIX + last, value),
            )
