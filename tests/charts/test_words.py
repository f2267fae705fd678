"""A chart in words says what the picture says, within Discord's bounds."""

from hypothesis import given, settings

from bot.charts.model import LaneChart
from bot.charts.words import ALT_LIMIT, COLUMNS, alt_text, table
from bot.text import utf16_len
from tests.charts.conftest import chart_of, item, many
from tests.charts.test_layout import charts


@settings(max_examples=100)
@given(charts)
def test_words_fit_whatever_the_chart(chart: LaneChart) -> None:
    assert 0 < utf16_len(alt_text(chart, None, None)) <= ALT_LIMIT
    assert 0 < utf16_len(alt_text(chart, 0, len(chart.items) - 1)) <= ALT_LIMIT
    written = table(chart)
    assert all(len(line) <= COLUMNS for line in written.splitlines())
    assert len(written) < 1500


def test_the_description_of_a_part_tells_each_of_its_events() -> None:
    events = [item(2014, 1, day, lane=day % 4, text=f"Thing {day} happens.") for day in range(1, 9)]
    events[2] = item(2014, 1, 3, lane=1, text="Said by one.", doubt="one source")
    told = alt_text(chart_of(events), 1, 4)
    assert told.splitlines() == [
        "Timeline, 4 events in lanes, oldest first.",
        "2 Jan 2014, Court and Parliament: Thing 2 happens.",
        "3 Jan 2014, Union (one source): Said by one.",
        "4 Jan 2014, Policy: Thing 4 happens.",
        "5 Jan 2014, Union: Thing 5 happens.",
    ]


def test_many_long_events_are_each_told_shorter_rather_than_some_not_at_all() -> None:
    chart = chart_of(
        [item(2014, 1, day, text=f"Event {day} " + "and on " * 40) for day in range(1, 18)]
    )
    told = alt_text(chart, 0, 16)
    assert utf16_len(told) <= ALT_LIMIT
    for day in range(1, 18):
        assert f"Event {day} " in told


def test_the_description_of_the_glance_counts_and_names() -> None:
    chart = chart_of(
        [item(2013, lane=1), item(2013, lane=1, landmark="First strike"), item(2014, lane=3)]
    )
    assert alt_text(chart, None, None).splitlines()[1:] == [
        "2013: Union 2 (First strike).",
        "2014: Market 1.",
    ]


def test_the_table_has_a_line_for_each_year_and_a_mark_for_each_event() -> None:
    chart = chart_of([item(2013, lane=1), item(2013, lane=1, doubt="disputed"), item(2014, lane=2)])
    assert table(chart).splitlines() == [
        "     Union           Court and",
        "2013 ●○",
        "2014                 ●",
    ]


def test_the_table_has_a_line_for_each_month_of_one_year() -> None:
    chart = chart_of([item(2014, 2, lane=1), item(2014, 5, lane=1)], year=2014)
    assert [line[:3] for line in table(chart).splitlines()[1:]] == ["Feb", "May"]


def test_a_lane_with_more_than_fits_is_counted_and_many_years_are_joined() -> None:
    chart = many(300, first=1900, per_year=3)
    written = table(chart)
    assert len(written.splitlines()) <= 35
    assert "1900–" in written
    crowded = chart_of([item(2014, lane=n % 4) for n in range(100)])
    assert table(crowded).splitlines()[1].split() == ["2014", "25", "25", "25", "25"]
