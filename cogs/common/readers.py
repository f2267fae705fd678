"""Whom to ping about reports, and whether a ping would reach them."""

import discord

from bot.servers import ServerSettings


def readers(guild: discord.Guild, settings: ServerSettings) -> discord.Role | discord.Object | None:
    """The role that reads reports, else the moderators' role, else the owner."""
    for role_id in (settings.inbox_role_id, settings.moderator_role_id):
        role = guild.get_role(role_id or 0)
        if role is not None:
            return role
    return discord.Object(guild.owner_id) if guild.owner_id else None


def reached(channel: discord.TextChannel, who: discord.Role | discord.Object | None) -> bool:
    """Whether Discord would tell them; it shows a role's name only, where it may not be pinged."""
    if not isinstance(who, discord.Role):
        return who is not None
    return who.mentionable or channel.permissions_for(channel.guild.me).mention_everyone
