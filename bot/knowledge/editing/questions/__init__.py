"""Questions that found no answer, for the moderators."""

from bot.knowledge.editing.questions.service import Questions, QuestionsPage
from bot.knowledge.editing.questions.store import Unanswered

__all__ = ["Questions", "QuestionsPage", "Unanswered"]
