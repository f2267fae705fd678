"""Identifiers that a reporter typed, found by their shape and taken out.

What counts as one is in ``identifiers``; here it is found in a text as typed, and marked.
Names, places and job titles have no shape; the reporter is told so.
"""

import re
from dataclasses import dataclass

from bot.reports.contacts import ORDINARY
from bot.reports.edges import WALL
from bot.reports.identifiers import LABELS, candidates
from bot.reports.lookalikes import fold
from bot.text import plain

# A pattern of the marks that stand where something was taken out.
MARKS = "|".join(re.escape(f"[{label} removed]") for label in LABELS.values())
_REMOVED = re.compile(MARKS, re.IGNORECASE)

_JOINERS = re.compile("\u200d+")


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without the identifiers that could be recognised.

    Attributes:
        text: with each identifier replaced by a mark such as ``[phone removed]``.
        removed: how many of each kind, by the kind's label, in the order of LABELS.
    """

    text: str
    removed: dict[str, int]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """An identifier's place in a text, and its kind (a key of LABELS)."""

    start: int
    end: int
    kind: str


def redact(text: str) -> Redacted:
    """Take out what looks like an identifier; the rest stays as typed, without invisible signs.

    Doing it again changes nothing.
    """
    # Joiners by the dozen leave others where they join nothing.
    text = plain(_JOINERS.sub("\u200d", plain(text)))
    removed = dict.fromkeys(LABELS.values(), 0)
    kept, done = [], 0
    for span in identifiers(text):
        label = LABELS[span.kind]
        removed[label] += 1
        kept += [text[done : span.start], f"[{label} removed]"]
        done = span.end
    kept.append(text[done:])
    return Redacted("".join(kept), {label: count for label, count in removed.items() if count})


def identifiers(text: str) -> list[Span]:
    """Where the identifiers of a plain text are, in order and without overlaps."""
    folded = fold(_REMOVED.sub(lambda mark: WALL * len(mark[0]), text))
    searched = ORDINARY.sub(lambda kept: WALL * len(kept[0]), folded.text)
    found: list[tuple[int, int, int, str]] = []
    # What was taken out is a wall to what is left, and may show it to be one too: look once more.
    while new := _merged(candidates(searched)):
        # One that was found now may begin in one that was found before: "a@b@c".
        found = _merged([*found, *new])
        for start, end, *_ in new:
            searched = searched[:start] + WALL * (end - start) + searched[end:]
    places = folded.places
    return sorted(Span(places[start], places[end - 1] + 1, kind) for start, end, _, kind in found)


def _merged(found: list[tuple[int, int, int, str]]) -> list[tuple[int, int, int, str]]:
    """Without overlaps: where two shapes overlap all of both goes, as the kind of lower rank."""
    merged: list[tuple[int, int, int, str]] = []
    for start, end, rank, kind in sorted(found):
        if merged and start < merged[-1][1]:
            last_start, last_end, last_rank, last_kind = merged.pop()
            rank, kind = min((last_rank, last_kind), (rank, kind))
            start, end = last_start, max(end, last_end)
        merged.append((start, end, rank, kind))
    return merged
