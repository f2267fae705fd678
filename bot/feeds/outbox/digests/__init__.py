"""Digests: articles that wait for an hour at which they are posted together."""

from bot.feeds.outbox.digests.clockwork import Digests
from bot.feeds.outbox.digests.store import DigestStore

__all__ = ["DigestStore", "Digests"]
