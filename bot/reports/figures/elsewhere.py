"""Figures that were counted where the key is: kept, once they fit the reports that are here."""

from collections.abc import Sequence

from bot.clock import Clock, iso_week
from bot.errors import InvalidInput
from bot.reports.figures.rollup import LEAST, Cell
from bot.reports.figures.store import FiguresStore
from bot.reports.figures.tables import Counted, Published, Quarter, periods_of
from bot.reports.questions import CATEGORIES, REGIONS
from bot.reports.store import ReportStore
from bot.storage import Database

DIFFERENT = (
    "The figures in that file do not fit the reports that are here now: some came or went since "
    "the export. Nothing of the file was brought back. Take `/inbox export` and count again."
)


class CountedElsewhere:
    """Takes in what this machine cannot count, and can count the reports of."""

    def __init__(self, database: Database, store: ReportStore, clock: Clock) -> None:
        self._figures = FiguresStore(database)
        self._reports = store
        self._clock = clock

    async def bring(self, guild_id: int, tables: Sequence[Published]) -> int:
        """Keep periods, if they fit what is here; how many. What is settled stays as it is.

        Args:
            tables: oldest first.

        Raises:
            InvalidInput: what was counted is not what is here now; nothing was kept.
            StorageTrouble: it could not be stored.
        """
        settled = await self._figures.settled(guild_id)
        after = Published.from_json(settled[-1]).last if settled else None
        fresh = [table for table in tables if after is None or table.last > after]
        now = Quarter.of_week(iso_week(self._clock.now()))
        # Also those that are withdrawn, until moderators may know it.
        weeks = [report.week for report in await self._reports.shown(guild_id) if report.week]
        ours = periods_of([Counted(week, "", "") for week in weeks], after, now)
        here = [(first, last, len(reports)) for first, last, reports in ours]
        told = [(table.first, table.last, table.total) for table in fresh]
        if here[: len(told)] != told or not all(map(adds_up, fresh)):
            raise InvalidInput(DIFFERENT)
        for table in fresh:
            await self._figures.settle(guild_id, str(table.last), table.to_json())
        return len(fresh)


def adds_up(table: Published) -> bool:
    """Whether a table is one as ``published`` could have made it."""
    return all(
        _well_made(cells, table.total, {option.code for option in options} | {"?"})
        for cells, options in ((table.categories, CATEGORIES), (table.regions, REGIONS))
    )


def _well_made(cells: Sequence[Cell], total: int, known: set[str]) -> bool:
    codes = [code for cell in cells for code in cell.codes]
    return (
        sum(cell.count for cell in cells) == total
        and all(cell.count >= LEAST and cell.codes for cell in cells)
        and len(set(codes)) == len(codes)
        and set(codes) <= known
        and sum(len(cell.codes) > 1 for cell in cells) <= 1
    )
