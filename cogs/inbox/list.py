"""/inbox list: what there is, narrowed down and paged, without a word of any report."""

from collections import Counter
from dataclasses import dataclass

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.errors import InvalidInput, NotFound
from bot.reports.desk import Desk
from bot.reports.inbox import Line, Wanted
from bot.reports.questions import STATUSES, Option
from bot.routing import component
from bot.text import counted
from cogs.common import guards
from cogs.common.autocomplete import suggest
from cogs.common.components import Buttons
from cogs.common.readers import changes
from cogs.common.replies import reply, update
from cogs.inbox import pages


@dataclass(frozen=True, slots=True)
class View:
    """One page of a list and what it is narrowed down by; a button carries it.

    Attributes:
        page: from 0.
        mine: only what was handed to whoever looks.
    """

    page: int = 0
    status: str = ""
    category: str = ""
    label: str = ""
    matter: str = ""
    mine: bool = False

    def button(self, page: int) -> str:
        """The custom_id of a button that shows another page of it."""
        parts = (page, self.status, self.category, self.label, self.matter, int(self.mine))
        return ":".join(["inbox:page", *map(str, parts)])


class Listing(commands.Cog):
    """A part of InboxCog."""

    bot: Steward

    @property
    def desk(self) -> Desk:
        return self.bot.services.reports

    async def groups(self, interaction: Interaction) -> tuple[Option, ...]:
        """All groups of reports, offered or not, in the server's words."""
        return await self.desk.groups.all(guards.guild_id(interaction))

    @app_commands.command(name="list")
    @app_commands.describe(
        status="Only with this status",
        category="Only about this",
        label="Only with this label",
        matter="Only of this matter",
        mine="Only what was handed to you",
    )
    @guards.inbox_reader()
    async def list_reports(
        self,
        interaction: Interaction,
        status: str = "",
        category: str = "",
        label: str = "",
        matter: str = "",
        mine: bool = False,
    ) -> None:
        """List the reports, as of the last notice time; shown to you alone."""
        view = View(
            status=_code(STATUSES, status),
            category=_code(await self.groups(interaction), category),
            label=" ".join(label.replace(":", " ").replace("~", " ").split())[:40],
            matter=await self._matter(interaction, matter),
            mine=mine,
        )
        embed, buttons = await self._page(interaction, view)
        await reply(interaction, embed=embed, view=buttons)

    @component("inbox:page")
    async def page(
        self,
        interaction: Interaction,
        page: str,
        status: str,
        category: str,
        label: str,
        matter: str,
        mine: str,
    ) -> None:
        """Back and on."""
        await guards.require_inbox(interaction)
        view = View(int(page), status, category, label, matter, mine == "1")
        embed, buttons = await self._page(interaction, view)
        await update(interaction, embed=embed, view=buttons)

    async def _page(
        self, interaction: Interaction, view: View
    ) -> tuple[discord.Embed, Buttons | None]:
        lines = await self.desk.inbox.list(guards.guild_id(interaction))
        matters = Counter(line.matter for line in lines)
        wanted = Wanted(
            status=view.status,
            category=view.category,
            label=view.label,
            matter=view.matter,
            handed=interaction.user.id if view.mine else 0,
        )
        narrowed = [line for line in lines if wanted.takes(line)]
        # Reports can have gone since the page was turned.
        last = max(0, (len(narrowed) - 1) // pages.PAGE)
        page = max(0, min(view.page, last))
        when = self.desk.timetable.when(self.bot.clock.now())
        servers = self.bot.services.servers
        settings = await servers.settings(guards.guild_id(interaction))
        embed = pages.list_embed(
            narrowed,
            page,
            when,
            matters,
            await self.groups(interaction),
            changed=await changes(servers, settings),
        )
        if not last:
            return embed, None
        buttons = (
            Buttons()
            .button("Back", view.button(page - 1), disabled=page == 0)
            .button("More", view.button(page + 1), disabled=page == last)
        )
        return embed, buttons

    async def _matter(self, interaction: Interaction, typed: str) -> str:
        """The matter that was chosen, or that of a report whose name was typed."""
        wanted = typed.strip().lower()
        if not wanted:
            return ""
        for line in await self.desk.inbox.list(guards.guild_id(interaction)):
            if line.matter and (
                line.matter == wanted or (len(wanted) >= 4 and line.id.hex().startswith(wanted))
            ):
                return line.matter
        raise NotFound(
            "No reports are under that matter. `/inbox read` joins reports, with Same matter."
        )

    @list_reports.autocomplete("status")
    @suggest("inbox")
    async def _statuses(self, interaction: Interaction, typed: str) -> list[tuple[str, str]]:
        return _matching(STATUSES, typed)

    @list_reports.autocomplete("category")
    @suggest("inbox")
    async def _categories(self, interaction: Interaction, typed: str) -> list[tuple[str, str]]:
        return _matching(await self.groups(interaction), typed)

    @list_reports.autocomplete("label")
    @suggest("inbox")
    async def _labels(self, interaction: Interaction, typed: str) -> list[tuple[str, str]]:
        lines = await self.desk.inbox.list(guards.guild_id(interaction))
        labels = Counter(line.label for line in lines if line.label)
        wanted = typed.casefold()
        return [
            (f"{label} · {counted(number, 'report')}", label)
            for label, number in sorted(labels.items())
            if wanted in label.casefold()
        ]

    @list_reports.autocomplete("matter")
    @suggest("inbox")
    async def _matters(self, interaction: Interaction, typed: str) -> list[tuple[str, str]]:
        under: dict[str, list[Line]] = {}
        for line in await self.desk.inbox.list(guards.guild_id(interaction)):
            if line.matter:
                under.setdefault(line.matter, []).append(line)
        named = [
            (f"{counted(len(lines), 'report')}: {', '.join(line.name for line in lines)}", matter)
            for matter, lines in under.items()
            if len(lines) > 1
        ]
        return [pair for pair in named if typed.lower() in pair[0]]


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
