"""The timeline in pages: which events, in which order, and how a page is written in a button."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Self

from bot.errors import Forgotten
from bot.knowledge.model import Event
from bot.knowledge.words import Unit, Words, raw_tokens, stem

PAGE_SIZE = 5
TOPIC_LIMIT = 40  # with the rest it must fit into a custom_id of 100 characters

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
    """

    view: TimelineView
    events: tuple[Event, ...]
    total: int
    pages: int
    topic_name: str
    categories: Mapping[str, str]


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


def page_of(
    view: TimelineView, events: Sequence[Event], name: str, categories: Mapping[str, str]
) -> TimelinePage:
    """The page of a view over its events, oldest first; a page too far is the last one."""
    ordered = list(events) if view.order == "old" else list(reversed(events))
    pages = -(-len(ordered) // PAGE_SIZE)
    page = max(0, min(view.page, pages - 1))
    shown = ordered[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    return TimelinePage(view.at(page), tuple(shown), len(ordered), pages, name, categories)
