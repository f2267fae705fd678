"""Putting reports back from a backup without bringing back what was deleted since."""

from bot.reports.restoring.service import CannotTell, Restoring, copy_list, keep_mark

__all__ = ["CannotTell", "Restoring", "copy_list", "keep_mark"]
