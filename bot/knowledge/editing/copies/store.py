# ruff: noqa: S608 - what is put into SQL here are question marks; values are parameters
"""Which answers stand in which channels, and which of them are to be changed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.clock import from_unix, unix
from bot.storage import Database
from bot.storage.database import Row

COPIES = 5_000  # of a server; of more, the oldest are not followed any longer


@dataclass(frozen=True, slots=True)
class PostedRow:
    """An answer in a channel.

    Attributes:
        question: of the entry when it was posted, for saying what was withdrawn.
        posted, shown: digests of what it said at first, and of what it is to say.
        changed_at: when what it says was last changed by more than a slip of the pen.
        wanted: grows with each change; it is edited until ``done`` is the same.
    """

    message_id: int
    guild_id: int
    channel_id: int
    entry_id: str
    question: str
    posted: str
    shown: str
    changed_at: datetime | None
    wanted: int


class CopyStore:
    """The table knowledge_posted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self,
        guild_id: int,
        channel_id: int,
        message_id: int,
        entry_id: str,
        question: str,
        text: str,
    ) -> None:
        """Remember an answer that was posted; a second time, nothing."""
        async with self._database.transaction() as tx:
            await tx.execute(
                """INSERT OR IGNORE INTO knowledge_posted
                   (message_id, guild_id, channel_id, id, question, posted, shown)
                   VALUES (?, ?, ?, ?, ?, ?, ?)""",
                (message_id, guild_id, channel_id, entry_id, question, text, text),
            )
            await tx.execute(
                """DELETE FROM knowledge_posted WHERE message_id IN (
                       SELECT message_id FROM knowledge_posted WHERE guild_id = ?
                       ORDER BY message_id DESC LIMIT -1 OFFSET ?)""",
                (guild_id, COPIES),
            )

    async def entries(self) -> list[tuple[int, str]]:
        """Server and id of every entry of which a copy stands somewhere."""
        rows = await self._database.fetch_all("SELECT DISTINCT guild_id, id FROM knowledge_posted")
        return [(row["guild_id"], row["id"]) for row in rows]

    async def follow(
        self, guild_id: int, entry_id: str, text: str, changed_at: datetime | None
    ) -> int:
        """Have the copies of an entry say something else; how many are to be edited.

        Args:
            text: a digest of what they are to say; '' for withdrawn.
            changed_at: None for a slip of the pen, which is not dated.
        """
        async with self._database.transaction() as tx:
            return await tx.execute(
                """UPDATE knowledge_posted SET shown = :text, wanted = wanted + 1,
                       changed_at = coalesce(:at, changed_at)
                   WHERE guild_id = :guild AND id = :id AND shown != :text""",
                {
                    "text": text,
                    "at": None if changed_at is None else unix(changed_at),
                    "guild": guild_id,
                    "id": entry_id,
                },
            )

    async def due(self, limit: int, but: Collection[int]) -> list[PostedRow]:
        """The copies that are to be edited, but not those that wait for something."""
        marks = ", ".join("?" * len(but))
        rows = await self._database.fetch_all(
            f"""SELECT * FROM knowledge_posted WHERE done < wanted AND message_id NOT IN ({marks})
                ORDER BY message_id DESC LIMIT ?""",
            [*but, limit],
        )
        return [_posted(row) for row in rows]

    async def edited(self, row: PostedRow) -> None:
        """A copy says what it was to say; what was changed since is still due."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "UPDATE knowledge_posted SET done = ? WHERE message_id = ?",
                (row.wanted, row.message_id),
            )

    async def forget(self, message_id: int) -> None:
        """A copy is not there any more."""
        async with self._database.transaction() as tx:
            await tx.execute("DELETE FROM knowledge_posted WHERE message_id = ?", [message_id])


def _posted(row: Row) -> PostedRow:
    changed_at = row["changed_at"]
    return PostedRow(
        row["message_id"],
        row["guild_id"],
        row["channel_id"],
        row["id"],
        row["question"],
        row["posted"],
        row["shown"],
        None if changed_at is None else from_unix(changed_at),
        row["wanted"],
    )
