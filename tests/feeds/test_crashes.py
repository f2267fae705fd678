"""Every article once, wherever the process dies: hundreds of lives that end at some boundary."""

import asyncio
import random
from collections.abc import Sequence
from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.clock import Clock, SystemClock
from bot.feeds.model import Article, ParsedFeed, Style
from bot.feeds.outbox import Outbox, OutboxStore
from bot.feeds.outbox.digests import Digests, DigestStore
from bot.feeds.outbox.digests.hours import Hours
from bot.feeds.parse import parse_feed
from bot.feeds.store import FeedStore
from bot.storage import Database
from tests.conftest import HandClock
from tests.feeds.discord_history import History
from tests.feeds.lives import NEWS, URL, document, opened, run, subscribed
from tests.feeds.site import item, rss

THREADS, DIGESTS = 30, 40
STYLES = {NEWS: Style.EMBED, THREADS: Style.THREAD, DIGESTS: Style.DAILY}
HOURS = Hours(time(8), ZoneInfo("Europe/London"))
BOUNDARIES = [
    "before sending", "begun", "sent", "recorded", "looked up", "look noted", "busy",
    "before starting a thread", "thread started", "thread noted",
    "before editing", "edited", "edit noted",
]  # fmt: skip


class CrashError(BaseException):
    """The process dies here."""


async def crashing_life(
    path: Path,
    history: History,
    chance: random.Random,
    latest: int,
    *,
    parsed: ParsedFeed | None = None,
    clock: Clock | None = None,
) -> None:
    """One life of the process: it polls, sends, and dies at a random boundary."""
    database = await Database.open(path, "steward")
    clock = clock or SystemClock()
    died = asyncio.Event()
    where, left = chance.choice(BOUNDARIES), chance.randint(0, 2)

    async def fault_point(name: str) -> None:
        nonlocal left
        left -= name == where
        if left < 0:  # and whatever else was at work gets no further than its next boundary
            died.set()
            raise CrashError

    try:
        store = FeedStore(database)
        (feed,) = await store.wanted()
        outbox = Outbox(OutboxStore(database), clock, retry_s=0.0, fault_point=fault_point)
        digests = Digests(DigestStore(database), outbox, clock, HOURS)
        await outbox.start(history)
        await digests.look_at_clock()
        if chance.random() < 0.8:
            parsed = parsed or document(*range(latest, 0, -1))
            recorded = await store.record(feed, parsed, clock.now())
            outbox.wake(recorded.channels)
        while outbox.busy and not died.is_set():
            await asyncio.wait([*outbox.busy, dying := asyncio.create_task(died.wait())],
                               return_when=asyncio.FIRST_COMPLETED)  # fmt: skip
            dying.cancel()
        await outbox.close()
    finally:
        await database.close()


def all_in_one(articles: Sequence[Article]) -> list[int]:
    return [len(articles)] if articles else []


class Newsroom:
    """What the feed has published so far; articles are corrected now and then."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.titles = {1: "Article number 1", 2: "Article number 2"}

    def work(self) -> None:
        for _ in range(self._chance.randint(0, 2)):
            number = max(self.titles) + 1
            self.titles[number] = f"Article number {number}"
        if self._chance.random() < 0.5:
            number = self._chance.choice(list(self.titles))
            self.titles[number] = f"{self.titles[number]}!"

    def document(self) -> ParsedFeed:
        newest_first = sorted(self.titles.items(), reverse=True)
        return parse_feed(rss(*(item(n, title=title) for n, title in newest_first)).encode(), URL)

    @property
    def expected(self) -> list[str]:
        return [title for number, title in sorted(self.titles.items()) if number > 2]


@pytest.mark.parametrize("seed", range(40))
async def test_dying_at_any_boundary_loses_nothing_and_repeats_nothing(
    tmp_path: Path, seed: int, clock: HandClock
) -> None:
    """Forty seeds of ten lives each; every life ends at another of the outbox's boundaries.

    One channel has threads, one has none, one has digests; articles are corrected meanwhile.
    """
    chance = random.Random(seed)
    path = tmp_path / "steward.db"
    async with opened(path) as database:
        for channel_id, style in STYLES.items():
            await subscribed(FeedStore(database), channel_id, style=style)
    history, newsroom = History(), Newsroom(chance)
    for _ in range(10):
        newsroom.work()
        history.misbehave(chance, 0.3)
        clock.advance(timedelta(hours=chance.randint(0, 12)))
        parsed = newsroom.document()
        await crashing_life(path, history, chance, 0, parsed=parsed, clock=clock)
    history.faults.clear()
    async with opened(path) as database:
        store, digests = FeedStore(database), DigestStore(database)
        (feed,) = await store.wanted()
        await store.record(feed, newsroom.document(), clock.now())
        for _ in range(2):  # what is looked up in the first life is bundled in the second
            await run(database, history, clock)
            clock.advance(timedelta(days=1))
            hour = HOURS.last(Style.DAILY, clock.now())
            for due in await digests.due(Style.DAILY, hour):
                await digests.bundle(due, Style.DAILY, hour, all_in_one)
        await run(database, history, clock)
    for channel_id in STYLES:
        assert history.articles(channel_id) == newsroom.expected
    assert None not in history.threads(THREADS)
    assert set(history.threads(NEWS) + history.threads(DIGESTS)) <= {None}
