"""/glossary, /who and /figures: one kind of entry by its name."""

from collections.abc import Collection

from discord import app_commands
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.knowledge import Answer, Kind
from bot.text import cut, escape
from cogs.common.autocomplete import suggest
from cogs.common.replies import reply
from cogs.knowledge import embeds
from cogs.knowledge.answering import server_of, show_entry

NAME_LIMIT = 300
SHOWN = 100  # characters of a name that nobody knows

TERMS = (Kind.TERM,)
PEOPLE = (Kind.PERSON, Kind.BODY)
FIGURES = (Kind.FIGURE,)
ACTIONS = (Kind.ACTION,)
# What was looked for in vain, after "I don't know".
WHAT = {
    TERMS: "what that means: no term like it",
    PEOPLE: "who or what that is: no person or body like it",
    FIGURES: "that figure: none like it",
    ACTIONS: "that action: none like it",
}

Names = list[tuple[str, str]]


async def look_up(interaction: Interaction, kinds: tuple[Kind, ...], typed: str) -> None:
    """Show the entry of some kinds that is meant, or the three that come nearest."""
    names = interaction.client.services.names
    answer = await names.look_up(server_of(interaction), kinds, typed)
    if answer.entry:
        await show_entry(interaction, answer.entry, answer.nearest)
    else:
        await reply(interaction, _unknown(kinds, answer), view=embeds.name_buttons(answer.nearest))


async def suggested(interaction: Interaction, kinds: Collection[Kind], typed: str) -> Names:
    """The names of some kinds for what has been typed so far."""
    names = interaction.client.services.names
    return await names.suggest(server_of(interaction), kinds, typed)


def _unknown(kinds: tuple[Kind, ...], answer: Answer) -> str:
    typed = escape(cut(answer.question, SHOWN))
    text = f"I don't know {WHAT[kinds]} has been checked. You typed “{typed}”."
    if answer.nearest:
        text += " What comes nearest is below."
    return text + " `/faq` looks through everything that I know."


class LookUpCog(commands.Cog):
    """What a word means, who somebody is, and what is right about a figure; to the asker alone."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot

    @suggest()
    async def _terms(self, interaction: Interaction, typed: str) -> Names:
        return await suggested(interaction, TERMS, typed)

    @suggest()
    async def _people(self, interaction: Interaction, typed: str) -> Names:
        return await suggested(interaction, PEOPLE, typed)

    @suggest()
    async def _figures(self, interaction: Interaction, typed: str) -> Names:
        return await suggested(interaction, FIGURES, typed)

    @app_commands.command()
    @app_commands.describe(term="An acronym, or a word of the trade")
    @app_commands.autocomplete(term=_terms)
    async def glossary(
        self, interaction: Interaction, term: app_commands.Range[str, 1, NAME_LIMIT]
    ) -> None:
        """What an acronym or a term means."""
        await look_up(interaction, TERMS, term)

    @app_commands.command()
    @app_commands.describe(name="Of a person or an organisation; a part is enough")
    @app_commands.autocomplete(name=_people)
    async def who(
        self, interaction: Interaction, name: app_commands.Range[str, 1, NAME_LIMIT]
    ) -> None:
        """Who a person or an organisation is, and their part."""
        await look_up(interaction, PEOPLE, name)

    @app_commands.command()
    @app_commands.describe(claim="A number that people quote, or some words about it")
    @app_commands.autocomplete(claim=_figures)
    async def figures(
        self, interaction: Interaction, claim: app_commands.Range[str, 1, NAME_LIMIT]
    ) -> None:
        """What is right about a number that people quote, what is not, and the source."""
        await look_up(interaction, FIGURES, claim)
