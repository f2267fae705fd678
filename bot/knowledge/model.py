"""What a piece of knowledge consists of."""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from bot.text import cut

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

HOW_IT_ENDED = "How it ended"  # the heading under which the loader puts an outcome
EVENT_ID = "event."  # before the id of an event that is shown as an answer; no entry's id has a dot

_DATE = re.compile(r"(by )?(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class Confidence(StrEnum):
    """How far a statement is borne out."""

    CORROBORATED = "corroborated"
    ONE_SOURCE = "one-source"
    DISPUTED = "disputed"
    NOT_FOUND = "not-found"


class Kind(StrEnum):
    """What an entry is about; the name is also its table's in the content files.

    An ``EVENT`` is of the timeline and only shown as an answer: ``Event.as_answer`` makes it.
    """

    QUESTION = "entry"
    TERM = "term"
    PERSON = "person"
    BODY = "body"
    FIGURE = "figure"
    ACTION = "action"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as exactly as it is known: a day, a month, a year, or "by" one of them."""

    year: int
    month: int | None = None
    day: int | None = None
    by: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2014-06-01``, ``2014-06``, ``2014`` or ``by 2013-01``.

        Raises:
            ValueError: it is none of these, or no such day exists.
        """
        match = _DATE.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not a date like 2014-06-01, 2014-06, 2014, by 2013-01")
        by, year, month, day = match.groups()
        read = cls(int(year), int(month) if month else None, int(day) if day else None, bool(by))
        try:
            dt.date(read.year, read.month or 1, read.day or 1)
        except ValueError as error:
            raise ValueError(f"{text!r}: there is no such day") from error
        return read

    @classmethod
    def of(cls, day: dt.date) -> Self:
        """The partial date of a whole day."""
        return cls(day.year, day.month, day.day)

    @property
    def iso(self) -> str:
        """The form that ``parse`` reads."""
        parts = [f"{self.year:04}"]
        parts += [f"{part:02}" for part in (self.month, self.day) if part is not None]
        return ("by " if self.by else "") + "-".join(parts)

    @property
    def order(self) -> tuple[int, int, int]:
        """For sorting: a month stands before its days, a year before its months."""
        return self.year, self.month or 0, self.day or 0

    def __str__(self) -> str:
        words = [str(self.day)] if self.day else []
        if self.month:
            words.append(MONTHS[self.month - 1])
        words.append(str(self.year))
        return ("by " if self.by else "") + " ".join(words)


@dataclass(frozen=True, slots=True)
class Source:
    """Where something was read. ``date`` and ``link`` are empty where they are not known."""

    title: str
    publisher: str
    date: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an answer under a heading of its own."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A question with its answer; or a term, a person, a body, a figure or an action, each of which
    answers its question too.

    Attributes:
        id: stable, as used in links between entries and in buttons.
        question: at most 100 characters, a choice of the autocomplete.
        also: other ways in which people ask it.
        answer: paragraphs separated by an empty line.
        note: what exactly is uncertain, or empty.
        checked: when somebody last compared it with its sources.
        name: the term, the name of the person, body or action, the figure as people quote it, or
            the date of an event; empty for a question.
        stands_for: what a term's letters stand for, or empty.
        when, until: the days of an action; ``until`` closes a span.
        steps: what to do, in order; only of a question.
        sections: what else belongs to the answer, as how members took part in an action.
    """

    id: str
    question: str
    also: tuple[str, ...]
    answer: str
    dates: tuple[PartialDate, ...]
    topics: tuple[str, ...]
    related: tuple[str, ...]
    sources: tuple[Source, ...]
    confidence: Confidence
    note: str
    checked: dt.date
    kind: Kind = Kind.QUESTION
    name: str = ""
    stands_for: str = ""
    when: PartialDate | None = None
    until: PartialDate | None = None
    steps: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()

    @property
    def title(self) -> str:
        """What stands above the answer: the name, with what its letters stand for, or else the
        question."""
        return titled(self.name, self.stands_for) or self.question

    @property
    def outcome(self) -> str:
        """How an action ended; empty for other kinds."""
        return next((part.text for part in self.sections if part.heading == HOW_IT_ENDED), "")

    @property
    def text(self) -> str:
        """Everything that the answer says, as plain text for searching."""
        parts = [self.answer, *self.steps]
        parts += [f"{section.heading}: {section.text}" for section in self.sections]
        return "\n".join(parts)


def titled(name: str, stands_for: str) -> str:
    """A name with what its letters stand for, where they stand for anything."""
    return f"{name}: {stands_for}" if stands_for else name


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; ``end`` closes a span. ``topics`` are ids.

    ``landmark`` is a name of at most 26 characters for what everybody should see at a glance, or
    empty.
    """

    id: str
    date: PartialDate
    end: PartialDate | None
    category: str
    text: str
    topics: tuple[str, ...]
    sources: tuple[Source, ...]
    confidence: Confidence
    checked: dt.date
    landmark: str = ""

    @property
    def when(self) -> str:
        """The date or span in words: ``5 November to 6 November 2013``."""
        return span(self.date, self.end)

    def as_answer(self) -> Entry:
        """The event as an answer, with its date as title, under an id that buttons can name."""
        when = self.when[:1].upper() + self.when[1:]
        return Entry(
            id=EVENT_ID + self.id,
            question=cut(f"{when}: {self.text}", 100),
            also=(),
            answer=self.text,
            dates=tuple(day for day in (self.date, self.end) if day is not None),
            topics=self.topics,
            related=(),
            sources=self.sources,
            confidence=self.confidence,
            note="",
            checked=self.checked,
            kind=Kind.EVENT,
            name=when,
        )


def span(first: PartialDate, last: PartialDate | None) -> str:
    """One date, or two as a span, in words: ``5 November to 6 November 2013``."""
    if last is None:
        return str(first)
    begin = str(first)
    if first.year == last.year:
        begin = begin.removesuffix(f" {first.year}")
    return f"{begin} to {last}"
