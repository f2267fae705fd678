"""Politeness to hosts, and that one of them does not hold up the others."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SystemClock
from bot.config import Config
from bot.feeds.hosts import REST_LIMIT_S, Hosts, Queues
from bot.feeds.service import Feeds
from bot.storage import Database
from tests.conftest import HandClock
from tests.feeds.discord_history import History
from tests.feeds.site import Site, feed_of

GUILD, NEWS = 1, 10
A, B = "https://a.example/feed", "https://b.example/feed"

Follow = Callable[[int, list[str]], AbstractAsyncContextManager[Feeds]]


@pytest.fixture
async def other() -> AsyncIterator[Site]:
    """A site on another host: the port tells them apart."""
    served = Site()
    await served.start()
    try:
        yield served
    finally:
        await served.close()


@pytest.fixture
def follow(database: Database) -> Follow:
    @asynccontextmanager
    async def running(per_host: int, urls: list[str]) -> AsyncIterator[Feeds]:
        config = Config(
            feed_min_interval_s=1,
            feed_max_interval_s=1,
            feed_per_host=per_host,
            feed_allow_private=True,
        )
        feeds = Feeds.build(database, config, SystemClock())
        await feeds.start(History())
        try:
            for url in urls:
                await feeds.add(GUILD, NEWS, url)
            yield feeds
        finally:
            await feeds.close()

    return running


async def asked(site: Site, path: str, times: int) -> None:
    """Wait until a path has been asked for so often from now on."""
    before = len([each for each in site.requests if each.path == path])
    async with asyncio.timeout(20):
        while len([each for each in site.requests if each.path == path]) < before + times:
            site.asked.clear()
            await site.asked.wait()


async def test_one_slow_host_with_many_feeds_does_not_hold_up_another(
    site: Site, other: Site, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.feeds.poller.AT_ONCE", 2)
    slow = [site.put(f"/{number}", feed_of(number)) for number in range(4)]
    quick = other.put("/quick", feed_of(9))
    released = asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        await released.wait()
        return web.Response(status=503)

    async with follow(1, [*slow, quick]):
        for number in range(4):
            site.serve(f"/{number}", hang)
        site.requests.clear()
        await asked(other, "/quick", 3)
        # The first of them hangs, and the others wait for their host and not in anybody's way.
        assert 1 <= len(site.requests) <= 2
        released.set()
        await asyncio.gather(*(asked(site, f"/{number}", 1) for number in range(4)))


async def test_a_host_that_is_asked_too_much_rests_with_all_its_feeds(
    site: Site, other: Site, follow: Follow
) -> None:
    urls = [site.put("/a", feed_of(1)), site.put("/b", feed_of(2)), other.put("/c", feed_of(3))]
    async with follow(0, urls) as feeds:
        site.put("/a", "", status=429, headers={"Retry-After": "300"})
        await asked(site, "/a", 1)
        await asked(other, "/c", 1)  # what was under way has ended
        before = len(site.requests)
        await asked(other, "/c", 2)
        assert len(site.requests) == before
        listed = {each.feed.url: each for each in await feeds.overview.listing(GUILD)}
        resting = listed[urls[1]]
        assert resting.next_poll_s is not None
        assert 290 < resting.next_poll_s <= 330
        assert (resting.feed.failures, resting.feed.problem) == (0, "")


async def test_who_waits_for_a_host_that_then_wants_to_rest_does_not_go(
    site: Site, other: Site, follow: Follow
) -> None:
    urls = [site.put("/a", feed_of(1)), site.put("/b", feed_of(2)), other.put("/c", feed_of(3))]
    released = asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        await released.wait()
        return web.Response(status=429, headers={"Retry-After": "300"})

    async with follow(1, urls):
        site.serve("/a", hang)
        site.serve("/b", hang)
        await asked(other, "/c", 3)  # both are due by now; one hangs, and the other waits for it
        before = len(site.requests)
        released.set()
        await asked(other, "/c", 2)
        assert len(site.requests) == before


async def test_a_feed_whose_answer_takes_longer_than_its_interval_is_asked_again(
    site: Site, other: Site, follow: Follow
) -> None:
    urls = [site.put("/slow", feed_of(1)), other.put("/quick", feed_of(2))]
    waiting = asyncio.Event()

    async def slow(_: web.Request) -> web.Response:
        await asked(other, "/quick", 2)  # which is more than a second
        waiting.set()
        return web.Response(body=feed_of(1).encode())

    async with follow(0, urls):
        site.serve("/slow", slow)
        await waiting.wait()
        await asked(site, "/slow", 2)


async def test_a_busy_answer_that_names_no_time_keeps_only_its_own_feed_back(
    site: Site, follow: Follow
) -> None:
    urls = [site.put("/a", feed_of(1)), site.put("/b", feed_of(2))]
    async with follow(0, urls):
        site.put("/a", "", status=429)
        await asked(site, "/a", 1)
        await asked(site, "/b", 2)


def test_a_host_rests_for_an_hour_at_most_and_then_is_asked_again() -> None:
    clock = HandClock()
    hosts = Hosts(clock, 2)
    hosts.rest(A, 86_400)
    hosts.rest(A, 10)  # a shorter wish does not cut the longer one
    assert hosts.rests_s("https://A.example/other") == REST_LIMIT_S
    assert hosts.rests_s(B) == hosts.rests_s("https://a.example:8443/feed") == 0
    clock.advance(REST_LIMIT_S)
    assert hosts.rests_s(A) == 0


@given(st.integers(0, 3), st.lists(st.tuples(st.sampled_from("ab"), st.booleans())))
def test_nobody_is_forgotten_and_never_too_many_are_inside(
    at_once: int, steps: list[tuple[str, bool]]
) -> None:
    queues = Queues(at_once)
    inside: dict[str, list[int]] = {"a": [], "b": []}
    waiting: dict[str, list[int]] = {"a": [], "b": []}
    for number, (host, comes) in enumerate(steps):
        if comes:
            (inside if queues.enter(host, number) else waiting)[host].append(number)
        elif inside[host]:
            inside[host].pop()
            following = queues.leave(host)
            assert following == (waiting[host].pop(0) if waiting[host] else None)
            if following is not None:
                inside[host].append(following)
        assert not at_once or len(inside[host]) <= at_once
        assert not waiting[host] or len(inside[host]) == at_once
