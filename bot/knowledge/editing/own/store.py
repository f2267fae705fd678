"""A server's own rows of knowledge_entry, with their place in the index."""

import asyncio
import json

from bot.knowledge.indexing import entry_columns
from bot.knowledge.model import Entry
from bot.knowledge.rows import entry_row
from bot.knowledge.words import Words
from bot.storage.database import Transaction


async def put_own(
    tx: Transaction, guild_id: int, entry: Entry, *, hidden: bool, built_in: str | None
) -> None:
    """Write a server's own entry, in place of an earlier one with its id, and index it."""
    lists = {
        row["name"]: json.loads(row["value"])
        for row in await tx.fetch_all(
            "SELECT name, value FROM knowledge_list WHERE name IN ('same', 'topics')"
        )
    }
    words = await asyncio.to_thread(Words.build, lists.get("same", []))
    row = await tx.fetch_one(
        """SELECT position FROM knowledge_entry WHERE id = :id
           AND (guild_id = :guild OR guild_id IS NULL) ORDER BY guild_id IS NULL""",
        {"guild": guild_id, "id": entry.id},
    )
    position = (
        row["position"]
        if row
        else await tx.fetch_value(
            "SELECT coalesce(max(position), 0) + 1 FROM knowledge_entry WHERE guild_id = ?",
            [guild_id],
        )
    )
    await drop_own(tx, guild_id, entry.id)
    number = await tx.insert(
        """INSERT INTO knowledge_entry
           (id, kind, name, position, question, details, guild_id, hidden, built_in)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (*entry_row(position, entry), guild_id, hidden, built_in),
    )
    await tx.execute(
        """INSERT INTO knowledge_search (rowid, question, also, answer, topics)
           VALUES (?, ?, ?, ?, ?)""",
        (number, *entry_columns(entry, words, lists.get("topics", {}))),
    )


async def drop_own(tx: Transaction, guild_id: int, identifier: str) -> None:
    """Take a server's own entry away; a built-in one with its id is seen again."""
    number = await tx.fetch_value(
        "SELECT entry FROM knowledge_entry WHERE guild_id = ? AND id = ?", (guild_id, identifier)
    )
    if number is not None:
        await tx.execute("DELETE FROM knowledge_search WHERE rowid = ?", [number])
        await tx.execute("DELETE FROM knowledge_entry WHERE entry = ?", [number])
