"""At which hours digests are made, and what those are called."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.feeds.model import Delivery, Style

MONDAY = 0


class Hours:
    """The time of day at which digests are made, weekly ones on Mondays."""

    def __init__(self, at: time, zone: ZoneInfo) -> None:
        self._at = at
        self.zone = zone

    def last(self, style: Style, moment: datetime) -> datetime:
        """The last hour of a digest up to and including a moment, in UTC."""
        return max(hour for hour in self._around(style, moment) if hour <= moment)

    def next(self, style: Style, moment: datetime) -> datetime:
        """The first hour of a digest from a moment on, in UTC."""
        return min(hour for hour in self._around(style, moment) if hour >= moment)

    def name(self, delivery: Delivery) -> str:
        """Which digest it is, in words: "Monday 2 March" or "week of 2 March"."""
        style = delivery.subscription.options.style
        # Where the hour has been forgotten, it is the first at which the newest article was there.
        newest = max(article.seen for article in delivery.bundle)
        hour = delivery.digest_at or self.next(style, newest)
        day = hour.astimezone(self.zone).date()
        if style is not Style.WEEKLY:
            return f"{day:%A} {_day(day)}"
        monday = day - timedelta(days=day.weekday())
        # What comes on a Monday is of the week before.
        return f"week of {_day(monday - timedelta(weeks=1))}"

    def _around(self, style: Style, moment: datetime) -> list[datetime]:
        today = moment.astimezone(self.zone).date()
        days = [today + timedelta(days=shift) for shift in range(-8, 9)]
        return [
            # A time that the clocks skip in spring is the moment they skip to.
            datetime.combine(day, self._at, self.zone).astimezone(UTC)
            for day in days
            if style is not Style.WEEKLY or day.weekday() == MONDAY
        ]


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"
