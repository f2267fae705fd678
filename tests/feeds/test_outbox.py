"""Every article once: whatever breaks, and wherever the process dies."""

import asyncio
from pathlib import Path

import pytest

from bot.feeds.model import Feed, NoticeKind
from bot.feeds.outbox import OutboxStore
from bot.feeds.outbox.holds import HoldStore
from bot.feeds.outbox.runner import LOOKS_BEFORE_TOLD
from bot.feeds.store import FeedStore
from bot.storage import Database
from tests.feeds.discord_history import History
from tests.feeds.lives import (
    FORUM,
    GUILD,
    NEWS,
    NOW,
    URL,
    copy,
    document,
    opened,
    run,
    subscribed,
)


async def test_new_articles_are_sent_in_order_to_every_channel(database: Database) -> None:
    store = FeedStore(database)
    feed, _ = await subscribed(store, NEWS, FORUM)
    await store.record(feed, document(5, 4, 3, 2, 1), NOW)
    history = History()
    await run(database, history)
    expected = [f"Article number {number}" for number in (3, 4, 5)]
    assert history.titles(NEWS) == history.titles(FORUM) == expected
    assert history.looks == 0


@pytest.mark.parametrize("fault", ["lost", "cut", "busy"])
async def test_a_lost_answer_is_looked_up_before_anything_is_sent_again(
    database: Database, fault: str
) -> None:
    store = FeedStore(database)
    feed, _ = await subscribed(store, NEWS)
    await store.record(feed, document(4, 3, 2, 1), NOW)
    history = History(faults=[fault])
    await run(database, history)
    assert history.titles(NEWS) == ["Article number 3", "Article number 4"]
    assert history.looks == (0 if fault == "busy" else 1)


@pytest.mark.parametrize("failures", [LOOKS_BEFORE_TOLD - 1, LOOKS_BEFORE_TOLD + 2])
async def test_looks_that_fail_again_and_again_are_told_once(
    database: Database, failures: int
) -> None:
    store = FeedStore(database)
    feed, _ = await subscribed(store, NEWS)
    await store.record(feed, document(3, 2, 1), NOW)
    history = History(faults=["lost", *["look fails"] * failures])
    await run(database, history)
    assert history.titles(NEWS) == ["Article number 3"]
    kinds = [notice.kind for notice in history.notices]
    assert kinds == ([NoticeKind.STUCK] if failures >= LOOKS_BEFORE_TOLD else [])
    assert all(f"<#{NEWS}>" in notice.text for notice in history.notices)


async def test_a_look_that_succeeds_withdraws_what_nobody_has_been_told(
    database: Database,
) -> None:
    store = FeedStore(database)
    feed, _ = await subscribed(store, NEWS)
    await store.record(feed, document(3, 2, 1), NOW)
    faults = ["lost", *["look fails"] * LOOKS_BEFORE_TOLD]
    await run(database, History(faults=faults, notice_channel=False))
    assert await OutboxStore(database).open_notices() == []


async def test_without_history_the_subscription_is_paused_rather_than_repeated(
    database: Database,
) -> None:
    store = FeedStore(database)
    feed, (subscription,) = await subscribed(store, NEWS)
    await store.record(feed, document(3, 2, 1), NOW)
    history = History(faults=["lost"], unreadable={NEWS})
    history.nonces.clear()
    await run(database, history)
    history.nonces.clear()
    await run(database, history)
    assert history.titles(NEWS) == ["Article number 3"]
    paused = await store.subscription(GUILD, subscription.id)
    assert paused is not None
    assert "Read Message History" in paused.paused
    history.unreadable.clear()
    await store.set_paused(GUILD, subscription.id, "")
    await run(database, history)
    assert history.titles(NEWS) == ["Article number 3"]


async def test_a_blocked_channel_pauses_alone_is_told_once_and_loses_nothing(
    database: Database,
) -> None:
    store = FeedStore(database)
    feed, (first, _) = await subscribed(store, NEWS, FORUM)
    await store.record(feed, document(4, 3, 2, 1), NOW)
    history = History(faults=["blocked"])
    await run(database, history)
    assert sorted(len(history.titles(channel)) for channel in (NEWS, FORUM)) == [0, 2]
    assert len(history.notices) == 1
    assert "Send Messages" in history.notices[0].text
    await store.record(feed, document(5, 4, 3, 2, 1), NOW)
    await run(database, history)
    assert len(history.notices) == 1
    for subscription in await store.subscriptions(GUILD):
        await store.set_paused(GUILD, subscription.id, "")
    await run(database, history)
    expected = [f"Article number {number}" for number in (3, 4, 5)]
    assert history.titles(NEWS) == history.titles(FORUM) == expected
    assert first.channel_id == NEWS


async def test_an_article_that_discord_refuses_does_not_hold_up_the_next(
    database: Database,
) -> None:
    store = FeedStore(database)
    feed, _ = await subscribed(store, NEWS)
    await store.record(feed, document(4, 3, 2, 1), NOW)
    history = History(faults=["rejected"])
    await run(database, history)
    assert history.titles(NEWS) == ["Article number 4"]
    assert "left out" in history.notices[0].text


async def test_notices_wait_until_there_is_a_channel_for_them(database: Database) -> None:
    store = FeedStore(database)
    feed, _ = await subscribed(store, NEWS)
    await store.record(feed, document(3, 2, 1), NOW)
    history = History(faults=["rejected"], notice_channel=False)
    await run(database, history)
    assert history.notices == []
    history.notice_channel = True
    await run(database, history)
    await run(database, history)
    assert len(history.notices) == 1


async def test_after_a_restored_backup_nothing_is_posted_twice(
    tmp_path: Path, database: Database
) -> None:
    store = FeedStore(database)
    feed, _ = await subscribed(store, NEWS, FORUM)
    await store.record(feed, document(4, 3, 2, 1), NOW)
    async with database.transaction():
        pass
    backup = tmp_path / "backup.db"
    await asyncio.to_thread(copy, database.path, backup)
    history = History()
    await run(database, history)
    await store.record(feed, document(5, 4, 3, 2, 1), NOW)
    await run(database, history)
    before = list(history.posted)
    history.nonces.clear()

    async with opened(backup, restored=True) as restored:
        store = FeedStore(restored)
        await run(restored, history)
        (old,) = await store.wanted()
        assert old.reconcile
        await store.record(old, document(6, 5, 4, 3, 2, 1), NOW)
        await run(restored, history)
        (old,) = await store.wanted()
        assert not old.reconcile
    titles = [f"Article number {number}" for number in (3, 4, 5, 6)]
    assert history.titles(NEWS) == history.titles(FORUM) == titles
    assert history.posted[: len(before)] == before


async def test_after_a_restored_backup_the_find_of_one_feed_does_not_hide_that_of_another(
    tmp_path: Path, database: Database
) -> None:
    store = FeedStore(database)
    feed, _ = await subscribed(store, NEWS)
    other, _, _ = await store.subscribe(
        Feed(0, f"{URL}/other", "Other news", "https://example.org/"),
        document(1),
        NOW,
        guild_id=GUILD,
        channel_id=NEWS,
        since_id=0,
    )
    await store.record(feed, document(3, 2, 1), NOW)
    backup = tmp_path / "backup.db"
    await asyncio.to_thread(copy, database.path, backup)
    # The other feed's article comes first, which the backup does not know; then the one it holds.
    await store.set_paused(GUILD, 1, "for now")
    await store.record(other, document(4, 1), NOW)
    history = History()
    await run(database, history)
    await store.set_paused(GUILD, 1, "")
    await run(database, history)
    assert history.titles(NEWS) == ["Article number 4", "Article number 3"]
    history.nonces.clear()

    async with opened(backup, restored=True) as restored:
        await run(restored, history)
        store = FeedStore(restored)
        for each in await store.wanted():
            numbers = (4, 1) if each.id == other.id else (3, 2, 1)
            await store.record(each, document(*numbers), NOW)
        await run(restored, history)
    assert history.titles(NEWS) == ["Article number 4", "Article number 3"]


async def test_after_a_restored_backup_a_flood_is_not_said_to_be_unposted(
    database: Database,
) -> None:
    store = FeedStore(database)
    feed, _ = await subscribed(store, NEWS)
    await store.record(feed, document(*range(30, 0, -1)), NOW)
    async with database.transaction() as tx:
        await tx.execute("INSERT INTO meta (key, value) VALUES ('restored', '1')")
    history = History()
    await run(database, history)
    await HoldStore(database).decide(GUILD, history.notices[0].subject_id, "skip")
    (feed,) = await store.wanted()
    await store.record(feed, document(*range(60, 0, -1)), NOW)
    await run(database, history)
    assert len(history.notices) == 2
    for notice in history.notices:
        assert "have posted none" not in notice.text
        assert "A backup was restored, so some may have been posted" in notice.text
