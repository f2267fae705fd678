"""A chart at a glance: each lane a column, each year a band, each item a mark in it.

Items that have a short name of their own, the landmarks, are named; the others are told by the
pictures with rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.charts import style
from bot.charts.bands import Band, bands, joined
from bot.charts.header import add_header, used_lanes
from bot.charts.model import LaneChart
from bot.charts.shapes import Box, Line, Mark, Measure, Shape, Sheet, Text

GUTTER = 112
STEP = 34.0  # from mark to mark
MARK_SIZE = 22.0
LINE = style.SMALL_SIZE * style.LEADING
PAD = 9
FOOT = 16
NAME_LINES = 3
FEW_BANDS = 8  # rather than join more of them, marks are counted
INSET = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one lane of one band, from its upper left corner."""

    shapes: tuple[Shape, ...]
    height: float


def overview(chart: LaneChart, about: str, measure: Measure) -> Sheet:
    """The whole chart as one picture."""
    sheet = Sheet()
    add_header(sheet, chart, about, measure, legend=False)
    lanes = used_lanes(chart)
    width = (style.WIDTH - GUTTER) / len(lanes)
    _add_names(sheet, chart, lanes, width, measure)
    top = sheet.height
    room = style.TALLEST - top - FOOT
    grid = _Grid(chart, lanes, width, measure)
    found, heights = _joined_to_fit(grid, bands(chart), room, least=FEW_BANDS)
    if sum(heights) > room:
        grid = _Grid(chart, lanes, width, measure, counted=True)
        found, heights = _joined_to_fit(grid, bands(chart), room, least=1)
    y = top
    for count, height in enumerate(heights):
        colour = style.BAND if count % 2 == 0 else style.BACKGROUND
        sheet.shapes += [
            Box(0, y, style.WIDTH, height, colour),
            Line(0, y, style.WIDTH, y, style.FAINT, 2),
        ]
        y += height
    for number, lane in enumerate(lanes):
        x = GUTTER + number * width
        sheet.shapes.append(Line(x, top, x, y, f"{style.lane_style(lane)[0]}55", 3))
    y = top
    for band, height in zip(found, heights, strict=True):
        grid.add(sheet, band, y)
        y += height
    sheet.height = y + FOOT
    return sheet


def _add_names(
    sheet: Sheet, chart: LaneChart, lanes: Sequence[int], width: float, measure: Measure
) -> None:
    size = style.SMALL_SIZE
    lowest = sheet.height
    for number, lane in enumerate(lanes):
        colour, shape = style.lane_style(lane)
        x, y = GUTTER + number * width + INSET, sheet.height + size
        sheet.shapes.append(Mark(x + MARK_SIZE / 2, y - size * 0.36, MARK_SIZE, shape, colour))
        name, room = chart.lanes[lane], width - 2 * INSET
        lines = style.wrap(name, room, size, measure, indent=STEP, bold=True)
        for count, line in enumerate(lines):
            left = x + (STEP if count == 0 else 0)
            sheet.shapes.append(Text(left, y + count * LINE, line, size, colour, bold=True))
        lowest = max(lowest, y + len(lines) * LINE)
    sheet.height = lowest


def _joined_to_fit(
    grid: "_Grid", found: list[Band], room: float, *, least: int
) -> tuple[list[Band], list[float]]:
    """The bands with their heights; neighbours that are low are joined until all of them fit."""
    heights = [grid.height(band) for band in found]
    while sum(heights) > room and len(found) > least:
        at = min(range(len(found) - 1), key=lambda number: heights[number] + heights[number + 1])
        both = joined(found[at], found[at + 1])
        found = [*found[:at], both, *found[at + 2 :]]
        heights = [*heights[:at], grid.height(both), *heights[at + 2 :]]
    return found, heights


class _Grid:
    """The cells of a chart; ``counted`` gives each one mark and a number, whatever is in it."""

    def __init__(
        self,
        chart: LaneChart,
        lanes: Sequence[int],
        width: float,
        measure: Measure,
        *,
        counted: bool = False,
    ) -> None:
        self._chart = chart
        self._lanes = lanes
        self._width = width
        self._measure = measure
        self._counted = counted

    def height(self, band: Band) -> float:
        label = len(band.labels) * LINE
        return max(label, *(self._cell(band, lane).height for lane in self._lanes)) + 2 * PAD

    def add(self, sheet: Sheet, band: Band, y: float) -> None:
        """Put a band's label and marks on a sheet."""
        for count, label in enumerate(band.labels):
            baseline = y + PAD + style.SMALL_SIZE + count * LINE
            sheet.shapes.append(
                Text(GUTTER / 2, baseline, label, style.SMALL_SIZE, style.TEXT, True, "center")
            )
        for number, lane in enumerate(self._lanes):
            left = GUTTER + number * self._width + INSET
            cell = self._cell(band, lane)
            sheet.shapes += [_moved(shape, left, y + PAD) for shape in cell.shapes]

    def _cell(self, band: Band, lane: int) -> Cell:
        colour, shape = style.lane_style(lane)
        size, room = style.SMALL_SIZE, self._width - 2 * INSET
        items = [
            item for item in map(self._chart.items.__getitem__, band.items) if item.lane == lane
        ]
        shapes: list[Shape] = []
        if self._counted and items:
            text = Text(STEP, size, f"{len(items):,}", size, style.TEXT)
            return Cell((Mark(MARK_SIZE / 2, size * 0.64, MARK_SIZE, shape, colour), text), LINE)
        x, y = 0.0, 0.0  # where the next mark goes; y is the top of its line
        for item in items:
            if x and (item.landmark or x + MARK_SIZE > room):
                x, y = 0.0, y + LINE
            middle = y + size * 0.64
            shapes.append(
                Mark(x + MARK_SIZE / 2, middle, MARK_SIZE, shape, colour, bool(item.doubt))
            )
            x += STEP
            if item.landmark:
                lines = style.wrap(item.landmark, room, size, self._measure, indent=STEP)
                for count, line in enumerate(lines[:NAME_LINES]):
                    left = STEP if count == 0 else 0
                    shapes.append(Text(left, y + size, line, size, style.TEXT))
                    y += LINE
                x = 0.0
        return Cell(tuple(shapes), y + (LINE if x else 0))


def _moved(shape: Shape, x: float, y: float) -> Shape:
    if isinstance(shape, Text):
        return Text(shape.x + x, shape.y + y, shape.text, shape.size, shape.colour)
    assert isinstance(shape, Mark)
    return Mark(shape.x + x, shape.y + y, shape.size, shape.shape, shape.colour, shape.hollow)
