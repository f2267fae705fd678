"""The desk: takes reports, answers receipts, and shows moderators things at notice times only."""

import asyncio
import logging
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, Protocol

from bot.clock import Clock, iso_week
from bot.config import Config
from bot.errors import InvalidInput, NotAllowed, NotFound, Unavailable
from bot.limits import DailyLimits
from bot.reports.alarm import Alarm
from bot.reports.casework.store import CaseStore
from bot.reports.choices import Choices
from bot.reports.drafts import Draft, Drafts
from bot.reports.figures import Figures
from bot.reports.groups import Groups
from bot.reports.inbox import Inbox
from bot.reports.keeping.retention import Retention
from bot.reports.keeping.rotation import Rotation
from bot.reports.keeping.store import KeepingStore
from bot.reports.keyring import Keyring
from bot.reports.keys import KeyFiles
from bot.reports.messages import MessageKind, payload
from bot.reports.opening import Openings
from bot.reports.questions import MARKED_LIMIT, STATUSES, Answers, clean, label
from bot.reports.receipts import Derived, Deriver, new_receipt, read_receipt
from bot.reports.sealing import CannotOpen, open_envelope, seal
from bot.reports.slots import Slots
from bot.reports.store import (
    AlreadyKept,
    ReportStore,
    StoredMessage,
    StoredReport,
    delete_listed,
)
from bot.reports.timetable import Timetable
from bot.reports.traces import DELETED_NAME, DeletedReports, Traces
from bot.reports.visits import Visit, Visits
from bot.reports.wording import Wording
from bot.storage import Database
from bot.text import counted

log = logging.getLogger(__name__)

CHECKS_A_DAY = 30
ADDITIONS_A_DAY = 10
_LOOK_EVERY_S = 60.0
_LOOK_EVERY_AT_ONCE_S = 5.0  # for a channel that is chosen after the report was sent

NO_MATCH = (
    "No report here matches that receipt. Either a word is different from the ones you saved, or "
    "the report was never sent, was withdrawn, or was deleted when its time was over. Please "
    "compare all eight words."
)


Outcome = Literal["sent", "told", "untold", "already", "sending"]
"""What became of Send: kept; kept, urgent, and moderators were told, or could not be told yet;
kept before; being kept by another press."""


class Notifier(Protocol):
    """Tells a server's moderators that something is in the inbox."""

    async def notice(self, guild_id: int, reports: int, additions: int) -> bool:
        """Post the count; False where no channel was chosen or it cannot be reached just now."""
        ...


@dataclass(frozen=True, slots=True)
class Checked:
    """What a right receipt tells its reporter.

    Attributes:
        status: its label.
        shown: whether moderators can see the report already.
        additions: how many the reporter has made.
        replies: what moderators wrote, oldest first.
        visit: the token for adding and withdrawing.
    """

    status: str
    shown: bool
    additions: int
    replies: tuple[str, ...]
    visit: str
    _report_id: bytes
    _fresh: tuple[int, ...]


class Desk:
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
        timetable: when moderators see what has come in.
    """

    def __init__(self, database: Database, config: Config, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._daily_limit = config.report_daily_limit
        self._traces = Traces(config.reports_database, config.keys, clock)
        self._deleted = DeletedReports(database.path.with_name(DELETED_NAME))
        self._store = ReportStore(database, self._traces)
        self._limits = DailyLimits(clock)
        self._visits = Visits(clock)
        self._deriver: Deriver | None = None
        self._held: dict[bytes, StoredReport] = {}
        self._marked: set[bytes] = set()  # on the list of the deleted, but not deleted yet
        self._changing = asyncio.Lock()
        self._stirred = asyncio.Event()
        files = KeyFiles(config.keys)
        self.keyring = Keyring(self._store, files, config.report_reading)
        self.alarm = Alarm(self._store)
        self.drafts = Drafts(clock)
        self.timetable = Timetable(config.report_notice_times, config.timezone)
        self._slots = Slots(self.timetable, clock)
        self.choices = Choices(database)
        self.wording = Wording(self.choices)
        self.groups = Groups(self.choices)
        self.openings = Openings(self.choices, self.keyring)
        keeping = KeepingStore(database)
        self._retention = Retention(keeping, self.choices, self._deleted, clock)
        self.rotation = Rotation(
            keeping, self._store, files, self.keyring, clock, self._held, self._changing
        )
        self._tended: date | None = None
        self.figures = Figures(database, self._store, self.keyring, clock)
        cases = CaseStore(database)
        self.inbox = Inbox(
            self._store, cases, self.keyring, clock, lambda: self._held, self._changing
        )

    async def open(self) -> None:
        """Prepare the file; apply deletions that a restored backup does not know of."""
        self._deriver = Deriver(await self._store.open())
        await self._apply_deletions()

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

    def may_send(self, guild_id: int, person_id: int) -> None:
        """Raises NotAllowed when the person's limit for today is reached."""
        if self._limits.used("report", guild_id, person_id) >= self._daily_limit:
            raise NotAllowed(self._too_many())

    def _too_many(self) -> str:
        return (
            f"You have sent {counted(self._daily_limit, 'report')} today, and that is the most "
            "that I take from one person in a day. Nothing more was sent. You can add to a report "
            "with `/report check`, or come back tomorrow."
        )

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
            person_id: for today's limit only; it goes no further than memory.
            urgent: show it to moderators at once, and tell them; its reporter knows what that
                reveals.

        Raises:
            NotAllowed: the limit for today is reached.
            Unavailable: it could not be sealed or stored; nothing was kept.
        """
        known = self.drafts.get(draft.id, draft.guild_id)
        if known is not None and known.state != "open":
            return "already" if known.state == "sent" else "sending"
        if not self._limits.take("report", draft.guild_id, person_id, self._daily_limit):
            raise NotAllowed(self._too_many())
        self.drafts.mark(draft, "sending")
        try:
            heard = await self._keep(draft, urgent=urgent)
        except BaseException as error:
            self._limits.give_back("report", draft.guild_id, person_id)
            if isinstance(error, AlreadyKept):
                self.drafts.mark(draft, "sent")
                return "already"
            self.drafts.mark(draft, "open")
            raise
        self.drafts.mark(draft, "sent")
        if urgent:
            return "told" if heard else "untold"
        return "sent"

    async def _keep(self, draft: Draft, *, urgent: bool) -> bool:
        derived = await self._derived(draft.receipt)
        readers = await self.keyring.sealing(draft.guild_id)
        inside = draft.answers.payload()
        if urgent:
            inside["urgent"] = "1"
        sealed = await asyncio.to_thread(seal, inside, readers)
        kept = (draft.guild_id, derived.lookup, derived.public_key, sealed)
        if not urgent:
            await self._store.insert(*kept)
            self._stirred.set()
            return False
        async with self.alarm.telling:
            report_id = await self._store.insert(*kept, iso_week(self._clock.now()))
            return await self.alarm.raise_for(draft.guild_id, report_id)

    # Coming back

    async def check(self, guild_id: int, person_id: int, typed: str) -> Checked:
        """What became of a report.

        Raises:
            InvalidInput: that is no receipt.
            NotAllowed: too many tries today.
            NotFound: there is no report for it here; it took as long as if there were.
        """
        receipt = read_receipt(typed)
        if not self._limits.take("check", guild_id, person_id, CHECKS_A_DAY):
            raise NotAllowed(
                "That was the last receipt that I look up for one person in a day. Please come "
                "back tomorrow."
            )
        derived = await self._derived(receipt)
        report = await self._store.find(guild_id, derived.lookup)
        if report is None:
            raise NotFound(NO_MATCH)
        replies = [message for message in report.messages if message.author == "moderator"]
        texts = await asyncio.to_thread(_open_all, replies, bytes(derived.private_key))
        return Checked(
            status=label(STATUSES, report.status),
            shown=report.week is not None,
            additions=sum(message.author == "reporter" for message in report.messages),
            replies=texts,
            visit=self._visits.begin(Visit(guild_id, report.id)),
            _report_id=report.id,
            _fresh=tuple(reply.turn for reply in replies if not reply.collected),
        )

    async def collected(self, guild_id: int, checked: Checked) -> None:
        """Note that the reporter has been shown the replies; call it when Discord took them."""
        if checked._fresh:
            await self._store.collect(guild_id, checked._report_id, list(checked._fresh))
            self._stirred.set()

    async def add(
        self, guild_id: int, person_id: int, visit: str, text: str, once: str = ""
    ) -> Literal["added", "already", "adding"]:
        """Add to a report, identifiers removed.

        Args:
            once: what the pressed button alone has; a second press in the same visit adds nothing.

        Raises:
            Forgotten: the visit is over.
            InvalidInput: it is empty or too long.
            NotAllowed: too many today.
            NotFound: the report is gone, or marked to be deleted.
            Unavailable: it could not be stored.
        """
        visited, report_id = self._visits.get(visit, guild_id)
        once = once or secrets.token_urlsafe(6)
        if once in visited.additions:
            return visited.additions[once]
        # The words have been through the form, and have only grown by the marks since.
        cleaned = clean(text, MARKED_LIMIT).text
        if not self._limits.take("add", guild_id, person_id, ADDITIONS_A_DAY):
            raise NotAllowed(
                f"{ADDITIONS_A_DAY} additions are the most that I take from one person in a day. "
                "Nothing was added. Please come back tomorrow."
            )
        visited.additions[once] = "adding"
        try:
            await self._keep_addition(guild_id, report_id, cleaned)
        except BaseException:
            del visited.additions[once]
            self._limits.give_back("add", guild_id, person_id)
            raise
        visited.additions[once] = "already"
        self._stirred.set()
        return "added"

    async def _keep_addition(self, guild_id: int, report_id: bytes, text: str) -> None:
        readers = await self.keyring.sealing(guild_id)
        sealed = await asyncio.to_thread(seal, payload(MessageKind.ADDITION, text), readers)
        async with self._changing:  # not between a withdrawal's mark and its deletion
            if report_id in self._marked:
                raise NotFound(f"Nothing was added: you have withdrawn this report. {self._fate()}")
            if not await self._store.add_message(guild_id, report_id, "reporter", sealed, None):
                raise NotFound(f"Nothing was added. {NO_MATCH}")

    async def withdraw(self, guild_id: int, visit: str, *, hide_now: bool = False) -> None:
        """Delete a report for good, at once, and end all visits to it.

        Moderators who could see it are shown it from memory until the next notice time, since its
        going would tell when its reporter was here, unless ``hide_now``, which the reporter
        chooses after being told so.

        Raises:
            Forgotten: the visit is over.
            NotFound: the report is gone already.
            Unavailable: the disk or the file did not let us; the text says what will happen.
        """
        async with self._changing:
            _, report_id = self._visits.get(visit, guild_id)
            shown = await self._store.shown_one(guild_id, report_id)
            try:
                # First the list: what is on it is deleted, if not now then at the next start.
                await asyncio.to_thread(self._deleted.add, report_id)
            except OSError:
                raise Unavailable(
                    "It could not be deleted just now: the disk is full or broken. Nothing was "
                    "changed. Please try again in a few minutes."
                ) from None
            self._marked.add(report_id)
            if shown is not None and shown.sealed is not None and not hide_now:
                self._held[report_id] = shown
            try:
                deleted = await self._store.withdraw(guild_id, report_id, leave_row=not hide_now)
            except Unavailable:
                raise Unavailable(
                    "It could not be deleted from the file just now: the disk is full or the file "
                    f"is in use. {self._fate()} You can also press the button again in a few "
                    "minutes."
                ) from None
            finally:
                self._stirred.set()
            self._marked.discard(report_id)
            self._visits.end(report_id)
        if not deleted:
            raise NotFound(NO_MATCH)

    def _fate(self) -> str:
        if self.timetable.at_once:
            return "It is marked and will be deleted as soon as the file can be written."
        when = self.timetable.when(self._clock.now())
        return (
            f"It is marked and will be deleted at the next notice time, {when}. Until then "
            "moderators who could see it still can."
        )

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
        """Release what is due, and tell moderators what they have not been told of."""
        async with self._changing:
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
        async with self.alarm.telling:
            await self.alarm.again()
            await self._tell(notifier)

    async def _tell(self, notifier: Notifier) -> None:
        for waiting in await self._store.waiting():
            if await notifier.notice(waiting.guild_id, waiting.reports, waiting.additions):
                await self._store.announced(waiting.guild_id)
        await self.rotation.round()

    async def _release(self, slot: str | None, before: str | None) -> None:
        await self._apply_deletions()
        await self._store.release(iso_week(self._clock.now()), slot)
        self._held.clear()
        self._marked.clear()
        try:
            await self.figures.settle_all()
            # After the figures, which count what there was; and never between two notice times.
            await self._retention.apply(before)
        finally:
            # Also when nothing came in: then the files' times tell the notice time and no more.
            await self._store.rewrite()

    async def _apply_deletions(self) -> None:
        listed = await asyncio.to_thread(self._deleted.read)
        if listed:
            await delete_listed(self._database, listed)

    async def _derived(self, receipt: str) -> Derived:
        assert self._deriver is not None, "open() comes first"
        return await self._deriver.derive(receipt)


def _open_all(replies: list[StoredMessage], private: bytes) -> tuple[str, ...]:
    texts = []
    for reply in replies:
        try:
            texts.append(open_envelope(reply.sealed, [private])["text"])
        except (CannotOpen, KeyError):
            texts.append("(This reply is damaged and cannot be opened.)")
    return tuple(texts)


async def apply_deletions(database: Database, list_path: Path) -> int:
    """Delete what was withdrawn after a backup was made, once it has been restored; how many.

    Args:
        database: reports.db.
        list_path: ``deleted-reports.txt`` beside it.
    """
    listed = await asyncio.to_thread(DeletedReports(list_path).read)
    return await delete_listed(database, listed)
