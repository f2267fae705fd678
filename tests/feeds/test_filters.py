"""Filters: a channel gets what its moderators chose, and loses nothing by them."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.feeds.articles.filters import stored_filter
from bot.feeds.articles.store import Recorded
from bot.feeds.model import Feed, Options, ParsedFeed, Subscription
from bot.feeds.parse import parse_feed
from bot.feeds.store import FeedStore
from bot.storage import Database
from tests.feeds.site import item, rss

NOW = datetime(2026, 3, 2, tzinfo=UTC)
GUILD, NEWS, GENERAL, LIBRARY = 1, 10, 11, 12
URL = "https://example.org/feed"
TITLES = {
    1: "Prison officers and pay",
    2: "Strike called off",
    3: "Pay rise for probation",
    4: "A job in Leeds",
    5: "A job in probation: the pay",
}


def document(*numbers: int) -> ParsedFeed:
    return parse_feed(rss(*(item(n, title=TITLES.get(n)) for n in numbers)).encode(), URL)


async def subscribe(
    database: Database, channel_id: int, *, backlog: int = 0, include: str = "", exclude: str = ""
) -> tuple[Feed, Subscription, Recorded]:
    return await FeedStore(database).subscribe(
        Feed(0, URL, "Sample news", "https://example.org/"),
        document(5, 4, 3, 2, 1) if backlog else document(),
        NOW,
        guild_id=GUILD,
        channel_id=channel_id,
        since_id=0,
        options=Options(include=include, exclude=exclude),
        backlog=backlog,
    )


async def on_the_way(database: Database, channel_id: int) -> list[str]:
    """Titles of what waits for a channel, in the order in which it will be sent."""
    found = await database.fetch_all(
        "SELECT a.title FROM delivery d JOIN article a ON a.id = d.article_id"
        " JOIN subscription s ON s.id = d.subscription_id WHERE s.channel_id = ? ORDER BY d.id",
        (channel_id,),
    )
    return [row["title"] for row in found]


async def test_each_channel_gets_what_passes_its_own_filter(database: Database) -> None:
    feed, _, _ = await subscribe(database, NEWS, include="pay, strike", exclude="job")
    await subscribe(database, GENERAL)
    await subscribe(database, LIBRARY, exclude="pay -prison")
    recorded = await FeedStore(database).record(feed, document(5, 4, 3, 2, 1), NOW)
    assert await on_the_way(database, NEWS) == [TITLES[1], TITLES[2], TITLES[3]]
    assert await on_the_way(database, GENERAL) == [TITLES[n] for n in (1, 2, 3, 4, 5)]
    assert await on_the_way(database, LIBRARY) == [TITLES[1], TITLES[2], TITLES[4]]
    assert len(recorded.articles) == 5
    assert recorded.channels == {NEWS, GENERAL, LIBRARY}


async def test_summary_and_categories_count_like_the_title(database: Database) -> None:
    feed, _, _ = await subscribe(database, NEWS, include='"at some length", unions')
    await subscribe(database, GENERAL, include="unions")
    named = item(7).replace("</item>", "<category>Trade Unions</category></item>")
    parsed = parse_feed(rss(named, item(6)).encode(), URL)
    await FeedStore(database).record(feed, parsed, NOW)
    assert await on_the_way(database, NEWS) == ["Article number 6", "Article number 7"]
    assert await on_the_way(database, GENERAL) == ["Article number 7"]


async def test_the_backlog_is_the_newest_articles_that_pass(database: Database) -> None:
    await subscribe(database, NEWS, backlog=2, include="pay")
    assert await on_the_way(database, NEWS) == [TITLES[3], TITLES[5]]


async def test_where_nothing_passes_nobody_is_woken_or_asked(database: Database) -> None:
    feed, _, _ = await subscribe(database, NEWS, include="zebra")
    recorded = await FeedStore(database).record(feed, document(*range(30, 0, -1)), NOW)
    assert not recorded.held
    assert await on_the_way(database, NEWS) == []
    assert await database.fetch_value("SELECT count(*) FROM hold") == 0
    recorded = await FeedStore(database).record(feed, document(31), NOW)
    assert recorded.channels == frozenset()


async def test_of_a_flood_only_what_passes_is_held(database: Database) -> None:
    feed, _, _ = await subscribe(database, NEWS, include="pay")
    await FeedStore(database).record(feed, document(*range(30, 0, -1)), NOW)
    assert await on_the_way(database, NEWS) == [TITLES[1], TITLES[3], TITLES[5]]
    assert await database.fetch_value("SELECT count(*) FROM delivery WHERE state = 'held'") == 3


@pytest.mark.parametrize(("include", "exclude"), [('pay "', ""), ("strike", "-pay")])
async def test_a_stored_filter_that_cannot_be_read_loses_no_article_and_is_told_of_once(
    database: Database, log_text: Callable[[], str], include: str, exclude: str
) -> None:
    stored_filter.cache_clear()
    feed, _, _ = await subscribe(database, NEWS, include=include, exclude=exclude)
    await FeedStore(database).record(feed, document(2, 1), NOW)
    await FeedStore(database).record(feed, document(3, 2, 1), NOW)
    assert await on_the_way(database, NEWS) == [TITLES[1], TITLES[2], TITLES[3]]
    assert log_text().count("cannot be read any more") == 1
