"""/setup and its buttons: who may choose what, and what follows from it."""

import discord
from discord import app_commands

from bot.app import Interaction, Steward
from bot.errors import NotAllowed, NotFound
from bot.routing import component
from cogs.common import guards
from cogs.common.permissions import lacking
from cogs.common.replies import NO_MENTIONS, UNDELIVERED, chosen, reply, update
from cogs.setup import frontdesk, pages
from cogs.setup.groups import ReportGroups
from cogs.setup.reports import ReportSetup
from cogs.setup.starters import StarterFeeds

NO_NOTICES = (
    "A change of who reads reports is announced in the channel for notices, and {reason}, so I "
    "changed nothing. Choose one in `/setup` under Channels, then choose the role again."
)
NOBODY_TOLD = (
    "The role that reads reports has changed, but nobody was told: my announcement in {channel} "
    "failed. Please tell the other moderators, or choose the role again to have it announced."
)
NOT_TOLD_THERE = (
    "The channel for notices has changed, but I could not announce it in {channels}. Please tell "
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
        await interaction.response.defer()
        before = await self.servers.settings(channel.guild.id)
        await self._change(interaction, f"setup.{key}", str(channel.id), **{field: channel.id})
        await self._show(interaction, "channels")
        if key == "notices":
            await self._announce_notices(interaction, before.notice_channel_id, channel.id)
            # What has waited for a channel is told now.
            self.bot.services.feeds.outbox.tell()

    @component("setup:role")
    async def choose_role(self, interaction: Interaction, key: str) -> None:
        """Take over a chosen role, or none; a new inbox role is told to the moderators."""
        await guards.require_moderator(interaction)
        guards.require_manager(interaction)
        field, _ = pages.ROLES[key]
        values = chosen(interaction)
        role_id = int(values[0]) if values else None
        if role_id == interaction.guild_id:
            raise NotAllowed("@everyone cannot be that role: everybody has it. Choose another.")
        notices = await self._notices(interaction) if key == "inbox" else None
        await interaction.response.defer()
        await self._change(interaction, f"setup.{key}", str(role_id or ""), **{field: role_id})
        if notices is not None:
            await self._announce_inbox_role(interaction, notices, role_id)
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

    async def _notices(self, interaction: Interaction) -> discord.TextChannel:
        """The channel for notices, if the bot can write there.

        Raises:
            NotAllowed: it cannot, or none is chosen.
        """
        guild = _guild(interaction)
        settings = await self.servers.settings(guild.id)
        channel = guild.get_channel(settings.notice_channel_id or 0)
        if not isinstance(channel, discord.TextChannel):
            raise NotAllowed(NO_NOTICES.format(reason="there is none that I can see"))
        if missing := lacking(channel):
            reason = f"I lack {', '.join(missing)} in {channel.mention}"
            raise NotAllowed(NO_NOTICES.format(reason=reason))
        return channel

    async def _announce_inbox_role(
        self, interaction: Interaction, notices: discord.TextChannel, role_id: int | None
    ) -> None:
        who = f"<@&{role_id}>" if role_id else "every moderator"
        text = f"{interaction.user.mention} has changed who reads reports: now {who}."
        if not await _announce(notices, text):
            await reply(interaction, NOBODY_TOLD.format(channel=notices.mention))

    async def _announce_notices(
        self, interaction: Interaction, before_id: int | None, after_id: int
    ) -> None:
        """Say where notices go from now on, in the earlier channel as well as in the new one."""
        if before_id == after_id:
            return
        person = interaction.user.mention
        moved = f"{person} has changed where I tell moderators things: from now on in <#{after_id}>"
        texts = {after_id: moved + (f", before in <#{before_id}>." if before_id else ".")}
        if before_id is not None:
            texts[before_id] = f"{moved}, no longer here."
        guild = _guild(interaction)
        missed = [
            f"<#{channel_id}>"
            for channel_id, text in texts.items()
            if not await _announce(guild.get_channel(channel_id), text)
        ]
        if missed:
            await reply(interaction, NOT_TOLD_THERE.format(channels=" and ".join(missed)))

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


async def _announce(channel: object, text: str) -> bool:
    """Whether a text could be posted for the people in a channel to see."""
    if not isinstance(channel, discord.TextChannel) or lacking(channel):
        return False
    try:
        await channel.send(text, allowed_mentions=NO_MENTIONS)
    except UNDELIVERED:
        return False
    return True


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
