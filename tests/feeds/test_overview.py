"""What is suggested while somebody types the name of a feed."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.model import Feed, ParsedFeed
from bot.feeds.store import FeedStore, like
from bot.storage import Database
from bot.storage.database import Transaction
from tests.feeds.lives import NOW

GUILD, NEWS, GENERAL = 1, 10, 11
TITLES = ("Zebra pay", "Pay and pensions", "100% pay_day!", "Économie", "Any day", "pay at last")


@pytest.fixture
async def store(database: Database) -> FeedStore:
    store = FeedStore(database)
    for number, title in enumerate(TITLES):
        await subscribe(store, f"https://example.org/{number}", title)
    await subscribe(store, "https://example.org/elsewhere", "Pay elsewhere", guild_id=GUILD + 1)
    return store


async def subscribe(
    store: FeedStore, url: str, title: str, *, guild_id: int = GUILD, channel_id: int = NEWS
) -> int:
    feed, parsed = Feed(0, url, title, "https://example.org/"), ParsedFeed(title, "")
    _, subscription, _ = await store.subscribe(
        feed, parsed, NOW, guild_id=guild_id, channel_id=channel_id, since_id=0
    )
    return subscription.id


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("PAY", ["Pay and pensions", "pay at last", "100% pay_day!", "Zebra pay"]),
        ("100%", ["100% pay_day!"]),
        ("y_d", ["100% pay_day!"]),
        ("day!", ["100% pay_day!"]),
        ("éCONO", ["Économie"]),
        ("org/4", ["Any day"]),
        ("nothing", []),
        ("", sorted(TITLES, key=str.lower)),
    ],
)
async def test_titles_that_begin_with_what_was_typed_come_first(
    store: FeedStore, typed: str, titles: list[str]
) -> None:
    assert [each.title for each in await store.suggested(GUILD, typed, [], 25)] == titles


async def test_a_channel_stands_for_all_its_feeds_and_what_was_removed_is_not_there(
    store: FeedStore,
) -> None:
    general = await subscribe(store, "https://example.org/x", "X", channel_id=GENERAL)
    assert [each.id for each in await store.suggested(GUILD, "gen", [GENERAL], 25)] == [general]
    await store.unsubscribe(GUILD, general, NOW)
    assert await store.suggested(GUILD, "gen", [GENERAL], 25) == []


async def test_no_more_are_read_than_are_shown_and_no_articles_are_counted(
    store: FeedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        await subscribe(store, f"https://example.com/{number}", f"Pay {number:02}")
    asked, fetch_all = [], Transaction.fetch_all

    async def noted(tx: Transaction, sql: str, parameters: object = ()) -> object:
        asked.append(sql)
        found = await fetch_all(tx, sql, parameters)  # type: ignore[arg-type]
        assert len(found) <= 25
        return found

    monkeypatch.setattr(Transaction, "fetch_all", noted)
    assert len(await store.suggested(GUILD, "pay", [], 25)) == 25
    (sql,) = asked
    assert "delivery" not in sql


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@given(WORDS, WORDS, WORDS)
def test_a_pattern_matches_whatever_has_what_was_typed(typed: str, before: str, after: str) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        asked = (before + typed + after, f"%{like(typed)}%")
        assert connection.execute("SELECT ? LIKE ? ESCAPE '!'", asked).fetchone() == (1,)
