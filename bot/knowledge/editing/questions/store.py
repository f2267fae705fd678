"""Which questions are still without an answer."""

import hashlib
from dataclasses import dataclass

from bot.storage import Database

# Rows of questions that nobody counts any more.
_TIDY = """DELETE FROM knowledge_settled WHERE guild_id = ? AND NOT EXISTS (
    SELECT 1 FROM knowledge_unanswered u
    WHERE u.guild_id = knowledge_settled.guild_id AND u.question = knowledge_settled.question)"""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that found no answer; who asked is not known to anybody.

    Attributes:
        question: in small letters, as it was counted.
        times: how often it was passed on.
        first, last: the weeks of that, as ``2026-W47``.
    """

    question: str
    times: int
    first: str
    last: str

    @property
    def key(self) -> str:
        """What stands for it in a button."""
        return hashlib.sha256(self.question.encode()).hexdigest()[:16]


class QuestionStore:
    """The table knowledge_settled, and what of knowledge_unanswered it leaves open.

    Questions of knowledge_unhelpful had an answer, which did not help.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, guild_id: int) -> list[Unanswered]:
        """Those that are neither answered nor dismissed, most asked first."""
        return await self._listed(guild_id, settled=False)

    async def all(self, guild_id: int) -> list[Unanswered]:
        """Those that are counted, settled or not."""
        return [*await self.open(guild_id), *await self._listed(guild_id, settled=True)]

    async def _listed(self, guild_id: int, *, settled: bool) -> list[Unanswered]:
        rows = await self._database.fetch_all(
            """SELECT question, sum(asked) AS times, min(week) AS first, max(week) AS last
               FROM knowledge_unanswered u
               WHERE guild_id = :guild AND :settled = EXISTS (SELECT 1 FROM knowledge_settled s
                   WHERE s.guild_id = u.guild_id AND s.question = u.question)
               GROUP BY question ORDER BY times DESC, last DESC, question""",
            {"guild": guild_id, "settled": settled},
        )
        return [Unanswered(*row) for row in rows]

    async def unhelpful(self, guild_id: int) -> dict[str, set[str]]:
        """By question, the ids of the entries that answered it and did not help."""
        rows = await self._database.fetch_all(
            "SELECT question, entry FROM knowledge_unhelpful WHERE guild_id = ?", [guild_id]
        )
        found: dict[str, set[str]] = {}
        for row in rows:
            found.setdefault(row["question"], set()).add(row["entry"])
        return found

    async def settle(self, guild_id: int, question: str, answered_by: str = "") -> None:
        """Take a question off the list: an entry answers it, or '' when it was dismissed."""
        async with self._database.transaction() as tx:
            await tx.execute(
                """INSERT OR REPLACE INTO knowledge_settled (guild_id, question, answered_by)
                   VALUES (?, ?, ?)""",
                (guild_id, question, answered_by),
            )
            await tx.execute(_TIDY, [guild_id])

    async def reopen(self, guild_id: int, question: str) -> None:
        """Put a question back on the list."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "DELETE FROM knowledge_settled WHERE guild_id = ? AND question = ?",
                (guild_id, question),
            )

    async def reopen_answered_by(self, guild_id: int, identifier: str) -> None:
        """Put back what an entry answered that is not there any more."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "DELETE FROM knowledge_settled WHERE guild_id = ? AND answered_by = ?",
                (guild_id, identifier),
            )
