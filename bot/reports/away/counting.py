"""Figures in sealed reading: counted where the key is, kept by the bot once they are brought."""

import json
from collections.abc import Sequence
from dataclasses import replace

from bot.errors import InvalidInput
from bot.reports.away.answers import read_table
from bot.reports.away.file import AnswerFile
from bot.reports.figures.rollup import Cell
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
    regions = [option.code for option in REGIONS]
    tables = [
        published(first, last, those, _could_be_chosen(file, first, last), regions)
        for first, last, those in periods_of(counted, after, now)
    ]
    last = tables[-1].last if tables else None
    for report in reports:
        quarter = Quarter.of_week(report.week)
        inside = last is not None and quarter <= last and (after is None or quarter > after)
        if inside and report.text is None:
            raise InvalidInput(CLOSED)
    return tables


def _could_be_chosen(file: AnswerFile, first: Quarter, last: Quarter) -> list[str]:
    offered = file.bundle.offered
    chosen = {
        code
        for quarter, codes in offered.items()
        if first <= Quarter.parse(quarter) <= last
        for code in codes
    }
    return [group.code for group in file.groups if not offered or group.code in chosen]


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
        (name, [(cell.count, _of(cell, cells, options)) for cell in cells])
        for name, cells, options in (
            ("What they are about", table.categories, groups),
            ("Where from", table.regions, REGIONS),
        )
    ]


def _of(cell: Cell, cells: Sequence[Cell], options: Sequence[Option]) -> str:
    if len(cells) == 1 and len(cell.codes) > 1:
        return "All together"
    names = [label(options, code) for code in cell.codes]
    return f"Added up: {'; '.join(names)}" if len(names) > 1 else names[0]


def as_lines(table: Published, groups: Sequence[Option]) -> list[str]:
    """The same at a terminal."""
    lines = [f"{table.name}: {table.total} reports"]
    for name, rows in as_rows(table, groups):
        lines += [f"  {name}", *(f"  {count:>5}  {who}" for count, who in rows)]
    return lines
