"""/faq, the look-ups, /timeline and /knowledge: what the bot knows, with its sources."""

from bot.app import Steward
from cogs.knowledge.actions import ActionsCog
from cogs.knowledge.editing import EditingCog
from cogs.knowledge.faq import FaqCog
from cogs.knowledge.helpful import HelpfulCog
from cogs.knowledge.lookup import LookUpCog
from cogs.knowledge.mention import MentionCog
from cogs.knowledge.menu import MenuCog
from cogs.knowledge.picture import TimelinePictureCog
from cogs.knowledge.publishing import PublishingCog
from cogs.knowledge.timeline import TimelineCog
from cogs.knowledge.wrong import WrongCog


async def setup(bot: Steward) -> None:
    """Called by discord.py when the extension is loaded."""
    for cog in (
        FaqCog,
        LookUpCog,
        ActionsCog,
        PublishingCog,
        HelpfulCog,
        WrongCog,
        MenuCog,
        MentionCog,
        TimelineCog,
        TimelinePictureCog,
        EditingCog,
    ):
        await bot.add_cog(cog(bot))
