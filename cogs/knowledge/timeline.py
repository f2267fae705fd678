"""/timeline: what happened when, in pages that live in their buttons."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.knowledge import Knowledge, TimelinePage, TimelineView
from bot.routing import component
from cogs.common.components import Buttons
from cogs.common.replies import chosen, reply, update
from cogs.knowledge import timeline_pages as pages
from cogs.knowledge.picture import picture_label

FIRST_YEAR, LAST_YEAR = 1800, 2100

NOTHING_KNOWN = (
    "Nothing in the timeline is known to the day, so there is nothing to remember today. "
    "`/timeline` shows what there is."
)


class TimelineCog(commands.Cog):
    """The history in pages, to whoever asks alone."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot

    @property
    def knowledge(self) -> Knowledge:
        return self.bot.services.knowledge

    @app_commands.command(name="timeline")
    @app_commands.describe(year="Only this year", topic="Only this topic, or events with this word")
    async def timeline(
        self,
        interaction: Interaction,
        year: app_commands.Range[int, FIRST_YEAR, LAST_YEAR] | None = None,
        topic: app_commands.Range[str, 1, 100] | None = None,
    ) -> None:
        """What happened when, page by page, and as a picture."""
        server = interaction.guild_id or 0
        page = await self.knowledge.history.first_page(server, year=year, topic=topic or "")
        if page.total:
            embed, view = self._shown(page)
            await reply(interaction, embed=embed, view=view)
            return
        topics = await self.knowledge.history.topics(server, topic or "")
        await reply(interaction, pages.nothing_text(page), view=pages.nothing_buttons(page, topics))

    # Three names, since the ids of a message's components must differ from each other.

    @component("knowledge:earlier")
    async def earlier(self, interaction: Interaction, *arguments: str) -> None:
        """To the page before."""
        await self._turn(interaction, arguments)

    @component("knowledge:later")
    async def later(self, interaction: Interaction, *arguments: str) -> None:
        """To the page after."""
        await self._turn(interaction, arguments)

    @component("knowledge:turn")
    async def turn(self, interaction: Interaction, *arguments: str) -> None:
        """To the other end."""
        await self._turn(interaction, arguments)

    async def _turn(self, interaction: Interaction, arguments: tuple[str, ...]) -> None:
        view = TimelineView.from_arguments(*arguments)
        await self._show(
            interaction, await self.knowledge.history.page(interaction.guild_id or 0, view)
        )

    @component("knowledge:all-years")
    async def all_years(self, interaction: Interaction, *arguments: str) -> None:
        """No longer only one year."""
        await self._turn(interaction, arguments)

    @component("knowledge:jump")
    async def jump(self, interaction: Interaction, *arguments: str) -> None:
        """To the page on which a year begins."""
        view = TimelineView.from_arguments(*arguments)
        (year,) = chosen(interaction)
        server = interaction.guild_id or 0
        await self._show(
            interaction, await self.knowledge.history.page_with_year(server, view, int(year))
        )

    @component("knowledge:year")
    async def year(self, interaction: Interaction, *arguments: str) -> None:
        """Only one year, or all of them."""
        view = TimelineView.from_arguments(*arguments)
        (year,) = chosen(interaction)
        view = view.narrowed(None if year == pages.ALL_YEARS else int(year))
        await self._show(
            interaction, await self.knowledge.history.page(interaction.guild_id or 0, view)
        )

    @component("knowledge:topic")
    async def topic(self, interaction: Interaction) -> None:
        """One of the topics that there are, in all years."""
        (topic,) = chosen(interaction)
        page = await self.knowledge.history.page(
            interaction.guild_id or 0, TimelineView(topic=topic)
        )
        await self._show(interaction, page)

    @component("knowledge:today")
    async def today(self, interaction: Interaction) -> None:
        """What happened on this day, in the time zone that is set."""
        today = self.bot.clock.now().astimezone(self.bot.config.timezone).date()
        found = await self.knowledge.history.on_this_day(interaction.guild_id or 0, today)
        if found is None:
            await reply(interaction, NOTHING_KNOWN)
        else:
            await reply(interaction, embed=pages.today_embed(found))

    async def _show(self, interaction: Interaction, page: TimelinePage) -> None:
        if page.total:
            embed, view = self._shown(page)
            await update(interaction, embed=embed, view=view)
            return
        # What the button led to has been hidden since.
        topics = await self.knowledge.history.topics(interaction.guild_id or 0)
        await update(
            interaction, pages.nothing_text(page), view=pages.nothing_buttons(page, topics)
        )

    def _shown(self, page: TimelinePage) -> tuple[discord.Embed, Buttons]:
        label = picture_label(self.bot.services.painter)
        return pages.timeline_embed(page), pages.timeline_buttons(page, label)
