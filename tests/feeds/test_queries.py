"""What is asked of the database all the time does not become slower with all that was posted."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.feeds.model import FLOOD_LIMIT, Delivery, DeliveryState, Feed, Options, Style
from bot.feeds.outbox.digests import DigestStore
from bot.feeds.outbox.followups.store import FollowUpStore
from bot.feeds.outbox.holds import Choice, HoldStore
from bot.feeds.outbox.store import OutboxStore, Step
from bot.feeds.store import FeedStore
from bot.storage import Database
from bot.storage.database import Transaction
from bot.storage.transactions import AtOnce
from tests.feeds.lives import document, titled

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
GUILD, NEWS, GENERAL = 1, 10, 11

# Indexes of what is open, or is in the feed's document: never long, however much was posted.
SHORT = ("delivery_open", "delivery_follow_up", "delivery_waiting", "article_by_fragment")
# Tables that grow with all that was ever posted, by the names they have in queries.
GROWING = ("d", "delivery", "o", "u", "a", "article", "article_text")
# Through an index: what was ever posted of one feed, or in one channel.
ALL_OF_ONE = ("(subscription_id=?)", "(feed_id=?)", "(guild_id=?)")
FINE = (
    "max(id), 0) FROM article",  # one step to the end of the table
    # Which part of how many a digest's message is: once for each, among its own channel's.
    "digest_at = ? AND bundle_id = id",
)

Asked = list[tuple[str, Any]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    """Every statement so far, with its parameters: what reads and what writes."""
    statements: Asked = []

    def noted(method: Any) -> Any:
        async def note(tx: Transaction, sql: str, parameters: Any = ()) -> Any:
            if method.__name__ == "executemany":
                parameters = list(parameters)
                statements.extend((sql, row) for row in parameters[:1])
            else:
                statements.append((sql, parameters))
            return await method(tx, sql, parameters)

        return note

    for kind in (Transaction, AtOnce):
        for name in ("execute", "executemany", "insert", "fetch_all"):
            monkeypatch.setattr(kind, name, noted(getattr(kind, name)))
    yield statements


def long(step: str) -> bool:
    """Whether a step of a query's plan looks through everything, or all of one feed or channel."""
    verb, _, rest = step.partition(" ")
    table, _, how = rest.partition(" ")
    index = how.partition("INDEX ")[2].partition(" ")[0]
    if verb not in ("SCAN", "SEARCH") or table not in GROWING or index in SHORT:
        return False
    # What SQLite calls a search, but for no value, goes through everything as well.
    return not how.endswith(")") or how.endswith(ALL_OF_ONE)


async def long_ways(database: Database, asked: Asked) -> list[str]:
    """The statements that look through too much, and how."""
    found: dict[str, list[str]] = {}
    for sql, parameters in asked.copy():
        if sql not in found and not sql.startswith(("EXPLAIN", "DROP")):
            if any(part in sql for part in FINE):
                continue
            plan = await database.fetch_all(f"EXPLAIN QUERY PLAN {sql}", parameters)
            found[sql] = [row["detail"] for row in plan if long(row["detail"])]
    return [f"{step} in {sql}" for sql, steps in found.items() for step in steps]


class Life:
    """A life of the feed job's stores that comes by every statement of theirs."""

    def __init__(self, database: Database) -> None:
        self.feeds = FeedStore(database)
        self.outbox = OutboxStore(database)
        self.holds = HoldStore(database)
        self.follow_ups = FollowUpStore(database)
        self.digests = DigestStore(database)

    async def all_of_it(self) -> None:
        feed = await self.subscribed()
        await self.send_and_edit(feed)
        await self.go_wrong(feed)
        await self.digest(feed)
        await self.hold(feed)
        await self.look()

    async def subscribed(self) -> Feed:
        feed = Feed(0, "https://example.org/feed", "Feed", "https://example.org/")
        for channel_id, style in ((NEWS, Style.THREAD), (GENERAL, Style.DAILY)):
            feed, _, _ = await self.feeds.subscribe(
                feed, document(4, 3, 2, 1), NOW, guild_id=GUILD, channel_id=channel_id,
                since_id=0, backlog=4, options=Options(style=style),
            )  # fmt: skip
        return feed

    async def take(self) -> Delivery:
        delivery = (await self.outbox.take(NEWS, 0)).begun
        assert delivery is not None
        return delivery

    async def send_and_edit(self, feed: Feed) -> None:
        sent = await self.take()
        _, step = await self.outbox.sent(sent, 100, NOW, 0)
        assert step.begun is not None
        await self.outbox.not_sent([step.begun])
        await self.follow_ups.thread_started(sent)
        await self.follow_ups.give_up_thread(sent, "why", NOW)
        changed = titled(a4="4", a3="3", a2="2", a1="1")
        await self.feeds.record(feed, changed, NOW)
        await self.follow_ups.put_off_edits(NEWS, NOW, NOW + timedelta(hours=1))
        await self.follow_ups.edited(sent, NOW)
        await self.follow_ups.give_up_edit(sent)

    async def go_wrong(self, feed: Feed) -> None:
        sent = await self.take()
        await self.outbox.looked_up([(sent, 101)], [], NOW)
        await self.outbox.not_sent([await self.take()])
        await self.outbox.failed(await self.take(), "refused", NOW)
        blocked = await self.take()
        assert await self.outbox.block(blocked, "closed", "It is closed.", NOW, certain=True)
        await self.feeds.set_paused(GUILD, blocked.subscription.id, "")
        await self.outbox.add_stuck_notice(GUILD, NEWS, "stuck", NOW)
        await self.outbox.withdraw_stuck_notice(GUILD, NEWS)
        for notice in await self.outbox.open_notices():
            await self.outbox.told(notice, NOW)
        await self.feeds.unsubscribe(GUILD, blocked.subscription.id, NOW)
        assert await self.feeds.undo_unsubscribe(GUILD, blocked.subscription.id, NOW)

    async def digest(self, feed: Feed) -> None:
        (due,) = await self.digests.due(Style.DAILY, NOW)
        await self.digests.bundle(due, Style.DAILY, NOW, lambda articles: [len(articles)])
        digest = (await self.outbox.take(GENERAL, 0)).begun
        assert digest is not None
        assert len(digest.bundle) == 4
        await self.outbox.split(digest)
        digest = (await self.outbox.take(GENERAL, 0)).begun
        assert digest is not None
        await self.outbox.sent(digest, 102, NOW, 0)

    async def hold(self, feed: Feed) -> None:
        decisions: list[tuple[Choice, int]] = [("newest", 40), ("post", 80)]
        for choice, newest in decisions:
            recorded = await self.feeds.record(feed, document(*range(newest, 0, -1)), NOW)
            assert recorded.held
            notice = (await self.outbox.open_notices())[-1]
            assert await self.holds.feed_of_hold(GUILD, notice.subject_id) == feed.id
            assert await self.holds.decide(GUILD, notice.subject_id, choice)
            await self.outbox.told(notice, NOW)
        (first, _) = await self.feeds.subscriptions(GUILD)
        await self.holds.outcome(first, recorded.articles)
        await self.feeds.unsubscribe(GUILD, first.id, NOW)
        restored = await self.feeds.undo_unsubscribe(GUILD, first.id, NOW)
        assert restored is not None
        assert restored[1] > FLOOD_LIMIT

    async def look(self) -> None:
        await self.outbox.channels()
        await self.outbox.uncertain(NEWS)
        await self.outbox.waiting(GUILD)
        await self.follow_ups.channels(NOW)
        await self.follow_ups.due(NEWS, NOW)
        await self.follow_ups.next_edit_at(NOW)


async def test_nothing_that_is_read_or_written_looks_through_all_that_was_posted(
    database: Database, asked: Asked
) -> None:
    await Life(database).all_of_it()
    for word in ("SELECT", "UPDATE", "DELETE", "INSERT"):
        assert any(sql.lstrip().startswith(word) for sql, _ in asked), word
    assert await long_ways(database, asked) == []


@pytest.mark.parametrize(
    ("index", "statement"),
    [
        ("delivery_follow_up", "SET edit_tries"),
        ("delivery_by_article", "SET edit_after = coalesce"),
        ("delivery_by_hold", "'skipped' WHERE hold_id"),
        ("delivery_open", "min(+d.id)"),
    ],
)
async def test_the_guard_sees_what_a_missing_index_would_cost(
    database: Database, asked: Asked, index: str, statement: str
) -> None:
    await Life(database).all_of_it()
    async with database.transaction() as tx:
        await tx.execute(f"DROP INDEX {index}")
    assert any(statement in found for found in await long_ways(database, asked))


async def test_what_waits_is_found_in_its_order_and_what_is_sent_is_not(database: Database) -> None:
    store, outbox = FeedStore(database), OutboxStore(database)
    feed = Feed(0, "https://example.org/feed", "Feed", "https://example.org/")
    parsed = document(4, 3, 2, 1)
    await store.subscribe(feed, parsed, NOW, guild_id=GUILD, channel_id=NEWS, since_id=0, backlog=4)
    seen: list[int] = []
    step = await outbox.take(NEWS, 0)
    while step.begun is not None:
        (uncertain,) = await outbox.uncertain(NEWS)
        assert (uncertain.id, uncertain.state) == (step.begun.id, DeliveryState.SENDING)
        assert await outbox.take(NEWS, 0) == Step([uncertain])
        seen.append(step.begun.id)
        _, step = await outbox.sent(step.begun, 100 + len(seen), NOW, 0)
    assert seen == sorted(seen)
    assert len(seen) == 4
    assert await outbox.uncertain(NEWS) == []
    assert await outbox.channels() == []
