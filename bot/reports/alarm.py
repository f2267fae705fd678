"""What a reporter has moderators told at once: "someone may come to harm soon".

It is the one exception from notice times. It concerns that report alone: whatever else waits goes
on waiting. Which reports moderators could not be told of yet is in memory only; after a restart
the desk finds them again where their words can be opened on this machine. In any case the ordinary
notice tells of them within a minute, since such a report is not hidden.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Literal

from bot.errors import Unavailable
from bot.reports.model import short_name
from bot.reports.notices.store import NoticeStore
from bot.reports.store import ReportStore

PATIENCE_S = 20.0  # while its reporter waits

Heard = bool | Literal["posted"]
"""Whether moderators were pinged; ``posted`` where it stands in their channel and pinged nobody."""

Ring = Callable[[int, str], Awaitable[Heard]]
"""Pings a server's moderators about the report of a name, without content; whether it arrived."""


class Alarm:
    """Rings for urgent reports, and again until it was heard.

    Attributes:
        ring: how; None until somebody has said so.
        telling: held while moderators are told of something, so that they are told of it once.
    """

    def __init__(self, store: ReportStore, notices: NoticeStore) -> None:
        self._store = store
        self._notices = notices
        self._unheard: dict[bytes, int] = {}
        self.ring: Ring | None = None
        self.telling = asyncio.Lock()

    def remember(self, guild_id: int, report_id: bytes) -> None:
        """Let ``again`` tell moderators of a report."""
        self._unheard[report_id] = guild_id

    async def raise_for(self, guild_id: int, report_id: bytes) -> Heard:
        """Tell moderators of a report that they can see; whether they were told. Hold ``telling``.

        If they were not, ``again`` will.
        """
        self._unheard[report_id] = guild_id
        return await self._try(guild_id, report_id)

    async def again(self) -> None:
        """Try once more what was not heard. Hold ``telling``."""
        for report_id, guild_id in list(self._unheard.items()):
            report = await self._store.shown_one(guild_id, report_id)
            if report is None or report.sealed is None:  # withdrawn meanwhile
                del self._unheard[report_id]
            else:
                await self._try(guild_id, report_id)

    async def _try(self, guild_id: int, report_id: bytes) -> Heard:
        if self.ring is None:
            return False
        try:
            async with asyncio.timeout(PATIENCE_S):
                heard: Heard = await self.ring(guild_id, short_name(report_id))
        except Exception:  # the report is kept, whatever becomes of the ping
            heard = False
        if heard:
            self._unheard.pop(report_id, None)
            with suppress(Unavailable):  # then they are told of it by the ordinary notice too
                await self._notices.announced_one(guild_id, report_id)
        return heard
