"""Held articles: what the moderators decide, and what becomes of the articles in each channel."""

from datetime import timedelta

import pytest

from bot.feeds.model import Fate, Options, Outcome, Style
from bot.feeds.outbox.holds import Choice, HoldStore
from bot.feeds.store import FeedStore
from bot.storage import Database
from tests.feeds.discord_history import History
from tests.feeds.test_outbox import FORUM, GUILD, NEWS, NOW, document, run, subscribed


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
