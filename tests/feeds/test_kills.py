"""The bot's process is killed for good, again and again, and each article is there once."""

import asyncio
import os
import random
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Self

from bot.feeds.model import Style
from bot.sandbox import Message, Sandbox
from bot.sandbox.constants import ChannelKind
from tests.conftest import OPENAPI, PATIENCE_S
from tests.feeds.site import Site, feed_of

ROOT = Path(__file__).parents[2]
FEEDS = 6
LIVES = 10
CHANNELS = ("news", "general", "library")


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


def channels_messages(sandbox: Sandbox, channel: str) -> list[Message]:
    """The bot's messages with an article, in a text channel or as posts of a forum."""
    if sandbox.channel(channel).kind == ChannelKind.FORUM:
        return [sandbox.messages(str(post.id))[0] for post in sandbox.threads(channel)]
    return [
        message
        for message in sandbox.messages(channel)
        if message.author_id == sandbox.bot.id and message.raw["embeds"]
    ]


def posted(sandbox: Sandbox, channels: Iterable[str] = CHANNELS) -> Counter[str]:
    """How often each article stands in a channel or as a forum post."""
    return Counter(
        f"{embed['author']['name']}: {embed['title']}"
        for channel in channels
        for message in channels_messages(sandbox, channel)
        for embed in message.raw["embeds"]
    )


def set_style(folder: Path, channel_id: int, style: Style) -> None:
    """What /feeds edit does, by another process than the bot's."""
    with closing(sqlite3.connect(folder / "steward.db", timeout=30)) as connection, connection:
        connection.execute(
            "UPDATE subscription SET style = ? WHERE channel_id = ?", (style, channel_id)
        )


def finished(sandbox: Sandbox) -> bool:
    """Whether every thread has been started, and every message shows the corrected text."""
    messages = [each for channel in CHANNELS for each in channels_messages(sandbox, channel)]
    corrected = all(
        " now says " in embed["description"] for each in messages for embed in each.raw["embeds"]
    )
    threads = [each.thread for each in channels_messages(sandbox, "general")]
    return corrected and None not in threads


async def test_ten_kills_lose_nothing_and_repeat_nothing(tmp_path: Path, site: Site) -> None:
    chance = random.Random(20261122)
    latest = dict.fromkeys(range(FEEDS), 1)

    said = "says"

    def publish(feed: int) -> str:
        document = feed_of(*range(latest[feed], 0, -1), title=f"Feed {feed}")
        document = document.replace(" says at", f" {said} at")
        return site.put_with_etag(f"/{feed}", document)

    def expected() -> Counter[str]:
        return Counter(
            f"Feed {feed}: Article number {number}"
            for feed, newest in latest.items()
            for number in range(2, newest + 1)
        )

    async with (
        Sandbox(
            openapi=OPENAPI if OPENAPI.exists() else None, answer_within_s=PATIENCE_S
        ) as sandbox,
        Process(sandbox, tmp_path) as process,
    ):
        await process.start()
        await sandbox.until(lambda: sandbox.gateway.online, 30)
        await sandbox.until(lambda: any(c["name"] == "feeds" for c in sandbox.commands), 30)
        moderator = sandbox.person("moderator")
        for feed in latest:
            channel = CHANNELS[feed % 3]
            reply = await moderator.run("feeds add", url=publish(feed), channel=channel)
            assert "is added" in reply.text
        set_style(tmp_path, sandbox.channel("general").id, Style.THREAD)
        for life in range(LIVES):
            for feed in chance.sample(range(FEEDS), 3):
                latest[feed] += chance.randint(1, 3)
                publish(feed)
            if life == LIVES // 2:  # a correction of everything that has been posted so far
                said = "now says"
                for feed in latest:
                    publish(feed)
            if chance.random() < 0.7:
                route = r"/channels/\d+/(messages|messages/\d+/threads|threads)$"
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
        await sandbox.until(lambda: posted(sandbox) >= expected() and finished(sandbox), 60)
        assert await process.end(signal.SIGTERM) == 0
        assert posted(sandbox) == expected()
        assert finished(sandbox)
        assert len(sandbox.threads("general")) == len(channels_messages(sandbox, "general"))
        assert [str(violation) for violation in sandbox.violations] == []
