"""How long the outbox waits before it tries again, and where crash tests interrupt it."""

import random
from collections.abc import Awaitable, Callable

from bot.feeds.outbox.publisher import PublishError

RETRY_S = 1.0
RETRY_LIMIT_S = 300.0

FaultPoint = Callable[[str], Awaitable[None]]


async def no_fault(_: str) -> None:
    """The place where a crash test strikes; nothing, otherwise."""


def backoff_s(retry_s: float, failures: int, error: PublishError | None = None) -> float:
    """Seconds to wait after so many failures in a row, doubling, and no less than Discord asks."""
    doubled = retry_s * 2.0 ** min(failures - 1, 10)
    asked = getattr(error, "retry_after_s", None) or 0.0
    return max(min(doubled, RETRY_LIMIT_S), asked) * random.uniform(0.8, 1.2)  # noqa: S311
