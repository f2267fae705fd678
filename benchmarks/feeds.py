"""Polling 200 feeds, beside reader from PyPI and a plain loop over feedparser."""

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp

from benchmarks.documents import ENTRIES, document
from benchmarks.feed_server import feed_server
from benchmarks.lag import Lag
from benchmarks.pipeline import Pipeline, at_once, pipeline

FEEDS = 200
CONNECTIONS = 10
UNCHANGED_ROUNDS, NEW_ROUNDS = 10, 5
SCENARIOS = {
    "first": "first fetch of all",
    "unchanged": "unchanged (304)",
    "new": f"one new entry of {ENTRIES}",
}
TARGETS = {"first": 4, "unchanged": 4, "new": 20}

Rates = dict[str, float]


async def main() -> None:
    """Feeds a second in three scenarios, Steward's whole pipeline beside reader and feedparser."""
    size = len(document(0, 0)[0])
    print(f"  {FEEDS} feeds of {ENTRIES} entries and {size // 1024} KB, {CONNECTIONS} connections")
    async with feed_server() as base:
        ours = await _steward(base)
        theirs = {who: await _peer(who, base) for who in ("reader", "feedparser")}
    print(f"  {'feeds a second':<22}{'Steward':>9}{'reader':>9}{'feedparser':>12}", end="")
    print("   Steward : reader (wanted)")
    for key, name in SCENARIOS.items():
        reader, plain = theirs["reader"][key], theirs["feedparser"][key]
        ratio = ours[key] / reader
        verdict = "" if ratio >= TARGETS[key] else "  MISSED"
        print(f"  {name:<22}{ours[key]:9.1f}{reader:9.1f}{plain:12.1f}", end="")
        print(f"   {ratio:8.1f} ({TARGETS[key]}){verdict}")
    for key, limit in (("unchanged", "asked"), ("first", "full")):
        share = ours[key] / ours[limit]
        print(f"  limit: fetching alone {ours[limit]:.0f}/s ({limit}); {key} reaches {share:.0%}")


async def _steward(base: str) -> Rates:
    rates: Rates = {}
    urls = [f"{base}/steward/{number}.xml" for number in range(FEEDS)]
    with tempfile.TemporaryDirectory() as folder:
        async with pipeline(Path(folder), urls) as parts:

            async def poll() -> None:
                await parts.poll_all(CONNECTIONS)

            rates["first"] = await _rounds("first", 1, lambda: parts.add_all(CONNECTIONS))
            rates["unchanged"] = await _rounds("unchanged", UNCHANGED_ROUNDS, poll)
            async with aiohttp.ClientSession() as session:

                async def publish(version: int) -> None:
                    await (await session.post(f"{base}/steward?version={version}")).release()

                rates["new"] = await _rounds("new", NEW_ROUNDS, poll, publish)
            assert parts.publisher.sent == FEEDS * NEW_ROUNDS, parts.publisher.sent
            rates |= await _limits(parts)
    return rates


async def _rounds(
    key: str,
    rounds: int,
    poll: Callable[[], Awaitable[None]],
    prepare: Callable[[int], Awaitable[None]] | None = None,
) -> float:
    """Feeds a second over some rounds, printing how late the event loop was and the CPU used."""
    took = cpu = 0.0
    lag = Lag()
    for number in range(rounds):
        if prepare is not None:
            await prepare(number + 1)
        async with lag:
            began, cpu_began = time.perf_counter(), time.process_time()
            await poll()
            took += time.perf_counter() - began
            cpu += time.process_time() - cpu_began
    polls = FEEDS * rounds
    print(f"  {SCENARIOS[key]:<22} loop late {lag}; {cpu / polls * 1000:.2f} ms CPU a poll")
    return polls / took


async def _limits(parts: Pipeline) -> Rates:
    """Feeds a second with nothing done but to fetch them, conditionally and in full."""

    async def asked(count: int) -> None:
        feeds = parts.feeds * count
        await at_once(CONNECTIONS, (parts.fetcher.get(f.url, f.validators) for f in feeds))

    async def full(count: int) -> None:
        await at_once(CONNECTIONS, (parts.fetcher.get(f.url) for f in parts.feeds * count))

    rates = {}
    for name, fetch in (("asked", asked), ("full", full)):
        began = time.perf_counter()
        await fetch(UNCHANGED_ROUNDS)
        rates[name] = FEEDS * UNCHANGED_ROUNDS / (time.perf_counter() - began)
    return rates


async def _peer(who: str, base: str) -> Rates:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "benchmarks.peers", who, base, str(FEEDS), str(ENTRIES)),
        cwd=Path(__file__).parent.parent,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await child.communicate()
    assert child.returncode == 0, f"{who} failed; does `make bench` install it?"
    took = json.loads(output)
    return {key: FEEDS / statistics.median(took[key]) for key in SCENARIOS}
