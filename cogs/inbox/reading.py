"""/inbox read: one report on one moderator's screen, for five minutes."""

import asyncio
from contextlib import suppress

import discord
from discord import app_commands

from bot.app import Interaction
from bot.reports.casework import matters
from bot.reports.model import OpenedReport
from bot.reports.quotations import quotations
from cogs.common import guards
from cogs.common.autocomplete import suggest
from cogs.common.replies import NO_MENTIONS, UNDELIVERED, think
from cogs.inbox import conversation, pages
from cogs.inbox.acting import Acting

VANISH_AFTER_S = 300.0
CLEARING_S = 2.0  # at the end; whoever stops us waits for this

OnScreen = discord.WebhookMessage | discord.InteractionMessage


class Reading(Acting):
    """A part of InboxCog."""

    _on_screens: set[OnScreen]

    @app_commands.command()
    @app_commands.describe(report="Which; the first digits of its name are enough")
    @guards.inbox_reader()
    async def read(self, interaction: Interaction, report: str) -> None:
        """Read one report; shown to you alone, and gone after five minutes."""
        await think(interaction)
        guild_id, inbox = guards.guild_id(interaction), self.desk.inbox
        report_id = await inbox.find(guild_id, report)
        opened = await inbox.open(guild_id, report_id)
        await self.record(interaction, "inbox.read", report_id)
        await self._show(interaction, opened, await matters.others(inbox, guild_id, report_id))

    @read.autocomplete("report")
    @suggest("inbox")
    async def _reports(self, interaction: Interaction, typed: str) -> list[tuple[str, str]]:
        wanted = typed.lower()
        lines = await self.desk.inbox.list(guards.guild_id(interaction))
        groups = await self.desk.groups.all(guards.guild_id(interaction))
        labelled = [(pages.line_text(line, groups), line.id.hex()) for line in lines]
        return [pair for pair in labelled if wanted in pair[0].lower() or wanted == pair[1]]

    async def _show(
        self, interaction: Interaction, report: OpenedReport, same: list[bytes]
    ) -> None:
        groups = await self.desk.groups.all(guards.guild_id(interaction))
        *before, last = conversation.report_messages(report, same, quotations(report), groups)
        sent: list[OnScreen] = []
        try:
            for embeds in before:
                message = await interaction.followup.send(
                    embeds=embeds, ephemeral=True, wait=True, allowed_mentions=NO_MENTIONS
                )
                sent.append(message)
                self._on_screens.add(message)
            final = await interaction.followup.send(
                "This goes from your screen in five minutes.",
                embeds=last,
                view=conversation.report_buttons(report, joined=bool(same)),
                ephemeral=True,
                wait=True,
                allowed_mentions=NO_MENTIONS,
            )
            sent.append(final)
            self._on_screens.add(final)
        finally:
            if sent:
                self.bot.background(self._vanish(sent))

    async def brief(self, interaction: Interaction) -> None:
        """Take the answer that an interaction got from the screen as well, after its time."""
        with suppress(*UNDELIVERED):
            message = await interaction.original_response()
            self._on_screens.add(message)
            self.bot.background(self._vanish([message]))

    async def _vanish(self, messages: list[OnScreen]) -> None:
        await asyncio.sleep(VANISH_AFTER_S)
        await self.take_away(messages)

    async def take_away(self, messages: list[OnScreen]) -> None:
        """Delete opened reports from screens; those that cannot be are left."""

        async def delete(message: OnScreen) -> None:
            with suppress(*UNDELIVERED):
                await message.delete()
            self._on_screens.discard(message)

        await asyncio.gather(*map(delete, messages))

    async def clear_screens(self) -> None:
        """Take every opened report from its screen, within a short while."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLEARING_S):
                await self.take_away([*self._on_screens])
