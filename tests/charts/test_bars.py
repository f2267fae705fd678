"""Bars fit a phone, are as long as their counts, and are told in words as well."""

import string
import struct
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.charts import bars, style
from bot.charts.bars import Bar, BarChart, Bars, bars_alt_text, bars_sheet
from bot.charts.painter import Painter
from bot.charts.shapes import Box
from tests.charts.conftest import outside, overlaps, roughly

ABOUT = "43 reports. These count reports, not people: one person may have sent several."
CHART = BarChart(
    "Reports from work, July to September 2026",
    ABOUT,
    (
        Bars(
            "What they are about",
            (Bar("Workload and hours", 30), Bar("Added up: Pay; IT", 13, together=True)),
        ),
        Bars("Where from", (Bar("All together", 43, together=True),)),
    ),
)
names = st.text(string.ascii_letters + string.digits + " .,;:()", min_size=1, max_size=120)
charts = st.builds(
    BarChart,
    names,
    names,
    st.lists(
        st.builds(
            Bars,
            names,
            st.lists(
                st.builds(Bar, names, st.integers(5, 9_999), st.booleans()), min_size=1, max_size=9
            ).map(tuple),
        ),
        min_size=1,
        max_size=2,
    ).map(tuple),
)


@settings(max_examples=60)
@given(charts)
def test_nothing_is_covered_or_outside_whatever_the_names(chart: BarChart) -> None:
    sheet = bars_sheet(chart, roughly)
    assert overlaps(sheet) == []
    assert outside(sheet, style.WIDTH) == []
    boxes = [shape for shape in sheet.shapes if isinstance(shape, Box)]
    assert len(boxes) == sum(len(group.bars) for group in chart.groups)
    assert all(box.x + box.width <= style.WIDTH - style.MARGIN for box in boxes)


def test_within_a_question_a_bar_is_as_long_as_its_count() -> None:
    boxes = [shape for shape in bars_sheet(CHART, roughly).shapes if isinstance(shape, Box)]
    longest = max(box.width for box in boxes)
    assert [round(30 * box.width / longest) for box in boxes] == [30, 13, 30]
    assert [box.colour == bars.TOGETHER for box in boxes] == [False, True, True]


@pytest.mark.parametrize("colour", [bars.COLOUR, bars.TOGETHER, style.TEXT, style.MUTED])
def test_colours_can_be_read_on_a_dark_phone(colour: str) -> None:
    """Four and a half to one, as WCAG 2 asks of text of any size."""
    assert contrast(colour, style.BACKGROUND) >= 4.5


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_the_words_hold_every_count() -> None:
    told = bars_alt_text(CHART)
    assert told.splitlines() == [
        "Reports from work, July to September 2026.",
        "What they are about: Workload and hours 30; Added up: Pay; IT 13.",
        "Where from: All together 43.",
    ]
    long = replace(CHART, groups=tuple(Bars("x" * 60, (Bar("y" * 90, 5),) * 8) for _ in range(2)))
    assert len(bars_alt_text(long)) <= 1024


def test_a_chart_is_read_as_it_was_written() -> None:
    assert BarChart.from_json(CHART.to_json()) == CHART
    assert CHART.digest != replace(CHART, about="Another.").digest


async def test_bars_are_drawn_by_the_worker_and_kept(painter: Painter) -> None:
    picture = await painter.draw(CHART)
    assert picture.png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", picture.png[16:24])
    assert width == style.WIDTH
    assert 300 < height <= style.TALLEST
    assert picture.parts == 1
    assert (await painter.draw(CHART)) is picture
