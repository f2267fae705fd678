"""Who may do what. Discord hides moderators' commands; these ask again when one is run.

Discord's own check can be overridden by an administrator, and does not cover buttons, forms and
autocomplete at all, so each of those asks here too.
"""

from collections.abc import Callable
from typing import TypeVar

import discord
from discord import app_commands

from bot.app import Interaction
from bot.errors import NotAllowed
from cogs.common.readers import changes

T = TypeVar("T")

MODERATORS_ONLY = (
    "Only moderators can do that: members with Manage Server, or with the moderators' role that "
    "an administrator chooses in `/setup`."
)
INBOX_ONLY = (
    "Only the people who read reports here can do that. An administrator chooses their role in "
    "`/setup`."
)
MANAGERS_ONLY = (
    "That decides who can read reports, so only somebody with Manage Server can change it. Please "
    "ask an administrator."
)

# Discord hides the commands that carry this from members without it.
MANAGE_SERVER = discord.Permissions(manage_guild=True)


def guild_id(interaction: Interaction) -> int:
    """The server in which something was run.

    Raises:
        NotAllowed: it was run in a direct message.
    """
    if interaction.guild_id is None:
        raise NotAllowed("This works on a server, not in a direct message.")
    return interaction.guild_id


async def is_moderator(interaction: Interaction) -> bool:
    """Whether the person holds Manage Server or the role chosen in /setup."""
    if interaction.guild_id is None:
        return False
    if _manages(interaction):
        return True
    settings = await interaction.client.services.servers.settings(interaction.guild_id)
    return _has_role(interaction, settings.moderator_role_id)


async def reads_inbox(interaction: Interaction) -> bool:
    """Whether the person may read reports: the inbox role where one is chosen, else moderators."""
    if interaction.guild_id is None:
        return False
    settings = await interaction.client.services.servers.settings(interaction.guild_id)
    if settings.inbox_role_id is not None:
        return _has_role(interaction, settings.inbox_role_id)
    return await is_moderator(interaction)


async def member_reads_inbox(interaction: Interaction, user_id: int) -> bool:
    """Whether somebody else may read reports; Discord is asked, since no member is remembered."""
    if interaction.guild is None:
        return False
    try:
        member = await interaction.guild.fetch_member(user_id)
    except discord.NotFound:
        return False
    settings = await interaction.client.services.servers.settings(interaction.guild.id)
    if member.bot:
        return False
    if settings.inbox_role_id is not None:
        return member.get_role(settings.inbox_role_id) is not None
    held = member.guild_permissions
    moderates = settings.moderator_role_id is not None and (
        member.get_role(settings.moderator_role_id) is not None
    )
    return held.manage_guild or held.administrator or moderates


async def require_moderator(interaction: Interaction) -> None:
    """Raises NotAllowed unless the person is a moderator; for buttons and forms."""
    if not await is_moderator(interaction):
        raise NotAllowed(MODERATORS_ONLY)


def require_manager(interaction: Interaction) -> None:
    """Raises NotAllowed unless the person holds Manage Server; for what moderators may not do."""
    if not _manages(interaction):
        raise NotAllowed(MANAGERS_ONLY)


async def require_inbox(interaction: Interaction) -> None:
    """Raises NotAllowed unless the person may read reports; for buttons and forms."""
    if not await reads_inbox(interaction):
        raise NotAllowed(await _no_reader(interaction))


async def _no_reader(interaction: Interaction) -> str:
    """Why somebody reads no reports; a moderator is told when that was changed, and by whom."""
    if interaction.guild_id is None or not await is_moderator(interaction):
        return INBOX_ONLY
    servers = interaction.client.services.servers
    changed = await changes(servers, await servers.settings(interaction.guild_id))
    return f"{INBOX_ONLY} {changed}".rstrip()


def moderator() -> Callable[[T], T]:
    """Check of a slash command for moderators."""

    async def check(interaction: Interaction) -> bool:
        if not await is_moderator(interaction):
            raise app_commands.CheckFailure(MODERATORS_ONLY)
        return True

    return app_commands.check(check)


def inbox_reader() -> Callable[[T], T]:
    """Check of a slash command for those who read reports."""

    async def check(interaction: Interaction) -> bool:
        if not await reads_inbox(interaction):
            raise app_commands.CheckFailure(await _no_reader(interaction))
        return True

    return app_commands.check(check)


def _manages(interaction: Interaction) -> bool:
    return interaction.permissions.manage_guild or interaction.permissions.administrator


def _has_role(interaction: Interaction, role_id: int | None) -> bool:
    user = interaction.user
    return (
        role_id is not None
        and isinstance(user, discord.Member)
        and user.get_role(role_id) is not None
    )
