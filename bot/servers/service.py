"""What each Discord server has chosen in `/setup`, and the moderators' audit trail."""

import asyncio
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from bot.clock import Clock
from bot.servers.store import AuditEntry, ServerSettings, ServerStore

__all__ = ["AuditEntry", "Change", "ServerSettings", "Servers"]

# What is done to reports. Its time is that of the week, as everything about a report.
REPORTS = "inbox"
REPORTS_KEPT = timedelta(days=365)
OTHERS_KEPT = timedelta(days=730)


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
        """Remember what a moderator did. Never call this for a reporter.

        Of what was done to reports the week is kept, and in no order within it: to the second it
        would tell when a report was there already.
        """
        now = self._clock.now()
        if by_week(action):
            # Below zero, where no id comes that counts up.
            row_id = -1 - secrets.randbits(62)
            await self._store.record(guild_id, _monday(now), actor_id, action, target, row_id)
        else:
            await self._store.record(guild_id, now, actor_id, action, target)

    async def audit(
        self,
        guild_id: int,
        limit: int = 50,
        *,
        skip: int = 0,
        about: str = "",
        actor_id: int = 0,
        reports: bool = True,
    ) -> list[AuditEntry]:
        """What moderators did, newest first.

        Args:
            skip: how many of the newest are left out.
            about: only actions of this group, as ``feeds``; empty for all.
            actor_id: only of this moderator; 0 for all.
            reports: with what was done to reports, which is for those who read them.
        """
        without = "" if reports else REPORTS
        return await self._store.audit(guild_id, limit, skip, about, actor_id, without)

    async def audited(self) -> list[int]:
        """The servers on which a moderator did something."""
        return await self._store.audited()

    async def forget(self, guild_id: int) -> None:
        """Forget what was done to reports more than a year ago, and anything else two years ago."""
        now = self._clock.now()
        await self._store.forget(guild_id, REPORTS, now - REPORTS_KEPT, now - OTHERS_KEPT)

    async def latest(self, guild_id: int, action: str) -> AuditEntry | None:
        """Who did something last; None if nobody did, or it is not known any more."""
        return await self._store.latest(guild_id, action)


def by_week(action: str) -> bool:
    """Whether the week alone is kept of an action."""
    return action.startswith(f"{REPORTS}.")


def _monday(now: datetime) -> datetime:
    day = now.astimezone(UTC).date()
    return datetime.combine(day - timedelta(days=day.weekday()), time(), UTC)
