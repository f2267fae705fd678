"""Importing many feeds at once, with progress that survives a restart."""

from bot.feeds.imports.model import Board, Import, Item, ItemState, NotShown, Progress
from bot.feeds.imports.service import Imports
from bot.feeds.imports.store import ImportStore

__all__ = [
    "Board",
    "Import",
    "ImportStore",
    "Imports",
    "Item",
    "ItemState",
    "NotShown",
    "Progress",
]
