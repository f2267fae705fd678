"""What the bot knows: questions and answers, the timeline, and how they are found."""

from bot.knowledge.answering import Answer
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
from bot.knowledge.on_this_day import Anniversary, OnThisDay
from bot.knowledge.service import Knowledge
from bot.knowledge.timeline import TimelinePage, TimelineView, Topic

__all__ = [
    "Anniversary",
    "Answer",
    "Confidence",
    "Entry",
    "Event",
    "Kind",
    "Knowledge",
    "OnThisDay",
    "PartialDate",
    "Section",
    "Source",
    "TimelinePage",
    "TimelineView",
    "Topic",
    "question_in",
    "readings",
    "says_something",
    "span",
    "subjects",
]
