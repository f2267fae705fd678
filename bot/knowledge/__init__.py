"""What the bot knows: questions and answers, the timeline, and how they are found."""

from bot.knowledge.model import Confidence, Entry, Event, PartialDate, Source
from bot.knowledge.service import Answer, Knowledge
from bot.knowledge.timeline import TimelinePage, TimelineView

__all__ = [
    "Answer",
    "Confidence",
    "Entry",
    "Event",
    "Knowledge",
    "PartialDate",
    "Source",
    "TimelinePage",
    "TimelineView",
]
