"""What a reporter may add on the first screen: when, who knows of it, and on whom it tells."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from bot.errors import InvalidInput
from bot.reports.options import Option, label

UNSAID = "no"
LONGER_AGO = "old"
MONTHS = 12  # before this one

TOLD = (
    Option(UNSAID, "Rather not say who knows"),
    Option("mgr", "My manager knows"),
    Option("hr", "HR knows"),
    Option("rep", "A union representative knows"),
    Option("none", "Nobody knows yet"),
)
EFFECTS = (
    Option("s", "Affects staff"),
    Option("p", "Affects people supervised"),
    Option("u", "Affects the public"),
)

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])\Z")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The three optional answers, each ``no`` where nothing was said.

    Attributes:
        month: ``2026-11``, or ``old`` for longer than a year ago.
        told: a code of TOLD.
        effect: one or more codes of EFFECTS, run together in their order.
    """

    month: str = UNSAID
    told: str = UNSAID
    effect: str = UNSAID

    @classmethod
    def of(cls, codes: Iterable[str] = ()) -> Self:
        """Check what a custom_id carried; what is missing, as in older ones, is unsaid.

        Raises:
            InvalidInput: a code is unknown, or there are too many.
        """
        given = [code or UNSAID for code in codes]
        try:
            found = cls(*given)
        except TypeError:
            raise InvalidInput(_CHANGED) from None
        known = (
            found.month in (UNSAID, LONGER_AGO) or _MONTH.match(found.month),
            found.told in {option.code for option in TOLD},
            found.effect == UNSAID or found.effect == joined(found.effect),
        )
        if not all(known):
            raise InvalidInput(_CHANGED)
        return found

    @property
    def codes(self) -> tuple[str, str, str]:
        """The three codes, in the order of the screen."""
        return self.month, self.told, self.effect

    def described(self) -> list[tuple[str, str]]:
        """What was said, as names and values to show; what was not said is left out."""
        effects = [option.label for option in EFFECTS if option.code in self.effect]
        return [
            (name, value)
            for name, code, value in (
                ("When", self.month, month_label(self.month)),
                ("Who knows", self.told, label(TOLD, self.told)),
                ("Effect", self.effect, "; ".join(effects)),
            )
            if code != UNSAID
        ]


NOTHING_SAID = Circumstances()

_CHANGED = (
    "One of your choices is not on the list any more, probably because I was updated. Please run "
    "`/report new` again. Nothing was sent."
)


def joined(effects: Iterable[str]) -> str:
    """Several codes of EFFECTS as one, in their order; unknown ones are left out."""
    chosen = set(effects)
    return "".join(option.code for option in EFFECTS if option.code in chosen) or UNSAID


def months(today: date) -> Sequence[Option]:
    """What can be chosen for when: rather not say, this month, the twelve before, longer ago."""
    number = today.year * 12 + today.month - 1
    codes = [f"{(number - back) // 12}-{(number - back) % 12 + 1:02}" for back in range(MONTHS + 1)]
    return (
        Option(UNSAID, "Rather not say when"),
        Option(codes[0], f"This month, {month_label(codes[0])}"),
        *(Option(code, month_label(code)) for code in codes[1:]),
        Option(LONGER_AGO, month_label(LONGER_AGO)),
    )


def month_label(code: str) -> str:
    """``November 2026``; a code that this version does not know is shown as it is."""
    if code == LONGER_AGO:
        return "Longer than a year ago"
    found = _MONTH.match(code)
    return f"{_NAMES[int(found[2]) - 1]} {found[1]}" if found else code


_NAMES = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
