"""What the bot takes when it follows feeds and nothing happens."""

import asyncio
import tempfile
from pathlib import Path

from benchmarks.processes import cpu_s, family, process, pss_mb
from benchmarks.sites import Site
from bot.sandbox import Sandbox

FEEDS = 10
SECONDS = 20  # long enough for the parse worker to have gone home, and to see the CPU time


async def main() -> None:
    """Megabytes (PSS with children) and CPU with ten feeds polled each second, none changing."""
    async with Sandbox() as sandbox, Site(changing=False) as site:
        with tempfile.TemporaryDirectory() as folder:
            async with process(sandbox, Path(folder), "-m", "bot") as (pid, _):
                moderator = sandbox.person("moderator")
                await sandbox.until(lambda: len(sandbox.commands) > 5, timeout=30)
                for number in range(FEEDS):
                    await moderator.run("feeds add", url=site.feed(number), channel="news")
                await asyncio.sleep(SECONDS / 2)
                before = cpu_s(pid)
                await asyncio.sleep(SECONDS / 2)
                share = (cpu_s(pid) - before) / (SECONDS / 2)
                print(f"  {pss_mb(pid):.1f} MB in {len(family(pid))} process(es)")
                print(f"  {share:.1%} of one core for {FEEDS} polls a second")
