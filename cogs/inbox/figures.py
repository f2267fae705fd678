"""/inbox figures: counts that may be published, by group and by region, as text and a picture."""

import io
from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.charts.bars import bars_alt_text
from bot.errors import InvalidInput, NotFound, Unavailable
from bot.reports.figures import Published, Quarter
from bot.reports.questions import Option
from bot.routing import component
from cogs.common import guards
from cogs.common.autocomplete import suggest
from cogs.common.components import Buttons, Style
from cogs.common.posting import channel_to_post_in, require_attaching
from cogs.common.replies import NO_MENTIONS, reply, think, update
from cogs.inbox.figures_pages import TITLE, figures_chart, figures_embed, period_name

NONE_YET = (
    "There are no figures yet. They are made when a quarter is over and has at least ten reports; "
    "a quarter with fewer is joined with the next one. So nobody can work out a single report."
)
SEALED = (
    "Reports are opened away from the bot here, so it cannot count them. Where the key is, "
    "`python -m bot inbox FILE --key KEY` shows them all."
)
PICTURE = "As a picture"
POST = "Post in channel"
SAME = " The bars of text say the same."


class Figures(commands.Cog):
    """A part of InboxCog."""

    bot: Steward

    @app_commands.command()
    @app_commands.describe(period="Which; the last one unless you choose")
    @guards.inbox_reader()
    async def figures(self, interaction: Interaction, period: str = "") -> None:
        """Count the reports of a period that is over, safe to publish; shown to you alone."""
        periods = await self._periods(interaction)
        groups = await self._groups(interaction)
        await reply(interaction, **self._shown(periods, _chosen(periods, period), groups))

    @figures.autocomplete("period")
    @suggest("inbox")
    async def _of_period(self, interaction: Interaction, typed: str) -> list[tuple[str, str]]:
        periods = await self.bot.services.reports.figures.periods(guards.guild_id(interaction))
        named = [(period_name(each), str(each.last)) for each in reversed(periods)]
        return [pair for pair in named if typed.lower() in pair[0].lower()]

    @component("inbox:figures")
    async def turn_figures(self, interaction: Interaction, last: str) -> None:
        """To another period."""
        await guards.require_inbox(interaction)
        periods = await self._periods(interaction)
        groups = await self._groups(interaction)
        await update(interaction, **self._shown(periods, _chosen(periods, last), groups))

    @component("inbox:figures-post")
    async def post_figures(self, interaction: Interaction, last: str) -> None:
        """Post a period's figures in the channel, without who did it."""
        await guards.require_inbox(interaction)
        periods = await self._periods(interaction)
        shown = _chosen(periods, last)
        groups = await self._groups(interaction)
        channel = channel_to_post_in(interaction, "/inbox figures")
        await interaction.response.defer()
        # Pressed twice, Discord knows the second by its nonce, and posts nothing then.
        message = interaction.message or interaction
        await channel.send(
            embed=figures_embed(shown, groups),
            nonce=f"fig-{message.id}",
            allowed_mentions=NO_MENTIONS,
        )
        await self._posted(interaction, shown)
        await update(interaction, **self._shown(periods, shown, groups, posted=True))

    @component("inbox:figures-picture")
    async def figures_picture(self, interaction: Interaction, last: str) -> None:
        """The same as a picture, for whoever asks alone."""
        await guards.require_inbox(interaction)
        await think(interaction)
        table = _chosen(await self._periods(interaction), last)
        file = await self._picture(table, await self._groups(interaction))
        button = Buttons().button(POST, f"inbox:figures-drawn:{table.last}", style=Style.primary)
        await reply(interaction, f"**{TITLE}, {period_name(table)}**", file=file, view=button)

    @component("inbox:figures-drawn")
    async def post_picture(self, interaction: Interaction, last: str) -> None:
        """Post the picture with the figures as text, without who did it."""
        await guards.require_inbox(interaction)
        table = _chosen(await self._periods(interaction), last)
        groups = await self._groups(interaction)
        channel = channel_to_post_in(interaction, "/inbox figures")
        require_attaching(interaction)
        await interaction.response.defer()
        file = await self._picture(table, groups)
        message = interaction.message or interaction
        await channel.send(
            embed=figures_embed(table, groups).set_image(url=f"attachment://{file.filename}"),
            file=file,
            nonce=f"figp-{message.id}",
            allowed_mentions=NO_MENTIONS,
        )
        await self._posted(interaction, table)
        button = Buttons().button("Posted", f"inbox:figures-drawn:{table.last}", disabled=True)
        await update(interaction, f"**{TITLE}, {period_name(table)}**", view=button)

    async def _picture(self, table: Published, groups: Sequence[Option]) -> discord.File:
        chart = figures_chart(table, groups)
        try:
            picture = await self.bot.services.painter.draw(chart)
        except Unavailable as problem:
            raise Unavailable(f"{problem}{SAME}") from problem
        name = f"reports-{str(table.last).lower()}.png"
        return discord.File(io.BytesIO(picture.png), name, description=bars_alt_text(chart))

    async def _posted(self, interaction: Interaction, table: Published) -> None:
        await self.bot.services.servers.record(
            guards.guild_id(interaction), interaction.user.id, "inbox.figures.post", str(table.last)
        )

    async def _groups(self, interaction: Interaction) -> tuple[Option, ...]:
        return await self.bot.services.reports.groups.all(guards.guild_id(interaction))

    async def _periods(self, interaction: Interaction) -> Sequence[Published]:
        desk = self.bot.services.reports
        periods = await desk.figures.periods(guards.guild_id(interaction))
        if not periods:
            raise Unavailable(NONE_YET if desk.keyring.opens_here else SEALED)
        return periods

    def _shown(
        self,
        periods: Sequence[Published],
        table: Published,
        groups: Sequence[Option],
        *,
        posted: bool = False,
    ) -> dict[str, Any]:
        at = periods.index(table)
        view = Buttons()
        for text, to in (("Earlier", at - 1), ("Later", at + 1)):
            if 0 <= to < len(periods):
                view.button(text, f"inbox:figures:{periods[to].last}", row=0)
        if self.bot.services.painter.available:
            view.button(PICTURE, f"inbox:figures-picture:{table.last}", row=0)
        view.button(
            "Posted" if posted else POST,
            f"inbox:figures-post:{table.last}",
            disabled=posted,
            row=0,
        )
        return {"embeds": [figures_embed(table, groups)], "view": view}


def _chosen(periods: Sequence[Published], typed: str) -> Published:
    if not typed.strip():
        return periods[-1]
    by_name = {period_name(each).lower(): each for each in periods}
    if found := by_name.get(typed.strip().lower()):
        return found
    try:
        wanted = Quarter.parse(typed.strip())
    except ValueError:
        raise InvalidInput(
            "Please choose a period from the list, or leave it out for the last one."
        ) from None
    for each in periods:
        if each.first <= wanted <= each.last:
            return each
    raise NotFound("There are no figures of that quarter. Leave it out for the last ones.")
