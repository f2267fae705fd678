"""One answer that can be chosen, and how its code reads."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose: its stored code, its label, and a line that explains it."""

    code: str
    label: str
    hint: str = ""


def label(options: Sequence[Option], code: str) -> str:
    """The label of a code; a code that this version does not know is shown as it is."""
    return next((option.label for option in options if option.code == code), code)
