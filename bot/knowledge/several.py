"""Taking apart a question that asks for several things at once."""

import re
from collections.abc import Sequence

from bot.knowledge.words import TYPED_LIMIT, is_stop, raw_tokens

PARTS = 3  # that are answered
ITEM_WORDS = 4  # of a name in a list; more is a clause

_ASKS = re.compile(
    r"(?:who|whos|who's|what|whats|what's|when|where|why|which|how|did|does|is|are|was|were)\b",
    re.IGNORECASE,
)
# "According to the NAO, how much ...": where or when a question is asked of, not a thing asked for.
_LEADS_IN = re.compile(
    r"(?:about|according|after|as|at|before|by|during|for|from|in|of|on|since|to|under|with)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(r"\b(?:he|she|it|they|him|her|them|his|its|their)\b", re.IGNORECASE)
_JOINTS = re.compile(
    r"(,?\s(?:and|also|plus|[&+])\s|,\s)"
    r"|(?:[?!;:]+|\.(?=\s))(?:\s+(?:and|also|plus)\s|\s|$)",
    re.IGNORECASE,
)
# Before a list: what is asked of each name in it.
_OF_EACH = re.compile(
    r"((?:who|what)(?:'?s|'?re|\s(?:is|are|was|were))\s)(?=\S)",
    re.IGNORECASE,
)


def parts_of(text: str) -> list[str]:
    """The questions that are joined in one by "and" or a mark, in order; one alone is no list.

    One that points back ("and when did it end?") is given with the first, which says to what. A
    list of three names and more ("did X, Y and Z merge") does not take a question apart, unless
    the same is asked of each by itself ("who were X, Y and Z"). Nor does a comma behind what leads
    in ("in the bidding, what ...").
    """
    parts = [part.strip() for part in _pieces(text[:TYPED_LIMIT])]
    parts = [part for part in parts if any(not is_stop(token) for token in raw_tokens(part))]
    if len(parts) < 2:
        return []
    first, *others = parts[:PARTS]
    return [first, *(f"{part}, {first}" if _points_back(part) else part for part in others)]


def ask_apart(parts: Sequence[str]) -> bool:
    """Whether each of several parts is a question by itself: "who was X", "who was Y"."""
    return len(parts) > 1 and all(_ASKS.match(part) for part in parts)


def own_words(part: str, first: str) -> str:
    """A part as it was asked, without the first that ``parts_of`` gave with it."""
    return part.removesuffix(f", {first}")


def _pieces(text: str) -> list[str]:
    """The text taken apart at its joints, but not within a list, nor behind what leads in."""
    # In turn a piece, and the joint behind it if it is one of a list.
    split = _JOINTS.split(text)
    pieces, joints = split[::2], split[1::2]
    while len(pieces) > 1 and _leads_in(pieces[0], joints[0], pieces[1]):
        pieces[:2] = ["".join((pieces[0], joints[0], pieces[1]))]
        del joints[0]
    found: list[str] = []
    at = 0
    while at < len(pieces):
        end = at
        while end < len(joints) and joints[end] and not _ASKS.match(pieces[end + 1].strip()):
            end += 1
        found += _of_list(pieces[at : end + 1], joints[at:end])
        at = end + 1
    return found


def _leads_in(piece: str, joint: str | None, following: str) -> bool:
    """Whether a text begins with where or when a question is asked of, and a comma."""
    comma = joint is not None and joint.strip() == ","
    return bool(comma and _LEADS_IN.match(piece.strip()) and _ASKS.match(following.strip()))


def _of_list(items: Sequence[str], joints: Sequence[str]) -> Sequence[str]:
    """What such a run of pieces asks: each by itself, all together, or the same of each."""
    listed = len(items) > 2 and all(len(item.split()) <= ITEM_WORDS for item in items[1:-1])
    if not (listed and _ASKS.match(items[0].strip()) and any("," in joint for joint in joints)):
        return items
    if head := _OF_EACH.match(items[0].strip()):
        return [items[0], *(head[1] + item.strip() for item in items[1:])]
    ends = [*joints, ""]
    return ["".join(item + end for item, end in zip(items, ends, strict=True))]


def _points_back(part: str) -> bool:
    return bool(_ASKS.match(part) and _POINTS_BACK.search(part))
