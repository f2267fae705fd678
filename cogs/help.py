"""/help: what the bot does, for the role of whoever asks."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.text import cut
from cogs.common import guards
from cogs.common.listing import CommandRow, rows
from cogs.common.replies import COLOUR, reply

DESCRIPTION_LIMIT = 4096  # Discord: characters of an embed's description

WELCOME = (
    "I post new articles, answer questions with their sources, and take anonymous reports of what "
    "happens at work. Write a question after my name in a channel, and everybody there sees the "
    "answer; or type `/` and one of these:"
)
PRIVACY = (
    "`/report privacy` says exactly who can see what. Danger to life now: call 999, since nobody "
    "watches this day and night."
)


class HelpCog(commands.Cog):
    """One command; what it lists comes from the command tree itself."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot

    @app_commands.command(name="help")
    async def help(self, interaction: Interaction) -> None:
        """What I can do for you."""
        listed = rows(self.bot.tree)
        embeds = [_embed("What I can do", WELCOME, [row for row in listed if not row.moderators])]
        embeds[0].set_footer(text=PRIVACY.replace("`", ""))
        if await guards.is_moderator(interaction):
            embeds.append(
                _embed(
                    "For moderators",
                    "Begin with `/setup`.",
                    [row for row in listed if row.moderators],
                )
            )
        await reply(interaction, embeds=embeds)


def _embed(title: str, opening: str, listed: list[CommandRow]) -> discord.Embed:
    lines = [f"`{row.path}` {row.description}" for row in listed]
    text = "\n".join([opening, "", *lines])
    return discord.Embed(title=title, description=cut(text, DESCRIPTION_LIMIT), colour=COLOUR)


async def setup(bot: Steward) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(HelpCog(bot))
