"""SQL for the public keys that a server's reports are sealed to."""

from collections.abc import Iterable
from typing import Literal

from bot.reports.writing import NOT_STORED, Writes


class KeyStore(Writes):
    """The table ``server_key`` of reports.db."""

    TROUBLE = NOT_STORED

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
