"""Where each quotation stands that moderators have proposed from a report; pure functions.

A quotation is words of the reporter's that two moderators, and where the reporter wants to be asked
or was asked the reporter too, agreed to use publicly. Its standing follows from what moderators may
see of the report and from nothing else, so whatever changes there changes it: consent, an answer, a
redaction.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from bot.reports.consent import permitted
from bot.reports.messages import MessageKind, changes_before
from bot.reports.model import OpenedReport
from bot.reports.redaction import MARKS

# What is left out, and what Steward took out. Nothing else in brackets: that would be our words
# between the reporter's.
REMOVED = "[removed]"  # what stands where moderators took words out
GAP = re.compile(rf"\[\s*(?:…|\.\.\.)\s*\]|…|\.\.\.|{MARKS}|{re.escape(REMOVED)}", re.IGNORECASE)
_WORD = re.compile(r"\w")
_WORDS = re.compile(r"\w+")
_LIKE = 5  # so many words of both are the same words
_STRETCH = 3  # so many in a row are no chance, where the words around them differ


REDACTED = "The words are not in the report any more: it was redacted since."
REFUSED_ALIKE = "The reporter said no to these words, or to words that are in them."
# What a reporter's answer says; one that was taken back says nothing.
ANSWERS: Mapping[str, bool | None] = {"1": True, "0": False, "": None}


class Standing(Enum):
    """How far a quotation has come.

    Members:
        SECOND: a second moderator has to agree.
        UNASKED: agreed, and its reporter is still to be asked.
        REPORTER: asked, and not answered as of the last notice time.
        FREE: the words may be used publicly as they stand.
        DECLINED: the reporter said no to these words, or to words that are in them.
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

    ``[…]``, ``…`` and Steward's own marks of what was taken out are gaps; nothing else in brackets
    is. Spaces and lines do not matter.
    """
    pieces = [" ".join(piece.split()) for piece in GAP.split(words)]
    pieces = [piece for piece in pieces if _WORD.search(piece)]
    return bool(pieces) and any(_in_order(pieces, text) for text in texts if text is not None)


def alike(words: str, others: str) -> bool:
    """Whether two quotations are the same words in another cut: one is in the other, or stretches
    of one that are in the other have five words together, whatever gaps are between them. Signs
    and capitals do not matter."""
    ours, theirs = _runs(words), _runs(others)
    return any(
        _within(these, those) or _shared(these, those) >= _LIKE
        for these, those in ((ours, theirs), (theirs, ours))
    )


def _runs(words: str) -> list[tuple[str, ...]]:
    runs = (tuple(_WORDS.findall(piece.casefold())) for piece in GAP.split(words))
    return [run for run in runs if run]


def _shared(ours: Sequence[tuple[str, ...]], theirs: Sequence[tuple[str, ...]]) -> int:
    """How many words our runs have in theirs: a whole run, or the longest stretch of it."""
    return sum(
        len(run) if _within([run], theirs) else _longest(run, theirs) for run in dict.fromkeys(ours)
    )


def _longest(run: tuple[str, ...], theirs: Sequence[tuple[str, ...]]) -> int:
    for length in range(_LIKE, _STRETCH - 1, -1):  # more than enough need not be counted
        if _stretches([run], length) & _stretches(theirs, length):
            return length
    return 0


def _stretches(runs: Sequence[tuple[str, ...]], length: int) -> set[tuple[str, ...]]:
    return {run[at : at + length] for run in runs for at in range(len(run) - length + 1)}


def _within(small: Sequence[tuple[str, ...]], large: Sequence[tuple[str, ...]]) -> bool:
    return bool(small) and all(
        any(
            run == each[at : at + len(run)]
            for each in large
            for at in range(len(each) - len(run) + 1)
        )
        for run in small
    )


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
    found = [
        _quotation(report, message.more.get("quote", ""), message.text, message.more.get("by", ""))
        for message in report.messages
        if message.kind is MessageKind.PROPOSED and message.text
    ]
    refused = [each.words for each, yes in found if yes is False]
    return [each if yes is not None else _unless_refused(each, refused) for each, yes in found]


def refused_alike(report: OpenedReport, words: str) -> bool:
    """Whether the reporter said no to these words, in whatever cut."""
    return any(
        each.standing is Standing.DECLINED and alike(words, each.words)
        for each in quotations(report)
    )


def _unless_refused(known: Quotation, refused: Sequence[str]) -> Quotation:
    # Where nothing was said of these very words, what was said of the same in another cut counts.
    if known.standing is Standing.STOPPED or not any(alike(known.words, no) for no in refused):
        return known
    return replace(known, standing=Standing.DECLINED, reason=REFUSED_ALIKE)


def _quotation(
    report: OpenedReport, quote: str, words: str | None, by: str
) -> tuple[Quotation, bool | None]:
    """A quotation, and what its reporter says to these very words; None for nothing that counts."""
    words, proposer, agreed, asked, taken = words or "", _number(by), 0, False, False
    answer: bool | None = None
    changes = after = 0
    shortened = False
    for message in report.messages:
        changes += message.kind is MessageKind.CONSENT
        if message.more.get("quote") != quote:
            continue
        match message.kind:
            case MessageKind.PROPOSED:
                shortened = "redacted" in message.more
            case MessageKind.AGREED if not agreed:
                # Whoever proposed is no second moderator.
                second = _number(message.more.get("by", ""))
                agreed = second if second != proposer else 0
            case MessageKind.QUOTE:
                # An answer is to these very words or to none.
                asked = asked or message.text == words
            case MessageKind.ANSWER if asked:
                answer = ANSWERS.get(message.more.get("yes", ""))
                after = changes_before(message.more, changes)
            case MessageKind.USED:
                taken = True
    if answer and after != changes:
        # An approval is part of the use that was in force; with another one it is given anew.
        answer = None
    standing, reason = _standing(report, words, agreed=agreed > 0, asked=asked, answer=answer)
    if shortened and answer is not False:
        # What is left of refused words is there to keep the refusal. Another answer to it may have
        # been given to the longer ones, so it makes nothing free: they are proposed anew.
        standing, reason = Standing.STOPPED, REDACTED
    return Quotation(quote, words, proposer, agreed, standing, reason, taken), answer


def _was_asked(report: OpenedReport, words: str) -> bool:
    """Whether these words, in whatever cut, were ever put to the reporter as a question."""
    return any(
        message.kind is MessageKind.QUOTE and alike(words, message.text or "")
        for message in report.messages
    )


def _standing(
    report: OpenedReport, words: str, *, agreed: bool, asked: bool, answer: bool | None
) -> tuple[Standing, str]:
    allowed = permitted(report)
    if answer is False:
        return Standing.DECLINED, "The reporter was asked about these words and said no."
    if allowed.public_refused:
        return Standing.STOPPED, allowed.public_refused
    if not stands_in(words, said(report)):
        return Standing.STOPPED, REDACTED
    if not agreed:
        return Standing.SECOND, ""
    # "Publicly, as in the preview" is said of what was in the preview, and not of what came after.
    # And whoever was asked reads that no answer means no, whatever use they choose then.
    ask = allowed.ask or not stands_in(words, [report.text]) or _was_asked(report, words)
    if ask and not asked:
        return Standing.UNASKED, ""
    if ask and answer is None:
        return Standing.REPORTER, ""
    return Standing.FREE, ""


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
