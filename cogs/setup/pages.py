"""What /setup shows: one message with pages, each with what is set and what is still missing."""

from dataclasses import dataclass

import discord

from bot.app.permissions import missing_permissions
from bot.config import Config
from bot.servers import ServerSettings
from cogs.common.components import Buttons, Style
from cogs.common.permissions import lacking
from cogs.common.replies import COLOUR

CHANNELS = {
    "news": ("news_channel_id", "News", "where articles go"),
    "notices": ("notice_channel_id", "Notices", "where I tell moderators things; keep it private"),
    "bulletins": ("bulletin_channel_id", "Bulletins", "where bulletins are published"),
}
ROLES = {
    "moderators": ("moderator_role_id", "Moderators' role"),
    "inbox": ("inbox_role_id", "Role that reads reports"),
}
TEXT_CHANNELS = (discord.ChannelType.text, discord.ChannelType.news)
INTEGRATIONS = (
    "Discord itself hides moderators' commands from people without Manage Server, and only an "
    "administrator can change that: **Server Settings → Integrations → Steward**, choose a "
    "command, **Add roles or members**, and allow {role}."
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: what is sent."""

    embed: discord.Embed
    buttons: Buttons


def overview(guild: discord.Guild, settings: ServerSettings) -> Page:
    """What is set, what is missing, and the way to each part."""
    lines = [
        _state(words, _channel(guild, getattr(settings, field)))
        for field, words, _ in CHANNELS.values()
    ]
    lines += [
        _state("Moderators' role", _role(guild, settings.moderator_role_id)),
        _state("Front desk", _channel(guild, settings.front_desk_channel_id)),
    ]
    embed = discord.Embed(title="Set up Steward", description="\n".join(lines), colour=COLOUR)
    if problems := _problems(guild, settings):
        embed.add_field(name="To mend", value="\n".join(problems)[:1024], inline=False)
    else:
        embed.add_field(name="Next", value=_next(settings), inline=False)
    buttons = (
        Buttons()
        .button("Channels", "setup:page:channels", style=Style.primary)
        .button("Roles", "setup:page:roles", style=Style.primary)
        .button("Front desk", "setup:page:desk", style=Style.primary)
        .button("Starter feeds", "setup:page:starters", style=Style.primary)
        .button("Reports", "setup:page:reports", style=Style.primary)
        .button("Check again", "setup:page:overview")
    )
    return Page(embed, buttons)


def channels(guild: discord.Guild, settings: ServerSettings) -> Page:
    """Three selects, each with what is chosen now, and what is missing in those."""
    embed = discord.Embed(
        title="Channels",
        description="\n".join(f"**{words}**: {what}" for _, words, what in CHANNELS.values()),
        colour=COLOUR,
    )
    if problems := _problems(guild, settings):
        embed.add_field(name="To mend", value="\n".join(problems)[:1024], inline=False)
    buttons = Buttons()
    for key, (field, words, what) in CHANNELS.items():
        buttons.channel_select(
            f"setup:channel:{key}",
            f"{words}: {what}",
            types=TEXT_CHANNELS,
            chosen=getattr(settings, field),
        )
    return Page(embed, buttons.button("Back", "setup:page:overview"))


def roles(guild: discord.Guild, settings: ServerSettings, hidden: list[str] | None) -> Page:
    """Two selects, and what Discord still hides from the chosen role, None where unknown."""
    embed = discord.Embed(
        title="Roles",
        description=(
            "**Moderators' role**: may use moderators' commands, beside people with Manage "
            "Server.\n**Role that reads reports**: when chosen, only this role can use `/inbox`, "
            "and Manage Server alone does not. Changing it is announced in the channel for "
            "notices, so that must be chosen first.\nEmpty a select to choose no role."
        ),
        colour=COLOUR,
    )
    role = guild.get_role(settings.moderator_role_id or 0)
    if role is not None and not (role.permissions.manage_guild or role.permissions.administrator):
        text = INTEGRATIONS.format(role=role.mention)
        if hidden is None:
            text += "\nDiscord did not tell me what is hidden now: press Check again later."
        elif hidden:
            text += "\nStill hidden: " + ", ".join(f"`/{name}`" for name in hidden) + "."
        else:
            text = f"{role.mention} sees every moderators' command."
        embed.add_field(name="Seeing the commands", value=text[:1024], inline=False)
    buttons = Buttons()
    for key, (field, words) in ROLES.items():
        buttons.role_select(f"setup:role:{key}", words, chosen=getattr(settings, field))
    return Page(
        embed,
        buttons.button("Check again", "setup:page:roles").button("Back", "setup:page:overview"),
    )


def desk(guild: discord.Guild, settings: ServerSettings) -> Page:
    """Where the front desk stands, and a select to put it somewhere."""
    place = _channel(guild, settings.front_desk_channel_id)
    embed = discord.Embed(
        title="Front desk",
        description=(
            "A pinned message with buttons to ask a question and to send a report. Choose a "
            "channel in which members cannot write, so that it stays in sight; choosing posts it "
            "there at once, and takes away an earlier one.\n\n" + _state("Now", place)
        ),
        colour=COLOUR,
    )
    buttons = Buttons().channel_select(
        "setup:desk", "Post the front desk in …", types=(discord.ChannelType.text,)
    )
    return Page(embed, buttons.button("Back", "setup:page:overview"))


def _next(settings: ServerSettings) -> str:
    if settings.notice_channel_id is None:
        return "Choose the channels: without one for notices I cannot tell moderators anything."
    if settings.front_desk_channel_id is None:
        return "Post the front desk, so that members find me without knowing a command."
    return "Take some of the starter feeds, or `/feeds add` any site's; `/help` lists everything."


def _problems(guild: discord.Guild, settings: ServerSettings) -> list[str]:
    problems = []
    if missing := missing_permissions(guild.me.guild_permissions):
        problems.append(
            f"My role lacks {', '.join(missing)}: Server Settings → Roles → Steward, or invite me "
            "again."
        )
    for field, words, _ in CHANNELS.values():
        channel = guild.get_channel(getattr(settings, field) or 0)
        if isinstance(channel, discord.TextChannel) and (missing := lacking(channel)):
            problems.append(f"{words}: in {channel.mention} I lack {', '.join(missing)}.")
    notices = guild.get_channel(settings.notice_channel_id or 0)
    if notices is not None and (seen := seen_by_outsiders(notices, settings)):
        problems.append(f"Notices: {seen}. Make it private.")
    return problems


def takes_reports(config: Config, settings: ServerSettings) -> bool:
    """Whether reports are taken on a server, as far as that is decided."""
    return config.reports == "on" or (config.reports == "after-setup" and settings.reports_ready)


def seen_by_outsiders(channel: discord.abc.GuildChannel, settings: ServerSettings) -> str:
    """Which people who are no moderators can see a channel, as a sentence; empty if none can."""
    role = _outsider(channel, settings)
    if role is None:
        return ""
    who = "everybody" if role.is_default() else f"everybody with {role.mention}"
    return f"{who} can see {channel.mention}"


def _outsider(channel: discord.abc.GuildChannel, settings: ServerSettings) -> discord.Role | None:
    """A role of people who are no moderators and yet can see a channel."""
    for role in channel.guild.roles:
        insider = role.permissions.manage_guild or role.permissions.administrator
        chosen = role.id in (settings.moderator_role_id, settings.inbox_role_id)
        # Of the roles that Discord itself hands out, only a bot's own is nobody's.
        if insider or chosen or role.is_bot_managed():
            continue
        if channel.permissions_for(role).view_channel:
            return role
    return None


def _channel(guild: discord.Guild, channel_id: int | None) -> str | None:
    if channel_id is None:
        return None
    channel = guild.get_channel(channel_id)
    return channel.mention if channel else "a channel that I can no longer see"


def _role(guild: discord.Guild, role_id: int | None) -> str | None:
    if role_id is None:
        return None
    role = guild.get_role(role_id)
    return role.mention if role else "a role that no longer exists"


def _state(words: str, value: str | None) -> str:
    return f"**{words}**: {value or 'not chosen yet'}"
