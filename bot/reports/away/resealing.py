"""A new key in sealed reading: where the old private key is, everything is sealed to the new one.

Only the part of an envelope that says who can open it is made anew and brought back; the bot puts
it in place of the old part and cannot be given other words that way.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.errors import NotAllowed
from bot.reports.away.answers import Resealed
from bot.reports.away.file import NEEDS_KEY, AnswerFile
from bot.reports.sealing import (
    CannotOpen,
    open_envelope,
    public_of,
    reseal,
    with_wraps,
    wraps,
)
from bot.reports.stored import StoredReport


def resealed(
    reports: Iterable[StoredReport], private: Sequence[bytes], new_private: bytes, reader: bytes
) -> tuple[list[Resealed], int]:
    """What is to be brought back so that the new key opens it, and how much none of the keys opens.

    Args:
        private: the older private keys.
        new_private, reader: the new key's two halves; each new envelope is tried with the first.
    """
    found: list[Resealed] = []
    closed = 0
    for report in reports:
        for envelope in envelopes(report):
            if _opens(envelope, new_private):
                continue
            new = next(
                (made for key in private if (made := reseal(envelope, key, reader)) is not None),
                None,
            )
            if new is None or not _opens(new, new_private):
                closed += 1
                continue
            found.append(Resealed(report.id, _digest(envelope), wraps(new)))
    return found, closed


def envelopes(report: StoredReport) -> list[bytes]:
    """Everything sealed of a report."""
    own = [] if report.sealed is None else [report.sealed]
    return own + [message.sealed for message in report.messages]


def spliced(report: StoredReport, those: Iterable[Resealed]) -> dict[bytes, bytes]:
    """The new envelopes of a report by the old ones, where those still are as they were."""
    here = {_digest(envelope): envelope for envelope in envelopes(report)}
    found = {}
    for each in those:
        old = here.get(each.was)
        if old is not None and len(wraps(old)) == len(each.wraps):
            found[old] = with_wraps(old, each.wraps)
    return found


def _opens(envelope: bytes, private: bytes) -> bool:
    try:
        open_envelope(envelope, [private])
    except CannotOpen:
        return False
    return True


def _digest(envelope: bytes) -> bytes:
    return hashlib.sha256(envelope).digest()


def write(file: AnswerFile) -> tuple[int, int]:
    """Write to the file of answers what makes the server's key open everything that is here.

    Returns:
        How many messages are resealed, and how many none of the given keys opens.

    Raises:
        NotAllowed: the server's own private key is not among those that are here.
        OSError: the file could not be written.
    """
    bundle = file.bundle
    ours = {public_of(private): private for private in bundle.private}
    reader = next((key for key in bundle.keys if key in ours), None)
    if reader is None:
        raise NotAllowed(NEEDS_KEY)
    older = [private for public, private in ours.items() if public not in bundle.keys]
    found, closed = resealed(bundle.stored, older, ours[reader], reader)
    if found:
        file.keep(replace(file.contents, resealed=tuple(found)))
    return len(found), closed


def waiting(file: AnswerFile) -> int:
    """How many messages could be resealed now, and are not in the file yet."""
    bundle = file.bundle
    ours = {public_of(private): private for private in bundle.private}
    older = [private for public, private in ours.items() if public not in bundle.keys]
    if not older or len(older) == len(ours):
        return 0
    reader = next(key for key in bundle.keys if key in ours)
    found, _ = resealed(bundle.stored, older, ours[reader], reader)
    return len(found) - len(file.contents.resealed)
