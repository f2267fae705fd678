"""Taking more out of a report than its reporter did, for good."""

import asyncio
import re
from dataclasses import dataclass, replace

from bot.errors import InvalidInput, NotAllowed, NotFound, Unavailable
from bot.reports.casework.refusals import lost, resealed
from bot.reports.casework.store import Changed, Replacement
from bot.reports.inbox import GONE, RESTING, Inbox
from bot.reports.messages import MessageKind
from bot.reports.model import OpenedReport, open_report
from bot.reports.questions import MARKED_LIMIT
from bot.reports.quotations import REMOVED
from bot.reports.sealing import CannotOpen, open_envelope, seal
from bot.reports.stored import StoredReport
from bot.text import utf16_len

MARK = REMOVED
REPORT = "report"
_TOKEN = re.compile(r"\[[^\[\]]*\]|\w+(?:['’]\w+)*|[^\w\s]")
_WORDS = re.compile(r"\w{4,}")

TOLD = (
    "A moderator took more details out of your report, so that nobody can be recognised by them. "
    "The words that were there are deleted."
)
ON_HOLD = (
    "A legal hold is set, and taking words out destroys them. So nothing can be taken out until it "
    "is lifted. Nothing was changed. If somebody is in danger from words that moderators can read, "
    "ask the union's solicitor today."
)
NOTED = "Took more details out of the report."


@dataclass(frozen=True, slots=True)
class Target:
    """A text of the reporter's that more can be taken out of.

    Attributes:
        key: ``report``, or the place of an addition.
        name: what a moderator knows it by.
    """

    key: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Redacted:
    """What came of it.

    Attributes:
        quotations: how many proposed quotations went with the words.
        still: where words that were taken out stand still, as a moderator knows the places.
        already: the text was so before, as when a button is pressed twice; nothing was done.
    """

    quotations: int
    still: tuple[str, ...]
    already: bool = False


def taken_out(old: str, new: str) -> str:
    """The old text with a mark wherever the new one lacks something.

    A moderator may take words out and put anything in square brackets in their place, and not add
    or change a word: the reporter's words stay the reporter's.

    Raises:
        InvalidInput: something was added, or nothing taken out, or too little at a time.
    """
    gone = set(gaps(old, new))
    if not gone:
        raise InvalidInput("Nothing was taken out. Delete the words that have to go.")
    result, end, marked = "", 0, False
    for found in _TOKEN.finditer(old):
        if found.span() not in gone:
            result += old[end : found.start()] + found[0]
            marked = False
        elif not marked:
            result += old[end : found.start()] + MARK
            marked = True
        end = found.end()
    if utf16_len(result) > MARKED_LIMIT:
        raise InvalidInput(
            "With a mark at each place it would be too long. Take out longer stretches."
        )
    return result


def gaps(old: str, new: str) -> list[tuple[int, int]]:
    """Where the words and signs stand in the old text, from and up to, that the new one lacks.

    Raises:
        InvalidInput: something was added.
    """
    places = list(_TOKEN.finditer(old))
    kept = _kept([found[0] for found in places], _TOKEN.findall(new))
    return [found.span() for number, found in enumerate(places) if number not in kept]


def _kept(old: list[str], new: list[str]) -> set[int]:
    begin = 0
    while begin < min(len(old), len(new)) and old[begin] == new[begin]:
        begin += 1
    end = 0
    while end < min(len(old), len(new)) - begin and old[-1 - end] == new[-1 - end]:
        end += 1
    kept = {*range(begin), *range(len(old) - end, len(old))}
    at = begin
    for token in new[begin : len(new) - end]:
        try:
            found = old.index(token, at, len(old) - end)
        except ValueError:
            if token[0] in "[…":
                continue
            raise InvalidInput(
                f"“{token}” is not in the report there. You can only take words out, or put "
                "something in [square brackets] in their place. Nothing was changed."
            ) from None
        kept.add(found)
        at = found + 1
    return kept


def targets(report: OpenedReport) -> list[Target]:
    """The texts of a report that can be opened, the report's own first."""
    found = [] if report.text is None else [Target(REPORT, "What happened", report.text)]
    additions = [each for each in report.messages if each.kind is MessageKind.ADDITION]
    return found + [
        Target(str(each.turn), f"Addition {number}, {each.week}", each.text)
        for number, each in enumerate(additions, 1)
        if each.text is not None
    ]


async def target(inbox: Inbox, guild_id: int, report_id: bytes, key: str) -> Target:
    """One of them.

    Raises:
        NotFound: the report or the addition is gone.
        Unavailable: as with ``Inbox.open``.
    """
    for found in targets(await inbox.open(guild_id, report_id)):
        if found.key == key:
            return found
    raise NotFound("That text is not there any more. Please open the report again.")


async def may_redact(inbox: Inbox, guild_id: int) -> None:
    """Raises NotAllowed while a legal hold is set: words that are taken out are destroyed."""
    if await inbox.on_hold(guild_id):
        raise NotAllowed(ON_HOLD)


async def redact(
    inbox: Inbox, guild_id: int, report_id: bytes, by: int, key: str, typed: str
) -> Redacted:
    """Seal a text anew without some of its words; of the old one no byte stays on the disk.

    Quotations that were proposed with the words go too; of those that the reporter said no to, only
    the words go. The report tells that it was done, its
    reporter is told, and nothing brings the words back.

    Args:
        by: the moderator's id.
        key: of a ``Target``.
        typed: the text as it is to be, as ``taken_out`` takes it.

    Raises:
        InvalidInput: as with ``taken_out``.
        NotAllowed: a legal hold is set, so nothing may be destroyed.
        NotFound, Unavailable: as with ``target``; nothing was changed.
    """
    await may_redact(inbox, guild_id)
    async with inbox.changing:  # not between a withdrawal's copy to memory and its deletion
        chosen = await target(inbox, guild_id, report_id, key)
        if MARK in typed and _TOKEN.findall(typed) == _TOKEN.findall(chosen.text):
            return Redacted(0, (), already=True)
        new = taken_out(chosen.text, typed)
        before = await inbox.open(guild_id, report_id)
        stored = await inbox.stored(guild_id, report_id)
        swap = await _swap(inbox, guild_id, stored, chosen, new)
        after = await _opened(inbox, guild_id, swapped(stored, swap))
        gone_with = lost(before, after, chosen.text, gaps(chosen.text, typed))
        # All in one: the words gone, what quoted them, and that the reporter is told.
        told = (
            await inbox.sealed(stored, MessageKind.NOTE, NOTED, by=str(by)),
            await inbox.sealed(stored, MessageKind.REPLY, TOLD),
        )
        keys = await inbox.keyring.opening(guild_id)
        readers = await inbox.keyring.sealing(guild_id)
        shorten = await asyncio.to_thread(
            resealed, gone_with.refused, keys, readers, stored.reporter_key
        )
        swap = replace(swap, drop=gone_with.drop, shorten=shorten, tell=told, week=inbox.week)
        held = inbox.withdrawn(report_id)
        try:
            if held is not None:
                await inbox.cases.around(guild_id, report_id, swap)
                inbox.hold(swapped(held, swap))
            else:
                await inbox.cases.replace(guild_id, report_id, swap)
        except Changed:
            raise NotFound(GONE) from None
    return Redacted(gone_with.quotations, still(chosen, new, before, gone_with.drop))


async def _swap(
    inbox: Inbox, guild_id: int, stored: StoredReport, chosen: Target, new: str
) -> Replacement:
    turn = None if chosen.key == REPORT else int(chosen.key)
    old = stored.sealed
    if turn is not None:
        found = [each for each in stored.messages if each.turn == turn]
        old = next((each.sealed for each in found if each.author == "reporter"), None)
    if old is None:
        raise Unavailable(RESTING)
    keys = await inbox.keyring.opening(guild_id)
    readers = await inbox.keyring.sealing(guild_id)

    def sealed() -> bytes:
        return seal({**open_envelope(old, keys), "text": new, "redacted": "1"}, readers)

    try:
        return Replacement(old, await asyncio.to_thread(sealed), turn)
    except CannotOpen:
        raise Unavailable("That text is sealed to a key that is not on this machine.") from None


def swapped(report: StoredReport, swap: Replacement) -> StoredReport:
    """The report as it is after that."""
    instead = {swap.old: swap.new, **dict(swap.shorten)}
    messages = tuple(
        replace(each, sealed=instead.get(each.sealed, each.sealed))
        for each in report.messages
        if each.sealed not in swap.drop
    )
    return replace(
        report, sealed=swap.new if report.sealed == swap.old else report.sealed, messages=messages
    )


async def _opened(inbox: Inbox, guild_id: int, stored: StoredReport) -> OpenedReport:
    keys = await inbox.keyring.opening(guild_id)
    return await asyncio.to_thread(open_report, stored, keys)


def still(
    chosen: Target, new: str, report: OpenedReport, dropped: tuple[bytes, ...]
) -> tuple[str, ...]:
    """Where else words stand that are in the text no more."""
    words = {word.casefold() for word in _WORDS.findall(chosen.text)}
    words -= {word.casefold() for word in _WORDS.findall(new)}
    others = [(each.name, each.text) for each in targets(report) if each.key != chosen.key]
    names = {MessageKind.NOTE: "a note", MessageKind.REPLY: "a reply", MessageKind.USED: "a reply"}
    others += [
        (f"{names[each.kind]}, {each.week}", each.text or "")
        for each in report.messages
        if each.kind in names and each.envelope not in dropped
    ]
    return tuple(
        name for name, text in others if words & {word.casefold() for word in _WORDS.findall(text)}
    )
