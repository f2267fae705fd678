"""A document recorded with most of it not read again leaves what the whole of it would leave."""

import asyncio
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import Config
from bot.feeds.articles.store import Recorded
from bot.feeds.identity import aspects
from bot.feeds.model import Feed, ParsedFeed
from bot.feeds.parse import parse_feed
from bot.feeds.service import Feeds
from bot.feeds.store import FeedStore
from bot.storage import Database
from tests.conftest import HandClock
from tests.feeds.discord_history import History
from tests.feeds.plainly import bare
from tests.feeds.site import Site, feed_of, item, rss

URL = "https://example.org/feed"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)

# Few values, so that guids are shared, links repeated, and articles edited, moved and redated.
article = st.builds(
    lambda guid, link, title, text, hour, author: (
        "<item>"
        + (f'<guid isPermaLink="false">{guid}</guid>' if guid else "")
        + (f"<link>{link}</link>" if link else "")
        + (f"<title>{title}</title>" if title else "")
        + (f"<description>{text}</description>" if text else "")
        + (f"<pubDate>Mon, 02 Mar 2026 {hour}:00:00 GMT</pubDate>" if hour else "")
        + (f"<author>{author}</author>" if author else "")
        + "</item>"
    ),
    st.sampled_from(["", "a", "b", "c"]),
    st.sampled_from(["", "https://example.org/1", "http://example.org/1", "https://example.org/2"]),
    st.sampled_from(["", "One", "Two", "A title that is long enough to be nobody else's own"]),
    st.sampled_from(["", "Short", "A text that is long enough to be nobody else's own"]),
    st.sampled_from(["", "09", "10"]),
    st.sampled_from(["", "A. Writer", "B. Writer"]),
)


@st.composite
def histories(draw: st.DrawFn) -> list[bytes]:
    """What a feed says at successive moments."""
    pool = draw(st.lists(article, min_size=1, max_size=6))
    documents = st.builds(
        lambda items, title, site: rss(*items, title=title).replace(".org/</", site, 1).encode(),
        st.lists(st.sampled_from(pool), max_size=6),
        st.sampled_from(["News", "News", "News", "Newer"]),
        st.sampled_from([".org/</", ".org/</", ".net/</"]),
    )
    return draw(st.lists(documents, min_size=2, max_size=6))


async def added(store: FeedStore, name: str, parsed: ParsedFeed) -> Feed:
    """A feed that one channel has, whose first document has been recorded."""
    feed, _, _ = await store.subscribe(
        Feed(0, f"https://example.org/{name}", parsed.title, parsed.site),
        parsed,
        NOW,
        guild_id=1,
        channel_id=10,
        since_id=0,
    )
    return feed


async def table(database: Database, feed_id: int) -> list[dict[str, Any]]:
    """A feed's articles and what became of them, without what differs between any two feeds."""
    rows = await database.fetch_all(
        "SELECT a.*, (SELECT count(*) FROM delivery d WHERE d.article_id = a.id) AS deliveries"
        " FROM article a WHERE a.feed_id = ? ORDER BY a.id",
        (feed_id,),
    )
    return [
        {key: row[key] for key in row.keys() if key not in ("id", "feed_id", "fragment")}  # noqa: SIM118
        for row in rows
    ]


async def named(database: Database, recorded: Recorded) -> tuple[Any, ...]:
    """What was recorded, the articles by their keys."""
    keys = {
        row["id"]: row["key"] for row in await database.fetch_all("SELECT id, key FROM article")
    }
    return (
        [keys[each] for each in recorded.articles],
        [keys[each] for each in recorded.edited],
        recorded.channels,
        recorded.held,
    )


async def taken_in(store: FeedStore, feed: Feed, parsed: ParsedFeed, now: datetime) -> Recorded:
    """Record a document as the poller does."""
    if parsed.unchanged and (recorded := await store.record_part(feed, parsed, now)):
        return recorded
    whole = await store.whole(feed.id, parsed)
    assert whole is not None
    return await store.record(feed, whole, now)


async def compare(documents: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = await Database.open(Path(folder) / "steward.db", "steward")
        try:
            store = FeedStore(database)
            first = parse_feed(documents[0], URL)
            quick, slow = await added(store, "quick", first), await added(store, "slow", first)
            for number, body in enumerate(documents[1:]):
                now = NOW + timedelta(hours=number)
                whole = parse_feed(body, URL)
                context, known = await store.known(quick.id)
                parsed = parse_feed(body, URL, "", known, context)
                restored = await store.whole(quick.id, parsed)
                assert restored is not None
                assert replace(restored, oddities=()) == replace(whole, oddities=())
                # What identifies them is taken from the table as well, and is the same.
                assert aspects(restored.entries, restored.reckoned) == aspects(whole.entries)
                one = await taken_in(store, quick, parsed, now)
                plain = replace(whole, entries=bare(whole.entries), context="")
                other = await store.record(slow, plain, now)
                assert await named(database, one) == await named(database, other)
                assert await table(database, quick.id) == await table(database, slow.id)
        finally:
            await database.close()


@settings(max_examples=60)
@given(histories())
def test_any_history_of_a_feed_is_recorded_the_same(documents: list[bytes]) -> None:
    asyncio.run(compare(documents))


async def poll(store: FeedStore, feed: Feed, body: str) -> ParsedFeed:
    """Record a document as the poller does; what was read of it."""
    context, known = await store.known(feed.id)
    parsed = parse_feed(body.encode(), URL, "", known, context)
    await taken_in(store, feed, parsed, NOW)
    return parsed


async def test_only_the_articles_of_the_last_document_are_known(database: Database) -> None:
    store = FeedStore(database)
    feed = await added(store, "feed", parse_feed(feed_of(1, 2, 3).encode(), URL))
    assert len((await poll(store, feed, feed_of(4, 3, 2))).entries) == 1
    assert len((await store.known(feed.id))[1]) == 3
    assert len((await poll(store, feed, feed_of(5, 4, 3, 2))).entries) == 1
    # What has been away is read once, and known again.
    assert len((await poll(store, feed, feed_of(5, 4, 3, 1))).entries) == 1
    assert (await poll(store, feed, feed_of(5, 4, 3, 1) + "\n")).entries == ()


async def test_what_says_enough_by_itself_is_recorded_by_itself(database: Database) -> None:
    store = FeedStore(database)
    feed = await added(store, "feed", parse_feed(feed_of(1, 2, 3).encode(), URL))

    async def part_of(body: str) -> Recorded | None:
        context, known = await store.known(feed.id)
        parsed = parse_feed(body.encode(), URL, "", known, context)
        assert parsed.unchanged
        return await store.record_part(feed, parsed, NOW)

    recorded = await part_of(feed_of(4, 1, 2, 3))
    assert recorded is not None
    assert len(recorded.articles) == 1
    before = await table(database, feed.id)
    # An edit, what has been away, and very many want the whole document; nothing is written then.
    assert await part_of(rss(item(4).replace("says", "said"), item(3))) is None
    assert await part_of(feed_of(4, 3, *range(10, 20))) is None
    assert await table(database, feed.id) == before
    assert await part_of(feed_of(4, 3)) is not None
    assert await part_of(feed_of(4, 3, 1)) is None


async def test_what_is_not_kept_up_to_date_is_read_each_time(database: Database) -> None:
    store = FeedStore(database)
    plain = item(1)
    feed = await added(store, "feed", parse_feed(rss(plain, item(2)).encode(), URL))
    signed = plain.replace("</item>", "<author>A. Writer</author></item>")
    for _ in range(2):
        assert len((await poll(store, feed, rss(signed, item(2)))).entries) == 1
    edited = plain.replace("What article 1 says", "What it should have said")
    assert len((await poll(store, feed, rss(edited, item(2)))).entries) == 1
    assert (await poll(store, feed, rss(edited, item(2)) + "\n")).entries == ()


async def test_what_was_forgotten_meanwhile_is_not_made_up(database: Database) -> None:
    store = FeedStore(database)
    feed = await added(store, "feed", parse_feed(feed_of(1, 2).encode(), URL))
    context, known = await store.known(feed.id)
    parsed = parse_feed(feed_of(3, 2, 1).encode(), URL, "", known, context)
    async with database.transaction() as tx:
        await tx.execute("UPDATE article SET fragment = '' WHERE id = 1")
    assert await store.record_part(feed, parsed, NOW) is None
    assert await store.whole(feed.id, parsed) is None
    async with database.transaction() as tx:
        await tx.execute("UPDATE article SET fragment = ? WHERE id = 1", (known[0],))
        await tx.execute("UPDATE feed SET context = 'another'")
    assert await store.record_part(feed, parsed, NOW) is None
    assert await store.whole(feed.id, parsed) is None


async def test_a_changed_poll_reads_what_is_new_and_posts_it(
    database: Database, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = Config(feed_min_interval_s=3600, feed_max_interval_s=7200, feed_allow_private=True)
    feeds = Feeds.build(database, config, HandClock())
    history = History()
    await feeds.start(history)
    read: list[ParsedFeed] = []
    forget = False
    pool_feed = feeds._pool.feed

    async def watched(*arguments: Any) -> ParsedFeed:
        read.append(await pool_feed(*arguments))
        if forget and read[-1].unchanged:
            async with database.transaction() as tx:
                await tx.execute("UPDATE article SET fragment = ''")
        return read[-1]

    monkeypatch.setattr(feeds._pool, "feed", watched)
    try:
        subscription, _ = await feeds.add(1, 10, site.put("/feed", feed_of(3, 2, 1)))
        for number, expected in ((4, [1]), (5, [1, 5]), (6, [1])):
            read.clear()
            forget = number == 5
            site.put("/feed", feed_of(*range(number, 0, -1)))
            assert (await feeds.check(1, subscription.id)).new == 1
            assert [len(parsed.entries) for parsed in read] == expected
        while feeds.outbox.busy:
            await asyncio.wait(feeds.outbox.busy)
        assert history.titles(10) == [f"Article number {number}" for number in (4, 5, 6)]
    finally:
        await feeds.close()
