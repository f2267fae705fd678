"""The whole feed job in a test, with a clock that stands still: it polls when told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.config import Config
from bot.feeds.model import Subscription
from bot.feeds.overview import Listed
from bot.feeds.service import Feeds
from bot.feeds.store import FeedStore
from bot.feeds.watch import ABSENT_AFTER
from bot.storage import Database
from tests.conftest import HandClock
from tests.feeds.discord_history import History
from tests.feeds.site import Site

GUILD, OTHER_GUILD = 1, 2
NEWS, GENERAL = 10, 11
# One poll of each feed is planned for an hour from now, by a clock that a test moves.
CONFIG = Config(feed_min_interval_s=3600, feed_max_interval_s=7200, feed_allow_private=True)


@dataclass
class Running:
    """The feed job and what it works with."""

    feeds: Feeds
    history: History
    clock: HandClock
    database: Database

    @property
    def store(self) -> FeedStore:
        return FeedStore(self.database)

    async def add(
        self, url: str, channel_id: int = NEWS, guild_id: int = GUILD, **choices: Any
    ) -> int:
        subscription, _ = await self.feeds.add(guild_id, channel_id, url, **choices)
        return subscription.id

    async def get(self, subscription_id: int) -> Subscription:
        return await self.feeds.get(GUILD, subscription_id)

    async def only(self, guild_id: int = GUILD) -> Listed:
        """The one subscription of a server."""
        (listed,) = await self.feeds.overview.listing(guild_id)
        return listed

    async def check(self, subscription_id: int, guild_id: int = GUILD) -> str:
        """Poll once, wait for what follows, and say what came of it."""
        polled = await self.feeds.check(guild_id, subscription_id)
        await self.at_rest()
        return polled.problem or f"{polled.new} new"

    async def at_rest(self) -> None:
        """Wait until nothing is being sent or told."""
        while self.feeds.outbox.busy:
            await asyncio.wait(self.feeds.outbox.busy)

    async def away(self, site: Site, subscription_id: int, path: str = "/feed") -> None:
        """Let the feed fail a few times."""
        site.put(path, "", status=503)
        for _ in range(ABSENT_AFTER):
            await self.check(subscription_id)


@asynccontextmanager
async def running_on(
    database: Database, history: History | None = None, clock: HandClock | None = None
) -> AsyncIterator[Running]:
    """A life of the feed job on a database; what it posts, and the time, may outlive it."""
    history, clock = history or History(), clock or HandClock()
    feeds = Feeds.build(database, CONFIG, clock)
    await feeds.start(history)
    try:
        yield Running(feeds, history, clock, database)
    finally:
        await feeds.close()
