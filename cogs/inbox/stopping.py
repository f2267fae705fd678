"""Stop this sender: no more reports today from somebody whom no moderator learns to know."""

from contextlib import suppress

from bot.app import Interaction
from bot.routing import component
from cogs.common.components import Buttons, Style
from cogs.common.replies import UNDELIVERED, reply, update
from cogs.inbox.acting import Acting

# The same for every report: whether anybody was stopped would tell when it was sent.
ASKED = (
    "**Stop this sender?** Whoever sent this report, or added to it, can then send no more reports "
    "and additions on this server, until midnight UTC or until I am restarted. You do not learn "
    "who.\n"
    "• It works only if the person did so since the last midnight UTC, and I was not restarted "
    "since. Otherwise nothing changes. I do not say which: that would tell when it was sent.\n"
    "• The person reads what everybody reads whose limit for the day is reached, and can still "
    "read replies and withdraw. One report with which you are told at once, because someone may "
    "come to harm, is taken all the same.\n"
    "• It cannot be undone before it ends by itself."
)
DONE = (
    "**Done, if there was anybody to stop.** Whoever sent or added to this report today can send "
    "no more here until midnight UTC or a restart. I cannot tell you who, nor whether it took hold."
)


class Stopping(Acting):
    """A part of InboxCog."""

    @component("inbox:stop")
    async def stop_pressed(self, interaction: Interaction, report_id: str) -> None:
        """Say what it does and does not do."""
        await self.require_report(interaction, report_id)
        buttons = (
            Buttons()
            .button("Stop for today", f"inbox:stopped:{report_id}", style=Style.danger)
            .button("Leave it", "inbox:leave")
        )
        await reply(interaction, ASKED, view=buttons)

    @component("inbox:stopped")
    async def stopped(self, interaction: Interaction, report_id: str) -> None:
        """Stop whoever it is, and write down that it was asked for."""
        guild_id, found = await self.require_report(interaction, report_id)
        await interaction.response.defer()
        self.desk.stop_sender(guild_id, found)
        await self.record_done(interaction, "inbox.stop", found)
        with suppress(*UNDELIVERED):
            await update(interaction, DONE, view=Buttons())
