"""What each Discord server has chosen in `/setup`, and the moderators' audit trail."""

import asyncio
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.servers.store import AuditEntry, ServerSettings, ServerStore

__all__ = ["AuditEntry", "Change", "ServerSettings", "Servers"]


@dataclass(frozen=True, slots=True)
class Change:
    """A server's settings before and after one change, so that it can be told and undone."""

    before: ServerSettings
    after: ServerSettings


class Servers:
    """Settings by server, read often (each moderator command) and so kept in memory."""

    def __init__(self, store: ServerStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._cache: dict[int, ServerSettings] = {}
        # Two changes at once must not write back what the other replaced.
        self._lock = asyncio.Lock()

    async def settings(self, guild_id: int) -> ServerSettings:
        """A server's settings; all unset for one that we have not met."""
        if (known := self._cache.get(guild_id)) is not None:
            return known
        async with self._lock:
            return await self._load(guild_id)

    async def _load(self, guild_id: int) -> ServerSettings:
        if guild_id not in self._cache:
            self._cache[guild_id] = await self._store.load(guild_id)
        return self._cache[guild_id]

    async def change(self, guild_id: int, **fields: int | bool | None) -> Change:
        """Store some settings, the others staying; before and after.

        Raises:
            TypeError: a field that ServerSettings does not have.
        """
        async with self._lock:
            before = await self._load(guild_id)
            after = replace(before, **fields)  # type: ignore[arg-type]  # names checked by replace
            await self._store.save(after)
            self._cache[guild_id] = after
        return Change(before, after)

    async def guild_ids(self) -> list[int]:
        """The servers that have settings."""
        return await self._store.guild_ids()

    async def record(self, guild_id: int, actor_id: int, action: str, target: str = "") -> None:
        """Remember what a moderator did. Never call this for a reporter."""
        await self._store.record(guild_id, self._clock.now(), actor_id, action, target)

    async def audit(
        self, guild_id: int, limit: int = 50, *, skip: int = 0, about: str = "", actor_id: int = 0
    ) -> list[AuditEntry]:
        """What moderators did, newest first.

        Args:
            skip: how many of the newest are left out.
            about: only actions of this group, as ``feeds``; empty for all.
            actor_id: only of this moderator; 0 for all.
        """
        return await self._store.audit(guild_id, limit, skip, about, actor_id)

    async def latest(self, guild_id: int, action: str) -> AuditEntry | None:
        """Who did something last; None if nobody did, or it is not known any more."""
        return await self._store.latest(guild_id, action)
