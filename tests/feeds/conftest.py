"""What the tests of the feed job share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.feeds.pool import ParsePool
from bot.storage import Database
from tests.feeds.running import Running, running_on
from tests.feeds.site import Site


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    served = Site()
    await served.start()
    try:
        yield served
    finally:
        await served.close()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "steward.db", "steward")
    try:
        yield opened
    finally:
        await opened.close()


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
