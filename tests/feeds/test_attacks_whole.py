"""The real process among hostile feeds: it grows little, says what is wrong, and goes on."""

import asyncio
import contextlib
import itertools
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from bot.sandbox import Sandbox
from tests.conftest import OPENAPI, PATIENCE_S
from tests.feeds.hostile import OK, Hostile, bomb
from tests.feeds.memory import children, share_mb
from tests.feeds.site import Site, feed_of
from tests.feeds.test_attacks_documents import BOMBS, ODDLY_BUILT
from tests.feeds.test_kills import Process

GROWTH_LIMIT_MB = 64

# What each feed becomes after it has been added, and a word that moderators then read of it.
ATTACKS: dict[str, tuple[Callable[[Hostile, str], object], str]] = {
    "gzip": (
        lambda h, p: h.body(p, bomb(), "Content-Encoding: gzip"), "hundreds of times its size"
    ),
    "deflate": (
        lambda h, p: h.body(p, bomb("deflate"), "Content-Encoding: deflate"), "hundreds of times"
    ),
    "packed": (lambda h, p: h.body(p, bomb(), "Content-Type: application/gzip"), "not with a feed"),
    "endless": (lambda h, p: h.endless(p, OK + b"\r\n", bytes(65536)), "larger than 10 MB"),
    "headers": (lambda h, p: h.endless(p, OK, b"X: y\r\n" * 9999), "not proper HTTP"),
    "drip": (lambda h, p: h.drip(p, OK + b"\r\n", itertools.repeat(b"a"), 1.0), ""),
    "drip-head": (lambda h, p: h.drip(p, OK, itertools.repeat(b"X: y\r\n"), 1.0), ""),
    "silent": (lambda h, p: h.silence(p), ""),
    "circle": (lambda h, p: h.redirect(p, p), "in a circle"),
    "file": (lambda h, p: h.redirect(p, "file:///etc/passwd"), "not a web page"),
    "laughs": (lambda h, p: h.body(p, BOMBS["billion laughs"]), ""),
    "quotes": (lambda h, p: h.body(p, BOMBS["quotations"]), "broken XML"),
    "deep": (lambda h, p: h.body(p, BOMBS["deep"]), "built so oddly"),
    "attributes": (lambda h, p: h.body(p, ODDLY_BUILT["attributes"].encode()), "built so oddly"),
    "json": (lambda h, p: h.body(p, BOMBS["json"]), "built so oddly"),
    "titles": (lambda h, p: h.body(p, BOMBS["titles"]), ""),
    "torn": (lambda h, p: h.reset(p, OK), "breaks off the connection"),
}  # fmt: skip
SLOW = {"drip", "drip-head", "silent"}
LOOK_EVERY_S = 0.03


@contextlib.asynccontextmanager
async def watched(pid: int) -> AsyncIterator[list[float]]:
    """The memory of a process and its children, looked at some thirty times a second."""
    seen: list[float] = []
    done = asyncio.Event()

    async def look() -> None:
        while not done.is_set():
            seen.append(await asyncio.to_thread(lambda: share_mb(pid, *children(pid))))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(done.wait(), LOOK_EVERY_S)

    looking = asyncio.create_task(look())
    try:
        yield seen
    finally:
        done.set()
        await looking


async def test_hostile_feeds_cost_little_memory_and_hold_up_no_other(
    tmp_path: Path, site: Site
) -> None:
    hostile = Hostile()
    await hostile.start()
    async with (
        Sandbox(
            openapi=OPENAPI if OPENAPI.exists() else None, answer_within_s=PATIENCE_S
        ) as sandbox,
        Process(sandbox, tmp_path) as process,
    ):
        await process.start()
        await sandbox.until(lambda: sandbox.gateway.online, 60)
        await sandbox.until(lambda: any(c["name"] == "feeds" for c in sandbox.commands), 60)
        moderator = sandbox.person("moderator")
        url = site.put("/good", feed_of(1, title="Good news"))
        assert "is added" in (await moderator.run("feeds add", url=url, channel="news")).text
        for name in ATTACKS:
            url = hostile.body(f"/{name}", feed_of(1, title=name).encode())
            reply = await moderator.run("feeds add", url=url, channel="general")
            assert "is added" in reply.text
        asked = {name: hostile.times_asked(f"/{name}") for name in ATTACKS}
        before = share_mb(process.pid, *children(process.pid))  # with a worker, as always
        async with watched(process.pid) as seen:
            for name, (attack, _) in ATTACKS.items():
                attack(hostile, f"/{name}")
            for newest in range(2, 6):
                site.put("/good", feed_of(*range(newest, 0, -1), title="Good news"))
                await sandbox.until(
                    lambda wanted=newest - 1: len(sandbox.messages("news")) == wanted,  # type: ignore[misc]
                    30,
                )
            for name, times in asked.items():
                more = 1 if name in SLOW else 3
                await asyncio.wait_for(hostile.until_asked(times + more, f"/{name}"), 60)
            page = await moderator.run("feeds list")
            listed = page.text
            while "More" in page.buttons:
                page = await moderator.press(page, "More")
                listed += page.text
        peak = max(seen)
        print(f"\nmemory {before:.0f} MB, at most {peak:.0f} MB")  # noqa: T201 - asked for
        assert peak - before < GROWTH_LIMIT_MB
        for _, words in ATTACKS.values():
            assert words in listed
        assert await process.end(signal.SIGTERM) == 0
        assert [str(violation) for violation in sandbox.violations] == []
    await hostile.close()
