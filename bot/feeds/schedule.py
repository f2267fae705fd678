"""When a feed is polled next: pure arithmetic."""

import random
from dataclasses import dataclass
from datetime import datetime

from bot.feeds.watch import Rhythm

RETRY_AFTER_LIMIT_S = 86_400.0  # a server may ask for a day's rest, not for a year's
FIRST_RETRY_S = 60.0
POLLS_PER_GAP = 4  # so that an article waits for about an eighth of the usual gap
JITTER = 0.1


@dataclass(frozen=True, slots=True)
class Limits:
    """The operator's bounds, in seconds."""

    min_s: float
    max_s: float

    def clamp(self, seconds: float) -> float:
        """The nearest allowed interval."""
        return min(max(seconds, self.min_s), self.max_s)


def interval_s(
    limits: Limits,
    rhythm: Rhythm,
    now: datetime,
    *,
    max_age_s: int | None = None,
    ttl_s: int | None = None,
) -> float:
    """Seconds until the next poll of a feed that answered.

    Args:
        max_age_s, ttl_s: how long the server and the document ask to be left alone.
    """
    if rhythm.gap_s is None or rhythm.newest_at is None:
        wanted = limits.min_s * 6
    else:
        silent = (now - rhythm.newest_at).total_seconds()
        # A feed that has been silent for long is asked less, one that wakes up soon more again.
        wanted = max(rhythm.gap_s, silent / POLLS_PER_GAP) / POLLS_PER_GAP
    return limits.clamp(max(wanted, max_age_s or 0, ttl_s or 0))


def backoff_s(limits: Limits, failures: int, retry_after_s: float | None = None) -> float:
    """Seconds until the next try of a feed that has failed ``failures`` times in a row."""
    doubled = FIRST_RETRY_S * 2.0 ** min(failures - 1, 20)
    wait: float = min(max(doubled, limits.min_s), limits.max_s)
    if retry_after_s is not None:
        wait = max(wait, min(retry_after_s, RETRY_AFTER_LIMIT_S))
    return wait


def spread(seconds: float, limits: Limits, chance: random.Random) -> float:
    """The interval and up to a tenth more, so that feeds do not all come at one moment.

    Never less: it may be what a server has asked for.
    """
    moved = later(seconds, chance)
    return moved if seconds > limits.max_s else limits.clamp(moved)


def later(seconds: float, chance: random.Random) -> float:
    """So many seconds and up to a tenth more."""
    return seconds * (1 + chance.uniform(0, JITTER))
