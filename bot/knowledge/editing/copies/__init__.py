"""Answers that were posted in channels, and the corrections that reach them."""

from bot.knowledge.editing.copies.runner import (
    Copies,
    Copy,
    CopyEditor,
    CopyGone,
    GiveUp,
    TryLater,
)
from bot.knowledge.editing.copies.store import Posting

__all__ = [
    "Copies",
    "Copy",
    "CopyEditor",
    "CopyGone",
    "GiveUp",
    "Posting",
    "TryLater",
]
