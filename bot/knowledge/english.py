"""What everybody's English consists of: to tell a word from a slip, and a subject from talk."""

from functools import lru_cache
from pathlib import Path

from bot.knowledge.words import stem

_ENDINGS = ("", "e", "y", "s", "ed", "ing", "ation", "ment", "ly")

LIST = Path(__file__).parent / "english.txt"  # says where it is from


def is_english(word: str) -> bool:
    """Whether a word in small letters is one of some 40,000 that a newspaper may use."""
    return f"\n{word}\n" in _list()


@lru_cache(maxsize=2048)
def is_english_stem(stemmed: str) -> bool:
    """Whether a stem is that of such a word: else it is a name or an acronym."""
    return any(is_english(stemmed + ending) for ending in _ENDINGS)


@lru_cache(maxsize=1)
def everyday() -> frozenset[str]:
    """The stems of some 4,000 words that anybody says on any subject. Read once, in 10 ms."""
    first = _list().partition("\n\n")[0]
    return frozenset(stem(word) for word in first.split("\n") if word.isalpha())


@lru_cache(maxsize=1)
def _list() -> str:
    # One text of 0.4 MB: as a set of words it would take ten times that.
    return LIST.read_text(encoding="ascii")
