"""A handful of values that the bot remembers about itself."""

from bot.storage.database import Database


class Meta:
    """The table ``meta``: one text per key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def recall(self, key: str) -> str | None:
        """The remembered text, or None."""
        value = await self._database.fetch_value("SELECT value FROM meta WHERE key = ?", [key])
        return None if value is None else str(value)

    async def remember(self, key: str, value: str) -> None:
        """Keep a text under a key, replacing what was there."""
        async with self._database.transaction() as tx:
            await tx.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))

    async def forget(self, key: str) -> None:
        """Remove a key."""
        async with self._database.transaction() as tx:
            await tx.execute("DELETE FROM meta WHERE key = ?", [key])
