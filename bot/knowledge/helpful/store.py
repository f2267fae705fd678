# ruff: noqa: S608 - what is put into SQL here is constants; values are parameters
"""How often each answer helped and did not, by week."""

from dataclasses import dataclass

from bot.knowledge.model import EVENT_ID
from bot.knowledge.store import VISIBLE_ENTRY, VISIBLE_EVENT
from bot.storage import Database


@dataclass(frozen=True, slots=True)
class Judged:
    """How often members said of an entry in some weeks that it helped, and that it did not."""

    entry: str
    yes: int
    no: int


class HelpfulStore:
    """Counts of a server's answers; nothing in them says who pressed what."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(
        self, guild_id: int, entry: str, week: str, *, helped: bool, since: str
    ) -> None:
        """Count that an answer helped somebody, or did not; nothing about who said so is kept.

        Args:
            since: the week before which counts of the server are dropped.
        """
        said = "yes" if helped else "no"
        async with self._database.transaction() as tx:
            await tx.execute(
                f"""INSERT INTO knowledge_helpful (guild_id, entry, week, {said})
                    VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET {said} = {said} + 1""",
                (guild_id, entry, week),
            )
            await tx.execute(
                "DELETE FROM knowledge_helpful WHERE guild_id = ? AND week < ?", (guild_id, since)
            )

    async def unhelpful(self, guild_id: int, since: str, limit: int) -> tuple[list[Judged], int]:
        """The answers that did not help somebody from a week on, those that helped least first,
        and how many there are in all. What the server does not see any more is left out."""
        rows = await self._database.fetch_all(
            f"""SELECT h.entry, sum(h.yes) AS yes, sum(h.no) AS no, count(*) OVER () AS total
                FROM knowledge_helpful h WHERE h.guild_id = :guild AND h.week >= :since
                AND (EXISTS (SELECT 1 FROM knowledge_entry e
                             WHERE e.id = h.entry AND {VISIBLE_ENTRY})
                     OR (h.entry GLOB '{EVENT_ID}*' AND EXISTS (
                         SELECT 1 FROM knowledge_event e
                         WHERE e.id = substr(h.entry, {len(EVENT_ID) + 1}) AND {VISIBLE_EVENT})))
                GROUP BY h.entry HAVING sum(h.no) > 0
                ORDER BY sum(h.no) DESC, sum(h.yes), h.entry LIMIT :limit""",
            {"guild": guild_id, "since": since, "limit": limit},
        )
        judged = [Judged(row["entry"], row["yes"], row["no"]) for row in rows]
        return judged, rows[0]["total"] if rows else 0
