"""Notice times are times of the local day, also when the clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.timetable import Timetable

LONDON = ZoneInfo("Europe/London")
TWICE = Timetable((time(9, 0), time(18, 0)), LONDON)


@pytest.mark.parametrize(
    ("now", "last", "following"),
    [
        ("2026-03-02T12:00", "2026-03-02T09:00", "2026-03-02T18:00"),
        ("2026-03-02T18:00", "2026-03-02T18:00", "2026-03-03T09:00"),
        ("2026-03-02T03:00", "2026-03-01T18:00", "2026-03-02T09:00"),
        ("2026-03-28T20:00", "2026-03-28T18:00", "2026-03-29T08:00"),  # summer time begins
        ("2026-10-24T20:00", "2026-10-24T17:00", "2026-10-25T09:00"),  # and ends
    ],
)
def test_the_notice_times_around_a_moment(now: str, last: str, following: str) -> None:
    moment, before, after = (
        datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (now, last, following)
    )
    assert TWICE.last_before(moment) == before
    assert TWICE.next_after(moment) == after


@given(
    st.integers(0, 2 * 365 * 86_400).map(
        lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    ),
    st.lists(
        st.times().map(lambda at: at.replace(second=0, microsecond=0)), min_size=1, max_size=4
    ),
    st.sampled_from(["Europe/London", "America/Sao_Paulo", "Pacific/Apia", "UTC"]),
)
def test_there_is_always_one_before_and_one_after_within_two_days(
    moment: datetime, times: list[time], zone: str
) -> None:
    table = Timetable(tuple(times), ZoneInfo(zone))
    assert table.last_before(moment) <= moment < table.next_after(moment)
    assert table.next_after(moment) - moment <= timedelta(hours=26)
    assert table.last_before(table.next_after(moment)) == table.next_after(moment)


def test_people_read_the_local_time() -> None:
    assert TWICE.when(datetime(2026, 7, 1, 12, 0, tzinfo=UTC)) == "at 18:00"
    assert Timetable("now", LONDON).when(datetime(2026, 7, 1, tzinfo=UTC)) == "at once"
