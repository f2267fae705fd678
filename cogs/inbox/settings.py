"""/inbox settings: where reports are opened, with which key, and how long they are kept."""

from discord import app_commands
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.reports.choices import FEWEST_DAYS, MOST_DAYS, Keeping
from bot.reports.desk import Desk
from bot.routing import Fields, component, modal
from cogs.common import guards
from cogs.common.components import Buttons, Form, Style
from cogs.common.replies import reply, update

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
    "• From then on no report is deleted or closed for its age, until the hold is lifted.\n"
    "• A reporter can still withdraw, and that deletes the report as always: they were promised it "
    "before they wrote. Whether more must be kept is for the solicitor to decide; "
    "`docs/legal-demands.md` says what can be done.\n"
    "• Reporters are told at `/report privacy` and `/report check`. The moderators' channel and "
    "the audit trail say that it was you."
)
LIFT_ASKED = (
    "**Lift the legal hold?** Do this when the union's solicitor says so. Reports whose time is "
    "over are then deleted for good, {when}. The moderators' channel and the audit trail say that "
    "it was you."
)
KEPT_AS_IT_IS = "Nothing was changed."
FIGURES_LATE = (
    " Figures are made when a quarter is over, so reports that are deleted sooner are not counted."
)
_QUARTER_DAYS = 100


class Settings(commands.Cog):
    """A part of InboxCog."""

    bot: Steward

    @property
    def desk(self) -> Desk:
        return self.bot.services.reports

    async def _post(self, guild_id: int, text: str) -> bool:
        """Post to the moderators' channel."""
        raise NotImplementedError

    @app_commands.command()
    @guards.inbox_reader()
    async def settings(self, interaction: Interaction) -> None:
        """Where reports are opened, with which key, and how long they are kept."""
        guild_id = guards.guild_id(interaction)
        key = await self.desk.keyring.away_key(guild_id)
        here = self.desk.keyring.opens_here
        lines = [HERE if here else AWAY]
        if key:
            lines.append(f"Reports are sealed to the key that begins `{key}`, kept elsewhere.")
        elif not here:
            lines.append(NO_KEY)
        keeping = await self.desk.choices.keeping(guild_id)
        lines.append(kept_text(keeping))
        buttons = (
            Buttons()
            .button("Enter a public key", "inbox:newkey")
            .button("How long reports are kept", "inbox:keepfor")
        )
        if keeping.hold:
            buttons.button("Lift the legal hold", "inbox:hold:lift")
        else:
            buttons.button("Set a legal hold", "inbox:hold:set")
        await reply(interaction, "\n\n".join(lines), view=buttons)

    async def _told(self, interaction: Interaction, action: str, target: str, text: str) -> None:
        """Record a change, and tell the moderators' channel who made it."""
        guild_id = guards.guild_id(interaction)
        await self.bot.services.servers.record(guild_id, interaction.user.id, action, target)
        await self._post(guild_id, f"{interaction.user.mention} {text}")

    # The key that is kept elsewhere

    @component("inbox:newkey")
    async def new_key(self, interaction: Interaction) -> None:
        """Open the form for a key."""
        await require_keeper(interaction)
        form = Form("The key to seal reports with", "inbox:key").text(
            "key",
            "Public key",
            hint="64 digits and letters, as `python -m bot keys new` prints it.",
            max_length=200,
        )
        await interaction.response.send_modal(form)

    @modal("inbox:key")
    async def key_given(self, interaction: Interaction, fields: Fields) -> None:
        """Seal to this key from now on; the moderators are told who changed it."""
        await require_keeper(interaction)
        guild_id = guards.guild_id(interaction)
        recognised = await self.desk.keyring.use_away_key(guild_id, fields["key"])
        await self._told(
            interaction,
            "inbox.key",
            recognised,
            f"has changed the key that new reports are sealed to. It begins `{recognised}`.",
        )
        await reply(
            interaction,
            f"New reports are sealed to the key that begins `{recognised}`. Compare this with what "
            "was printed. Keep the private key and a copy safe: without it nobody can read them.\n"
            "Reports from before stay sealed to the key before: keep that too, until they are "
            "deleted.",
        )

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
        late = FIGURES_LATE if days < _QUARTER_DAYS else ""
        await reply(
            interaction,
            f"Reports are deleted for good {days} days after they are finished with, for the first "
            f"time {when}. Until then it can still be changed back.{late}",
        )

    # A legal hold

    @component("inbox:hold")
    async def hold_pressed(self, interaction: Interaction, way: str) -> None:
        """Ask whether it is meant."""
        await require_keeper(interaction)
        when = self.desk.timetable.when(self.bot.clock.now())
        text = HOLD_ASKED if way == "set" else LIFT_ASKED.format(when=when)
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
                f"{when}."
            )
        await self._told(interaction, f"inbox.hold.{way}", "", told)
        await update(
            interaction, "**The legal hold is set.**" if on else "**Lifted.**", view=Buttons()
        )

    @component("inbox:unchanged")
    async def unchanged(self, interaction: Interaction) -> None:
        """Do nothing, and say so."""
        await guards.require_inbox(interaction)
        await update(interaction, KEPT_AS_IT_IS, view=Buttons())


def kept_text(keeping: Keeping) -> str:
    """How long reports are kept, for moderators."""
    text = (
        f"**Kept** for {keeping.days} days after they are finished with (closed, not for us, "
        "returned), then deleted for good. Left alone for 12 months they close by themselves."
    )
    if keeping.hold:
        text += "\n**A legal hold is set**: nothing is deleted or closed for its age."
    return text


async def require_keeper(interaction: Interaction) -> None:
    """Raises NotAllowed unless the person may read reports and holds Manage Server."""
    await guards.require_inbox(interaction)
    guards.require_manager(interaction)
