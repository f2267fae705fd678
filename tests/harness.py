"""The real bot, started and stopped inside a test."""

import asyncio
import sys

from bot.app import Steward
from bot.clock import Clock
from bot.config import Config

READY_TIMEOUT_S = 60
# How long after the last server discord.py waits for a further one; on loopback all come at once.
MORE_SERVERS_S = 0.05


class RunningSteward:
    """A bot on a thread of nothing but this loop; restart it to see what it remembers."""

    def __init__(self, config: Config, clock: Clock | None = None) -> None:
        self.config = config
        self.clock = clock
        self.bot = self._new()
        self._task: asyncio.Task[None] | None = None

    def _new(self) -> Steward:
        bot = Steward(self.config, clock=self.clock)
        bot._connection.guild_ready_timeout = MORE_SERVERS_S
        return bot

    async def start(self) -> None:
        """Connect, and wait until the servers are known and the commands registered."""
        self._task = asyncio.create_task(self.bot.start(self.config.discord_token))
        ready = asyncio.create_task(self._ready())
        done, _ = await asyncio.wait(
            {self._task, ready}, timeout=READY_TIMEOUT_S, return_when=asyncio.FIRST_COMPLETED
        )
        if ready not in done:
            ready.cancel()
            if self._task in done:
                await self._task
            raise TimeoutError("the bot did not become ready")

    async def _ready(self) -> None:
        await self.bot.connected.wait()
        await self.bot.commands_registered.wait()

    async def stop(self) -> None:
        """Close as on SIGTERM."""
        # Closing unloads what cogs consist of. The next test's bot need not load it anew.
        loaded = {name: each for name, each in sys.modules.items() if name.startswith("cogs.")}
        await self._close()
        sys.modules.update(loaded)

    async def _close(self) -> None:
        await self.bot.close()
        if self._task is not None:
            await asyncio.wait_for(self._task, 60)

    async def restart(self) -> None:
        """Close, and start a new bot on the same data; of the cogs nothing stays in memory."""
        await self._close()
        self.bot = self._new()
        await self.start()
