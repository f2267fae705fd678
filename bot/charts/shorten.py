"""Making a text fit: whole sentences where they do, else up to where a clause or a word ends."""

import re
from bisect import bisect_left
from collections.abc import Callable

MORE = "…"
_SENTENCE = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][”’\"']))\s+(?=[“‘\"'A-Z0-9£])")
_CLAUSE = re.compile(r"(?<=[,;:])\s+|\s+(?=[–—-]\s)|\s+(?=\()")
_TITLES = ("Mr.", "Mrs.", "Ms.", "Dr.", "St.", "No.", "vs.", "e.g.", "i.e.")
_LOOSE = " ,;:-–—("
CLAUSE_SHARE = 0.7  # a clause that is much shorter than what fits gives too much away


def shorten(text: str, fits: Callable[[str], bool]) -> str:
    """The text if it fits, or the longest good part of it, with an ellipsis."""
    if fits(text):
        return text
    for end in reversed(_sentence_ends(text)):
        if fits(kept := f"{text[:end]} {MORE}"):
            return kept
    words = _longest([match.start() for match in re.finditer(r"\s+", text)], text, fits)
    clauses = _longest(_ends(_CLAUSE, text), text, fits)
    best = clauses if len(clauses) >= CLAUSE_SHARE * len(words) else words
    return best or MORE


def first_sentence(text: str) -> str:
    """The first sentence of a text, with an ellipsis where there are more."""
    ends = _sentence_ends(text)
    return f"{text[: ends[0]]} {MORE}" if ends else text


def _sentence_ends(text: str) -> list[int]:
    return [end for end in _ends(_SENTENCE, text) if not text[:end].endswith(_TITLES)]


def _ends(pattern: re.Pattern[str], text: str) -> list[int]:
    return [match.start() for match in pattern.finditer(text)]


def _longest(ends: list[int], text: str, fits: Callable[[str], bool]) -> str:
    """What fits and ends at one of the places, as long as can be; found by halving."""

    def kept(end: int) -> str:
        return text[:end].rstrip(_LOOSE) + MORE

    fitting = bisect_left(ends, True, key=lambda end: not fits(kept(end)))
    best = kept(ends[fitting - 1]) if fitting else ""
    return best if len(best) > 1 and fits(best) else ""
