"""/report: writing, coming back, and who can see what. Nothing here is ever logged."""

from bot.app import Steward
from cogs.reports.answering import AnsweringCog
from cogs.reports.commands import ReportCog
from cogs.reports.returning import ReturningCog
from cogs.reports.weekly import WeeklyCog
from cogs.reports.writing import WritingCog


async def setup(bot: Steward) -> None:
    """Called by discord.py when the cogs are loaded."""
    await bot.add_cog(ReportCog(bot))
    await bot.add_cog(WritingCog(bot))
    await bot.add_cog(ReturningCog(bot))
    await bot.add_cog(AnsweringCog(bot))
    await bot.add_cog(WeeklyCog(bot))
