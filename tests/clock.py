"""Time as a test has it."""

from datetime import UTC, datetime, timedelta


class HandClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self._now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday
        self._monotonic = 1_000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, step: timedelta | float) -> None:
        """Move both hands on, by a timedelta or seconds."""
        step = step if isinstance(step, timedelta) else timedelta(seconds=step)
        self._now += step
        self._monotonic += step.total_seconds()
