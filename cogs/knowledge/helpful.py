"""Whether an answer helped: two buttons, counted by entry and week, without who pressed."""

from discord.ext import commands

from bot.app import Interaction, Steward
from bot.limits import DailyLimits
from bot.routing import component
from cogs.common import guards
from cogs.common.components import Style
from cogs.common.replies import update
from cogs.knowledge.answering import done_with

# One voice for an answer and day, so that nobody can stuff the count; the rest is courtesy.
DAILY_LIMIT = 20
HELPFUL = "helpful"
YES, NO = "knowledge:yes", "knowledge:no"
THANKS = "Thank you. It is counted, without your name."
SORRY = (
    "Thank you; it is counted, without your name. If something in it is wrong, tell the moderators "
    "by **Something wrong?** If it does not answer what you asked, pass the question on."
)
TOLD = "Thank you. You have said so of this answer today, so it is not counted again."
ENOUGH = (
    "Thank you. You have judged twenty answers today, which is as many as I count; tomorrow there "
    "can be more."
)


class HelpfulCog(commands.Cog):
    """The two buttons under an answer that one person sees."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot
        self._limits = DailyLimits(bot.clock)

    @component(YES)
    async def yes(self, interaction: Interaction, identifier: str) -> None:
        """Count that it helped."""
        said = await self._count(interaction, identifier, helped=True)
        shown, buttons = done_with(interaction.message, {YES: "Helpful", NO: None})
        await update(interaction, said, embeds=shown, view=buttons)

    @component(NO)
    async def no(self, interaction: Interaction, identifier: str) -> None:
        """Count that it did not, and offer what can be done about that."""
        said = await self._count(interaction, identifier, helped=False)
        shown, buttons = done_with(interaction.message, {NO: "Not helpful", YES: None})
        buttons.button(
            "Pass the question on", f"knowledge:pass:{identifier}", style=Style.primary, row=2
        )
        await update(interaction, said, embeds=shown, view=buttons)

    async def _count(self, interaction: Interaction, identifier: str, *, helped: bool) -> str:
        """Count it, unless this person may not today; what to say."""
        server, person = guards.guild_id(interaction), interaction.user.id
        about = f"{HELPFUL}:{identifier}"
        if self._limits.used(about, server, person):
            return TOLD
        if not self._limits.take(HELPFUL, server, person, DAILY_LIMIT):
            return ENOUGH
        self._limits.take(about, server, person, 1)
        try:
            await self.bot.services.helpful.count(server, identifier, helped=helped)
        except Exception:
            self._limits.give_back(HELPFUL, server, person)
            self._limits.give_back(about, server, person)
            raise
        return SORRY if helped is False else THANKS
