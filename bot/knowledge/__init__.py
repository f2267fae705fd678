"""What the bot knows: questions and answers, the timeline, and how they are found."""

from bot.knowledge.asking import question_in, readings, says_something, subjects
from bot.knowledge.model import (
    Confidence,
    Entry,
    Event,
    Kind,
    PartialDate,
    Section,
    Source,
    span,
)
from bot.knowledge.service import Answer, Knowledge
from bot.knowledge.timeline import TimelinePage, TimelineView

__all__ = [
    "Answer",
    "Confidence",
    "Entry",
    "Event",
    "Kind",
    "Knowledge",
    "PartialDate",
    "Section",
    "Source",
    "TimelinePage",
    "TimelineView",
    "question_in",
    "readings",
    "says_something",
    "span",
    "subjects",
]
