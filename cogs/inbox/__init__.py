"""/inbox: what those who read reports see and do, and the notices to them."""

from bot.app import Steward
from cogs.inbox.alarm import AlarmCog
from cogs.inbox.commands import InboxCog


async def setup(bot: Steward) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(AlarmCog(bot))  # before the rounds begin, which may have to ring
    await bot.add_cog(InboxCog(bot))
