"""A chart's pictures hold every item once and fit a phone, and nothing on them is covered."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.charts import style
from bot.charts.model import Item, LaneChart
from bot.charts.overview import overview
from bot.charts.parts import Parts
from bot.charts.shapes import Box, Mark, Text
from tests.charts.conftest import LANES, chart_of, item, many, outside, overlaps, roughly

words = st.text(string.ascii_letters + string.digits + " .,;:()“”–£%", min_size=1, max_size=300)


dates = st.tuples(st.integers(1900, 2030), st.integers(0, 12), st.integers(0, 28)).map(
    lambda day: day if day[1] else (day[0], 0, 0)
)
items = st.builds(
    Item,
    start=dates,
    end=st.none() | st.just((2031, 0, 0)),
    when=st.sampled_from(["1 May", "28 May – 2 Jun", "By 27 Sep", "Dec – Feb 2017"]),
    lane=st.integers(0, len(LANES) - 1),
    text=words,
    doubt=st.sampled_from(["", "one source", "disputed"]),
    landmark=st.just("") | words.map(lambda text: text[:26]),
)
charts = st.builds(
    chart_of,
    st.lists(items, min_size=1, max_size=40),
    year=st.sampled_from([0, 2014]),
    title=words.map(lambda text: text[:70]),
)


@settings(max_examples=150)
@given(charts)
def test_whatever_is_drawn_fits_and_covers_nothing(chart: LaneChart) -> None:
    parts = Parts(chart, roughly)
    for part in range(parts.count):
        sheet = parts.sheet(part)
        assert sheet.height <= style.TALLEST
        assert outside(sheet, style.WIDTH) == []
        assert overlaps(sheet) == []


@settings(max_examples=150)
@given(charts)
def test_the_parts_hold_every_item_once_in_order_of_time(chart: LaneChart) -> None:
    parts = Parts(chart, roughly)
    found = [parts.items(part) for part in range(parts.count)]
    if parts.count > 1:
        assert found.pop(0) is None
    assert [n for numbers in found for n in numbers or ()] == list(range(len(chart.items)))


@pytest.mark.parametrize("count", [20, 25, 30, 85, 300])
def test_parts_are_no_higher_than_a_phone_and_about_as_high_as_each_other(count: int) -> None:
    parts = Parts(many(count), roughly)
    heights = [parts.sheet(part).height for part in range(1, parts.count)]
    assert max(heights) <= style.TALLEST
    assert len(heights) > 1
    assert min(heights) > 0.6 * max(heights)


@pytest.mark.parametrize("count", [1, 85, 300, 600])
def test_the_glance_has_a_mark_or_a_number_for_everything(count: int) -> None:
    chart = many(count)
    sheet = overview(chart, "about", roughly)
    marks = sum(isinstance(shape, Mark) for shape in sheet.shapes)
    names = len({each.lane for each in chart.items}) + 1  # and what a hollow mark means
    assert marks - names == count
    assert sheet.height <= style.TALLEST
    assert overlaps(sheet) == []


def test_a_year_with_more_than_fits_is_counted_instead() -> None:
    others = [item(2014, 5, lane=lane) for lane in range(4)]
    crowded = chart_of([*others, *(item(2014, 5, n % 28 + 1, lane=1) for n in range(599))])
    sheet = overview(crowded, "about", roughly)
    assert sheet.height <= style.TALLEST
    assert "600" in [shape.text for shape in sheet.shapes if isinstance(shape, Text)]


def test_a_crowded_glance_joins_the_emptiest_years_and_leaves_the_full_ones() -> None:
    sparse = [item(1900 + n, lane=0) for n in range(90)]
    full = [item(2014, 1, n % 28 + 1, lane=n % 4) for n in range(60)]
    sheet = overview(chart_of([*sparse, *full]), "about", roughly)
    texts = [shape.text for shape in sheet.shapes if isinstance(shape, Text)]
    assert "2014" in texts
    assert any(text.endswith("–") for text in texts)


def test_one_year_is_told_by_months() -> None:
    chart = chart_of([item(2014, 1, 5), item(2014, 3), item(2014)], year=2014)
    sheet = Parts(chart, roughly).sheet(0)
    turned = [s.text for s in sheet.shapes if isinstance(s, Text) and s.turned]
    assert turned == ["2014", "Jan", "Mar"]


def test_what_is_not_sure_is_hollow_and_says_why() -> None:
    sure, unsure = item(2014, 1, 1), item(2014, 2, 2, doubt="one source")
    sheet = Parts(chart_of([sure, unsure]), roughly).sheet(0)
    hollow = [shape for shape in sheet.shapes if isinstance(shape, Mark) and shape.hollow]
    assert len(hollow) == 2  # the item, and the mark that says what a hollow one means
    text = " ".join(shape.text for shape in sheet.shapes if isinstance(shape, Text))
    assert text.count("(one\u00a0source)") == 1
    only_sure = Parts(chart_of([sure]), roughly).sheet(0)
    assert not any(isinstance(s, Mark) and s.hollow for s in only_sure.shapes)


def test_lanes_differ_by_shape_as_well_as_colour() -> None:
    assert len({shape for _, shape in style.LANES}) == len(style.LANES)
    assert len({colour for colour, _ in style.LANES}) == len(style.LANES)


def test_colours_of_texts_stand_out_from_both_grounds() -> None:
    """WCAG's contrast for text, 4.5 to 1."""

    def light(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        red, green, blue = [
            p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
        ]
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for colour in [style.TEXT, style.MUTED, *(colour for colour, _ in style.LANES)]:
        for ground in (style.BACKGROUND, style.BAND):
            assert (light(colour) + 0.05) / (light(ground) + 0.05) >= 4.5, colour


def test_letters_are_as_large_as_small_print_when_the_picture_is_as_wide_as_a_phone() -> None:
    sheets = [Parts(many(85), roughly).sheet(part) for part in (0, 1)]
    sizes = [shape.size for s in sheets for shape in s.shapes if isinstance(shape, Text)]
    assert min(sizes) * 360 / style.WIDTH >= 10


def test_a_span_is_a_bar_down_to_its_end() -> None:
    long = Item((2014, 6, 1), (2014, 6, 20), "1–20 Jun", 0, "It lasts.")
    within = item(2014, 6, 10, lane=1)
    after = item(2014, 7, 1, lane=1)
    sheet = Parts(chart_of([long, within, after]), roughly).sheet(0)
    (bar,) = [s for s in sheet.shapes if isinstance(s, Box) and s.round]
    marks = [s.y for s in sheet.shapes if isinstance(s, Mark)][-3:]
    assert bar.y < marks[1] < bar.y + bar.height < marks[2]


def test_an_event_of_which_nothing_can_be_drawn_keeps_its_line() -> None:
    sheet = Parts(chart_of([item(2014, 1, 1, text=""), item(2014, 1, 2, text="")]), roughly).sheet(
        0
    )
    assert overlaps(sheet) == []
    assert outside(sheet, style.WIDTH) == []
