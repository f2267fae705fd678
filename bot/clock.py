"""Time, as an argument: tests turn the hands, the bot looks at the real clock."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """The current moment, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never jump, for measuring and waiting."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


def iso_week(moment: datetime) -> str:
    """The ISO 8601 week of a moment, in UTC, as ``2026-W47``: the finest date a report carries."""
    year, week, _ = moment.astimezone(UTC).isocalendar()
    return f"{year}-W{week:02}"


def unix(moment: datetime) -> int:
    """Whole seconds since 1970 UTC, the form in which SQLite keeps times."""
    return int(moment.timestamp())


def from_unix(seconds: int) -> datetime:
    """The aware UTC moment of whole seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)
