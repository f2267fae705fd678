"""How long a site may take, whatever we take ourselves meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import TypeVar

from bot.feeds.problems import FeedProblem, ProblemKind

T = TypeVar("T")


class Deadline:
    """Spends one allowance of time over several steps."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._running = asyncio.timeout(None)

    async def run(self, step: Awaitable[T]) -> T:
        """Take a step in what is left of the time.

        Raises:
            FeedProblem: the time is up.
        """
        loop = asyncio.get_running_loop()
        ends = loop.time() + self._left
        try:
            async with asyncio.timeout_at(ends) as self._running:
                return await step
        except TimeoutError as error:
            raise too_slow() from error
        finally:
            ends = self._running.when() or ends
            self._left = max(0.0, ends - loop.time())

    @asynccontextmanager
    async def stopped(self) -> AsyncIterator[None]:
        """Within a step, wait for something of our own, which takes no time of the site's."""
        loop, running = asyncio.get_running_loop(), self._running
        ends, began = running.when(), loop.time()
        assert ends is not None, "a step is being taken"
        running.reschedule(None)
        try:
            yield
        finally:
            running.reschedule(ends + loop.time() - began)


def too_slow() -> FeedProblem:
    """The time is up."""
    return FeedProblem(
        ProblemKind.TIMEOUT,
        "The site takes too long to answer. This often passes; try again in a while.",
    )
