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
from cogs.common.autocomplete import suggest
from cogs.feeds import styles
from cogs.feeds.places import is_forum


class FeedChoice(commands.Cog):
    """A part of FeedsCog."""

    feeds: Feeds
    servers: Servers

    async def suggested(self, interaction: Interaction, typed: str) -> Sequence[tuple[str, str]]:
        """The server's subscriptions whose title, site or channel contains what was typed."""
        guild = interaction.guild
        found = []
        for listed in await self.feeds.listing(guards.guild_id(interaction)):
            subscription = listed.subscription
            channel = guild.get_channel(subscription.channel_id) if guild else None
            where = _name(channel)
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


def _name(channel: discord.abc.GuildChannel | None) -> str:
    if channel is None:
        return "a channel that is gone"
    seen = channel.permissions_for(channel.guild.me).view_channel
    return f"#{channel.name}" if seen else "a channel that I cannot see"
