"""/report: the three commands. Each answer is for the person alone, and none is logged."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.reports.circumstances import NOTHING_SAID, Circumstances, joined
from bot.routing import component
from cogs.common.replies import chosen, reply, update
from cogs.reports import asking, pages, telling
from cogs.reports.direct import lead_to_server
from cogs.reports.gate import require_open


@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
class ReportCog(
    commands.GroupCog,
    group_name="report",
    group_description="Report what happens at work, without your name",
    group_extras={"private": True},
):
    """Starts: explanation, receipt form, who can see what."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot

    @app_commands.command(extras={"private": True})
    async def new(self, interaction: Interaction) -> None:
        """Report something at work, without your name; you are told first who can see what."""
        if interaction.guild_id is None:
            await lead_to_server(interaction, "new")
        else:
            await self._explain(interaction)

    @component("reports:begin", private=True)
    async def begin(self, interaction: Interaction) -> None:
        """The front desk's button."""
        await self._explain(interaction)

    async def _explain(self, interaction: Interaction) -> None:
        guild_id = await require_open(interaction)
        desk = self.bot.services.reports
        when = desk.timetable.when(self.bot.clock.now())
        signposts = await desk.wording.signposts(guild_id)
        embed = asking.explanation(signposts, when, at_once=desk.timetable.at_once)
        await reply(interaction, embed=embed, view=asking.explanation_buttons())

    @component("reports:circumstances", private=True)
    async def ask_circumstances(self, interaction: Interaction) -> None:
        """Three optional questions in place of the explanation."""
        await self._ask(interaction, NOTHING_SAID)

    @component("reports:choose", private=True)
    async def choose(self, interaction: Interaction, name: str, *codes: str) -> None:
        """Take over what was chosen: from here on it is in the message."""
        given = chosen(interaction)
        value = joined(given) if name == "effect" else "".join(given[:1])
        before = dict(zip(("month", "told", "effect"), codes, strict=False))
        await self._ask(interaction, Circumstances.of({**before, name: value}.values()))

    async def _ask(self, interaction: Interaction, around: Circumstances) -> None:
        today = self.bot.clock.now().astimezone(self.bot.config.timezone).date()
        await update(
            interaction,
            embed=asking.circumstances(),
            view=asking.circumstances_buttons(today, around),
        )

    @app_commands.command(extras={"private": True})
    async def check(self, interaction: Interaction) -> None:
        """See what became of your report, read replies, add something or withdraw."""
        if interaction.guild_id is None:
            await lead_to_server(interaction, "check")
        else:
            await interaction.response.send_modal(pages.receipt_form())

    @app_commands.command(extras={"private": True})
    async def privacy(self, interaction: Interaction) -> None:
        """Exactly who can see what when you report something."""
        await self._privacy(interaction)

    @component("reports:privacy", private=True)
    async def privacy_button(self, interaction: Interaction, name: str = "") -> None:
        """The same from a button; one of its parts in place of another."""
        if name:
            part = telling.part_of(name)
            view = telling.buttons(part)
            await update(interaction, embed=await self._told(interaction, part), view=view)
        else:
            await self._privacy(interaction)

    async def _privacy(self, interaction: Interaction) -> None:
        embed = await self._told(interaction, "short")
        await reply(interaction, embed=embed, view=telling.buttons("short"))

    async def _told(self, interaction: Interaction, part: telling.Part) -> discord.Embed:
        desk = self.bot.services.reports
        guild_id = interaction.guild_id  # none in a direct message
        return telling.embed(
            part,
            at_once=desk.timetable.at_once,
            keeping=await desk.choices.keeping(guild_id) if guild_id else None,
            controller=await desk.openings.controller(guild_id) if guild_id else None,
        )
