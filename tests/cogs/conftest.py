"""What the tests of /feeds share."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.config import Config
from bot.sandbox import Person, Sandbox
from tests.conftest import HandClock
from tests.harness import RunningSteward


@pytest.fixture
def bot_here(request: pytest.FixtureRequest) -> RunningSteward:
    """The bot of the test: ``noon`` where it asks for that one, else ``steward``."""
    name = "noon" if "noon" in request.fixturenames else "steward"
    found: RunningSteward = request.getfixturevalue(name)
    return found


@pytest.fixture
def moderator(sandbox: Sandbox, bot_here: RunningSteward) -> Person:
    assert bot_here.bot.connected.is_set()
    return sandbox.person("moderator")


@pytest.fixture
async def notices(sandbox: Sandbox, bot_here: RunningSteward) -> None:
    """The server's notices go to #moderators."""
    await send_notices(sandbox, bot_here, "moderators")


@pytest.fixture
async def noon(config: Config) -> AsyncIterator[RunningSteward]:
    """The bot on a Monday at noon, by a clock that a test moves: it polls when told to."""
    running = RunningSteward(
        replace(config, feed_min_interval_s=3600, feed_max_interval_s=7200), HandClock()
    )
    try:
        await running.start()
        yield running
    finally:
        await running.stop()


async def send_notices(sandbox: Sandbox, steward: RunningSteward, channel: str) -> None:
    """Have the moderators' notices posted in a channel."""
    notice_channel_id = sandbox.channel(channel).id
    await steward.bot.services.servers.change(sandbox.guild.id, notice_channel_id=notice_channel_id)


@pytest.fixture
async def unready(config: Config, sandbox: Sandbox) -> AsyncIterator[RunningSteward]:
    """A bot that takes reports after set-up, on a server with a channel for notices."""
    steward = RunningSteward(replace(config, reports="after-setup"))
    try:
        await steward.start()
        await send_notices(sandbox, steward, "moderators")
        yield steward
    finally:
        await steward.stop()
