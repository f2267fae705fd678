"""After the receipt: approving a quotation, and changing how the report may be used."""

from contextlib import suppress

from discord.ext import commands

from bot.app import Interaction, Steward
from bot.reports.conversation import YES, Choice
from bot.routing import component
from cogs.common import guards
from cogs.common.components import Buttons
from cogs.common.replies import UNDELIVERED, chosen, reply, update
from cogs.reports import conversation


class AnsweringCog(commands.Cog):
    """A reporter's choices. Moderators see none of them before the next notice time."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot

    def _when(self) -> str:
        return self.bot.services.reports.timetable.when(self.bot.clock.now())

    @component("reports:answer", private=True)
    async def answer(self, interaction: Interaction, visit: str, quote: str, value: str) -> None:
        """Approve or refuse; the message keeps the words and says which."""
        message = interaction.message
        desk = self.bot.services.reports
        await interaction.response.defer()
        guild_id = guards.guild_id(interaction)
        await desk.answer(guild_id, interaction.user.id, visit, quote, yes=value == YES)
        # It is kept, by this press or an earlier one. Should Discord refuse, the receipt tells so.
        at_once = desk.timetable.at_once
        embeds = message.embeds if message else []
        for embed in embeds:
            embed.title = conversation.answered_title(value)
        with suppress(*UNDELIVERED):
            await update(
                interaction,
                conversation.answered_text(value, self._when(), at_once=at_once),
                embeds=embeds,
                view=conversation.answer_buttons(visit, quote, value),
            )

    @component("reports:use", private=True)
    async def use(self, interaction: Interaction, visit: str) -> None:
        """Show the four uses."""
        desk = self.bot.services.reports
        use = desk.use_chosen(guards.guild_id(interaction), visit)
        await reply(
            interaction,
            conversation.uses_text(use, self._when(), at_once=desk.timetable.at_once),
            view=conversation.uses_select(visit, use),
        )

    @component("reports:chosen", private=True)
    async def use_chosen(self, interaction: Interaction, visit: str) -> None:
        """Keep the choice."""
        use = chosen(interaction)[0]
        desk = self.bot.services.reports
        await interaction.response.defer()
        guild_id = guards.guild_id(interaction)
        before = desk.use_chosen(guild_id, visit)
        await desk.change_use(guild_id, interaction.user.id, visit, use)
        now = Choice(use, None, restored=before is not None and before.restored)
        with suppress(*UNDELIVERED):
            at_once = desk.timetable.at_once
            text = conversation.changed_text(now, self._when(), at_once=at_once)
            await update(interaction, text, view=Buttons())
