"""Bots as processes of their own against a sandbox in this one."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.sandbox import Sandbox

ROOT = Path(__file__).parent.parent


def environment(sandbox: Sandbox, folder: Path) -> dict[str, str]:
    """The settings with which a bot runs fast and on the sandbox."""
    return {
        **os.environ,
        "DISCORD_TOKEN": sandbox.token,
        "DISCORD_API_URL": sandbox.api_url,
        "DISCORD_GATEWAY_URL": sandbox.gateway_url,
        "DATABASE": str(folder / "steward.db"),
        "FEED_ALLOW_PRIVATE": "1",
        "FEED_MIN_INTERVAL_S": "1",
        "FEED_MAX_INTERVAL_S": "1",
        "FEED_PER_HOST": "0",
        "REPORTS": "on",
        "REPORT_NOTICE_TIMES": "now",
        "PYTHONPATH": str(ROOT),
    }


@asynccontextmanager
async def process(
    sandbox: Sandbox, folder: Path, *arguments: str, **settings: str
) -> AsyncIterator[tuple[int, float]]:
    """A bot in a process; its id and the seconds from its start to READY.

    Args:
        settings: what is set otherwise than ``environment`` does.
    """
    begun = time.perf_counter()
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=folder,
        env={**environment(sandbox, folder), **settings},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await sandbox.until(lambda: sandbox.gateway.online, timeout=30)
        yield child.pid, time.perf_counter() - begun
    finally:
        child.send_signal(signal.SIGTERM)
        await child.wait()
        await sandbox.until(lambda: not sandbox.gateway.online, timeout=10)


def family(pid: int) -> list[int]:
    """A process and everything below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in family(int(child)))]


def cpu_s(pid: int) -> float:
    """Seconds of CPU that a process and its living children have used so far."""
    total = 0
    for member in family(pid):
        fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def pss_mb(pid: int) -> float:
    """Proportional memory of a process and its children, in megabytes."""
    total = 0
    for member in family(pid):
        rollup = Path(f"/proc/{member}/smaps_rollup").read_text()
        total += int(rollup.split("Pss:")[1].split()[0])
    return total / 1024
