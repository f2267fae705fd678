"""Articles that have been posted, for whoever looks for one."""

from bot.feeds.archive.model import NamedFeed, Page, Posted
from bot.feeds.archive.service import PAGE, Archive

__all__ = ["PAGE", "Archive", "NamedFeed", "Page", "Posted"]
