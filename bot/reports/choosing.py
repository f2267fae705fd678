"""What a reporter decides later: what may be quoted, and how the report may be used."""

import asyncio
from collections.abc import Sequence
from typing import Literal

from bot.errors import InvalidInput, NotAllowed, NotFound
from bot.reports.conversation import NO, YES, Choice
from bot.reports.messages import MessageKind, payload
from bot.reports.parts import DeskPart
from bot.reports.questions import USES
from bot.reports.returning import NO_MATCH
from bot.reports.sealing import seal
from bot.reports.visits import Visit

CHANGES_A_DAY = 20

Outcome = Literal["kept", "already"]


class Choosing(DeskPart):
    """The desk's part for those who came back and are asked, or have changed their mind."""

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
            # What a restore wrote stays: by it all words are asked about from then on.
            instead_of = None if before is None or before.set_back else before
            waits = await self._put(
                guild_id, person_id, report_id, visited, words, instead_of, list(ending.values())
            )
            for quote in ending:
                conversation.forget_unseen(quote)
            conversation.changes += before is None or before.waits != waits
            restored = before is not None and before.restored
            conversation.use = Choice(use, waits, restored=restored)
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


def _answer(quote: str, value: str, after: int) -> dict[str, str]:
    return payload(MessageKind.ANSWER, quote=quote, yes=value, after=str(after))
