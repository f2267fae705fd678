"""/articles: what has been posted, for everybody."""

from bot.app import Steward
from cogs.articles.commands import ArticlesCog


async def setup(bot: Steward) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(ArticlesCog(bot))
