"""From start to READY, and memory when idle, beside the smallest bot that can be written."""

import statistics
import tempfile
from pathlib import Path

from benchmarks.processes import process, pss_mb
from bot.sandbox import Sandbox

RUNS = 7

# What any bot with these libraries pays before it does anything.
PEER = """# bare bot
import os
import aiosqlite, discord, feedparser, yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
Route.BASE = os.environ["DISCORD_API_URL"]
DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])
bot = commands.AutoShardedBot(commands.when_mentioned, intents=discord.Intents(guilds=True))
bot.run(os.environ["DISCORD_TOKEN"], log_handler=None)
"""


async def measure(*arguments: str) -> tuple[float, float]:
    """Medians of seconds to READY and of megabytes when ready, over several starts.

    The first start, on an empty folder, is printed by itself.
    """
    seconds, memory = [], []
    async with Sandbox() as sandbox:
        with tempfile.TemporaryDirectory() as folder:
            for _ in range(RUNS):
                async with process(sandbox, Path(folder), *arguments) as (pid, took):
                    seconds.append(took)
                    memory.append(pss_mb(pid))
    print(
        f"  first start of {arguments[-1][:12].strip()!r}: {seconds[0]:.2f} s, {memory[0]:.1f} MB"
    )
    return statistics.median(seconds), statistics.median(memory)


async def main() -> None:
    """Seconds to READY and megabytes (PSS with children), Steward beside a bare bot."""
    ours, theirs = await measure("-m", "bot"), await measure("-c", PEER)
    print(f"  Steward   {ours[0]:6.2f} s  {ours[1]:6.1f} MB")
    print(f"  bare bot  {theirs[0]:6.2f} s  {theirs[1]:6.1f} MB")
    print(f"  ratio     {ours[0] / theirs[0]:6.2f}    {ours[1] / theirs[1]:6.2f}")
