"""Changing what a moderator has chosen for a subscription, and taking it back."""

from bot.feeds.changes.service import Changes
from bot.feeds.changes.store import Change, ChangeStore

__all__ = ["Change", "ChangeStore", "Changes"]
