"""A chart in words: for those who do not see the picture, and where there is none."""

from collections.abc import Sequence
from itertools import pairwise

from bot.charts.bands import MONTHS, Band, bands, joined
from bot.charts.header import used_lanes
from bot.charts.model import Item, LaneChart
from bot.charts.shorten import shorten
from bot.text import counted, cut, utf16_len

ALT_LIMIT = 1024  # Discord: characters of an attachment's description
COLUMNS = 38  # what a phone shows of a code block without breaking its lines
BANDS = 34  # lines of a table; with them it stays below 2,000 characters
SURE, UNSURE = "●", "○"


def alt_text(chart: LaneChart, first: int | None, last: int | None) -> str:
    """What a picture shows, in at most 1,024 characters.

    Args:
        first, last: the numbers of the items on it; None for the glance at the whole.
    """
    if first is None or last is None:
        return _fitting(f"{chart.title}, {chart.about}, at a glance.", _glances(chart))
    shown = chart.items[first : last + 1]
    head = f"{chart.title}, {counted(len(shown), 'event')} in lanes, oldest first."
    return _fitting(head, [(_lead(chart, item), item.text) for item in shown])


def _lead(chart: LaneChart, item: Item) -> str:
    year = str(item.start[0])
    said = year in item.when or item.start[0] == chart.year
    when = item.when if said else f"{item.when} {year}"
    doubt = f" ({item.doubt})" if item.doubt else ""
    return f"{when}, {chart.lanes[item.lane]}{doubt}: "


def _glances(chart: LaneChart) -> list[tuple[str, str]]:
    found = []
    for band in bands(chart):
        lanes = []
        for lane in used_lanes(chart):
            items = [chart.items[n] for n in band.items if chart.items[n].lane == lane]
            if items:
                names = ", ".join(item.landmark for item in items if item.landmark)
                lanes.append(f"{chart.lanes[lane]} {len(items)}" + (f" ({names})" if names else ""))
        found.append((f"{''.join(band.labels)}: ", "; ".join(lanes) + "."))
    return found


def _fitting(head: str, told: Sequence[tuple[str, str]]) -> str:
    """Head and lines, the longest shortened as far as it needs."""

    def lines(most: int) -> str:
        texts = [lead + shorten(text, lambda kept: utf16_len(kept) <= most) for lead, text in told]
        return "\n".join([head, *texts])

    # The most for a line that lets all of them fit, by halving.
    low, high = 1, ALT_LIMIT
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if utf16_len(lines(middle)) <= ALT_LIMIT else (low, middle)
    return cut(lines(low), ALT_LIMIT)


def table(chart: LaneChart) -> str:
    """A table for a code block: a line for each year or month, a mark for each item in its lane."""
    lanes = used_lanes(chart)
    found = bands(chart)
    while len(found) > BANDS:
        pairs = [len(one.items) + len(other.items) for one, other in pairwise(found)]
        at = pairs.index(min(pairs))
        found[at : at + 2] = [joined(found[at], found[at + 1])]
    labels = [_label(band) for band in found]
    label_width = max(map(len, labels)) + 1
    width = (COLUMNS - label_width) // len(lanes)
    names = [_name(chart.lanes[lane], width - 1).ljust(width) for lane in lanes]
    rows = [" " * label_width + "".join(names)]
    for label, band in zip(labels, found, strict=True):
        items = [chart.items[number] for number in band.items]
        cells = [
            _marks([item for item in items if item.lane == lane], width - 1).ljust(width)
            for lane in lanes
        ]
        rows.append(label.ljust(label_width) + "".join(cells))
    return "\n".join(row.rstrip() for row in rows)


def _label(band: Band) -> str:
    if len(band.labels) == 1:
        return band.labels[0]
    begin, end = band.labels
    return begin + (end if end in MONTHS else end[2:])


def _name(lane: str, width: int) -> str:
    """A lane's name, or as many of its words as fit."""
    words = lane.split()
    while len(words) > 1 and len(" ".join(words)) > width:
        words.pop()
    text = " ".join(words)
    return text if len(text) <= width else text[: max(width - 1, 1)] + "."


def _marks(items: Sequence[Item], width: int) -> str:
    if len(items) > width:
        return str(len(items))
    return "".join(UNSURE if item.doubt else SURE for item in items)
