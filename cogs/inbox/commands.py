"""/inbox: list, read, reply, status, export; and the count-only notices."""

import asyncio
import io
from contextlib import suppress

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.clock import iso_week
from bot.errors import InvalidInput, UserError
from bot.reports.desk import Desk
from bot.reports.inbox import REPLY_LIMIT
from bot.reports.model import OpenedReport
from bot.reports.questions import CATEGORIES, STATUSES, Option
from bot.routing import Fields, component, modal
from cogs.common import guards
from cogs.common.autocomplete import suggest
from cogs.common.components import Buttons
from cogs.common.replies import NO_MENTIONS, UNDELIVERED, chosen, reply, think, update
from cogs.inbox import pages
from cogs.inbox.figures import Figures
from cogs.inbox.settings import Settings

VANISH_AFTER_S = 300.0
CLEARING_S = 2.0  # at the end; whoever stops us waits for this


@app_commands.guild_only()
@app_commands.default_permissions(guards.MANAGE_SERVER)
class InboxCog(
    Figures,
    Settings,
    commands.GroupCog,
    group_name="inbox",
    group_description="Read and answer anonymous reports",
):
    """The moderators' side of reports. Everything is as of the last notice time."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot
        self._on_screens: set[discord.WebhookMessage] = set()

    @property
    def desk(self) -> Desk:
        return self.bot.services.reports

    # Notices

    async def cog_load(self) -> None:
        """Serve notice times for as long as the bot runs."""
        self.desk.rotation.when_done = self.key_destroyed
        self._rounds = self.bot.background(self._serve())

    async def cog_unload(self) -> None:
        """End the rounds, and take opened reports from screens: after this nobody would."""
        self._rounds.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLEARING_S):
                await self._take_away([*self._on_screens])

    async def _serve(self) -> None:
        await self.bot.connected.wait()
        for guild in self.bot.guilds:
            await self._prepare(guild.id)
        await self.desk.run(self)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Make the server's key now, so that no file's time tells of its first report."""
        await self._prepare(guild.id)

    async def _prepare(self, guild_id: int) -> None:
        config = self.bot.config
        if config.reports == "on" and config.report_reading == "discord":
            with suppress(UserError):  # whoever wants to report is told then
                await self.desk.prepare(guild_id)

    async def notice(self, guild_id: int, reports: int, additions: int) -> bool:
        """Post a count to the moderators' channel; False where none can be reached now."""
        return await self._post(guild_id, pages.notice(reports, additions))

    async def _post(self, guild_id: int, text: str) -> bool:
        settings = await self.bot.services.servers.settings(guild_id)
        channel = self.bot.get_channel(settings.notice_channel_id or 0)
        if not isinstance(channel, discord.TextChannel):
            return False
        try:
            # Not an answer to anything: an answer's metadata names the person.
            await channel.send(text, allowed_mentions=NO_MENTIONS)
        except UNDELIVERED:
            return False
        return True

    # Lists

    @app_commands.command(name="list")
    @app_commands.describe(status="Only with this status", category="Only about this")
    @guards.inbox_reader()
    async def list_reports(
        self, interaction: Interaction, status: str = "", category: str = ""
    ) -> None:
        """List the reports, as of the last notice time; shown to you alone."""
        embed, buttons = await self._page(
            interaction, 0, _code(STATUSES, status), _code(CATEGORIES, category)
        )
        await reply(interaction, embed=embed, view=buttons)

    @component("inbox:page")
    async def page(self, interaction: Interaction, page: str, status: str, category: str) -> None:
        """Back and on."""
        await guards.require_inbox(interaction)
        embed, buttons = await self._page(interaction, int(page), status, category)
        await update(interaction, embed=embed, view=buttons)

    async def _page(
        self, interaction: Interaction, page: int, status: str, category: str
    ) -> tuple[discord.Embed, Buttons | None]:
        guild_id = guards.guild_id(interaction)
        lines = await self.desk.inbox.list(guild_id, status=status, category=category)
        # Reports can have gone since the page was turned.
        page = max(0, min(page, (len(lines) - 1) // pages.PAGE))
        when = self.desk.timetable.when(self.bot.clock.now())
        return (
            pages.list_embed(lines, page, when),
            pages.list_buttons(len(lines), page, status, category),
        )

    @list_reports.autocomplete("status")
    @suggest("inbox")
    async def _statuses(self, interaction: Interaction, typed: str) -> list[tuple[str, str]]:
        return _matching(STATUSES, typed)

    @list_reports.autocomplete("category")
    @suggest("inbox")
    async def _categories(self, interaction: Interaction, typed: str) -> list[tuple[str, str]]:
        return _matching(CATEGORIES, typed)

    # One report

    @app_commands.command()
    @app_commands.describe(report="Which; the first digits of its name are enough")
    @guards.inbox_reader()
    async def read(self, interaction: Interaction, report: str) -> None:
        """Read one report; shown to you alone, and gone after five minutes."""
        await think(interaction)
        guild_id = guards.guild_id(interaction)
        report_id = await self.desk.inbox.find(guild_id, report)
        opened = await self.desk.inbox.open(guild_id, report_id)
        await self._record(interaction, "inbox.read", report_id)
        await self._show(interaction, opened)

    @read.autocomplete("report")
    @suggest("inbox")
    async def _reports(self, interaction: Interaction, typed: str) -> list[tuple[str, str]]:
        wanted = typed.lower()
        lines = await self.desk.inbox.list(guards.guild_id(interaction))
        labelled = [(pages.line_text(line), line.id.hex()) for line in lines]
        return [pair for pair in labelled if wanted in pair[0].lower() or wanted == pair[1]]

    async def _show(self, interaction: Interaction, report: OpenedReport) -> None:
        *before, last = pages.report_messages(report)
        sent: list[discord.WebhookMessage] = []
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
                view=pages.report_buttons(report),
                ephemeral=True,
                wait=True,
                allowed_mentions=NO_MENTIONS,
            )
            sent.append(final)
            self._on_screens.add(final)
        finally:
            if sent:
                self.bot.background(self._vanish(sent))

    async def _vanish(self, messages: list[discord.WebhookMessage]) -> None:
        await asyncio.sleep(VANISH_AFTER_S)
        await self._take_away(messages)

    async def _take_away(self, messages: list[discord.WebhookMessage]) -> None:
        async def delete(message: discord.WebhookMessage) -> None:
            with suppress(*UNDELIVERED):
                await message.delete()
            self._on_screens.discard(message)

        await asyncio.gather(*map(delete, messages))

    @component("inbox:reply")
    async def reply_pressed(self, interaction: Interaction, report_id: str) -> None:
        """Open the form for a reply."""
        await guards.require_inbox(interaction)
        await interaction.response.send_modal(pages.reply_form(report_id, REPLY_LIMIT))

    @modal("inbox:replied")
    async def replied(self, interaction: Interaction, fields: Fields, report_id: str) -> None:
        """Seal the reply to its reporter."""
        await guards.require_inbox(interaction)
        guild_id = guards.guild_id(interaction)
        await think(interaction)
        found = await self.desk.inbox.find(guild_id, report_id)
        await self.desk.inbox.reply(guild_id, found, fields["reply"])
        await self._record(interaction, "inbox.reply", found)
        with suppress(*UNDELIVERED):  # it is kept: no other answer may say that nothing was done
            await reply(
                interaction,
                "Kept. The reporter finds it at `/report check`; `/inbox read` shows whether it "
                "was fetched, as of the last notice time.",
            )

    @component("inbox:status")
    async def status_chosen(self, interaction: Interaction, report_id: str) -> None:
        """Change the status from the select."""
        await self._set_status(interaction, report_id, chosen(interaction)[0])

    @component("inbox:set")
    async def status_pressed(self, interaction: Interaction, report_id: str, status: str) -> None:
        """Close or reopen."""
        await self._set_status(interaction, report_id, status)

    async def _set_status(self, interaction: Interaction, report_id: str, status: str) -> None:
        await guards.require_inbox(interaction)
        guild_id = guards.guild_id(interaction)
        found = await self.desk.inbox.find(guild_id, report_id)
        await self.desk.inbox.set_status(guild_id, found, status)
        await self._record(interaction, f"inbox.status.{status}", found)
        words = next(option.label for option in STATUSES if option.code == status)
        await reply(interaction, f"Status of `{report_id[:8]}`: **{words}**. The reporter sees it.")

    # Away from the host

    @app_commands.command()
    @guards.inbox_reader()
    async def export(self, interaction: Interaction) -> None:
        """Take all reports as one sealed file, to be opened where the key is."""
        await think(interaction)
        guild_id = guards.guild_id(interaction)
        bundle = await self.desk.inbox.export(guild_id)
        await self._record(interaction, "inbox.export")
        name = f"inbox-{iso_week(self.bot.clock.now())}.json"
        await reply(
            interaction,
            f"Still sealed. Where the private key is: `python -m bot inbox {name} --key FILE`.",
            file=discord.File(io.BytesIO(bundle), name),
        )

    async def _record(self, interaction: Interaction, action: str, report_id: bytes = b"") -> None:
        await self.bot.services.servers.record(
            guards.guild_id(interaction), interaction.user.id, action, report_id.hex()
        )


def _code(options: tuple[Option, ...], typed: str) -> str:
    for option in options:
        if typed.strip().lower() in {option.code, option.label.lower()}:
            return option.code
    if typed.strip():
        raise InvalidInput(
            "Please choose from the list, or leave it out: "
            + ", ".join(option.label for option in options)
            + "."
        )
    return ""


def _matching(options: tuple[Option, ...], typed: str) -> list[tuple[str, str]]:
    return [
        (option.label, option.code) for option in options if typed.lower() in option.label.lower()
    ]
