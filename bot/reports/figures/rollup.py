"""Which counts may be shown, and which are only shown added up.

A count under five is never shown, nor told by the others: what is small is added up, and with it
the smallest of the shown ones for as long as the sum would still tell something of its parts, also
to somebody who knows this rule. A count of none is small as well. (Statistical offices call this
suppression and complementary suppression.) That it holds is tried on every table of a few groups,
in tests/reports/test_figures_rollup.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEAST = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """A count: of one group, or of several together.

    Attributes:
        codes: the groups, in their own order.
    """

    codes: tuple[str, ...]
    count: int


def rolled_up(counts: Mapping[str, int]) -> list[Cell]:
    """The counts that may be shown, greatest first; the sum of the others comes last.

    Args:
        counts: by group, with all groups that there are, also those without a report.

    All of them together as one count where no other would be safe; none at all where even that
    is under five.
    """
    if sum(counts.values()) < LEAST:
        return []
    # Equal counts are taken in the order of the groups, whatever came in first.
    by_size = sorted(counts, key=lambda code: counts[code])
    joined = [code for code in by_size if counts[code] < LEAST]
    shown = by_size[len(joined) :]
    while joined and shown and not _tells_nothing([counts[c] for c in joined], counts[shown[0]]):
        joined.append(shown.pop(0))
    cells = [Cell((code,), counts[code]) for code in reversed(shown)]
    if joined:
        together = tuple(code for code in counts if code in joined)
        cells.append(Cell(together, sum(counts[code] for code in joined)))
    return cells


def _tells_nothing(parts: Sequence[int], least_shown: int) -> bool:
    """Whether each part of a sum could be at least three different numbers.

    Two fours add up to eight, and so do few other pairs of small counts: a sum near the most that
    small parts can have is only safe where one of the parts could be a large one, that is, where
    everything shown is larger than the sum.
    """
    total, most = sum(parts), len(parts) * (LEAST - 1)
    return len(parts) > 1 and total >= LEAST and (total <= most - 2 or least_shown >= total)
