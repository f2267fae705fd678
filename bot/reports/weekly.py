"""When the front desk says that replies may be waiting: once a week, whether or not any are.

What is said follows from the calendar and from nothing else, so it tells of no reply and nobody.
"""

from datetime import datetime, time

from bot.clock import Clock, iso_week
from bot.config import Config
from bot.reports.timetable import Timetable

_WITHOUT_NOTICE_TIMES = (time(18, 0),)


class Weekly:
    """Finds the notice times at which the line is due. What was said before it does not know."""

    def __init__(self, config: Config, clock: Clock) -> None:
        times = config.report_notice_times
        if times == "now":
            times = _WITHOUT_NOTICE_TIMES
        self._timetable = Timetable(times, config.timezone)
        self._clock = clock
        self._last = self._slot()

    def due(self) -> str | None:
        """The ISO week of a notice time that has come since the last call, or since the start."""
        slot = self._slot()
        if slot <= self._last:
            return None
        self._last = slot
        return iso_week(slot)

    def _slot(self) -> datetime:
        return self._timetable.last_before(self._clock.now())
