"""Taking answers from sealed reading in: each once, and only for reports that are here."""

import asyncio
from dataclasses import dataclass

from bot.errors import NotAllowed, NotFound
from bot.reports.away.answers import read_answers
from bot.reports.casework.store import Changed
from bot.reports.inbox import Inbox


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of a file of answers.

    Attributes:
        added: how many were taken in.
        known: how many had been taken in before.
        gone: how many are for reports that are not here, or not any more.
    """

    added: int
    known: int
    gone: int


async def bring(inbox: Inbox, guild_id: int, content: bytes) -> Brought:
    """Take in a file of answers. The same file again changes nothing.

    Raises:
        InvalidInput: as with ``read_answers``; nothing was taken in.
        NotAllowed: reports are read in Discord here.
        Unavailable: it could not be stored; what was taken in so far is known the next time.
    """
    if inbox.keyring.opens_here:
        # What cannot be looked into here could be a second moderator's word that never was given.
        raise NotAllowed(
            "Reports are read in Discord here, and answered there: `/inbox read`. Answers from a "
            "file are for sealed reading. Nothing was brought back."
        )
    keys = await inbox.keyring.sealing(guild_id)
    answers = await asyncio.to_thread(read_answers, content, guild_id, keys)
    added = known = gone = 0
    for answer in answers:
        try:
            report = await inbox.stored(guild_id, answer.report_id)
        except NotFound:
            gone += 1
            continue
        if report.reporter_key != answer.reporter_key:
            gone += 1
            continue
        # Of a withdrawn report the messages are in memory alone; that must not show here either.
        if any(message.sealed == answer.sealed for message in report.messages):
            known += 1
            continue
        try:
            taken = await inbox.cases.bring(
                guild_id,
                answer.report_id,
                answer.author,
                answer.sealed,
                inbox.week,
                answer.status,
            )
        except Changed:
            gone += 1
            continue
        added, known = added + taken, known + (not taken)
    return Brought(added, known, gone)
