"""What is done to messages that stand in their channels: threads started, edits made."""

from bot.feeds.outbox.followups.runner import FollowUps

__all__ = ["FollowUps"]
