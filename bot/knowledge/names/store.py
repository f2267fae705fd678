# ruff: noqa: S608 - what is put into SQL here is constants; values are parameters
"""Entries in the tables by kind and name."""

import json
from collections.abc import Collection
from dataclasses import dataclass

from bot.knowledge.model import Entry, Kind
from bot.knowledge.rows import entry_of
from bot.knowledge.store import OF_KIND, VISIBLE_ENTRY
from bot.storage import Database

# Without being told, SQLite goes through all of a server's own entries for those of a kind.
_BY_KIND = "knowledge_entry e INDEXED BY knowledge_entry_by_name"
# When an action began, for sorting; nothing for other kinds. "by 2013-01" counts as 2013-01.
_ACTION_DAY = f"""CASE WHEN e.kind = '{Kind.ACTION}'
    THEN replace(json_extract(e.details, '$.when'), 'by ', '') END"""


@dataclass(frozen=True, slots=True)
class Named:
    """An entry as one of a list of names; ``stands_for`` is empty for all but terms."""

    id: str
    name: str
    stands_for: str


class NameStore:
    """Reads the names of a server's entries, and entries by them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def entry_named(self, guild_id: int, kinds: Collection[Kind], name: str) -> Entry | None:
        """The entry of one of some kinds with exactly this name, capitals aside."""
        row = await self._database.fetch_one(
            f"""SELECT e.* FROM knowledge_entry e
                WHERE e.name = :name AND {OF_KIND} AND {VISIBLE_ENTRY}
                ORDER BY e.guild_id IS NULL, e.position LIMIT 1""",
            {"guild": guild_id, "name": name, "kinds": json.dumps(list(kinds))},
        )
        return None if row is None else entry_of(row)

    async def named(
        self, guild_id: int, kinds: Collection[Kind], containing: str, limit: int
    ) -> list[Named]:
        """The names of some kinds that contain a text: those that begin with it first.

        Among equals a server's own come first, then the order of the files; actions stand by date,
        the newest first.
        """
        rows = await self._database.fetch_all(
            f"""SELECT e.id, e.name, json_extract(e.details, '$.stands_for') AS stands_for
                FROM {_BY_KIND}
                WHERE {OF_KIND} AND e.name != '' AND {VISIBLE_ENTRY}
                    AND instr(lower(e.name), lower(:containing))
                ORDER BY instr(lower(e.name), lower(:containing)) != 1, {_ACTION_DAY} DESC,
                    e.guild_id IS NULL, e.position LIMIT :limit""",
            {
                "guild": guild_id,
                "kinds": json.dumps(list(kinds)),
                "containing": containing,
                "limit": limit,
            },
        )
        return [Named(row["id"], row["name"], row["stands_for"] or "") for row in rows]

    async def actions(self, guild_id: int, limit: int, offset: int) -> tuple[list[Entry], int]:
        """Some of the actions that the server can see, the newest first; how many there are."""
        rows = await self._database.fetch_all(
            f"""SELECT e.*, count(*) OVER () AS total FROM {_BY_KIND}
                WHERE e.kind = '{Kind.ACTION}' AND {VISIBLE_ENTRY}
                ORDER BY {_ACTION_DAY} DESC, e.guild_id IS NULL, e.position
                LIMIT :limit OFFSET :offset""",
            {"guild": guild_id, "limit": limit, "offset": offset},
        )
        return [entry_of(row) for row in rows], rows[0]["total"] if rows else 0
