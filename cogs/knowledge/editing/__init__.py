"""/knowledge: moderators add, edit, hide and restore what the bot knows."""

from cogs.knowledge.editing.commands import EditingCog

__all__ = ["EditingCog"]
