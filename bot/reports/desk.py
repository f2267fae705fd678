"""The desk: takes reports, answers receipts, and shows moderators things at notice times only."""

import asyncio
import logging
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Literal, Protocol

from bot.clock import Clock, iso_week
from bot.config import Config
from bot.errors import DataError, InvalidInput, NotAllowed, Unavailable, UserError
from bot.reports.alarm import Alarm, Heard
from bot.reports.away.store import AwayStore
from bot.reports.casework.store import CaseStore
from bot.reports.choices import Choices
from bot.reports.drafts import Draft, Drafts
from bot.reports.figures import Figures
from bot.reports.figures.elsewhere import CountedElsewhere
from bot.reports.figures.store import FiguresStore
from bot.reports.groups import Groups
from bot.reports.inbox import Inbox
from bot.reports.keeping.retention import Retention
from bot.reports.keeping.rotation import Rotation
from bot.reports.keeping.store import KeepingStore
from bot.reports.keeping.tidings import Tidings
from bot.reports.keyring import Keyring
from bot.reports.keys import KeyFiles
from bot.reports.opening import Openings
from bot.reports.questions import Answers
from bot.reports.receipts import Deriver, new_receipt, read_receipt
from bot.reports.restoring import keep_mark
from bot.reports.restoring.store import RestoredStore
from bot.reports.returning import Returning
from bot.reports.sealing import seal
from bot.reports.slots import Slots
from bot.reports.store import AlreadyKept, ReportStore, Waiting, delete_listed
from bot.reports.timetable import Timetable
from bot.reports.traces import DELETED_NAME, DeletedReports, Traces
from bot.reports.wording import Wording
from bot.storage import Database, expire_copies
from bot.storage.leftovers import expire_kept
from bot.text import counted

log = logging.getLogger(__name__)

_NO_MORE = (
    "Nothing more was sent. Additions, with `/report check`, have a limit of their own. Please "
    "come back tomorrow, or use another way."
)

_LOOK_EVERY_S = 60.0
_LOOK_EVERY_AT_ONCE_S = 5.0  # for a channel that is chosen after the report was sent


URGENT_BEYOND = 1  # urgent reports that one person can send in a day beyond the limits

Outcome = Literal["sent", "told", "posted", "untold", "already", "sending"]
"""What became of Send: kept; kept, urgent, and moderators were told, or it was posted to them
without a ping, or they could not be told yet; kept before; being kept by another press."""


class LimitReached(NotAllowed):
    """A limit for today is reached.

    Attributes:
        urgent: one report that has moderators told at once is still taken.
    """

    def __init__(self, text: str, *, urgent: bool) -> None:
        super().__init__(text)
        self.urgent = urgent


class Notifier(Protocol):
    """Tells a server's moderators that something is in the inbox."""

    async def notice(self, guild_id: int, reports: int, additions: int) -> bool:
        """Post the count; False where no channel was chosen or it cannot be reached just now."""
        ...


class Desk(Returning):
    """Reports from the draft to the reply. ``open`` it before use, ``close`` it in the end.

    Attributes:
        alarm: tells moderators at once where a reporter wants that.
        drafts: those being written.
        inbox: the moderators' side.
        figures: what may be published.
        choices: what each server has chosen.
        wording, groups: the words that each server has chosen, and the groups that it offers.
        openings: what each server has decided before it takes reports.
        rotation: a new key for what is stored.
        tidings: tells moderators what befell the reports' files.
        timetable: when moderators see what has come in.
        away, keeping: the tables behind sealed reading and behind other keys.
        counted_elsewhere: figures in sealed reading.
    """

    def __init__(self, database: Database, config: Config, clock: Clock) -> None:
        self._traces = Traces(config.reports_database, config.keys, clock)
        store, files = ReportStore(database, self._traces), KeyFiles(config.keys)
        super().__init__(
            store,
            Keyring(store, files, config.report_reading),
            Timetable(config.report_notice_times, config.timezone),
            DeletedReports(database.path.with_name(DELETED_NAME)),
            clock,
        )
        self._database = database
        self._daily_limit = config.report_daily_limit
        self._server_limit = config.report_server_limit
        self._slots = Slots(self.timetable, clock)
        self.alarm = Alarm(store)
        self.drafts = Drafts(clock)
        self.choices = Choices(database)
        self.wording = Wording(self.choices)
        self.groups = Groups(self.choices, clock, FiguresStore(database).any_to_count)
        self.openings = Openings(self.choices, self.keyring)
        keeping = KeepingStore(database)
        self.figures = Figures(database, self._store, self.keyring, self.groups, clock)
        self._retention = Retention(
            keeping, self.choices, self._deleted, self.figures, clock, self._marked
        )
        self.keeping = keeping
        self.away = AwayStore(database)
        self.counted_elsewhere = CountedElsewhere(database, self._store, clock)
        self.rotation = Rotation(
            keeping,
            store,
            files,
            self.keyring,
            clock,
            self._held,
            self._changing,
            self.choices.on_hold,
        )
        self.tidings = Tidings(RestoredStore(database), self.keyring)
        self._tended: date | None = None
        self._rewritten = False  # since the start: being killed may have kept us from it
        self._told: dict[int, Waiting] = {}  # moderators know it, and it is not noted yet
        cases = CaseStore(database)
        self.inbox = Inbox(
            self._store,
            cases,
            self.keyring,
            clock,
            lambda: self._held,
            self._changing,
            self.choices.on_hold,
        )

    async def open(self) -> None:
        """Prepare the file; apply deletions that a restored backup does not know of.

        Raises:
            DataError: the disk or the file does not let us.
        """
        try:
            self._deriver = Deriver(await self._store.open())
            await keep_mark(self._database, self._deleted)
            await self._apply_deletions()
            await self._find_unheard()
        except (Unavailable, OSError):
            raise DataError(
                f"{self._database.path}: it cannot be written, because the disk is full or another "
                "program holds it. Make room, or end that program, and start again."
            ) from None

    async def _find_unheard(self) -> None:
        # That one is urgent is sealed in it; in sealed reading the ordinary notice has to do.
        if not self.keyring.opens_here:
            return
        for guild_id, report_id in await self._store.untold():
            with suppress(UserError):
                if (await self.inbox.open(guild_id, report_id)).urgent:
                    self.alarm.remember(guild_id, report_id)

    async def close(self) -> None:
        """Let running derivations end."""
        if self._deriver is not None:
            await asyncio.to_thread(self._deriver.close)

    # Writing a report

    async def prepare(self, guild_id: int) -> None:
        """Make sure that a report could be sealed.

        Raises:
            Unavailable: there is no key.
        """
        await self.keyring.sealing(guild_id)
        await asyncio.to_thread(self._traces.settle)

    def may_send(self, guild_id: int, person_id: int, *, urgent: bool = False) -> None:
        """Raises LimitReached when the person's limit or the server's is reached for today.

        Args:
            urgent: for a report that has moderators told at once.
        """
        used = self._limits.used
        left = used("urgent", guild_id, person_id) < URGENT_BEYOND
        if urgent and left:
            return
        # The person's first, also of somebody who was stopped: it does not say how many they sent.
        if used("report", guild_id, person_id) >= self._daily_limit:
            raise LimitReached(
                f"I take {counted(self._daily_limit, 'report')} at most from one person in a day, "
                f"and no more from you today. {_NO_MORE}",
                urgent=left,
            )
        if used("server", guild_id, 0) >= self._server_limit:
            raise LimitReached(
                "So many reports came in on this server today that I take no more before midnight "
                f"UTC. {_NO_MORE}",
                urgent=left,
            )

    def _take(self, guild_id: int, person_id: int, *, urgent: bool) -> list[tuple[str, int, int]]:
        """Count one more report; what was counted, to be given back if nothing comes of it."""
        try:
            self.may_send(guild_id, person_id)
        except LimitReached:
            self.may_send(guild_id, person_id, urgent=urgent)
            counts = [("urgent", guild_id, person_id)]
        else:
            counts = [("report", guild_id, person_id), ("server", guild_id, 0)]
        for count in counts:
            self._limits.take(*count, sys.maxsize)
        return counts

    def draft(self, guild_id: int, draft_id: str, answers: Answers) -> Draft:
        """A new draft, or the new version of one; its receipt stays the same."""
        known = self.drafts.get(draft_id, guild_id)
        if known is not None and known.state != "open":
            return known
        receipt = known.receipt if known is not None else new_receipt()
        return self.drafts.keep(Draft(draft_id, guild_id, answers, receipt))

    @staticmethod
    def confirm(draft: Draft, typed: str) -> None:
        """Raises InvalidInput unless the typed words are the draft's receipt."""
        if read_receipt(typed) != draft.receipt:
            raise InvalidInput(
                "Those are not the words above. Please compare them one by one and try again. "
                "Nothing was sent yet."
            )

    async def send(self, draft: Draft, person_id: int, *, urgent: bool = False) -> Outcome:
        """Seal and keep a report. Sending it again, also after a restart, keeps it once.

        Args:
            person_id: for today's limit and ``stop_sender``; it goes no further than memory.
            urgent: show it to moderators at once, and tell them; its reporter knows what that
                reveals.

        Raises:
            LimitReached: for today.
            Unavailable: it could not be sealed or stored; nothing was kept.
        """
        known = self.drafts.get(draft.id, draft.guild_id)
        if known is not None and known.state != "open":
            return "already" if known.state == "sent" else "sending"
        counted_here = self._take(draft.guild_id, person_id, urgent=urgent)
        self.drafts.mark(draft, "sending")
        try:
            heard = await self._keep(draft, person_id, urgent=urgent)
        except BaseException as error:
            for count in counted_here:
                self._limits.give_back(*count)
            if isinstance(error, AlreadyKept):
                self.drafts.mark(draft, "sent")
                return "already"
            self.drafts.mark(draft, "open")
            raise
        self.drafts.mark(draft, "sent")
        if urgent:
            return "posted" if heard == "posted" else "told" if heard else "untold"
        return "sent"

    async def _keep(self, draft: Draft, person_id: int, *, urgent: bool) -> Heard:
        derived = await self._derived(draft.receipt)
        readers = await self.keyring.sealing(draft.guild_id)
        inside = draft.answers.payload()
        if urgent:
            inside["urgent"] = "1"
        sealed = await asyncio.to_thread(seal, inside, readers)
        kept = (draft.guild_id, derived.lookup, derived.public_key, sealed)
        if not urgent:
            report_id = await self._store.insert(*kept)
            self._senders.tie(draft.guild_id, report_id, person_id)
            self._stirred.set()
            return False
        async with self.alarm.telling:
            report_id = await self._store.insert(*kept, iso_week(self._clock.now()))
            self._senders.tie(draft.guild_id, report_id, person_id)
            return await self.alarm.raise_for(draft.guild_id, report_id)

    def stop_sender(self, guild_id: int, report_id: bytes) -> None:
        """Take no more reports and additions today from whoever sent or added to a report today.

        Nobody learns whether there was anybody to stop, the moderator least of all.
        """
        self._senders.stop(guild_id, report_id)

    # Notice times

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
            for waiting in await self._store.waiting():
                await self._tell(waiting, notifier)
        await self.tidings.round()
        await self.rotation.round()
        if trouble is not None:
            raise trouble

    async def _release_due(self) -> None:
        if self.timetable.at_once:
            today = self._clock.now().date()
            if self._marked or self._tended != today or await self._store.pending():
                await self._release(None, None)
                self._tended = today
        else:
            served = await self._store.last_slot() or ""
            slot = self._slots.due(served)
            if slot is not None:
                await self._release(slot, served)

    async def _tidy(self) -> None:
        """Do what was to be done to the file earlier, and could not be or was broken off."""
        if not self._rewritten:
            await self._rewrite()
        elif self._store.uncut:
            await self._store.cut()

    async def _rewrite(self) -> None:
        self._rewritten = False
        await self._store.rewrite()
        self._rewritten = True

    async def _tell(self, waiting: Waiting, notifier: Notifier) -> None:
        guild_id = waiting.guild_id
        if self._told.get(guild_id) != waiting:
            if not await notifier.notice(guild_id, waiting.reports, waiting.additions):
                return
            # Should it not be written down just now, it must not be posted every minute.
            self._told[guild_id] = waiting
        await self._store.announced(guild_id)
        del self._told[guild_id]

    async def notice_mark(self, guild_id: int) -> str:
        """Of what a server's moderators are to be told now, alike after a restart; 24 characters.

        By it Discord knows a notice that it has, if we were killed before we could note it.
        """
        marks = {each.guild_id: each.mark for each in await self._store.waiting()}
        return marks.get(guild_id, "")

    async def _release(self, slot: str | None, before: str | None) -> None:
        await self._apply_deletions()
        await self._store.release(iso_week(self._clock.now()), slot)
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
        if not await self.choices.any_hold():
            now, folder = self._clock.now().timestamp(), self._database.path.parent
            await asyncio.to_thread(expire_kept, folder, now)

    async def _apply_deletions(self) -> None:
        await asyncio.to_thread(expire_copies, self._database.path)
        listed = await asyncio.to_thread(self._deleted.read)
        if listed:
            await delete_listed(self._database, listed)


async def apply_deletions(database: Database, list_path: Path) -> int:
    """Delete what was withdrawn after a backup was made, once it has been restored; how many.

    Args:
        database: reports.db.
        list_path: ``deleted-reports.txt`` beside it.
    """
    listed = await asyncio.to_thread(DeletedReports(list_path).read)
    return await delete_listed(database, listed)
