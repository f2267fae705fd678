"""/setup: channels, roles, what is missing, and the front desk."""

from bot.app import Steward
from cogs.setup.commands import SetupCog


async def setup(bot: Steward) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(SetupCog(bot))
