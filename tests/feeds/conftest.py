"""What the tests of the feed job share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.feeds.fetch import Fetcher
from bot.feeds.pool import ParsePool
from bot.storage import Database
from tests.conftest import HandClock
from tests.databases import opened
from tests.feeds.discord_history import History
from tests.feeds.hostile import Hostile
from tests.feeds.lives import Life
from tests.feeds.running import Running, running_on


@pytest.fixture
async def hostile() -> AsyncIterator[Hostile]:
    server = Hostile()
    await server.start()
    try:
        yield server
    finally:
        await server.close()


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    made = Fetcher(SystemClock(), per_host=0, allow_private=True, timeout_s=5)
    try:
        yield made
    finally:
        await made.close()


@pytest.fixture
async def guarded() -> AsyncIterator[Fetcher]:
    """One that keeps off private addresses."""
    made = Fetcher(SystemClock(), per_host=0, allow_private=False, timeout_s=5)
    try:
        yield made
    finally:
        await made.close()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path / "steward.db") as database:
        yield database


@pytest.fixture
async def life(database: Database, clock: HandClock) -> AsyncIterator[Life]:
    """A life of the outbox that begins at noon on a Monday."""
    async with Life(database, History(), clock) as life:
        yield life


@pytest.fixture
async def running(database: Database) -> AsyncIterator[Running]:
    async with running_on(database) as running:
        yield running


@pytest.fixture
async def pool() -> AsyncIterator[ParsePool]:
    workers = ParsePool()
    try:
        yield workers
    finally:
        await workers.close()
