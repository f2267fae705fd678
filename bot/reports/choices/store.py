"""SQL for what each server has chosen for its reports."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from bot.errors import StorageTrouble, Unavailable
from bot.storage import Database


class ChoiceStore:
    """The table ``choice``: one text per server and name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, guild_id: int, name: str) -> str | None:
        """What was chosen, or None."""
        value = await self._database.fetch_value(
            "SELECT value FROM choice WHERE guild_id = ? AND name = ?", (guild_id, name)
        )
        return None if value is None else str(value)

    async def anywhere(self, name: str) -> bool:
        """Whether any server has chosen that."""
        return bool(
            await self._database.fetch_value(
                "SELECT EXISTS (SELECT 1 FROM choice WHERE name = ?)", [name]
            )
        )

    async def some(self, guild_id: int, names: Sequence[str]) -> dict[str, str]:
        """What was chosen under these names; those without a choice are left out."""
        marks = ", ".join("?" * len(names))
        rows = await self._database.fetch_all(
            f"SELECT name, value FROM choice WHERE guild_id = ? AND name IN ({marks})",  # noqa: S608
            [guild_id, *names],
        )
        return {str(row["name"]): str(row["value"]) for row in rows}

    async def put(self, guild_id: int, name: str, value: str | None) -> None:
        """Keep a choice; None forgets it.

        Raises:
            Unavailable: it could not be stored; nothing was changed.
        """
        try:
            async with self._database.transaction() as tx:
                if value is None:
                    await tx.execute(
                        "DELETE FROM choice WHERE guild_id = ? AND name = ?", (guild_id, name)
                    )
                else:
                    await tx.execute(
                        "INSERT OR REPLACE INTO choice (guild_id, name, value) VALUES (?, ?, ?)",
                        (guild_id, name, value),
                    )
        except StorageTrouble:
            raise Unavailable(
                "It could not be stored just now: the disk is full or the file is in use. Nothing "
                "was changed. Please try again in a few minutes."
            ) from None


def anywhere_in(path: Path, name: str) -> bool:
    """The same of a file that another process may have open; also where that cannot be told."""
    try:
        uri = path.absolute().as_uri() + "?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            sql = "SELECT EXISTS (SELECT 1 FROM choice WHERE name = ?)"
            (found,) = connection.execute(sql, [name]).fetchone()
    except sqlite3.Error:
        return True
    return bool(found)
