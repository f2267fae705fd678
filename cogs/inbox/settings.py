"""/inbox settings: where reports are opened, with which key, and how long they are kept."""

from discord import app_commands

from bot.app import Interaction
from bot.reports.choices import FEWEST_DAYS, MOST_DAYS, Keeping
from bot.reports.keyring import LOST_AWAY, LOST_HERE
from bot.routing import Fields, component, modal
from cogs.common import guards
from cogs.common.components import Buttons, Form, Style
from cogs.common.replies import reply, update
from cogs.inbox.keys import CHANGING, MISSING_HERE, UNDER_HOLD, Keys, require_keeper

HERE = (
    "**Reading in Discord.** The private key is a file on the bot's machine, and reports are "
    "opened there."
)
AWAY = "**Sealed reading.** Reports are opened away from the bot, from `/inbox export`."
NO_KEY = (
    "There is no key yet, so no reports are taken. Make one where it will stay, with "
    "`python -m bot keys new`, and enter the public key here."
)
HOLD_ASKED = (
    "**Set a legal hold?** Do this when the union's solicitor says so, not by yourselves.\n"
    "• From then on no report is deleted or closed for its age, no words can be redacted, and no "
    "old key or old backup is destroyed by the bot, until the hold is lifted.\n"
    "• A reporter can still withdraw, and that deletes the report as always: they were promised it "
    "before they wrote. Whether more must be kept is for the solicitor to decide; "
    "`docs/legal-demands.md` says what can be done.\n"
    "• Reporters are told at `/report privacy` and `/report check`. The moderators' channel and "
    "the audit trail say that it was you."
)
LIFT_ASKED = (
    "**Lift the legal hold?** Do this when the union's solicitor says so. Reports whose time is "
    "over are then deleted for good, {when}. {key}The moderators' channel and the audit trail say "
    "that it was you."
)
KEY_GOES = (
    "**The old key that the hold kept is destroyed within minutes**: backups from before the "
    "change then open only with a copy of it. "
)


class Settings(Keys):
    """A part of InboxCog."""

    @app_commands.command()
    @guards.inbox_reader()
    async def settings(self, interaction: Interaction) -> None:
        """Where reports are opened, with which key, and how long they are kept."""
        guild_id = guards.guild_id(interaction)
        key = await self.desk.keyring.away_key(guild_id)
        here = self.desk.keyring.opens_here
        lines = [HERE if here else AWAY]
        if await self.desk.keyring.missing(guild_id):
            lines.append(MISSING_HERE.format(guild_id=guild_id))
        changing = here and await self.desk.rotation.under_way(guild_id)
        if changing:
            lines.append(CHANGING)
        if key:
            lines.append(f"Reports are sealed to the key that begins `{key}`, kept elsewhere.")
        elif not here:
            lines.append(NO_KEY)
        keeping = await self.desk.choices.keeping(guild_id)
        if changing and keeping.hold:
            lines.append(UNDER_HOLD)
        lines.append(kept_text(keeping))
        lines.append(LOST_HERE if here else LOST_AWAY)
        buttons = Buttons()
        if here:
            buttons.button("Make a new key", "inbox:rekey", disabled=changing)
        buttons.button("Enter a public key", "inbox:newkey")
        buttons.button("Somebody left", "inbox:left")
        buttons.button("How long reports are kept", "inbox:keepfor")
        if keeping.hold:
            buttons.button("Lift the legal hold", "inbox:hold:lift")
        else:
            buttons.button("Set a legal hold", "inbox:hold:set")
        await reply(interaction, "\n\n".join(lines), view=buttons)

    # How long

    @component("inbox:keepfor")
    async def keep_for_pressed(self, interaction: Interaction) -> None:
        """Open the form for the number of days."""
        await require_keeper(interaction)
        keeping = await self.desk.choices.keeping(guards.guild_id(interaction))
        form = Form("How long reports are kept", "inbox:days").text(
            "days",
            "Days after a report is finished with",
            hint=f"From {FEWEST_DAYS} to {MOST_DAYS}. Then it is deleted for good.",
            default=str(keeping.days),
            max_length=10,
        )
        await interaction.response.send_modal(form)

    @modal("inbox:days")
    async def days_given(self, interaction: Interaction, fields: Fields) -> None:
        """Keep reports for so long from now on."""
        await require_keeper(interaction)
        days = await self.desk.choices.keep_for(guards.guild_id(interaction), fields["days"])
        when = self.desk.timetable.when(self.bot.clock.now())
        await self._told(
            interaction,
            "inbox.retention",
            f"{days} days",
            f"has chosen that reports are deleted {days} days after they are finished with, for "
            f"the first time {when}.",
        )
        await reply(
            interaction,
            f"Reports are deleted for good {days} days after they are finished with, for the first "
            f"time {when}. Until then it can still be changed back.",
        )

    # A legal hold

    @component("inbox:hold")
    async def hold_pressed(self, interaction: Interaction, way: str) -> None:
        """Ask whether it is meant."""
        await require_keeper(interaction)
        text = HOLD_ASKED
        if way != "set":
            when = self.desk.timetable.when(self.bot.clock.now())
            key = KEY_GOES if await self._keeps_old_key(interaction) else ""
            text = LIFT_ASKED.format(when=when, key=key)
        buttons = (
            Buttons()
            .button(
                "Set it" if way == "set" else "Lift it",
                f"inbox:held:{way}",
                style=Style.danger,
            )
            .button("Leave it as it is", "inbox:unchanged")
        )
        await reply(interaction, text, view=buttons)

    @component("inbox:held")
    async def hold_confirmed(self, interaction: Interaction, way: str) -> None:
        """Set or lift the hold, once."""
        await require_keeper(interaction)
        guild_id = guards.guild_id(interaction)
        on = way == "set"
        if (await self.desk.choices.keeping(guild_id)).hold == on:
            await update(
                interaction,
                "It is set already." if on else "It is lifted already.",
                view=Buttons(),
            )
            return
        old_key = await self._keeps_old_key(interaction)
        await self.desk.choices.set_hold(guild_id, on=on)
        when = self.desk.timetable.when(self.bot.clock.now())
        if on:
            told = (
                "has set a legal hold on the reports: none is deleted or closed for its age until "
                "it is lifted. Withdrawing still deletes. Reporters are told."
            )
        else:
            told = (
                "has lifted the legal hold: reports whose time is over are deleted for good "
                f"{when}{', and the old key that it kept within minutes' if old_key else ''}."
            )
        await self._told(interaction, f"inbox.hold.{way}", "", told)
        await update(
            interaction, "**The legal hold is set.**" if on else "**Lifted.**", view=Buttons()
        )

    async def _keeps_old_key(self, interaction: Interaction) -> bool:
        """Whether there is an old key on this machine, which goes when no hold is set."""
        guild_id = guards.guild_id(interaction)
        return self.desk.keyring.opens_here and await self.desk.rotation.under_way(guild_id)

    @component("inbox:unchanged")
    async def unchanged(self, interaction: Interaction) -> None:
        """Do nothing, and say so."""
        await guards.require_inbox(interaction)
        await update(interaction, "Nothing was changed.", view=Buttons())


def kept_text(keeping: Keeping) -> str:
    """How long reports are kept, for moderators."""
    text = (
        f"**Kept** for {keeping.days} days after they are finished with (closed, not for us, "
        "returned), then deleted for good. Left alone for 12 months they close by themselves."
    )
    if keeping.hold:
        text += (
            "\n**A legal hold is set**: nothing is deleted or closed for its age, and nothing can "
            "be redacted."
        )
    return text
