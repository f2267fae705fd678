"""/setup and its buttons: who may choose what, and what follows from it."""

import discord
from discord import app_commands

from bot.app import Interaction, Steward
from bot.errors import NotAllowed, NotFound
from bot.routing import component
from bot.servers import ServerSettings
from cogs.common import guards
from cogs.common.replies import UNDELIVERED, chosen, reply, update
from cogs.setup import frontdesk, pages
from cogs.setup.groups import ReportGroups
from cogs.setup.reports import ReportSetup
from cogs.setup.starters import StarterFeeds
from cogs.setup.telling import announced, earlier_notices, readers_notices, tell_first

NOT_TOLD_THERE = (
    "The channel for notices has changed, but I could not announce it in {channel}. Please tell "
    "the other moderators yourself."
)


class SetupCog(StarterFeeds, ReportSetup, ReportGroups):
    """A guided set-up in one private message."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot
        self.servers = bot.services.servers

    @app_commands.command(name="setup")
    @app_commands.guild_only()
    @app_commands.default_permissions(guards.MANAGE_SERVER)
    @guards.moderator()
    async def setup(self, interaction: Interaction) -> None:
        """Choose channels and roles, place the front desk, see what is missing."""
        page = await self._page(interaction, "overview")
        await reply(interaction, embed=page.embed, view=page.buttons)

    # A change makes requests to Discord, and a press must be answered in three seconds: after the
    # checks, each of these says first that it is at work.

    @component("setup:page")
    async def turn(self, interaction: Interaction, name: str) -> None:
        """Show another page in place of this one."""
        await guards.require_moderator(interaction)
        await interaction.response.defer()
        await self._show(interaction, name)

    @component("setup:channel")
    async def choose_channel(self, interaction: Interaction, key: str) -> None:
        """Take over a chosen channel and show what is still missing there."""
        await guards.require_moderator(interaction)
        field, _, _ = pages.CHANNELS[key]
        channel = _channel(interaction, chosen(interaction)[0])
        before = await self.servers.settings(channel.guild.id)
        if key == "notices" and await self.may_keep_reports(before):
            _require_private(channel, before)
        await interaction.response.defer()
        moved = key == "notices" and before.notice_channel_id != channel.id
        if moved:
            await self._tell_where_notices_were(interaction, before, channel)
        await self._change(interaction, f"setup.{key}", str(channel.id), **{field: channel.id})
        await self._show(interaction, "channels")
        if moved:
            await self._tell_where_notices_are(interaction, before, channel)
            # What has waited for a channel is told now.
            self.bot.services.feeds.outbox.tell()

    @component("setup:role")
    async def choose_role(self, interaction: Interaction, key: str) -> None:
        """Take over a chosen role, or none; who reads reports is told before it changes."""
        await guards.require_moderator(interaction)
        guards.require_manager(interaction)
        field, _ = pages.ROLES[key]
        values = chosen(interaction)
        role_id = int(values[0]) if values else None
        if role_id == interaction.guild_id:
            raise NotAllowed("@everyone cannot be that role: everybody has it. Choose another.")
        guild = _guild(interaction)
        settings = await self.servers.settings(guild.id)
        notices = None
        if key == "inbox":
            notices = readers_notices(guild, settings)
        elif settings.inbox_role_id is None:
            # Then moderators read reports; before there is a channel, there is nobody to tell.
            notices = await earlier_notices(guild, settings)
        await interaction.response.defer()
        if notices is not None and role_id != getattr(settings, field):
            await tell_first(notices, _who_reads(interaction, key, role_id))
        await self._change(interaction, f"setup.{key}", str(role_id or ""), **{field: role_id})
        await self._show(interaction, "roles")

    @component("setup:desk")
    async def place_desk(self, interaction: Interaction) -> None:
        """Post the front desk in the chosen channel, and take away the earlier one."""
        await guards.require_moderator(interaction)
        channel = _channel(interaction, chosen(interaction)[0])
        if not isinstance(channel, discord.TextChannel):
            raise NotFound("The front desk needs an ordinary text channel. Choose another.")
        if not channel.permissions_for(_member(interaction)).send_messages:
            raise NotAllowed(f"You may not write in {channel.mention}, so I do not either.")
        await interaction.response.defer()
        before = await self.servers.settings(channel.guild.id)
        signposts = await self.bot.services.reports.wording.signposts(channel.guild.id)
        message = await frontdesk.place(channel, signposts)
        await self._change(
            interaction,
            "setup.front_desk",
            str(channel.id),
            front_desk_channel_id=channel.id,
            front_desk_message_id=message.id,
        )
        earlier = channel.guild.get_channel(before.front_desk_channel_id or 0)
        if isinstance(earlier, discord.TextChannel):
            await frontdesk.remove(earlier, before.front_desk_message_id)
        await self._show(interaction, "desk")

    async def _change(
        self, interaction: Interaction, action: str, target: str, **fields: int | None
    ) -> None:
        guild_id = guards.guild_id(interaction)
        await self.servers.change(guild_id, **fields)
        await self.servers.record(guild_id, interaction.user.id, action, target)

    async def _tell_where_notices_were(
        self, interaction: Interaction, before: ServerSettings, after: discord.abc.GuildChannel
    ) -> None:
        """Say in the channel until now that notices leave it: those who read there would not
        know otherwise who is told of reports, and who reads them, from then on."""
        earlier = await earlier_notices(_guild(interaction), before)
        if earlier is not None:
            await tell_first(earlier, f"{_moves(interaction, after)}, no longer here.")

    async def _tell_where_notices_are(
        self, interaction: Interaction, before: ServerSettings, after: discord.abc.GuildChannel
    ) -> None:
        was = before.notice_channel_id
        text = _moves(interaction, after) + (f", before in <#{was}>." if was else ".")
        if not await announced(after, text):
            await reply(interaction, NOT_TOLD_THERE.format(channel=after.mention))

    async def _show(self, interaction: Interaction, name: str) -> None:
        page = await self._page(interaction, name)
        await update(interaction, embed=page.embed, view=page.buttons)

    async def _page(self, interaction: Interaction, name: str) -> pages.Page:
        guild = _guild(interaction)
        settings = await self.servers.settings(guild.id)
        match name:
            case "channels":
                return pages.channels(guild, settings)
            case "roles":
                hidden = await self._hidden(guild, settings.moderator_role_id)
                return pages.roles(guild, settings, hidden)
            case "desk":
                return pages.desk(guild, settings)
            case "starters":
                return await self.starters_page(guild, settings)
            case "reports":
                return await self.reports_page(guild, settings)
            case "groups":
                return await self.groups_page(guild.id)
            case _:
                return pages.overview(guild, settings)

    async def _hidden(self, guild: discord.Guild, role_id: int | None) -> list[str] | None:
        """The moderators' commands that Discord does not show to a role, by its own answer.

        None if it gave no answer.
        """
        if role_id is None or self.bot.application_id is None:
            return []
        try:
            overrides = await self.bot.http.get_guild_application_command_permissions(
                self.bot.application_id, guild.id
            )
            known = await self.bot.tree.fetch_commands()
        except UNDELIVERED:
            return None
        allowed = {
            int(entry["id"])
            for entry in overrides
            for permission in entry["permissions"]
            if int(permission["id"]) == role_id and permission["permission"]
        }
        registered = {command.name: command.id for command in known}
        return [
            command.name
            for command in self.bot.tree.get_commands()
            if getattr(command, "default_permissions", None) is not None
            and registered.get(command.name) not in allowed
            and self.bot.application_id not in allowed  # an override for the whole bot
        ]


def _require_private(channel: discord.abc.GuildChannel, settings: ServerSettings) -> None:
    """Raises NotAllowed where others than moderators would be told of reports."""
    if seen := pages.seen_by_outsiders(channel, settings):
        raise NotAllowed(
            f"Reports are or were open here, and {seen}: they would learn when something comes in. "
            "Make it private first, then choose it again. Nothing was changed."
        )


def _moves(interaction: Interaction, after: discord.abc.GuildChannel) -> str:
    return (
        f"{interaction.user.mention} has changed where I tell moderators things: from now on in "
        f"{after.mention}"
    )


def _who_reads(interaction: Interaction, key: str, role_id: int | None) -> str:
    person = interaction.user.mention
    if key == "inbox":
        who = f"<@&{role_id}>" if role_id else "every moderator"
        return f"{person} has changed who reads reports: now {who}."
    who = f"<@&{role_id}>, and everybody" if role_id else "everybody"
    return (
        f"{person} has changed who is a moderator, and so who reads reports: now {who} with "
        "Manage Server."
    )


def _guild(interaction: Interaction) -> discord.Guild:
    if interaction.guild is None:
        raise NotAllowed("This works on a server that I am on, not in a direct message.")
    return interaction.guild


def _member(interaction: Interaction) -> discord.Member:
    assert isinstance(interaction.user, discord.Member)
    return interaction.user


def _channel(interaction: Interaction, channel_id: str) -> discord.abc.GuildChannel:
    channel = _guild(interaction).get_channel(int(channel_id))
    if channel is None:
        raise NotFound(
            "I cannot see that channel. Give my role View Channel there, then choose it again."
        )
    return channel
