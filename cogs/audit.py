"""/audit: what moderators did, and who opened which report, without any reporter's words."""

import asyncio
import re

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.errors import Forgotten, NotAllowed
from bot.routing import component
from bot.servers import actions
from bot.servers.service import REPORTS, AuditEntry, by_week
from bot.text import cut, escape, one_line
from cogs.common import guards
from cogs.common.components import Buttons
from cogs.common.replies import COLOUR, reply, update

PAGE = 15
NOON_S = 43_200
FORGET_EVERY_S = 86_400.0
WITH_REPORTS = (
    "Of reports their names and the week, in no order within it, for a year; no word of them is "
    "kept here."
)
WITHOUT_REPORTS = "What was done to reports is shown to those who read them."
_ID_ALONE = re.compile(r"\A\d{15,20}\Z")
_IN_CHANNEL = re.compile(r"\bin (\d{15,20})(?=\\?:|\Z)")  # the colon is escaped
_TARGET = 120  # characters shown of what something was done to

ABOUT = [app_commands.Choice(name=name, value=group) for group, name in actions.GROUPS.items()]


class AuditCog(commands.Cog):
    """One command and its pages."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Forget what is old, once a day for as long as the bot runs."""
        self._rounds = self.bot.background(self._forget_daily())

    async def cog_unload(self) -> None:
        self._rounds.cancel()

    async def _forget_daily(self) -> None:
        while True:
            await self.forget_old()
            await asyncio.sleep(FORGET_EVERY_S)

    async def forget_old(self) -> None:
        """Forget what is older than the trail is kept; under a legal hold nothing of it."""
        servers, choices = self.bot.services.servers, self.bot.services.reports.choices
        for guild_id in await servers.audited():
            if not (await choices.keeping(guild_id)).hold:
                await servers.forget(guild_id)

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.default_permissions(guards.MANAGE_SERVER)
    @app_commands.describe(about="Only what was done to these", who="Only what this person did")
    @app_commands.choices(about=ABOUT)
    @guards.moderator()
    async def audit(
        self, interaction: Interaction, about: str = "", who: discord.User | None = None
    ) -> None:
        """What moderators did, newest first; shown to you alone."""
        embed, buttons = await self._page(interaction, 0, about, who.id if who else 0)
        await reply(interaction, embed=embed, view=buttons)

    @component("audit:page")
    async def page(self, interaction: Interaction, page: str, about: str, who: str) -> None:
        """Back and on."""
        await guards.require_moderator(interaction)
        if not (page.isdigit() and who.isdigit()):
            raise Forgotten("That button is damaged. Please run `/audit` again.")
        embed, buttons = await self._page(interaction, int(page), about, int(who))
        await update(interaction, embed=embed, view=buttons)

    async def _page(
        self, interaction: Interaction, page: int, about: str, who: int
    ) -> tuple[discord.Embed, Buttons | None]:
        reads = await guards.reads_inbox(interaction)
        if about == REPORTS and not reads:
            raise NotAllowed(guards.INBOX_ONLY)
        entries = await self.bot.services.servers.audit(
            guards.guild_id(interaction),
            PAGE + 1,
            skip=page * PAGE,
            about=about,
            actor_id=who,
            reports=reads,
        )
        embed = discord.Embed(
            title="What moderators did",
            description="\n".join(map(_line, entries[:PAGE])) or "Nothing more here.",
            colour=COLOUR,
        ).set_footer(text=WITH_REPORTS if reads else WITHOUT_REPORTS)
        if page == 0 and len(entries) <= PAGE:
            return embed, None

        def to(number: int) -> str:
            return f"audit:page:{number}:{about}:{who}"

        buttons = (
            Buttons()
            .button("Newer", to(max(0, page - 1)), disabled=page == 0)
            .button("Older", to(page + 1), disabled=len(entries) <= PAGE)
        )
        return embed, buttons


def _line(entry: AuditEntry) -> str:
    target = one_line(actions.shown_target(entry.action, entry.target))
    stamp = int(entry.at.timestamp())
    # At noon it is Monday wherever this is read.
    when = f"week of <t:{stamp + NOON_S}:D>" if by_week(entry.action) else f"<t:{stamp}:f>"
    line = f"- {when} <@{entry.actor_id}> {actions.words(entry.action)}"
    if not target:
        return line
    if entry.action.startswith("inbox."):
        return f"{line} {cut(target, _TARGET)}"
    return f"{line} {_by_name(entry.action, escape(cut(target, _TARGET)))}"


def _by_name(action: str, target: str) -> str:
    """With channels and roles as Discord shows them, by their names, in place of their ids."""
    if action.startswith("setup."):
        sign = "@&" if action.endswith("_role") else "#"
        return _ID_ALONE.sub(rf"<{sign}\g<0>>", target)
    return _IN_CHANNEL.sub(r"in <#\1>", target) if action.startswith("feeds.") else target


async def setup(bot: Steward) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(AuditCog(bot))
