"""Years, or the months of one year, as bands across a chart."""

from dataclasses import dataclass
from itertools import groupby

from bot.charts.model import Item, LaneChart

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Key = tuple[int, int]  # year, and month where months are told apart, else 0


@dataclass(frozen=True, slots=True)
class Band:
    """Items next to each other that belong into one year or month.

    Attributes:
        first, last: the keys of its first and last year or month; they differ where several
            were joined.
        items: the numbers of its items in the chart.
    """

    first: Key
    last: Key
    items: tuple[int, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """What stands beside it: one word, or the first and the last of several."""
        begin, end = _label(self.first), _label(self.last)
        return (begin,) if begin == end else (f"{begin}–", end)


def bands(chart: LaneChart) -> list[Band]:
    """The bands of a chart in order of time; a year or month without an item has none."""

    def key(number: int) -> Key:
        return band_key(chart.items[number], chart.year)

    grouped = groupby(range(len(chart.items)), key)
    return [Band(found, found, tuple(numbers)) for found, numbers in grouped]


def band_key(item: Item, year: int) -> Key:
    """Where an item belongs; ``year`` is the one whose months are told apart."""
    began, month, _ = item.start
    return (began, month) if began == year else (began, 0)


def joined(one: Band, other: Band) -> Band:
    """Two bands next to each other as one."""
    return Band(one.first, other.last, one.items + other.items)


def _label(key: Key) -> str:
    year, month = key
    return MONTHS[month - 1] if month else str(year)
