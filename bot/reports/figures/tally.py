"""Counts of reports that were deleted for their age before their quarter could be counted.

Of each only what is counted stays: how many there were of a group and a region in a quarter. It is
sealed to the server's keys as reports are, since so small a count would tell of a single report.
"""

import base64
import json
from collections import Counter
from collections.abc import Iterable, Sequence

from bot.reports.figures.tables import Counted, Quarter
from bot.reports.sealing import CannotOpen, open_envelope, reseal, seal


def tally(reports: Iterable[Counted]) -> dict[Quarter, Counter[tuple[str, str]]]:
    """Reports by quarter, and in it by group and region."""
    found: dict[Quarter, Counter[tuple[str, str]]] = {}
    for report in reports:
        quarter = found.setdefault(Quarter.of_week(report.week), Counter())
        quarter[report.category, report.region] += 1
    return found


def sealed_tally(counts: Counter[tuple[str, str]], readers: Sequence[bytes]) -> str:
    """A quarter's counts as they are kept."""
    rows = [[*groups, count] for groups, count in sorted(counts.items())]
    sealed = seal({"v": "1", "counts": json.dumps(rows, separators=(",", ":"))}, readers)
    return base64.b64encode(sealed).decode()


def opened_tally(quarter: Quarter, value: str, keys: Sequence[bytes]) -> list[Counted]:
    """The reports that were counted, as many times as there were; none where no key opens it."""
    try:
        rows = json.loads(open_envelope(base64.b64decode(value), keys)["counts"])
    except (CannotOpen, KeyError, ValueError):
        return []
    week = quarter.a_week
    return [
        Counted(week, category, region) for category, region, count in rows for _ in range(count)
    ]


def resealed_tally(value: str, old: bytes, reader: bytes) -> str | None:
    """It, sealed to another reader; None where the old key opens nothing in it."""
    new = reseal(base64.b64decode(value), old, reader)
    return None if new is None else base64.b64encode(new).decode()
