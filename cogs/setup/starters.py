"""The page of /setup that offers feeds to begin with, and adds those that are chosen."""

import discord
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.errors import NotAllowed, NotFound
from bot.feeds.starter import StarterFeed
from bot.routing import component
from bot.servers import Servers, ServerSettings
from bot.text import counted, cut, escape
from cogs.common import guards
from cogs.common.components import HINT_LIMIT, Buttons, Style
from cogs.common.permissions import grant, lacking, postable
from cogs.common.replies import COLOUR, chosen, update
from cogs.setup.pages import Page

SELECT = "setup:starter-choose"
UNCONFIRMED = "not confirmed"
EXPLAINED = (
    "Public sites to begin with. Open the list below to read what each is good for, and to choose. "
    "Those that are not confirmed may have another address by now; you are told which of them "
    "cannot be read."
)


class StarterFeeds(commands.Cog):
    """Offering and adding them; a part of SetupCog."""

    bot: Steward
    servers: Servers

    async def starters_page(
        self, guild: discord.Guild, settings: ServerSettings, keys: set[str] | None = None
    ) -> Page:
        """What is offered; ``keys`` of what is chosen, all confirmed ones at first."""
        feeds = self.bot.services.feeds
        news = guild.get_channel(settings.news_channel_id or 0)
        offered = (await feeds.starters.all()).feeds
        here = await feeds.starters.missing(guild.id, news.id) if news else offered
        missing = {feed.key for feed in here}
        if keys is None:
            keys = {feed.key for feed in offered if feed.confirmed}
        keys &= missing
        embed = discord.Embed(
            title="Starter feeds", description=_description(offered, missing, news), colour=COLOUR
        )
        buttons = Buttons()
        if missing:
            options = [_option(feed, feed.key in keys) for feed in offered if feed.key in missing]
            buttons.select(SELECT, "Which to take", options, min_values=0, max_values=len(options))
        if news is None:
            buttons.button(
                "Choose the channel for news", "setup:page:channels", style=Style.primary
            )
        else:
            buttons.button(
                f"Add {counted(len(keys), 'feed')} to #{cut(news.name, 50)}",
                "setup:starter-add",
                style=Style.primary,
                disabled=not keys,
            )
        return Page(embed, buttons.button("Back", "setup:page:overview"))

    @component(SELECT)
    async def choose_starters(self, interaction: Interaction) -> None:
        """Remember the choice, in the message itself."""
        await guards.require_moderator(interaction)
        await interaction.response.defer()
        guild = _guild(interaction)
        settings = await self.servers.settings(guild.id)
        page = await self.starters_page(guild, settings, set(chosen(interaction)))
        await update(interaction, embed=page.embed, view=page.buttons)

    @component("setup:starter-add")
    async def add_starters(self, interaction: Interaction) -> None:
        """Import what is chosen into the channel for news."""
        await guards.require_moderator(interaction)
        guild = _guild(interaction)
        news = await self._news(interaction, guild)
        await interaction.response.defer()
        feeds = self.bot.services.feeds
        keys = _kept(interaction)
        listed = (await feeds.starters.all()).chosen(keys)
        if not listed.feeds:
            raise NotFound("None is chosen. Choose which feeds to take, then press Add.")
        shown_in = postable(interaction)
        await feeds.imports.begin(guild.id, news.id, interaction.user.id, shown_in, listed)
        many = counted(len(listed.feeds), "feed")
        await self.servers.record(
            guild.id, interaction.user.id, "feeds.import", f"{many} to begin with, in {news.id}"
        )
        where = "below" if shown_in else "in the channel for notices when it is done"
        embed = discord.Embed(
            title="Starter feeds",
            description=f"{many} on the way into {news.mention}. How it goes is shown {where}.",
            colour=COLOUR,
        )
        buttons = Buttons().button("Back", "setup:page:overview")
        await update(interaction, embed=embed, view=buttons)

    async def _news(self, interaction: Interaction, guild: discord.Guild) -> discord.TextChannel:
        """The channel for news, if both the moderator and the bot may post there.

        Raises:
            NotFound, NotAllowed: the text says what is missing.
        """
        settings = await self.servers.settings(guild.id)
        news = guild.get_channel(settings.news_channel_id or 0)
        if not isinstance(news, discord.TextChannel):
            raise NotFound("Choose the channel for news first: press Back, then Channels.")
        assert isinstance(interaction.user, discord.Member)
        if not news.permissions_for(interaction.user).send_messages:
            raise NotAllowed(f"You may not write in {news.mention}, so I do not either.")
        if missing := lacking(news):
            raise NotAllowed(f"{grant(news.id, missing)} Then press Add again.")
        return news


def _option(feed: StarterFeed, default: bool) -> discord.SelectOption:
    why = feed.why if feed.confirmed else f"{UNCONFIRMED.capitalize()}. {feed.why}"
    return discord.SelectOption(
        label=cut(feed.title, HINT_LIMIT),
        value=feed.key,
        description=cut(why, HINT_LIMIT),
        default=default,
    )


def _description(offered: tuple[StarterFeed, ...], missing: set[str], news: object | None) -> str:
    if not offered:
        return "There are none on offer. `/feeds add` adds any site's feed."
    lines = [EXPLAINED]
    if news is None:
        lines.append("**Choose the channel for news first.**")
    for feed in offered:
        state = "" if feed.confirmed else f" ({UNCONFIRMED})"
        if feed.key not in missing:
            state = " (already here)"
        lines.append(f"- **{escape(feed.title)}**{state}")
    return "\n".join(lines)


def _kept(interaction: Interaction) -> set[str]:
    """The choice as it stands in the message: what is marked in its select."""
    message = interaction.message
    rows = message.components if message is not None else []
    return {
        option.value
        for row in rows
        if isinstance(row, discord.ActionRow)
        for item in row.children
        if isinstance(item, discord.SelectMenu) and item.custom_id == SELECT
        for option in item.options
        if option.default
    }


def _guild(interaction: Interaction) -> discord.Guild:
    if interaction.guild is None:
        raise NotAllowed("This works on a server that I am on, not in a direct message.")
    return interaction.guild
