"""What 5,000 feeds cost at the default intervals, in the real process."""

import asyncio
import shutil
import ssl
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

from benchmarks.documents import etag
from benchmarks.feed_server import feed_server
from benchmarks.processes import cpu_s, family, process, pss_mb
from bot.clock import SystemClock
from bot.config import Config
from bot.feeds.model import Entry, Feed, ParsedFeed, Validators
from bot.feeds.store import FeedStore
from bot.sandbox import Sandbox
from bot.storage import Database

FEEDS = 5_000
ARTICLES = 10  # remembered of each feed
SECONDS = 60
SETTLED_S = 5


async def main() -> None:
    """CPU of 5,000 feeds, each asked as often as the default allows and by a new connection."""
    async with Sandbox() as sandbox:
        with tempfile.TemporaryDirectory() as folder:
            async with process(sandbox, Path(folder), "-m", "bot") as (pid, ready_s):
                await asyncio.sleep(SETTLED_S)
                print(f"  no feeds        {pss_mb(pid):.1f} MB, ready in {ready_s:.2f} s")
        for name in ("http", "https"):
            with tempfile.TemporaryDirectory() as folder:
                await _measure(name, sandbox, Path(folder))


async def _measure(name: str, sandbox: Sandbox, folder: Path) -> None:
    async with _server(name, folder) as (base, settings):
        await _follow(base, sandbox, folder)
        default = Config()
        settings["FEED_MIN_INTERVAL_S"] = str(default.feed_min_interval_s)
        settings["FEED_MAX_INTERVAL_S"] = str(default.feed_max_interval_s)
        async with process(sandbox, folder, "-m", "bot", **settings) as (pid, ready_s):
            await asyncio.sleep(SETTLED_S)
            asked, used = await _asked(base), cpu_s(pid)
            await asyncio.sleep(SECONDS)
            polls, used = await _asked(base) - asked, cpu_s(pid) - used
            expected = FEEDS / default.feed_min_interval_s
            print(
                f"  {FEEDS} by {name:<5}   {pss_mb(pid):.1f} MB in {len(family(pid))} process(es), "
                f"ready in {ready_s:.2f} s; {polls / SECONDS:.1f} polls a second "
                f"({expected:.1f} wanted): {used / SECONDS:.1%} of one core, "
                f"{used / polls * 1000:.2f} ms a poll"
            )


@asynccontextmanager
async def _server(name: str, folder: Path) -> AsyncIterator[tuple[str, dict[str, str]]]:
    """A server that closes each connection; its address and what the bot must be told of it."""
    if name == "http":
        async with feed_server("--close") as base:
            yield base, {}
        return
    program = shutil.which("openssl")
    assert program, "openssl is needed to make a certificate"
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    making = await asyncio.create_subprocess_exec(
        *(program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
        *("-nodes", "-days", "2", "-subj", "/CN=localhost"),
        *("-addext", "subjectAltName=IP:127.0.0.1"),
        *("-keyout", str(key), "-out", str(certificate)),
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert await making.wait() == 0
    async with feed_server("--close", "--tls", str(certificate), str(key)) as base:
        yield base, {"SSL_CERT_FILE": str(certificate)}


async def _asked(base: str) -> int:
    def ask() -> int:
        context = ssl._create_unverified_context() if base.startswith("https") else None
        with urlopen(f"{base}/many", timeout=5, context=context) as answer:
            return int(answer.read())

    return await asyncio.to_thread(ask)


async def _follow(base: str, sandbox: Sandbox, folder: Path) -> None:
    """A database in which all feeds are followed, and were asked over the last five minutes."""
    database = await Database.open(folder / "steward.db", "steward")
    store, now, feeds = FeedStore(database), SystemClock().now(), []
    interval = Config().feed_min_interval_s
    try:
        for number in range(FEEDS):
            site = f"https://site{number}.example/"
            entries = tuple(
                Entry(f"{site}{n}", f"{site}{n}", True, f"Article {n}", "Summary", "Text " * 100)
                for n in range(ARTICLES)
            )
            feed = Feed(
                0,
                f"{base}/many/{number}.xml",
                f"Site {number}",
                site,
                Validators(etag(number, 0).decode(), "", "0" * 32),
                interval_s=interval,
            )
            feed, _, _ = await store.subscribe(
                feed,
                ParsedFeed(feed.title, site, entries=entries),
                now,
                guild_id=sandbox.guild.id,
                channel_id=sandbox.channel("news").id,
                since_id=0,
            )
            feeds.append(feed)
        for number, feed in enumerate(feeds):
            feed.checked_at = SystemClock().now() - timedelta(seconds=interval * number / FEEDS)
        await store.save(feeds)
    finally:
        await database.close()
