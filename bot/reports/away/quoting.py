"""Quotations where the key is: proposed, agreed to, asked about and taken in files of answers."""

import secrets
from dataclasses import replace

from bot.errors import InvalidInput, NotAllowed, NotFound
from bot.reports.away.answers import Agree, Ask, Propose
from bot.reports.away.applying import OURS, last_said, texts, words
from bot.reports.away.file import AnswerFile
from bot.reports.casework.quoting import NOT_FROM_HERE, REFUSED, cleaned
from bot.reports.consent import permitted
from bot.reports.messages import MessageKind
from bot.reports.model import OpenedReport
from bot.reports.quotations import (
    Quotation,
    Standing,
    quotations,
    refused_alike,
    said,
    stands_in,
)
from bot.reports.sealing import identity

OWN_FILE = (
    "You proposed these words in this very file. Somebody else who reads reports has to agree, in "
    "a file of their own that they bring back themselves."
)
FIRST_BACK = (
    "A second moderator has to agree first. If you have agreed in this file, bring it back, and "
    "take /inbox export again: only then does it count."
)
NOT_ASKED = (
    "Its reporter has to be asked still: use Ask, on the page or with --ask. The question goes out "
    "when this file is brought back."
)
ASKED_ALREADY = "Its reporter is asked already, or need not be."
NOT_APPROVED = (
    "The reporter has to approve these words first, at /report check. An answer shows in a bundle "
    "that is exported after a notice time."
)
_QUOTE_BYTES = 4


def propose(file: AnswerFile, report: OpenedReport, typed: str) -> None:
    """Put words of the reporter's to the other moderators, to be quoted publicly.

    Raises:
        InvalidInput: they are too long, not the reporter's, or were proposed before.
        NotAllowed: the reporter does not allow public use, or as with ``AnswerFile.add``.
        OSError: as with ``AnswerFile.add``.
    """
    found = cleaned(typed)
    allowed = permitted(report)
    if allowed.public_refused:
        raise NotAllowed(allowed.public_refused)
    if not stands_in(found, said(report)):
        raise InvalidInput(NOT_FROM_HERE)
    if any(
        known.words == found and known.standing is not Standing.STOPPED
        for known in quotations(report)
    ):
        raise InvalidInput("These words were proposed already.")
    if refused_alike(report, found):
        raise NotAllowed(REFUSED)
    quote = secrets.token_hex(_QUOTE_BYTES)
    message = file.sealed(report, MessageKind.PROPOSED, found, quote=quote)
    file.add(report, [message], Propose(tuple(texts(file.stored(report.id)))))


def agree(file: AnswerFile, report: OpenedReport, number: int) -> Quotation:
    """Agree to words that somebody else proposed; their reporter is asked with it where need be.

    Args:
        number: of the quotation, from 1.

    Raises:
        InvalidInput: a second moderator has agreed already.
        NotAllowed: they were proposed in this very file, or stopped, or as with
            ``AnswerFile.add``.
        NotFound: there is none of that number.
        OSError: as with ``AnswerFile.add``.
    """
    known = quotation(report, number)
    _refuse_stopped(known)
    if known.standing is Standing.UNASKED:
        raise InvalidInput(f"A second moderator has agreed to these words already. {NOT_ASKED}")
    if known.standing is not Standing.SECOND:
        raise InvalidInput("A second moderator has agreed to these words already.")
    envelope = next(
        each.envelope
        for each in report.messages
        if each.kind is MessageKind.PROPOSED and each.more.get("quote") == known.id
    )
    found = words(file.stored(report.id), identity(envelope))
    if found is None or found.brought_by == OURS:
        raise NotAllowed(OWN_FILE)
    if file.agreed(identity(envelope)):
        raise InvalidInput("You have agreed to these words in this file already.")
    messages = []
    if _would_ask(report, known):
        messages.append(file.sealed(report, MessageKind.QUOTE, known.words, quote=known.id))
    file.add(report, messages, Agree(identity(envelope)))
    return known


def ask(file: AnswerFile, report: OpenedReport, number: int) -> Quotation:
    """Ask the reporter about words that were agreed to while that was not needed.

    Args:
        number: of the quotation, from 1.

    Raises:
        InvalidInput: that was done, or need not be, or as with ``AnswerFile.add``.
        NotAllowed: a second moderator has to agree first, or they were stopped, or as with
            ``AnswerFile.add``.
        NotFound: there is none of that number.
        OSError: as with ``AnswerFile.add``.
    """
    known = _agreed(report, number)
    if known.standing is not Standing.UNASKED:
        raise InvalidInput(ASKED_ALREADY)
    question = file.sealed(report, MessageKind.QUOTE, known.words, quote=known.id)
    file.add(report, [question], Ask(last_said(file.stored(report.id))))
    return known


def take(file: AnswerFile, report: OpenedReport, number: int) -> Quotation:
    """The words, to be used publicly; the first time, their reporter is told with the file.

    Args:
        number: of the quotation, from 1.

    Raises:
        NotAllowed: something is missing still, or they were stopped, or as with
            ``AnswerFile.add``.
        NotFound: there is none of that number.
        OSError: as with ``AnswerFile.add``.
    """
    known = _agreed(report, number)
    if known.standing is Standing.UNASKED:
        raise NotAllowed(NOT_ASKED)
    if known.standing is not Standing.FREE:
        raise NotAllowed(NOT_APPROVED)
    if not known.taken:
        text = f"These words of yours were taken to be used publicly: “{known.words}”"
        message = file.sealed(report, MessageKind.USED, text, quote=known.id, how="pub")
        file.add(report, [message])
    return known


def _agreed(report: OpenedReport, number: int) -> Quotation:
    """A quotation by its number, on which two moderators have agreed.

    Raises:
        NotAllowed: they have not, or the reporter stopped it.
        NotFound: there is none of that number.
    """
    known = quotation(report, number)
    _refuse_stopped(known)
    if known.standing is Standing.SECOND:
        raise NotAllowed(FIRST_BACK)
    return known


def quotation(report: OpenedReport, number: int) -> Quotation:
    """One quotation by its number, from 1.

    Raises:
        NotFound: there is none of that number.
    """
    known = quotations(report)
    if not 1 <= number <= len(known):
        raise NotFound("There is no quotation of that number under this report.")
    return known[number - 1]


def _would_ask(report: OpenedReport, known: Quotation) -> bool:
    """Whether the reporter would have to approve the words once a second moderator agrees."""
    proposed = next(each for each in report.messages if each.more.get("quote") == known.id)
    word = replace(
        proposed,
        kind=MessageKind.AGREED,
        text="",
        more={"quote": known.id, "by": str(known.by + 1)},
    )
    agreed = replace(report, messages=(*report.messages, word))
    standing = next(each.standing for each in quotations(agreed) if each.id == known.id)
    return standing is Standing.UNASKED


def _refuse_stopped(known: Quotation) -> None:
    if known.standing in (Standing.STOPPED, Standing.DECLINED):
        raise NotAllowed(f"{known.reason} These words must not be used publicly.")
