"""/inbox: its parts together; export, and the count-only notices."""

import io
from contextlib import suppress
from functools import partial

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.clock import iso_week
from bot.errors import InvalidInput, Unavailable, UserError
from bot.reports.away.answers import FILE_LIMIT
from bot.reports.away.bringing import Bringing
from bot.reports.away.exporting import export
from bot.text import counted
from cogs.common import guards
from cogs.common.replies import UNDELIVERED, reply, think
from cogs.inbox import pages
from cogs.inbox.brought import brought_text
from cogs.inbox.figures import Figures
from cogs.inbox.keys import is_keeper
from cogs.inbox.list import Listing
from cogs.inbox.playbook import Playbook
from cogs.inbox.quoting import Quoting
from cogs.inbox.settings import Settings
from cogs.inbox.stopping import Stopping
from cogs.inbox.telling import tell_moderators


@app_commands.guild_only()
@app_commands.default_permissions(guards.MANAGE_SERVER)
class InboxCog(
    Listing,
    Quoting,
    Stopping,
    Playbook,
    Figures,
    Settings,
    commands.GroupCog,
    group_name="inbox",
    group_description="Read and answer anonymous reports",
):
    """The moderators' side of reports. Everything is as of the last notice time."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot
        self._on_screens = set()

    # Notices

    async def cog_load(self) -> None:
        """Serve notice times for as long as the bot runs."""
        self.desk.rotation.when_done = self.key_destroyed
        self.desk.tidings.tell = partial(tell_moderators, self.bot)
        self._rounds = self.bot.background(self._serve())

    async def cog_unload(self) -> None:
        """End the rounds, and take opened reports from screens: after this nobody would."""
        self._rounds.cancel()
        await self.clear_screens()

    async def _serve(self) -> None:
        await self.bot.connected.wait()
        for guild in self.bot.guilds:
            await self._prepare(guild.id)
        await self.desk.run(self)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Make the server's key now, so that no file's time tells of its first report; note that it
        can have some."""
        await self._prepare(guild.id)

    @commands.Cog.listener()
    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """Where it is the one that reads reports, say so: nobody can open them now."""
        settings = await self.bot.services.servers.settings(role.guild.id)
        if role.id == settings.inbox_role_id:
            await tell_moderators(self.bot, role.guild.id, pages.ROLE_GONE)

    async def _prepare(self, guild_id: int) -> None:
        config = self.bot.config
        if config.reports != "on":
            return
        with suppress(UserError):  # whoever wants to report is told then
            # It may not always be on, and no report must tell by this when it came.
            await self.desk.choices.note_opened(guild_id)
            if config.report_reading == "discord":
                await self.desk.prepare(guild_id)

    async def notice(self, guild_id: int, reports: int, additions: int) -> bool:
        """Post a count to the moderators' channel; False where none can be reached now."""
        once = await self.desk.notice_mark(guild_id)
        return await tell_moderators(self.bot, guild_id, pages.notice(reports, additions), once)

    # Away from the host

    @app_commands.command()
    @guards.inbox_reader()
    async def export(self, interaction: Interaction) -> None:
        """Take all reports as one sealed file, to be opened where the key is."""
        await think(interaction)
        guild_id = guards.guild_id(interaction)
        bundle = await export(self.desk, guild_id)
        await self.record(interaction, "inbox.export")
        name = f"inbox-{iso_week(self.bot.clock.now())}.json"
        await reply(
            interaction,
            "Still sealed. Open it where the private key is:\n"
            f"`python -m bot inbox {name} --key FILE --page`\n"
            "Without `--page` it reads at a terminal. `/inbox import` brings answers back.",
            file=discord.File(io.BytesIO(bundle), name),
        )

    @app_commands.command(name="import")
    @app_commands.describe(file="The file of answers that `python -m bot inbox` wrote")
    @guards.inbox_reader()
    async def bring_back(self, interaction: Interaction, file: discord.Attachment) -> None:
        """Bring back answers that were written where the private key is."""
        if file.size > FILE_LIMIT:
            raise InvalidInput("That file is larger than any file of answers.")
        await think(interaction)
        try:
            content = await file.read()
        except UNDELIVERED as error:
            raise Unavailable("Discord did not give me the file. Try it once more.") from error
        brought = await Bringing(self.desk).bring(
            guards.guild_id(interaction),
            interaction.user.id,
            content,
            keeper=is_keeper(interaction),
        )
        await self.record_done(interaction, "inbox.import", more=counted(brought.added, "answer"))
        if brought.resealed:
            await self.record_done(interaction, "inbox.key.reseal")
        if brought.periods:
            await self.record_done(interaction, "inbox.figures.bring")
        for action, report_id in dict.fromkeys(brought.did):
            await self.record_done(interaction, action, report_id)
        await self._say(interaction, brought_text(brought))
