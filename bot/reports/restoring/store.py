"""SQL for a reports.db that comes from a backup."""

from bot.reports.writing import Writes

RESTORED = "restored"
COMPLETE, INCOMPLETE = "complete", "incomplete"
"""Whether all that was deleted since the backup was known."""


class RestoredStore(Writes):
    """What a restore looks at and changes."""

    TROUBLE = "reports.db could not be written: disk full, or in use."

    async def mark(self) -> bytes | None:
        """The random id by which this database's list of the deleted is known, where it has one."""
        value = await self._database.fetch_value("SELECT value FROM setting WHERE name = 'list'")
        return None if value is None else bytes(value)

    async def put_mark(self, mark: bytes) -> None:
        """Keep the id by which the list is known from now on."""
        async with self._writing() as tx:
            await tx.execute(
                "INSERT OR REPLACE INTO setting (name, value) VALUES ('list', ?)", [mark]
            )

    async def servers(self) -> list[int]:
        """The servers that have reports, shown or not."""
        rows = await self._database.fetch_all(
            "SELECT DISTINCT guild_id FROM report WHERE sealed IS NOT NULL"
        )
        return [row["guild_id"] for row in rows]

    async def note_restored(self, guild_id: int, how: str) -> None:
        """Note that a server's moderators are to be told."""
        async with self._writing() as tx:
            await tx.execute(
                "INSERT OR REPLACE INTO choice (guild_id, name, value) VALUES (?, ?, ?)",
                (guild_id, RESTORED, how),
            )

    async def to_be_told(self) -> dict[int, str]:
        """How it was restored, by each server whose moderators have not been told yet."""
        rows = await self._database.fetch_all(
            "SELECT guild_id, value FROM choice WHERE name = ?", [RESTORED]
        )
        return {row["guild_id"]: str(row["value"]) for row in rows}

    async def told(self, guild_id: int) -> None:
        """Note that they have been told."""
        async with self._writing() as tx:
            await tx.execute(
                "DELETE FROM choice WHERE guild_id = ? AND name = ?", (guild_id, RESTORED)
            )

    async def with_a_key_here(self) -> list[int]:
        """The servers that have, or had, a key on this machine."""
        rows = await self._database.fetch_all(
            "SELECT DISTINCT guild_id FROM server_key WHERE place = 'host'"
        )
        return [row["guild_id"] for row in rows]

    async def rewrite(self) -> None:
        """Leave no byte of what was deleted, and all of the rest in the file itself."""
        await self._database.alone("PRAGMA temp_store = MEMORY")
        await self._database.alone("VACUUM")
        await self._database.alone("PRAGMA wal_checkpoint(TRUNCATE)")
