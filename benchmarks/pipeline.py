"""Steward's whole way from a feed to the outbox, put together as the bot does it."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from pathlib import Path

from bot.clock import SystemClock
from bot.config import Config
from bot.feeds.fetch import Fetcher
from bot.feeds.model import Delivery, Feed, Notice, Subscription
from bot.feeds.service import Feeds
from bot.storage import Database

GUILD = 1
CHANNELS = 20


class Counter:
    """A publisher that posts nowhere and counts."""

    def __init__(self) -> None:
        self.sent = self.notices = 0

    def position(self, channel_id: int) -> int:
        return self.sent

    async def send(self, delivery: Delivery, marks: Sequence[str]) -> int:
        self.sent += 1
        return self.sent

    async def start_thread(self, delivery: Delivery) -> None:
        """Nobody wants one."""

    async def edit(self, delivery: Delivery, marks: Sequence[str]) -> None:
        """Nothing changes once it has been sent."""

    async def find(
        self, subscription: Subscription, marks: AbstractSet[str], after_id: int
    ) -> dict[str, int]:
        return {}

    async def notify(self, notice: Notice) -> bool:
        self.notices += 1
        return True


class Pipeline:
    """The whole feed job, and its feeds, which are added and polled by calling it."""

    def __init__(self, feeds: Feeds, publisher: Counter, urls: list[str]) -> None:
        self._feeds = feeds
        self._urls = urls
        self.publisher = publisher
        self.fetcher: Fetcher = feeds._fetcher
        self.feeds: list[Feed] = []

    async def add_all(self, connections: int) -> None:
        """Add every feed, so many at a time: it is fetched, read and remembered."""
        await at_once(connections, (self._add(n, url) for n, url in enumerate(self._urls)))

    async def poll_all(self, connections: int) -> None:
        """Poll every feed once, so many at a time, and wait until all that is new has been sent."""
        await at_once(connections, (self._poll(feed) for feed in self.feeds))
        while self._feeds.outbox.busy:
            await asyncio.wait(self._feeds.outbox.busy)

    async def _add(self, number: int, url: str) -> None:
        subscription, _ = await self._feeds.add(GUILD, 1 + number % CHANNELS, url)
        feed = self._feeds._poller.feed(subscription.feed_id)
        assert feed is not None
        self.feeds.append(feed)

    async def _poll(self, feed: Feed) -> None:
        polled = await self._feeds._poller.poll(feed)
        assert not polled.problem, polled.problem


async def at_once(count: int, works: Iterable[object]) -> None:
    """Await all of some coroutines, so many at a time."""
    waiting = iter(works)

    async def work() -> None:
        for each in waiting:
            await each  # type: ignore[misc]

    await asyncio.gather(*(work() for _ in range(count)))


@asynccontextmanager
async def pipeline(folder: Path, urls: list[str]) -> AsyncIterator[Pipeline]:
    """The feed job on a database in a folder, started as the bot starts it."""
    database = await Database.open(folder / "steward.db", "steward")
    config = Config(feed_per_host=0, feed_allow_private=True)
    feeds, publisher = Feeds.build(database, config, SystemClock()), Counter()
    try:
        await feeds.start(publisher)
        gc.collect()
        gc.freeze()  # as bot.runner does
        yield Pipeline(feeds, publisher, urls)
    finally:
        await feeds.close()
        await database.close()
