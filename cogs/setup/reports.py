"""The page of /setup that decides what must be decided before reports are taken, and opens them."""

import discord
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.config import Config
from bot.errors import NotAllowed
from bot.reports.desk import Desk
from bot.reports.opening import LIMIT, Opening
from bot.reports.signposts import LIMIT as SIGNPOST_LIMIT
from bot.reports.signposts import Signposts
from bot.routing import Fields, component, modal
from bot.servers import Servers, ServerSettings
from bot.text import escape
from cogs.common import guards
from cogs.common.components import Buttons, Form, Style
from cogs.common.permissions import lacking
from cogs.common.readers import reached, readers, role_is_gone
from cogs.common.replies import COLOUR, reply, update
from cogs.setup.pages import Page, seen_by_outsiders, takes_reports
from cogs.setup.telling import announced

WHERE_KEY = {
    "discord": (
        "The private key is the file `keys/{guild}.key` beside the database. Whoever runs the bot "
        "copies it to where only those who read reports get at it, away from that machine and from "
        "the backups: without it nobody can ever read the reports again."
    ),
    "sealed": (
        "The private key stays away from the bot. Whoever made it keeps a second copy in another "
        "place: without it nobody can ever read the reports again."
    ),
}
NO_KEY = "none yet: `/inbox settings`, Enter a public key"
STATES = {
    "on": "Whoever runs the bot has opened reports on every server, set up or not (`REPORTS=on`).",
    "off": "Whoever runs the bot has switched reports off (`REPORTS=off`).",
}
OPENED = "{who} has opened anonymous reports here. `/report new` and the front desk take them now."
CLOSED = "{who} has closed anonymous reports here. Those who have a receipt can still come back."
CONTROLLER = "{who} has changed who answers for the reports; reporters read it."
ROUTES_CHANGED = "{who} has changed where reporters are told to turn:"
NOT_TOLD = "It is done, but I could not tell the moderators. Please tell them yourself."
ROUTES = (
    ("route", "Other ways to report", "The union's own address first. I put the full stop."),
    ("emergency", "In danger now", "A number."),
    ("safeguarding", "A child or an adult at risk", "Where it belongs, today."),
    ("helpline", "Struggling", "Somebody who answers at any hour."),
)
NOT_COMPLETE = "Something is still to be decided: the page names it with an open circle."


class ReportSetup(commands.Cog):
    """Deciding and opening; a part of SetupCog."""

    bot: Steward
    servers: Servers

    @property
    def desk(self) -> Desk:
        return self.bot.services.reports

    async def reports_page(self, guild: discord.Guild, settings: ServerSettings) -> Page:
        """What is decided and what is not."""
        opening = await self._opening(guild, settings)
        keeping = await self.desk.choices.keeping(guild.id)
        signposts = await self.desk.wording.signposts(guild.id)
        embed = discord.Embed(
            title="Anonymous reports",
            colour=COLOUR,
            description="\n".join(
                [
                    _state(self.bot.config, settings),
                    *_lines(opening, settings, keeping.days, signposts, _told(guild, settings)),
                    *_silent(guild, settings),
                ]
            ),
        )
        return Page(embed, _buttons(opening, settings))

    async def _opening(self, guild: discord.Guild, settings: ServerSettings) -> Opening:
        channel = guild.get_channel(settings.notice_channel_id or 0)
        notices = (
            isinstance(channel, discord.TextChannel)
            and not lacking(channel)
            and not seen_by_outsiders(channel, settings)
        )
        role = None if settings.inbox_role_id is None else not role_is_gone(guild, settings)
        return await self.desk.openings.of(guild.id, inbox_role=role, notices=notices)

    async def may_keep_reports(self, settings: ServerSettings) -> bool:
        """Whether reports are taken on a server or were, so that some may be kept.

        Not whether there are any: before a notice time nobody may know.
        """
        return (
            takes_reports(self.bot.config, settings)
            or settings.reports_ready
            or await self.desk.choices.was_opened(settings.guild_id)
            or bool(await self.desk.inbox.shown(settings.guild_id))
        )

    # Each press is asked for again who makes it; all of this decides who can read what.

    @component("setup:reports-ask")
    async def ask(self, interaction: Interaction, what: str) -> None:
        """Open the form for one of the decisions."""
        await _require(interaction)
        guild_id = guards.guild_id(interaction)
        match what:
            case "controller":
                name, contact = await self.desk.openings.controller(guild_id) or ("", "")
                form = (
                    Form("Who answers for the reports", "setup:reports-controller")
                    .text(
                        "name",
                        "Controller",
                        hint="The union or branch, and the person. Reporters read this.",
                        default=name or None,
                        max_length=LIMIT,
                    )
                    .text(
                        "contact",
                        "Contact",
                        hint="Not a Discord account: an address, a phone number.",
                        default=contact or None,
                        max_length=LIMIT,
                    )
                )
            case "days":
                await self._not_once_opened(guild_id)
                keeping = await self.desk.choices.keeping(guild_id)
                form = Form("How long reports are kept", "setup:reports-days").text(
                    "days",
                    "Days after a report is closed",
                    hint="Then it is deleted for good. 180 unless you choose another number.",
                    default=str(keeping.days),
                    max_length=10,
                )
            case _:
                form = _routes_form(await self.desk.wording.signposts(guild_id))
        await interaction.response.send_modal(form)

    @modal("setup:reports-controller")
    async def controller_given(self, interaction: Interaction, fields: Fields) -> None:
        """Name the controller."""
        await _require(interaction)
        guild_id = guards.guild_id(interaction)
        before = await self.desk.openings.controller(guild_id)
        await self.desk.openings.put_controller(guild_id, fields["name"], fields["contact"])
        await self._decided(interaction, "reports_controller")
        after = await self.desk.openings.controller(guild_id)
        if before != after and after is not None:
            await self._tell(interaction, CONTROLLER, [f"**Now**: {', '.join(map(escape, after))}"])

    @modal("setup:reports-days")
    async def days_given(self, interaction: Interaction, fields: Fields) -> None:
        """Decide how long reports are kept."""
        await _require(interaction)
        guild_id = guards.guild_id(interaction)
        await self._not_once_opened(guild_id)
        days = await self.desk.choices.keep_for(guild_id, fields["days"])
        await self._decided(interaction, "reports_kept", f"{days} days")

    async def _not_once_opened(self, guild_id: int) -> None:
        """Once there can be reports, how long they live is changed by those who read them; also
        after closing, which deletes none."""
        if await self.may_keep_reports(await self.servers.settings(guild_id)):
            raise NotAllowed(
                "Reports are or were open here: `/inbox settings` changes how long they are kept, "
                "and tells the moderators. Nothing was changed."
            )

    @modal("setup:reports-routes")
    async def routes_given(self, interaction: Interaction, fields: Fields) -> None:
        """Say where else to turn."""
        await _require(interaction)
        guild_id = guards.guild_id(interaction)
        before = await self.desk.wording.signposts(guild_id)
        after = await self.desk.wording.put_signposts(guild_id, dict(fields))
        await self._decided(interaction, "reports_routes")
        changed = [
            f"**{label}**: {escape(getattr(after, name))}"
            for name, label, _ in ROUTES
            if getattr(after, name) != getattr(before, name)
        ]
        if changed:
            await self._tell(interaction, ROUTES_CHANGED, changed)

    async def _tell(self, interaction: Interaction, text: str, changed: list[str]) -> None:
        """Tell the moderators' channel of words that reporters read; nobody else would see."""
        guild = _guild(interaction)
        settings = await self.servers.settings(guild.id)
        channel = guild.get_channel(settings.notice_channel_id or 0)
        lines = [text.format(who=interaction.user.mention), *changed]
        if channel is not None and not await announced(channel, "\n".join(lines)):
            await reply(interaction, NOT_TOLD)

    @component("setup:reports-readers")
    async def readers(self, interaction: Interaction) -> None:
        """Confirm that every moderator reads reports."""
        await _require(interaction)
        await self.desk.openings.all_moderators_read(guards.guild_id(interaction))
        await self._decided(interaction, "reports_read_by_every_moderator")

    @component("setup:reports-key")
    async def key_asked(self, interaction: Interaction) -> None:
        """Say where the key is and what its loss would mean, and ask whether it is saved."""
        await _require(interaction)
        guild = _guild(interaction)
        opening = await self._opening(guild, await self.servers.settings(guild.id))
        if opening.key is None:
            raise NotAllowed(
                "There is no key yet. `/inbox settings` takes one: Enter a public key."
            )
        where = WHERE_KEY[self.bot.config.report_reading].format(guild=guild.id)
        shown = " ".join(opening.key[at : at + 4] for at in range(0, 16, 4))
        text = f"**Is the key saved elsewhere?** {where}\nIts public key begins `{shown}`."
        buttons = Buttons().button(
            "It is saved, I have made sure", f"setup:reports-saved:{opening.key}"
        )
        await reply(interaction, text, view=buttons)

    @component("setup:reports-saved")
    async def key_saved(self, interaction: Interaction, key: str) -> None:
        """Note that this key is saved."""
        await _require(interaction)
        guild = _guild(interaction)
        await self.desk.openings.key_is_saved(guild.id, key)
        await self.servers.record(guild.id, interaction.user.id, "setup.reports_key_saved", key)
        await update(interaction, "Noted. Press Check again on the page.", view=Buttons())

    @component("setup:reports-open")
    async def open_reports(self, interaction: Interaction, way: str) -> None:
        """Take reports from now on, or no longer; the moderators are told by whom."""
        await _require(interaction)
        guild = _guild(interaction)
        settings = await self.servers.settings(guild.id)
        opens = way == "open"
        if opens and not (await self._opening(guild, settings)).complete:
            raise NotAllowed(f"{NOT_COMPLETE} Nothing was opened.")
        await interaction.response.defer()
        if settings.reports_ready != opens:
            await self.desk.choices.note_opened(guild.id)
            await self.servers.change(guild.id, reports_ready=opens)
            action = "setup.reports_opened" if opens else "setup.reports_closed"
            await self.servers.record(guild.id, interaction.user.id, action)
            await self._tell(interaction, OPENED if opens else CLOSED, [])
        await self._again(interaction)

    async def _decided(self, interaction: Interaction, what: str, target: str = "") -> None:
        guild_id = guards.guild_id(interaction)
        await self.servers.record(guild_id, interaction.user.id, f"setup.{what}", target)
        await self._again(interaction)

    async def _again(self, interaction: Interaction) -> None:
        guild = _guild(interaction)
        page = await self.reports_page(guild, await self.servers.settings(guild.id))
        await update(interaction, embed=page.embed, view=page.buttons)


def _state(config: Config, settings: ServerSettings) -> str:
    if config.reports in STATES:
        return f"{STATES[config.reports]}\n"
    return "**Open.**\n" if settings.reports_ready else "**Not open yet.** To be decided before:\n"


def _lines(
    opening: Opening, settings: ServerSettings, days: int, signposts: Signposts, told: str
) -> list[str]:
    who = f"{escape(opening.controller)}, {escape(opening.contact)}"
    role = settings.inbox_role_id
    if role is None:
        readers = "every moderator" if opening.readers else "not decided"
    else:
        readers = f"<@&{role}>" if opening.readers else "**nobody: that role was deleted**"
    saved = "saved elsewhere" if opening.key_saved else "not confirmed as saved elsewhere"
    rows = (
        (bool(opening.controller), "Who answers for it", who if opening.controller else "nobody"),
        (opening.readers, "Who may read", f"{readers} (a role of their own: under Roles)"),
        (opening.key_saved, "Key", saved if opening.key else NO_KEY),
        (opening.retention, "Kept", f"{days} days after closing"),
        (opening.route, "A route outside Discord", escape(signposts.route)),
        (opening.notices, "Moderators are told", told),
    )
    return [f"{'●' if done else '○'} **{name}**: {value}" for done, name, value in rows]


def _told(guild: discord.Guild, settings: ServerSettings) -> str:
    """Where moderators are told of reports, or what is wrong with that."""
    channel = guild.get_channel(settings.notice_channel_id or 0)
    if channel is not None and (seen := seen_by_outsiders(channel, settings)):
        return f"{seen}; make it private, or choose another under Channels"
    return "in the channel for notices, under Channels"


def _silent(guild: discord.Guild, settings: ServerSettings) -> list[str]:
    channel = guild.get_channel(settings.notice_channel_id or 0)
    who = readers(guild, settings)
    if not isinstance(channel, discord.TextChannel) or reached(channel, who):
        return []
    name = who.mention if isinstance(who, discord.Role) else "anybody"
    text = (
        f"\nWhere someone may come to harm soon I cannot ping {name}: Server Settings → Roles, and "
        "allow anyone to mention that role."
    )
    return [text]


def _buttons(opening: Opening, settings: ServerSettings) -> Buttons:
    buttons = (
        Buttons()
        .button("Who answers for it", "setup:reports-ask:controller", row=0)
        .button("Who may read", "setup:page:roles", row=0)
        .button("How long", "setup:reports-ask:days", row=0)
        .button("Other routes", "setup:reports-ask:routes", row=0)
        .button("The key is saved", "setup:reports-key", row=1)
    )
    if not opening.readers and settings.inbox_role_id is None:
        buttons.button("Every moderator may read", "setup:reports-readers", row=1)
    buttons.button("Groups of reports", "setup:page:groups", row=1)
    if settings.reports_ready:
        buttons.button("Close reports", "setup:reports-open:close", style=Style.danger, row=2)
    else:
        buttons.button(
            "Open reports",
            "setup:reports-open:open",
            style=Style.success,
            disabled=not opening.complete,
            row=2,
        )
    return buttons.button("Check again", "setup:page:reports", row=2).button(
        "Back", "setup:page:overview", row=2
    )


def _routes_form(now: Signposts) -> Form:
    form = Form("Where else to turn", "setup:reports-routes")
    for name, label, hint in ROUTES:
        form.text(
            name,
            label,
            hint=hint,
            default=getattr(now, name),
            required=name == "route",
            max_length=SIGNPOST_LIMIT,
        )
    return form


async def _require(interaction: Interaction) -> None:
    await guards.require_moderator(interaction)
    guards.require_manager(interaction)


def _guild(interaction: Interaction) -> discord.Guild:
    if interaction.guild is None:
        raise NotAllowed("This works on a server that I am on, not in a direct message.")
    return interaction.guild
