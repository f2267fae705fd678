"""Makes each digest at its hour, or at the start when the hour has passed meanwhile."""

import asyncio
import logging

from bot.clock import Clock
from bot.errors import StorageTrouble
from bot.feeds.model import Style
from bot.feeds.outbox.digests import text
from bot.feeds.outbox.digests.hours import Hours
from bot.feeds.outbox.digests.store import DigestStore
from bot.feeds.outbox.runner import Outbox

log = logging.getLogger(__name__)

LOOK_EVERY_S = 60.0  # what was paused or looked up at the hour is made up for soon after


class Digests:
    """The hour of digests; ``start`` it after the outbox, and ``close`` it before."""

    def __init__(self, store: DigestStore, outbox: Outbox, clock: Clock, hours: Hours) -> None:
        self._store = store
        self._outbox = outbox
        self._clock = clock
        self._hours = hours
        self._timer: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Make what became due while nobody looked, and go on from there."""
        await self._look()
        self._timer = asyncio.create_task(self._keep_time())

    async def look_at_clock(self) -> None:
        """Make the digests whose hour has come, and have them sent."""
        now = self._clock.now()
        for style in (Style.DAILY, Style.WEEKLY):
            hour = self._hours.last(style, now)
            for subscription_id in await self._store.due(style, hour):
                channel_id = await self._store.bundle(
                    subscription_id,
                    style,
                    hour,
                    lambda articles: text.bundles(articles, self._hours.zone),
                )
                if channel_id is not None:
                    self._outbox.wake([channel_id])

    async def close(self) -> None:
        """Stop; what is due is made at the next start."""
        if self._timer is not None:
            self._timer.cancel()
            await asyncio.gather(self._timer, return_exceptions=True)
            self._timer = None

    async def _keep_time(self) -> None:
        while True:
            now = self._clock.now()
            left = (self._hours.next(Style.DAILY, now) - now).total_seconds()
            await asyncio.sleep(min(max(left, 1.0), LOOK_EVERY_S))
            await self._look()

    async def _look(self) -> None:
        """Look at the clock, whatever happens: the next look tries again."""
        try:
            await self.look_at_clock()
        except StorageTrouble as error:
            log.error("A digest could not be made; it is tried again. %s", error)
        except Exception:
            log.exception("A digest could not be made; it is tried again")
