"""What moderators change in what the bot knows, and what follows from it."""

from bot.knowledge.editing.copies import (
    Copies,
    Copy,
    CopyEditor,
    CopyGone,
    GiveUp,
    Posting,
    TryLater,
)
from bot.knowledge.editing.model import Action, Change, Conflict, Draft, Past, Review, Saved, State
from bot.knowledge.editing.questions import Questions, QuestionsPage, Unanswered
from bot.knowledge.editing.service import Editing

__all__ = [
    "Action",
    "Change",
    "Conflict",
    "Copies",
    "Copy",
    "CopyEditor",
    "CopyGone",
    "Draft",
    "Editing",
    "GiveUp",
    "Past",
    "Posting",
    "Questions",
    "QuestionsPage",
    "Review",
    "Saved",
    "State",
    "TryLater",
    "Unanswered",
]
