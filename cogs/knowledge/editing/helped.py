"""Answers that members found not helpful, from /knowledge unanswered, to be mended."""

from collections.abc import Sequence

import discord

from bot.app import Interaction
from bot.knowledge.helpful.service import WEEKS, Helpfulness
from bot.routing import component
from bot.text import counted, cut, escape
from cogs.common import guards
from cogs.common.components import Buttons
from cogs.common.replies import COLOUR, chosen, reply
from cogs.knowledge.editing import pages
from cogs.knowledge.editing.writing import Writing

SHOWN = 10
TITLE_LIMIT = 150  # ten of them fit, even where each character has to be escaped
BUTTON, OPEN = "Answers that did not help", "knowledge:helped"
NOTHING = (
    f"In the last {WEEKS} weeks no member said of an answer that it did not help. Whoever presses "
    "**Not helpful** under one is counted, without their name."
)
HOW = (
    "Choose one to look at and edit. Often the answer is right and the question that led to it was "
    "another: then narrow the ways in which it is asked, or write the missing answer."
)


class Helped(Writing):
    """A part of EditingCog."""

    @component(OPEN)
    async def show_helped(self, interaction: Interaction) -> None:
        """List them, worst first."""
        await guards.require_moderator(interaction)
        server = guards.guild_id(interaction)
        judged, total = await self.bot.services.helpful.unhelpful(server, SHOWN)
        await reply(interaction, **helped_page(judged, total))

    @component("knowledge:helped-edit")
    async def edit_helped(self, interaction: Interaction) -> None:
        """Open a draft of the chosen one."""
        await guards.require_moderator(interaction)
        server, who = guards.guild_id(interaction), interaction.user.id
        draft = await self.editing.drafts.edit(server, who, chosen(interaction)[0])
        await self.show_draft(interaction, draft)


def helped_page(judged: Sequence[Helpfulness], total: int) -> pages.Shown:
    """The answers that helped least, at most ten, and a choice of one to edit.

    Args:
        total: how many did not help.
    """
    embed = discord.Embed(title="Answers that did not help", colour=COLOUR)
    view = Buttons()
    if not judged:
        embed.description = NOTHING
        return {"embeds": [embed], "view": view}
    lines = [f"{number}. {_line(each)}" for number, each in enumerate(judged, 1)]
    embed.description = "\n".join([*lines, "", HOW])
    left = total - len(judged)
    more = f" · and {left} more" if left > 0 else ""
    embed.set_footer(text=f"The last {WEEKS} weeks · who pressed is not known{more}")
    # Of an event of the timeline the words are in the files alone.
    options = [
        discord.SelectOption(label=cut(each.title, 100), value=each.id)
        for each in judged
        if not each.id.startswith("event.")
    ]
    if options:
        view.select("knowledge:helped-edit", "Choose an answer to edit", options)
    return {"embeds": [embed], "view": view}


def _line(each: Helpfulness) -> str:
    helped = f", helped {counted(each.yes, 'member')}" if each.yes else ""
    title = escape(cut(each.title, TITLE_LIMIT))
    return f"{title}\n-# did not help {counted(each.no, 'member')}{helped}"
