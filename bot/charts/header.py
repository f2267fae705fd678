"""The top of every picture: what it is, which part of it, and what the marks mean."""

from bot.charts import style
from bot.charts.model import LaneChart
from bot.charts.shapes import Mark, Measure, Sheet, Text

TITLE_LINES = 3
UNSURE = "Hollow: one source, or disputed"
GAP = 26  # between the parts of a legend, and around it

Entry = tuple[str, str, str, bool]  # a name, its mark's colour and shape, whether it is hollow


def add_header(
    sheet: Sheet, chart: LaneChart, about: str, measure: Measure, *, legend: bool
) -> None:
    """Put title and legend on an empty sheet; its height is then where the chart begins.

    Args:
        about: what is written below the title.
        legend: whether the marks are explained, for charts whose columns have no names.
    """
    room = style.WIDTH - 2 * style.MARGIN
    y = float(style.MARGIN)
    for line in style.wrap(chart.title, room, style.TITLE_SIZE, measure, bold=True)[:TITLE_LINES]:
        y += style.TITLE_SIZE
        sheet.shapes.append(Text(style.MARGIN, y, line, style.TITLE_SIZE, style.TEXT, bold=True))
    for line in style.wrap(about, room, style.ABOUT_SIZE, measure):
        y += style.ABOUT_SIZE * 1.35
        sheet.shapes.append(Text(style.MARGIN, y, line, style.ABOUT_SIZE, style.MUTED))
    sheet.height = y + GAP
    entries: list[Entry] = []
    if legend:
        entries = [(chart.lanes[n], *style.lane_style(n), False) for n in used_lanes(chart)]
    if any(item.doubt for item in chart.items):
        entries.append((UNSURE, style.MUTED, "o", True))
    if entries:
        _add_legend(sheet, entries, measure)


def _add_legend(sheet: Sheet, entries: list[Entry], measure: Measure) -> None:
    size = style.SMALL_SIZE
    x, y = float(style.MARGIN), sheet.height + size
    for name, colour, shape, hollow in entries:
        width = size + 10 + measure(name, size, False)
        if x > style.MARGIN and x + width > style.WIDTH - style.MARGIN:
            x, y = float(style.MARGIN), y + size * 1.5
        sheet.shapes += [
            Mark(x + size / 2, y - size * 0.36, size * 0.72, shape, colour, hollow),
            Text(x + size + 10, y, name, size, style.TEXT),
        ]
        x += width + GAP
    sheet.height = y + GAP


def used_lanes(chart: LaneChart) -> list[int]:
    """The lanes in which there is something; the others would only take room."""
    return sorted({item.lane for item in chart.items})
