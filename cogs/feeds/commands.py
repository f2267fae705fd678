"""/feeds: commands of moderators."""

from discord import app_commands
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.text import escape
from cogs.common import guards
from cogs.common.components import Buttons
from cogs.common.replies import reply, think
from cogs.feeds.adding import Adding
from cogs.feeds.buttons import FeedButtons
from cogs.feeds.choosing import FeedChoice
from cogs.feeds.editing import Editing
from cogs.feeds.health import FeedHealth
from cogs.feeds.importing import ImportCommands
from cogs.feeds.notices import NoticeButtons
from cogs.feeds.publisher import DiscordPublisher
from cogs.feeds.signup import SignUp


@app_commands.guild_only()
@app_commands.default_permissions(guards.MANAGE_SERVER)
class FeedsCog(
    Adding,
    Editing,
    SignUp,
    FeedButtons,
    NoticeButtons,
    FeedHealth,
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

    @app_commands.command(name="list")
    @guards.moderator()
    async def list_feeds(self, interaction: Interaction) -> None:
        """All feeds of this server, where they go and how they are doing."""
        await self.show_list(interaction, 0)

    @app_commands.command()
    @guards.moderator()
    async def health(self, interaction: Interaction) -> None:
        """How each feed is doing, worst first: last answer, next poll, articles a week."""
        await self.show_health(interaction, 0)

    @app_commands.command()
    @app_commands.describe(feed="The feed to take away")
    @app_commands.autocomplete(feed=FeedChoice.suggest_feed)
    @guards.moderator()
    async def remove(self, interaction: Interaction, feed: str) -> None:
        """Stop posting a feed in its channel; this can be undone."""
        chosen = await self.chosen(interaction, feed)
        subscription = await self.feeds.remove(guards.guild_id(interaction), chosen.id)
        await self.record(interaction, "feeds.remove", subscription)
        await reply(
            interaction,
            f"**{escape(subscription.title)}** is no longer posted in "
            f"<#{subscription.channel_id}>. What was posted stays.",
            view=Buttons().button("Undo", f"feeds:restore:{subscription.id}"),
        )

    @app_commands.command()
    @app_commands.describe(feed="The feed to ask now")
    @app_commands.autocomplete(feed=FeedChoice.suggest_feed)
    @guards.moderator()
    async def check(self, interaction: Interaction, feed: str) -> None:
        """Ask a feed for news now and say what came of it."""
        await think(interaction)
        chosen = await self.chosen(interaction, feed)
        polled = await self.feeds.check(guards.guild_id(interaction), chosen.id)
        await self.tell_checked(interaction, chosen.id, polled)

    @app_commands.command()
    @app_commands.describe(feed="The feed to pause")
    @app_commands.autocomplete(feed=FeedChoice.suggest_feed)
    @guards.moderator()
    async def pause(self, interaction: Interaction, feed: str) -> None:
        """Hold a feed's articles back until it is resumed."""
        chosen = await self.chosen(interaction, feed)
        reason = f"by {interaction.user.mention}"
        subscription = await self.feeds.pause(guards.guild_id(interaction), chosen.id, reason)
        await self.record(interaction, "feeds.pause", subscription)
        await reply(
            interaction,
            f"**{escape(subscription.title)}** is paused. New articles wait until `/feeds resume`.",
            view=Buttons().button("Resume", f"feeds:resume:{subscription.id}"),
        )

    @app_commands.command()
    @app_commands.describe(feed="The feed to resume")
    @app_commands.autocomplete(feed=FeedChoice.suggest_feed)
    @guards.moderator()
    async def resume(self, interaction: Interaction, feed: str) -> None:
        """Post a paused feed's articles again, and those that have waited."""
        chosen = await self.chosen(interaction, feed)
        await reply(interaction, await self.resumed(interaction, chosen.id))
