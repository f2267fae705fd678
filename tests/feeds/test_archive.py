"""The archive: whatever is typed is a valid search or a sentence, and finds what filters find."""

import asyncio
import shutil
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.config import Config
from bot.errors import InvalidInput
from bot.feeds.archive import Archive, expression
from bot.feeds.archive.service import read
from bot.feeds.archive.store import ArchiveStore
from bot.feeds.model import Feed, Options
from bot.feeds.outbox import OutboxStore
from bot.feeds.parse import parse_feed
from bot.feeds.store import FeedStore
from bot.feeds.terms import fold
from bot.services import Services
from bot.storage import Database
from tests.conftest import HandClock
from tests.feeds.site import item, rss

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
GUILD, OTHER_GUILD, NEWS, GENERAL = 1, 2, 10, 11
URL = "https://example.org/feed"
WORD = st.text(alphabet="abcé1", min_size=1, max_size=4)


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    """An index like the one of the articles."""
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE article_text USING fts5 (title, text,"
        ' tokenize = "unicode61 remove_diacritics 2")'
    )
    yield connection
    connection.close()


def matches(index: sqlite3.Connection, match: str) -> bool:
    found = index.execute("SELECT 1 FROM article_text WHERE article_text MATCH ?", (match,))
    return found.fetchone() is not None


@given(
    st.one_of(
        st.text(max_size=80),
        st.text(alphabet="ab AND OR NOT NEAR(,)+^:{}*\"'-", max_size=40),
    )
)
@example('title : "a" OR text : b')
@example("NEAR(a b, 2) ^a + b")
@example("𞤀𞤁 ª ² ͺ")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_text_is_a_valid_search_or_refused_with_a_sentence(
    index: sqlite3.Connection, typed: str
) -> None:
    try:
        wanted = read(typed)
    except InvalidInput as refused:
        assert str(refused)
        return
    for made in (
        expression.all_of(wanted),
        expression.any_of(wanted),
        expression.in_title(wanted),
        expression.prominent(wanted),
        *map(expression.only, wanted.wanted),
    ):
        matches(index, made)


@given(st.lists(WORD, min_size=1, max_size=3), st.lists(WORD, max_size=6), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_a_search_finds_the_words_and_phrases_that_a_filter_finds(
    index: sqlite3.Connection, typed: list[str], text: list[str], phrase: bool
) -> None:
    index.execute("DELETE FROM article_text")
    index.execute("INSERT INTO article_text VALUES ('', ?)", (" ".join(text),))
    words = " ".join(typed)
    wanted = read(f'"{words}"' if phrase else words)
    folded = fold(" ".join(text))
    found = [term.occurs(folded) for term in wanted.wanted]
    assert matches(index, expression.all_of(wanted)) == all(found)
    assert matches(index, expression.any_of(wanted)) == any(found)


class Desk:
    """A server on which articles have been posted, as the outbox would."""

    def __init__(self, database: Database) -> None:
        self.clock = HandClock()
        self.clock.advance(NOW - self.clock.now())
        self.archive = Archive(ArchiveStore(database), self.clock)
        self._feeds, self._outbox = FeedStore(database), OutboxStore(database)
        self._message_id = 100

    async def add(self, *items: str, channel_id: int = NEWS, **options: str) -> Feed:
        feed, _, _ = await self._feeds.subscribe(
            Feed(0, URL, "Sample news", "https://example.org/"),
            parse_feed(rss(*items).encode(), URL),
            self.clock.now(),
            guild_id=GUILD,
            channel_id=channel_id,
            since_id=0,
            options=Options(**options),  # type: ignore[arg-type]  # only texts are given
        )
        return feed

    async def publish(self, feed: Feed, *items: str, send: bool = True) -> None:
        parsed = parse_feed(rss(*items).encode(), URL)
        self.clock.advance(1)
        await self._feeds.record(feed, parsed, self.clock.now())
        for channel_id in await self._outbox.channels() if send else ():
            step = await self._outbox.take(channel_id, 0)
            while step.begun:
                self._message_id += 1
                now = self.clock.now()
                _, step = await self._outbox.sent(step.begun, self._message_id, now, 0)

    async def latest(self, *channels: int, guild_id: int = GUILD) -> list[str]:
        page = await self.archive.latest(guild_id, channels, count=25)
        return [each.title for each in page.articles]

    async def search(self, typed: str, *channels: int, guild_id: int = GUILD) -> list[str]:
        page = await self.archive.search(guild_id, channels, typed)
        return [each.title.replace("\ue000", "").replace("\ue001", "") for each in page.articles]


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    yield Desk(database)


async def test_only_what_was_posted_in_the_given_channels_of_the_server_is_found(
    desk: Desk,
) -> None:
    feed = await desk.add(item(1))
    await desk.add(item(1), channel_id=GENERAL, include="nothing")
    await desk.publish(feed, item(2), item(1))
    await desk.publish(feed, item(3), item(2), send=False)
    assert await desk.search("article", NEWS, GENERAL) == ["Article number 2"]
    assert await desk.search("article", GENERAL) == []
    assert await desk.search("article", NEWS, guild_id=OTHER_GUILD) == []
    assert await desk.latest(NEWS) == ["Article number 2", "Article number 1"]
    assert await desk.latest(NEWS, guild_id=OTHER_GUILD) == []


async def test_latest_leaves_out_what_a_filter_or_the_moderators_did_not_want(
    desk: Desk, database: Database
) -> None:
    feed = await desk.add(item(1, title="A job"), item(2, title="Old"), exclude="job")
    await desk.publish(feed, item(4, title="New job"), item(3, title="New"))
    assert await desk.latest(NEWS) == ["New", "Old"]
    async with database.transaction() as tx:
        await tx.execute("UPDATE delivery SET state = 'skipped'")
    assert await desk.latest(NEWS) == ["Old"]


async def test_an_article_in_two_channels_is_listed_once(desk: Desk) -> None:
    feed = await desk.add()
    await desk.add(channel_id=GENERAL)
    await desk.publish(feed, item(1))
    assert await desk.latest(NEWS, GENERAL) == ["Article number 1"]
    page = await desk.archive.search(GUILD, [NEWS, GENERAL], "article")
    assert page.total == len(page.articles) == 1
    (in_general,) = (await desk.archive.search(GUILD, [GENERAL], "article")).articles
    assert in_general.channel_id == GENERAL


async def test_what_was_posted_before_a_feed_moved_is_found_where_it_stands(
    desk: Desk, database: Database
) -> None:
    feed = await desk.add()
    await desk.publish(feed, item(1))
    async with database.transaction() as tx:
        await tx.execute("UPDATE subscription SET channel_id = ?", (GENERAL,))
    await desk.publish(feed, item(2), item(1))
    for find in (desk.latest, partial(desk.search, "article")):
        assert await find(NEWS) == ["Article number 1"]
        assert await find(GENERAL) == ["Article number 2"]
    (posted,) = (await desk.archive.search(GUILD, [NEWS], "article")).articles
    assert posted.channel_id == NEWS


async def test_the_articles_of_a_digest_lead_to_its_message(desk: Desk, database: Database) -> None:
    feed = await desk.add()
    await desk.publish(feed, item(2), item(1), send=False)
    async with database.transaction() as tx:
        await tx.execute("UPDATE delivery SET state = 'sent', bundle_id = 1")
        await tx.execute("UPDATE delivery SET message_id = 55 WHERE id = 1")
    found = await desk.archive.search(GUILD, [NEWS], "article")
    newest = await desk.archive.latest(GUILD, [NEWS], count=5)
    assert [each.message_id for each in (*found.articles, *newest.articles)] == [55] * 4


async def test_an_edited_article_is_found_by_its_new_words_alone(desk: Desk) -> None:
    feed = await desk.add()
    await desk.publish(feed, item(1, title="The strike is on"))
    await desk.publish(feed, item(1, title="The ballot is over"))
    assert await desk.search("strike", NEWS) == []
    assert await desk.search("ballot", NEWS) == ["The ballot is over"]


async def test_a_date_in_the_future_does_not_stay_the_newest(desk: Desk) -> None:
    feed = await desk.add()
    ahead = item(1, title="Far ahead").replace("2026", "2031")
    await desk.publish(feed, ahead)
    await desk.publish(feed, item(2, title="Undated").replace("pubDate", "other"))
    assert await desk.latest(NEWS) == ["Undated", "Far ahead"]


async def test_a_page_beyond_the_last_is_the_last(desk: Desk) -> None:
    feed = await desk.add()
    await desk.publish(feed, *map(item, range(7, 0, -1)))
    for page in (
        await desk.archive.search(GUILD, [NEWS], "article", 9),
        await desk.archive.latest(GUILD, [NEWS], count=25, number=9),
    ):
        assert (page.number, page.pages, page.total) == (1, 2, 7)
        assert len(page.articles) == 2
    page = await desk.archive.search(GUILD, [NEWS], "nothing", 9)
    assert (page.number, page.pages, page.total) == (0, 1, 0)


async def test_articles_are_counted_by_week(desk: Desk) -> None:
    feed = await desk.add()
    dates = [NOW - timedelta(days=days) for days in (0, 1, 6, 8, 50, 55, 57, 400)]
    dated = [
        item(number).replace(f"02 Mar 2026 00:0{number}:00 GMT", f"{date:%d %b %Y %H:%M:%S} GMT")
        for number, date in enumerate(dates, 1)
    ]
    await desk.publish(feed, *dated)
    desk.clock.advance(NOW - desk.clock.now())
    counts = await desk.archive.weekly([feed.id, 99], 8)
    assert counts == {feed.id: [2, 0, 0, 0, 0, 0, 1, 3]}


async def test_a_long_search_holds_up_nothing_that_is_written(
    tmp_path: Path, filled_database: Path
) -> None:
    shutil.copy(filled_database, tmp_path)
    config = Config(database=tmp_path / filled_database.name)
    services = await Services.open(config, HandClock())
    began, ends = threading.Event(), threading.Event()

    def at_length() -> int:
        began.set()
        ends.wait(20)
        return 0

    try:
        archive = services.articles._store._database._connection
        await archive.set_progress_handler(at_length, 1)
        searching = asyncio.create_task(services.articles.search(GUILD, [NEWS], "strike"))
        assert await asyncio.to_thread(began.wait, 30)
        async with asyncio.timeout(30):
            await Desk(services.feeds.outbox.database).add(item(1))
        assert not searching.done()
        ends.set()
        assert (await searching).total == 0
    finally:
        ends.set()
        await services.close()
