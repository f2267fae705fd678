"""How soon an article that is published is in its channel, with 200 feeds asked every second."""

import asyncio
import hashlib
import random
import re
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import aiohttp

from benchmarks.documents import ENTRIES, document
from benchmarks.feed_server import feed_server
from benchmarks.processes import cpu_s, process
from bot.clock import SystemClock
from bot.feeds.model import Feed, Validators
from bot.feeds.pool import ParsePool
from bot.feeds.store import FeedStore
from bot.sandbox import Sandbox
from bot.sandbox.events import Event
from bot.storage import Database

FEEDS, CHANNELS = 200, 20
SECONDS = 60
GAP_S = (1.0, 3.0)  # between two articles of one channel: Discord takes one a second on average
SETTLED_S, LATEST_S = 5, 30

_LINK = re.compile(r"https://site(\d+)\.example/2026/(\d+)/")

Article = tuple[int, int]  # feed and number


async def main() -> None:
    """Seconds from publication to the message in the channel; both intervals are one second."""
    published: dict[Article, float] = {}
    seen: dict[Article, float] = {}
    repeated = 0

    def listen(event: Event) -> None:
        nonlocal repeated
        if event.name == "MESSAGE_CREATE" and event.data["embeds"]:
            found = _LINK.match(event.data["embeds"][0].get("url", ""))
            if found:
                article = int(found[1]), int(found[2])
                repeated += article in seen
                seen.setdefault(article, time.perf_counter())

    async with Sandbox() as sandbox, feed_server() as base:
        channels = [sandbox.add_channel(f"feeds-{n}").id for n in range(CHANNELS)]
        with tempfile.TemporaryDirectory() as folder:
            await _follow(base, sandbox.guild.id, channels, Path(folder))
            sandbox._core.hub.listen(listen)
            async with process(sandbox, Path(folder), "-m", "bot") as (pid, _):
                await asyncio.sleep(SETTLED_S)
                used = cpu_s(pid)
                async with aiohttp.ClientSession() as session:
                    await asyncio.gather(
                        *(_publish(session, base, n, published) for n in range(CHANNELS))
                    )
                used = cpu_s(pid) - used
                with suppress(AssertionError):
                    await sandbox.until(lambda: len(seen) >= len(published), timeout=LATEST_S)
    ended = time.perf_counter()
    waited = sorted(seen.get(article, ended) - moment for article, moment in published.items())
    count, missing = len(waited), len(published.keys() - seen.keys())
    if missing:
        print(f"  {missing} had not arrived {LATEST_S} s after the last: too much for this machine")
    print(
        f"  {count} articles of {FEEDS} feeds in {SECONDS} s: p50 {waited[count // 2]:.2f} s, "
        f"p95 {waited[int(count * 0.95)]:.2f} s, max {waited[-1]:.2f} s (wanted: p95 < 2 s); "
        f"{repeated} repeated; {used / SECONDS:.0%} of one core, parsing included"
    )


async def _publish(
    session: aiohttp.ClientSession, base: str, channel: int, published: dict[Article, float]
) -> None:
    """Publish at random moments in the feeds of one channel, for a while."""
    chance = random.Random(channel)
    versions = dict.fromkeys(range(channel, FEEDS, CHANNELS), 0)
    ends = time.perf_counter() + SECONDS
    await asyncio.sleep(chance.uniform(0, GAP_S[1]))
    while time.perf_counter() < ends:
        feed = chance.choice(list(versions))
        versions[feed] += 1
        # Noted before it is asked for: the time that the request takes counts against us.
        published[feed, versions[feed] + ENTRIES - 1] = time.perf_counter()
        async with session.post(f"{base}/clock?version={versions[feed]}&feed={feed}"):
            await asyncio.sleep(chance.uniform(*GAP_S))


async def _follow(base: str, guild_id: int, channels: list[int], folder: Path) -> None:
    """A database in which every feed is followed and has been read once."""
    database = await Database.open(folder / "steward.db", "steward")
    store, pool, now = FeedStore(database), ParsePool(), SystemClock().now()
    try:
        for number in range(FEEDS):
            url = f"{base}/clock/{number}.xml"
            body, tag = document(number, 0)
            parsed = await pool.feed(body, url, "application/rss+xml")
            body_hash = hashlib.blake2b(body, digest_size=16).hexdigest()
            feed = Feed(0, url, parsed.title, parsed.site, Validators(tag.decode(), "", body_hash))
            await store.subscribe(
                feed,
                parsed,
                now,
                guild_id=guild_id,
                channel_id=channels[number % CHANNELS],
                since_id=0,
            )
    finally:
        await pool.close()
        await database.close()
