"""Putting reports back from a backup without bringing back what was deleted since."""

from bot.reports.restoring.service import TO_CHECK, CannotTell, Restoring, copy_list, keep_mark

__all__ = ["TO_CHECK", "CannotTell", "Restoring", "copy_list", "keep_mark"]
