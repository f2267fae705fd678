"""A subscription that moves to another channel: what waits goes along, and all of it once."""

import random
from collections.abc import Awaitable, Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.feeds.changes import ChangeStore
from bot.feeds.model import Delivery, Feed, Notice, NoticeKind, Subscription
from bot.feeds.outbox.holds import HoldStore
from bot.feeds.outbox.publisher import Gone
from bot.feeds.outbox.runner import LOOKS_BEFORE_TOLD
from bot.feeds.store import AlreadySubscribedError, FeedStore
from bot.storage import Database
from tests.feeds.discord_history import History
from tests.feeds.lives import FORUM, GUILD, NEWS, NOW, document, run, subscribed
from tests.feeds.test_crashes import crashing_life

ELSEWHERE = 30


async def move(database: Database, channel_id: int, *, subscription_id: int = 1) -> None:
    change = await ChangeStore(database).change(
        GUILD, subscription_id, NOW, {"channel_id": channel_id}
    )
    assert change is not None


async def interrupted(database: Database, fault: str) -> tuple[Feed, History]:
    """Article 3 was being sent to NEWS, with that fault, when the process ended."""
    store = FeedStore(database)
    feed, _ = await subscribed(store, NEWS)
    await store.record(feed, document(3, 2, 1), NOW)
    history = History(faults=[fault], unreadable={NEWS})
    await run(database, history)  # it cannot look, so it pauses, as a killed process would
    await store.set_paused(GUILD, 1, "")
    history.unreadable.clear()
    history.nonces.clear()
    return feed, history


async def test_what_waits_goes_to_the_new_channel_and_what_was_posted_stays(
    database: Database,
) -> None:
    store = FeedStore(database)
    feed, _ = await subscribed(store, NEWS)
    history = History()
    await store.record(feed, document(3, 2, 1), NOW)
    await run(database, history)
    await store.record(feed, document(4, 3, 2, 1), NOW)
    await move(database, ELSEWHERE)
    await run(database, history)
    assert history.titles(NEWS) == ["Article number 3"]
    assert history.titles(ELSEWHERE) == ["Article number 4"]
    places = await database.fetch_all("SELECT channel_id, state FROM delivery ORDER BY id")
    assert [tuple(row) for row in places] == [(NEWS, "sent"), (ELSEWHERE, "sent")]


@pytest.mark.parametrize(
    ("fault", "news", "elsewhere"),
    [("lost", ["Article number 3"], []), ("cut", [], ["Article number 3"])],
)
async def test_what_may_have_been_posted_is_looked_for_in_the_old_channel_first(
    database: Database, fault: str, news: list[str], elsewhere: list[str]
) -> None:
    _, history = await interrupted(database, fault)
    await move(database, ELSEWHERE)
    await run(database, history)
    assert history.titles(NEWS) == news
    assert history.titles(ELSEWHERE) == elsewhere


async def test_attempts_of_an_earlier_version_count_for_the_channel_they_were_made_in(
    database: Database,
) -> None:
    _, history = await interrupted(database, "lost")
    async with database.transaction() as tx:
        await tx.execute("UPDATE delivery SET channel_id = NULL")
    await move(database, ELSEWHERE)
    await run(database, history)
    assert history.titles(NEWS) == ["Article number 3"]
    assert history.titles(ELSEWHERE) == []


class Demolished(History):
    """NEWS does not exist any more."""

    async def find(
        self, subscription: Subscription, marks: AbstractSet[str], after_id: int
    ) -> dict[str, int]:
        if subscription.channel_id == NEWS:
            raise Gone("the channel is gone.")
        return await super().find(subscription, marks, after_id)


async def test_a_channel_that_is_gone_holds_nothing_so_it_is_posted_in_the_new_one(
    database: Database,
) -> None:
    _, before = await interrupted(database, "lost")
    await move(database, ELSEWHERE)
    history = Demolished(posted=before.posted)
    await run(database, history)
    assert history.titles(ELSEWHERE) == ["Article number 3"]
    assert history.notices == []


class Closed(History):
    """NEWS cannot be read until somebody has been told."""

    async def notify(self, notice: Notice) -> bool:
        self.unreadable.clear()
        return await super().notify(notice)


async def test_while_the_old_channel_cannot_be_read_nothing_is_repeated_lost_or_paused(
    database: Database,
) -> None:
    feed, before = await interrupted(database, "lost")
    store = FeedStore(database)
    await move(database, ELSEWHERE)
    await store.record(feed, document(4, 3, 2, 1), NOW)
    history = Closed(posted=before.posted, unreadable={NEWS})
    await run(database, history)
    assert history.titles(NEWS) == ["Article number 3"]
    assert history.titles(ELSEWHERE) == ["Article number 4"]
    (notice,) = history.notices
    assert notice.kind is NoticeKind.STUCK
    assert history.looks > LOOKS_BEFORE_TOLD
    subscription = await store.subscription(GUILD, 1)
    assert subscription is not None
    assert not subscription.paused


@dataclass
class Interfering(History):
    """While something is being sent to NEWS, a moderator has the subscription move."""

    interfere: Callable[[], Awaitable[None]] | None = None

    async def send(self, delivery: Delivery, marks: Sequence[str]) -> int:
        if delivery.subscription.channel_id == NEWS and self.interfere:
            await self.interfere()
        return await super().send(delivery, marks)


@pytest.mark.parametrize(
    ("fault", "news", "elsewhere"),
    [
        ("busy", [], ["Article number 3"]),
        ("blocked", [], ["Article number 3"]),
        ("cut", [], ["Article number 3"]),
        ("lost", ["Article number 3"], []),
        ("", ["Article number 3"], []),
    ],
)
async def test_what_is_being_sent_while_it_moves_is_posted_once(
    database: Database, fault: str, news: list[str], elsewhere: list[str]
) -> None:
    store = FeedStore(database)
    feed, _ = await subscribed(store, NEWS)
    await store.record(feed, document(3, 2, 1), NOW)
    history = Interfering(faults=[fault], interfere=lambda: move(database, ELSEWHERE))
    await run(database, history)
    assert history.titles(NEWS) == news
    assert history.titles(ELSEWHERE) == elsewhere
    assert history.notices == []


async def test_held_articles_go_along(database: Database) -> None:
    store = FeedStore(database)
    feed, _ = await subscribed(store, NEWS)
    await store.record(feed, document(*range(30, 0, -1)), NOW)
    history = History()
    await run(database, history)
    await move(database, ELSEWHERE)
    decided = await HoldStore(database).decide(GUILD, history.notices[0].subject_id, "newest")
    assert decided is not None
    assert decided[1] == [ELSEWHERE]
    await run(database, history)
    assert history.titles(ELSEWHERE) == ["Article number 30"]


async def test_a_channel_that_has_the_feed_is_refused(database: Database) -> None:
    store = FeedStore(database)
    await subscribed(store, NEWS, FORUM)
    with pytest.raises(AlreadySubscribedError):
        await move(database, FORUM)
    assert [each.channel_id for each in await store.subscriptions(GUILD)] == [NEWS, FORUM]
    assert await ChangeStore(database).change(GUILD + 1, 1, NOW, {"channel_id": 40}) is None


@pytest.mark.parametrize("seed", range(30))
async def test_dying_and_moving_at_any_boundary_loses_nothing_and_repeats_nothing(
    tmp_path: Path, seed: int
) -> None:
    """Thirty seeds of ten lives; between most of them the subscription moves."""
    chance = random.Random(seed)
    path = tmp_path / "steward.db"
    database = await Database.open(path, "steward")
    await subscribed(FeedStore(database), NEWS)
    await database.close()
    history = History()
    latest = 2
    for _ in range(10):
        latest += chance.randint(0, 2)
        history.misbehave(chance, 0.3)
        await crashing_life(path, history, chance, latest)
        if chance.random() < 0.7:
            database = await Database.open(path, "steward")
            await move(database, chance.choice([NEWS, FORUM, ELSEWHERE]))
            await database.close()
    history.faults.clear()
    database = await Database.open(path, "steward")
    store = FeedStore(database)
    (feed,) = await store.wanted()
    await store.record(feed, document(*range(latest, 0, -1)), NOW)
    await run(database, history)
    await database.close()
    posted = sorted(message.title for message in history.posted)
    assert posted == sorted(f"Article number {number}" for number in range(3, latest + 1))
