"""What happened on a day of the year: today's, or else the nearest that follows."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.knowledge.model import Event

LONGEST_SPAN_DAYS = 31  # what went on for longer is not what happened on a day
DAYS_AHEAD = 8 * 366 + 1  # between two 29 Februaries there may be eight years


@dataclass(frozen=True, slots=True)
class Anniversary:
    """An event and how many years before the day it happened."""

    event: Event
    years: int


@dataclass(frozen=True, slots=True)
class OnThisDay:
    """What happened on a day, in earlier years, oldest first.

    Attributes:
        day: today, or the nearest day that follows and on which something happened.
        ahead: how many days from today; 0 for today.
    """

    day: dt.date
    ahead: int
    anniversaries: tuple[Anniversary, ...]


def on_this_day(events: Sequence[Event], today: dt.date) -> OnThisDay | None:
    """Events that are known to the day; None if there are none before today."""
    past = [event for event in events if _first(event) and event.date.order < _order(today)]
    found = [(event, year) for event in past for year in _years_on(event, today)]
    if found:
        return OnThisDay(today, 0, _anniversaries(found, today))
    begun: dict[tuple[int, int], list[Event]] = {}
    for event in past:
        begun.setdefault((event.date.month or 0, event.date.day or 0), []).append(event)
    for ahead in range(1, DAYS_AHEAD):
        day = today + dt.timedelta(days=ahead)
        if then := begun.get((day.month, day.day)):
            return OnThisDay(day, ahead, _anniversaries([(e, e.date.year) for e in then], day))
    return None


def _anniversaries(found: Iterable[tuple[Event, int]], day: dt.date) -> tuple[Anniversary, ...]:
    ordered = sorted(found, key=lambda each: each[1])
    return tuple(Anniversary(event, day.year - year) for event, year in ordered)


def _first(event: Event) -> dt.date | None:
    """The day on which it began; None if that is not known. "By" a day is not on it."""
    day = event.date
    if day.by or day.month is None or day.day is None:
        return None
    return dt.date(day.year, day.month, day.day)


def _years_on(event: Event, day: dt.date) -> list[int]:
    """The years in which an event took place on this day of the year."""
    begin = _first(event)
    assert begin is not None
    end = begin
    if event.end and event.end.month and event.end.day:
        last = dt.date(event.end.year, event.end.month, event.end.day)
        if (last - begin).days <= LONGEST_SPAN_DAYS:
            end = last
    span = [begin + dt.timedelta(days=number) for number in range((end - begin).days + 1)]
    return [each.year for each in span if (each.month, each.day) == (day.month, day.day)]


def _order(day: dt.date) -> tuple[int, int, int]:
    return day.year, day.month, day.day
