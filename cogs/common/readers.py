"""Who reads reports: whom to ping, whether a ping would reach them, and when that was changed."""

import discord

from bot.servers import Servers, ServerSettings


def readers(guild: discord.Guild, settings: ServerSettings) -> discord.Role | discord.Object | None:
    """The role that reads reports, else the moderators' role, else the owner."""
    for role_id in (settings.inbox_role_id, settings.moderator_role_id):
        role = guild.get_role(role_id or 0)
        if role is not None:
            return role
    return discord.Object(guild.owner_id) if guild.owner_id else None


def role_is_gone(guild: discord.Guild, settings: ServerSettings) -> bool:
    """Whether a role was chosen that reads reports, and deleted since: then nobody reads them."""
    return settings.inbox_role_id is not None and guild.get_role(settings.inbox_role_id) is None


def reached(channel: discord.TextChannel, who: discord.Role | discord.Object | None) -> bool:
    """Whether Discord would tell them; it shows a role's name only, where it may not be pinged."""
    if not isinstance(who, discord.Role):
        return who is not None
    return who.mentionable or channel.permissions_for(channel.guild.me).mention_everyone


async def changes(servers: Servers, settings: ServerSettings) -> str:
    """When and by whom it was last changed who reads reports and where they are told of them.

    Whoever changes it can take the announcement away again; this stays. Empty if nobody did.
    """
    roles = ["setup.inbox"] if settings.inbox_role_id else ["setup.inbox", "setup.moderators"]
    who = [await servers.latest(settings.guild_id, action) for action in roles]
    where = await servers.latest(settings.guild_id, "setup.notices")
    last = max((each for each in who if each), key=lambda each: each.at, default=None)
    told = [
        f"{what} was last changed on <t:{int(entry.at.timestamp())}:D> by <@{entry.actor_id}>"
        for what, entry in (("Who reads reports", last), ("The channel for notices", where))
        if entry is not None
    ]
    return f"{'. '.join(told)}." if told else ""
