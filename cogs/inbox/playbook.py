"""/inbox playbook: what to do with a report that is not just to be counted."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Interaction
from bot.reports import playbook
from bot.routing import component
from cogs.common import guards
from cogs.common.components import Buttons
from cogs.common.replies import COLOUR, chosen, reply, update


class Playbook(commands.Cog):
    """A part of InboxCog."""

    @app_commands.command()
    @guards.inbox_reader()
    async def playbook(self, interaction: Interaction) -> None:
        """What to do when a report tells of harm, names somebody, or is abuse."""
        await reply(interaction, playbook.OPENING, embed=_embed("harm"), view=_menu("harm"))

    @component("inbox:play")
    async def play(self, interaction: Interaction) -> None:
        """Another kind of report."""
        await guards.require_inbox(interaction)
        code = chosen(interaction)[0]
        await update(interaction, playbook.OPENING, embed=_embed(code), view=_menu(code))


def _embed(code: str) -> discord.Embed:
    play = playbook.play(code)
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(play.steps, 1))
    return discord.Embed(title=play.title, description=steps, colour=COLOUR)


def _menu(code: str) -> Buttons:
    options = [
        discord.SelectOption(label=each.title, value=each.code, default=each.code == code)
        for each in playbook.PLAYS
    ]
    return Buttons().select("inbox:play", "What kind of report is it?", options)
