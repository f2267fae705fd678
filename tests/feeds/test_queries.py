"""What is asked of the database all the time does not become slower with all that was posted."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.feeds.model import DeliveryState, Feed
from bot.feeds.outbox.followups.store import FollowUpStore
from bot.feeds.outbox.store import OutboxStore, Step
from bot.feeds.store import FeedStore
from bot.storage import Database
from bot.storage.database import Transaction
from tests.feeds.test_outbox import document

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
GUILD, NEWS = 1, 10


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """Every query so far, with its parameters."""
    queries: list[tuple[str, Any]] = []
    fetch_all = Transaction.fetch_all

    async def noted(tx: Transaction, sql: str, parameters: Any = ()) -> Any:
        queries.append((sql, parameters))
        return await fetch_all(tx, sql, parameters)

    monkeypatch.setattr(Transaction, "fetch_all", noted)
    return queries


async def test_no_query_of_the_outbox_looks_through_all_deliveries(
    database: Database, asked: list[tuple[str, Any]]
) -> None:
    outbox, follow_ups = OutboxStore(database), FollowUpStore(database)
    await outbox.channels()
    await outbox.uncertain(NEWS)
    await outbox.take(NEWS, 0)
    await outbox.waiting(GUILD)
    await follow_ups.channels(NOW)
    await follow_ups.due(NEWS, NOW)
    await follow_ups.next_edit_at(NOW)
    for sql, parameters in asked.copy():
        plan = await database.fetch_all(f"EXPLAIN QUERY PLAN {sql}", parameters)
        for step in (row["detail"] for row in plan):
            # Through an index of what is open at most, never the table or an index of all of it.
            if step.startswith(("SCAN d", "SCAN delivery")):
                indexes = ("delivery_open", "delivery_follow_up", "delivery_waiting")
                assert step.rpartition(" INDEX ")[2] in indexes, f"{step} in {sql}"


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
