"""The chart in rows: time runs downwards, each item has its mark in its lane and its words beside.

A scale of years would press the one year that matters into a finger's breadth; here each item takes
the room that its words need, and bands say where a year begins.
"""

from dataclasses import dataclass
from functools import cached_property

from bot.charts import style
from bot.charts.bands import Band, bands
from bot.charts.header import add_header, used_lanes
from bot.charts.model import Item, LaneChart
from bot.charts.shapes import Box, Line, Mark, Measure, Sheet, Text
from bot.charts.shorten import first_sentence, shorten

GUTTER = 74  # where the years stand
LANE_STEP = 44
ROW_GAP = 20
MARK_SIZE = 25.0
LINE = style.TEXT_SIZE * style.LEADING
LINES = range(8, 3, -1)  # how many lines an item may take
FOOT = 16
SPAN_LEAST = 30.0
AFTER_DATE = 14
NO_BREAK = "\u00a0"
ABOUT = "About"  # as high as any other line


@dataclass(frozen=True, slots=True)
class Row:
    """An item with its words in lines; the first line begins with the date."""

    item: Item
    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        return max(len(self.lines), 1) * LINE + ROW_GAP  # the date needs a line of its own


class Rows:
    """All rows of a chart, divided into pictures."""

    def __init__(self, chart: LaneChart, measure: Measure) -> None:
        self._chart = chart
        self._measure = measure
        self._lanes = used_lanes(chart)
        self._label_x = GUTTER + len(self._lanes) * LANE_STEP + 18
        self._room = style.WIDTH - style.MARGIN - self._label_x

    @cached_property
    def rows(self) -> list[Row]:
        """The first sentence of each, and more where that needs no other picture."""
        least = [self._row(item, min(LINES), brief=True) for item in self._chart.items]
        fewest = len(self._divided(least))
        for most in LINES:
            longer = [self._row(item, most) for item in self._chart.items]
            if len(self._divided(longer)) == fewest:
                return longer
        return least

    @cached_property
    def parts(self) -> list[range]:
        """The numbers of the items in each picture."""
        return self._divided(self.rows)

    def _divided(self, rows: list[Row]) -> list[range]:
        header = Sheet()
        add_header(header, self._chart, ABOUT, self._measure, legend=True)
        return divide(rows, self._starts, style.TALLEST - header.height - FOOT)

    @cached_property
    def _bands(self) -> list[Band]:
        return bands(self._chart)

    @cached_property
    def _starts(self) -> frozenset[int]:
        return frozenset(band.items[0] for band in self._bands)

    def _row(self, item: Item, most: int, *, brief: bool = False) -> Row:
        doubt = f" ({NO_BREAK.join(item.doubt.split())})" if item.doubt else ""
        indent = self._measure(item.when, style.TEXT_SIZE, True) + AFTER_DATE

        def lines(text: str) -> list[str]:
            return style.wrap(
                text + doubt, self._room, style.TEXT_SIZE, self._measure, indent=indent
            )

        text = first_sentence(item.text) if brief else item.text
        text = shorten(text, lambda text: len(lines(text)) <= most)
        return Row(item, tuple(lines(text)))

    def sheet(self, part: int, about: str) -> Sheet:
        """The picture of one part."""
        sheet = Sheet()
        add_header(sheet, self._chart, about, self._measure, legend=True)
        top = sheet.height
        numbers = self.parts[part]
        tops = self._tops(numbers, top)
        bottom = tops[-1] + self.rows[numbers[-1]].height
        self._add_bands(sheet, numbers, tops, bottom)
        for lane in self._lanes:
            x, colour = self._lane_x(lane), style.lane_style(lane)[0]
            sheet.shapes.append(Line(x, top, x, bottom, f"{colour}55", 4))
        for number, y in zip(numbers, tops, strict=True):
            self._add_span(sheet, self.rows[number].item, y, numbers, tops, bottom)
        for number, y in zip(numbers, tops, strict=True):
            self._add_row(sheet, self.rows[number], y)
        sheet.height = bottom + FOOT
        return sheet

    def _tops(self, numbers: range, top: float) -> list[float]:
        tops = []
        for number in numbers:
            tops.append(top)
            top += self.rows[number].height
        return tops

    def _lane_x(self, lane: int) -> float:
        return GUTTER + (self._lanes.index(lane) + 0.5) * LANE_STEP

    def _add_bands(self, sheet: Sheet, numbers: range, tops: list[float], bottom: float) -> None:
        for count, band in enumerate(self._bands):
            held = [number for number in band.items if number in numbers]
            if not held:
                continue
            begin = tops[held[0] - numbers[0]]
            end = tops[held[-1] - numbers[0] + 1] if held[-1] < numbers[-1] else bottom
            colour = style.BAND if count % 2 == 0 else style.BACKGROUND
            sheet.shapes.append(Box(0, begin, style.WIDTH, end - begin, colour))
            sheet.shapes.append(Line(0, begin, style.WIDTH, begin, style.FAINT, 2))
            label, size = band.labels[0], self._year_size(band.labels[0], end - begin)
            # A long band is labelled at its top, so that the year is read before its items.
            middle = begin + min(end - begin, self._measure(label, size, True) + 26) / 2
            sheet.shapes.append(
                Text(GUTTER * 0.5, middle, label, size, style.TEXT, True, "center", turned=True)
            )

    def _year_size(self, label: str, height: float) -> float:
        size = style.TEXT_SIZE
        return min(size, size * (height - 14) / self._measure(label, size, True))

    def _add_span(
        self,
        sheet: Sheet,
        item: Item,
        y: float,
        numbers: range,
        tops: list[float],
        bottom: float,
    ) -> None:
        if item.end is None:
            return
        x, colour = self._lane_x(item.lane), style.lane_style(item.lane)[0]
        begin = y + ROW_GAP / 2 + LINE / 2
        later = [
            top
            for number, top in zip(numbers, tops, strict=True)
            if top > y and self._chart.items[number].start > _whole(item.end)
        ]
        end = max(begin + SPAN_LEAST, (later[0] if later else bottom) - ROW_GAP)
        sheet.shapes.append(Box(x - 6, begin, 12, end - begin, colour, round=6))

    def _add_row(self, sheet: Sheet, row: Row, y: float) -> None:
        item = row.item
        colour, shape = style.lane_style(item.lane)
        x = self._lane_x(item.lane)
        baseline = y + ROW_GAP / 2 + style.TEXT_SIZE * 0.95
        middle = baseline - style.TEXT_SIZE * 0.36
        if x + MARK_SIZE < self._label_x - 12:
            sheet.shapes.append(Line(x, middle, self._label_x - 10, middle, f"{colour}66", 2))
        sheet.shapes += [
            Mark(x, middle, MARK_SIZE, shape, colour, hollow=bool(item.doubt)),
            Text(self._label_x, baseline, item.when, style.TEXT_SIZE, colour, bold=True),
        ]
        indent = self._measure(item.when, style.TEXT_SIZE, True) + AFTER_DATE
        for count, line in enumerate(row.lines):
            left = self._label_x + (indent if count == 0 else 0)
            sheet.shapes.append(
                Text(left, baseline + count * LINE, line, style.TEXT_SIZE, style.TEXT)
            )


def _whole(day: tuple[int, int, int]) -> tuple[int, int, int]:
    """The last day that a date may mean."""
    return day[0], day[1] or 12, day[2] or 31


def divide(rows: list[Row], starts: frozenset[int], room: float) -> list[range]:
    """The fewest parts, of about the same height, that begin where a band does if that is near.

    Args:
        starts: the rows with which a band begins.
        room: how high a part may be.
    """
    heights = [0.0]
    for row in rows:
        heights.append(heights[-1] + row.height)
    # best[n]: the first n rows divided at best: how many parts, how good, where the last begins
    best: list[tuple[int, float, int]] = [(0, 0.0, 0)]
    for end in range(1, len(rows) + 1):
        options = []
        for begin in range(end - 1, -1, -1):
            height = heights[end] - heights[begin]
            if height > room and begin < end - 1:
                break
            parts, cost, _ = best[begin]
            cost += (height / room) ** 2 + (0 if begin in starts else 0.1)
            options.append((parts + 1, cost, begin))
        best.append(min(options))
    cuts: list[range] = []
    end = len(rows)
    while end:
        begin = best[end][2]
        cuts.insert(0, range(begin, end))
        end = begin
    return cuts
