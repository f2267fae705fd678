"""What somebody asks, where it stands among other text: in a message, or in words for a search."""

import re
from collections.abc import Sequence

from bot.knowledge.words import is_stop, raw_tokens
from bot.text import one_line

# Mentions, commands, times and emoji as Discord writes them; addresses; calls to everybody.
_MARKS = re.compile(
    r"<(?:@[!&]?|#|t:|a?:|/|id:)[^<>\n]{0,100}>|@(?:everyone|here)\b|<?https?://[^\s<>]+>?",
    re.IGNORECASE,
)
_FORMATTING = re.compile(r"[*_~`|]{1,3}|^[^\S\n]*(?:>{1,3}|-#|#{1,3})(?=\s)", re.MULTILINE)
_DECIMAL = re.compile(r"\d+p\d+")  # as ``raw_tokens`` gives 84.4
_SENTENCE = re.compile(r"[^.!?]*(?:[.!](?=\S)[^.!?]*)*[.!?]+|[^.!?]+\Z")

WHOLE = 3  # letters of the longest word that is taken as it is
LONGEST_BEGINNING = 12  # letters; more of a word tells no more


def question_in(text: str) -> str:
    """The words of a message on one line, without mentions, addresses and formatting."""
    return one_line(_FORMATTING.sub(" ", _MARKS.sub(" ", text)))


def readings(text: str) -> tuple[str, ...]:
    """What a message may ask, to be tried in turn: only its questions, then all of it.

    The questions first: what is said around them would be answered as well.

    Args:
        text: as ``question_in`` gives it.
    """
    asked = " ".join(
        part.strip() for part in _SENTENCE.findall(text) if part.rstrip().endswith("?")
    )
    if not asked or asked == text:
        return (text,) if text else ()
    return asked, text


def says_something(text: str) -> bool:
    """Whether there is a word with a meaning in a text: "thanks" and "hello" have none."""
    return any(not is_stop(token) for token in raw_tokens(text))


def subjects(question: str) -> list[tuple[str, bool]]:
    """The words that a question is about, in order, each once, for a search elsewhere.

    Returns:
        Letters and digits: a short word as it is, and True; of a longer one only the beginning,
        so that "strikes" is found with "strike", and False.
    """
    found: dict[str, bool] = {}
    for token in raw_tokens(question):
        if is_stop(token) or _DECIMAL.fullmatch(token):
            continue
        if len(token) <= WHOLE:
            found[token] = True
        else:
            found.setdefault(_beginning(token)[:LONGEST_BEGINNING], False)
    return list(found.items())


def _beginning(word: str) -> str:
    for ending in ("ies", "ied", "ing", "ed", "es", "y", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= WHOLE + 1:
            return word.removesuffix(ending)
    return word.removesuffix("s")


def similar(typed: str, names: Sequence[str]) -> list[int]:
    """The positions of at most three names that are spelt most like what was typed, best first."""
    from rapidfuzz import fuzz, process, utils

    found = process.extract(
        typed,
        names,
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        limit=3,
    )
    return [position for _, _, position in found]
