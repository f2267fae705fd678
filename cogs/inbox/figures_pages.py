"""A period's figures as a message and as a chart. Both hold what may be published, and no more."""

from collections.abc import Iterator, Sequence

import discord

from bot.charts.bars import Bar, BarChart, Bars
from bot.reports.figures import Cell, Published
from bot.reports.questions import REGIONS, Option, label
from bot.text import cut, escape
from cogs.common.replies import COLOUR

FIELD_LIMIT = 1024  # Discord; a server's words for its groups could be that long
BARS = 12  # blocks of the longest bar; more would wrap on a phone
WHAT = (
    "These count reports, not people: one person may have sent several. Whatever is under five is "
    "only shown added up with others."
)
TITLE = "Reports from work"
TOO_FEW = "Too few to be told apart."
ALL = "All together"
UNTOLD = {"?": "Not readable on this machine"}


def figures_embed(table: Published, groups: Sequence[Option]) -> discord.Embed:
    """A period's figures as bars of text, which a screen reader can read too.

    Args:
        groups: all that the server has, in its words.
    """
    embed = discord.Embed(
        title=f"{TITLE}, {period_name(table)}",
        description=f"**{table.total}** reports. {WHAT}",
        colour=COLOUR,
    )
    for name, cells, options in _questions(table, groups):
        embed.add_field(name=name, value=_bars(cells, options), inline=False)
    return embed


def figures_chart(table: Published, groups: Sequence[Option]) -> BarChart:
    """The same as a picture.

    Args:
        groups: all that the server has, in its words.
    """
    return BarChart(
        f"{TITLE}, {period_name(table)}",
        f"{table.total} reports. {WHAT}",
        tuple(
            Bars(
                name,
                tuple(
                    Bar(_name(cell, cells, options), cell.count, len(cell.codes) > 1)
                    for cell in cells
                ),
            )
            for name, cells, options in _questions(table, groups)
            if cells
        ),
    )


def period_name(table: Published) -> str:
    """A period in words: ``July to September 2026``."""
    months = ("January", "April", "July", "October"), ("March", "June", "September", "December")
    first, last = months[0][table.first.number - 1], months[1][table.last.number - 1]
    began = f"{first} {table.first.year}" if table.first.year != table.last.year else first
    return f"{began} to {last} {table.last.year}"


def _questions(
    table: Published, groups: Sequence[Option]
) -> Iterator[tuple[str, Sequence[Cell], Sequence[Option]]]:
    yield "What they are about", table.categories, groups
    yield "Where from", table.regions, REGIONS


def _bars(cells: Sequence[Cell], options: Sequence[Option]) -> str:
    if not cells:
        return TOO_FEW
    longest = max(cell.count for cell in cells)
    lines = [
        f"`{'█' * max(1, round(BARS * cell.count / longest))}` {cell.count} · "
        f"{escape(_name(cell, cells, options))}"
        for cell in cells
    ]
    return cut("\n".join(lines), FIELD_LIMIT)


def _name(cell: Cell, cells: Sequence[Cell], options: Sequence[Option]) -> str:
    """What a count is of; where it is of several, their names, or that it is of all."""
    if len(cells) == 1 and len(cell.codes) > 1:
        return ALL
    names = [UNTOLD.get(code) or label(options, code) for code in cell.codes]
    return f"Added up: {'; '.join(names)}" if len(names) > 1 else names[0]
