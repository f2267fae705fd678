"""Imports apart from Discord: whose turn it is, what is kept for how long, what fits."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.feeds.imports import Import, ImportStore, Item, ItemState, Progress
from bot.feeds.imports.service import BROKEN
from bot.feeds.imports.turns import HOST_AT_ONCE, Turns
from bot.feeds.imports.words import failures_text, outcome
from bot.feeds.model import Feed
from bot.feeds.opml import FeedList, ListedFeed
from bot.feeds.store import FeedStore
from bot.storage import Database
from bot.text import utf16_len
from cogs.feeds.progress import shown
from tests.conftest import HandClock
from tests.feeds.running import GUILD, NEWS, Running
from tests.feeds.site import Site, feed_of


def lines(*urls: str) -> list[Item]:
    return [Item(n, url, f"Title {n}", ItemState.WAITING) for n, url in enumerate(urls)]


async def taken(turns: Turns) -> Item:
    item = await asyncio.wait_for(turns.take(), 20)
    assert item is not None
    return item


async def test_a_slow_host_does_not_hold_up_the_others() -> None:
    slow = [f"https://slow.example/{number}" for number in range(20)]
    turns = Turns(lines(*slow, "https://a.example/1", "https://b.example/1"))
    first = [await taken(turns) for _ in range(4)]
    hosts = sorted(item.url.split("/")[2] for item in first)
    assert hosts == ["a.example", "b.example", *["slow.example"] * HOST_AT_ONCE]
    waiting = asyncio.create_task(turns.take())
    await asyncio.sleep(0)
    assert not waiting.done()
    await turns.done(next(item for item in first if "slow" in item.url))
    item = await asyncio.wait_for(waiting, 20)
    assert item is not None
    assert "slow" in item.url


async def test_a_line_is_asked_again_once_and_its_host_rests_meanwhile() -> None:
    turns = Turns(lines("https://a.example/1", "https://a.example/2"))
    item = await taken(turns)
    loop = asyncio.get_running_loop()
    until = loop.time() + 0.05
    assert await turns.later(item, 0.05)
    await turns.done(item)
    other = await taken(turns)
    assert loop.time() >= until - 0.01
    await turns.done(other)
    again = await taken(turns)
    assert again == item
    assert not await turns.later(again, 0.01)
    await turns.done(again)
    assert await turns.take() is None


async def begun(store: ImportStore, clock: HandClock, *items: Item) -> Import:
    return await store.create(
        guild_id=1, channel_id=2, actor_id=3, place_id=4, items=items, now=clock.now()
    )


async def test_an_import_can_be_undone_for_a_week_and_is_forgotten_after_a_month(
    database: Database, clock: HandClock
) -> None:
    store = ImportStore(database)
    about = await begun(store, clock, *lines("https://a.example/1"))
    assert await store.undo(1, about.id, clock.now()) is None  # it is at work
    await store.end(about, clock.now())
    clock.advance(timedelta(days=7))
    assert await store.undo(2, about.id, clock.now()) is None  # another server's
    assert await store.undo(1, about.id, clock.now()) == 0
    clock.advance(timedelta(days=1))
    assert await store.undo(1, about.id, clock.now()) is None
    clock.advance(timedelta(days=30))
    await begun(store, clock)
    assert await store.get(1, about.id) is None
    assert await store.items(1, about.id, ItemState.WAITING) == []


@pytest.mark.parametrize("reasons", [1, 40])
def test_a_thousand_failures_fit_into_what_discord_takes(clock: HandClock, reasons: int) -> None:
    failures = tuple(
        Item(number, "https://a.example/", "𝔘" * 150, ItemState.FAILED, f"{number % reasons} " * 99)
        for number in range(1_000)
    )
    about = Import(1, 1, 2, 3, 4, 5, clock.now(), None)
    progress = Progress(about, added=1, failed=1_000, done=True, failures=failures)
    state = shown(progress)
    assert utf16_len(str(state.embed.description)) <= 4_096
    assert [file.filename for file in state.files] == ["failed-feeds.txt"]
    assert failures_text(progress).count("https://") == 1_000
    assert utf16_len(outcome(progress)) <= 2_000
    assert "more." in outcome(progress)


class Wall:
    """Where imports are shown: it keeps the outcome."""

    def __init__(self) -> None:
        self.outcome: asyncio.Future[Progress] = asyncio.get_running_loop().create_future()

    def position(self, channel_id: int) -> int:
        return 0

    async def show(self, progress: Progress) -> int | None:
        if progress.done:
            self.outcome.set_result(progress)
        return 1


async def test_what_breaks_with_one_feed_is_logged_and_does_not_end_the_import(
    running: Running, site: Site, monkeypatch: pytest.MonkeyPatch, log_text: Callable[[], str]
) -> None:
    urls = [site.put(f"/{number}", feed_of(1)) for number in range(3)]
    subscribe = FeedStore.subscribe

    async def odd(store: FeedStore, feed: Feed, *given: Any, **chosen: Any) -> Any:
        if feed.url == urls[1]:
            raise RuntimeError("something that nobody thought of")
        return await subscribe(store, feed, *given, **chosen)

    monkeypatch.setattr(FeedStore, "subscribe", odd)
    wall = Wall()
    await running.feeds.imports.start(wall)
    listed = FeedList(tuple(ListedFeed(url, "Title") for url in urls))
    await running.feeds.imports.begin(GUILD, NEWS, 3, 4, listed)
    progress = await asyncio.wait_for(wall.outcome, 20)
    assert (progress.added, progress.failed, progress.waiting) == (2, 1, 0)
    assert [(item.url, item.reason) for item in progress.failures] == [(urls[1], BROKEN)]
    assert "something that nobody thought of" in log_text()
