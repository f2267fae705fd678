"""What the tests of charts share: charts to draw, and a painter."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.charts.model import Item, LaneChart
from bot.charts.painter import Painter
from bot.charts.shapes import Sheet, Text

LANES = ("Policy", "Union", "Court and Parliament", "Market", "Other")
WORDS = "The union's members walk out for a day; the minister says no. A vote follows."


def roughly(text: str, size: float, bold: bool) -> float:
    """A measure of texts that needs no font: every letter is as wide as a wide one."""
    return len(text) * size * (0.7 if bold else 0.6)


def item(
    year: int,
    month: int = 0,
    day: int = 0,
    *,
    lane: int = 0,
    text: str = WORDS,
    doubt: str = "",
    landmark: str = "",
) -> Item:
    when = f"{day} Jan" if day else str(year)
    return Item((year, month, day), None, when, lane, text, doubt, landmark)


def chart_of(items: Sequence[Item], *, year: int = 0, title: str = "Timeline") -> LaneChart:
    ordered = tuple(sorted(items, key=lambda each: each.start))
    return LaneChart(title, f"{len(ordered)} events", LANES, ordered, year)


def many(count: int, *, first: int = 1990, per_year: int = 10) -> LaneChart:
    """So many events, in lanes by turns."""
    return chart_of(
        [
            item(
                first + n // per_year,
                n % 12 + 1,
                n % 28 + 1,
                lane=n % 4,
                doubt="one source" * (n % 5 == 0),
            )
            for n in range(count)
        ]
    )


def overlaps(sheet: Sheet) -> list[tuple[str, str]]:
    """The pairs of texts on a sheet that cover each other, by the rough measure."""
    boxes = [(shape.text, _box(shape)) for shape in sheet.shapes if isinstance(shape, Text)]
    return [
        (one, other)
        for number, (one, a) in enumerate(boxes)
        for other, b in boxes[number + 1 :]
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


def outside(sheet: Sheet, width: float) -> list[str]:
    """The texts that reach beyond a sheet."""
    boxes = [(shape.text, _box(shape)) for shape in sheet.shapes if isinstance(shape, Text)]
    return [
        text
        for text, (left, top, right, bottom) in boxes
        if left < 0 or top < 0 or right > width or bottom > sheet.height
    ]


def _box(text: Text) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a text."""
    width, height = roughly(text.text, text.size, text.bold), text.size * 0.9
    if text.turned:
        return (
            text.x - height / 2,
            text.y - width / 2,
            text.x + height / 2,
            text.y + width / 2,
        )
    left = text.x - width / 2 if text.align == "center" else text.x
    return left, text.y - text.size * 0.75, left + width, text.y + text.size * 0.15


@pytest.fixture
async def painter(tmp_path: Path) -> AsyncIterator[Painter]:
    made = Painter(tmp_path / "charts")
    try:
        yield made
    finally:
        await made.close()
