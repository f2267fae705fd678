# ruff: noqa: T201 - it is run by hand, and says how it goes
"""The long crash test: ``python -m tests.feeds.crash_marathon [SEED]``; it takes some minutes.

Twenty feeds publish 200 articles to text and forum channels, some with threads, and each article
is corrected once. Meanwhile the real process is killed with SIGKILL at twenty random moments,
nonces are forgotten in between, and connections are cut before and after requests were carried
out. Printed is what was lost and what was repeated; the exit status is 1 if anything was.
"""

import asyncio
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from bot.feeds.model import Style
from bot.sandbox import Sandbox
from tests.conftest import OPENAPI
from tests.feeds.site import Site, feed_of
from tests.feeds.test_kills import Process, channels_messages, posted, set_style

FEEDS, ARTICLES, KILLS = 20, 10, 20
TEXT, THREADS, FORUMS = ("news", "general"), ("bulletins",), ("library", "archive")
CHANNELS = TEXT + THREADS + FORUMS
REQUESTS = r"/channels/\d+/(messages|messages/\d+/threads|threads)$"
SETTLED_WITHIN_S = 240.0


class Marathon:
    """One run: the feeds, what they have published, and the process that is killed."""

    def __init__(self, seed: int, sandbox: Sandbox, process: Process, site: Site) -> None:
        self.chance = random.Random(seed)
        self.sandbox = sandbox
        self.process = process
        self.site = site
        self.latest = dict.fromkeys(range(FEEDS), 1)
        self.corrected: set[int] = set()
        self.faults = Counter[str]()

    def publish(self, feed: int) -> str:
        text = feed_of(*range(self.latest[feed], 0, -1), title=f"Feed {feed}")
        if feed in self.corrected:
            text = text.replace(" says at", " now says at")
        return self.site.put_with_etag(f"/{feed}", text)

    @property
    def expected(self) -> Counter[str]:
        return Counter(
            f"Feed {feed}: Article number {number}"
            for feed, newest in self.latest.items()
            for number in range(2, newest + 1)
        )

    async def add_feeds(self, folder: Path) -> None:
        await self.ready()
        moderator = self.sandbox.person("moderator")
        for feed in self.latest:
            url, channel = self.publish(feed), CHANNELS[feed % len(CHANNELS)]
            reply = await moderator.run("feeds add", url=url, channel=channel)
            assert "is added" in reply.text, reply.text
        for channel in THREADS:
            set_style(folder, self.sandbox.channel(channel).id, Style.THREAD)

    async def ready(self) -> None:
        await self.sandbox.until(lambda: self.sandbox.gateway.online, 60)
        await self.sandbox.until(
            lambda: any(command["name"] == "feeds" for command in self.sandbox.commands), 60
        )

    def work(self, life: int) -> None:
        """What happens in a life of the process: news, corrections, trouble on the way."""
        for feed in self.latest:
            left = ARTICLES + 1 - self.latest[feed]
            lives = KILLS - life
            self.latest[feed] += left if lives <= 1 else self.chance.randint(0, 2 * left // lives)
            self.latest[feed] = min(self.latest[feed], ARTICLES + 1)
        if life > KILLS // 2:
            self.corrected.update(self.chance.sample(range(FEEDS), FEEDS // 4))
        if life == KILLS - 1:
            self.corrected.update(self.latest)
        for feed in self.latest:
            self.publish(feed)
        for _ in range(self.chance.randint(1, 4)):
            kind, skip = self.chance.choice(["lost", "lost", "cut"]), self.chance.randint(0, 3)
            self.sandbox.faults.order("POST", REQUESTS, kind, skip=skip)
            self.faults[kind] += 1
        if self.chance.random() < 0.5:
            self.sandbox.faults.order(
                "PATCH", r"/messages/\d+$", self.chance.choice(["lost", "cut"])
            )

    async def live_and_die(self, life: int) -> None:
        self.work(life)
        if self.chance.random() < 0.8:  # the others are killed while they start
            await self.ready()
        await asyncio.sleep(self.chance.uniform(0.0, 3.0))
        await self.process.end(signal.SIGKILL)
        if self.chance.random() < 0.5:
            self.sandbox.forget_nonces()
        await self.process.start()

    def unfinished(self) -> int:
        """Messages without their thread or with the old text."""
        found = 0
        for channel in CHANNELS:
            for message in channels_messages(self.sandbox, channel):
                (embed,) = message.raw["embeds"]
                found += " now says " not in embed["description"]
                found += channel in THREADS and message.thread is None
        return found

    def settled(self) -> bool:
        return posted(self.sandbox, CHANNELS) >= self.expected and not self.unfinished()


async def main(seed: int) -> int:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder, site = Path(name), Site()
        await site.start()
        try:
            async with (
                Sandbox(openapi=OPENAPI if OPENAPI.exists() else None) as sandbox,
                Process(sandbox, folder) as process,
            ):
                sandbox.add_channel("archive", "forum")
                run = Marathon(seed, sandbox, process, site)
                await process.start()
                await run.add_feeds(folder)
                for life in range(KILLS):
                    await run.live_and_die(life)
                    count = posted(sandbox, CHANNELS).total()
                    print(f"killed {life + 1:2} times, {count:3} of {run.expected.total()} posted")
                sandbox.faults.clear()
                try:
                    await sandbox.until(run.settled, SETTLED_WITHIN_S)
                except AssertionError:
                    print("it did not come to rest in time")
                await process.end(signal.SIGTERM)
                found = posted(sandbox, CHANNELS)
                lost, repeated = run.expected - found, found - run.expected
                print(
                    f"seed {seed}: {run.expected.total()} articles of {FEEDS} feeds in "
                    f"{len(CHANNELS)} channels, {KILLS} kills, {run.faults['lost']} answers lost "
                    f"and {run.faults['cut']} requests cut, {time.monotonic() - began:.0f} s\n"
                    f"lost: {lost.total()}, repeated: {repeated.total()}, without thread or "
                    f"correction: {run.unfinished()}, refused by Discord: {len(sandbox.violations)}"
                )
                bad = lost.total() + repeated.total() + run.unfinished() + len(sandbox.violations)
                return int(bad > 0)
        finally:
            await site.close()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20261122)))
