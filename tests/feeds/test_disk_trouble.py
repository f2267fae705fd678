"""When the disk does not let us: nothing is half written, and everything is tried again."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from bot.errors import StorageTrouble
from bot.feeds.model import Feed, Notice, NoticeKind
from bot.feeds.outbox import OutboxStore
from bot.feeds.service import Feeds
from bot.feeds.store import FeedStore
from bot.storage import Database
from tests.conftest import HandClock
from tests.feeds.discord_history import History
from tests.feeds.running import CONFIG, GUILD, NEWS, Running, running_on
from tests.feeds.site import Site, feed_of


async def test_a_changed_document_is_recorded_whole_or_not_at_all(
    running: Running, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscription = await running.add(site.put_with_etag("/feed", feed_of(1)))
    site.put_with_etag("/feed", feed_of(2, 1))

    async def full_disk(*_: object, **__: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr("bot.feeds.deliveries.store.deliver", full_disk)
        with pytest.raises(OSError, match="no space"):
            await running.feeds.check(GUILD, subscription)
    assert await running.check(subscription) == "1 new"
    assert running.history.titles(NEWS) == ["Article number 2"]


async def test_one_full_disk_ends_neither_the_saving_nor_the_notices(
    database: Database, site: Site, monkeypatch: pytest.MonkeyPatch, log_text: Callable[[], str]
) -> None:
    monkeypatch.setattr("bot.feeds.service.SAVE_EVERY_S", 0.01)
    clock, history = HandClock(), History(notice_channel=False)
    feeds = Feeds.build(database, CONFIG, clock)
    troubles: list[Exception] = [StorageTrouble("The disk is full."), OSError("odd")]
    kept, asked = asyncio.Event(), asyncio.Event()
    save = FeedStore.save

    async def full_disk(store: FeedStore, rows: Iterable[Feed]) -> None:
        changed = list(rows)
        if changed and troubles:
            raise troubles.pop(0)
        await save(store, changed)
        if changed:
            kept.set()

    async def notify(_: Notice) -> bool:
        asked.set()
        return False

    await feeds.start(history)
    url = site.put("/feed", feed_of(1))
    subscription, _ = await feeds.add(GUILD, NEWS, url)
    monkeypatch.setattr(FeedStore, "save", full_disk)
    monkeypatch.setattr(history, "notify", notify)
    clock.advance(60)
    await feeds.check(GUILD, subscription.id)
    async with asyncio.timeout(30):
        await kept.wait()
    (stored,) = await FeedStore(database).wanted()
    assert stored.checked_at == clock.now()
    await OutboxStore(database).add_notices(stored.id, NoticeKind.FAILING, "x", clock.now())
    async with asyncio.timeout(30):
        await asked.wait()
    await feeds.close()
    assert "The disk is full." in log_text()


async def test_a_notice_that_the_disk_did_not_take_is_still_due(
    running: Running, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    site.put("/feed", "", status=410)

    async def full_disk(*_: object) -> None:
        raise StorageTrouble("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(OutboxStore, "add_notices", full_disk)
        with pytest.raises(StorageTrouble):
            await running.check(subscription)
    listed = await running.only()
    assert listed.next_poll_s is not None
    await running.check(subscription)
    (notice,) = running.history.notices
    assert notice.kind is NoticeKind.GONE
    listed = await running.only()
    assert listed.next_poll_s is None


@pytest.mark.parametrize("step", ["record_part", "record"])
async def test_how_a_poll_goes_is_not_written_down_before_its_articles_are(
    running: Running, site: Site, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    subscription = await running.add(site.put_with_etag("/feed", feed_of(1)))
    await running.check(subscription)
    (before,) = await running.store.wanted()
    store = running.feeds._poller._store
    keep, seen = getattr(store, step), []

    async def keeping(feed: Feed, *arguments: Any, **options: Any) -> Any:
        await running.feeds._poller.save()
        seen.extend(await running.store.wanted())
        return await keep(feed, *arguments, **options)

    monkeypatch.setattr(store, step, keeping)
    # What has only new articles is recorded in part, what has a changed one whole.
    changed = feed_of(2, 1) if step == "record_part" else feed_of(2, 1).replace("number 1", "one")
    site.put_with_etag("/feed", changed)
    assert await running.check(subscription) == "1 new"
    assert [each.validators for each in seen] == [before.validators]


async def test_a_start_on_a_full_disk_is_made_again_until_it_is_done(
    running: Running, site: Site, monkeypatch: pytest.MonkeyPatch, log_text: Callable[[], str]
) -> None:
    """Both steps: what waits to be sent, and which feeds are asked."""
    subscription = await running.add(site.put("/feed", feed_of(1)))
    await running.feeds.close()
    monkeypatch.setattr("bot.feeds.service.START_RETRY_S", 0.0)
    troubles = {"reconcile": 2, "wanted": 3}

    def full_disk_at_first(owner: type, name: str) -> None:
        step = getattr(owner, name)

        async def attempted(store: Any) -> Any:
            if troubles[name]:
                troubles[name] -= 1
                raise StorageTrouble(f"No room to {name}.")
            return await step(store)

        monkeypatch.setattr(owner, name, attempted)

    full_disk_at_first(OutboxStore, "reconcile")
    full_disk_at_first(FeedStore, "wanted")
    async with running_on(running.database, running.history, running.clock) as again:
        assert troubles == {"reconcile": 0, "wanted": 0}
        assert (await again.only()).next_poll_s is not None
        site.put("/feed", feed_of(2, 1))
        assert await again.check(subscription) == "1 new"
    assert running.history.titles(NEWS) == ["Article number 2"]
    for name in ("reconcile", "wanted"):
        assert f"cannot begin yet; it is tried again. No room to {name}." in log_text()
