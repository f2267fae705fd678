"""What an answer does to a report; pure functions, the same on both machines.

Where the key is they show a report as it will be once its answers are brought back; on the bot's
machine they decide whether an answer that may have been written by anybody is taken.
"""

from dataclasses import replace
from enum import Enum, auto

from bot.reports.away.answers import Agree, Answer, Ask, Matter, Propose, Replace, Status, Stop
from bot.reports.casework.redacting import swapped
from bot.reports.casework.store import Replacement
from bot.reports.sealing import identity
from bot.reports.stored import StoredMessage, StoredReport

OURS = 1  # who brought a message that is not brought back yet


class Fault(Enum):
    """Why an answer is not taken.

    Members:
        KNOWN: it was taken before.
        STALE: what it was written about has changed since.
        OWN: who brings a second moderator's word brought the words themselves.
        LATE: it was for another day.
        HELD: it would destroy words while a legal hold is set.
    """

    KNOWN = auto()
    STALE = auto()
    OWN = auto()
    LATE = auto()
    HELD = auto()


def fault(report: StoredReport, answer: Answer, by: int, today: str) -> Fault | None:
    """Why an answer is not taken now; None where it is.

    Args:
        report: as moderators may see it.
        by: the id of the moderator who brings it.
        today: the day in UTC, as ``2026-03-02``.
    """
    # An envelope is never made twice alike, so one that is there was brought before.
    if answer.messages and any(each.sealed == answer.messages[0][1] for each in report.messages):
        return Fault.KNOWN
    match answer.act:
        case Status(was, to) if report.status not in (was, to):
            return Fault.STALE
        case Matter(before, under) if (report.matter or b"") not in (before, under):
            return Fault.STALE
        case Replace(old) if old not in texts(report):
            return Fault.STALE
        case Propose(on) if not on or not set(on) <= texts(report).keys():
            return Fault.STALE
        case Agree(to):
            return _agreement_fault(report, to, by)
        case Ask(after) if after != last_said(report):
            return Fault.STALE
        case Stop(day) if day != today:
            return Fault.LATE
    return None


def _agreement_fault(report: StoredReport, to: bytes, by: int) -> Fault | None:
    found = words(report, to)
    if found is None or not found.brought_by:
        return Fault.STALE
    if found.agreed_by:
        return Fault.KNOWN
    return Fault.OWN if found.brought_by == by else None


def texts(report: StoredReport) -> dict[bytes, tuple[int | None, bytes]]:
    """The reporter's texts by identity: the place of an addition, None for the report's own."""
    found: dict[bytes, tuple[int | None, bytes]] = {}
    if report.sealed is not None:
        found[identity(report.sealed)] = (None, report.sealed)
    for message in report.messages:
        if message.author == "reporter":
            found[identity(message.sealed)] = (message.turn, message.sealed)
    return found


def last_said(report: StoredReport) -> bytes:
    """The identity of the last that moderators wrote to the reporter; empty for nothing."""
    said = [each for each in report.messages if each.author == "moderator"]
    return identity(max(said, key=lambda each: each.turn).sealed) if said else b""


def words(report: StoredReport, wanted: bytes) -> StoredMessage | None:
    """The moderators' message of that identity."""
    for message in report.messages:
        if message.author == "note" and identity(message.sealed) == wanted:
            return message
    return None


def replacement(report: StoredReport, act: Replace) -> Replacement:
    """What is written over what; ``fault`` was asked before."""
    turn, old = texts(report)[act.old]
    drop = tuple(
        each.sealed
        for each in report.messages
        if each.author != "reporter" and identity(each.sealed) in act.drop
    )
    shorten = tuple(
        (each.sealed, new)
        for each in report.messages
        for was, author, new in act.shorten
        if each.author == author and identity(each.sealed) == was
    )
    return Replacement(old, act.new, turn, drop, shorten)


def applied(report: StoredReport, answer: Answer, week: str) -> StoredReport:
    """The report with an answer, as it will be once that is brought back.

    A second moderator's word is not shown as given: whether it is one is decided by who brings it.
    """
    match answer.act:
        case Status(_, to):
            report = replace(report, status=to)
        case Matter(_, to_matter):
            report = replace(report, matter=to_matter or None)
        case Replace():
            report = swapped(report, replacement(report, answer.act))
    turn = max([0, *(each.turn for each in report.messages)])
    more = tuple(
        StoredMessage(turn + number, author, sealed, week, False, OURS)
        for number, (author, sealed) in enumerate(answer.messages, 1)
    )
    return replace(report, messages=(*report.messages, *more))
