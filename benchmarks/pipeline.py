"""Steward's whole way from a feed to the outbox, put together as the bot does it."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.clock import SystemClock
from bot.config import Config
from bot.feeds.fetch import Fetcher
from bot.feeds.model import Delivery, Feed, Notice, ParsedFeed, Subscription
from bot.feeds.outbox import Outbox, OutboxStore
from bot.feeds.poller import Poller
from bot.feeds.pool import ParsePool
from bot.feeds.schedule import Limits
from bot.feeds.store import FeedStore
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


@dataclass
class Pipeline:
    """The parts, and the feeds that are polled by calling them."""

    fetcher: Fetcher
    poller: Poller
    outbox: Outbox
    publisher: Counter
    feeds: list[Feed]

    async def poll_all(self, connections: int) -> None:
        """Poll every feed once, so many at a time, and wait until all that is new has been sent."""
        await at_once(connections, (self._poll(feed) for feed in self.feeds))
        while self.outbox.busy:
            await asyncio.wait(self.outbox.busy)

    async def _poll(self, feed: Feed) -> None:
        polled = await self.poller.poll(feed)
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
    """Everything of the feed job on a database in a folder, with a channel for every feed."""
    config, clock = Config(), SystemClock()
    database = await Database.open(folder / "steward.db", "steward")
    store, outbox_store = FeedStore(database), OutboxStore(database)
    outbox, publisher = Outbox(outbox_store, clock), Counter()
    fetcher, pool = Fetcher(clock, per_host=0, allow_private=True), ParsePool()
    limits = Limits(config.feed_min_interval_s, config.feed_max_interval_s)
    poller = Poller(store, outbox_store, outbox, fetcher, pool, clock, limits)
    try:
        feeds = []
        for number, url in enumerate(urls):
            title, site = f"News of site {number}", f"https://site{number}.example/"
            feed, _, _ = await store.subscribe(
                Feed(0, url, title, site),
                ParsedFeed(title, site),
                clock.now(),
                guild_id=GUILD,
                channel_id=1 + number % CHANNELS,
                since_id=0,
            )
            feeds.append(feed)
        await outbox.start(publisher)
        yield Pipeline(fetcher, poller, outbox, publisher, feeds)
    finally:
        await outbox.close()
        await poller.close()
        await pool.close()
        await fetcher.close()
        await database.close()
