"""Changing keys: a new one made here, one that is kept elsewhere, and what to do when somebody who
read reports leaves."""

from contextlib import suppress

from discord.ext import commands

from bot.app import Interaction, Steward
from bot.errors import NotAllowed, StorageTrouble, Unavailable
from bot.reports.desk import Desk
from bot.reports.keeping.rotation import ONLY_NEW
from bot.routing import Fields, component, modal
from cogs.common import guards
from cogs.common.components import Buttons, Form, Style
from cogs.common.replies import UNDELIVERED, reply, update
from cogs.inbox.acting import DONE_UNRECORDED
from cogs.inbox.telling import tell_moderators

CHANGING = (
    "**The key is being changed.** Everything is sealed to the new key already. Until what was "
    "there before is resealed, the old one opens too; then it is destroyed, and the moderators' "
    "channel is told."
)
UNDER_HOLD = (
    "**A legal hold is set.** So the old key is not destroyed before it is lifted: without it "
    "nobody could read the backups from before. Until then there can be no second new key."
)
WHAT_STAYS = (
    "**What somebody has read cannot be recalled.** Nor can what they copied, an export or a "
    "backup that they took while they had the key. A new key keeps them from what they have not "
    "seen yet, and from the file as it is from now on."
)
REKEY_ASKED = (
    "**Make a new key?**\n"
    "• New reports are sealed to it at once. All earlier ones, with their replies and notes, are "
    "resealed; you can go on reading meanwhile.\n"
    "• Then the old key is destroyed on the bot's machine. **Backups made before can only be read "
    "with the old key**: whoever runs the bot has it if they copied `keys/`.\n"
    "• Reporters notice nothing; their receipts and replies stay as they are.\n"
    "• A key that is kept elsewhere is not touched by this.\n"
    f"{WHAT_STAYS}"
)
MISSING_HERE = (
    "**A key is missing or damaged, or in its place is another than the one that these reports are "
    "sealed to.** It is the file `keys/{guild_id}.key` beside the bot's database, or `.old.key` "
    "beside it while the key is being changed or a legal hold is set. Until it is back no report "
    "is taken. Whoever runs the bot moves away what is there, overwrites nothing, and puts the "
    "right copy back from the safe place: the newest copy; after a restore, the one that belongs "
    "to the backup. Only if nobody has that copy, press Make a new key."
)
ANEW_ASKED = (
    "**Give the missing key up?** Do this only when nobody has a copy of it. After a restore it is "
    "the key from when the backup was made, also where a newer one is in its place.\n"
    "• What was sealed to it can be read by nobody any more. It stays in the list, and reporters "
    "still see what you replied to them; the words are lost.\n"
    "• Reports are taken again and sealed to a new key. What another key opens that is there and "
    "belongs to these reports is resealed to it.\n"
    "• A key file that I do not know is put aside in `keys/`, and nothing is sealed to it.\n"
    "• If the old key turns up later, whoever runs the bot puts it beside the new one as "
    "`keys/{guild_id}.old.key`, and never over it: then all is resealed to the new one."
)
_BESIDE = "beside the earlier copy and not over it"
STARTED = (
    "**There is a new key**, and what is sent from now on is sealed to it. What there was before "
    "is resealed by itself in the next minutes, and then the old key is destroyed; the moderators' "
    "channel is told. How far it is I do not show, since it would tell more than the list does. "
    f"When it is done, whoever runs the bot should copy `keys/` to the safe place again, {_BESIDE}."
)
STARTED_UNDER_HOLD = (
    "**There is a new key**, and what is sent from now on is sealed to it. What there was before "
    "is resealed by itself. **The old key stays until the legal hold is lifted**, in "
    "`keys/{guild_id}.old.key`: whoever has a copy of it still opens the backups from before. "
    "Until then there can be no second new key. Whoever runs the bot should copy `keys/` to the "
    f"safe place now, {_BESIDE}."
)
_TOLD = "has made a new key for the reports. They are being resealed to it; {then}"
_DESTROYED_THEN = "then the old key is destroyed."
_KEPT_THEN = (
    "the old key stays until the legal hold is lifted. Whoever runs the bot: please copy `keys/` "
    f"to the safe place now, {_BESIDE}."
)
ANEW = (
    "**There is a new key**, and reports are taken again. Whoever runs the bot should copy `keys/` "
    f"to the safe place now, {_BESIDE}; the page Anonymous reports of `/setup` asks whether that "
    "was done."
)
DESTROYED = (
    "All reports are sealed to the new key, and the old key is destroyed. Whoever runs the bot: "
    f"please copy `keys/` to the safe place again, {_BESIDE}: the file has the same name, and the "
    "backups from before open only with the earlier one. When those backups are gone, destroy it. "
    "Without a copy a lost key cannot be replaced."
)
_CHECKLIST = (
    "**When somebody who read reports leaves**\n"
    "1. **Take the role away**, in Server Settings → Members: {roles}. Every button asks for it "
    "again, so from that moment they can open nothing.\n"
    "2. **Look at what is outside Discord**: the bot's machine, its backups, the bot's page at "
    "Discord, copies of `keys/` or of a private key, exports. Change passwords they knew.\n"
    "3. **Make a new key**, so that a copy of the old one opens nothing that comes, nor the file "
    "as it is then. {reseal}\n"
    "4. {stays}\n"
    "Press a button when step 1 is done. The moderators' channel and the audit trail say that you "
    "went through this; they do not say who left."
)
_RESEALED = (
    "All reports are resealed to it, and the old one is destroyed; under a legal hold not before "
    "that is lifted."
)


class Keys(commands.Cog):
    """A part of InboxCog."""

    bot: Steward

    @property
    def desk(self) -> Desk:
        return self.bot.services.reports

    async def _told(self, interaction: Interaction, action: str, target: str, text: str) -> None:
        """Record a change, and tell the moderators' channel who made it."""
        guild_id = guards.guild_id(interaction)
        # The channel first: of these two it is the one that cannot fail for want of room.
        await tell_moderators(self.bot, guild_id, f"{interaction.user.mention} {text}")
        try:
            await self.bot.services.servers.record(guild_id, interaction.user.id, action, target)
        except StorageTrouble:
            raise Unavailable(DONE_UNRECORDED) from None

    # The key that is kept elsewhere

    @component("inbox:newkey")
    async def new_key(self, interaction: Interaction) -> None:
        """Open the form for a key."""
        await require_keeper(interaction)
        form = Form("The key to seal reports with", "inbox:key").text(
            "key",
            "Public key",
            hint="64 digits and letters, as python -m bot keys new prints it.",
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

    # A new key on this machine

    @component("inbox:rekey")
    async def rekey_pressed(self, interaction: Interaction) -> None:
        """Ask whether it is meant."""
        await require_keeper(interaction)
        buttons = (
            Buttons()
            .button("Make a new key", "inbox:rekeyed", style=Style.danger)
            .button("Leave it as it is", "inbox:unchanged")
        )
        guild_id = guards.guild_id(interaction)
        missing = await self.desk.keyring.missing(guild_id)
        asked = ANEW_ASKED.format(guild_id=guild_id) if missing else REKEY_ASKED
        if not missing and await self.desk.choices.on_hold(guild_id):
            asked = f"{REKEY_ASKED}\n{UNDER_HOLD}"
        await reply(interaction, asked, view=buttons)

    @component("inbox:rekeyed")
    async def rekey_confirmed(self, interaction: Interaction) -> None:
        """Make a new key, to which what there is will be resealed."""
        await require_keeper(interaction)
        await interaction.response.defer()
        await self._rekey(interaction)

    async def _rekey(self, interaction: Interaction) -> None:
        guild_id = guards.guild_id(interaction)
        missing = await self.desk.keyring.missing(guild_id)
        hold = await self.desk.choices.on_hold(guild_id)
        await self.desk.rotation.begin(guild_id)
        if missing:
            await self._told(
                interaction,
                "inbox.key.new",
                "in place of a missing one",
                "has given the missing key up and made a new one. What was sealed to the missing "
                "one cannot be read, unless it turns up.",
            )
            await update(interaction, ANEW, view=Buttons())
            return
        await self._told(
            interaction,
            "inbox.key.new",
            "",
            _TOLD.format(then=_KEPT_THEN if hold else _DESTROYED_THEN),
        )
        # The rounds do it, also after a restart. How far they are is not shown: it would tell
        # whether anything has come in that moderators may not know of yet.
        with suppress(*UNDELIVERED):
            text = STARTED_UNDER_HOLD.format(guild_id=guild_id) if hold else STARTED
            await update(interaction, text, view=Buttons())

    async def key_destroyed(self, guild_id: int) -> None:
        """Tell the moderators that the old key is gone."""
        await tell_moderators(self.bot, guild_id, DESTROYED)

    # Somebody left

    @component("inbox:left")
    async def left(self, interaction: Interaction) -> None:
        """What to do when somebody who read reports leaves."""
        await require_keeper(interaction)
        here = self.desk.keyring.opens_here
        buttons = Buttons()
        if here:
            buttons.button("Done; make a new key", "inbox:leaver:new", style=Style.danger)
        buttons.button("Done; the key stays" if here else "Done", "inbox:leaver:same")
        buttons.button("Not now", "inbox:unchanged")
        text = _CHECKLIST.format(
            roles=await self._roles(interaction),
            reseal=_RESEALED if here else ONLY_NEW,
            stays=WHAT_STAYS,
        )
        await reply(interaction, text, view=buttons)

    async def _roles(self, interaction: Interaction) -> str:
        """Which roles open reports."""
        settings = await self.bot.services.servers.settings(guards.guild_id(interaction))
        if settings.inbox_role_id is not None:
            return f"<@&{settings.inbox_role_id}>"
        if settings.moderator_role_id is not None:
            return f"<@&{settings.moderator_role_id}>, and every role with Manage Server"
        return "every role with Manage Server"

    @component("inbox:leaver")
    async def leaver_done(self, interaction: Interaction, way: str) -> None:
        """Write down that the list was gone through, and make a new key where it is wanted."""
        await require_keeper(interaction)
        await interaction.response.defer()
        new = way == "new"
        if new:  # before it is written down that there is one
            await self.desk.rotation.require_changeable(guards.guild_id(interaction))
        await self._told(
            interaction,
            "inbox.left",
            "role taken away, new key" if new else "role taken away",
            "has gone through what is to be done when somebody who read reports leaves: the role "
            "is taken away.",
        )
        if new:
            await self._rekey(interaction)
        else:
            await update(interaction, f"Written down.\n{WHAT_STAYS}", view=Buttons())


def is_keeper(interaction: Interaction) -> bool:
    """Whether somebody who may read reports may also change their key."""
    try:
        guards.require_manager(interaction)
    except NotAllowed:
        return False
    return True


async def require_keeper(interaction: Interaction) -> None:
    """Raises NotAllowed unless the person may read reports and holds Manage Server."""
    await guards.require_inbox(interaction)
    guards.require_manager(interaction)
