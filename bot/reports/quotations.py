"""Where each quotation stands that moderators have proposed from a report; pure functions.

A quotation is words of the reporter's that two moderators, and where the reporter wants to be asked
the reporter too, agreed to use publicly. Its standing follows from what moderators may see of the
report and from nothing else, so whatever changes there changes it: consent, an answer, a redaction.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from bot.reports.consent import permitted
from bot.reports.messages import MessageKind
from bot.reports.model import OpenedReport

_GAP = re.compile(r"\[[^\[\]]*\]|…|\.\.\.")
_WORD = re.compile(r"\w")


class Standing(Enum):
    """How far a quotation has come.

    Members:
        SECOND: a second moderator has to agree.
        UNASKED: agreed, and its reporter is still to be asked.
        REPORTER: asked, and not answered as of the last notice time.
        FREE: the words may be used publicly as they stand.
        DECLINED: the reporter said no.
        STOPPED: the reporter does not allow it any more, or the words are not in the report any
            more.
    """

    SECOND = auto()
    UNASKED = auto()
    REPORTER = auto()
    FREE = auto()
    DECLINED = auto()
    STOPPED = auto()


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words proposed for public use.

    Attributes:
        by: the id of the moderator who proposed them.
        agreed_by: of the second moderator; 0 for none yet.
        reason: why it was stopped or declined; else empty.
        taken: a moderator has copied it while it was free.
    """

    id: str
    words: str
    by: int
    agreed_by: int
    standing: Standing
    reason: str
    taken: bool


def stands_in(words: str, texts: Iterable[str | None]) -> bool:
    """Whether words are of one of the texts, in its order, with gaps only where they are marked.

    ``[…]``, ``…`` and anything else in square brackets is a gap. Spaces and lines do not matter.
    """
    pieces = [" ".join(piece.split()) for piece in _GAP.split(words)]
    pieces = [piece for piece in pieces if _WORD.search(piece)]
    return bool(pieces) and any(_in_order(pieces, text) for text in texts if text is not None)


def _in_order(pieces: list[str], text: str) -> bool:
    whole, at = " ".join(text.split()), 0
    for piece in pieces:
        found = _found(piece, whole, at)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _found(piece: str, whole: str, at: int) -> int:
    while (found := whole.find(piece, at)) >= 0:
        end = found + len(piece)
        # Not half a word: "may" of "dismay" is another word.
        begins = not (found and _joined(whole[found - 1], whole[found]))
        ends = not (end < len(whole) and _joined(whole[end - 1], whole[end]))
        if begins and ends:
            return found
        at = found + 1
    return -1


def _joined(left: str, right: str) -> bool:
    return bool(_WORD.match(left) and _WORD.match(right))


def said(report: OpenedReport) -> tuple[str | None, ...]:
    """What the reporter wrote: the report, then its additions; nothing of moderators'."""
    additions = (each.text for each in report.messages if each.kind is MessageKind.ADDITION)
    return (report.text, *additions)


def quotations(report: OpenedReport) -> list[Quotation]:
    """Every quotation proposed from a report, as it stands now, in the order of proposing."""
    return [
        _quotation(report, message.more.get("quote", ""), message.text, message.more.get("by", ""))
        for message in report.messages
        if message.kind is MessageKind.PROPOSED and message.text
    ]


def _quotation(report: OpenedReport, quote: str, words: str | None, by: str) -> Quotation:
    words, proposer, agreed, asked, taken = words or "", _number(by), 0, False, False
    answer: bool | None = None
    for message in report.messages:
        if message.more.get("quote") != quote:
            continue
        match message.kind:
            case MessageKind.AGREED if not agreed:
                # Whoever proposed is no second moderator.
                second = _number(message.more.get("by", ""))
                agreed = second if second != proposer else 0
            case MessageKind.QUOTE:
                # An answer is to these very words or to none.
                asked = asked or message.text == words
            case MessageKind.ANSWER if asked:
                answer = message.more.get("yes") == "1"
            case MessageKind.USED:
                taken = True
    standing, reason = _standing(report, words, agreed=agreed > 0, asked=asked, answer=answer)
    return Quotation(quote, words, proposer, agreed, standing, reason, taken)


def _standing(
    report: OpenedReport, words: str, *, agreed: bool, asked: bool, answer: bool | None
) -> tuple[Standing, str]:
    allowed = permitted(report)
    if answer is False:
        return Standing.DECLINED, "The reporter was asked about these words and said no."
    if allowed.public_refused:
        return Standing.STOPPED, allowed.public_refused
    if not stands_in(words, said(report)):
        return Standing.STOPPED, "The words are not in the report any more: it was redacted since."
    if not agreed:
        return Standing.SECOND, ""
    if allowed.ask and not asked:
        return Standing.UNASKED, ""
    if allowed.ask and answer is None:
        return Standing.REPORTER, ""
    return Standing.FREE, ""


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
