"""Servers that are slow or large on purpose: they hold up nobody else."""

import asyncio
import itertools
import socket
import threading

import pytest

from bot.clock import SystemClock
from bot.feeds.fetch import LARGE, LARGE_AT_ONCE, Fetcher
from bot.feeds.problems import ProblemKind
from tests.feeds.hostile import CHUNKED, FEED, OK, Hostile, Visit, problem


async def test_large_bodies_are_held_a_few_at_a_time_and_small_ones_do_not_wait(
    hostile: Hostile,
) -> None:
    patient = Fetcher(SystemClock(), per_host=0, allow_private=True, timeout_s=20)
    start = OK + f"Content-Length: {3 * LARGE}\r\n\r\n".encode() + bytes(2 * LARGE)
    stuck = [
        asyncio.create_task(patient.get(hostile.silence(f"/{number}", start)))
        for number in range(LARGE_AT_ONCE)
    ]
    async with asyncio.timeout(10):
        while not patient._large.locked():
            await asyncio.wait(stuck, timeout=0.01)
    waiting = asyncio.create_task(patient.get(hostile.body("/large", bytes(2 * LARGE))))
    assert (await patient.get(hostile.body("/small", FEED))).body == FEED
    await hostile.until_asked(1, "/large")
    assert not waiting.done()
    for task in stuck:
        task.cancel()
    assert len((await waiting).body or b"") == 2 * LARGE
    await patient.close()


async def test_waiting_for_room_of_ours_is_not_the_sites_slowness_but_its_own_time_goes_on(
    hostile: Hostile,
) -> None:
    hurried = Fetcher(SystemClock(), per_host=0, allow_private=True, timeout_s=0.5)
    start = OK + f"Content-Length: {3 * LARGE}\r\n\r\n".encode() + bytes(2 * LARGE)
    go_on = asyncio.Event()

    async def halting(visit: Visit) -> None:
        await visit.send(OK + f"Content-Length: {2 * LARGE}\r\n\r\n".encode() + bytes(1000))
        await go_on.wait()
        await visit.send(bytes(2 * LARGE - 1000))

    async with asyncio.timeout(20):
        # It has begun before the others, but has become large after them.
        good = asyncio.create_task(hurried.get(hostile.serve("/large", halting)))
        await hostile.until_asked(1)
        slow = [
            asyncio.create_task(problem(hurried, hostile.silence(f"/{number}", start)))
            for number in range(LARGE_AT_ONCE + 1)
        ]
        while not hurried._large._waiters:
            await asyncio.wait(slow, timeout=0.01)
        go_on.set()
        assert len((await good).body or b"") == 2 * LARGE
        assert {found.kind for found in await asyncio.gather(*slow)} == {ProblemKind.TIMEOUT}
    await hurried.close()


SLOW: dict[str, tuple[bytes, bytes]] = {
    "silence": (b"", b""),
    "a head that drips": (OK, b"X: y\r\n"),
    "a body that drips": (OK + b"\r\n", b"a"),
    "chunks that drip": (CHUNKED, b"1\r\na\r\n"),
    "only 100 Continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


async def test_slow_servers_run_out_of_time_together_and_hold_up_nobody(hostile: Hostile) -> None:
    hurried = Fetcher(SystemClock(), per_host=0, allow_private=True, timeout_s=3)
    urls = [
        hostile.drip(f"/{name}-{number}", head, itertools.repeat(piece), 0.05)
        for name, (head, piece) in enumerate(SLOW.values())
        for number in range(20)
    ]
    good = hostile.body("/good", FEED)
    loop = asyncio.get_running_loop()
    began = loop.time()
    dripping = [asyncio.create_task(problem(hurried, url)) for url in urls]
    await hostile.until_asked(len(urls))
    assert (await hurried.get(good)).body == FEED
    assert not any(task.done() for task in dripping)
    kinds = {found.kind for found in await asyncio.gather(*dripping)}
    await hurried.close()
    assert kinds == {ProblemKind.TIMEOUT}
    assert loop.time() - began < 40  # one after the other it is minutes


async def test_names_that_never_resolve_hold_up_neither_other_names_nor_other_work(
    hostile: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Time enough for every look-up to begin, on a machine that does other work as well.
    hurried = Fetcher(SystemClock(), per_host=0, allow_private=True, timeout_s=4)
    real, hanging, over = socket.getaddrinfo, threading.Semaphore(0), threading.Event()

    def resolved(host: str, *args: object, **kwargs: object) -> object:
        if host.startswith("slow"):
            hanging.release()
            over.wait(20)
        return real("127.0.0.1", *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    url = hostile.body("/", FEED)
    slow = [
        asyncio.create_task(problem(hurried, hostile.url("/", f"slow{number}.example")))
        for number in range(40)
    ]
    began = asyncio.get_running_loop().time()
    for _ in slow:
        # Bounded: a thread that waited for ever would outlive even a test that is broken off.
        assert await asyncio.to_thread(hanging.acquire, timeout=20)
    assert (await hurried.get(url.replace("127.0.0.1", "quick.example"))).body == FEED
    assert asyncio.get_running_loop().time() - began < 10
    assert {found.kind for found in await asyncio.gather(*slow)} == {ProblemKind.TIMEOUT}
    over.set()
    await hurried.close()
