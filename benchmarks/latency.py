"""How soon commands are answered while feeds are being polled."""

import statistics
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from benchmarks.processes import process
from benchmarks.sites import Site
from bot.sandbox import Sandbox

FEEDS = 10
ROUNDS = 60


async def main() -> None:
    """Milliseconds from a command to its first answer, beside one that does nothing but answer."""
    async with Sandbox() as sandbox, Site(changing=True) as site:
        with tempfile.TemporaryDirectory() as folder:
            async with process(sandbox, Path(folder), "-m", "bot"):
                moderator, member = sandbox.person("moderator"), sandbox.person("member")
                await sandbox.until(lambda: len(sandbox.commands) > 5, timeout=30)
                for number in range(FEEDS):
                    await moderator.run("feeds add", url=site.feed(number), channel="news")
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


def _timed(person: object, command: str, **options: str) -> Callable[[], Awaitable[float]]:
    async def ask() -> float:
        reply = await person.run(command, **options)  # type: ignore[attr-defined]
        return float(reply.latency_s * 1000)

    return ask
