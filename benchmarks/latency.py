"""How soon commands are answered while feeds are being polled."""

import asyncio
import statistics
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from benchmarks.processes import process
from bot.sandbox import Sandbox

FEEDS = 10
ROUNDS = 60

ITEM = "<item><title>Article {n}</title><link>http://example.org/{feed}/{n}</link></item>"
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Feed {feed}</title>'
    "<link>http://example.org/{feed}</link><description>d</description>{items}</channel></rss>"
)


async def main() -> None:
    """Milliseconds from a command to its first answer, beside one that does nothing but answer."""
    async with Sandbox() as sandbox:
        site, address = await _feeds()
        with tempfile.TemporaryDirectory() as folder:
            async with process(sandbox, Path(folder), "-m", "bot"):
                moderator, member = sandbox.person("moderator"), sandbox.person("member")
                await sandbox.until(lambda: len(sandbox.commands) > 5, timeout=10)
                for number in range(FEEDS):
                    await moderator.run("feeds add", url=f"{address}/{number}", channel="news")
                asks: dict[str, Callable[[], Awaitable[float]]] = {
                    "help": _timed(member, "help"),
                    "faq": _timed(member, "faq", question="when did the trusts go"),
                    "timeline": _timed(member, "timeline"),
                    "report new": _timed(member, "report new"),
                    "feeds list": _timed(moderator, "feeds list"),
                    "inbox list": _timed(moderator, "inbox list"),
                }
                medians = {}
                for name, ask in asks.items():
                    took = sorted([await ask() for _ in range(ROUNDS)])
                    medians[name] = statistics.median(took)
                    worst = took[int(len(took) * 0.99)]
                    print(f"  /{name:<11} median {medians[name]:6.1f} ms   p99 {worst:6.1f} ms")
                for name, median in medians.items():
                    print(f"  /{name:<11} {median / medians['help']:5.2f} times /help")
        await site.cleanup()


def _timed(person: object, command: str, **options: str) -> Callable[[], Awaitable[float]]:
    async def ask() -> float:
        reply = await person.run(command, **options)  # type: ignore[attr-defined]
        return float(reply.latency_s * 1000)

    return ask


async def _feeds() -> tuple[web.AppRunner, str]:
    """Feeds that have a new article at every second request."""
    asked: dict[str, int] = {}

    async def answer(request: web.Request) -> web.Response:
        feed = request.match_info["feed"]
        asked[feed] = asked.get(feed, 0) + 1
        items = "".join(ITEM.format(feed=feed, n=n) for n in range(asked[feed] // 2, -1, -1))
        return web.Response(
            text=FEED.format(feed=feed, items=items), content_type="application/rss+xml"
        )

    app = web.Application()
    app.router.add_get("/{feed}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    listener = web.TCPSite(runner, "127.0.0.1", 0)
    await listener.start()
    await asyncio.sleep(0)
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"
