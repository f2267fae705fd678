"""Quoting a report: words proposed, agreed to by a second moderator, approved by the reporter."""

from contextlib import suppress

import discord

from bot.app import Interaction
from bot.reports.casework import quoting
from bot.reports.consent import permitted
from bot.reports.quotations import Quotation, Standing, quotations
from bot.routing import Fields, component, modal
from bot.text import escape
from cogs.common.components import Buttons, Form, Style
from cogs.common.replies import COLOUR, UNDELIVERED, reply, think, update
from cogs.inbox.conversation import STANDINGS
from cogs.inbox.redacting import Redacting, shown_text

_SHOWN = 5  # quotations on one screen; Discord takes five rows of buttons
_MESSAGE_LIMIT = 5_500  # Discord: 6,000 in all embeds of a message


class Quoting(Redacting):
    """A part of InboxCog."""

    @component("inbox:quote")
    async def quote_pressed(self, interaction: Interaction, report_id: str) -> None:
        """What may be quoted of a report, and what was proposed."""
        guild_id, found = await self.require_report(interaction, report_id)
        await think(interaction)
        report = await self.desk.inbox.open(guild_id, found)
        allowed, known = permitted(report), quotations(report)
        await self.record(interaction, "inbox.quotations", found)
        lines = [f"**Quoting `{report_id[:8]}`.** The reporter chose: {allowed.words}."]
        if allowed.public_refused:
            lines.append(allowed.public_refused)
        else:
            lines.append(
                "One of you proposes words, and somebody else who reads reports agrees to them."
                + (
                    " Then the reporter is asked, and the answer shows at a notice time."
                    if allowed.ask
                    else " Of words that the reporter added later, or was asked about before, the "
                    "reporter is asked too."
                )
            )
        buttons = Buttons()
        # The newest are worked on.
        embeds = _fitting(known)
        for row, each in enumerate(known[len(known) - len(embeds) :]):
            _add_button(buttons, report_id, each, interaction.user.id, min(row, 3))
        if not allowed.public_refused:
            buttons.button(
                "Propose words", f"inbox:propose:{report_id}", style=Style.primary, row=4
            )
        await reply(interaction, "\n".join(lines), embeds=embeds, view=buttons)
        await self.brief(interaction)

    @component("inbox:propose")
    async def propose_pressed(self, interaction: Interaction, report_id: str) -> None:
        """Open the form, if the reporter allows public use."""
        guild_id, found = await self.require_report(interaction, report_id)
        await quoting.may_propose(self.desk.inbox, guild_id, found)
        form = Form("Words to quote", "inbox:worded", report_id).text(
            "words",
            "The reporter's own words",
            hint="Copied from the report. Mark what you leave out with […].",
            long=True,
            max_length=quoting.WORDS_LIMIT,
        )
        await interaction.response.send_modal(form)

    @modal("inbox:worded")
    async def worded(self, interaction: Interaction, fields: Fields, report_id: str) -> None:
        """Show the words with identifiers removed."""
        guild_id, found = await self.require_report(interaction, report_id)
        words = await quoting.check_words(self.desk.inbox, guild_id, found, fields["words"])
        buttons = (
            Buttons()
            .button("Propose these", f"inbox:proposing:{report_id}", style=Style.success)
            .button("Leave it", "inbox:leave")
        )
        await reply(
            interaction,
            "**Not proposed yet.** Names, places and job titles are not recognised, nor what only "
            "a few people know: would somebody who works there know whose words these are?",
            embed=discord.Embed(description=words, colour=COLOUR),
            view=buttons,
        )
        await self.brief(interaction)

    @component("inbox:proposing")
    async def proposed(self, interaction: Interaction, report_id: str) -> None:
        """Put them to the others."""
        guild_id, found = await self.require_report(interaction, report_id)
        words = shown_text(interaction)
        await interaction.response.defer()
        quote = await quoting.propose(self.desk.inbox, guild_id, found, interaction.user.id, words)
        await self.record_done(interaction, "inbox.quote.propose", found, quote)
        with suppress(*UNDELIVERED):
            await update(
                interaction,
                f"**Proposed**, as `{quote}`. Somebody else who reads reports has to agree: they "
                f"open `{report_id[:8]}` with `/inbox read` and press Quote.",
                view=Buttons(),
            )

    @component("inbox:agree")
    async def agreed(self, interaction: Interaction, report_id: str, quote: str) -> None:
        """Agree as the second moderator; the reporter is asked where need be."""
        guild_id, found = await self.require_report(interaction, report_id)
        await think(interaction)
        known = await quoting.agree(self.desk.inbox, guild_id, found, interaction.user.id, quote)
        await self.record_done(interaction, "inbox.quote.agree", found, quote)
        await self._tell(interaction, known)

    @component("inbox:ask")
    async def asked(self, interaction: Interaction, report_id: str, quote: str) -> None:
        """Ask the reporter, who has come to want that after the words were agreed to."""
        guild_id, found = await self.require_report(interaction, report_id)
        await think(interaction)
        known = await quoting.ask(self.desk.inbox, guild_id, found, quote)
        await self.record_done(interaction, "inbox.quote.ask", found, quote)
        await self._tell(interaction, known)

    async def _tell(self, interaction: Interaction, known: Quotation) -> None:
        text = f"`{known.id}`: {STANDINGS[known.standing]}."
        if known.standing is Standing.FREE:
            text += " Quote under the report gives the words to copy."
        elif known.reason:
            text += f" {known.reason}"
        with suppress(*UNDELIVERED):
            await reply(interaction, text)

    @component("inbox:take")
    async def taken(self, interaction: Interaction, report_id: str, quote: str) -> None:
        """Give the words to copy; the reporter is told that they were taken."""
        guild_id, found = await self.require_report(interaction, report_id)
        await think(interaction)
        known = await quoting.take(self.desk.inbox, guild_id, found, quote)
        await self.record_done(interaction, "inbox.quote.take", found, quote)
        words = known.words.replace("```", "'''")
        await reply(
            interaction,
            "Approved as it stands: use it word for word, and nothing else of the report. The "
            f"reporter is told that it was taken.\n```\n{words}\n```",
        )
        await self.brief(interaction)


def _fitting(known: list[Quotation]) -> list[discord.Embed]:
    """As many of the newest as fit into a message."""
    embeds: list[discord.Embed] = []
    for each in known[: -_SHOWN - 1 : -1]:
        embed = _embed(each)
        if sum(map(len, [*embeds, embed])) > _MESSAGE_LIMIT:
            break
        embeds.insert(0, embed)
    return embeds


def _embed(known: Quotation) -> discord.Embed:
    embed = discord.Embed(
        title=f"{known.id}: {STANDINGS[known.standing]}"[:256],
        description=escape(known.words),
        colour=COLOUR,
    )
    embed.add_field(name="Proposed by", value=f"<@{known.by}>")
    if known.agreed_by:
        embed.add_field(name="Agreed to by", value=f"<@{known.agreed_by}>")
    if known.reason:
        embed.add_field(name="Why", value=known.reason[:1_000], inline=False)
    return embed


def _add_button(buttons: Buttons, report_id: str, known: Quotation, looking: int, row: int) -> None:
    where = f"{report_id}:{known.id}"
    match known.standing:
        case Standing.SECOND if known.by != looking:
            buttons.button(f"Agree to {known.id}", f"inbox:agree:{where}", row=row)
        case Standing.UNASKED:
            buttons.button(f"Ask about {known.id}", f"inbox:ask:{where}", row=row)
        case Standing.FREE:
            buttons.button(f"Copy {known.id}", f"inbox:take:{where}", row=row)
