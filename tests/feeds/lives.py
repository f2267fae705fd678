"""Lives of the outbox: what a process sends until it stops, and what the next one finds."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.clock import Clock, SystemClock
from bot.feeds.model import Feed, Options, ParsedFeed, Style, Subscription
from bot.feeds.outbox import Outbox, OutboxStore
from bot.feeds.outbox.digests import Digests, DigestStore
from bot.feeds.outbox.digests.hours import Hours
from bot.feeds.parse import parse_feed
from bot.feeds.store import FeedStore
from bot.storage import Database
from tests.conftest import HandClock
from tests.feeds.discord_history import History
from tests.feeds.site import feed_of, item, rss

NOW = datetime(2026, 3, 2, tzinfo=UTC)
GUILD = 1
NEWS, FORUM = 10, 20
URL = "https://example.org/feed"
LONDON = ZoneInfo("Europe/London")
HOURS = Hours(time(8), LONDON)


def document(*numbers: int) -> ParsedFeed:
    return parse_feed(feed_of(*numbers).encode(), URL)


def titled(**titles: str) -> ParsedFeed:
    """A document whose articles have titles: ``titled(a3="New")`` is article 3, newest first."""
    numbered = {int(name[1:]): title for name, title in titles.items()}
    items = [item(number, title=numbered[number]) for number in sorted(numbered, reverse=True)]
    return parse_feed(rss(*items).encode(), URL)


async def subscribed(
    store: FeedStore,
    *channels: int,
    style: Style = Style.EMBED,
    options: Options | None = None,
) -> tuple[Feed, list[Subscription]]:
    """A feed whose first document held articles 1 and 2, in some channels."""
    feed = Feed(0, URL, "Sample news", "https://example.org/")
    subscriptions = []
    for channel_id in channels:
        feed, subscription, _ = await store.subscribe(
            feed,
            document(2, 1),
            NOW,
            guild_id=GUILD,
            channel_id=channel_id,
            since_id=0,
            options=options or Options(style=style),
            backlog=0,
        )
        subscriptions.append(subscription)
    return feed, subscriptions


@asynccontextmanager
async def opened(path: Path, *, restored: bool = False) -> AsyncIterator[Database]:
    """A database that is closed at the end, also when the test fails; perhaps a restored one."""
    database = await Database.open(path, "steward")
    try:
        if restored:
            async with database.transaction() as tx:
                await tx.execute("INSERT INTO meta (key, value) VALUES ('restored', '1')")
        yield database
    finally:
        await database.close()


def copy(source: Path, target: Path) -> None:
    """Make a backup, as ``VACUUM INTO`` does."""
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))


async def at_rest(outbox: Outbox) -> None:
    """Wait until nothing is being sent."""
    while outbox.busy:
        await asyncio.wait(outbox.busy)


async def run(database: Database, history: History, clock: Clock | None = None) -> None:
    """A process that starts, sends what waits, and stops."""
    outbox = Outbox(OutboxStore(database), clock or SystemClock(), retry_s=0.0)
    await outbox.start(history)
    await at_rest(outbox)
    await outbox.close()


class Life:
    """One life of the outbox and its digests, with a clock that a test turns; see HandClock."""

    def __init__(self, database: Database, history: History, clock: HandClock) -> None:
        self.store = FeedStore(database)
        self.outbox = Outbox(OutboxStore(database), clock, retry_s=0.0)
        self.digests = Digests(DigestStore(database), self.outbox, clock, HOURS)
        self.history = history
        self.clock = clock
        self.database = database

    async def __aenter__(self) -> "Life":
        await self.outbox.start(self.history)
        await self.digests.start()
        await at_rest(self.outbox)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.digests.close()
        await self.outbox.close()

    async def subscribed(self, *channels: int, style: Style = Style.EMBED) -> Feed:
        """As the function of that name, which also gives the subscriptions."""
        feed, _ = await subscribed(self.store, *channels, style=style)
        return feed

    async def record(self, feed: Feed, *numbers: int) -> None:
        """Take in a document with these articles, and have sent what can be."""
        await self.read(feed, document(*numbers))

    async def read(self, feed: Feed, parsed: ParsedFeed) -> None:
        """Take in a document, and have sent what can be."""
        recorded = await self.store.record(feed, parsed, self.clock.now())
        self.outbox.wake(recorded.channels)
        await at_rest(self.outbox)

    async def resume(self, subscription: Subscription) -> None:
        """Post again what was paused."""
        await self.store.set_paused(subscription.guild_id, subscription.id, "")
        self.outbox.wake([subscription.channel_id])
        await at_rest(self.outbox)

    async def advance(self, **step: float) -> None:
        """Turn the clock on, and have done what is due by then."""
        self.clock.advance(timedelta(**step))
        await self.digests.look_at_clock()
        await self.outbox.look_at_clock()
        await at_rest(self.outbox)
