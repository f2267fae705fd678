"""Taking more out of a report: a form with its text, what would be left, and asked back."""

from contextlib import suppress

import discord

from bot.app import Interaction
from bot.errors import Forgotten
from bot.reports.casework import redacting
from bot.reports.questions import MARKED_LIMIT
from bot.routing import Fields, component, modal
from bot.text import counted
from cogs.common.components import Buttons, Form, Style
from cogs.common.replies import COLOUR, UNDELIVERED, chosen, reply, update
from cogs.inbox.reading import Reading

WARNING = (
    "**Not done yet.** This is what would be left. The words that stood where the marks are now "
    "are deleted from the file for good: nobody can bring them back, the reporter neither. The "
    "report will say that it was done, and its reporter is told. Bundles from `/inbox export` and "
    "backups that were made before still hold them until they are deleted."
)


class Redacting(Reading):
    """A part of InboxCog."""

    @component("inbox:redact")
    async def redact_pressed(self, interaction: Interaction, report_id: str) -> None:
        """Open the form; where there are additions, ask first which text."""
        guild_id, found = await self.require_report(interaction, report_id)
        await redacting.may_redact(self.desk.inbox, guild_id)
        texts = redacting.targets(await self.desk.inbox.open(guild_id, found))
        if len(texts) == 1:
            await self._form(interaction, report_id, texts[0].key)
            return
        options = [discord.SelectOption(label=each.name, value=each.key) for each in texts[:25]]
        await reply(
            interaction,
            f"Which text of `{report_id[:8]}`?",
            view=Buttons().select(
                f"inbox:redactof:{report_id}", "The report, or an addition", options
            ),
        )

    @component("inbox:redactof")
    async def text_chosen(self, interaction: Interaction, report_id: str) -> None:
        """Open the form for that text."""
        await self.require_report(interaction, report_id)
        await self._form(interaction, report_id, chosen(interaction)[0])

    async def _form(self, interaction: Interaction, report_id: str, key: str) -> None:
        guild_id, found = await self.require_report(interaction, report_id)
        text = await redacting.target(self.desk.inbox, guild_id, found, key)
        await self.record(interaction, "inbox.read", found)
        form = Form("Redact more", "inbox:redacted", report_id, key).text(
            "text",
            text.name,
            hint="Delete what has to go. You see what is left before anything is done.",
            default=text.text,
            long=True,
            max_length=MARKED_LIMIT,
        )
        await interaction.response.send_modal(form)

    @modal("inbox:redacted")
    async def redacted(
        self, interaction: Interaction, fields: Fields, report_id: str, key: str
    ) -> None:
        """Show what would be left, and ask back."""
        guild_id, found = await self.require_report(interaction, report_id)
        text = await redacting.target(self.desk.inbox, guild_id, found, key)
        left = redacting.taken_out(text.text, fields["text"])
        buttons = (
            Buttons()
            .button("Delete for good", f"inbox:redactdo:{report_id}:{key}", style=Style.danger)
            .button("Leave it", "inbox:leave")
        )
        embed = discord.Embed(title=text.name, description=left, colour=COLOUR)
        await reply(interaction, WARNING, embed=embed, view=buttons)
        await self.brief(interaction)

    @component("inbox:redactdo")
    async def redaction_meant(self, interaction: Interaction, report_id: str, key: str) -> None:
        """Do it."""
        guild_id, found = await self.require_report(interaction, report_id)
        left = shown_text(interaction)
        await interaction.response.defer()
        done = await redacting.redact(
            self.desk.inbox, guild_id, found, interaction.user.id, key, left
        )
        if not done.already:
            await self.record_done(interaction, "inbox.redact", found)
        text = "**Done.** The words are deleted, and the reporter is told."
        if done.quotations:
            text += f" {counted(done.quotations, 'quotation')} with them went too."
        if done.still:
            text += (
                " Some of those words also stand in: " + "; ".join(done.still)[:600] + ". Look "
                "whether they tell anything there; replies and notes cannot be changed."
            )
        with suppress(*UNDELIVERED):  # they are gone; pressed again, the same is said
            await update(interaction, text, view=Buttons())

    @component("inbox:leave")
    async def left_alone(self, interaction: Interaction) -> None:
        """Do nothing, and say so."""
        await update(interaction, "Nothing was changed.", view=Buttons())


def shown_text(interaction: Interaction) -> str:
    """The text in the embed of the message that was pressed, which is our own."""
    message = interaction.message
    if message is None or not message.embeds or not message.embeds[0].description:
        raise Forgotten("I do not see the text any more. Please open the report again.")
    return message.embeds[0].description
