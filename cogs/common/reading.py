"""What somebody can read: the channels whose history is open to them."""

import discord

from bot.app import Interaction


def readable_channels(interaction: Interaction) -> list[int]:
    """The channels of which the person can read what was posted; none outside a server."""
    guild, member = interaction.guild, interaction.user
    if guild is None or not isinstance(member, discord.Member):
        return []
    seen = []
    for channel in guild.channels:
        if isinstance(channel, discord.TextChannel | discord.ForumChannel):
            held = channel.permissions_for(member)
            if held.view_channel and held.read_message_history:
                seen.append(channel.id)
    return seen
