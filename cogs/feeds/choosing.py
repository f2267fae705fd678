"""Which feed, which style: what several commands ask, and the audit trail of what was done."""

from collections.abc import Sequence

import discord
from discord.ext import commands

from bot.app import Interaction
from bot.errors import NotFound
from bot.feeds.links import host_of
from bot.feeds.model import Subscription
from bot.feeds.service import Feeds
from bot.servers import Servers
from bot.text import cut
from cogs.common import guards
from cogs.common.autocomplete import CHOICES, suggest
from cogs.feeds import styles
from cogs.feeds.places import is_forum


class FeedChoice(commands.Cog):
    """A part of FeedsCog."""

    feeds: Feeds
    servers: Servers

    async def suggested(self, interaction: Interaction, typed: str) -> Sequence[tuple[str, str]]:
        """The server's subscriptions whose title, address or channel contains what was typed."""
        guild = interaction.guild
        if guild is None:
            return []
        # What was chosen before comes back as it was shown; its title says enough.
        wanted = typed.partition(" →")[0].rstrip("… ")
        name = wanted.casefold().removeprefix("#")
        channels = [each.id for each in guild.channels if name and name in each.name.casefold()]
        found = await self.feeds.overview.suggested(guild.id, wanted, channels, CHOICES)
        return [(_label(each, guild), str(each.id)) for each in found]

    suggest_feed = suggest("moderator")(suggested)

    async def chosen(self, interaction: Interaction, feed: str) -> Subscription:
        """The subscription that was chosen, or whose title or address was typed.

        Raises:
            NotFound: none, or more than one.
        """
        subscriptions = await self.feeds.overview.subscriptions(guards.guild_id(interaction))
        wanted = feed.strip().casefold()
        for exact in (
            [s for s in subscriptions if str(s.id) == wanted],
            [s for s in subscriptions if wanted in (s.title.casefold(), s.url.casefold())],
            [s for s in subscriptions if wanted and wanted in f"{s.title} {s.url}".casefold()],
        ):
            if len(exact) == 1:
                return exact[0]
        raise NotFound("I do not know which feed you mean. Choose one from the list as you type.")

    async def styles_for(self, interaction: Interaction, typed: str) -> Sequence[tuple[str, str]]:
        """The styles that fit the channel chosen so far, or the feed's; all before any is."""
        place = await self._place(interaction)
        fitting = styles.fitting(forum=is_forum(place)) if place else list(styles.WORDS)
        wanted = typed.casefold()
        return [(styles.label(style), style) for style in fitting if wanted in styles.label(style)]

    suggest_style = suggest("moderator")(styles_for)

    async def _place(self, interaction: Interaction) -> object:
        guild, given = interaction.guild, interaction.namespace
        channel_id = getattr(given.channel, "id", None)
        if channel_id is None and given.feed:
            channel_id = (await self.chosen(interaction, given.feed)).channel_id
        return guild.get_channel(channel_id) if guild and channel_id else None

    async def record(
        self, interaction: Interaction, action: str, subscription: Subscription, more: str = ""
    ) -> None:
        """Keep what the moderator did to a subscription."""
        await self.servers.record(
            guards.guild_id(interaction),
            interaction.user.id,
            action,
            f"{subscription.url} in {subscription.channel_id}" + (f": {more}" if more else ""),
        )


def _label(subscription: Subscription, guild: discord.Guild) -> str:
    """A subscription as it is suggested: ``Sample news → #news (example.org)``."""
    where = _name(guild.get_channel(subscription.channel_id))
    return f"{cut(subscription.title, 50)} → {where} ({host_of(subscription.url)})"


def _name(channel: discord.abc.GuildChannel | None) -> str:
    if channel is None:
        return "a channel that is gone"
    seen = channel.permissions_for(channel.guild.me).view_channel
    return f"#{channel.name}" if seen else "a channel that I cannot see"
