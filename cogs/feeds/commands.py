"""/feeds: commands of moderators."""

from collections.abc import Sequence

import discord
from discord import app_commands
from discord.app_commands import AppCommandChannel, Range
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.errors import NotFound
from bot.feeds.links import host_of
from bot.feeds.model import Options, Subscription
from bot.feeds.service import BACKLOG_LIMIT
from bot.text import counted, cut, escape
from cogs.common import guards
from cogs.common.autocomplete import suggest
from cogs.common.components import Buttons, Style
from cogs.common.replies import reply, think
from cogs.feeds import embeds
from cogs.feeds.buttons import FeedButtons
from cogs.feeds.importing import ImportCommands
from cogs.feeds.notices import NoticeButtons
from cogs.feeds.places import FeedChannel, chosen_place, chosen_role
from cogs.feeds.publisher import DiscordPublisher


@app_commands.guild_only()
@app_commands.default_permissions(guards.MANAGE_SERVER)
class FeedsCog(
    FeedButtons,
    NoticeButtons,
    ImportCommands,
    commands.GroupCog,
    group_name="feeds",
    group_description="News feeds in channels",
):
    """Adding, listing, checking and removing feeds."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot
        self.feeds = bot.services.feeds
        self.servers = bot.services.servers
        self.publisher = DiscordPublisher(bot)

    async def cog_load(self) -> None:
        """Begin to poll and to post once the servers are known."""
        self.bot.background(self._start())

    async def _start(self) -> None:
        await self.bot.connected.wait()
        await self.feeds.start(self.publisher)
        await self.feeds.imports.start(self.board)

    async def cog_unload(self) -> None:
        """Stop while Discord can still be reached."""
        await self.feeds.close()

    async def suggested(self, interaction: Interaction, typed: str) -> Sequence[tuple[str, str]]:
        """The server's subscriptions whose title, site or channel contains what was typed."""
        guild = interaction.guild
        found = []
        for listed in await self.feeds.listing(guards.guild_id(interaction)):
            subscription = listed.subscription
            channel = guild.get_channel(subscription.channel_id) if guild else None
            where = f"#{channel.name}" if channel else "a channel that is gone"
            label = f"{cut(subscription.title, 50)} → {where} ({host_of(subscription.url)})"
            if typed.casefold() in label.casefold():
                found.append((label, str(subscription.id)))
        return found

    suggest_feed = suggest("moderator")(suggested)

    async def chosen(self, interaction: Interaction, feed: str) -> Subscription:
        """The subscription that was chosen, or whose title or address was typed.

        Raises:
            NotFound: none, or more than one.
        """
        listing = await self.feeds.listing(guards.guild_id(interaction))
        subscriptions = [listed.subscription for listed in listing]
        wanted = feed.strip().casefold()
        for exact in (
            [s for s in subscriptions if str(s.id) == wanted],
            [s for s in subscriptions if wanted in (s.title.casefold(), s.url.casefold())],
            [s for s in subscriptions if wanted and wanted in f"{s.title} {s.url}".casefold()],
        ):
            if len(exact) == 1:
                return exact[0]
        raise NotFound("I do not know which feed you mean. Choose one from the list as you type.")

    @app_commands.command()
    @app_commands.describe(
        url="The feed's address, or the site's",
        channel="Where new articles are posted",
        role="A role that each article mentions",
        backlog="How many of the newest articles to post at once (0 to 10)",
    )
    @guards.moderator()
    async def add(
        self,
        interaction: Interaction,
        url: str,
        channel: app_commands.Transform[AppCommandChannel, FeedChannel],
        role: discord.Role | None = None,
        backlog: Range[int, 0, BACKLOG_LIMIT] = 0,
    ) -> None:
        """Post a feed's new articles in a channel."""
        place = chosen_place(interaction, channel)
        role_id = chosen_role(interaction, role)
        await think(interaction)
        guild_id = guards.guild_id(interaction)
        subscription, found = await self.feeds.add(
            guild_id,
            place.id,
            url,
            options=Options(role_id=role_id, role_by=interaction.user.id if role_id else None),
            backlog=backlog,
            since_id=self.publisher.position(place.id),
        )
        await self._record(interaction, "feeds.add", subscription)
        backlog = min(backlog, len(found.parsed.entries))
        now = f" The newest {backlog} are on their way." if backlog > 1 else ""
        now = " The newest one is on its way." if backlog == 1 else now
        shown = " This is how the newest one looks:" if found.newest else ""
        await reply(
            interaction,
            f"**{escape(found.parsed.title)}** is added: new articles are posted in "
            f"{place.mention} from now on.{now}{shown}",
            embed=embeds.found_embed(found),
            view=Buttons()
            .button("Looks right", f"feeds:ok:{subscription.id}", style=Style.primary)
            .button("Undo", f"feeds:undo:{subscription.id}"),
        )

    @app_commands.command()
    @app_commands.describe(url="The feed's address, or the site's")
    @guards.moderator()
    async def preview(self, interaction: Interaction, url: str) -> None:
        """See what would be posted, without adding anything."""
        await think(interaction)
        found = await self.feeds.preview(url)
        count = counted(len(found.parsed.entries), "article")
        await reply(
            interaction,
            f"Found {count} at `{cut(found.url, 300)}`. `/feeds add` posts new ones in a channel.",
            embed=embeds.found_embed(found),
        )

    @app_commands.command(name="list")
    @guards.moderator()
    async def list_feeds(self, interaction: Interaction) -> None:
        """All feeds of this server, where they go and how they are doing."""
        await self.show_list(interaction, 0)

    @app_commands.command()
    @app_commands.describe(feed="The feed to take away")
    @app_commands.autocomplete(feed=suggest_feed)
    @guards.moderator()
    async def remove(self, interaction: Interaction, feed: str) -> None:
        """Stop posting a feed in its channel; this can be undone."""
        chosen = await self.chosen(interaction, feed)
        subscription = await self.feeds.remove(guards.guild_id(interaction), chosen.id)
        await self._record(interaction, "feeds.remove", subscription)
        await reply(
            interaction,
            f"**{escape(subscription.title)}** is no longer posted in "
            f"<#{subscription.channel_id}>. What was posted stays.",
            view=Buttons().button("Undo", f"feeds:restore:{subscription.id}"),
        )

    @app_commands.command()
    @app_commands.describe(feed="The feed to ask now")
    @app_commands.autocomplete(feed=suggest_feed)
    @guards.moderator()
    async def check(self, interaction: Interaction, feed: str) -> None:
        """Ask a feed for news now and say what came of it."""
        await think(interaction)
        chosen = await self.chosen(interaction, feed)
        polled = await self.feeds.check(guards.guild_id(interaction), chosen.id)
        listed = await self.feeds.listed(guards.guild_id(interaction), chosen.id)
        await reply(interaction, embeds.outcome(listed, polled))

    @app_commands.command()
    @app_commands.describe(feed="The feed to pause")
    @app_commands.autocomplete(feed=suggest_feed)
    @guards.moderator()
    async def pause(self, interaction: Interaction, feed: str) -> None:
        """Hold a feed's articles back until it is resumed."""
        chosen = await self.chosen(interaction, feed)
        reason = f"by {interaction.user.mention}"
        subscription = await self.feeds.pause(guards.guild_id(interaction), chosen.id, reason)
        await self._record(interaction, "feeds.pause", subscription)
        await reply(
            interaction,
            f"**{escape(subscription.title)}** is paused. New articles wait until `/feeds resume`.",
            view=Buttons().button("Resume", f"feeds:resume:{subscription.id}"),
        )

    @app_commands.command()
    @app_commands.describe(feed="The feed to resume")
    @app_commands.autocomplete(feed=suggest_feed)
    @guards.moderator()
    async def resume(self, interaction: Interaction, feed: str) -> None:
        """Post a paused feed's articles again, and those that have waited."""
        chosen = await self.chosen(interaction, feed)
        await reply(interaction, await self.resumed(interaction, chosen.id))

    async def _record(
        self, interaction: Interaction, action: str, subscription: Subscription
    ) -> None:
        await self.servers.record(
            guards.guild_id(interaction),
            interaction.user.id,
            action,
            f"{subscription.url} in {subscription.channel_id}",
        )
