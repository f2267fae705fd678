"""When moderators see what has come in: fixed times of the local day, the same for everybody."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.config import NoticeTimes


class Timetable:
    """The notice times, or "now": at once."""

    def __init__(self, times: NoticeTimes, zone: ZoneInfo) -> None:
        self._times = times
        self._zone = zone

    @property
    def at_once(self) -> bool:
        """Whether everything is shown as soon as it is stored."""
        return self._times == "now"

    def next_after(self, moment: datetime) -> datetime:
        """The first notice time after a moment, in UTC; not for ``at_once``."""
        return min(slot for slot in self._slots(moment) if slot > moment)

    def last_before(self, moment: datetime) -> datetime:
        """The last notice time up to and including a moment, in UTC; not for ``at_once``."""
        return max(slot for slot in self._slots(moment) if slot <= moment)

    def when(self, moment: datetime) -> str:
        """How a person reads the next notice time: ``at 18:00``, or ``at once``."""
        if self.at_once:
            return "at once"
        return f"at {self.next_after(moment).astimezone(self._zone):%H:%M}"

    def _slots(self, moment: datetime) -> list[datetime]:
        if self._times == "now":
            raise ValueError("there are no notice times when everything is shown at once")
        today = moment.astimezone(self._zone).date()
        return [
            # A time that the clocks skip in spring is the moment they skip to.
            datetime.combine(today + timedelta(days=shift), at, self._zone).astimezone(UTC)
            for shift in (-1, 0, 1)
            for at in self._times
        ]
