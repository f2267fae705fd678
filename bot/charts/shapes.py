"""What a picture is made of. Lengths are pixels, from the upper left corner."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Measure = Callable[[str, float, bool], float]  # the width of a text, its size, whether it is bold


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text; ``x`` is where it begins, or its middle, and ``y`` its baseline.

    One that is ``turned`` reads upwards, around its middle.
    """

    x: float
    y: float
    text: str
    size: float
    colour: str
    bold: bool = False
    align: Literal["left", "center"] = "left"
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle; ``round`` is the radius of its corners."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    round: float = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line."""

    x: float
    y: float
    to_x: float
    to_y: float
    colour: str
    width: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark around its middle, hollow where something is not sure."""

    x: float
    y: float
    size: float
    shape: str
    colour: str
    hollow: bool = False


Shape = Text | Box | Line | Mark


@dataclass(slots=True)
class Sheet:
    """One picture: its height and what is on it, the lowest first."""

    height: float = 0
    shapes: list[Shape] = field(default_factory=list)
