"""Figures in sealed reading: counted where the key is, kept by the bot once they are brought."""

import json
from collections.abc import Sequence
from dataclasses import replace

from bot.errors import InvalidInput
from bot.reports.away.answers import read_table
from bot.reports.away.file import AnswerFile
from bot.reports.figures.tables import Counted, Published, Quarter, periods_of, published
from bot.reports.options import Option, label
from bot.reports.questions import REGIONS

CLOSED = (
    "Some reports of the time to be counted are sealed to a key that is not here. Once counted, a "
    "period never changes, so nothing was counted. Give the older key too: --key may be repeated."
)
DAMAGED = "The bundle is damaged. Export it again with /inbox export."
NOTHING = (
    "There is nothing to count yet. Figures are made when a quarter is over and has at least ten "
    "reports; a quarter with fewer is joined with the next one."
)


def settled(file: AnswerFile) -> list[Published]:
    """The periods that the bot keeps, oldest first; they never change.

    Raises:
        InvalidInput: the bundle is damaged.
    """
    try:
        return [read_table(json.loads(text)) for text in file.bundle.figures]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InvalidInput(DAMAGED) from error


def uncounted(file: AnswerFile) -> list[Published]:
    """Figures of the periods that are over and not kept by the bot yet, oldest first.

    Raises:
        InvalidInput: not all of their reports can be opened with the keys that are here, or the
            bundle is damaged.
    """
    try:
        return _uncounted(file)
    except ValueError as error:  # a week that is none
        raise InvalidInput(DAMAGED) from error


def _uncounted(file: AnswerFile) -> list[Published]:
    known = settled(file)
    after = known[-1].last if known else None
    now = Quarter.of_week(file.bundle.week)
    reports = file.bundle.reports
    counted = [Counted(report.week, report.category, report.region) for report in reports]
    groups = [group.code for group in file.groups]
    regions = [option.code for option in REGIONS]
    tables = [
        published(first, last, those, groups, regions)
        for first, last, those in periods_of(counted, after, now)
    ]
    last = tables[-1].last if tables else None
    for report in reports:
        quarter = Quarter.of_week(report.week)
        inside = last is not None and quarter <= last and (after is None or quarter > after)
        if inside and report.text is None:
            raise InvalidInput(CLOSED)
    return tables


def keep(file: AnswerFile) -> list[Published]:
    """Write the figures of periods that are over to the file of answers.

    Raises:
        InvalidInput: as with ``uncounted``, or there are none.
        OSError: the file could not be written.
    """
    tables = uncounted(file)
    if not tables:
        raise InvalidInput(NOTHING)
    file.keep(replace(file.contents, figures=tuple(tables)))
    return tables


def as_rows(table: Published, groups: Sequence[Option]) -> list[tuple[str, list[tuple[int, str]]]]:
    """A period's figures as they may be published: by what they tell, counts with their names."""
    return [
        (
            name,
            [
                (
                    cell.count,
                    "All together"
                    if len(cell.codes) >= len(options)
                    else ", ".join(label(options, code) for code in cell.codes),
                )
                for cell in cells
            ],
        )
        for name, cells, options in (
            ("What they are about", table.categories, groups),
            ("Where from", table.regions, REGIONS),
        )
    ]


def as_lines(table: Published, groups: Sequence[Option]) -> list[str]:
    """The same at a terminal."""
    lines = [f"{table.name}: {table.total} reports"]
    for name, rows in as_rows(table, groups):
        lines += [f"  {name}", *(f"  {count:>5}  {who}" for count, who in rows)]
    return lines
