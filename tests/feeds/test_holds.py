"""Held articles: what the moderators decide, and what becomes of the articles in each channel."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.feeds.model import FLOOD_LIMIT, Fate, Options, Outcome, Style
from bot.feeds.outbox.holds import Choice, HoldStore
from bot.feeds.store import FeedStore
from bot.storage import Database
from tests.feeds.discord_history import History
from tests.feeds.lives import FORUM, GUILD, NEWS, NOW, copy, document, opened, run, subscribed
from tests.feeds.running import GENERAL, Running
from tests.feeds.site import Site, feed_of


async def test_a_flood_is_held_until_somebody_decides(database: Database) -> None:
    store, holds = FeedStore(database), HoldStore(database)
    feed, _ = await subscribed(store, NEWS)
    recorded = await store.record(feed, document(*range(30, 0, -1)), NOW)
    history = History()
    await run(database, history)
    assert recorded.held
    assert history.posted == []
    (notice,) = history.notices
    assert "28 new articles" in notice.text
    assert await holds.decide(GUILD + 1, notice.subject_id, "post") is None
    decided = await holds.decide(GUILD, notice.subject_id, "newest")
    assert decided == (
        [Outcome(NEWS, Style.EMBED, {Fate.COMING: 1, Fate.SKIPPED: 27})],
        [NEWS],
    )
    assert await holds.decide(GUILD, notice.subject_id, "post") is None
    await run(database, history)
    assert history.titles(NEWS) == ["Article number 30"]


@pytest.mark.parametrize(("choice", "count"), [("post", 28), ("skip", 0)])
async def test_held_articles_are_all_posted_or_all_skipped(
    database: Database, choice: Choice, count: int
) -> None:
    store, holds = FeedStore(database), HoldStore(database)
    feed, _ = await subscribed(store, NEWS)
    await store.record(feed, document(*range(30, 0, -1)), NOW)
    history = History()
    await run(database, history)
    await holds.decide(GUILD, history.notices[0].subject_id, choice)
    await run(database, history)
    assert len(history.posted) == count


async def test_the_newest_is_that_of_each_channel_as_its_filter_lets_it_through(
    database: Database,
) -> None:
    store, holds = FeedStore(database), HoldStore(database)
    feed, _ = await subscribed(store, NEWS)
    await subscribed(store, FORUM, options=Options(include='"number 7", "number 9"'))
    await store.record(feed, document(*range(30, 0, -1)), NOW)
    history = History()
    await run(database, history)
    await holds.decide(GUILD, history.notices[0].subject_id, "newest")
    await run(database, history)
    assert history.titles(NEWS) == ["Article number 30"]
    assert history.titles(FORUM) == ["Article number 9"]


async def test_a_filter_keeps_back_only_what_was_held_and_came_after_it_was_chosen(
    database: Database,
) -> None:
    store, holds = FeedStore(database), HoldStore(database)
    choosy = Options(include='"number 7"')
    feed, _ = await subscribed(store, NEWS, options=choosy)
    await store.record(feed, document(*range(30, 0, -1)), NOW + timedelta(minutes=1))
    await store.record(feed, document(*range(32, 0, -1)), NOW + timedelta(minutes=2))
    await store.subscribe(
        feed, document(*range(32, 0, -1)), NOW + timedelta(minutes=3),
        guild_id=GUILD, channel_id=FORUM, since_id=0, options=choosy,
    )  # fmt: skip
    (hold,) = await database.fetch_all("SELECT id FROM hold")
    decided = await holds.decide(GUILD, hold["id"], "post")
    counts = {Fate.COMING: 1, Fate.FILTERED: 27}
    assert decided == ([Outcome(NEWS, Style.EMBED, counts)], [NEWS])


@pytest.mark.parametrize("count", [FLOOD_LIMIT, FLOOD_LIMIT + 1])
async def test_more_than_so_many_at_once_are_a_flood(database: Database, count: int) -> None:
    store = FeedStore(database)
    feed, _ = await subscribed(store, NEWS)
    recorded = await store.record(feed, document(*range(count + 2, 0, -1)), NOW)
    assert len(recorded.articles) == count
    assert recorded.held == (count > FLOOD_LIMIT)


async def test_what_was_posted_after_the_backup_is_not_posted_again_by_a_decision_after_it(
    database: Database, tmp_path: Path
) -> None:
    store, history = FeedStore(database), History()
    feed, _ = await subscribed(store, NEWS)
    await store.record(feed, document(*range(30, 0, -1)), NOW)
    await run(database, history)
    backup = tmp_path / "backup.db"
    await asyncio.to_thread(copy, database.path, backup)
    hold_id = history.notices[0].subject_id
    await HoldStore(database).decide(GUILD, hold_id, "newest")
    await run(database, history)
    history.nonces.clear()  # Discord remembers them for a few minutes only
    async with opened(backup, restored=True) as restored:
        await run(restored, history)
        await HoldStore(restored).decide(GUILD, hold_id, "post")
        await run(restored, history)
    titles = history.titles(NEWS)
    assert titles[0] == "Article number 30"
    assert sorted(titles) == sorted(f"Article number {number}" for number in range(3, 31))


async def test_who_adds_a_feed_of_which_something_is_held_is_asked_about_it_again(
    running: Running, site: Site
) -> None:
    url = site.put("/feed", feed_of(1))
    subscription = await running.add(url)
    site.put("/feed", feed_of(*range(30, 0, -1)))
    await running.check(subscription)
    (asked,) = running.history.notices
    await running.add(url, GENERAL)
    await running.at_rest()
    assert [notice.subject_id for notice in running.history.notices] == [asked.subject_id] * 2
