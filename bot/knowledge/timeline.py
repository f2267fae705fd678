"""The timeline in pages: which events, in which order, and how a page is written in a button."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Self

from rapidfuzz import fuzz

from bot.errors import Forgotten
from bot.knowledge.model import Event
from bot.knowledge.words import Unit, Words, raw_tokens, stem

PAGE_SIZE = 5
TOPIC_LIMIT = 40  # with the rest it must fit into a custom_id of 100 characters
LIKE = 60  # of 100: how much alike two words are that may be meant for each other

Order = Literal["old", "new"]


@dataclass(frozen=True, slots=True)
class TimelineView:
    """What of the timeline is looked at.

    Attributes:
        year: only events of this year, or None.
        topic: the id of a category or topic as ``category.court`` or ``topic.wales``; words to look
            for as ``text.…``; or empty for everything.
        order: oldest or newest first.
        page: counted from 0.
    """

    year: int | None = None
    topic: str = ""
    order: Order = "old"
    page: int = 0

    @property
    def arguments(self) -> tuple[str, str, str, str]:
        """The view as the arguments of a custom_id; ``from_arguments`` reads them back."""
        return str(self.page), self.order, str(self.year or ""), self.topic

    @classmethod
    def from_arguments(cls, *arguments: str) -> Self:
        """Read the arguments of a button.

        Raises:
            Forgotten: the button is of another version.
        """
        try:
            page, order, year, topic = arguments
            newest = order == "new"
            return cls(int(year) if year else None, topic, "new" if newest else "old", int(page))
        except ValueError as error:
            raise Forgotten(
                "This button is from an older version of me. Please run `/timeline` again."
            ) from error

    def at(self, page: int) -> Self:
        """The same view on another page."""
        return replace(self, page=page)

    def narrowed(self, year: int | None) -> Self:
        """The first page of the same view in another year, or in all of them."""
        return replace(self, year=year, page=0)

    def turned(self) -> Self:
        """The same view from its other end."""
        return replace(self, order="new" if self.order == "old" else "old", page=0)


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """One page of a view.

    Attributes:
        total: how many events the view has.
        pages: how many pages; 0 when there is no event.
        topic_name: the view's topic as a person reads it, or empty.
        categories: names of categories by id.
        years: every year in which an event of the topic begins, with how many.
    """

    view: TimelineView
    events: tuple[Event, ...]
    total: int
    pages: int
    topic_name: str
    categories: Mapping[str, str]
    years: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """A category or topic of the timeline: as ``TimelineView.topic`` keeps it, its name, and how
    many events it has."""

    topic: str
    name: str
    events: int


def resolve_topic(typed: str, categories: Mapping[str, str], topics: Mapping[str, str]) -> str:
    """What a person's word for a topic stands for, as ``TimelineView.topic`` keeps it."""
    wanted = {stem(token) for token in raw_tokens(typed)}
    if not wanted:
        return ""
    for kind, names in (("category", categories), ("topic", topics)):
        for identifier, name in names.items():
            tokens = {stem(token) for token in raw_tokens(name)}
            if wanted in (tokens, {stem(token) for token in raw_tokens(identifier)}):
                return f"{kind}.{identifier}"
    return "text." + " ".join(raw_tokens(typed))[: TOPIC_LIMIT - 5].rstrip()


def topic_name(topic: str, categories: Mapping[str, str], topics: Mapping[str, str]) -> str:
    """A resolved topic as a person reads it."""
    kind, _, value = topic.partition(".")
    names = {"category": categories, "topic": topics}.get(kind, {})
    return names.get(value, value)


def select(events: Sequence[tuple[Event, str]], topic: str, words: Words) -> list[Event]:
    """The events, each given with its tokens, that belong to a resolved topic."""
    kind, _, value = topic.partition(".")
    if kind == "category":
        return [event for event, _ in events if event.category == value]
    if kind == "topic":
        return [event for event, _ in events if value in event.topics]
    if kind == "text":
        units = words.units(value)
        return [
            event
            for event, terms in events
            if units and all(_meets(set(terms.split()), unit) for unit in units)
        ]
    return [event for event, _ in events]


def _meets(terms: set[str], unit: Unit) -> bool:
    return terms.issuperset(unit.words) or not terms.isdisjoint(unit.concepts)


def during(events: Sequence[Event], year: int | None) -> list[Event]:
    """The events of a year, spans that reach into it among them; all of them for None."""
    if year is None:
        return list(events)
    return [each for each in events if each.date.year <= year <= (each.end or each.date).year]


def topics_of(
    events: Sequence[Event], categories: Mapping[str, str], topics: Mapping[str, str], typed: str
) -> list[Topic]:
    """The categories and topics that have events; those that are spelt most like ``typed`` first,
    then categories, then topics with the most events."""
    counts = Counter(f"category.{event.category}" for event in events)
    counts.update(f"topic.{topic}" for event in events for topic in set(event.topics))
    found = [
        Topic(f"{kind}.{identifier}", name, counts[f"{kind}.{identifier}"])
        for kind, names in (("category", categories), ("topic", topics))
        for identifier, name in names.items()
        if counts[f"{kind}.{identifier}"]
    ]

    def rank(each: Topic) -> tuple[float, bool, int]:
        likeness = fuzz.ratio(typed.casefold(), each.name.casefold(), score_cutoff=LIKE)
        return -likeness, each.topic.startswith("topic."), -each.events

    return sorted(found, key=rank)


def page_of(
    view: TimelineView, events: Sequence[Event], name: str, categories: Mapping[str, str]
) -> TimelinePage:
    """The page of a view; a page too far is the last one.

    Args:
        events: those of the view's topic in every year, oldest first.
    """
    ordered = _ordered(view, events)
    pages = -(-len(ordered) // PAGE_SIZE)
    page = max(0, min(view.page, pages - 1))
    shown = ordered[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    years = Counter(event.date.year for event in events)
    return TimelinePage(
        view.at(page),
        tuple(shown),
        len(ordered),
        pages,
        name,
        categories,
        tuple(sorted(years.items())),
    )


def page_with_year(view: TimelineView, events: Sequence[Event], year: int) -> int:
    """The page on which a year begins as one leafs through a view, or what comes after it."""
    ordered = _ordered(view, events)
    for number, event in enumerate(ordered):
        reached = event.date.year >= year if view.order == "old" else event.date.year <= year
        if reached:
            return number // PAGE_SIZE
    return max(0, (len(ordered) - 1) // PAGE_SIZE)


def _ordered(view: TimelineView, events: Sequence[Event]) -> list[Event]:
    found = during(events, view.year)
    return found if view.order == "old" else found[::-1]
