"""What the moderators are told of a change in /setup: first, where it decides who reads reports."""

import discord

from bot.errors import NotAllowed
from bot.servers import ServerSettings
from cogs.common.permissions import lacking
from cogs.common.replies import NO_MENTIONS, UNDELIVERED

TELLS_FIRST = (
    "That is told in {channel} before it is done, and {reason}. Nothing was changed. Mend that, "
    "then choose again."
)
NO_NOTICES = (
    "A change of who reads reports is announced in the channel for notices, and {reason}, so I "
    "changed nothing. Choose one in `/setup` under Channels, then choose the role again."
)


async def earlier_notices(
    guild: discord.Guild, settings: ServerSettings
) -> discord.TextChannel | None:
    """The channel for notices until now, to be told of a change; None if there is none any more.

    Raises:
        NotAllowed: there is one in which nobody can be told.
    """
    channel_id = settings.notice_channel_id
    if channel_id is None:
        return None
    channel = guild.get_channel(channel_id) or await _asked_for(guild, channel_id)
    if channel is None:
        return None
    if not isinstance(channel, discord.TextChannel):
        raise _untold(channel_id, "I cannot write there")
    if missing := lacking(channel):
        raise _untold(channel_id, f"there I lack {', '.join(missing)}")
    return channel


async def _asked_for(guild: discord.Guild, channel_id: int) -> object | None:
    """A channel that we do not know of, as Discord itself says; None if it was deleted."""
    try:
        return await guild.fetch_channel(channel_id)
    except discord.NotFound:
        return None
    except UNDELIVERED:
        raise _untold(channel_id, "I cannot see it") from None


def readers_notices(guild: discord.Guild, settings: ServerSettings) -> discord.TextChannel:
    """The channel in which a change of who reads reports is told.

    Raises:
        NotAllowed: none is chosen, or the bot cannot write there.
    """
    channel = guild.get_channel(settings.notice_channel_id or 0)
    if not isinstance(channel, discord.TextChannel):
        raise NotAllowed(NO_NOTICES.format(reason="there is none that I can see"))
    if missing := lacking(channel):
        reason = f"I lack {', '.join(missing)} in {channel.mention}"
        raise NotAllowed(NO_NOTICES.format(reason=reason))
    return channel


async def tell_first(channel: discord.TextChannel, text: str) -> None:
    """Post a text; whatever it tells of is only done after this.

    Raises:
        NotAllowed: it could not be posted.
    """
    if not await announced(channel, text):
        raise _untold(channel.id, "Discord did not let me write there just now")


async def announced(channel: object, text: str) -> bool:
    """Whether a text could be posted for the people in a channel to see."""
    if not isinstance(channel, discord.TextChannel) or lacking(channel):
        return False
    try:
        # Not an answer to anything: an answer would show a command that was run.
        await channel.send(text, allowed_mentions=NO_MENTIONS)
    except UNDELIVERED:
        return False
    return True


def _untold(channel_id: int, reason: str) -> NotAllowed:
    return NotAllowed(TELLS_FIRST.format(channel=f"<#{channel_id}>", reason=reason))
