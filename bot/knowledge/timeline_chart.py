"""The timeline as a chart in lanes, ready to be drawn or written."""

from collections.abc import Mapping, Sequence

from bot.charts.model import Item, LaneChart
from bot.knowledge.lanes import OTHER, lane_of
from bot.knowledge.model import MONTHS, Confidence, Event, PartialDate
from bot.knowledge.timeline import TimelineView
from bot.text import counted, cut, one_line

TITLE = "Timeline"
TOPIC_SHOWN = 60
DOUBTS = {
    Confidence.ONE_SOURCE: "one source",
    Confidence.DISPUTED: "disputed",
    Confidence.NOT_FOUND: "not established",
}


def lane_chart(
    view: TimelineView,
    events: Sequence[Event],
    topic_name: str,
    categories: Mapping[str, str],
    lanes: Mapping[str, Sequence[str]],
) -> LaneChart:
    """The events of a view, oldest first, in their lanes."""
    names, numbers = lane_of(lanes, categories)
    other = len(names)
    years = {event.date.year for event in events}
    only = view.year or (years.pop() if len(years) == 1 else 0)
    filters = [str(view.year or ""), cut(one_line(topic_name), TOPIC_SHOWN)]
    return LaneChart(
        title=" · ".join([TITLE, *(text for text in filters if text)]),
        about=f"{counted(len(events), 'event')}, {_years(events)}" if events else "",
        lanes=(*names, OTHER),
        items=tuple(_item(event, numbers.get(event.category, other)) for event in events),
        year=only,
    )


def _item(event: Event, lane: int) -> Item:
    return Item(
        start=event.date.order,
        end=event.end.order if event.end else None,
        when=short_when(event.date, event.end),
        lane=lane,
        text=one_line(event.text),
        doubt=DOUBTS.get(event.confidence, ""),
        landmark=one_line(event.landmark),
    )


def _years(events: Sequence[Event]) -> str:
    first = events[0].date.year
    last = max((event.end or event.date).year for event in events)
    return str(first) if first == last else f"{first} to {last}"


def short_when(first: PartialDate, last: PartialDate | None) -> str:
    """A date or span in as few letters as say it, without the year in which it begins."""
    begin = _short(first)
    if last is None or last == first:
        return begin
    if last.year != first.year:
        return f"{begin} – {_short(last)} {last.year}" if last.month else f"{begin} – {last.year}"
    if first.day and last.day and first.month == last.month and not first.by:
        return f"{first.day}–{_short(last)}"
    return f"{begin} – {_short(last)}"


def _short(day: PartialDate) -> str:
    words = [str(day.day)] if day.day else []
    words.append(MONTHS[day.month - 1][:3] if day.month else str(day.year))
    text = " ".join(words)
    return f"By {text}" if day.by else text
