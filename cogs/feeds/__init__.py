"""/feeds: articles from RSS and Atom feeds in the right channels."""

from bot.app import Steward
from cogs.feeds.commands import FeedsCog


async def setup(bot: Steward) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(FeedsCog(bot))
