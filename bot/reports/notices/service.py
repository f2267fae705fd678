"""Serving notice times: reports are shown, those whose time is over go, moderators are told."""

import asyncio
import logging
from contextlib import suppress
from datetime import date
from typing import Protocol

from bot.clock import Clock, iso_week
from bot.config import Config
from bot.errors import Unavailable
from bot.reports.figures import Figures
from bot.reports.keeping.retention import Retention, follows
from bot.reports.keeping.rotation import Rotation
from bot.reports.keeping.store import KeepingStore
from bot.reports.keeping.tidings import Tidings
from bot.reports.parts import DeskPart
from bot.reports.restoring.store import RestoredStore
from bot.reports.slots import Slots
from bot.reports.store import delete_listed
from bot.reports.stored import Waiting
from bot.storage import Database, expire_copies
from bot.storage.leftovers import expire_kept

log = logging.getLogger(__name__)

_LOOK_EVERY_S = 60.0
_LOOK_EVERY_AT_ONCE_S = 5.0  # for a channel that is chosen after the report was sent


class Notifier(Protocol):
    """Tells a server's moderators that something is in the inbox."""

    async def notice(self, guild_id: int, reports: int, additions: int) -> bool:
        """Post the count; False where no channel was chosen or it cannot be reached just now."""
        ...


class NoticeTimes(DeskPart):
    """The desk's part that shows moderators what came in, and does what is to be done then.

    Attributes:
        figures: what may be published.
        keeping: the tables behind retention and other keys.
        rotation: a new key for what is stored.
        tidings: tells moderators what befell the reports' files.
    """

    def __init__(self, database: Database, config: Config, clock: Clock) -> None:
        super().__init__(database, config, clock)
        self._slots = Slots(self.timetable, clock)
        self._tended: date | None = None
        self._rewritten = False  # since the start: being killed may have kept us from it
        self._told: dict[int, Waiting] = {}  # moderators know it, and it is not noted yet
        self.keeping = KeepingStore(database)
        self.figures = Figures(database, self._store, self.keyring, self.groups, clock)
        self._retention = Retention(
            self.keeping, self.choices, self._deleted, self.figures, clock, self._marked
        )
        self.rotation = Rotation(
            self.keeping,
            self._keys,
            self._erasing,
            self._key_files,
            self.keyring,
            clock,
            self._held,
            self._changing,
            self.choices.on_hold,
        )
        self.tidings = Tidings(RestoredStore(database), self.keyring)

    async def run(self, notifier: Notifier) -> None:
        """Serve notice times until cancelled."""
        while True:
            self._stirred.clear()
            self._forget_old()
            try:
                await self.serve(notifier)
            except Exception as error:  # one bad round must not end all notices
                # Rounds come every minute, so this line tells nothing about reports; but where they
                # come with each report, it would tell its time.
                if not self.timetable.at_once:
                    log.warning("The report desk could not do its round: %s", type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._until_next()):
                    await self._nothing_to_do()

    def _forget_old(self) -> None:
        # Not left to the next call: what is in memory can be looked at there.
        self.drafts.forget_old()
        self._visits.forget_old()
        self._limits.forget_old()
        self._senders.forget_old()

    async def _nothing_to_do(self) -> None:
        if self.timetable.at_once:
            await self._stirred.wait()
        else:
            # An event that tells of a report must not wake anything that can be seen from outside.
            await asyncio.Event().wait()

    def _until_next(self) -> float:
        if self.timetable.at_once:
            return _LOOK_EVERY_AT_ONCE_S
        now = self._clock.now()
        return min(_LOOK_EVERY_S, (self.timetable.next_after(now) - now).total_seconds())

    async def serve(self, notifier: Notifier) -> None:
        """Release what is due, and tell moderators what they have not been told of.

        Raises:
            Unavailable: the disk or the file did not let us; the next round goes on.
        """
        trouble: Unavailable | None = None
        try:
            async with self._changing:
                await self._release_due()
                await self._tidy()
        except Unavailable as error:
            trouble = error  # of what is shown already moderators are told all the same
        async with self.alarm.telling:
            await self.alarm.again()
            for waiting in await self._notices.waiting():
                await self._tell(waiting, notifier)
        await self.tidings.round()
        await self.rotation.round()
        if trouble is not None:
            raise trouble

    async def _release_due(self) -> None:
        if self.timetable.at_once:
            today = self._clock.now().date()
            if self._marked or self._tended != today or await self._notices.pending():
                await self._release(None, None)
                self._tended = today
        else:
            served = await self._notices.last_slot() or ""
            slot = self._slots.due(served)
            if slot is not None:
                await self._release(slot, served)

    async def _tidy(self) -> None:
        """Do what was to be done to the file earlier, and could not be or was broken off."""
        if not self._rewritten:
            await self._rewrite()
        elif self._erasing.uncut:
            await self._erasing.cut()

    async def _rewrite(self) -> None:
        self._rewritten = False
        await self._erasing.rewrite()
        self._rewritten = True

    async def _tell(self, waiting: Waiting, notifier: Notifier) -> None:
        guild_id = waiting.guild_id
        if self._told.get(guild_id) != waiting:
            if not await notifier.notice(guild_id, waiting.reports, waiting.additions):
                return
            # Should it not be written down just now, it must not be posted every minute.
            self._told[guild_id] = waiting
        await self._notices.announced(guild_id)
        del self._told[guild_id]

    async def notice_mark(self, guild_id: int) -> str:
        """Of what a server's moderators are to be told now, alike after a restart; 24 characters.

        By it Discord knows a notice that it has, if we were killed before we could note it.
        """
        marks = {each.guild_id: each.mark for each in await self._notices.waiting()}
        return marks.get(guild_id, "")

    async def _release(self, slot: str | None, before: str | None) -> None:
        await self._apply_deletions()
        await self._notices.release(iso_week(self._clock.now()), slot)
        self._visits.released()
        self._held.clear()
        self._marked.clear()
        try:
            try:
                await self.figures.settle_all()
            finally:
                # After the figures, which count what there was; never between two notice times.
                await self._retention.apply(before)
        finally:
            # Also when nothing came in: then the files' times tell the notice time and no more.
            with suppress(OSError):  # the old list stands
                await asyncio.to_thread(self._deleted.renew)
            await self._rewrite()
        # The new version has served a notice time; what was deleted is still in the copies.
        await asyncio.to_thread(self._traces.forget_copies)
        now = self._clock.now()
        believed = before is None or follows(before, now)
        if believed and not await self.choices.any_hold():
            await asyncio.to_thread(expire_kept, self._database.path.parent, now.timestamp())

    async def _apply_deletions(self) -> None:
        await asyncio.to_thread(expire_copies, self._database.path)
        listed = await asyncio.to_thread(self._deleted.read)
        if listed:
            await delete_listed(self._database, listed)
