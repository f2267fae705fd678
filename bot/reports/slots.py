"""Which notice time is to be served, by a clock that may be wrong."""

import logging
from datetime import UTC, datetime

from bot.clock import Clock
from bot.reports.timetable import Timetable

log = logging.getLogger(__name__)

BELIEVE_CLOCK_AFTER_S = 3_600.0


class Slots:
    """Notice times as text in UTC, such that a later one sorts after an earlier one."""

    def __init__(self, timetable: Timetable, clock: Clock) -> None:
        self._timetable = timetable
        self._clock = clock
        self._behind: tuple[float, str] | None = None  # since when, and the notice time then

    def due(self, served: str) -> str | None:
        """The notice time that has come and was not served yet, or None.

        A clock that is behind, as a small computer's is before it has asked the network, must not
        show reports outside notice times: only a later one than the last that was served is due.
        If the clock ran ahead once, that one is in the future, and reports would wait for it. So
        after an hour in which nothing has set the clock right, we believe it: the next notice time
        that comes is served, and the record steps back to it, as it never does otherwise.

        Args:
            served: the notice time that was served last; empty when none was.
        """
        now = self._clock.now()
        slot = _written(self._timetable.last_before(now))
        if served <= _written(now):
            self._behind = None
            return slot if slot > served else None
        if self._behind is None:
            self._behind = (self._clock.monotonic(), slot)
            log.warning(
                "This machine's clock says %s UTC, which is before the last notice time that was "
                "served, %s. Please check it. If it stays so for an hour, I go by it again from "
                "the notice time after that.",
                _written(now),
                served,
            )
        since, before = self._behind
        self._behind = (since, slot)
        believed = self._clock.monotonic() - since >= BELIEVE_CLOCK_AFTER_S
        return slot if slot > before and believed else None


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"
