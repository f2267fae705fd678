"""The ping to those who read reports, where a reporter has chosen that they are told at once."""

import discord
from discord.ext import commands

from bot.app import Steward
from bot.reports.alarm import Heard
from cogs.common.readers import reached, readers
from cogs.common.replies import UNDELIVERED

TEXT = (
    "{who} Somebody has sent a report and says that someone may come to harm soon. "
    "`/inbox read report:{name}` opens it. Please do not wonder who wrote it."
)
UNREACHED = (
    "\n-# Discord pinged nobody who reads reports: their role may not be pinged. Server Settings → "
    "Roles → “Allow anyone to @mention this role” mends it. Until then I ping the owner: {owner}"
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

    async def ring(self, guild_id: int, name: str) -> Heard:
        """Ping whoever reads reports, without a word of the report; whether it was posted.

        Where their role may not be pinged the server's owner is, who is perhaps not one of them.
        """
        settings = await self.bot.services.servers.settings(guild_id)
        channel = self.bot.get_channel(settings.notice_channel_id or 0)
        if not isinstance(channel, discord.TextChannel):
            return False
        who = readers(channel.guild, settings)
        there = reached(channel, who)
        text = TEXT.format(who=_mention(who), name=name)
        pinged = [who] if isinstance(who, discord.Object) else []
        if not there and (owner_id := channel.guild.owner_id):
            text += UNREACHED.format(owner=f"<@{owner_id}>")
            pinged = [discord.Object(owner_id)]
        try:
            # Not an answer to anything: an answer's metadata names the person.
            await channel.send(
                text,
                nonce=f"urgent {name}",  # tried again after a lost answer, it is there once
                allowed_mentions=discord.AllowedMentions(
                    everyone=False,
                    roles=[who] if isinstance(who, discord.Role) else False,
                    users=pinged or False,
                ),
            )
        except UNDELIVERED:
            return False
        return True if there else "posted"


def _mention(who: discord.Role | discord.Object | None) -> str:
    if isinstance(who, discord.Role):
        return who.mention
    return f"<@{who.id}>" if who is not None else "**Urgent.**"
