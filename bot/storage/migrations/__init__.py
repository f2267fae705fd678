"""Numbered steps from an empty file to today's tables.

Each step is ``<schema>/NNNN_name.sql``: plain statements, run in one transaction together with the
step's number, so that a step that fails leaves no trace. Two schemas, since reports live in a file
of their own (DESIGN 3).
"""

import sqlite3
import time
from contextlib import suppress
from importlib import resources
from pathlib import Path
from typing import Literal, NamedTuple

from bot.errors import DataError

# PRAGMA application_id of our two kinds of file: "Stew" and "StRe" in ASCII.
APPLICATION_IDS = {"steward": 0x53746577, "reports": 0x53745265}


KEEP_COPIES_S = 14 * 86_400


class Step(NamedTuple):
    """One migration: its number, its name and its SQL."""

    number: int
    name: str
    sql: str


def steps(schema: str) -> list[Step]:
    """The steps of a schema in order.

    Raises:
        ValueError: a number is missing or given twice, which is a mistake in our code.
    """
    found = []
    for file in resources.files(__package__).joinpath(schema).iterdir():
        if file.name.endswith(".sql"):
            number, _, name = file.name.removesuffix(".sql").partition("_")
            found.append(Step(int(number), name, file.read_text(encoding="utf-8")))
    found.sort()
    if [step.number for step in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"the migrations of {schema} are not numbered 1, 2, 3 ...")
    return found


def version_of(connection: sqlite3.Connection, schema: str, path: Path) -> int:
    """The number of the last step done on an open file; 0 for a new one.

    Raises:
        DataError: the file belongs to another program, or to the other schema.
    """
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application == APPLICATION_IDS[schema]:
        return int(version)
    if application == 0 and tables == 0:
        return 0
    raise DataError(f"{path} is a database, but not Steward's ({schema}). Nothing was changed.")


def migrate(
    path: Path, schema: Literal["steward", "reports"], todo: list[Step] | None = None
) -> int:
    """Bring a file up to date, creating it if need be; the resulting version.

    Blocking: call it from a thread. ``todo`` replaces the packaged steps in tests.

    Raises:
        DataError: not ours, or newer than this version of Steward.
        sqlite3.Error: damaged, locked or not writable; nothing of the failing step remains.
    """
    todo = steps(schema) if todo is None else todo
    expire_copies(path)
    path.touch(mode=0o600)  # what SQLite leaves beside it gets the same mode
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA busy_timeout = 5000")
        connection.execute("PRAGMA secure_delete = ON")
        version = version_of(connection, schema, path)
        newest = todo[-1].number if todo else 0
        if version > newest:
            raise DataError(
                f"{path} was written by a newer Steward (step {version}; this one knows {newest}). "
                "Update Steward, or restore an older backup."
            )
        if version < newest:
            if version > 0:
                _copy(connection, path.with_name(f"{path.name}.before-{version + 1:04}"))
            connection.execute("PRAGMA journal_mode = WAL")
            for step in todo[version:]:
                _run(connection, step, APPLICATION_IDS[schema])
        return newest
    finally:
        connection.close()


def expire_copies(path: Path) -> None:
    """Remove what upgrades left beside a file two weeks ago or earlier; blocking.

    They are backups: what was deleted since is still in them.
    """
    for copy in path.parent.glob(path.name + ".before-*"):
        with suppress(OSError):
            if time.time() - copy.stat().st_mtime > KEEP_COPIES_S:
                copy.unlink()


def _copy(connection: sqlite3.Connection, target: Path) -> None:
    """Leave a whole copy beside the file; one from an earlier attempt is replaced."""
    target.unlink(missing_ok=True)
    target.touch(mode=0o600)
    connection.execute("VACUUM INTO ?", (str(target),))


def _run(connection: sqlite3.Connection, step: Step, application_id: int) -> None:
    # executescript commits whatever is open before it starts, so the transaction is inside it.
    script = (
        f"BEGIN IMMEDIATE;\n{step.sql}\n;PRAGMA application_id = {application_id};"
        f"PRAGMA user_version = {step.number};\nCOMMIT;"
    )
    try:
        connection.executescript(script)
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
