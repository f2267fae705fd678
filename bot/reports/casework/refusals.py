"""Refused words that a redaction takes words out of: what is left of them stays refused."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.reports.messages import Author, MessageKind
from bot.reports.model import OpenedReport
from bot.reports.quotations import (
    GAP,
    REFUSED_ALIKE,
    REMOVED,
    Standing,
    quotations,
    said,
    stands_in,
)
from bot.reports.sealing import open_envelope, seal

_KINDS = (MessageKind.PROPOSED, MessageKind.AGREED, MessageKind.QUOTE)
_MARK = "\0"  # one character for each that was taken out


@dataclass(frozen=True, slots=True)
class Shortened:
    """A message of refused words, and what is left of those."""

    author: Author
    envelope: bytes
    text: str


@dataclass(frozen=True, slots=True)
class Lost:
    """What becomes of quotations whose words are not in a report any more.

    Attributes:
        quotations: how many go.
        drop: the envelopes of their messages.
        refused: messages of those that the reporter said no to.
    """

    quotations: int
    drop: tuple[bytes, ...]
    refused: tuple[Shortened, ...]


def lost(
    before: OpenedReport, after: OpenedReport, text: str, gone: Sequence[tuple[int, int]]
) -> Lost:
    """What becomes of quotations, so that no refusal is forgotten and no word stays.

    Args:
        text: the one that words are taken out of, as it was.
        gone: where those stood in it, from and up to.
    """
    texts = said(after)
    drop, left = set(), {}
    for each in quotations(before):
        if stands_in(each.words, texts):
            continue
        short = shortened(each.words, text, gone)
        said_no = each.standing is Standing.DECLINED and each.reason != REFUSED_ALIKE
        if said_no and stands_in(short, texts):
            left[each.id] = short
        else:
            drop.add(each.id)
    messages = [each for each in before.messages if each.kind in _KINDS and each.envelope]
    return Lost(
        len(drop),
        tuple(each.envelope for each in messages if each.more.get("quote") in drop),
        tuple(
            Shortened(each.author, each.envelope, left[each.more["quote"]])
            for each in messages
            if each.kind is not MessageKind.AGREED and each.more.get("quote") in left
        ),
    )


def shortened(words: str, text: str, gone: Sequence[tuple[int, int]]) -> str:
    """Words of a text, with marks for those that are taken out of it there.

    Where they stand in it several times, what is taken out at one place is left out.
    """
    out = {at for start, stop in gone for at in range(start, stop)}
    result, at = "", 0
    for gap in [*GAP.finditer(words), None]:
        piece = words[at : gap.start() if gap else len(words)]
        result += _piece(piece, text, out) + (gap[0] if gap else "")
        at = gap.end() if gap else at
    return re.sub(rf"{_MARK}(?:\s*{_MARK})*", REMOVED, result)


def _piece(piece: str, text: str, out: set[int]) -> str:
    letters = [at for at, letter in enumerate(piece) if not letter.isspace()]
    if not letters:
        return piece
    # Spaces and lines may differ, so letters are compared by their number and not by their place.
    pattern = r"\s+".join(re.escape(word) for word in piece.split())
    marked = list(piece)
    for found in re.finditer(rf"(?=(?<!\w)({pattern})(?!\w)|(?<=\w)(?!\w)({pattern}))", text):
        start, stop = found.span(1 if found[1] is not None else 2)
        there = [at for at in range(start, stop) if not text[at].isspace()]
        for mine, theirs in zip(letters, there, strict=True):
            if theirs in out:
                marked[mine] = _MARK
    return "".join(marked)


def resealed(
    refused: Iterable[Shortened],
    private: Iterable[bytes],
    readers: Sequence[bytes],
    reporter_key: bytes,
) -> tuple[tuple[bytes, bytes], ...]:
    """Each envelope, and the one for the same readers that takes its place.

    Raises:
        CannotOpen: none of the private keys opens one.
    """
    keys = list(private)
    return tuple(
        (
            each.envelope,
            seal(
                {**open_envelope(each.envelope, keys), "text": each.text, "redacted": "1"},
                [*readers, reporter_key] if each.author == "moderator" else readers,
            ),
        )
        for each in refused
    )
