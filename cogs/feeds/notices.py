"""What moderators can press under a notice about a feed."""

import functools

from bot.app import Interaction
from bot.feeds.model import Notice, NoticeKind, Polled
from bot.feeds.outbox.holds import Choice
from bot.feeds.service import Feeds
from bot.routing import component
from bot.servers import Servers
from bot.text import escape
from cogs.common import guards
from cogs.common.components import Buttons, Style
from cogs.common.replies import reply, think, update
from cogs.feeds import fates
from cogs.feeds.numbers import number
from cogs.feeds.places import require_writer

UNDO_BUTTONS = 5  # channels of one feed whose removal is undone by a button each


def buttons(notice: Notice) -> Buttons:
    """The buttons under a notice."""
    made = Buttons()
    subject = notice.subject_id
    match notice.kind:
        case NoticeKind.PAUSED:
            made.button("Resume", f"feeds:resume:{subject}", style=Style.primary)
        case NoticeKind.FLOOD | NoticeKind.CHANGED:
            made.button("Post all", f"feeds:flood-post:{subject}")
            made.button("Post the newest", f"feeds:flood-newest:{subject}")
            made.button("Skip them", f"feeds:flood-skip:{subject}")
            if notice.kind is NoticeKind.CHANGED:
                made.button("Remove the feed", f"feeds:drop-held:{subject}", style=Style.danger)
        case NoticeKind.FAILING | NoticeKind.GONE | NoticeKind.SILENT:
            made.button("Ask it now", f"feeds:ask:{subject}")
            made.button("Remove the feed", f"feeds:drop:{subject}", style=Style.danger)
        case NoticeKind.IMPORTED:
            made.button("Try the failed ones again", f"feeds:import-again:{subject}")
            made.button("Undo", f"feeds:import-undo:{subject}")
    return made.button("Show feeds", "feeds:list:0")


class NoticeButtons:
    """What pressing them does; a part of FeedsCog."""

    feeds: Feeds
    servers: Servers

    @component("feeds:flood-post")
    async def post_all(self, interaction: Interaction, hold: str) -> None:
        """Post all held articles."""
        await self._decide(interaction, hold, "post")

    @component("feeds:flood-newest")
    async def post_newest(self, interaction: Interaction, hold: str) -> None:
        """Post the newest of the held articles."""
        await self._decide(interaction, hold, "newest")

    @component("feeds:flood-skip")
    async def skip(self, interaction: Interaction, hold: str) -> None:
        """Post none of the held articles."""
        await self._decide(interaction, hold, "skip")

    async def _decide(self, interaction: Interaction, hold: str, choice: Choice) -> None:
        await guards.require_moderator(interaction)
        guild_id = guards.guild_id(interaction)
        outcomes = await self.feeds.decide(
            guild_id, number(hold), choice, functools.partial(require_writer, interaction)
        )
        await self.servers.record(guild_id, interaction.user.id, f"feeds.flood-{choice}", hold)
        client = interaction.client
        done = fates.decided(outcomes, client.config, client.clock.now())
        await update(
            interaction,
            f"{done}, as {interaction.user.mention} decided. Later articles are posted as usual.",
        )

    @component("feeds:ask")
    async def ask(self, interaction: Interaction, feed: str) -> None:
        """Poll a feed now and say what came of it, to the moderator alone."""
        await guards.require_moderator(interaction)
        await think(interaction)
        guild_id = guards.guild_id(interaction)
        subscription, polled = await self.feeds.check_feed(guild_id, number(feed))
        await self.tell_checked(interaction, subscription.id, polled)

    async def tell_checked(
        self, interaction: Interaction, subscription_id: int, polled: Polled
    ) -> None:
        """Say what came of asking a feed, and what becomes of what is new."""
        overview, client = self.feeds.overview, interaction.client
        listed = await overview.listed(guards.guild_id(interaction), subscription_id)
        outcome = await overview.outcome(listed.subscription, polled.articles)
        text = fates.checked(listed, polled, outcome, client.config, client.clock.now())
        await reply(interaction, text)

    @component("feeds:drop-held")
    async def drop_held(self, interaction: Interaction, hold: str) -> None:
        """Remove the feed that a hold is about."""
        await guards.require_moderator(interaction)
        guild_id = guards.guild_id(interaction)
        await self._drop(interaction, await self.feeds.feed_of_hold(guild_id, number(hold)))

    @component("feeds:drop")
    async def drop(self, interaction: Interaction, feed: str) -> None:
        """Remove a feed from all its channels; each can be undone."""
        await guards.require_moderator(interaction)
        await self._drop(interaction, number(feed))

    async def _drop(self, interaction: Interaction, feed_id: int) -> None:
        guild_id = guards.guild_id(interaction)
        removed = await self.feeds.drop(guild_id, feed_id)
        undo = Buttons()
        for subscription in removed:
            await self.servers.record(
                guild_id, interaction.user.id, "feeds.remove", subscription.url
            )
        for subscription in removed[:UNDO_BUTTONS]:
            channel = interaction.guild and interaction.guild.get_channel(subscription.channel_id)
            where = f" in #{channel.name}" if channel and len(removed) > 1 else ""
            undo.button(f"Undo{where}", f"feeds:restore:{subscription.id}")
        places = ", ".join(f"<#{subscription.channel_id}>" for subscription in removed)
        await update(
            interaction,
            f"**{escape(removed[0].title)}** is no longer posted in {places}, as "
            f"{interaction.user.mention} decided. It can be undone for a week.",
            view=undo,
        )
