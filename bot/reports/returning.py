"""Coming back with a receipt: what became of the report, adding to it, withdrawing it."""

import asyncio
import secrets
from dataclasses import dataclass, replace
from typing import Literal

from bot.errors import NotAllowed, NotFound, Unavailable
from bot.reports.conversation import Conversation, Told, read
from bot.reports.messages import MessageKind, payload
from bot.reports.parts import DeskPart
from bot.reports.questions import MARKED_LIMIT, STATUSES, clean, label
from bot.reports.receipts import read_receipt
from bot.reports.sealing import new_keypair, seal
from bot.reports.stored import StoredReport
from bot.reports.visits import Visit

CHECKS_A_DAY = 30
ADDITIONS_A_DAY = 10

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


class Returning(DeskPart):
    """The desk's part for those who sent something before."""

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
