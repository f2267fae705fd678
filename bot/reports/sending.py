"""Writing a report: the draft, the receipt typed back, and sending it, within the day's limits."""

import asyncio
import sys
from typing import Literal

from bot.clock import Clock, iso_week
from bot.config import Config
from bot.errors import InvalidInput, NotAllowed
from bot.reports.alarm import Heard
from bot.reports.drafts import Draft
from bot.reports.parts import DeskPart
from bot.reports.questions import Answers
from bot.reports.receipts import new_receipt, read_receipt
from bot.reports.sealing import seal
from bot.reports.store import AlreadyKept
from bot.storage import Database
from bot.text import counted

_NO_MORE = (
    "Nothing more was sent. Additions, with `/report check`, have a limit of their own. Please "
    "come back tomorrow, or use another way."
)

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


class Sending(DeskPart):
    """The desk's part for those who send a report."""

    def __init__(self, database: Database, config: Config, clock: Clock) -> None:
        super().__init__(database, config, clock)
        self._daily_limit = config.report_daily_limit
        self._server_limit = config.report_server_limit

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
