"""Taking answers from sealed reading in: each once, and only where it still fits.

A file says what moderators say, and whoever may read reports may bring one: of its words nothing
can be checked here. What is checked is that it can do no more than a moderator may: to reports of
its own server that moderators may see, each answer once, and not over something newer.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.errors import NotAllowed, NotFound, StorageTrouble, Unavailable
from bot.reports.away.answers import (
    Agree,
    Answer,
    Ask,
    Contents,
    Matter,
    Propose,
    Replace,
    Resealed,
    Status,
    Stop,
    read_answers,
)
from bot.reports.away.applying import Fault, fault, replacement, words
from bot.reports.away.resealing import spliced
from bot.reports.away.store import AwayStore
from bot.reports.casework.redacting import swapped
from bot.reports.casework.store import Changed
from bot.reports.desk import Desk
from bot.reports.stored import StoredReport

HERE = (
    "Reports are read in Discord here, and answered there: `/inbox read`. Answers from a file are "
    "for sealed reading. Nothing was brought back."
)
KEEPERS = (
    "That file reseals reports for another key. Only somebody with Manage Server who reads reports "
    "brings that back, as only they change the key. Nothing was brought back."
)
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of a file of answers.

    Attributes:
        added: how many were taken in.
        known: how many had been taken in before.
        gone: how many are for reports that are not here, or not any more.
        stale: how many were written about something that has changed since.
        own: how many would be a second moderator's word of the moderator who brought the words.
        late: how many would stop a sender on a day that is over.
        on_hold: how many would destroy words while a legal hold is set.
        resealed: how many messages have other readers now.
        unsealed: how many would have had, were no legal hold set.
        periods: of how many periods figures were kept.
        cut: the disk did not let us go on; the same file brings the rest.
        did: what was done to which report, by its id, in its order, for the audit trail.
    """

    added: int = 0
    known: int = 0
    gone: int = 0
    stale: int = 0
    own: int = 0
    late: int = 0
    on_hold: int = 0
    resealed: int = 0
    unsealed: int = 0
    periods: int = 0
    cut: bool = False
    did: tuple[tuple[str, bytes], ...] = field(default=(), compare=False)


class Bringing:
    """Takes files of answers in."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def bring(self, guild_id: int, by: int, content: bytes, *, keeper: bool) -> Brought:
        """Take in a file. The same file again changes nothing.

        Args:
            by: the id of the moderator who brings it, and answers for what is in it.
            keeper: that one may change keys.

        Raises:
            InvalidInput: as with ``read_answers``, or the figures do not fit what is here; nothing
                was taken in.
            NotAllowed: reports are read in Discord here, or only a keeper may bring this.
            Unavailable: nothing could be stored.
        """
        if self._desk.keyring.opens_here:
            # What cannot be looked into here could be a second moderator's word never given.
            raise NotAllowed(HERE)
        keys = await self._desk.keyring.sealing(guild_id)
        contents: Contents = await asyncio.to_thread(read_answers, content, guild_id, keys)
        if contents.resealed and not keeper:
            raise NotAllowed(KEEPERS)
        try:
            periods = await self._desk.counted_elsewhere.bring(guild_id, contents.figures)
        except StorageTrouble:
            raise Unavailable(AwayStore.TROUBLE) from None
        counts: Counter[Fault | str] = Counter()
        did: list[tuple[str, bytes]] = []
        resealed, unsealed, cut = 0, 0, False
        try:
            for answer in contents.answers:
                came_to = await self._one(guild_id, by, answer)
                counts[came_to] += 1
                if came_to == "added":
                    did.append((_name(answer), answer.report_id))
            # Whether the new key opens them cannot be tried here; if not, the words were lost.
            hold = await self._on_hold(guild_id)
            resealed = 0 if hold else await self._reseal(guild_id, contents.resealed)
            unsealed = len(contents.resealed) if hold else 0
        except Unavailable:
            cut = True  # what was taken in has to be told all the same
        return Brought(
            added=counts["added"],
            known=counts[Fault.KNOWN],
            gone=counts["gone"],
            stale=counts[Fault.STALE],
            own=counts[Fault.OWN],
            late=counts[Fault.LATE],
            on_hold=counts[Fault.HELD],
            resealed=resealed,
            unsealed=unsealed,
            periods=periods,
            cut=cut,
            did=tuple(did),
        )

    async def _one(self, guild_id: int, by: int, answer: Answer) -> Fault | str:
        inbox = self._desk.inbox
        # Not between a withdrawal's copy to memory and its deletion.
        async with inbox.changing:
            try:
                report = await inbox.stored(guild_id, answer.report_id)
            except NotFound:
                return "gone"
            if report.reporter_key != answer.reporter_key:
                return "gone"
            if (problem := fault(report, answer, by, inbox.today)) is not None:
                return problem
            if isinstance(answer.act, Replace) and await self._on_hold(guild_id):
                return Fault.HELD
            try:
                await self._apply(guild_id, by, report, answer)
            except Changed:
                return Fault.STALE
        if isinstance(answer.act, Stop):
            self._desk.stop_sender(guild_id, answer.report_id)
        return "added"

    async def _on_hold(self, guild_id: int) -> bool:
        return (await self._desk.choices.keeping(guild_id)).hold

    async def _apply(self, guild_id: int, by: int, report: StoredReport, answer: Answer) -> None:
        inbox, act = self._desk.inbox, answer.act
        # Of a withdrawn report the words are in memory alone; that must not show here either.
        held = inbox.withdrawn(report.id)
        agreed = swap = None
        if isinstance(act, Replace):
            swap = replacement(report, act)
            if held is not None:
                held, swap = swapped(held, swap), replace(swap, old=b"")
        if isinstance(act, Agree) and (found := words(report, act.to)) is not None:
            agreed = found.sealed
            if held is not None and any(each.sealed == agreed for each in held.messages):
                held, agreed = _agreed(held, agreed, by), None
        await self._desk.away.bring(
            guild_id,
            report.id,
            answer.messages,
            inbox.week,
            by,
            status=(act.was, act.to) if isinstance(act, Status) else None,
            matter=(act.was, act.to) if isinstance(act, Matter) else None,
            swap=swap,
            agreed=agreed,
        )
        if held is not None:
            inbox.hold(held)

    async def _reseal(self, guild_id: int, resealed: Sequence[Resealed]) -> int:
        done = 0
        for start in range(0, len(resealed), _AT_ONCE):
            async with self._desk.inbox.changing:
                done += await self._reseal_some(guild_id, resealed[start : start + _AT_ONCE])
        if done:
            # In the pages that were there before are the old readers still.
            await self._desk.inbox.rewrite()
        return done

    async def _reseal_some(self, guild_id: int, resealed: Sequence[Resealed]) -> int:
        inbox = self._desk.inbox
        changed: dict[tuple[bytes, bytes], bytes] = {}
        done = 0
        wanted: dict[bytes, list[Resealed]] = {}
        for each in resealed:
            wanted.setdefault(each.report_id, []).append(each)
        for report_id, those in wanted.items():
            try:
                report = await inbox.stored(guild_id, report_id)
            except NotFound:
                continue
            new = spliced(report, those)
            if not new:
                continue
            done += len(new)
            changed |= {(report_id, old): envelope for old, envelope in new.items()}
            held = inbox.withdrawn(report_id)
            if held is not None:
                inbox.hold(_in_place(held, new))
        if changed:
            await self._desk.keeping.exchange(guild_id, changed)
        return done


def _agreed(report: StoredReport, sealed: bytes, by: int) -> StoredReport:
    messages = tuple(
        replace(each, agreed_by=by) if each.sealed == sealed else each for each in report.messages
    )
    return replace(report, messages=messages)


def _in_place(report: StoredReport, new: dict[bytes, bytes]) -> StoredReport:
    messages = tuple(
        replace(each, sealed=new.get(each.sealed, each.sealed)) for each in report.messages
    )
    sealed = None if report.sealed is None else new.get(report.sealed, report.sealed)
    return replace(report, sealed=sealed, messages=messages)


def _name(answer: Answer) -> str:
    """What the audit trail calls it. Of sealed words nothing can be told but whom they are for."""
    match answer.act:
        case Status(_, to):
            return f"inbox.status.{to}"
        case Matter(_, under):
            return "inbox.merge" if under else "inbox.unmerge"
        case Replace():
            return "inbox.redact"
        case Propose():
            return "inbox.quote.propose"
        case Agree():
            return "inbox.quote.agree"
        case Ask():
            return "inbox.quote.ask"
        case Stop():
            return "inbox.stop"
        case None:
            return "inbox.reply" if answer.messages[0][0] == "moderator" else "inbox.note"
