"""Held articles: what the moderators decide, and what becomes of the articles."""

from bot.feeds.outbox.holds.store import Choice, HoldStore

__all__ = ["Choice", "HoldStore"]
