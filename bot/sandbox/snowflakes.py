"""Snowflakes, Discord's ids: 42 bits of milliseconds since 2015, then 22 bits of our choice."""

from collections.abc import Callable
from datetime import UTC, datetime

EPOCH_MS = 1_420_070_400_000


def created_at(snowflake: int) -> float:
    """When an id was made, in unix seconds."""
    return ((snowflake >> 22) + EPOCH_MS) / 1000


def iso(seconds: float) -> str:
    """Unix seconds in the form that Discord writes times."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


class Snowflakes:
    """Makes ids that always rise, also when the clock stands or goes back."""

    def __init__(self, time: Callable[[], float], last: int = 0) -> None:
        self._time = time
        self.last = last

    def __call__(self) -> int:
        """The next id."""
        fresh = (int(self._time() * 1000) - EPOCH_MS) << 22
        self.last = max(fresh, self.last + 1)
        return self.last
