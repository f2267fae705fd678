"""Today's day and month, or the nearest that follows; and how many years ago."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import Event, PartialDate
from bot.knowledge.on_this_day import on_this_day
from tests.knowledge.conftest import example


def dated(event: Event, first: str, last: str = "") -> Event:
    end = PartialDate.parse(last) if last else None
    return replace(event, id=first, date=PartialDate.parse(first), end=end)


def found(event: Event, dates: list[str], today: date) -> tuple[date, int, list[tuple[str, int]]]:
    result = on_this_day([dated(event, *each.split("/")) for each in dates], today)
    assert result is not None
    told = [(each.event.id, each.years) for each in result.anniversaries]
    return result.day, result.ahead, told


def test_events_of_today_come_with_their_years_the_oldest_first(example_event: Event) -> None:
    dates = ["2013-11-05", "2020-11-05", "2014-11-06"]
    today = date(2026, 11, 5)
    told = [("2013-11-05", 13), ("2020-11-05", 6)]
    assert found(example_event, dates, today) == (today, 0, told)


def test_else_the_nearest_that_follows_also_into_the_next_year(example_event: Event) -> None:
    dates = ["2013-11-05", "2020-01-08", "2014-11-06"]
    assert found(example_event, dates, date(2026, 11, 2)) == (
        date(2026, 11, 5),
        3,
        [("2013-11-05", 13)],
    )
    assert found(example_event, dates, date(2026, 12, 31)) == (
        date(2027, 1, 8),
        8,
        [("2020-01-08", 7)],
    )


@pytest.mark.parametrize("first", ["2014-11", "2014", "by 2014-11-05"])
def test_what_is_not_known_to_the_day_is_on_no_day(example_event: Event, first: str) -> None:
    assert on_this_day([dated(example_event, first)], date(2026, 11, 5)) is None


def test_each_day_of_a_short_span_counts_and_of_a_long_one_only_the_first(
    example_event: Event,
) -> None:
    second = found(example_event, ["2013-11-05/2013-11-06"], date(2026, 11, 6))
    assert second == (date(2026, 11, 6), 0, [("2013-11-05", 13)])
    across = found(example_event, ["2013-12-31/2014-01-02"], date(2026, 1, 2))
    assert across == (date(2026, 1, 2), 0, [("2013-12-31", 12)])
    assert found(example_event, ["2013-01-05/2013-11-06"], date(2026, 11, 6))[1] > 0


def test_the_29th_of_february_has_its_day_in_leap_years(example_event: Event) -> None:
    leap = ["2016-02-29"]
    assert found(example_event, leap, date(2024, 2, 29)) == (
        date(2024, 2, 29),
        0,
        [("2016-02-29", 8)],
    )
    assert found(example_event, leap, date(2026, 2, 28))[0] == date(2028, 2, 29)
    assert found(example_event, leap, date(2096, 3, 1))[0] == date(2104, 2, 29)


def test_what_is_still_to_come_is_not_remembered(example_event: Event) -> None:
    assert on_this_day([dated(example_event, "2027-11-05")], date(2026, 11, 5)) is None
    assert on_this_day([dated(example_event, "2026-11-05")], date(2026, 11, 5)) is None


@given(st.dates(date(1900, 1, 1), date(2025, 12, 31)), st.dates(date(2026, 1, 1), date(2100, 1, 1)))
def test_one_day_is_always_found_and_never_in_the_past(happened: date, today: date) -> None:
    result = on_this_day([dated(example(), happened.isoformat())], today)
    assert result is not None
    assert result.day == today + timedelta(days=result.ahead)
    assert (result.day.month, result.day.day) == (happened.month, happened.day)
    assert result.anniversaries[0].years == result.day.year - happened.year
