"""Counting the reports of periods that are over."""

import asyncio
from collections.abc import Sequence

from bot.clock import Clock, iso_week
from bot.reports.figures.store import FiguresStore
from bot.reports.figures.tables import Counted, Published, Quarter, periods_of, published
from bot.reports.groups import Groups
from bot.reports.keyring import Keyring
from bot.reports.questions import REGIONS
from bot.reports.sealing import CannotOpen, open_envelope
from bot.reports.store import ReportStore, StoredReport
from bot.storage import Database

UNREADABLE = "?"  # the code of what no key on this machine opens; it is counted all the same


class Figures:
    """The published figures of each server. A period that was settled never changes: comparing it
    with what it was before could tell of a single report that was withdrawn."""

    def __init__(
        self,
        database: Database,
        store: ReportStore,
        keyring: Keyring,
        groups: Groups,
        clock: Clock,
    ) -> None:
        self._figures = FiguresStore(database)
        self._reports = store
        self._keyring = keyring
        self._groups = groups
        self._clock = clock
        self._settling = asyncio.Lock()

    async def periods(self, guild_id: int) -> list[Published]:
        """The figures of all periods that were settled, oldest first."""
        return [Published.from_json(text) for text in await self._figures.settled(guild_id)]

    async def settle_all(self) -> None:
        """Make the figures of periods that have ended.

        Only at notice times, when all that moderators could ever see is there to be counted; and
        before reports are deleted for their age.
        """
        for guild_id in await self._figures.servers():
            await self._settle(guild_id)

    async def _settle(self, guild_id: int) -> None:
        if not self._keyring.opens_here:
            return
        async with self._settling:
            settled = await self._figures.settled(guild_id)
            after = Published.from_json(settled[-1]).last if settled else None
            now = Quarter.of_week(iso_week(self._clock.now()))
            stored = [
                report
                for report in await self._reports.shown(guild_id)
                if report.sealed is not None
                and report.week is not None
                and Quarter.of_week(report.week) < now
                and (after is None or Quarter.of_week(report.week) > after)
            ]
            if not stored:
                return
            keys = await self._keyring.opening(guild_id)
            counted = await asyncio.to_thread(_counted, stored, keys)
            regions = [option.code for option in REGIONS]
            for first, last, reports in periods_of(counted, after, now):
                categories = await self._groups.offered_between(
                    guild_id, first.weeks[0], last.weeks[1]
                )
                table = published(first, last, reports, categories, regions)
                await self._figures.settle(guild_id, str(last), table.to_json())


def _counted(reports: Sequence[StoredReport], keys: Sequence[bytes]) -> list[Counted]:
    found = []
    for report in reports:
        try:
            opened = open_envelope(report.sealed or b"", keys)
        except CannotOpen:
            opened = {}
        found.append(
            Counted(
                report.week or "",
                opened.get("category", UNREADABLE),
                opened.get("region", UNREADABLE),
            )
        )
    return found
