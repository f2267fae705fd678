# ruff: noqa: S608 - what is put into SQL here is constants; values are parameters
"""How often each answer helped and did not, by week."""

from dataclasses import dataclass

from bot.knowledge.store import VISIBLE_ENTRY, entry_of
from bot.storage import Database


@dataclass(frozen=True, slots=True)
class Helpfulness:
    """How often members said in some weeks that an answer helped them, and that it did not.

    Attributes:
        id, title: the entry's, as it is now.
    """

    id: str
    title: str
    yes: int
    no: int


class HelpfulStore:
    """Counts of a server's answers; nothing in them says who pressed what."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count_helpful(self, guild_id: int, entry: str, week: str, *, helped: bool) -> None:
        """Count that an answer helped somebody, or did not; nothing about who said so is kept."""
        said = "yes" if helped else "no"
        async with self._database.transaction() as tx:
            await tx.execute(
                f"""INSERT INTO knowledge_helpful (guild_id, entry, week, {said})
                    VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET {said} = {said} + 1""",
                (guild_id, entry, week),
            )

    async def helpfulness(self, guild_id: int, since: str) -> list[Helpfulness]:
        """How the answers of a server were judged from a week on, those that helped least first."""
        rows = await self._database.fetch_all(
            f"""SELECT e.*, sum(h.yes) AS yes, sum(h.no) AS no
                FROM knowledge_helpful h JOIN knowledge_entry e ON e.id = h.entry
                WHERE h.guild_id = :guild AND h.week >= :since AND {VISIBLE_ENTRY}
                GROUP BY e.entry ORDER BY sum(h.no) DESC, sum(h.yes), e.entry""",
            {"guild": guild_id, "since": since},
        )
        return [Helpfulness(row["id"], entry_of(row).title, row["yes"], row["no"]) for row in rows]
