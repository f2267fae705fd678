"""The timeline as a picture, or as a chart in text where pictures cannot be drawn."""

import io
import re

import discord
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.charts.model import LaneChart
from bot.charts.painter import Painter, Picture
from bot.charts.words import SURE, UNSURE, alt_text, table
from bot.errors import Unavailable
from bot.knowledge import PartialDate, TimelineView
from bot.routing import component
from bot.text import escape
from cogs.common.components import Buttons, Style
from cogs.common.posting import channel_to_post_in, require_attaching
from cogs.common.replies import NO_MENTIONS, chosen, reply, think, update
from cogs.knowledge.timeline_pages import ALL_YEARS, narrow_options, routed

PICTURE, TEXT = "As a picture", "As a chart in text"
ONLY_YEAR = "Only one year"
GONE = "There is nothing to draw any more. Please run `/timeline` again."


def picture_label(painter: Painter) -> str:
    """What the button says that leads here."""
    return PICTURE if painter.available else TEXT


class TimelinePictureCog(commands.Cog):
    """Draws what /timeline shows, for whoever asks alone; the person decides whether to post it."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot

    @component("knowledge:picture")
    async def picture(self, interaction: Interaction, *arguments: str) -> None:
        """The picture of what a page of the timeline belongs to."""
        view = TimelineView.from_arguments(*arguments)
        await think(interaction)
        chart = await self._chart(interaction, view)
        try:
            picture = await self.bot.services.painter.draw(chart, view.page)
        except Unavailable as problem:
            await reply(interaction, _as_text(chart, problem))
            return
        buttons = await self._buttons(interaction, view, picture)
        await reply(
            interaction,
            self._caption(chart),
            file=_file(chart, picture),
            view=buttons,
        )

    # Two names, since the ids of a message's components must differ from each other.

    @component("knowledge:picture-back")
    async def back(self, interaction: Interaction, *arguments: str) -> None:
        """To the picture before."""
        await self._turn(interaction, TimelineView.from_arguments(*arguments))

    @component("knowledge:picture-on")
    async def on(self, interaction: Interaction, *arguments: str) -> None:
        """To the next picture."""
        await self._turn(interaction, TimelineView.from_arguments(*arguments))

    @component("knowledge:picture-year")
    async def year(self, interaction: Interaction, *arguments: str) -> None:
        """The picture of one year, or of all of them."""
        view = TimelineView.from_arguments(*arguments)
        (year,) = chosen(interaction)
        await self._turn(interaction, view.narrowed(None if year == ALL_YEARS else int(year)))

    async def _turn(self, interaction: Interaction, view: TimelineView) -> None:
        await interaction.response.defer()
        chart = await self._chart(interaction, view)
        picture = await self.bot.services.painter.draw(chart, view.page)
        buttons = await self._buttons(interaction, view, picture)
        await update(
            interaction,
            self._caption(chart),
            file=_file(chart, picture),
            view=buttons,
        )

    @component("knowledge:picture-post")
    async def post(self, interaction: Interaction, *arguments: str) -> None:
        """Post the picture for everybody, as a message of the bot's own: it names nobody."""
        view = TimelineView.from_arguments(*arguments)
        channel = channel_to_post_in(interaction, "/timeline")
        require_attaching(interaction)
        # Drawing and sending may take a while; the press must be answered in three seconds.
        await interaction.response.defer()
        chart = await self._chart(interaction, view)
        picture = await self.bot.services.painter.draw(chart, view.page)
        # By the nonce Discord knows a second press of the same button, and posts nothing then.
        await channel.send(
            self._caption(chart),
            file=_file(chart, picture),
            nonce=f"{view.page}p{(interaction.message or interaction).id}"[-25:],
            allowed_mentions=NO_MENTIONS,
        )
        buttons = await self._buttons(interaction, view, picture, posted=True)
        await update(interaction, self._caption(chart), view=buttons)

    async def _chart(self, interaction: Interaction, view: TimelineView) -> LaneChart:
        chart = await self.bot.services.knowledge.history.chart(interaction.guild_id or 0, view)
        if not chart.items:
            raise Unavailable(GONE)
        return chart

    def _caption(self, chart: LaneChart) -> str:
        today = self.bot.clock.now().astimezone(self.bot.config.timezone).date()
        return (
            f"**{escape(chart.title)}**\n-# As it stood on {PartialDate.of(today)}. `/timeline` "
            "tells each event with its sources."
        )

    async def _buttons(
        self,
        interaction: Interaction,
        view: TimelineView,
        picture: Picture,
        *,
        posted: bool = False,
    ) -> Buttons:
        part, last = picture.part, picture.parts - 1
        shown = Buttons()
        if last:
            shown.button(
                "Previous part",
                routed("picture-back", view.at(max(part - 1, 0))),
                disabled=part == 0,
            ).button(
                "Next part",
                routed("picture-on", view.at(min(part + 1, last))),
                disabled=part == last,
            )
        shown.button(
            "Posted" if posted else "Post in channel",
            routed("picture-post", view.at(part)),
            style=Style.secondary if posted else Style.primary,
            disabled=posted,
        )
        page = await self.bot.services.knowledge.history.page(interaction.guild_id or 0, view)
        if len(page.years) > 1 or view.year:
            shown.select(routed("picture-year", view.at(0)), ONLY_YEAR, narrow_options(page))
        return shown


def _file(chart: LaneChart, picture: Picture) -> discord.File:
    name = re.sub(r"[^a-z0-9]+", "-", chart.title.lower()).strip("-")
    return discord.File(
        io.BytesIO(picture.png),
        f"{name}-{picture.part + 1}.png",
        description=alt_text(chart, picture.first, picture.last),
    )


def _as_text(chart: LaneChart, problem: Unavailable) -> str:
    legend = f"{SURE} an event" + (
        f" · {UNSURE} one source, or disputed" if any(item.doubt for item in chart.items) else ""
    )
    return (
        f"{problem} This is the chart as text; the pages of `/timeline` tell each event.\n"
        f"**{escape(chart.title)}** · {chart.about}\n```\n{table(chart)}\n```-# {legend}"
    )
