"""SQL for what comes in from sealed reading."""

from collections.abc import Sequence

from bot.reports.casework.store import Changed, Replacement, around_in, replace_in
from bot.reports.messages import Author
from bot.reports.store import ENDED
from bot.reports.writing import Writes
from bot.storage import Transaction

_WHERE = "WHERE guild_id = ? AND id = ? AND shown_week IS NOT NULL"


class AwayStore(Writes):
    """A part of reports.db's tables ``report`` and ``message``; no reporter writes through it."""

    TROUBLE = (
        "It could not be stored just now: the disk is full or the file is in use. What was not "
        "brought back yet can be brought with the same file in a few minutes."
    )

    async def bring(
        self,
        guild_id: int,
        report_id: bytes,
        messages: Sequence[tuple[Author, bytes]],
        week: str,
        by: int,
        *,
        status: tuple[str, str] | None = None,
        matter: tuple[bytes, bytes] | None = None,
        swap: Replacement | None = None,
        agreed: bytes | None = None,
    ) -> None:
        """Take in an answer, all of it or nothing.

        Args:
            by: the id of the moderator who brings it.
            status, matter: what it is and what it becomes.
            swap: sealed words in the place of others; with an empty ``old`` only what goes along.
            agreed: the message with words that a second moderator agrees to.

        Raises:
            Changed: something is not there any more as it was read.
        """
        one = (guild_id, report_id)
        async with self._writing() as tx:
            if not await tx.execute(
                f"UPDATE report SET active_week = ? {_WHERE}",  # noqa: S608  our own words
                (week, *one),
            ):
                raise Changed
            if status is not None:
                await self._status(tx, one, *status, week)
            if matter is not None:
                was, to = (each or None for each in matter)
                await _must(
                    tx,
                    f"UPDATE report SET matter = ? {_WHERE} "  # noqa: S608  our own words
                    "AND (matter IS ? OR matter IS ?)",
                    (to, *one, was, to),
                )
            if swap is not None and swap.old:
                await replace_in(tx, *one, swap)
            elif swap is not None:
                await around_in(tx, *one, swap)
            if agreed is not None:
                await _must(
                    tx,
                    "UPDATE message SET agreed_by = ? WHERE guild_id = ? AND report_id = ? "
                    "AND sealed = ? AND author = 'note' AND brought_by <> ? AND agreed_by IS NULL",
                    (by, *one, agreed, by),
                )
            for author, sealed in messages:
                await _must(
                    tx,
                    "INSERT INTO message "
                    "(report_id, turn, guild_id, author, sealed, shown_week, brought_by) "
                    "SELECT :report, (SELECT max(0, coalesce(max(turn), 0)) + 1 FROM message "
                    "WHERE report_id = :report), :guild, :author, :sealed, :week, :by "
                    "WHERE NOT EXISTS (SELECT 1 FROM message WHERE report_id = :report "
                    "AND sealed = :sealed)",
                    {
                        "report": report_id,
                        "guild": guild_id,
                        "author": author,
                        "sealed": sealed,
                        "week": week,
                        "by": by,
                    },
                )

    @staticmethod
    async def _status(
        tx: Transaction, one: tuple[int, bytes], was: str, to: str, week: str
    ) -> None:
        await _must(
            tx,
            "UPDATE report SET status = ?, "  # noqa: S608  our own words
            f"closed_week = CASE WHEN ? THEN coalesce(closed_week, ?) END {_WHERE} "
            "AND status IN (?, ?)",
            (to, to in ENDED, week, *one, was, to),
        )


async def _must(tx: Transaction, sql: str, values: object) -> None:
    if not await tx.execute(sql, values):  # type: ignore[arg-type]
        raise Changed


__all__ = ["AwayStore"]
