"""Copies of both databases in one file, and back.

A backup is a ZIP of ``steward.db`` and ``reports.db``, each copied whole by SQLite while the bot
may be running. It holds no private key and no time: every member carries the same fixed date.
"""

import itertools
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.errors import DataError
from bot.storage.migrations import steps, version_of

MEMBERS: Final = {"steward": "steward.db", "reports": "reports.db"}
COMMENT = b"Steward backup 1"
LARGEST = 4 * 1024**3  # bytes of one database; more is not a Steward backup

# What SQLite leaves beside a database; a leftover from before a restore would be replayed into it.
COMPANIONS = ("-wal", "-shm", "-journal")


def backup(databases: dict[str, Path], target: Path) -> None:
    """Write a backup of those databases that exist; works while the bot runs.

    Args:
        databases: path by schema, ``{"steward": ..., "reports": ...}``.

    Raises:
        DataError: there is nothing to back up, a file is not ours, or the target cannot be
            written; a half-written target never remains.
    """
    present = {schema: path for schema, path in databases.items() if path.exists()}
    if "steward" not in present:
        raise DataError(f"There is no database at {databases['steward']}; nothing to back up.")
    if target.exists() and not is_backup(target):
        raise DataError(f"{target} exists and is not a Steward backup; choose another name.")
    if target.is_dir():
        raise DataError(f"{target} is a folder; name a file.")
    with _errors(target), tempfile.TemporaryDirectory(dir=target.absolute().parent) as folder:
        whole = Path(folder) / "backup.zip"
        descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT, 0o600)
        with (
            os.fdopen(descriptor, "wb") as out,
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            archive.comment = COMMENT
            for schema, path in present.items():
                copy = Path(folder) / MEMBERS[schema]
                _copy(path, schema, copy)
                _store(archive, copy, MEMBERS[schema])
        whole.replace(target)


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: which schemas it put in place, and where what was there is kept."""

    schemas: tuple[str, ...]
    kept: Path | None


def restore(
    source: Path,
    databases: dict[str, Path],
    prepare: Callable[[Mapping[str, Path]], None] | None = None,
) -> Restored:
    """Put the databases of a backup in place of those that are there, which are kept.

    The bot must not be running (hold the lock). Everything is checked before anything is replaced.

    Args:
        prepare: called with the backup's databases by schema, checked and unpacked, before they
            are put in place; it may change them, or raise, and then nothing is replaced.

    Raises:
        DataError: not a Steward backup, damaged, or from a newer Steward; nothing was changed.
    """
    if not source.is_file():
        raise DataError(f"There is no file {source}.")
    if not is_backup(source):
        raise DataError(f"{source} is not a Steward backup. Nothing was changed.")
    folder_of = databases["steward"].absolute().parent
    folder_of.mkdir(parents=True, exist_ok=True)
    with _errors(source), tempfile.TemporaryDirectory(dir=folder_of) as folder:
        ready: dict[str, Path] = {}
        with zipfile.ZipFile(source) as archive:
            names = {member.filename: member for member in archive.infolist()}
            if MEMBERS["steward"] not in names or set(names) - set(MEMBERS.values()):
                raise DataError(f"{source} is not a Steward backup. Nothing was changed.")
            for schema, name in MEMBERS.items():
                if name in names:
                    if names[name].file_size > LARGEST:
                        raise DataError(f"{source} is too large to be ours. Nothing was changed.")
                    ready[schema] = Path(archive.extract(name, folder))
        for schema, path in ready.items():
            _check(path, schema, source)
        if prepare is not None:
            prepare(ready)
        _mark_restored(ready["steward"])
        kept = _keep(databases)
        for schema, path in ready.items():
            path.chmod(0o600)
            for leftover in _companions(databases[schema]):
                leftover.unlink(missing_ok=True)
            path.replace(databases[schema])
    return Restored(tuple(ready), kept)


def _keep(databases: dict[str, Path]) -> Path | None:
    """Keep what a restore replaces: as a backup, or as it is where it is too damaged for one."""
    if not any(path.exists() for path in databases.values()):
        return None
    folder = databases["steward"].absolute().parent
    name = next(
        name
        for name in (f"before-restore-{number}" for number in itertools.count(1))
        if not (folder / name).exists() and not (folder / f"{name}.zip").exists()
    )
    try:
        backup(databases, folder / f"{name}.zip")
    except DataError:
        (folder / name).mkdir(mode=0o700)
        for path in databases.values():
            for part in (path, *_companions(path)):
                if part.exists():
                    part.replace(folder / name / part.name)
        return folder / name
    return folder / f"{name}.zip"


def _companions(database: Path) -> list[Path]:
    return [database.with_name(database.name + suffix) for suffix in COMPANIONS]


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    """Turn what can go wrong on a disk into one plain sentence."""
    try:
        yield
    except zipfile.BadZipFile as error:
        raise DataError(f"{path} is damaged: {error}. Nothing was changed.") from error
    except (OSError, sqlite3.Error) as error:
        raise DataError(f"{path}: {getattr(error, 'strerror', None) or error}") from error


def is_backup(path: Path) -> bool:
    """Whether a file is a backup of Steward's."""
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.comment == COMMENT
    except (OSError, zipfile.BadZipFile):
        return False


def _copy(path: Path, schema: str, target: Path) -> None:
    with closing(sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True)) as connection:
        connection.execute("PRAGMA busy_timeout = 5000")
        version_of(connection, schema, path)
        connection.execute("VACUUM INTO ?", (str(target),))


def _store(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    member = zipfile.ZipInfo(name)  # dated 1980-01-01: a backup tells no times
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o600 << 16
    with path.open("rb") as source, archive.open(member, "w", force_zip64=True) as sink:
        while block := source.read(1 << 20):
            sink.write(block)


def _check(path: Path, schema: str, source: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        version = version_of(connection, schema, source)
        if version > len(steps(schema)):
            raise DataError(f"{source} was made by a newer Steward. Update Steward first.")
        (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            raise DataError(f"{source} is damaged ({verdict}). Nothing was changed.")


def _mark_restored(path: Path) -> None:
    """Tell the feeds to look before they send: what was posted since the backup is not in it."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('restored', '1')")
