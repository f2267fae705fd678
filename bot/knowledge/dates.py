"""Dates in what people type and in what we wrote: "26 nov 2014", "March 2014", "1/6/14"."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.knowledge.model import MONTHS, PartialDate

SPAN_DAYS = 31  # a longer span is known by its months alone
SPAN_MONTHS = 12  # and a still longer one by its ends: it says little about a month in between

_FULL = [month.casefold() for month in MONTHS]
_SHORT = {name[:3]: number for number, name in enumerate(_FULL, 1)} | {"sept": 9}
_MONTH_SLIP = 6  # letters of a word that may be a slip of a month's name: not "match" for March

_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_TO_DAY = r"(?P<last>\d{1,2})(?:st|nd|rd|th)?"
_WORD = r"(?P<month>[a-z]{3,10})\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_GAP = r"(?:\s+|\s*,\s*|\s+of\s+|-)"
# In the order in which they are looked for; what one has found is not there for the next.
_FORMS = [
    re.compile(rf"\b{pattern}(?!\w)")
    for pattern in (
        r"(?P<year>(?:19|20)\d\d)-(?P<digits>\d{1,2})-(?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})(?P<sign>[/.-])(?P<digits>\d{1,2})(?P=sign)(?P<year>(?:19|20)?\d\d)",
        rf"{_DAY}\s*(?:-|–|/|to|and|&)\s*{_TO_DAY}{_GAP}{_WORD}{_GAP}{_YEAR}",
        rf"{_DAY}{_GAP}{_WORD}{_GAP}{_YEAR}",
        rf"{_WORD}{_GAP}{_DAY}{_GAP}{_YEAR}",
        r"(?P<year>(?:19|20)\d\d)[-/](?P<digits>\d{1,2})",
        r"(?P<digits>\d{1,2})/(?P<year>(?:19|20)\d\d)",
        rf"{_WORD}{_GAP}{_YEAR}",
        rf"{_WORD}{_GAP}['’]?(?P<either>[12]\d)",
        rf"{_DAY}{_GAP}{_WORD}",
        rf"{_WORD}{_GAP}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?",
    )
]


@dataclass(frozen=True, slots=True)
class Named:
    """A date that stands in a text: a day, a month, or a day of which no year is told.

    Attributes:
        either: a day without its year, or else that year: "dec 14".
    """

    year: int | None
    month: int
    day: int | None
    either: bool = False

    @property
    def tokens(self) -> tuple[str, ...]:
        """What it is found by, the most exact first."""
        if self.year is None:
            day = f"dy{self.month:02}{self.day:02}"
            return (f"dm20{self.day:02}{self.month:02}", day) if self.either else (day,)
        month = f"dm{self.year}{self.month:02}"
        if self.day is None:
            return (month,)
        return (f"dd{self.year}{self.month:02}{self.day:02}", month)


def is_date_token(token: str) -> bool:
    """Whether a token of the index stands for a date."""
    return token[:2] in ("dd", "dm", "dy") and token[2:3].isdigit()


def take_out(text: str) -> tuple[str, tuple[Named, ...]]:
    """The text without the dates in it, and those dates, each once.

    A year alone stays in the text: it is a word like another.
    """
    if not any(c.isdigit() for c in text):
        return text, ()
    found: list[Named] = []
    rest = text.casefold()
    changed = False

    def replace(match: re.Match[str]) -> str:
        nonlocal changed
        named = list(_named(match))
        if not named:
            return match[0]
        found.extend(named)
        changed = True
        return " "

    for form in _FORMS:
        rest = form.sub(replace, rest)
    return (rest if changed else text), tuple(dict.fromkeys(found))


def _named(match: re.Match[str]) -> Iterator[Named]:
    parts = match.groupdict()
    month = int(parts["digits"]) if parts.get("digits") else _month(parts["month"])
    year = int(parts["year"]) if parts.get("year") else None
    if year is not None and year < 100:
        year += 2000
    if parts.get("either"):
        named = Named(None, month or 0, int(parts["either"]), either=True)
        if _exists(named):
            yield named
        return
    for day in (parts.get("day"), parts.get("last")):
        named = Named(year, month or 0, int(day) if day else None)
        if _exists(named) and (day or parts.get("last") is None):
            yield named
        if parts.get("last") is None:
            return


def _exists(named: Named) -> bool:
    try:
        date(named.year or 2000, named.month, named.day or 1)  # 2000 has a 29 February
    except ValueError:
        return False
    return True


def _month(word: str) -> int | None:
    if word in _SHORT or word in _FULL:
        return _SHORT.get(word) or _FULL.index(word) + 1
    if len(word) < _MONTH_SLIP:
        return None
    from rapidfuzz.distance import OSA

    for number, name in enumerate(_FULL, 1):
        allowed = 2 if len(name) > _MONTH_SLIP else 1
        if word[0] == name[0] and OSA.distance(word, name, score_cutoff=allowed) <= allowed:
            return number
    return None


def index_tokens(first: PartialDate, last: PartialDate | None = None) -> list[str]:
    """The tokens under which a date, or a span up to ``last``, is found: its days and its months.

    A date of which only the year is known has none: its year is a word of the text.
    """
    tokens = _exact(first)
    if last is not None:
        tokens += [*_between(first, last), *_exact(last)]
    return list(dict.fromkeys(tokens))


def text_tokens(text: str) -> list[str]:
    """The tokens of every date that is written in a text."""
    _, named = take_out(text)
    return list(dict.fromkeys(token for each in named for token in _of_named(each)))


def _of_named(named: Named) -> Iterable[str]:
    if named.year is not None and named.day is not None:
        return _exact(PartialDate(named.year, named.month, named.day))
    return named.tokens


def _exact(day: PartialDate) -> list[str]:
    if day.month is None:
        return []
    month = f"dm{day.year:04}{day.month:02}"
    if day.day is None:
        return [month]
    return [
        f"dd{day.year:04}{day.month:02}{day.day:02}", f"dy{day.month:02}{day.day:02}", month
    ]  # fmt: skip


def _between(first: PartialDate, last: PartialDate) -> Iterator[str]:
    if first.month is None or last.month is None:
        return
    begin = date(first.year, first.month, first.day or 1)
    end = date(last.year, last.month, last.day or 28)
    if (end - begin).days > SPAN_MONTHS * SPAN_DAYS:
        return
    exact = first.day is not None and last.day is not None and (end - begin).days <= SPAN_DAYS
    day, step = begin, timedelta(days=1 if exact else 27)
    make: Callable[[date], PartialDate] = (
        PartialDate.of if exact else lambda d: PartialDate(d.year, d.month)
    )
    while day < end:
        yield from _exact(make(day))
        day += step
