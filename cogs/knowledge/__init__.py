"""/faq, /timeline and /knowledge: what the bot knows, with its sources."""

from bot.app import Steward
from cogs.knowledge.editing import EditingCog
from cogs.knowledge.faq import FaqCog
from cogs.knowledge.picture import TimelinePictureCog
from cogs.knowledge.timeline import TimelineCog


async def setup(bot: Steward) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(FaqCog(bot))
    await bot.add_cog(TimelineCog(bot))
    await bot.add_cog(TimelinePictureCog(bot))
    await bot.add_cog(EditingCog(bot))
