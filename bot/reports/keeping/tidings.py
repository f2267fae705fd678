"""What moderators are told about the reports' files: that they were restored from a backup, or
that a key is missing or another is in its place."""

from collections.abc import Awaitable, Callable

from bot.reports.keyring import Keyring
from bot.reports.restoring import TO_CHECK
from bot.reports.restoring.store import ANEW, INCOMPLETE, RestoredStore

RESTORED = (
    "**The reports were restored from a backup. Before anything else, check in `/inbox "
    f"settings` and `/setup`:** {TO_CHECK}. What was decided since the backup may be undone, so "
    "reports can be deleted for their age that a hold had kept, or be sealed to the key of "
    "somebody who left. What came in, and what moderators wrote or took "
    "out of a report after it was made, is gone: please look through the reports again. Where a "
    "reporter may have changed their mind since, the report may only be counted until they choose "
    "again."
)
AGAIN = (
    "**The list of deleted reports was lost or may be out of date.** Reports that were withdrawn, "
    "or deleted for their age, since the backup may be back. Please do not use a report before "
    "its reporter has answered you, and tell members, without naming a report, that whoever "
    "withdrew one lately should look with `/report check` and withdraw it again."
)
COUNTED_ANEW = (
    "**Please publish no figures again of a quarter that ended after the backup was made.** It is "
    "counted anew, without what was withdrawn since, and whoever compares both tables could tell "
    "of a single report."
)
KEY_MISSING = (
    "**A key that reports are opened with is missing or damaged, or in its place is another than "
    "the one that these reports are sealed to** (`keys/{guild_id}.key` on the bot's machine, and "
    "beside it `.old.key` while the key is being changed or a legal hold is set). Until it is "
    "back, no report is taken; whoever wants to send one is told to use another route. **Whoever "
    "runs the bot: put the right copy back from the safe place: the newest copy; after a restore, "
    "the one that belongs to the backup.** Overwrite nothing: move away first what is there. "
    "docs/operations.md says how. Only if nobody has that copy: `/inbox settings`, Make a new key."
)


class Tidings:
    """Tells each server's moderators, once, as soon as they can be told.

    Attributes:
        tell: posts to the moderators' channel; False where none can be reached now.
    """

    def __init__(self, restored: RestoredStore, keyring: Keyring) -> None:
        self._restored = restored
        self._keyring = keyring
        self._said: set[int] = set()  # told of a restore, and it is not noted yet
        self._missing: set[int] = set()  # told of since it went
        self.tell: Callable[[int, str], Awaitable[bool]] | None = None

    async def round(self) -> None:
        """Tell what has not been told.

        Raises:
            Unavailable: that it was told could not be stored.
        """
        if self.tell is None:
            return
        for guild_id, how in (await self._restored.to_be_told()).items():
            more = ((AGAIN, INCOMPLETE in how), (COUNTED_ANEW, ANEW in how))
            text = "\n".join([RESTORED, *(each for each, so in more if so)])
            if guild_id in self._said or await self.tell(guild_id, text):
                # Should it not be written down just now, it must not be posted every minute.
                self._said.add(guild_id)
                await self._restored.told(guild_id)
                self._said.discard(guild_id)
        for guild_id in await self._restored.with_a_key_here():
            if not await self._keyring.missing(guild_id):
                self._missing.discard(guild_id)
            elif guild_id not in self._missing and await self.tell(
                guild_id, KEY_MISSING.format(guild_id=guild_id)
            ):
                self._missing.add(guild_id)
