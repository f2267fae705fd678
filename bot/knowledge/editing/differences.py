"""What differs between two versions of an entry, in words that a moderator can read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from bot.knowledge.editing.model import Table
from bot.knowledge.editing.tables import LABELS, source_line, table_of
from bot.knowledge.model import Confidence, Entry, PartialDate

CONTEXT_WORDS = 6  # before and after what has changed
ALIKE = 0.5  # texts that share less are shown whole: single words in common tell nothing
_WORD = re.compile(r"\S+\s*")

Mark = Literal["same", "gone", "new", "skipped"]
Piece = tuple[Mark, str]
"""Words that are in both versions, in the older, or in the newer; or "…" in the place of some."""

SURE_WORDS = {
    Confidence.CORROBORATED: "borne out by independent sources",
    Confidence.ONE_SOURCE: "one source",
    Confidence.DISPUTED: "disputed",
    Confidence.NOT_FOUND: "not established",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One key that differs.

    Attributes:
        key, label: as in the files, and as in the forms.
        pieces: of a text, its words in order; of a list, the lines that went and those that came,
            each on its own.
        listed: it is a list.
    """

    key: str
    label: str
    pieces: tuple[Piece, ...]
    listed: bool = False


def differences(before: Entry | None, after: Entry | None) -> list[Difference]:
    """Every key in which two versions differ, in the order of the forms."""
    old, new = (table_of(entry) if entry else {} for entry in (before, after))
    return [
        _difference(key, label, old.get(key), new.get(key))
        for key, label in LABELS.items()
        if old.get(key) != new.get(key)
    ]


def changed_keys(before: Table, after: Table) -> set[str]:
    """The keys in which two tables differ."""
    return {key for key in {*before, *after} if before.get(key) != after.get(key)}


def _difference(key: str, label: str, old: Any, new: Any) -> Difference:  # noqa: ANN401
    if isinstance(old, list) or isinstance(new, list):
        gone, come = (_listed(key, value or []) for value in (old, new))
        pieces: list[Piece] = [("gone", line) for line in gone if line not in come]
        pieces += [("new", line) for line in come if line not in gone]
        if not pieces:  # the same in another order
            pieces = [("new", line) for line in come]
        return Difference(key, label, tuple(pieces), listed=True)
    return Difference(key, label, tuple(words_changed(_said(key, old), _said(key, new))))


def _listed(key: str, values: Sequence[Any]) -> list[str]:
    if key == "sources":
        return [source_line(value) for value in values]
    if key == "dates":
        return [str(PartialDate.parse(value)) for value in values]
    return [str(value) for value in values]


def _said(key: str, value: object) -> str:
    if not value:
        return ""
    if key == "confidence":
        return SURE_WORDS[Confidence(str(value))]
    if key in ("date", "end", "checked"):
        return str(PartialDate.parse(str(value)))
    return str(value)


def words_changed(old: str, new: str, context: int = CONTEXT_WORDS) -> list[Piece]:
    """The words of two texts: the same, gone, new; long stretches of the same are left out."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    matcher = SequenceMatcher(
        None, [word.rstrip() for word in before], [word.rstrip() for word in after], autojunk=False
    )
    if matcher.ratio() < ALIKE:
        return [(mark, text) for mark, text in _whole(old, new) if text]
    pieces: list[Piece] = []
    steps = matcher.get_opcodes()
    for number, (what, i1, i2, j1, j2) in enumerate(steps):
        if what == "equal":
            first, last = number == 0, number == len(steps) - 1
            pieces += _shortened(after[j1:j2], 0 if first else context, 0 if last else context)
            continue
        if i2 > i1:
            pieces.append(("gone", "".join(before[i1:i2]).strip()))
        if j2 > j1:
            pieces.append(("new", "".join(after[j1:j2]).strip()))
    return pieces


def _whole(old: str, new: str) -> list[Piece]:
    return [("gone", old), ("new", new)]


def _shortened(words: list[str], head: int, tail: int) -> list[Piece]:
    """The words at both ends of a stretch that has not changed."""
    if len(words) <= head + tail + 1:
        return [("same", "".join(words).strip())]
    pieces: list[Piece] = []
    if head:
        pieces.append(("same", "".join(words[:head]).strip()))
    pieces.append(("skipped", "…"))
    if tail:
        pieces.append(("same", "".join(words[-tail:]).strip()))
    return pieces
