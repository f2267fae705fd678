"""/timeline: what happened when, in pages that live in their buttons."""

from discord import app_commands
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.knowledge import TimelinePage, TimelineView
from bot.routing import component
from bot.text import escape
from cogs.common.replies import reply, update
from cogs.knowledge import embeds

FIRST_YEAR, LAST_YEAR = 1800, 2100


class TimelineCog(commands.Cog):
    """The history in pages, to whoever asks alone."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot

    @app_commands.command(name="timeline")
    @app_commands.describe(year="Only this year", topic="Only this topic, or events with this word")
    async def timeline(
        self,
        interaction: Interaction,
        year: app_commands.Range[int, FIRST_YEAR, LAST_YEAR] | None = None,
        topic: app_commands.Range[str, 1, 100] | None = None,
    ) -> None:
        """What happened when, page by page."""
        server = interaction.guild_id or 0
        page = await self.bot.services.knowledge.timeline(server, year=year, topic=topic or "")
        if not page.total:
            await reply(interaction, _nothing(page))
            return
        await reply(
            interaction, embed=embeds.timeline_embed(page), view=embeds.timeline_buttons(page)
        )

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
        page = await self.bot.services.knowledge.timeline_page(interaction.guild_id or 0, view)
        if not page.total:
            await update(interaction, _nothing(page))
            return
        await update(
            interaction, embed=embeds.timeline_embed(page), view=embeds.timeline_buttons(page)
        )


def _nothing(page: TimelinePage) -> str:
    about = f" about “{escape(page.topic_name)}”" if page.topic_name else ""
    when = f" in {page.view.year}" if page.view.year else ""
    categories = ", ".join(page.categories.values())
    return (
        f"The timeline has nothing{about}{when}. Try another year or word, leave one of the two "
        f"out, or choose one of these as the topic: {categories}."
    )
