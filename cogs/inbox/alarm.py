"""The ping to those who read reports, where a reporter has chosen that they are told at once."""

import discord
from discord.ext import commands

from bot.app import Steward
from cogs.common.readers import readers
from cogs.common.replies import UNDELIVERED

TEXT = (
    "{who} Somebody has sent a report just now and says that someone may come to harm soon. "
    "`/inbox read report:{name}` opens it. Please do not wonder who wrote it."
)


class AlarmCog(commands.Cog):
    """Posts it, in the channel for notices."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Be what the desk rings."""
        self.bot.services.reports.alarm.ring = self.ring

    async def cog_unload(self) -> None:
        """Until the next one is loaded, the desk keeps what could not be told."""
        self.bot.services.reports.alarm.ring = None

    async def ring(self, guild_id: int, name: str) -> bool:
        """Ping whoever reads reports, without a word of the report; whether it was posted."""
        settings = await self.bot.services.servers.settings(guild_id)
        channel = self.bot.get_channel(settings.notice_channel_id or 0)
        if not isinstance(channel, discord.TextChannel):
            return False
        who = readers(channel.guild, settings)
        try:
            # Not an answer to anything: an answer's metadata names the person.
            await channel.send(
                TEXT.format(who=_mention(who), name=name),
                nonce=f"urgent {name}",  # tried again after a lost answer, it is there once
                allowed_mentions=discord.AllowedMentions(
                    everyone=False,
                    roles=[who] if isinstance(who, discord.Role) else False,
                    users=[who] if isinstance(who, discord.Object) else False,
                ),
            )
        except UNDELIVERED:
            return False
        return True


def _mention(who: discord.Role | discord.Object | None) -> str:
    if isinstance(who, discord.Role):
        return who.mention
    return f"<@{who.id}>" if who is not None else "**Urgent.**"
