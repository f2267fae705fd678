"""What moderators do with an opened report: reply, note, label, status, fate, matter, hand on."""

from contextlib import suppress
from typing import Any

import discord
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.errors import InvalidInput, NotAllowed, StorageTrouble, Unavailable
from bot.reports.casework import matters
from bot.reports.desk import Desk
from bot.reports.fates import FATES
from bot.reports.inbox import LABEL_LIMIT, REPLY_LIMIT
from bot.reports.model import short_name
from bot.reports.questions import STATUSES
from bot.routing import Fields, component, modal
from bot.text import escape
from cogs.common import guards
from cogs.common.components import Buttons, Form
from cogs.common.replies import UNDELIVERED, chosen, reply, think, update

DONE_UNRECORDED = (
    "It was done, so please do not do it again. But it could not be written into `/audit`: the "
    "disk is full or the file is in use. Please tell whoever runs me."
)


def form_of(interaction: Interaction) -> str:
    """What the form that was sent alone has: sent again, it is known by that."""
    data: Any = interaction.data
    return str(data["custom_id"]).partition("~")[2]


class Acting(commands.Cog):
    """A part of InboxCog."""

    bot: Steward

    @property
    def desk(self) -> Desk:
        return self.bot.services.reports

    async def require_report(self, interaction: Interaction, report_id: str) -> tuple[int, bytes]:
        """The server and the report of a button, once the right was asked for.

        Raises:
            NotAllowed: the person may not read reports.
            NotFound: there is no such report any more.
        """
        await guards.require_inbox(interaction)
        guild_id = guards.guild_id(interaction)
        return guild_id, await self.desk.inbox.find(guild_id, report_id)

    # Words

    @component("inbox:reply")
    async def reply_pressed(self, interaction: Interaction, report_id: str) -> None:
        """Open the form for a reply."""
        await guards.require_inbox(interaction)
        form = Form("Reply to the reporter", "inbox:replied", report_id).text(
            "reply",
            "Your reply",
            hint="It carries no name. Do not ask who they are, or for details that would tell.",
            long=True,
            max_length=REPLY_LIMIT,
        )
        await interaction.response.send_modal(form)

    @modal("inbox:replied")
    async def replied(self, interaction: Interaction, fields: Fields, report_id: str) -> None:
        """Seal the reply to its reporter."""
        guild_id, found = await self.require_report(interaction, report_id)
        await think(interaction)
        await self.desk.inbox.reply(guild_id, found, fields["reply"], form_of(interaction))
        await self.record_done(interaction, "inbox.reply", found)
        await self._say(
            interaction,
            "Kept. The reporter finds it at `/report check`; `/inbox read` shows whether it "
            "was fetched, as of the last notice time.",
        )

    @component("inbox:note")
    async def note_pressed(self, interaction: Interaction, report_id: str) -> None:
        """Open the form for a note."""
        await guards.require_inbox(interaction)
        form = Form("Note for moderators", "inbox:noted", report_id).text(
            "note",
            "Your note",
            hint="For those who read reports; the reporter never sees it. It carries your name.",
            long=True,
            max_length=REPLY_LIMIT,
        )
        await interaction.response.send_modal(form)

    @modal("inbox:noted")
    async def noted(self, interaction: Interaction, fields: Fields, report_id: str) -> None:
        """Seal the note for moderators."""
        guild_id, found = await self.require_report(interaction, report_id)
        await think(interaction)
        await self.desk.inbox.note(
            guild_id, found, interaction.user.id, fields["note"], form_of(interaction)
        )
        await self.record_done(interaction, "inbox.note", found)
        await self._say(interaction, "Kept, for those who read reports. The reporter is not told.")

    @component("inbox:label")
    async def label_pressed(self, interaction: Interaction, report_id: str) -> None:
        """Open the form for a label."""
        await guards.require_inbox(interaction)
        form = Form("Label", "inbox:labelled", report_id).text(
            "label",
            "Label, instead of the one it has",
            hint="A word or two to find it by in /inbox list. Leave it empty to take it off.",
            required=False,
            max_length=LABEL_LIMIT,
        )
        await interaction.response.send_modal(form)

    @modal("inbox:labelled")
    async def labelled(self, interaction: Interaction, fields: Fields, report_id: str) -> None:
        """Keep the label."""
        guild_id, found = await self.require_report(interaction, report_id)
        await think(interaction)
        inbox = self.desk.inbox
        label = await inbox.label(guild_id, found, interaction.user.id, fields["label"])
        await self.record_done(interaction, "inbox.label", found)
        name = report_id[:8]
        await self._say(
            interaction,
            f"`{name}` is labelled **{escape(label)}**; `/inbox list` with `label` finds it."
            if label
            else f"`{name}` has no label any more.",
        )

    @component("inbox:used")
    async def used_pressed(self, interaction: Interaction, report_id: str) -> None:
        """Open the form for what became of it."""
        await guards.require_inbox(interaction)
        form = (
            Form("What became of it", "inbox:told", report_id)
            .select(
                "fate",
                "What was done",
                [
                    discord.SelectOption(
                        label=fate.label, value=fate.code, description=fate.hint or None
                    )
                    for fate in FATES
                ],
            )
            .text(
                "words",
                "In words, for the reporter",
                hint="Such as: counted in the bulletin of week 12.",
                long=True,
                max_length=REPLY_LIMIT,
            )
        )
        await interaction.response.send_modal(form)

    @modal("inbox:told")
    async def told(self, interaction: Interaction, fields: Fields, report_id: str) -> None:
        """Tell the reporter, if the reporter allowed it."""
        guild_id, found = await self.require_report(interaction, report_id)
        await think(interaction)
        fate = fields["fate"]
        await self.desk.inbox.used(guild_id, found, fate, fields["words"], form_of(interaction))
        await self.record_done(interaction, f"inbox.used.{fate}", found)
        await self._say(interaction, "Kept. The reporter finds it at `/report check`.")

    # Status

    @component("inbox:status")
    async def status_chosen(self, interaction: Interaction, report_id: str) -> None:
        """Change the status from the select."""
        await self._set_status(interaction, report_id, chosen(interaction)[0])

    @component("inbox:set")
    async def status_pressed(self, interaction: Interaction, report_id: str, status: str) -> None:
        """Close or reopen."""
        await self._set_status(interaction, report_id, status)

    async def _set_status(self, interaction: Interaction, report_id: str, status: str) -> None:
        guild_id, found = await self.require_report(interaction, report_id)
        await self.desk.inbox.set_status(guild_id, found, status)
        await self.record_done(interaction, f"inbox.status.{status}", found)
        words = next(option.label for option in STATUSES if option.code == status)
        await reply(interaction, f"Status of `{report_id[:8]}`: **{words}**. The reporter sees it.")

    # The same matter

    @component("inbox:same")
    async def same_pressed(self, interaction: Interaction, report_id: str) -> None:
        """Open the form for the other report."""
        await guards.require_inbox(interaction)
        form = Form("The same matter as", "inbox:joined", report_id).text(
            "other",
            "The other report's name",
            hint="As /inbox list shows it; the first digits are enough.",
            max_length=40,
        )
        await interaction.response.send_modal(form)

    @modal("inbox:joined")
    async def joined(self, interaction: Interaction, fields: Fields, report_id: str) -> None:
        """Put both under one matter; it can be undone."""
        guild_id, found = await self.require_report(interaction, report_id)
        other = await self.desk.inbox.find(guild_id, fields["other"])
        merged = await matters.merge(self.desk.inbox, guild_id, found, other)
        await self.record_done(interaction, "inbox.merge", found, f"with {other.hex()[:8]}")
        await reply(
            interaction,
            f"`{report_id[:8]}` and `{other.hex()[:8]}` are one matter now. Each keeps its own "
            "receipt, replies and status; `/inbox list` with `matter` shows them together.",
            view=Buttons().button("Undo", f"inbox:apart:{report_id}:{merged.before}"),
        )

    @component("inbox:apart")
    async def apart(self, interaction: Interaction, report_id: str, matter: str) -> None:
        """Undo that, or take a report out of its matter."""
        if len(matter) not in (0, 2 * matters.MATTER_BYTES):
            raise InvalidInput("That button is damaged. Please open the report again.")
        guild_id, found = await self.require_report(interaction, report_id)
        await matters.put_back(self.desk.inbox, guild_id, found, matter)
        await self.record_done(interaction, "inbox.unmerge", found)
        await reply(interaction, f"`{report_id[:8]}` is out of that matter.")

    # To somebody else

    @component("inbox:hand")
    async def hand_pressed(self, interaction: Interaction, report_id: str) -> None:
        """Ask whom to hand it to."""
        await guards.require_inbox(interaction)
        await reply(
            interaction,
            f"Who takes `{report_id[:8]}`? Only people who read reports can. They find it with "
            "`/inbox list` and `mine`; I do not write to them, so tell them yourself, without "
            "saying what it is about.",
            view=Buttons().user_select(f"inbox:handto:{report_id}", "Somebody who reads reports"),
        )

    @component("inbox:handto")
    async def handed(self, interaction: Interaction, report_id: str) -> None:
        """Hand it on, if that person may read it."""
        guild_id, found = await self.require_report(interaction, report_id)
        await interaction.response.defer()
        to = int(chosen(interaction)[0])
        if not await guards.member_reads_inbox(interaction, to):
            raise NotAllowed(
                f"<@{to}> does not read reports here, so I did not hand it on. An administrator "
                "chooses in `/setup` who does."
            )
        await self.desk.inbox.hand(guild_id, found, interaction.user.id, to)
        await self.record_done(interaction, "inbox.hand", found, f"to {to}")
        with suppress(*UNDELIVERED):
            await update(interaction, f"`{report_id[:8]}` is with <@{to}> now.", view=Buttons())

    async def _say(self, interaction: Interaction, text: str) -> None:
        with suppress(*UNDELIVERED):  # it is kept: no other answer may say that nothing was done
            await reply(interaction, text)

    async def record(
        self, interaction: Interaction, action: str, report_id: bytes = b"", more: str = ""
    ) -> None:
        """Keep what a moderator is about to see, without a word of a report.

        Raises:
            StorageTrouble: it could not be kept; then it must not be shown.
        """
        target = " ".join(part for part in (short_name(report_id), more) if part)
        await self.bot.services.servers.record(
            guards.guild_id(interaction), interaction.user.id, action, target
        )

    async def record_done(
        self, interaction: Interaction, action: str, report_id: bytes = b"", more: str = ""
    ) -> None:
        """Keep what a moderator did.

        Raises:
            Unavailable: it could not be kept; the text says that it was done.
        """
        try:
            await self.record(interaction, action, report_id, more)
        except StorageTrouble:
            raise Unavailable(DONE_UNRECORDED) from None
