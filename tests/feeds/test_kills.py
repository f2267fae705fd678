"""The bot's process is killed for good, again and again, and each article is there once."""

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Self

from bot.sandbox import Sandbox
from tests.conftest import OPENAPI
from tests.feeds.site import Site, feed_of

ROOT = Path(__file__).parents[2]
FEEDS = 6
LIVES = 10


class Process:
    """The bot as an operator starts it."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self._env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "DISCORD_TOKEN": sandbox.token,
            "DISCORD_API_URL": sandbox.api_url,
            "DISCORD_GATEWAY_URL": sandbox.gateway_url,
            "DATABASE": str(folder / "steward.db"),
            "FEED_ALLOW_PRIVATE": "1",
            "FEED_MIN_INTERVAL_S": "1",
            "FEED_MAX_INTERVAL_S": "1",
            "FEED_PER_HOST": "0",
            "LOG_LEVEL": "ERROR",
        }
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            env=self._env,
            cwd=self._folder,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Leave nothing running, also when the test fails."""
        if self._process is not None and self._process.returncode is None:
            await self.end(signal.SIGKILL)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def end(self, how: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(how)
        return await self._process.wait()


def posted(sandbox: Sandbox) -> Counter[str]:
    """How often each article stands in a channel or as a forum post."""
    found: Counter[str] = Counter()
    for channel in ("news", "general"):
        for message in sandbox.messages(channel):
            if message.author_id == sandbox.bot.id and message.raw["embeds"]:
                found[f"{message.raw['embeds'][0]['author']['name']}: {_title(message.raw)}"] += 1
    for post in sandbox.threads("library"):
        (first, *_) = sandbox.messages(str(post.id))
        found[f"{first.raw['embeds'][0]['author']['name']}: {_title(first.raw)}"] += 1
    return found


def _title(raw: dict[str, list[dict[str, str]]]) -> str:
    return raw["embeds"][0]["title"]


async def test_ten_kills_lose_nothing_and_repeat_nothing(tmp_path: Path, site: Site) -> None:
    chance = random.Random(20261122)
    latest = dict.fromkeys(range(FEEDS), 1)

    def publish(feed: int) -> str:
        document = feed_of(*range(latest[feed], 0, -1), title=f"Feed {feed}")
        return site.put_with_etag(f"/{feed}", document)

    def expected() -> Counter[str]:
        return Counter(
            f"Feed {feed}: Article number {number}"
            for feed, newest in latest.items()
            for number in range(2, newest + 1)
        )

    async with (
        Sandbox(openapi=OPENAPI if OPENAPI.exists() else None) as sandbox,
        Process(sandbox, tmp_path) as process,
    ):
        await process.start()
        await sandbox.until(lambda: sandbox.gateway.online, 30)
        await sandbox.until(lambda: any(c["name"] == "feeds" for c in sandbox.commands), 30)
        moderator = sandbox.person("moderator")
        for feed in latest:
            channel = ("news", "general", "library")[feed % 3]
            reply = await moderator.run("feeds add", url=publish(feed), channel=channel)
            assert "is added" in reply.text
        for life in range(LIVES):
            for feed in chance.sample(range(FEEDS), 3):
                latest[feed] += chance.randint(1, 3)
                publish(feed)
            if chance.random() < 0.7:
                route = r"/channels/\d+/(messages|threads)$"
                sandbox.faults.order("POST", route, chance.choice(["lost", "cut"]), times=1)
            before, wanted = sum(posted(sandbox).values()), chance.randint(0, 3)
            await sandbox.until(
                lambda before=before, wanted=wanted: (  # type: ignore[misc]
                    sum(posted(sandbox).values()) >= min(before + wanted, expected().total())
                ),
                30,
            )
            assert await process.end(signal.SIGKILL) == -signal.SIGKILL
            if life % 2:
                sandbox.forget_nonces()
            await process.start()
        await sandbox.until(lambda: posted(sandbox) >= expected(), 60)
        assert await process.end(signal.SIGTERM) == 0
        assert posted(sandbox) == expected()
        assert [str(violation) for violation in sandbox.violations] == []
