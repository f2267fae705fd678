"""/inbox figures: counts that may be published, by group and by region."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.errors import InvalidInput, NotFound, Unavailable
from bot.reports.figures import Cell, Published, Quarter
from bot.reports.questions import CATEGORIES, REGIONS, Option, label
from bot.routing import component
from cogs.common import guards
from cogs.common.autocomplete import suggest
from cogs.common.components import Buttons
from cogs.common.posting import channel_to_post_in
from cogs.common.replies import COLOUR, NO_MENTIONS, reply, update

BARS = 12  # blocks of the longest bar; more would wrap on a phone
NONE_YET = (
    "There are no figures yet. They are made when a quarter is over and has at least ten reports; "
    "a quarter with fewer is joined with the next one. So nobody can work out a single report."
)
SEALED = (
    "Reports are opened away from the bot here, so it cannot count them. Where the key is, "
    "`python -m bot inbox FILE --key KEY --figures` counts the quarters that are over, and "
    "`/inbox import` brings the figures here, where they stay."
)
WHAT = (
    "These count reports, not people: one person may have sent several. Whatever is under five is "
    "only shown added up with others."
)
UNTOLD = {"?": "Not readable on this machine"}


class Figures(commands.Cog):
    """A part of InboxCog."""

    bot: Steward

    @app_commands.command()
    @app_commands.describe(period="Which; the last one unless you choose")
    @guards.inbox_reader()
    async def figures(self, interaction: Interaction, period: str = "") -> None:
        """Count the reports of a period that is over, safe to publish; shown to you alone."""
        periods = await self._periods(interaction)
        await reply(interaction, **_shown(periods, _chosen(periods, period)))

    @figures.autocomplete("period")
    @suggest("inbox")
    async def _of_period(self, interaction: Interaction, typed: str) -> list[tuple[str, str]]:
        periods = await self.bot.services.reports.figures.periods(guards.guild_id(interaction))
        named = [(_name(each), str(each.last)) for each in reversed(periods)]
        return [pair for pair in named if typed.lower() in pair[0].lower()]

    @component("inbox:figures")
    async def turn_figures(self, interaction: Interaction, last: str) -> None:
        """To another period."""
        await guards.require_inbox(interaction)
        periods = await self._periods(interaction)
        await update(interaction, **_shown(periods, _chosen(periods, last)))

    @component("inbox:figures-post")
    async def post_figures(self, interaction: Interaction, last: str) -> None:
        """Post a period's figures in the channel, without who did it."""
        await guards.require_inbox(interaction)
        periods = await self._periods(interaction)
        shown = _chosen(periods, last)
        channel = channel_to_post_in(interaction, "/inbox figures")
        await interaction.response.defer()
        # Pressed twice, Discord knows the second by its nonce, and posts nothing then.
        message = interaction.message or interaction
        await channel.send(
            embed=figures_embed(shown),
            nonce=f"fig-{message.id}",
            allowed_mentions=NO_MENTIONS,
        )
        await self.bot.services.servers.record(
            guards.guild_id(interaction), interaction.user.id, "inbox.figures.post", str(shown.last)
        )
        await update(interaction, **_shown(periods, shown, posted=True))

    async def _periods(self, interaction: Interaction) -> Sequence[Published]:
        desk = self.bot.services.reports
        periods = await desk.figures.periods(guards.guild_id(interaction))
        if not periods:
            raise Unavailable(NONE_YET if desk.keyring.opens_here else SEALED)
        return periods


def figures_embed(table: Published) -> discord.Embed:
    """A period's figures as bars of text, which a screen reader can read too."""
    embed = discord.Embed(
        title=f"Reports from work, {_name(table)}",
        description=f"**{table.total}** reports. {WHAT}",
        colour=COLOUR,
    )
    for name, cells, options in (
        ("What they are about", table.categories, CATEGORIES),
        ("Where from", table.regions, REGIONS),
    ):
        embed.add_field(name=name, value=_bars(cells, options), inline=False)
    return embed


def _bars(cells: Sequence[Cell], options: tuple[Option, ...]) -> str:
    if not cells:
        return "Too few to be told apart."
    longest = max(cell.count for cell in cells)
    lines = []
    for cell in cells:
        everything = len(cell.codes) >= len(options)
        names = [UNTOLD.get(code) or label(options, code) for code in cell.codes]
        who = "All together" if everything else ", ".join(names)
        lines.append(f"`{'█' * max(1, round(BARS * cell.count / longest))}` {cell.count} · {who}")
    return "\n".join(lines)


def _shown(
    periods: Sequence[Published], table: Published, *, posted: bool = False
) -> dict[str, Any]:
    at = periods.index(table)
    view = Buttons()
    for text, to in (("Earlier", at - 1), ("Later", at + 1)):
        if 0 <= to < len(periods):
            view.button(text, f"inbox:figures:{periods[to].last}", row=0)
    view.button(
        "Posted" if posted else "Post in channel",
        f"inbox:figures-post:{table.last}",
        disabled=posted,
        row=0,
    )
    return {"embeds": [figures_embed(table)], "view": view}


def _chosen(periods: Sequence[Published], typed: str) -> Published:
    if not typed.strip():
        return periods[-1]
    by_name = {_name(each).lower(): each for each in periods}
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


def _name(table: Published) -> str:
    """A period in words: ``July to September 2026``."""
    months = ("January", "April", "July", "October"), ("March", "June", "September", "December")
    first, last = months[0][table.first.number - 1], months[1][table.last.number - 1]
    began = f"{first} {table.first.year}" if table.first.year != table.last.year else first
    return f"{began} to {last} {table.last.year}"
