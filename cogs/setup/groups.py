"""The page of /setup with the groups of reports: which are offered, and in which words."""

import discord
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.reports.groups import ALWAYS, HINT_LIMIT, LABEL_LIMIT
from bot.routing import Fields, component, modal
from bot.servers import Servers
from bot.text import escape
from cogs.common import guards
from cogs.common.components import Buttons, Form
from cogs.common.replies import COLOUR, chosen, update
from cogs.setup.pages import Page, takes_reports

EXPLAINED = (
    "What a reporter can choose as the subject. “{always}” is always there. What is no longer "
    "offered stays with the reports that have it."
)


class ReportGroups(commands.Cog):
    """Choosing and rewording them; a part of SetupCog."""

    bot: Steward
    servers: Servers

    async def groups_page(self, guild_id: int) -> Page:
        """All groups, those that are offered marked."""
        groups = self.bot.services.reports.groups
        every = await groups.all(guild_id)
        offered = {option.code for option in await groups.offered(guild_id)}
        always = next(option.label for option in every if option.code == ALWAYS)
        lines = [EXPLAINED.format(always=escape(always))]
        for option in every:
            mark = "●" if option.code in offered else "○"
            hint = f": {escape(option.hint)}" if option.hint else ""
            lines.append(f"{mark} **{escape(option.label)}**{hint}")
        embed = discord.Embed(
            title="Groups of reports", description="\n".join(lines), colour=COLOUR
        )
        options = [
            discord.SelectOption(label=each.label, value=each.code, default=each.code in offered)
            for each in every
        ]
        plain = [discord.SelectOption(label=each.label, value=each.code) for each in every]
        buttons = (
            Buttons()
            .select(
                "setup:groups-offer",
                "Which are offered",
                options,
                min_values=1,
                max_values=len(options),
            )
            .select("setup:groups-reword", "Give one other words …", plain)
            .button("Back", "setup:page:reports")
        )
        return Page(embed, buttons)

    @component("setup:groups-offer")
    async def offer_groups(self, interaction: Interaction) -> None:
        """Offer what was chosen."""
        await _require(interaction)
        guild_id = guards.guild_id(interaction)
        if takes_reports(self.bot.config, await self.servers.settings(guild_id)):
            # Opened before that was noted, or by REPORTS=on.
            await self.bot.services.reports.choices.note_opened(guild_id)
        await self.bot.services.reports.groups.offer(guild_id, chosen(interaction))
        await self._changed(interaction, "reports_groups")

    @component("setup:groups-reword")
    async def reword_group(self, interaction: Interaction) -> None:
        """Open the form for a group's words."""
        await _require(interaction)
        (code,) = chosen(interaction)
        every = await self.bot.services.reports.groups.all(guards.guild_id(interaction))
        group = next(option for option in every if option.code == code)
        form = (
            Form("A group's words", "setup:groups-words", code)
            .text(
                "label",
                "Name",
                hint="Empty: as it comes.",
                default=group.label,
                required=False,
                max_length=LABEL_LIMIT,
            )
            .text(
                "hint",
                "A line that explains it",
                default=group.hint or None,
                required=False,
                max_length=HINT_LIMIT,
            )
        )
        await interaction.response.send_modal(form)

    @modal("setup:groups-words")
    async def words_given(self, interaction: Interaction, fields: Fields, code: str) -> None:
        """Use these words from now on."""
        await _require(interaction)
        guild_id = guards.guild_id(interaction)
        groups = self.bot.services.reports.groups
        await groups.reword(guild_id, code, fields["label"], fields["hint"])
        await self._changed(interaction, "reports_group_words", code)

    async def _changed(self, interaction: Interaction, what: str, target: str = "") -> None:
        guild_id = guards.guild_id(interaction)
        await self.servers.record(guild_id, interaction.user.id, f"setup.{what}", target)
        page = await self.groups_page(guild_id)
        await update(interaction, embed=page.embed, view=page.buttons)


async def _require(interaction: Interaction) -> None:
    await guards.require_moderator(interaction)
    guards.require_manager(interaction)
