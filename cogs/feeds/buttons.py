"""The buttons under /feeds' answers and notices; they work after a restart too."""

import functools

from bot.app import Interaction
from bot.feeds.service import Feeds
from bot.routing import component
from bot.servers import Servers
from bot.text import counted, escape
from cogs.common import guards
from cogs.common.components import Buttons
from cogs.common.replies import reply, update
from cogs.feeds import embeds
from cogs.feeds.numbers import number
from cogs.feeds.places import require_writer


class FeedButtons:
    """What pressing them does; a part of FeedsCog."""

    feeds: Feeds
    servers: Servers

    @component("feeds:ok")
    async def looks_right(self, interaction: Interaction, subscription: str) -> None:
        """Take the buttons away that are of no more use."""
        await guards.require_moderator(interaction)
        chosen = await self.feeds.get(guards.guild_id(interaction), number(subscription))
        buttons = Buttons()
        if chosen.options.role_id:
            buttons.button("Place a sign-up button", f"feeds:signup-place:{chosen.id}")
        await update(
            interaction,
            f"**{escape(chosen.title)}** is posted in <#{chosen.channel_id}> from now on.",
            view=buttons,
        )

    @component("feeds:undo")
    async def undo(self, interaction: Interaction, subscription: str) -> None:
        """Take back what /feeds add did."""
        await guards.require_moderator(interaction)
        guild_id = guards.guild_id(interaction)
        removed = await self.feeds.remove(guild_id, number(subscription))
        await self.servers.record(guild_id, interaction.user.id, "feeds.remove", removed.url)
        await update(interaction, f"**{escape(removed.title)}** is not added after all.")

    @component("feeds:restore")
    async def restore(self, interaction: Interaction, subscription: str) -> None:
        """Take back what /feeds remove did."""
        await guards.require_moderator(interaction)
        guild_id = guards.guild_id(interaction)
        restored, held = await self.feeds.undo_remove(
            guild_id, number(subscription), functools.partial(require_writer, interaction)
        )
        await self.servers.record(guild_id, interaction.user.id, "feeds.add", restored.url)
        waiting = (
            f" {counted(held, 'article')} wait for a moderator's word in the channel for notices "
            "(`/setup`)."
        )
        await update(
            interaction,
            f"**{escape(restored.title)}** is posted in <#{restored.channel_id}> again."
            + (waiting if held else ""),
        )

    @component("feeds:resume")
    async def press_resume(self, interaction: Interaction, subscription: str) -> None:
        """Post again what was paused."""
        await guards.require_moderator(interaction)
        await update(interaction, await self.resumed(interaction, number(subscription)))

    async def resumed(self, interaction: Interaction, subscription_id: int) -> str:
        """Resume, and say so."""
        guild_id = guards.guild_id(interaction)
        paused = await self.feeds.get(guild_id, subscription_id)
        require_writer(interaction, paused.channel_id)
        chosen = await self.feeds.resume(guild_id, subscription_id)
        await self.servers.record(guild_id, interaction.user.id, "feeds.resume", chosen.url)
        return (
            f"**{escape(chosen.title)}** is posted in <#{chosen.channel_id}> again, "
            "beginning with what has waited."
        )

    @component("feeds:list")
    async def turn(self, interaction: Interaction, page: str) -> None:
        """Show the list: another page of it, or from a notice for all a private one."""
        await guards.require_moderator(interaction)
        await self.show_list(interaction, number(page))

    async def show_list(self, interaction: Interaction, page: int) -> None:
        """Show one page of the server's feeds to the moderator alone."""
        listed = await self.feeds.overview.listing(guards.guild_id(interaction))
        if not listed:
            await reply(
                interaction,
                "There are no feeds here yet. `/feeds add` posts a site's news in a channel.",
            )
            return
        buttons = Buttons()
        if page > 0:
            buttons.button("Back", f"feeds:list:{page - 1}")
        if len(listed) > (page + 1) * embeds.PAGE:
            buttons.button("More", f"feeds:list:{page + 1}")
        embed = embeds.list_embed(listed, page)
        own = interaction.message is not None and interaction.message.flags.ephemeral
        if own:
            await update(interaction, embed=embed, view=buttons)
        else:
            await reply(interaction, embed=embed, view=buttons if buttons.children else None)
