# ruff: noqa: S608 - what is put into SQL here is constants; values are parameters
"""How often each answer helped and did not, by week."""

from dataclasses import dataclass

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

    async def count(self, guild_id: int, entry: str, week: str, *, helped: bool) -> None:
        """Count that an answer helped somebody, or did not; nothing about who said so is kept."""
        said = "yes" if helped else "no"
        async with self._database.transaction() as tx:
            await tx.execute(
                f"""INSERT INTO knowledge_helpful (guild_id, entry, week, {said})
                    VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET {said} = {said} + 1""",
                (guild_id, entry, week),
            )

    async def judged(self, guild_id: int, since: str) -> list[Judged]:
        """How a server's answers were judged from a week on, those that helped least first."""
        rows = await self._database.fetch_all(
            """SELECT entry, sum(yes) AS yes, sum(no) AS no FROM knowledge_helpful
               WHERE guild_id = ? AND week >= ?
               GROUP BY entry ORDER BY sum(no) DESC, sum(yes), entry""",
            (guild_id, since),
        )
        return [Judged(row["entry"], row["yes"], row["no"]) for row in rows]
