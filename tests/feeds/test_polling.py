"""Polling: cheap while nothing changes, polite, and never silently dropped."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.errors import InvalidInput
from bot.feeds.model import FeedStatus
from bot.storage import Database
from tests.feeds.lives import copy, opened
from tests.feeds.running import GENERAL, GUILD, NEWS, OTHER_GUILD, Running, running_on
from tests.feeds.site import Site, feed_of


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
    assert (await running.get(subscription)).url == f"{site.url}/new"
    assert len(running.history.titles(NEWS)) == 4


async def test_a_feed_that_moves_and_has_nothing_new_moves_all_the_same(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put_with_etag("/old", feed_of(1)))
    site.put_with_etag("/new", feed_of(1))
    site.put("/old", "", status=301, headers={"Location": "/new"})
    for _ in range(3):
        assert await running.check(subscription) == "0 new"
    assert (await running.get(subscription)).url == f"{site.url}/new"
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
    assert (await running.get(subscription)).url == f"{site.url}/old"


async def test_a_feed_that_is_gone_is_named_once_and_no_longer_asked(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    site.put("/feed", "", status=410)
    await running.check(subscription)
    await running.check(subscription)
    (notice,) = running.history.notices
    assert "gone for good" in notice.text
    listed = await running.only()
    assert listed.feed.status is FeedStatus.GONE
    assert listed.next_poll_s is None
    site.put("/feed", feed_of(2, 1))
    assert await running.check(subscription) == "1 new"
    listed = await running.only()
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
    listed = await running.only()
    assert listed.feed.failures == 10
    assert listed.next_poll_s == pytest.approx(7200, rel=0.2)
    site.put("/feed", feed_of(2, 1))
    assert await running.check(subscription) == "1 new"
    listed = await running.only()
    assert (listed.feed.failures, listed.feed.problem) == (0, "")


async def test_retry_after_is_obeyed_beyond_the_longest_interval(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    site.put("/feed", "", status=429, headers={"Retry-After": "50000"})
    await running.check(subscription)
    listed = await running.only()
    assert listed.next_poll_s is not None
    assert 50_000 <= listed.next_poll_s <= 55_000


async def test_what_was_missed_while_stopped_is_posted_and_a_crash_loses_no_poll(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put_with_etag("/feed", feed_of(1)))
    await running.feeds.close()
    site.put_with_etag("/feed", feed_of(3, 2, 1))
    async with running_on(running.database, running.history, running.clock) as again:
        assert await again.check(subscription) == "2 new"
    assert running.history.titles(NEWS) == ["Article number 2", "Article number 3"]


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
    async with asyncio.timeout(20):
        await running.feeds.close()
    released.set()
    with pytest.raises(asyncio.CancelledError):
        await checking


async def test_a_flood_that_adding_the_feed_elsewhere_brings_is_told_at_once(
    running: Running, site: Site
) -> None:
    url = site.put("/feed", feed_of(1))
    await running.add(url)
    site.put("/feed", feed_of(*range(30, 0, -1)))
    await running.add(url, GENERAL)
    await running.at_rest()
    (notice,) = running.history.notices
    assert "29 new articles" in notice.text


async def test_after_a_restore_a_feed_that_is_unchanged_leaves_nothing_to_be_looked_for(
    running: Running, site: Site, tmp_path: Path
) -> None:
    subscription = await running.add(site.put_with_etag("/feed", feed_of(1)))
    backup = tmp_path / "backup.db"
    await asyncio.to_thread(copy, running.database.path, backup)
    async with (
        opened(backup, restored=True) as restored,
        running_on(restored, running.history, running.clock) as life,
    ):
        assert (await life.only()).feed.reconcile
        assert await life.check(subscription) == "0 new"
        site.put_with_etag("/feed", feed_of(2, 1))
        assert await life.check(subscription) == "1 new"
    assert running.history.titles(NEWS) == ["Article number 2"]
    assert running.history.looks == 0
