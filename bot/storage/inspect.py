"""Looking at a database file without changing it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.errors import DataError
from bot.storage.migrations import steps, version_of


def problems_of(path: Path, schema: str) -> list[str]:
    """What is wrong with a database file, one sentence each; a missing file is no problem.

    Works while the bot runs. Blocking, and slow on a large file.
    """
    if not path.exists():
        return []
    try:
        uri = path.absolute().as_uri() + "?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            connection.execute("PRAGMA busy_timeout = 5000")
            version = version_of(connection, schema, path)
            if version > len(steps(schema)):
                return [f"{path} was written by a newer Steward. Update Steward."]
            verdicts = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
            broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    except DataError as error:
        return [str(error)]
    except sqlite3.Error as error:
        return [f"{path}: {error}. Restore a backup with `python -m bot restore FILE`."]
    problems = [f"{path} is damaged: {verdict}" for verdict in verdicts if verdict != "ok"]
    if broken:
        problems.append(f"{path} has {len(broken)} rows that point nowhere.")
    return problems
