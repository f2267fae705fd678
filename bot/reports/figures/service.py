"""Counting the reports of periods that are over."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress

from bot.clock import Clock, iso_week
from bot.errors import Unavailable
from bot.reports.figures.store import UNCOUNTED, FiguresStore
from bot.reports.figures.tables import Counted, Published, Quarter, periods_of, published
from bot.reports.figures.tally import opened_tally, sealed_tally, tally
from bot.reports.groups import Groups
from bot.reports.keyring import Keyring
from bot.reports.questions import REGIONS
from bot.reports.sealing import CannotOpen, open_envelope
from bot.reports.store import ReportStore
from bot.reports.stored import StoredReport
from bot.storage import Database

KEPT_YEARS = 2  # counts of deleted reports that never came to a period with enough reports
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
        before reports are deleted for their age. A server of which a key is missing, damaged or not
        the one that its reports are sealed to waits for it, and is in nobody's way: what cannot be
        opened for want of it would be settled as unreadable for good.
        """
        for guild_id in await self._figures.servers():
            with suppress(Unavailable):
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
            tallies = await self._figures.tallies(guild_id)
            if not stored and not tallies:
                return
            keys = await self._keys(guild_id)
            counted = await asyncio.to_thread(_counted, stored, keys)
            for quarter, value in tallies.items():
                counted += opened_tally(Quarter.parse(quarter), value, keys)
            regions = [option.code for option in REGIONS]
            for first, last, reports in periods_of(counted, after, now):
                categories = await self._groups.offered_between(
                    guild_id, first.weeks[0], last.weeks[1]
                )
                table = published(first, last, reports, categories, regions)
                await self._figures.settle(guild_id, str(last), table.to_json())
            if tallies:
                too_old = Quarter(now.year - KEPT_YEARS, now.number)
                await self._figures.drop_tallies(guild_id, str(too_old))

    async def _keys(self, guild_id: int) -> Sequence[bytes]:
        """The keys to count with.

        Raises:
            Unavailable: one that is known is not there; not where it was given up.
        """
        # Before and after: the files may be exchanged while they are being read.
        away = await self._keyring.missing(guild_id)
        keys = await self._keyring.opening(guild_id)
        if away or await self._keyring.missing(guild_id):
            raise Unavailable("A key is missing, so nothing is counted.")
        return keys

    async def before_deleting(self, guild_id: int, report_ids: Collection[bytes]) -> dict[str, str]:
        """What is to be kept instead of reports that go for their age before they were counted.

        Returns:
            Choices by name, to be stored in the transaction that deletes the reports. None where
            reports are not opened on this machine, or cannot be just now.
        """
        if not self._keyring.opens_here:
            return {}
        async with self._settling:
            settled = await self._figures.settled(guild_id)
            after = Published.from_json(settled[-1]).last if settled else None
            going = [
                report
                for report in await self._reports.shown(guild_id)
                if report.id in report_ids
                and report.sealed is not None
                and report.week is not None
                and (after is None or Quarter.of_week(report.week) > after)
            ]
            try:
                keys = await self._keyring.opening(guild_id)
                readers = await self._keyring.sealing(guild_id)
            except Unavailable:
                return {}
            kept = await self._figures.tallies(guild_id)
            counts = tally(await asyncio.to_thread(_counted, going, keys))
            for quarter, count in counts.items():
                known = opened_tally(quarter, kept.get(str(quarter), ""), keys)
                count.update((each.category, each.region) for each in known)
            return {
                f"{UNCOUNTED}{quarter}": sealed_tally(count, readers)
                for quarter, count in counts.items()
            }


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
