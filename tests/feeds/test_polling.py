"""Polling: cheap while nothing changes, polite, and never silently dropped."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.config import Config
from bot.errors import InvalidInput, NotFound, StorageTrouble
from bot.feeds.model import FLOOD_LIMIT, Fate, Feed, FeedStatus, Notice, NoticeKind, Options
from bot.feeds.outbox import OutboxStore
from bot.feeds.service import Feeds
from bot.feeds.store import FeedStore
from bot.feeds.watch import ABSENT_AFTER
from bot.storage import Database
from tests.conftest import HandClock
from tests.feeds.discord_history import History
from tests.feeds.site import Site, feed_of, item, rss

GUILD, OTHER_GUILD = 1, 2
NEWS, GENERAL = 10, 11


@dataclass
class Running:
    """The whole feed job, with a clock that stands still: it polls when told to."""

    feeds: Feeds
    history: History
    clock: HandClock
    database: Database

    @property
    def store(self) -> FeedStore:
        return FeedStore(self.database)

    async def add(self, url: str, channel_id: int = NEWS, **choices: Any) -> int:
        subscription, _ = await self.feeds.add(GUILD, channel_id, url, **choices)
        return subscription.id

    async def check(self, subscription_id: int) -> str:
        """Poll once, wait for what follows, and say what came of it."""
        polled = await self.feeds.check(GUILD, subscription_id)
        while self.feeds.outbox.busy:
            await asyncio.wait(self.feeds.outbox.busy)
        return polled.problem or f"{polled.new} new"


@pytest.fixture
async def running(database: Database) -> AsyncIterator[Running]:
    clock = HandClock()
    # One poll of each feed is planned for an hour from now, by a clock that a test moves.
    config = Config(feed_min_interval_s=3600, feed_max_interval_s=7200, feed_allow_private=True)
    feeds = Feeds.build(database, config, clock)
    history = History()
    await feeds.start(history)
    try:
        yield Running(feeds, history, clock, database)
    finally:
        await feeds.close()


async def test_two_channels_of_two_servers_cost_one_request(running: Running, site: Site) -> None:
    url = site.put_with_etag("/feed", feed_of(1))
    first = await running.add(url)
    await running.feeds.add(OTHER_GUILD, GENERAL, url)
    site.put_with_etag("/feed", feed_of(2, 1))
    before = len(site.requests)
    assert await running.check(first) == "1 new"
    assert len(site.requests) == before + 1
    assert running.history.titles(NEWS) == running.history.titles(GENERAL) == ["Article number 2"]


async def test_an_unchanged_poll_neither_parses_nor_writes(
    running: Running, site: Site, database: Database
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    await running.feeds._pool.close()
    changes = await database.fetch_value("SELECT total_changes()")
    for _ in range(5):
        assert await running.check(subscription) == "0 new"
    assert await database.fetch_value("SELECT total_changes()") == changes
    assert running.feeds._pool.pids == []


async def test_adding_the_feed_elsewhere_does_not_lose_what_came_meanwhile(
    running: Running, site: Site
) -> None:
    url = site.put_with_etag("/feed", feed_of(1))
    first = await running.add(url)
    site.put_with_etag("/feed", feed_of(2, 1))
    await running.add(url, GENERAL)
    with pytest.raises(InvalidInput, match="already"):
        await running.add(url, GENERAL)
    site.put_with_etag("/feed", feed_of(3, 2, 1))
    with pytest.raises(InvalidInput, match="already"):
        await running.add(url, GENERAL)
    assert await running.check(first) == "1 new"
    assert running.history.titles(NEWS) == ["Article number 2", "Article number 3"]
    assert running.history.titles(GENERAL) == ["Article number 3"]


async def test_a_permanent_redirect_that_lasts_changes_the_address(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put("/old", feed_of(1)))
    site.put("/old", "", status=301, headers={"Location": "/new"})
    for number in range(2, 6):
        site.put("/new", feed_of(*range(number, 0, -1)))
        assert await running.check(subscription) == "1 new"
    assert (await running.feeds.get(GUILD, subscription)).url == f"{site.url}/new"
    assert len(running.history.titles(NEWS)) == 4


async def test_a_feed_that_moves_and_has_nothing_new_moves_all_the_same(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put_with_etag("/old", feed_of(1)))
    site.put_with_etag("/new", feed_of(1))
    site.put("/old", "", status=301, headers={"Location": "/new"})
    for _ in range(3):
        assert await running.check(subscription) == "0 new"
    assert (await running.feeds.get(GUILD, subscription)).url == f"{site.url}/new"
    before = len(site.requests)
    assert await running.check(subscription) == "0 new"
    assert [each.path for each in site.requests[before:]] == ["/new"]


async def test_a_feed_that_moves_to_where_another_is_keeps_its_address_and_goes_on(
    running: Running, site: Site
) -> None:
    first = await running.add(site.put("/old", feed_of(1)))
    second = await running.add(site.put("/new", feed_of(1)), GENERAL)
    site.put("/old", "", status=301, headers={"Location": "/new"})
    for number in range(2, 8):
        site.put("/new", feed_of(*range(number, 0, -1)))
        assert await running.check(first) == await running.check(second) == "1 new"
    assert (await running.feeds.get(GUILD, first)).url == f"{site.url}/old"
    titles = [f"Article number {number}" for number in range(2, 8)]
    assert running.history.titles(NEWS) == running.history.titles(GENERAL) == titles
    assert running.history.notices == []


async def test_a_temporary_redirect_does_not(running: Running, site: Site) -> None:
    subscription = await running.add(site.put("/old", feed_of(1)))
    site.put("/old", "", status=302, headers={"Location": "/new"})
    for number in range(2, 7):
        site.put("/new", feed_of(*range(number, 0, -1)))
        await running.check(subscription)
    assert (await running.feeds.get(GUILD, subscription)).url == f"{site.url}/old"


async def test_a_feed_that_is_gone_is_named_once_and_no_longer_asked(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    site.put("/feed", "", status=410)
    await running.check(subscription)
    await running.check(subscription)
    (notice,) = running.history.notices
    assert "gone for good" in notice.text
    (listed,) = await running.feeds.overview.listing(GUILD)
    assert listed.feed.status is FeedStatus.GONE
    assert listed.next_poll_s is None
    site.put("/feed", feed_of(2, 1))
    assert await running.check(subscription) == "1 new"
    (listed,) = await running.feeds.overview.listing(GUILD)
    assert listed.next_poll_s is not None


async def test_failures_back_off_and_are_told_when_they_last(running: Running, site: Site) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    site.put("/feed", "", status=500)
    last_read = int(running.clock.now().timestamp())
    running.clock.advance(timedelta(hours=1))
    for _ in range(8):
        assert "trouble of its own" in await running.check(subscription)
    assert running.history.notices == []
    running.clock.advance(timedelta(days=2))
    await running.check(subscription)
    await running.check(subscription)
    (notice,) = running.history.notices
    assert f"could last be read <t:{last_read}:R>" in notice.text
    (listed,) = await running.feeds.overview.listing(GUILD)
    assert listed.feed.failures == 10
    assert listed.next_poll_s == pytest.approx(7200, rel=0.2)
    site.put("/feed", feed_of(2, 1))
    assert await running.check(subscription) == "1 new"
    (listed,) = await running.feeds.overview.listing(GUILD)
    assert (listed.feed.failures, listed.feed.problem) == (0, "")


async def test_retry_after_is_obeyed_beyond_the_longest_interval(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    site.put("/feed", "", status=429, headers={"Retry-After": "50000"})
    await running.check(subscription)
    (listed,) = await running.feeds.overview.listing(GUILD)
    assert listed.next_poll_s is not None
    assert 50_000 <= listed.next_poll_s <= 55_000


async def test_what_was_missed_while_stopped_is_posted_and_a_crash_loses_no_poll(
    running: Running, site: Site, database: Database
) -> None:
    subscription = await running.add(site.put_with_etag("/feed", feed_of(1)))
    await running.feeds.close()
    site.put_with_etag("/feed", feed_of(3, 2, 1))
    config = Config(feed_allow_private=True)
    again = Feeds.build(database, config, running.clock)
    await again.start(running.history)
    polled = await again.check(GUILD, subscription)
    while again.outbox.busy:
        await asyncio.wait(again.outbox.busy)
    await again.close()
    assert polled.new == 2
    assert running.history.titles(NEWS) == ["Article number 2", "Article number 3"]


async def test_removal_can_be_undone_with_what_came_meanwhile(running: Running, site: Site) -> None:
    url = site.put("/feed", feed_of(1))
    subscription = await running.add(url)
    other = await running.add(url, GENERAL)
    await running.feeds.remove(GUILD, subscription)
    running.clock.advance(60)
    site.put("/feed", feed_of(2, 1))
    await running.check(other)
    assert running.history.titles(NEWS) == []
    with pytest.raises(NotFound):
        await running.feeds.undo_remove(OTHER_GUILD, subscription)
    await running.feeds.undo_remove(GUILD, subscription)
    await running.check(subscription)
    assert running.history.titles(NEWS) == ["Article number 2"]
    await running.feeds.remove(GUILD, subscription)
    running.clock.advance(timedelta(days=8))
    with pytest.raises(NotFound, match="no longer be undone"):
        await running.feeds.undo_remove(GUILD, subscription)


async def test_other_servers_can_do_nothing_to_a_subscription(running: Running, site: Site) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    for attempt in (
        running.feeds.remove(OTHER_GUILD, subscription),
        running.feeds.check(OTHER_GUILD, subscription),
        running.feeds.resume(OTHER_GUILD, subscription),
        running.feeds.pause(OTHER_GUILD, subscription, "x"),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert await running.feeds.overview.listing(OTHER_GUILD) == []
    assert await OutboxStore(running.database).waiting(OTHER_GUILD) == {}


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


async def test_closing_is_quick_while_a_site_drips(running: Running, site: Site) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    released = asyncio.Event()
    site.asked.clear()

    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"<rss>")
        await released.wait()
        return response

    site.serve("/feed", drip)
    checking = asyncio.create_task(running.feeds.check(GUILD, subscription))
    await site.asked.wait()
    async with asyncio.timeout(2):
        await running.feeds.close()
    released.set()
    with pytest.raises(asyncio.CancelledError):
        await checking


async def test_one_full_disk_ends_neither_the_saving_nor_the_notices(
    database: Database, site: Site, monkeypatch: pytest.MonkeyPatch, log_text: Callable[[], str]
) -> None:
    monkeypatch.setattr("bot.feeds.service.SAVE_EVERY_S", 0.01)
    config = Config(feed_min_interval_s=3600, feed_max_interval_s=7200, feed_allow_private=True)
    clock, history = HandClock(), History(notice_channel=False)
    feeds = Feeds.build(database, config, clock)
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
    async with asyncio.timeout(5):
        await kept.wait()
    (stored,) = await FeedStore(database).wanted()
    assert stored.checked_at == clock.now()
    await OutboxStore(database).add_notices(stored.id, NoticeKind.FAILING, "x", clock.now())
    async with asyncio.timeout(5):
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
    (listed,) = await running.feeds.overview.listing(GUILD)
    assert listed.next_poll_s is not None
    await running.check(subscription)
    (notice,) = running.history.notices
    assert notice.kind is NoticeKind.GONE
    (listed,) = await running.feeds.overview.listing(GUILD)
    assert listed.next_poll_s is None


async def missed(running: Running, site: Site, count: int) -> int:
    """A removed subscription whose feed has had so many new articles since; its id."""
    url = site.put("/feed", feed_of(1))
    subscription, other = await running.add(url), await running.add(url, GENERAL)
    await running.feeds.remove(GUILD, subscription)
    for number in range(2, count + 2):
        site.put("/feed", feed_of(*range(number, 0, -1)))
        await running.check(other)
    return subscription


async def at_rest(running: Running) -> None:
    """Wait until nothing is being sent or told."""
    while running.feeds.outbox.busy:
        await asyncio.wait(running.feeds.outbox.busy)


@pytest.mark.parametrize("count", [FLOOD_LIMIT, FLOOD_LIMIT + 1])
async def test_undoing_a_removal_holds_a_flood(running: Running, site: Site, count: int) -> None:
    subscription = await missed(running, site, count)
    _, held = await running.feeds.undo_remove(GUILD, subscription)
    await at_rest(running)
    assert held == (count if count > FLOOD_LIMIT else 0)
    if count <= FLOOD_LIMIT:
        assert len(running.history.titles(NEWS)) == count
        assert running.history.notices == []
        return
    assert running.history.titles(NEWS) == []
    (notice,) = running.history.notices
    assert f"is back, and {count} articles wait. I have posted none" in notice.text
    (outcome,) = await running.feeds.decide(GUILD, notice.subject_id, "newest")
    assert outcome.counts == {Fate.COMING: 1, Fate.SKIPPED: count - 1}
    await at_rest(running)
    assert running.history.titles(NEWS) == [f"Article number {count + 1}"]
    assert len(running.history.titles(GENERAL)) == count


async def test_undoing_at_once_posts_what_came_in_that_second_and_nothing_older(
    running: Running, site: Site
) -> None:
    subscription = await missed(running, site, 1)  # the clock has stood still all the time
    await running.feeds.undo_remove(GUILD, subscription)
    await at_rest(running)
    assert running.history.titles(NEWS) == ["Article number 2"]
    again = await running.add(site.put("/other", feed_of(7, 6)))
    await running.feeds.remove(GUILD, again)
    await running.feeds.undo_remove(GUILD, again)
    await at_rest(running)
    assert running.history.titles(NEWS) == ["Article number 2"]


async def test_a_flood_that_adding_the_feed_elsewhere_brings_is_told_at_once(
    running: Running, site: Site
) -> None:
    url = site.put("/feed", feed_of(1))
    await running.add(url)
    site.put("/feed", feed_of(*range(30, 0, -1)))
    await running.add(url, GENERAL)
    await at_rest(running)
    (notice,) = running.history.notices
    assert "29 new articles" in notice.text


@pytest.mark.parametrize("headers", [{}, {"ETag": '"same"'}])
async def test_a_feed_that_breaks_off_is_asked_in_full_but_read_only_when_it_differs(
    running: Running, site: Site, database: Database, headers: dict[str, str]
) -> None:
    broken = feed_of(3, 2, 1).removesuffix("</channel></rss>")
    url = site.put("/feed", broken, headers=headers)
    subscription = await running.add(url)
    for document in (broken, broken.replace("Sample news", "Sample other")):
        if document != broken:
            site.put("/feed", document, headers=headers)
            await running.check(subscription)
        await running.feeds._pool.close()
        changes = await database.fetch_value("SELECT total_changes()")
        for _ in range(3):
            assert await running.check(subscription) == "0 new"
        assert running.feeds._pool.pids == []
        assert await database.fetch_value("SELECT total_changes()") == changes
    assert not any("If-None-Match" in request.headers for request in site.requests)
    site.put("/feed", feed_of(3, 2, 1), headers=headers)
    assert await running.check(subscription) == "1 new"


async def away(running: Running, site: Site, subscription: int, path: str = "/feed") -> None:
    """Let the feed fail a few times."""
    site.put(path, "", status=503)
    for _ in range(ABSENT_AFTER):
        await running.check(subscription)


async def test_a_feed_that_comes_back_as_another_is_held_until_it_is_decided(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    await away(running, site, subscription)
    site.put("/feed", feed_of(2, 1, title="Win big today"))
    assert await running.check(subscription) == "1 new"
    (notice,) = running.history.notices
    assert notice.kind is NoticeKind.CHANGED
    assert "Sample news" in notice.text
    assert "Win big today" in notice.text
    site.put("/feed", feed_of(3, 2, 1, title="Win big today"))
    assert await running.check(subscription) == "1 new"
    assert running.history.titles(NEWS) == []
    assert len(running.history.notices) == 1
    (outcome,) = await running.feeds.decide(GUILD, notice.subject_id, "post")
    assert outcome.counts == {Fate.COMING: 2}
    await settled(running)
    site.put("/feed", feed_of(4, 3, 2, 1, title="Win big today"))
    assert await running.check(subscription) == "1 new"
    assert running.history.titles(NEWS) == [f"Article number {n}" for n in (2, 3, 4)]


async def test_a_feed_that_comes_back_as_another_is_held_before_it_has_news(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    await away(running, site, subscription)
    site.put("/feed", feed_of(1, title="Win big today"))
    assert await running.check(subscription) == "0 new"
    site.put("/feed", feed_of(2, 1, title="Win big today"))
    await running.check(subscription)
    assert running.history.titles(NEWS) == []
    (notice,) = running.history.notices
    (outcome,) = await running.feeds.decide(GUILD, notice.subject_id, "skip")
    assert outcome.counts == {Fate.SKIPPED: 1}
    site.put("/feed", feed_of(3, 2, 1, title="Win big today"))
    await running.check(subscription)
    assert running.history.titles(NEWS) == ["Article number 3"]


async def test_a_feed_that_comes_back_as_itself_is_posted(running: Running, site: Site) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    await away(running, site, subscription)
    site.put("/feed", feed_of(2, 1))
    await running.check(subscription)
    assert running.history.titles(NEWS) == ["Article number 2"]
    assert running.history.notices == []


async def test_a_site_that_renames_itself_is_shown_under_its_new_name(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    site.put("/feed", feed_of(2, 1, title="Other news"))
    await running.check(subscription)
    assert running.history.titles(NEWS) == ["Article number 2"]
    assert (await running.feeds.get(GUILD, subscription)).title == "Other news"


async def test_a_removed_feed_stays_held_when_the_removal_is_taken_back(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    await away(running, site, subscription)
    site.put("/feed", feed_of(2, 1, title="Win big today"))
    await running.check(subscription)
    (notice,) = running.history.notices
    feed_id = await running.feeds.feed_of_hold(GUILD, notice.subject_id)
    assert len(await running.feeds.drop(GUILD, feed_id)) == 1
    await running.feeds.undo_remove(GUILD, subscription)
    await settled(running)
    assert running.history.titles(NEWS) == []
    assert [each.kind for each in running.history.notices] == [NoticeKind.CHANGED] * 2


async def test_a_feed_that_has_gone_quiet_is_named_once_and_again_after_it_woke(
    running: Running, site: Site
) -> None:
    url = site.put_with_etag("/feed", feed_of(4, 3, 2, 1))
    subscription = await running.add(url)
    await running.check(subscription)
    assert running.history.notices == []
    running.clock.advance(timedelta(days=5))
    for _ in range(3):
        await running.check(subscription)
    assert [each.kind for each in running.history.notices] == [NoticeKind.SILENT]
    assert "gone quiet" in running.history.notices[0].text
    (feed,) = await running.store.wanted()
    assert feed.silent_told
    site.put_with_etag("/feed", rss(item(5), item(4)).replace("02 Mar 2026", "07 Mar 2026"))
    assert await running.check(subscription) == "1 new"
    running.clock.advance(timedelta(days=60))
    await running.check(subscription)
    assert [each.kind for each in running.history.notices] == [NoticeKind.SILENT] * 2


async def test_a_feed_whose_failure_was_told_is_said_to_answer_again(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    site.put("/feed", "", status=500)
    for _ in range(6):
        await running.check(subscription)
        running.clock.advance(timedelta(hours=6))
    site.put("/feed", feed_of(1))
    await running.check(subscription)
    await running.check(subscription)
    kinds = [each.kind for each in running.history.notices]
    assert kinds == [NoticeKind.FAILING, NoticeKind.BACK]


async def settled(running: Running) -> None:
    while running.feeds.outbox.busy:
        await asyncio.wait(running.feeds.outbox.busy)


async def test_a_feed_that_is_given_anew_is_not_held_for_what_it_once_was(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    await away(running, site, subscription)
    site.put("/feed", feed_of(2, 1, title="Win big today"))
    await running.check(subscription)
    await running.feeds.remove(GUILD, subscription)
    again = await running.add(f"{site.url}/feed")
    site.put("/feed", feed_of(3, 2, 1, title="Win big today"))
    await running.check(again)
    assert running.history.titles(NEWS) == ["Article number 3"]


async def test_a_feed_that_came_back_as_another_is_held_also_where_a_filter_lets_nothing_pass(
    running: Running, site: Site
) -> None:
    options = Options(include="number 3")
    subscription = await running.add(site.put("/feed", feed_of(1)), options=options)
    await away(running, site, subscription)
    site.put("/feed", feed_of(2, 1, title="Win big today"))
    await running.check(subscription)
    site.put("/feed", feed_of(3, 2, 1, title="Win big today"))
    await running.check(subscription)
    assert running.history.titles(NEWS) == []
    assert [each.kind for each in running.history.notices] == [NoticeKind.CHANGED]


async def test_a_removal_taken_back_does_not_post_what_another_has_put_into_the_feed(
    running: Running, site: Site
) -> None:
    url = site.put("/feed", feed_of(1))
    subscription = await running.add(url)
    await running.feeds.add(OTHER_GUILD, GENERAL, url)
    await away(running, site, subscription)
    await running.feeds.remove(GUILD, subscription)
    site.put("/feed", feed_of(2, 1, title="Win big today"))
    (listed,) = await running.feeds.overview.listing(OTHER_GUILD)
    await running.feeds.check(OTHER_GUILD, listed.subscription.id)
    await settled(running)
    assert [each.guild_id for each in running.history.notices] == [OTHER_GUILD]
    await running.feeds.undo_remove(GUILD, subscription)
    await settled(running)
    assert running.history.titles(NEWS) == []
    assert {each.guild_id for each in running.history.notices} == {GUILD, OTHER_GUILD}


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
