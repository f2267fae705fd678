"""/faq: one question, one answer with its sources, or an honest "I don't know"."""

from collections.abc import Sequence

from discord import app_commands
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.errors import Unavailable
from bot.knowledge import Knowledge
from bot.limits import DailyLimits
from bot.routing import Fields, component, modal
from bot.text import one_line
from cogs.common import guards
from cogs.common.autocomplete import suggest
from cogs.common.components import Form
from cogs.common.replies import update
from cogs.knowledge import embeds
from cogs.knowledge.answering import done_with, server_of, show_answer, show_entry
from cogs.knowledge.menu import answer_reading

QUESTION_LIMIT = 300

# Each is without a name, so a person could otherwise bury the moderators unseen.
DAILY_LIMIT = 5
PASSING = "passing on"  # what is limited
PASSED_ENOUGH = (
    "You have passed on five questions today, which is as many as I count; tomorrow there can be "
    "more. If it cannot wait, please ask a moderator."
)
PASSED_ON = "I have passed the question on: it is counted for the moderators, without your name."
PASSED_ON_UNKNOWN = (
    "I don't know, and have passed the question on: it is counted for the moderators, without your "
    "name."
)


class FaqCog(commands.Cog):
    """Answers to the asker alone; the person decides whether to post them."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot
        self._limits = DailyLimits(bot.clock)

    @property
    def knowledge(self) -> Knowledge:
        return self.bot.services.knowledge

    @suggest()
    async def _questions(self, interaction: Interaction, typed: str) -> list[tuple[str, str]]:
        found = await self.knowledge.suggest(server_of(interaction), typed)
        return [(question, question) for question in found]

    @app_commands.command(name="faq")
    @app_commands.describe(question="Type a few words, or a whole question")
    @app_commands.autocomplete(question=_questions)
    async def faq(
        self,
        interaction: Interaction,
        question: app_commands.Range[str, 1, 6000],
    ) -> None:
        """Ask about the history, the union's actions, terms, people and figures."""
        await self._answer(interaction, question)

    async def _answer(self, interaction: Interaction, question: str) -> None:
        server = server_of(interaction)
        answer = await answer_reading(self.knowledge, server, one_line(question))
        await show_answer(interaction, answer)

    # The front desk

    @component("knowledge:ask")
    async def ask(self, interaction: Interaction) -> None:
        """Open a form for a question."""
        form = Form("Ask a question", "knowledge:asked").text(
            "question",
            "Your question",
            hint="The answer is shown to you alone.",
            placeholder="A few words are enough",
            max_length=QUESTION_LIMIT,
        )
        await interaction.response.send_modal(form)

    @modal("knowledge:asked")
    async def asked(self, interaction: Interaction, fields: Fields) -> None:
        """Answer what was typed into the form."""
        await self._answer(interaction, fields["question"])

    # Other entries

    @component("knowledge:show")
    async def show(self, interaction: Interaction, identifier: str, message_id: str = "0") -> None:
        """Show another entry, to whoever pressed.

        Args:
            message_id: in hexadecimal, of the message that asked, if one did.
        """
        server = server_of(interaction)
        entry = await self.knowledge.entry(server, identifier)
        related = await self.knowledge.related(server, entry)
        asked = embeds.asked_for(interaction.message, entry)
        reply_to = int(message_id, 16)
        await show_entry(interaction, entry, related, asked=asked, reply_to=reply_to)

    # What found no answer, or none that helped

    @component("knowledge:pass")
    async def pass_on(self, interaction: Interaction, identifier: str = "") -> None:
        """Count the question for the moderators, and take the button away.

        Args:
            identifier: of the entry that did not help; its own question counts if the message does
                not show another.
        """
        server = guards.guild_id(interaction)
        question = embeds.asked_in(interaction.message)
        if identifier and not question:
            question = (await self.knowledge.entry(server, identifier)).question
        await self._pass_on(interaction, [question], unhelpful=identifier)
        shown, buttons = done_with(interaction.message, {"knowledge:pass": None})
        said = PASSED_ON if identifier else PASSED_ON_UNKNOWN
        await update(interaction, said, embeds=shown, view=buttons)

    @component("knowledge:rest")
    async def pass_rest(self, interaction: Interaction) -> None:
        """Count what of a question had no answer, each part by itself; take the button away."""
        await self._pass_on(interaction, embeds.unknown_in(interaction.message))
        shown, buttons = done_with(interaction.message, {"knowledge:rest": None})
        await update(interaction, PASSED_ON, embeds=shown, view=buttons)

    async def _pass_on(
        self, interaction: Interaction, questions: Sequence[str], unhelpful: str = ""
    ) -> None:
        """Count questions that were asked together, which are one of a person's five in a day."""
        server, person = guards.guild_id(interaction), interaction.user.id
        if not self._limits.take(PASSING, server, person, DAILY_LIMIT):
            raise Unavailable(PASSED_ENOUGH)
        try:
            for question in questions:
                await self.knowledge.pass_on(server, question, unhelpful=unhelpful)
        except Exception:
            self._limits.give_back(PASSING, server, person)
            raise
