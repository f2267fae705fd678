"""The figures of a period: made once, when it is over, and the same ever after."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Self

from bot.clock import iso_week
from bot.reports.figures.rollup import Cell, rolled_up

LEAST_REPORTS = 10  # in a period; a quarter with fewer is joined with the next one


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a year, as ``2026-Q3``."""

    year: int
    number: int

    @classmethod
    def of_week(cls, week: str) -> Self:
        """The quarter of an ISO week: that of its Thursday, as the week's year is."""
        year, _, number = week.partition("-W")
        thursday = date.fromisocalendar(int(year), int(number), 4)
        return cls(thursday.year, (thursday.month + 2) // 3)

    @property
    def a_week(self) -> str:
        """An ISO week that belongs to it."""
        return iso_week(datetime(self.year, self.number * 3 - 1, 15, tzinfo=UTC))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what ``str`` writes.

        Raises:
            ValueError: it is no quarter.
        """
        year, _, number = text.partition("-Q")
        quarter = cls(int(year), int(number))
        if str(quarter) != text or not 1 <= quarter.number <= 4:
            raise ValueError(text)
        return quarter

    @property
    def weeks(self) -> tuple[str, str]:
        """Its first and its last ISO week: those whose Thursdays are in it."""
        begin = date(self.year, 3 * self.number - 2, 1)
        end = date(self.year + self.number // 4, 3 * self.number % 12 + 1, 1) - timedelta(days=1)
        first = begin + timedelta(days=(3 - begin.weekday()) % 7)
        last = end - timedelta(days=(end.weekday() - 3) % 7)
        return _week(first), _week(last)

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted of a report: codes of bot.reports.questions, and its week."""

    week: str
    category: str
    region: str


@dataclass(frozen=True, slots=True)
class Published:
    """What may be published of a period.

    Attributes:
        first, last: its quarters.
        categories, regions: the counts, each of which adds up to ``total``.
    """

    first: Quarter
    last: Quarter
    total: int
    categories: tuple[Cell, ...]
    regions: tuple[Cell, ...]

    def to_json(self) -> str:
        """The form that ``from_json`` reads."""
        return json.dumps(
            {
                "first": str(self.first),
                "last": str(self.last),
                "total": self.total,
                "categories": [[cell.codes, cell.count] for cell in self.categories],
                "regions": [[cell.codes, cell.count] for cell in self.regions],
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what ``to_json`` wrote."""
        data = json.loads(text)
        return cls(
            Quarter.parse(data["first"]),
            Quarter.parse(data["last"]),
            data["total"],
            *(
                tuple(Cell(tuple(codes), count) for codes, count in data[name])
                for name in ("categories", "regions")
            ),
        )


def periods_of(
    reports: Iterable[Counted], after: Quarter | None, now: Quarter
) -> list[tuple[Quarter, Quarter, list[Counted]]]:
    """The periods that are over and not settled yet, each with its reports, oldest first.

    Periods never overlap, so that no difference between two of them tells of a single report.

    Args:
        after: the last quarter that is settled, if one is.
        now: the current quarter, whose reports wait for its end.
    """
    by_quarter = sorted(
        ((Quarter.of_week(report.week), report) for report in reports), key=lambda each: each[0]
    )
    found: list[tuple[Quarter, Quarter, list[Counted]]] = []
    waiting: list[Counted] = []
    first: Quarter | None = None
    for quarter, group in groupby(by_quarter, key=lambda each: each[0]):
        if quarter >= now or (after is not None and quarter <= after):
            continue
        first = first or quarter
        waiting += [report for _, report in group]
        if len(waiting) >= LEAST_REPORTS:
            found.append((first, quarter, waiting))
            first, waiting = None, []
    return found


def published(
    first: Quarter,
    last: Quarter,
    reports: Sequence[Counted],
    categories: Sequence[str],
    regions: Sequence[str],
) -> Published:
    """The figures of a period.

    Args:
        categories, regions: all codes that could be chosen then; one that is not among them but
            has reports is counted too. A code that could not be chosen would pass for a part of a
            sum that it cannot be: whoever knows the choices would see through it.
    """
    by_category = Counter(report.category for report in reports)
    by_region = Counter(report.region for report in reports)
    return Published(
        first,
        last,
        len(reports),
        tuple(rolled_up(_complete(by_category, categories))),
        tuple(rolled_up(_complete(by_region, regions))),
    )


def _complete(counts: Counter[str], codes: Sequence[str]) -> dict[str, int]:
    return {code: counts[code] for code in dict.fromkeys((*codes, *sorted(counts)))}


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"
