"""Figures that may be published: counts of reports, from which nobody can work out a single one."""

from bot.reports.figures.rollup import Cell, rolled_up
from bot.reports.figures.service import Figures
from bot.reports.figures.tables import Published, Quarter

__all__ = ["Cell", "Figures", "Published", "Quarter", "rolled_up"]
