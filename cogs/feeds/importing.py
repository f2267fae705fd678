"""/feeds import and /feeds export, and the buttons under an import's progress."""

import functools
import io
from datetime import timedelta

import discord
from discord import app_commands
from discord.app_commands import AppCommandChannel
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.errors import NotAllowed, NotFound, Unavailable
from bot.feeds.imports import Import
from bot.feeds.imports.service import too_large
from bot.feeds.opml import FILE_LIMIT, ListedFeed, write
from bot.feeds.service import Feeds
from bot.routing import component
from bot.servers import Servers
from bot.text import counted
from cogs.common import guards
from cogs.common.permissions import postable
from cogs.common.replies import NO_MENTIONS, UNDELIVERED, reply, think
from cogs.feeds.board import ImportBoard
from cogs.feeds.numbers import number
from cogs.feeds.places import FeedChannel, chosen_place
from cogs.feeds.progress import undone
from cogs.feeds.publisher import DiscordPublisher

EDITABLE_FOR = timedelta(minutes=50)  # Discord: older than an hour, a message takes few edits
PRIVATELY = (
    "I may not post in this channel, or you may not, so the progress is shown here, to you alone "
    "and for a quarter of an hour. The outcome comes to the channel for notices (`/setup`)."
)


class ImportCommands(commands.Cog):
    """Many feeds at once, in and out; a part of FeedsCog."""

    bot: Steward
    feeds: Feeds
    servers: Servers
    publisher: DiscordPublisher

    @functools.cached_property
    def board(self) -> ImportBoard:
        """Shows imports; handed to them at the start."""
        return ImportBoard(self.bot, self.publisher)

    @app_commands.command(name="import")
    @app_commands.describe(
        file="An OPML file from a feed reader, or a text file with an address on each line",
        channel="Where new articles are posted",
    )
    @guards.moderator()
    async def import_feeds(
        self,
        interaction: Interaction,
        file: discord.Attachment,
        channel: app_commands.Transform[AppCommandChannel, FeedChannel],
    ) -> None:
        """Add all feeds of an OPML file to a channel, up to 1,000 at once."""
        place = chosen_place(interaction, channel)
        if file.size > FILE_LIMIT:
            raise too_large()
        await think(interaction)
        try:
            body = await file.read()
        except UNDELIVERED as error:
            raise Unavailable("Discord did not give me the file. Try it once more.") from error
        listed = await self.feeds.imports.read(body)
        guild_id = guards.guild_id(interaction)
        shown_in = postable(interaction)
        about = await self.feeds.imports.begin(
            guild_id, place.id, interaction.user.id, shown_in, listed
        )
        many = counted(len(listed.feeds), "feed")
        await self._note(interaction, "feeds.import", f"{many} in {place.id}")
        text = f"Importing {many} into {place.mention}. "
        if listed.repeated:
            text += f"{counted(listed.repeated, 'line')} named a feed twice. "
        if shown_in:
            await reply(interaction, f"{text}How it goes is shown below, for everybody here.")
        else:
            await reply(interaction, text + PRIVATELY)
            self.board.whisper(about.id, interaction)

    @app_commands.command()
    @guards.moderator()
    async def export(self, interaction: Interaction) -> None:
        """All feeds of this server as an OPML file, which feed readers and I can import."""
        await think(interaction)
        listing = await self.feeds.overview.listing(guards.guild_id(interaction))
        if not listing:
            raise NotFound("There are no feeds here to export. `/feeds add` adds one.")
        guild = interaction.guild
        groups: dict[str, list[ListedFeed]] = {}
        for listed in listing:
            subscription = listed.subscription
            channel = guild.get_channel(subscription.channel_id) if guild else None
            name = f"#{channel.name}" if channel else "A channel that is gone"
            feed = ListedFeed(subscription.url, subscription.title, subscription.site)
            groups.setdefault(name, []).append(feed)
        title = f"Feeds of {guild.name}" if guild else "Feeds"
        text = write(title, dict(sorted(groups.items())), discord.utils.utcnow())
        await reply(
            interaction,
            f"{counted(len(listing), 'feed')}, by channel. Feed readers can import this file, and "
            "so can `/feeds import`.",
            file=discord.File(io.BytesIO(text.encode()), "feeds.opml"),
        )

    @component("feeds:import-stop")
    async def stop_import(self, interaction: Interaction, import_id: str) -> None:
        """Try no more feeds; the message changes by itself."""
        await guards.require_moderator(interaction)
        await interaction.response.defer()
        await self.feeds.imports.stop(guards.guild_id(interaction), number(import_id))
        await self._note(interaction, "feeds.import-stop", import_id)

    @component("feeds:import-again")
    async def import_again(self, interaction: Interaction, import_id: str) -> None:
        """Try what failed, or was not tried, once more, in the same message."""
        await guards.require_moderator(interaction)
        guild_id = guards.guild_id(interaction)
        about = await self.feeds.imports.get(guild_id, number(import_id))
        _require_writer(interaction, about)
        await interaction.response.defer()
        message = interaction.message
        shown_in = postable(interaction)
        if message is None or message.flags.ephemeral:
            shown_in, message_id = 0, None
        else:
            recent = discord.utils.utcnow() - message.created_at < EDITABLE_FOR
            message_id = message.id if recent else None
        again = await self.feeds.imports.try_again(guild_id, about.id, shown_in, message_id)
        if not shown_in:
            self.board.whisper(again.id, interaction)
        await self._note(interaction, "feeds.import", f"again, {import_id}")

    @component("feeds:import-undo")
    async def undo_import(self, interaction: Interaction, import_id: str) -> None:
        """Remove everything that an import has added."""
        await guards.require_moderator(interaction)
        await interaction.response.defer()
        guild_id = guards.guild_id(interaction)
        removed = await self.feeds.imports.undo(guild_id, number(import_id))
        await self._note(interaction, "feeds.import-undo", import_id)
        progress = await self.feeds.imports.progress(guild_id, number(import_id))
        state = undone(progress, removed)
        await interaction.edit_original_response(
            embed=state.embed, view=state.buttons, attachments=[], allowed_mentions=NO_MENTIONS
        )

    async def _note(self, interaction: Interaction, action: str, target: str) -> None:
        await self.servers.record(guards.guild_id(interaction), interaction.user.id, action, target)


def _require_writer(interaction: Interaction, about: Import) -> None:
    """Raises NotAllowed unless the person may write where an import's articles go."""
    assert interaction.guild is not None
    channel = interaction.guild.get_channel(about.channel_id)
    if channel is None:
        raise NotFound("The channel of that import is gone. Run `/feeds import` for another one.")
    assert isinstance(interaction.user, discord.Member)
    if not channel.permissions_for(interaction.user).send_messages:
        raise NotAllowed(
            f"You may not write in {channel.mention} yourself, so I do not post there for you."
        )
