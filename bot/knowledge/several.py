"""Taking apart a question that asks for several things at once."""

import re
from collections.abc import Sequence

from bot.knowledge.words import TYPED_LIMIT, is_stop, raw_tokens

PARTS = 3  # that are answered

_ASKS = re.compile(
    r"(?:who|whos|who's|what|whats|what's|when|where|why|which|how|did|does|is|are|was|were)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(r"\b(?:he|she|it|they|him|her|them|his|its|their)\b", re.IGNORECASE)
_JOINTS = re.compile(r"\s(?:and|also|plus|[&+])\s|[?!;:]+(?:\s|$)|[.,]\s", re.IGNORECASE)


def parts_of(text: str) -> list[str]:
    """The questions that are joined in one by "and" or a mark, in order; one alone is no list.

    One that points back ("and when did it end?") is given with the first, which says to what.
    """
    parts = [part.strip() for part in _JOINTS.split(text[:TYPED_LIMIT])]
    parts = [part for part in parts if any(not is_stop(token) for token in raw_tokens(part))]
    if len(parts) < 2:
        return []
    first, *others = parts[:PARTS]
    return [first, *(f"{part}, {first}" if _points_back(part) else part for part in others)]


def ask_apart(parts: Sequence[str]) -> bool:
    """Whether each of several parts is a question by itself: "who was X", "who was Y"."""
    return len(parts) > 1 and all(_ASKS.match(part) for part in parts)


def _points_back(part: str) -> bool:
    return bool(_ASKS.match(part) and _POINTS_BACK.search(part))
