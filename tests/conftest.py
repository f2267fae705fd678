"""What every test can use: a started sandbox, the real bot in this process, and a clock."""

import asyncio
import logging
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot import logs
from bot.config import Config
from bot.knowledge import Knowledge
from bot.sandbox import Sandbox
from bot.storage import Database
from tests.clock import HandClock
from tests.feeds.site import Site
from tests.harness import RunningSteward

MEMORY = Path("/dev/shm")
MEMORY_NEEDED = 1 << 30
PATIENCE_S = 20.0
SHARED = Path(__file__).parent.parent.parent / "shared"
OPENAPI = Path(os.environ.get("DISCORD_OPENAPI") or SHARED / "discord-openapi.json")


__all__ = ["HandClock"]

# Each bot loads its cogs anew, and each process everything: compiled once, also where the
# environment says otherwise.
sys.dont_write_bytecode = False

# How long an example takes says how busy the machine is, not whether the program is right.
settings.register_profile("steward", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steward")


def pytest_configure() -> None:
    """Keep the folders of tests in memory where there is room: most of them hold a database, and
    wait for its disk."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_NEEDED:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(autouse=True)
def _quiet_logging() -> Iterator[None]:
    """Our formatter on every record, as in production, and no handler left behind."""
    root = logging.getLogger()
    before = root.handlers[:]
    yield
    root.handlers[:] = before
    logging.captureWarnings(capture=False)


@pytest.fixture
def log_text(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Log at DEBUG into a file as in production; calling the fixture gives what was written."""
    path = tmp_path / "steward.log"
    with path.open("w", encoding="utf-8") as stream:
        logs.set_up("DEBUG", stream)

        def written() -> str:
            stream.flush()
            return path.read_text(encoding="utf-8")

        yield written


@pytest.fixture
async def sandbox(request: pytest.FixtureRequest) -> AsyncIterator[Sandbox]:
    """A stand-in for Discord on loopback; a request that Discord would refuse fails the test.

    It waits longer for an answer than Discord does, since this machine may stand still for a
    moment. That slow work comes after the first answer is seen in tests/cogs/test_in_time.py;
    a test that waits for no answer to come sets its own limit: ``@pytest.mark.answers_within(3)``.
    """
    marked = request.node.get_closest_marker("answers_within")
    stand_in = Sandbox(
        openapi=OPENAPI if OPENAPI.exists() else None,
        answer_within_s=marked.args[0] if marked else PATIENCE_S,
    )
    await stand_in.start(port=0)
    try:
        yield stand_in
        assert stand_in.violations == []
    finally:
        await stand_in.close()


@pytest.fixture(scope="session")
def filled_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the content that comes with the bot, made once: it takes half a second."""
    path = tmp_path_factory.mktemp("filled") / "steward.db"

    async def fill() -> None:
        opened = await Database.open(path, "steward")
        await Knowledge(opened, HandClock()).sync()
        await opened.close()

    asyncio.run(fill())
    return path


@pytest.fixture
def config(tmp_path: Path, sandbox: Sandbox, filled_database: Path) -> Config:
    """Settings for a bot on the sandbox, as the black-box checks use them.

    Its database is as after a first start; how that goes is seen where ``python -m bot`` is run.
    """
    data = tmp_path / "data"
    data.mkdir(exist_ok=True)
    shutil.copy(filled_database, data)
    return Config(
        discord_token=sandbox.token,
        discord_api_url=sandbox.api_url,
        discord_gateway_url=sandbox.gateway_url,
        database=data / "steward.db",
        feed_min_interval_s=1,
        feed_max_interval_s=1,
        feed_per_host=0,
        feed_allow_private=True,
        reports="on",
        report_notice_times="now",
    )


@pytest.fixture
async def steward(config: Config) -> AsyncIterator[RunningSteward]:
    """The real bot in this process, connected to the sandbox."""
    running = RunningSteward(replace(config))
    try:
        await running.start()
        yield running
    finally:
        await running.stop()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A site on loopback that serves feeds as a test has it."""
    served = Site()
    await served.start()
    try:
        yield served
    finally:
        await served.close()
