"""Quotations: one moderator proposes words, another agrees, and where need be the reporter too."""

import secrets

from bot.errors import InvalidInput, NotAllowed, NotFound
from bot.reports.consent import permitted
from bot.reports.inbox import Inbox
from bot.reports.messages import MessageKind
from bot.reports.quotations import (
    Quotation,
    Standing,
    quotations,
    refused_alike,
    said,
    stands_in,
)
from bot.reports.redaction import redact
from bot.text import utf16_len

WORDS_LIMIT = 1_500
_ID_BYTES = 4

NOT_FROM_HERE = (
    "Those are not the reporter's words. Copy them from the report as they stand, and mark what "
    "you leave out with […]; nothing else may stand in brackets. Nothing was proposed."
)
REFUSED = (
    "The reporter has said no to these words, or to words that share a part with them. No cut of "
    "them is asked for again. Nothing was proposed. You can reply; a reporter who thinks better of "
    "it can approve the words at `/report check`."
)


def cleaned(words: str) -> str:
    """Words as they would be used: identifiers removed.

    Raises:
        InvalidInput: there are none, or too many.
    """
    found = redact(words.strip()).text.strip()
    if not found or utf16_len(found) > WORDS_LIMIT:
        raise InvalidInput(f"A quotation has from 1 to {WORDS_LIMIT:,} characters.")
    return found


async def may_propose(inbox: Inbox, guild_id: int, report_id: bytes) -> str:
    """The use in force, as the reporter chose it.

    Raises:
        NotAllowed: it does not allow public use; the text says why.
        NotFound, Unavailable: as with ``Inbox.open``.
    """
    allowed = permitted(await inbox.open(guild_id, report_id))
    if allowed.public_refused:
        raise NotAllowed(allowed.public_refused)
    return allowed.words


async def check_words(inbox: Inbox, guild_id: int, report_id: bytes, words: str) -> str:
    """Words as they would be proposed.

    Raises:
        InvalidInput: they are too long, or not the reporter's.
        NotAllowed: the reporter does not allow public use, or has refused these words.
        NotFound, Unavailable: as with ``Inbox.open``.
    """
    found = cleaned(words)
    report = await inbox.open(guild_id, report_id)
    allowed = permitted(report)
    if allowed.public_refused:
        raise NotAllowed(allowed.public_refused)
    if not stands_in(found, said(report)):
        raise InvalidInput(NOT_FROM_HERE)
    if refused_alike(report, found):
        raise NotAllowed(REFUSED)
    return found


async def propose(inbox: Inbox, guild_id: int, report_id: bytes, by: int, words: str) -> str:
    """Put words to the other moderators; the quotation's id.

    Raises:
        InvalidInput, NotAllowed, NotFound, Unavailable: as with ``check_words``.
    """
    async with inbox.quoting:
        found = await check_words(inbox, guild_id, report_id, words)
        for known in await known_quotations(inbox, guild_id, report_id):
            if known.words == found and known.standing is not Standing.STOPPED:
                raise InvalidInput(
                    "These words were proposed already; Quotations under the report shows how far "
                    "they have come."
                )
        quote = secrets.token_hex(_ID_BYTES)
        await inbox.write(guild_id, report_id, MessageKind.PROPOSED, found, quote=quote, by=str(by))
        return quote


async def known_quotations(inbox: Inbox, guild_id: int, report_id: bytes) -> list[Quotation]:
    """All quotations of a report, as they stand now.

    Raises:
        NotFound, Unavailable: as with ``Inbox.open``.
    """
    return quotations(await inbox.open(guild_id, report_id))


async def find(inbox: Inbox, guild_id: int, report_id: bytes, quote: str) -> Quotation:
    """One quotation as it stands now.

    Raises:
        NotFound: there is none of that id.
        Unavailable: as with ``Inbox.open``.
    """
    for known in await known_quotations(inbox, guild_id, report_id):
        if known.id == quote:
            return known
    raise NotFound("That quotation is not there any more. Please open the report again.")


async def agree(inbox: Inbox, guild_id: int, report_id: bytes, by: int, quote: str) -> Quotation:
    """A second moderator agrees; where the reporter is to be asked, that is done with it.

    Returns:
        The quotation as it stands then.

    Raises:
        NotAllowed: the same moderator proposed it, or it was stopped.
        NotFound, Unavailable: as with ``find``.
    """
    async with inbox.quoting:
        known = await find(inbox, guild_id, report_id, quote)
        _refuse_stopped(known)
        if known.by == by:
            raise NotAllowed(
                "You proposed these words. Somebody else who reads reports has to agree to them."
            )
        if not known.agreed_by:
            await inbox.write(guild_id, report_id, MessageKind.AGREED, quote=quote, by=str(by))
            known = await find(inbox, guild_id, report_id, quote)
        return await _ask(inbox, guild_id, report_id, known)


async def ask(inbox: Inbox, guild_id: int, report_id: bytes, quote: str) -> Quotation:
    """Ask the reporter about a quotation that was agreed to, unless that was done or need not be.

    Raises:
        NotFound, Unavailable: as with ``find``.
    """
    async with inbox.quoting:
        known = await find(inbox, guild_id, report_id, quote)
        return await _ask(inbox, guild_id, report_id, known)


async def _ask(inbox: Inbox, guild_id: int, report_id: bytes, known: Quotation) -> Quotation:
    if known.standing is not Standing.UNASKED:
        return known
    await inbox.write(guild_id, report_id, MessageKind.QUOTE, known.words, quote=known.id)
    return await find(inbox, guild_id, report_id, known.id)


async def take(inbox: Inbox, guild_id: int, report_id: bytes, quote: str) -> Quotation:
    """The words, to be used publicly. The first time, the reporter is told that they were taken.

    Raises:
        NotAllowed: something is missing still, or it was stopped; the text says what.
        NotFound, Unavailable: as with ``find``.
    """
    async with inbox.quoting:
        known = await find(inbox, guild_id, report_id, quote)
        _refuse_stopped(known)
        if known.standing is Standing.SECOND:
            raise NotAllowed("A second moderator has to agree to these words first.")
        if known.standing is not Standing.FREE:
            raise NotAllowed(
                "The reporter has to approve these words first, at `/report check`. An answer "
                "shows at a notice time."
            )
        if not known.taken:
            text = f"These words of yours were taken to be used publicly: “{known.words}”"
            await inbox.write(guild_id, report_id, MessageKind.USED, text, quote=quote, how="pub")
        return known


def _refuse_stopped(known: Quotation) -> None:
    if known.standing in (Standing.STOPPED, Standing.DECLINED):
        raise NotAllowed(f"{known.reason} These words must not be used publicly.")
