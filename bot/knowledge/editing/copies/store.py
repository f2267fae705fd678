# ruff: noqa: S608 - what is put into SQL here are question marks; values are parameters
"""Which answers stand in which channels, and which of them are to be changed."""

from collections.abc import Collection
from dataclasses import astuple, dataclass
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


@dataclass(frozen=True, slots=True)
class Posting:
    """An answer that is about to be posted.

    Attributes:
        attempt: random, so that it leads to nobody.
        after: an id that is older than the posted message; 0 for none known.
        question: of the entry.
        text: a digest of what it says.
    """

    attempt: str
    guild_id: int
    channel_id: int
    after: int
    entry_id: str
    question: str
    text: str


class CopyStore:
    """The tables knowledge_posted and knowledge_posting."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def intend(self, posting: Posting) -> None:
        """Write down that an answer is about to be posted."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "INSERT INTO knowledge_posting VALUES (?, ?, ?, ?, ?, ?, ?)",
                astuple(posting),
            )

    async def postings(self) -> list[Posting]:
        """What was about to be posted, and is not known to have been."""
        rows = await self._database.fetch_all("SELECT * FROM knowledge_posting ORDER BY after")
        return [Posting(*row) for row in rows]

    async def give_up(self, attempt: str) -> None:
        """It was not posted."""
        async with self._database.transaction() as tx:
            await tx.execute("DELETE FROM knowledge_posting WHERE attempt = ?", [attempt])

    async def settle(self, posting: Posting, message_ids: Collection[int]) -> None:
        """Remember the messages by which an answer was posted, if any; a second time, nothing."""
        async with self._database.transaction() as tx:
            await tx.execute("DELETE FROM knowledge_posting WHERE attempt = ?", [posting.attempt])
            for message_id in message_ids:
                await tx.execute(
                    """INSERT OR IGNORE INTO knowledge_posted
                       (message_id, guild_id, channel_id, id, question, posted, shown)
                       VALUES (?, ?, ?, ?, ?, ?, ?)""",
                    (
                        message_id,
                        *(posting.guild_id, posting.channel_id, posting.entry_id),
                        *(posting.question, posting.text, posting.text),
                    ),
                )
            await tx.execute(
                """DELETE FROM knowledge_posted WHERE message_id IN (
                       SELECT message_id FROM knowledge_posted WHERE guild_id = ?
                       ORDER BY message_id DESC LIMIT -1 OFFSET ?)""",
                (posting.guild_id, COPIES),
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
