"""SQL for closing and deleting reports by age, and for sealing them to another key."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.reports.figures.store import UNCOUNTED
from bot.reports.store import ENDED
from bot.reports.writing import NOT_WRITTEN, Writes

_MARKS = ", ".join("?" * len(ENDED))
# The last week in which moderators could see something happen to it, or in which it was closed.
_LAST = "max(coalesce(closed_week, ''), coalesce(active_week, ''), shown_week)"


@dataclass(frozen=True, slots=True)
class Envelopes:
    """What is sealed of some reports of a server, in the order of their random ids.

    Attributes:
        sealed: each envelope with the id of its report; a report's own and its messages' alike.
        last: the id of the last of these reports.
    """

    sealed: Sequence[tuple[bytes, bytes]]
    last: bytes


class KeepingStore(Writes):
    """A part of reports.db's tables ``report``, ``message`` and ``server_key``."""

    TROUBLE = NOT_WRITTEN

    # By age

    async def true_up(self, week: str) -> None:
        """Make the weeks of closing and of the last activity say what the rest of the row says.

        Args:
            week: the present one, for a report that has been closed without its week.
        """
        async with self._writing() as tx:
            await tx.execute(
                "UPDATE report SET closed_week = ? WHERE shown_week IS NOT NULL "  # noqa: S608
                f"AND closed_week IS NULL AND status IN ({_MARKS})",
                (week, *ENDED),
            )
            await tx.execute(
                "UPDATE report SET closed_week = NULL "  # noqa: S608  our own words
                f"WHERE closed_week IS NOT NULL AND status NOT IN ({_MARKS})",
                ENDED,
            )
            await tx.execute(
                "UPDATE report SET active_week = max(coalesce(active_week, ''), shown_week, "
                "coalesce((SELECT max(message.shown_week) FROM message "
                "WHERE message.report_id = report.id), '')) WHERE shown_week IS NOT NULL"
            )

    async def servers(self) -> list[int]:
        """The servers that have reports which moderators can see."""
        rows = await self._database.fetch_all(
            "SELECT DISTINCT guild_id FROM report WHERE shown_week IS NOT NULL"
        )
        return [row["guild_id"] for row in rows]

    async def ran_out(self, guild_id: int, last_week: str) -> list[bytes]:
        """The ids of reports that are finished with, and on which nothing happened since.

        Args:
            last_week: in which, or before which, the last thing happened.
        """
        rows = await self._database.fetch_all(
            "SELECT id FROM report WHERE guild_id = ? AND shown_week IS NOT NULL "  # noqa: S608
            f"AND closed_week IS NOT NULL AND {_LAST} <= ?",
            (guild_id, last_week),
        )
        return [bytes(row["id"]) for row in rows]

    async def close_inactive(self, guild_id: int, last_week: str, week: str) -> int:
        """Close what is open and has been left alone since a week; how many."""
        async with self._writing() as tx:
            return await tx.execute(
                "UPDATE report SET status = 'closed', closed_week = ? "  # noqa: S608
                "WHERE guild_id = ? AND shown_week IS NOT NULL AND closed_week IS NULL "
                f"AND {_LAST} <= ?",
                (week, guild_id, last_week),
            )

    async def delete(
        self, guild_id: int, report_ids: Iterable[bytes], counts: Mapping[str, str]
    ) -> None:
        """Delete reports with all that is under them, rows and all.

        Args:
            counts: choices to be kept in their place, by name.
        """
        async with self._writing() as tx:
            await tx.executemany(
                "DELETE FROM report WHERE guild_id = ? AND id = ?",
                [(guild_id, report_id) for report_id in report_ids],
            )
            await tx.executemany(
                "INSERT OR REPLACE INTO choice (guild_id, name, value) VALUES (?, ?, ?)",
                [(guild_id, name, value) for name, value in counts.items()],
            )

    # Another key

    async def envelopes(self, guild_id: int, after: bytes, reports: int) -> Envelopes | None:
        """What is sealed of the next reports of a server; None when there are no more.

        Args:
            after: the id of the last report that was given; empty for the first.
            reports: how many at most.
        """
        rows = await self._database.fetch_all(
            "SELECT id, sealed FROM report WHERE guild_id = ? AND id > ? ORDER BY id LIMIT ?",
            (guild_id, after, reports),
        )
        if not rows:
            return None
        last = bytes(rows[-1]["id"])
        under = await self._database.fetch_all(
            "SELECT report_id, sealed FROM message "
            "WHERE guild_id = ? AND report_id > ? AND report_id <= ?",
            (guild_id, after, last),
        )
        found = [(row["id"], row["sealed"]) for row in rows if row["sealed"] is not None]
        found += [(row["report_id"], row["sealed"]) for row in under]
        return Envelopes([(bytes(report), bytes(sealed)) for report, sealed in found], last)

    async def exchange(self, guild_id: int, envelopes: Mapping[tuple[bytes, bytes], bytes]) -> None:
        """Put new envelopes in place of old ones, where the old ones still stand; all or none.

        Args:
            envelopes: the new one by its report's id and the old one.
        """
        rows = [(new, guild_id, report_id, old) for (report_id, old), new in envelopes.items()]
        async with self._writing() as tx:
            await tx.executemany(
                "UPDATE report SET sealed = ? WHERE guild_id = ? AND id = ? AND sealed = ?", rows
            )
            await tx.executemany(
                "UPDATE message SET sealed = ? WHERE guild_id = ? AND report_id = ? AND sealed = ?",
                rows,
            )

    async def counts(self, guild_id: int) -> dict[str, str]:
        """The sealed counts of reports that were deleted before they were counted, by name."""
        rows = await self._database.fetch_all(
            "SELECT name, value FROM choice WHERE guild_id = ? AND name GLOB ?",
            (guild_id, f"{UNCOUNTED}*"),
        )
        return {str(row["name"]): str(row["value"]) for row in rows}

    async def exchange_count(self, guild_id: int, name: str, old: str, new: str) -> None:
        """Put a count that is sealed anew in place of the old one, where that still stands."""
        async with self._writing() as tx:
            await tx.execute(
                "UPDATE choice SET value = ? WHERE guild_id = ? AND name = ? AND value = ?",
                (new, guild_id, name, old),
            )
