"""Coming back with a receipt: what became of the report, adding to it, withdrawing it."""

import asyncio
import secrets
from dataclasses import dataclass
from typing import Literal

from bot.clock import Clock
from bot.errors import NotAllowed, NotFound, Unavailable
from bot.limits import DailyLimits
from bot.reports.keyring import Keyring
from bot.reports.messages import MessageKind, payload
from bot.reports.questions import MARKED_LIMIT, STATUSES, clean, label
from bot.reports.receipts import Derived, Deriver, read_receipt
from bot.reports.sealing import CannotOpen, open_envelope, seal
from bot.reports.store import ReportStore, StoredMessage, StoredReport
from bot.reports.timetable import Timetable
from bot.reports.traces import DeletedReports
from bot.reports.visits import Visit, Visits

CHECKS_A_DAY = 30
ADDITIONS_A_DAY = 10

NO_MATCH = (
    "No report here matches that receipt. Either a word is different from the ones you saved, or "
    "the report was never sent, was withdrawn, or was deleted when its time was over. Please "
    "compare all eight words."
)


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
