"""Coming back with a receipt: what became of the report, adding to it, withdrawing it."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.clock import Clock
from bot.errors import InvalidInput, NotAllowed, NotFound, Unavailable
from bot.limits import DailyLimits
from bot.reports.conversation import NO, YES, Choice, Conversation, Told, read
from bot.reports.keyring import Keyring
from bot.reports.messages import MessageKind, payload
from bot.reports.questions import MARKED_LIMIT, STATUSES, USES, clean, label
from bot.reports.receipts import Derived, Deriver, read_receipt
from bot.reports.sealing import new_keypair, seal
from bot.reports.senders import Senders
from bot.reports.store import ReportStore, StoredReport
from bot.reports.timetable import Timetable
from bot.reports.traces import DeletedReports
from bot.reports.visits import Visit, Visits

CHECKS_A_DAY = 30
ADDITIONS_A_DAY = 10
CHANGES_A_DAY = 20

Outcome = Literal["kept", "already"]

NO_MATCH = (
    "No report here matches that receipt. Either a word is different from the ones you saved, or "
    "the report was never sent, was withdrawn, or was deleted when its time was over. Please "
    "compare all eight words. If it was just being sealed, look again in a minute; if it is not "
    "here then, it never arrived: please send it again."
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a right receipt tells its reporter.

    Attributes:
        status: its label.
        shown: whether moderators can see the report already.
        marked: it is to be deleted as soon as the file can be written, as it could not be so far.
        conversation: what moderators wrote, and what the reporter chose since.
        visit: the token for adding, answering, changing and withdrawing.
    """

    status: str
    shown: bool
    marked: bool
    conversation: Conversation
    visit: str
    _report_id: bytes
    _fresh: tuple[int, ...]

    @property
    def additions(self) -> int:
        """How many the reporter has made."""
        return self.conversation.additions

    @property
    def replies(self) -> tuple[str, ...]:
        """The words of all that moderators wrote, of whatever kind, oldest first."""
        return tuple(each.text for each in self.conversation.told)


class Returning:
    """The desk's half for those who sent something before.

    Attributes:
        timetable: when moderators see what has come in.
    """

    def __init__(
        self,
        store: ReportStore,
        keyring: Keyring,
        timetable: Timetable,
        deleted: DeletedReports,
        clock: Clock,
    ) -> None:
        self._store = store
        self._clock = clock
        self._deleted = deleted
        self._limits = DailyLimits(clock)
        self._senders = Senders(self._limits)
        self._visits = Visits(clock)
        self._deriver: Deriver | None = None
        self._held: dict[bytes, StoredReport] = {}
        self._marked: set[bytes] = set()  # on the list of the deleted, but not deleted yet
        self._changing = asyncio.Lock()
        self._stirred = asyncio.Event()
        self.keyring = keyring
        self.timetable = timetable

    async def check(self, guild_id: int, person_id: int, typed: str) -> Checked:
        """What became of a report.

        Raises:
            InvalidInput: that is no receipt.
            NotAllowed: too many tries today.
            NotFound: there is no report for it here; it took as long as if there were.
            Unavailable: too many wait already; that was no try.
        """
        receipt = read_receipt(typed)
        if not self._limits.take("check", guild_id, person_id, CHECKS_A_DAY):
            raise NotAllowed(
                "That was the last receipt that I look up for one person in a day. Please come "
                "back tomorrow."
            )
        try:
            derived = await self._derived(receipt)
        except Unavailable:  # too many wait, so nothing was looked up
            self._limits.give_back("check", guild_id, person_id)
            raise
        async with self._changing:  # what waits must still wait when the visit begins
            report = await self._store.find(guild_id, derived.lookup)
            if report is not None:
                return await self._begin(report, bytes(derived.private_key))
        raise NotFound(NO_MATCH)

    async def check_anywhere(self, typed: str) -> tuple[int, Checked]:
        """The report of a receipt on whichever server, and that server; for whoever runs the bot.

        Raises:
            InvalidInput: that is no receipt.
            NotFound: there is no report for it.
        """
        derived = await self._derived(read_receipt(typed))
        for guild_id in await self._store.servers():
            report = await self._store.find(guild_id, derived.lookup)
            if report is not None:
                return guild_id, await self._begin(report, bytes(derived.private_key))
        raise NotFound(NO_MATCH)

    async def _begin(self, report: StoredReport, private: bytes) -> Checked:
        conversation = await asyncio.to_thread(read, report.messages, report.reporter_key, private)
        # For a quarter of an hour only what withdrawing and answering need stays in memory.
        kept = replace(
            conversation,
            told=tuple(each for each in conversation.told if each.kind is not MessageKind.REPLY),
        )
        return Checked(
            status=label(STATUSES, report.status),
            shown=report.week is not None,
            marked=report.id in self._marked,
            conversation=conversation,
            visit=self._visits.begin(Visit(report.guild_id, report.id, kept)),
            _report_id=report.id,
            _fresh=tuple(
                each.turn
                for each in report.messages
                if each.author == "moderator" and not each.collected
            ),
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
        self._senders.tie(guild_id, report_id, person_id)
        self._stirred.set()
        return "added"

    async def _keep_addition(self, guild_id: int, report_id: bytes, text: str) -> None:
        # To nobody as well, so that it is as long as what is sealed to its reporter too.
        _, nobody = new_keypair()
        readers = [*await self.keyring.sealing(guild_id), nobody]
        sealed = await asyncio.to_thread(seal, payload(MessageKind.ADDITION, text), readers)
        async with self._changing:  # not between a withdrawal's mark and its deletion
            if report_id in self._marked:
                raise NotFound(f"Nothing was added. {self.fate}")
            if not await self._store.add_message(guild_id, report_id, "reporter", sealed, None):
                raise NotFound(f"Nothing was added. {NO_MATCH}")

    async def answer(
        self, guild_id: int, person_id: int, visit: str, quote: str, *, yes: bool
    ) -> Outcome:
        """Approve or refuse a quotation. It can be changed at any time; the last one counts, from
        when moderators see it.

        Raises:
            Forgotten: the visit is over.
            NotAllowed: too many changes today.
            NotFound: there is no such quotation, or the report is gone or marked to be deleted.
            Unavailable: it could not be stored.
        """
        self._visits.get(visit, guild_id)
        async with self._changing:
            visited, report_id = self._visits.get(visit, guild_id)
            conversation = visited.conversation
            if quote not in conversation.quotations:
                raise NotFound(
                    "That quotation is not there any more. Nothing was changed. Please run "
                    "`/report check` again."
                )
            before = conversation.answers.get(quote)
            value = YES if yes else NO
            if conversation.answer_to(quote) == value:
                return "already"
            after = conversation.changes
            words = _answer(quote, value, after)
            waits = await self._put(guild_id, person_id, report_id, visited, words, before)
            conversation.answered(quote, Choice(value, waits, after))
        self._stirred.set()
        return "kept"

    async def change_use(self, guild_id: int, person_id: int, visit: str, use: str) -> Outcome:
        """Change how a report may be used. The latest change counts once moderators see it, and
        ends what was approved under the earlier one.

        Raises:
            Forgotten: the visit is over.
            InvalidInput: there is no such use.
            NotAllowed: too many changes today.
            NotFound: the report is gone, or marked to be deleted.
            Unavailable: it could not be stored.
        """
        if use not in {option.code for option in USES}:
            raise InvalidInput(
                "That choice is not on the list any more. Nothing was changed. Please run "
                "`/report check` again."
            )
        self._visits.get(visit, guild_id)
        async with self._changing:
            visited, report_id = self._visits.get(visit, guild_id)
            before = visited.conversation.use
            if before is not None and before.value == use and not before.set_back:
                return "already"
            words = payload(MessageKind.CONSENT, use=use)
            conversation = visited.conversation
            # Approvals that nobody saw go with it, without a sign. Those that moderators have seen
            # end by the change.
            ending = conversation.unseen_approvals
            waits = await self._put(
                guild_id, person_id, report_id, visited, words, before, list(ending.values())
            )
            for quote in ending:
                conversation.forget_unseen(quote)
            conversation.changes += before is None or before.waits != waits
            conversation.use = Choice(use, waits)
        self._stirred.set()
        return "kept"

    async def _put(
        self,
        guild_id: int,
        person_id: int,
        report_id: bytes,
        visited: Visit,
        words: dict[str, str],
        before: Choice | None,
        without: Sequence[int] = (),
    ) -> int:
        if report_id in self._marked:
            raise NotFound(f"Nothing was changed. {self.fate}")
        if not self._limits.take("change", guild_id, person_id, CHANGES_A_DAY):
            raise NotAllowed(
                f"{CHANGES_A_DAY} changes are the most that I take from one person in a day. "
                "Nothing was changed. You can still withdraw the report, or come back tomorrow."
            )
        try:
            return await self._store_choice(guild_id, report_id, visited, words, before, without)
        except BaseException:
            self._limits.give_back("change", guild_id, person_id)
            raise

    async def _store_choice(
        self,
        guild_id: int,
        report_id: bytes,
        visited: Visit,
        words: dict[str, str],
        before: Choice | None,
        without: Sequence[int],
    ) -> int:
        # Its reporter can read it again: the receipt shows what was chosen.
        readers = await self.keyring.sealing(guild_id)
        readers = [*readers, visited.conversation.reporter_key]
        sealed = await asyncio.to_thread(seal, words, readers)
        instead_of = None if before is None else before.waits
        turn = await self._store.put_waiting(guild_id, report_id, sealed, instead_of, without)
        if turn is None:
            raise NotFound(f"Nothing was changed. {NO_MATCH}")
        return turn

    def use_chosen(self, guild_id: int, visit: str) -> Choice | None:
        """The last change of how a report may be used; None while it is as it was sent.

        Raises:
            Forgotten: the visit is over.
            NotFound: the report is gone already.
        """
        visited, _ = self._visits.get(visit, guild_id)
        return visited.conversation.use

    def went_out(self, guild_id: int, visit: str) -> tuple[Told, ...]:
        """What had gone out of a report when its receipt was typed, as far as moderators told.

        Raises:
            Forgotten: the visit is over.
            NotFound: the report is gone already.
        """
        visited, _ = self._visits.get(visit, guild_id)
        return visited.conversation.went_out

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
                    f"is in use. {self.fate} You can also press the button again in a few minutes."
                ) from None
            finally:
                self._stirred.set()
            self._marked.discard(report_id)
            self._visits.end(report_id)
        if not deleted:
            raise NotFound(NO_MATCH)

    @property
    def fate(self) -> str:
        """What becomes of a report that is marked: withdrawn, or its time is over."""
        if self.timetable.at_once:
            return "This report is marked and is deleted as soon as the file can be written."
        when = self.timetable.when(self._clock.now())
        return (
            f"This report is marked and is deleted at the next notice time, {when}, or when I am "
            "next started. Until then moderators who could see it still can."
        )

    async def _derived(self, receipt: str) -> Derived:
        assert self._deriver is not None, "open() comes first"
        return await self._deriver.derive(receipt)


def _answer(quote: str, value: str, after: int) -> dict[str, str]:
    return payload(MessageKind.ANSWER, quote=quote, yes=value, after=str(after))
