"""Counts as bars, one under another: what is to be drawn, how it is laid out, and its words."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from bot.charts import style
from bot.charts.shapes import Box, Measure, Sheet, Text
from bot.charts.words import ALT_LIMIT
from bot.text import cut

SIZE = style.SMALL_SIZE
LINE = SIZE * style.LEADING
BAR = 26.0
GAP = 22.0  # between a bar and the next one's words
NUMBER = 130.0  # kept free behind the longest bar for its count
COLOUR = "#6cb4ff"  # on the background 6.3 to 1, and told apart from the other by its words too
TOGETHER = "#c4c9ce"


@dataclass(frozen=True, slots=True)
class Bar:
    """One count.

    Attributes:
        together: of several added up.
    """

    name: str
    count: int
    together: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """The counts that answer one question, greatest first as a rule."""

    name: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class BarChart:
    """Some counts, and what may be said of them.

    Attributes:
        about: a sentence or two below the title.
    """

    title: str
    about: str
    groups: tuple[Bars, ...]

    def to_json(self) -> dict[str, Any]:
        """The form that ``from_json`` reads."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read what ``to_json`` wrote."""
        groups = tuple(
            Bars(group["name"], tuple(Bar(**bar) for bar in group["bars"]))
            for group in data["groups"]
        )
        return cls(data["title"], data["about"], groups)

    @property
    def digest(self) -> str:
        """The same for the same picture, and for no other."""
        packed = json.dumps(self.to_json(), sort_keys=True)
        return hashlib.sha256(packed.encode()).hexdigest()


def drawable(chart: BarChart, drawn: Callable[[str], str]) -> BarChart:
    """The chart with only what the font can draw."""
    return BarChart(
        drawn(chart.title),
        drawn(chart.about),
        tuple(
            Bars(drawn(group.name), tuple(replace(bar, name=drawn(bar.name)) for bar in group.bars))
            for group in chart.groups
        ),
    )


def bars_sheet(chart: BarChart, measure: Measure) -> Sheet:
    """The chart as one picture, as wide as all and as high as it needs."""
    sheet = Sheet(float(style.MARGIN))
    _write(sheet, chart.title, style.TITLE_SIZE, style.TEXT, measure, bold=True)
    _write(sheet, chart.about, SIZE, style.MUTED, measure)
    for group in chart.groups:
        sheet.height += GAP
        _write(sheet, group.name, style.ABOUT_SIZE, style.TEXT, measure, bold=True)
        sheet.height += GAP / 2
        # Within a question: one count of everything would make all others short.
        longest = max((bar.count for bar in group.bars), default=1)
        for bar in group.bars:
            _add_bar(sheet, bar, longest, measure)
    sheet.height += style.MARGIN - GAP / 2
    return sheet


def _write(
    sheet: Sheet, text: str, size: float, colour: str, measure: Measure, *, bold: bool = False
) -> None:
    """Put a text below what is there."""
    for line in style.wrap(text, style.WIDTH - 2 * style.MARGIN, size, measure, bold=bold):
        sheet.height += size * style.LEADING
        baseline = sheet.height - size * 0.2
        sheet.shapes.append(Text(style.MARGIN, baseline, line, size, colour, bold=bold))


def _add_bar(sheet: Sheet, bar: Bar, longest: int, measure: Measure) -> None:
    colour = TOGETHER if bar.together else COLOUR
    _write(sheet, bar.name, SIZE, style.TEXT, measure)
    room = style.WIDTH - 2 * style.MARGIN - NUMBER
    width = max(BAR / 2, room * bar.count / max(longest, 1))
    top = sheet.height + 6
    sheet.shapes += [
        Box(style.MARGIN, top, width, BAR, colour, round=6),
        Text(style.MARGIN + width + 14, top + BAR * 0.92, f"{bar.count:,}", SIZE, colour, True),
    ]
    sheet.height = top + BAR + GAP


def bars_alt_text(chart: BarChart) -> str:
    """What the picture shows, in at most 1,024 characters."""
    told = [f"{chart.title}."]
    for group in chart.groups:
        counts = "; ".join(f"{bar.name} {bar.count:,}" for bar in group.bars)
        told.append(f"{group.name}: {counts}.")
    return cut("\n".join(told), ALT_LIMIT)
