"""The outbox: what is on its way to Discord, and how it gets there exactly once."""

from bot.feeds.outbox.runner import Outbox
from bot.feeds.outbox.store import OutboxStore

__all__ = ["Outbox", "OutboxStore"]
