"""What somebody asks, where it stands among other text: in a message, or in words for a search."""

import re
from collections.abc import Sequence

from bot.knowledge.words import TYPED_LIMIT, is_stop, raw_tokens, stem
from bot.text import one_line

# Mentions, commands, times and emoji as Discord writes them; addresses; calls to everybody.
_MARKS = re.compile(
    r"<(?:@[!&]?|#|t:|a?:|/|id:)[^<>\n]{0,100}>|@(?:everyone|here)\b|<?https?://[^\s<>]+>?",
    re.IGNORECASE,
)
_FORMATTING = re.compile(r"[*_~`|]{1,3}|^\s*(?:>{1,3}|-#|#{1,3})(?=\s)", re.MULTILINE)
_SENTENCE = re.compile(r"[^.!?]*(?:[.!](?=\S)[^.!?]*)*[.!?]+|[^.!?]+\Z")

SIMILAR_LEAST = 55  # of 100: below it two names have nothing to do with each other
LONGEST_BEGINNING = 12  # letters; more of a word tells no more


def question_in(text: str) -> str:
    """The words of a message on one line, without mentions, addresses and formatting."""
    return one_line(_FORMATTING.sub(" ", _MARKS.sub(" ", text)))


def readings(text: str) -> tuple[str, ...]:
    """What a message may ask, to be tried in turn: all of it, then only its questions.

    Args:
        text: as ``question_in`` gives it.
    """
    asked = " ".join(
        part.strip() for part in _SENTENCE.findall(text) if part.rstrip().endswith("?")
    )
    if not asked or asked == text:
        return (text,) if text else ()
    # Of a long text only the beginning would be looked at, and the question may stand at its end.
    return (asked, text) if len(text) > TYPED_LIMIT else (text, asked)


def says_something(text: str) -> bool:
    """Whether there is a word with a meaning in a text: "thanks" and "hello" have none."""
    return any(not is_stop(token) for token in raw_tokens(text))


def beginnings(question: str) -> list[str]:
    """The beginnings of the words that a question is about, in order, each once.

    They leave endings open, so that "strikes" is found with "strike": letters and digits alone.
    """
    found: dict[str, None] = {}
    for token in raw_tokens(question):
        if is_stop(token) or re.fullmatch(r"\d+p\d+", token):
            continue
        begun = stem(token)
        if len(begun) > 4 and token.endswith(("y", "ies", "ied")):
            begun = begun.removesuffix("y")  # "policy" and "policies"
        found[begun[:LONGEST_BEGINNING]] = None
    return list(found)


def similar(typed: str, names: Sequence[str]) -> list[int]:
    """The positions of at most three names that are spelt most like what was typed, best first."""
    from rapidfuzz import fuzz, process, utils

    found = process.extract(
        typed,
        names,
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        score_cutoff=SIMILAR_LEAST,
        limit=3,
    )
    return [position for _, _, position in found]
