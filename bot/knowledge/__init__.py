"""What the bot knows: questions and answers, the timeline, and how they are found."""

from bot.knowledge.asking import question_in, readings, says_something, subjects
from bot.knowledge.helpful.store import Helpfulness
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
from bot.knowledge.service import ActionPage, Answer, Knowledge
from bot.knowledge.timeline import TimelinePage, TimelineView

__all__ = [
    "ActionPage",
    "Answer",
    "Confidence",
    "Entry",
    "Event",
    "Helpfulness",
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
