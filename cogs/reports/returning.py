"""Coming back with the receipt: status, replies, adding, withdrawing."""

import secrets
from contextlib import suppress

import discord
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.errors import Unavailable
from bot.reports import privacy
from bot.reports.questions import TEXT_LIMIT, clean
from bot.routing import Fields, component, modal
from cogs.common import guards
from cogs.common.components import Buttons, Form, Style
from cogs.common.replies import COLOUR, UNDELIVERED, reply, think, update
from cogs.reports import conversation, pages

BEING_ADDED = "It is being added already; one press is enough, and nothing is added twice."
ADDED = "**Added already**, once. `/report check` counts your additions."
WITHDRAWN = (
    "**Withdrawn.** It is deleted, and the receipt opens nothing any more. "
    f"{privacy.BACKUPS} Keep the receipt for that."
)


class ReturningCog(commands.Cog):
    """What follows the receipt form of `/report check`."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot

    @modal("reports:receipt", private=True)
    async def receipt_given(self, interaction: Interaction, fields: Fields) -> None:
        """Look the receipt up and show what there is."""
        guild_id = guards.guild_id(interaction)
        desk = self.bot.services.reports
        await think(interaction)
        checked = await desk.check(guild_id, interaction.user.id, fields.get("receipt", ""))
        at_once, when = desk.timetable.at_once, desk.timetable.when(self.bot.clock.now())
        first, *more = conversation.messages(checked.conversation)
        status = conversation.status_text(checked, when, desk.fate, at_once=at_once)
        kept_for = privacy.at_check(await desk.choices.keeping(guild_id))
        await reply(
            interaction,
            f"{status}\n{kept_for}",
            embeds=first,
            view=conversation.status_buttons(checked),
        )
        for embeds in more:
            await reply(interaction, embeds=embeds)
        for text, embed, buttons in conversation.questions(checked, when, at_once=at_once):
            await reply(interaction, text, embed=embed, view=buttons)
        # Only now: had Discord refused the answer, the replies would still be waiting.
        with suppress(Unavailable):  # what is shown is shown; at the next check it is noted
            await desk.collected(guild_id, checked)

    @component("reports:add", private=True)
    async def add(self, interaction: Interaction, visit: str) -> None:
        """Open the form for an addition."""
        form = Form("Add to your report", "reports:addition", visit).text(
            "what",
            "What do you want to add?",
            hint="No names, no case details. You see it again before it is sent.",
            long=True,
            max_length=TEXT_LIMIT,
        )
        await interaction.response.send_modal(form)

    @modal("reports:addition", private=True)
    async def addition_written(self, interaction: Interaction, fields: Fields, visit: str) -> None:
        """Show the addition with identifiers removed."""
        embed = discord.Embed(
            title=pages.ADDITION_TITLE,
            description=clean(fields.get("what", "")).text,
            colour=COLOUR,
        )
        buttons = (
            Buttons()
            # The random part is this button's alone: pressed twice, it adds once.
            .button(
                "Add this",
                f"reports:addsend:{visit}:{secrets.token_urlsafe(6)}",
                style=Style.success,
            )
            .button("Discard", "reports:drop")
        )
        text = (
            "**Not added yet.** Names, places and job titles, dates of birth, car and staff "
            "numbers are not recognised: please look for "
            f"them yourself.\n{conversation.HARM_SINCE}"
        )
        await reply(interaction, text, embed=embed, view=buttons)

    @component("reports:addsend", private=True)
    async def addition_sent(self, interaction: Interaction, visit: str, once: str = "") -> None:
        """Keep the addition, once."""
        text = pages.addition_text(interaction.message)
        desk = self.bot.services.reports
        await interaction.response.defer()
        guild_id = guards.guild_id(interaction)
        outcome = await desk.add(guild_id, interaction.user.id, visit, text, once)
        # From here on it is kept. Should Discord refuse the answer, pressing again tells so.
        with suppress(*UNDELIVERED):
            if outcome == "adding":
                await reply(interaction, BEING_ADDED)  # the other press will finish the message
            else:
                when = desk.timetable.when(self.bot.clock.now())
                text = f"**Added.** Moderators see it {when}." if outcome == "added" else ADDED
                await update(interaction, text, view=Buttons())

    @component("reports:drop", private=True)
    async def addition_dropped(self, interaction: Interaction) -> None:
        """Forget the addition."""
        await update(interaction, pages.DISCARDED_TEXT, view=Buttons())

    @component("reports:withdraw", private=True)
    async def withdraw(self, interaction: Interaction, visit: str) -> None:
        """Ask whether it is meant, and how quietly."""
        desk = self.bot.services.reports
        went_out = desk.went_out(guards.guild_id(interaction), visit)
        buttons = Buttons().button("Withdraw", f"reports:gone:{visit}:quiet", style=Style.danger)
        text = (
            "**Withdraw?** Your words, your choices and the replies are deleted from the file at "
            "once and cannot be brought back. What was already read stays known, and what "
            "already went out cannot be called back; it is below."
        )
        if not desk.timetable.at_once:
            when = desk.timetable.when(self.bot.clock.now())
            buttons.button("Withdraw and hide it now", f"reports:gone:{visit}:now")
            text += (
                "\nSo that nobody can tell when you did it, moderators who could see the report "
                f"can still open it from memory until the next notice time, {when}, use words that "
                "were approved, and take it with them in an export. **Hidden now, it can be "
                "neither read, used nor exported any more**; then they can tell that it was "
                "withdrawn just now."
            )
        buttons.button("Keep it", "reports:keep")
        embed = conversation.went_out_embed(went_out)
        await reply(interaction, text, embed=embed, view=buttons)

    @component("reports:keep", private=True)
    async def keep(self, interaction: Interaction) -> None:
        """Do nothing, and say so."""
        await update(interaction, "Nothing was changed. Your report stays.", view=Buttons())

    @component("reports:gone", private=True)
    async def gone(self, interaction: Interaction, visit: str, manner: str) -> None:
        """Delete the report."""
        await interaction.response.defer()
        await self.bot.services.reports.withdraw(
            guards.guild_id(interaction), visit, hide_now=manner == "now"
        )
        # It is deleted. Should Discord refuse the answer, pressing again tells so.
        with suppress(*UNDELIVERED):
            await update(interaction, WITHDRAWN, view=Buttons())
