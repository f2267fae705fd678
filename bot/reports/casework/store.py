"""SQL for what moderators do with reports; a part of reports.db that no reporter writes to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.reports.messages import Author
from bot.reports.store import put_message
from bot.reports.stored import StoredMessage
from bot.reports.writing import Writes
from bot.storage import Transaction


class Changed(Exception):
    """What was to be replaced is not there any more as it was read."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """Sealed words to be replaced, and messages to go with them.

    Attributes:
        old, new: envelopes of the report itself, or of the reporter's message at ``turn``.
        drop: the envelopes of moderators' messages that go for good.
        shorten: the envelopes of others, and what takes the place of each.
        tell: messages that come with it: who wrote each, sealed.
        week: which those carry.
    """

    old: bytes
    new: bytes
    turn: int | None = None
    drop: tuple[bytes, ...] = ()
    shorten: tuple[tuple[bytes, bytes], ...] = ()
    tell: tuple[tuple[Author, bytes], ...] = ()
    week: str = ""


class CaseStore(Writes):
    """Matters, messages by server, and replacing what is sealed."""

    TROUBLE = (
        "It could not be stored just now: the disk is full or the file is in use. Nothing "
        "was changed. Please try again in a few minutes."
    )

    async def messages(self, guild_id: int) -> dict[bytes, list[StoredMessage]]:
        """What moderators may see under each report of a server, in order.

        The sealed words are read only of notes, and of what stands as the reporter's after the last
        that moderators wrote, which a restore may have put there; of the others they are empty.
        """
        rows = await self._database.fetch_all(
            "SELECT report_id, turn, author, shown_week, collected, "
            "CASE WHEN author = 'note' OR (author = 'reporter' AND turn > (SELECT max(turn) "
            "FROM message AS said WHERE said.report_id = message.report_id "
            "AND said.author = 'moderator')) THEN sealed ELSE x'' END AS sealed FROM message "
            "WHERE guild_id = ? AND shown_week IS NOT NULL ORDER BY report_id, turn",
            [guild_id],
        )
        found: dict[bytes, list[StoredMessage]] = {}
        for row in rows:
            message = StoredMessage(
                row["turn"],
                row["author"],
                bytes(row["sealed"]),
                row["shown_week"],
                row["collected"] == 2,
            )
            found.setdefault(bytes(row["report_id"]), []).append(message)
        return found

    async def set_matters(self, guild_id: int, matters: Mapping[bytes, bytes | None]) -> bool:
        """Put reports that moderators may see under matters, all or none; False when one is gone.

        Args:
            matters: the matter of each report; None takes it out of any.
        """
        async with self._writing() as tx:
            for report_id in matters:
                if not await tx.fetch_value(
                    "SELECT count(*) FROM report "
                    "WHERE guild_id = ? AND id = ? AND shown_week IS NOT NULL",
                    (guild_id, report_id),
                ):
                    return False
            await tx.executemany(
                "UPDATE report SET matter = ? WHERE guild_id = ? AND id = ?",
                [(matter, guild_id, report_id) for report_id, matter in matters.items()],
            )
        return True

    async def replace(self, guild_id: int, report_id: bytes, wanted: Replacement) -> None:
        """Write new sealed words over the old ones, of which no byte stays.

        Raises:
            Changed: the old words are not there any more; nothing was done.
        """
        async with self._writing() as tx:
            await replace_in(tx, guild_id, report_id, wanted)

    async def around(self, guild_id: int, report_id: bytes, wanted: Replacement) -> None:
        """Do what comes with the new words of a report that is in memory alone by now."""
        async with self._writing() as tx:
            await around_in(tx, guild_id, report_id, wanted)


async def replace_in(tx: Transaction, guild_id: int, report_id: bytes, wanted: Replacement) -> None:
    """As ``CaseStore.replace``, as a part of something larger."""
    if wanted.turn is None:
        changed = await tx.execute(
            "UPDATE report SET sealed = ? WHERE guild_id = ? AND id = ? AND sealed = ?",
            (wanted.new, guild_id, report_id, wanted.old),
        )
    else:
        changed = await tx.execute(
            "UPDATE message SET sealed = ? WHERE guild_id = ? AND report_id = ? "
            "AND turn = ? AND sealed = ?",
            (wanted.new, guild_id, report_id, wanted.turn, wanted.old),
        )
    if not changed:
        raise Changed
    await around_in(tx, guild_id, report_id, wanted)


async def around_in(tx: Transaction, guild_id: int, report_id: bytes, wanted: Replacement) -> None:
    """As ``CaseStore.around``, as a part of something larger."""
    await _drop(tx, guild_id, report_id, wanted.drop)
    await tx.executemany(
        "UPDATE message SET sealed = ? WHERE guild_id = ? AND report_id = ? AND sealed = ? "
        "AND author <> 'reporter'",
        [(new, guild_id, report_id, old) for old, new in wanted.shorten],
    )
    for author, sealed in wanted.tell:
        await put_message(tx, guild_id, report_id, author, sealed, wanted.week)


async def _drop(
    tx: Transaction, guild_id: int, report_id: bytes, envelopes: Iterable[bytes]
) -> None:
    await tx.executemany(
        "DELETE FROM message WHERE guild_id = ? AND report_id = ? AND sealed = ? "
        "AND author <> 'reporter'",
        [(guild_id, report_id, envelope) for envelope in envelopes],
    )


__all__ = ["CaseStore", "Changed", "Replacement", "around_in", "replace_in"]
