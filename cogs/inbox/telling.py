"""Telling a server's moderators something in the channel that they chose for it."""

import discord

from bot.app import Steward
from cogs.common.replies import NO_MENTIONS, UNDELIVERED


async def tell_moderators(bot: Steward, guild_id: int, text: str, once: str = "") -> bool:
    """Post to the moderators' channel; False where none was chosen or it cannot be reached now.

    Args:
        once: at most 25 characters; of two posts with the same within minutes Discord keeps one.
    """
    settings = await bot.services.servers.settings(guild_id)
    channel = bot.get_channel(settings.notice_channel_id or 0)
    if not isinstance(channel, discord.TextChannel):
        return False
    try:
        # Not an answer to anything: an answer's metadata names the person.
        if once:
            await channel.send(text, allowed_mentions=NO_MENTIONS, nonce=once)
        else:
            await channel.send(text, allowed_mentions=NO_MENTIONS)
    except UNDELIVERED:
        return False
    return True
