"""What the tests of /feeds share."""

from collections.abc import AsyncIterator

import pytest

from bot.sandbox import Person, Sandbox
from tests.feeds.site import Site
from tests.harness import RunningSteward


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    served = Site()
    await served.start()
    try:
        yield served
    finally:
        await served.close()


@pytest.fixture
def moderator(sandbox: Sandbox, steward: RunningSteward) -> Person:
    assert steward.bot.connected.is_set()
    return sandbox.person("moderator")
