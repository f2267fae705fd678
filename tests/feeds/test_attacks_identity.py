"""Feeds that lie about what is new: moderators are asked before a channel is flooded."""

from collections.abc import AsyncIterator

import pytest

from bot.config import Config
from bot.feeds.doubts import FEW, HOURLY_LIMIT, RENAMED_LIMIT
from bot.feeds.model import FLOOD_LIMIT, Fate, NoticeKind
from bot.feeds.outbox import OutboxStore
from bot.feeds.service import Feeds
from bot.storage import Database
from tests.conftest import HandClock
from tests.feeds.discord_history import History
from tests.feeds.site import Site, feed_of, item, rss
from tests.feeds.test_polling import GUILD, NEWS, Running


@pytest.fixture
async def polled(database: Database) -> AsyncIterator[Running]:
    clock = HandClock()
    config = Config(feed_min_interval_s=3600, feed_max_interval_s=7200, feed_allow_private=True)
    feeds = Feeds.build(database, config, clock)
    history = History()
    await feeds.start(history)
    try:
        yield Running(feeds, history, clock, database)
    finally:
        await feeds.close()


def floods(polled: Running) -> list[str]:
    return [n.text for n in polled.history.notices if n.kind is NoticeKind.FLOOD]


async def test_a_flood_that_trickles_in_below_the_limit_is_held_within_the_hour(
    polled: Running, site: Site
) -> None:
    subscription = await polled.add(site.put("/feed", feed_of(0)))
    newest = 0
    for poll in range(1, 10):
        newest += FLOOD_LIMIT
        site.put("/feed", feed_of(*range(newest, newest - FLOOD_LIMIT, -1)))
        assert await polled.check(subscription) == f"{FLOOD_LIMIT} new"
        assert len(polled.history.titles(NEWS)) == min(FLOOD_LIMIT * poll, HOURLY_LIMIT)
        polled.clock.advance(300)
    # Asked once, however many polls add to it.
    (text,) = floods(polled)
    assert f"{HOURLY_LIMIT + FLOOD_LIMIT} new articles within an hour" in text


async def test_a_busy_feed_that_has_a_few_at_a_time_is_not_held(
    polled: Running, site: Site
) -> None:
    subscription = await polled.add(site.put("/feed", feed_of(0)))
    newest = 0
    for _ in range(20):
        newest += FEW
        site.put("/feed", feed_of(*range(newest, max(newest - 20, 0), -1)))
        await polled.check(subscription)
        polled.clock.advance(150)
    assert len(polled.history.titles(NEWS)) == newest > HOURLY_LIMIT
    assert floods(polled) == []


async def test_after_an_hour_it_begins_anew(polled: Running, site: Site) -> None:
    subscription = await polled.add(site.put("/feed", feed_of(0)))
    for poll in range(1, 9):
        newest = poll * FLOOD_LIMIT
        site.put("/feed", feed_of(*range(newest, newest - FLOOD_LIMIT, -1)))
        await polled.check(subscription)
        polled.clock.advance(1201)
    assert floods(polled) == []


async def test_flood_upon_flood_is_asked_about_once_until_it_is_decided(
    polled: Running, site: Site
) -> None:
    subscription = await polled.add(site.put("/feed", feed_of(0)))
    for poll in range(1, 4):
        site.put("/feed", feed_of(*range(poll * 100, poll * 100 - 30, -1)))
        await polled.check(subscription)
    assert len(floods(polled)) == 1
    (notice,) = [n for n in polled.history.notices if n.kind is NoticeKind.FLOOD]
    (outcome,) = await polled.feeds.decide(GUILD, notice.subject_id, "skip")
    assert outcome.counts.keys() == {Fate.SKIPPED}
    site.put("/feed", feed_of(*range(500, 470, -1)))
    await polled.check(subscription)
    assert len(floods(polled)) == 2
    assert await OutboxStore(polled.database).waiting(GUILD) == {subscription: (30, 30)}


async def test_known_links_under_new_guids_are_recognised_or_held(
    polled: Running, site: Site
) -> None:
    subscription = await polled.add(site.put("/feed", feed_of(*range(6))))
    # All guids are new: the articles are the same.
    site.put("/feed", rss(*(item(n, guid=f"new-{n}") for n in range(6))))
    assert await polled.check(subscription) == "0 new"
    # Guids, titles and dates are new, only the links are known: who can tell?
    changed = [
        item(n + 100, guid=f"newer-{n}", link=f"https://example.org/articles/{n}")
        for n in range(RENAMED_LIMIT)
    ]
    site.put("/feed", rss(*changed))
    assert await polled.check(subscription) == f"{RENAMED_LIMIT} new"
    assert polled.history.titles(NEWS) == []
    (text,) = floods(polled)
    assert f"{RENAMED_LIMIT} articles that seem to be earlier ones" in text


async def test_a_page_that_gets_its_next_article_is_no_doubt(polled: Running, site: Site) -> None:
    page = "https://example.org/releases"
    releases = [item(n, guid=f"v{n}", link=page) for n in range(10)]
    subscription = await polled.add(site.put("/feed", rss(*releases[:4])))
    site.put("/feed", rss(*releases))
    assert await polled.check(subscription) == "6 new"
    daily = [item(50 + n, link=f"https://example.org/daily/{n}") for n in range(2)]
    site.put("/feed", rss(*releases, *daily))
    await polled.check(subscription)
    tomorrow = [item(60 + n, link=f"https://example.org/daily/{n}") for n in range(2)]
    site.put("/feed", rss(*releases, *tomorrow))
    assert await polled.check(subscription) == "2 new"
    assert len(polled.history.titles(NEWS)) == 10
    assert floods(polled) == []


async def test_an_archive_that_comes_up_is_held_and_a_late_article_is_not(
    polled: Running, site: Site
) -> None:
    def old(number: int) -> str:
        return item(number).replace("2026", "2011")

    recent = [item(n) for n in range(5)]
    subscription = await polled.add(site.put("/feed", rss(*recent)))
    site.put("/feed", rss(*recent, *(old(100 + n) for n in range(FEW))))
    assert await polled.check(subscription) == f"{FEW} new"
    assert len(polled.history.titles(NEWS)) == FEW
    site.put("/feed", rss(*recent, *(old(200 + n) for n in range(FEW + 1))))
    assert await polled.check(subscription) == f"{FEW + 1} new"
    assert len(polled.history.titles(NEWS)) == FEW
    (text,) = floods(polled)
    assert "from long ago" in text


async def test_two_documents_in_turn_and_dates_that_jump_post_nothing_again(
    polled: Running, site: Site
) -> None:
    first, second = feed_of(*range(5)), feed_of(*range(5, 10))
    subscription = await polled.add(site.put("/feed", first))
    posted = ["0 new", "5 new", "0 new", "0 new", "0 new"]
    for document, said in zip((first, second, first, second, first), posted, strict=True):
        site.put("/feed", document)
        assert await polled.check(subscription) == said
    for year in ("2020", "2031", "1999"):
        site.put("/feed", first.replace("2026", year))
        assert await polled.check(subscription) == "0 new"
    assert len(polled.history.titles(NEWS)) == 5
