"""The steps in which something gets onto the disk, seen from outside: nothing of ours is changed.

SQLite tells of each statement before it runs, Python of each file that is opened to be written,
renamed or removed. Of SQLite's, those count that begin and end a transaction or stand alone: what
stands between them is on the disk with the commit and not before. Whoever stops at each of these
steps has stopped everywhere.
"""

import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_STATEMENTS = ("BEGIN", "COMMIT", "ROLLBACK", "VACUUM", "PRAGMA WAL_CHECKPOINT")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Steps:
    """Calls ``at`` before each step under a folder once ``begin`` was called; for a child that
    ends soon, since a hook can never be taken away.

    Args:
        at: given the number of the step, from 1, and what it is; on the thread that takes it.
    """

    def __init__(self, folder: str, at: Callable[[int, str], None]) -> None:
        self._folder = folder
        self._at = at
        self._begun = False
        self._inside = False
        self.number = 0
        self._connect = sqlite3.connect
        sqlite3.connect = self._connected  # type: ignore[assignment]
        sys.addaudithook(self._heard)

    def begin(self) -> None:
        """Count from here on."""
        self._begun = True

    def end(self) -> None:
        """Count no more."""
        self._begun = False

    def _heard(self, event: str, given: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = given
            if isinstance(flags, int) and flags & _WRITING:
                self._file("open", path)
        elif event in ("os.rename", "os.remove", "os.mkdir"):
            self._file(event, given[0])

    def _connected(self, *given: Any, **named: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = self._connect(*given, **named)
        connection.set_trace_callback(self._statement)
        return connection

    def _statement(self, sql: str) -> None:
        if sql.upper().startswith(_STATEMENTS):
            self._step(sql)

    def _file(self, event: str, path: object) -> None:
        name = os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else ""
        if name.startswith(self._folder):
            self._step(f"{event} {Path(name).name}")

    def _step(self, what: str) -> None:
        if self._begun and not self._inside:
            self._inside = True
            try:
                self.number += 1
                self._at(self.number, what)
            finally:
                self._inside = False
