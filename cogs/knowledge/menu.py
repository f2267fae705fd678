""" "Answer from the FAQ", in the menu of a message: what it asks, answered to whoever chose it."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.errors import InvalidInput
from bot.knowledge import Answer, Knowledge, question_in, readings
from cogs.common import guards
from cogs.knowledge.answering import show_answer

NAME = "Answer from the FAQ"
HELP = "Look up what a message asks: in its menu, under Apps. You alone see the answer."
NO_TEXT = (
    "That message has no words that I could look up. Choose one that asks something, or type the "
    "question into `/faq`."
)


class MenuCog(commands.Cog):
    """The same answer as /faq gives, with a way to post it as a reply to the message."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot
        self._menu: app_commands.ContextMenu = app_commands.ContextMenu(
            name=NAME, callback=self.answer, extras={"help": HELP}
        )

    async def cog_load(self) -> None:
        """Add the menu; a cog's own commands are added by discord.py, menus are not."""
        self.bot.tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        self.bot.tree.remove_command(self._menu.name, type=self._menu.type)

    @app_commands.guild_only()
    async def answer(self, interaction: Interaction, message: discord.Message) -> None:
        """Answer what a message asks, to whoever chose this."""
        server = guards.guild_id(interaction)
        asked = question_in(message.content)
        if not asked:
            raise InvalidInput(NO_TEXT)
        found = await answer_reading(self.bot.services.knowledge, server, asked)
        await show_answer(interaction, found, reply_to=message.id)


async def answer_reading(knowledge: Knowledge, server: int, asked: str) -> Answer:
    """The answer to a text, whose question may stand among other words.

    Args:
        asked: on one line.

    Raises:
        InvalidInput: there is nothing to read in it.
    """
    first, *others = readings(asked) or (asked,)
    found = await knowledge.answer(server, first)
    for reading in others:
        if found.entry is None:
            found = await knowledge.answer(server, reading)
    return found
