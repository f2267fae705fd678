"""What everybody's English consists of, so that a word can be told from a slip and from a subject."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

LIST = Path(__file__).parent / "english.txt"


@dataclass(frozen=True, slots=True)
class English:
    """Words without their endings.

    Attributes:
        everyday: some 2,000 that anybody says on any subject.
        known: some 18,000, those of every day included.
    """

    everyday: frozenset[str]
    known: frozenset[str]


@lru_cache(maxsize=1)
def english() -> English:
    """The list that comes with the bot; reading it takes a few milliseconds, once."""
    lines = LIST.read_text(encoding="ascii").splitlines()
    lines = [line for line in lines if not line.startswith("#")]
    blank = lines.index("")
    everyday = frozenset(word for line in lines[:blank] for word in line.split())
    return English(
        everyday, everyday.union(word for line in lines[blank:] for word in line.split())
    )
