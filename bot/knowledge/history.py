"""The timeline: its events by year and topic, a page at a time or as a picture, and on this day."""

from collections.abc import Awaitable, Callable
from datetime import date

from bot.charts.model import LaneChart
from bot.knowledge import timeline
from bot.knowledge.model import Event
from bot.knowledge.on_this_day import OnThisDay, on_this_day
from bot.knowledge.store import KnowledgeStore
from bot.knowledge.timeline import TimelinePage, TimelineView, Topic
from bot.knowledge.timeline_chart import lane_chart
from bot.knowledge.words import Words


class History:
    """The events that each server can see.

    Args:
        words: waits for the content, and gives the words by which a topic is read.
    """

    def __init__(self, store: KnowledgeStore, words: Callable[[], Awaitable[Words]]) -> None:
        self._store = store
        self._words = words

    async def first_page(
        self, guild_id: int, *, year: int | None = None, topic: str = ""
    ) -> TimelinePage:
        """The first page for a year and a topic as a person types it, oldest first."""
        categories, topics = await self._names()
        resolved = timeline.resolve_topic(topic, categories, topics)
        return await self.page(guild_id, TimelineView(year, resolved))

    async def page(self, guild_id: int, view: TimelineView) -> TimelinePage:
        """One page of a view."""
        categories, topics = await self._names()
        events = await self._events(guild_id, view.topic)
        name = timeline.topic_name(view.topic, categories, topics)
        return timeline.page_of(view, events, name, categories)

    async def page_with_year(self, guild_id: int, view: TimelineView, year: int) -> TimelinePage:
        """The page of a view on which a year begins."""
        events = await self._events(guild_id, view.topic)
        page = timeline.page_with_year(view, events, year)
        return await self.page(guild_id, view.at(page))

    async def topics(self, guild_id: int, typed: str = "") -> list[Topic]:
        """The topics that have events, those that ``typed`` may have meant first."""
        categories, topics = await self._names()
        return timeline.topics_of(await self._events(guild_id), categories, topics, typed)

    async def chart(self, guild_id: int, view: TimelineView) -> LaneChart:
        """All events of a view in their lanes, oldest first."""
        categories, topics = await self._names()
        events = timeline.during(await self._events(guild_id, view.topic), view.year)
        name = timeline.topic_name(view.topic, categories, topics)
        lanes = dict(await self._store.list_of("lanes"))
        return lane_chart(view, events, name, categories, lanes)

    async def on_this_day(self, guild_id: int, today: date) -> OnThisDay | None:
        """What happened on this day of the year, or the nearest that follows; None if nothing is
        known to the day."""
        return on_this_day(await self._events(guild_id), today)

    async def _events(self, guild_id: int, topic: str = "") -> list[Event]:
        """The events of a resolved topic, oldest first."""
        words = await self._words()
        return timeline.select(await self._store.events(guild_id), topic, words)

    async def _names(self) -> tuple[dict[str, str], dict[str, str]]:
        await self._words()
        return (
            dict(await self._store.list_of("categories")),
            dict(await self._store.list_of("topics")),
        )
