"""What is to be drawn, as plain values that travel to the worker as JSON."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any, Self

Day = tuple[int, int, int]  # year, month, day; 0 where it is not known


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happened.

    Attributes:
        start, end: when; ``end`` closes a span, or is None.
        when: the date in words, without the year in which it starts.
        lane: the number of its lane.
        doubt: how sure it is, in two words, or empty for sure.
        landmark: a short name if it is to be seen at a glance, or empty.
    """

    start: Day
    end: Day | None
    when: str
    lane: int
    text: str
    doubt: str = ""
    landmark: str = ""


@dataclass(frozen=True, slots=True)
class LaneChart:
    """Things that happened, in lanes; ``items`` are in order of time.

    Attributes:
        title: what it is.
        about: what of it is shown, such as a year; may be empty.
        year: the year whose months are told apart; 0 to tell years apart.
    """

    title: str
    about: str
    lanes: tuple[str, ...]
    items: tuple[Item, ...]
    year: int = 0

    def to_json(self) -> dict[str, Any]:
        """The form that ``from_json`` reads."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read what ``to_json`` wrote."""
        items = [
            Item(
                **{
                    **item,
                    "start": tuple(item["start"]),
                    "end": item["end"] and tuple(item["end"]),
                }
            )
            for item in data["items"]
        ]
        return cls(data["title"], data["about"], tuple(data["lanes"]), tuple(items), data["year"])

    @property
    def digest(self) -> str:
        """The same for the same picture, and for no other."""
        packed = json.dumps(self.to_json(), sort_keys=True)
        return hashlib.sha256(packed.encode()).hexdigest()
