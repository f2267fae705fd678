"""SQL for a reports.db that comes from a backup."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.errors import DataError
from bot.reports.figures.store import PREFIX, UNCOUNTED
from bot.reports.writing import NOT_WRITTEN, Writes

RESTORED = "restored"
INCOMPLETE, ANEW = "incomplete", "anew"
"""What moderators are told: not all was known that was deleted since the backup; quarters are
counted anew of which there may be figures already."""
_WHOLE = "complete"

# The end of an envelope is of its random ciphertext, and stays as it is under another key.
_TAIL_BYTES = 64


@dataclass(frozen=True, slots=True)
class Said:
    """What reporters sent after a report and what they were told under it, by the report's id, each
    message by its last bytes. What moderators wrote can be a question, which nothing shows while it
    is sealed; whoever reads one is told that no answer means no."""

    by_report: Mapping[bytes, frozenset[bytes]]

    def has_all_of(self, other: "Said", report_id: bytes) -> bool:
        """Whether nothing is known there of this report that is not here too."""
        if report_id not in other.by_report:
            return False
        return other.by_report[report_id] <= self.by_report.get(report_id, frozenset())


def said_in(path: Path) -> Said:
    """What reporters sent and were told, as far as a file can be read; blocking."""
    found: dict[bytes, frozenset[bytes]] = {}
    try:
        uri = path.absolute().as_uri() + "?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            rows = connection.execute(
                "SELECT report.id, message.sealed FROM report LEFT JOIN message "
                "ON message.report_id = report.id "
                "AND message.author IN ('reporter', 'moderator') "
                "WHERE report.sealed IS NOT NULL"
            )
            for report_id, sealed in rows:
                tail = frozenset() if sealed is None else frozenset({sealed[-_TAIL_BYTES:]})
                found[report_id] = found.get(report_id, frozenset()) | tail
    except sqlite3.Error:
        return Said({})  # damaged, or none: then nothing is known
    return Said(found)


def mark_in(path: Path) -> bytes | None:
    """The id by which a file's list of the deleted is known, where it has one; blocking.

    Raises:
        DataError: it cannot be read.
    """
    if not path.exists():
        return None
    try:
        uri = path.absolute().as_uri() + "?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            row = connection.execute("SELECT value FROM setting WHERE name = 'list'").fetchone()
    except sqlite3.Error as error:
        raise DataError(f"{path}: {error}") from error
    return None if row is None else bytes(row[0])


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided, server by server, to protect reports and who reads them.

    Attributes:
        salt: of the data; only a backup of the same data gives way to what was decided here.
        choices: rows of ``choice``: server, name, value.
        away: rows of ``server_key``: server and public key of keys that are kept elsewhere.
        counted: rows of ``choice`` that are settled figures, or sealed counts of what was deleted.
        here: rows of ``server_key``: server and public key of keys that are kept on this machine.
        lost: server and name of sealed counts that nobody will open after the restore.
    """

    salt: bytes
    choices: Sequence[tuple[int, str, str]]
    away: Sequence[tuple[int, bytes]]
    counted: Sequence[tuple[int, str, str]]
    here: Sequence[tuple[int, bytes]] = ()
    lost: frozenset[tuple[int, str]] = frozenset()


_OF_THOSE = "name IN ('hold', 'retention', 'key_saved')"
_COUNTED = f"(name GLOB '{PREFIX}*' OR name GLOB '{UNCOUNTED}*')"


def decided_in(path: Path) -> Decided | None:
    """What was decided, where a file can be read; blocking."""
    try:
        uri = path.absolute().as_uri() + "?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            (salt,) = connection.execute(
                "SELECT max(value) FROM setting WHERE name = 'salt'"
            ).fetchone()
            choices = connection.execute(
                f"SELECT guild_id, name, value FROM choice WHERE {_OF_THOSE}"  # noqa: S608
            ).fetchall()
            counted = connection.execute(
                f"SELECT guild_id, name, value FROM choice WHERE {_COUNTED}"  # noqa: S608
            ).fetchall()
            away, here = (
                connection.execute(
                    "SELECT guild_id, public FROM server_key WHERE place = ?", [place]
                ).fetchall()
                for place in ("away", "host")
            )
    except sqlite3.Error:
        return None  # damaged, or none
    return Decided(bytes(salt or b""), choices, away, counted, here)


@dataclass(frozen=True, slots=True)
class Restored:
    """A report of a backup: whose it is, and the key that its reporter can open things with."""

    id: bytes
    guild_id: int
    reporter_key: bytes


class RestoredStore(Writes):
    """What a restore looks at and changes."""

    TROUBLE = NOT_WRITTEN

    async def mark(self) -> bytes | None:
        """The random id by which this database's list of the deleted is known, where it has one."""
        value = await self._database.fetch_value("SELECT value FROM setting WHERE name = 'list'")
        return None if value is None else bytes(value)

    async def put_mark(self, mark: bytes) -> None:
        """Keep the id by which the list is known from now on."""
        async with self._writing() as tx:
            await tx.execute(
                "INSERT OR REPLACE INTO setting (name, value) VALUES ('list', ?)", [mark]
            )

    async def take_over(self, decided: Decided) -> bool:
        """Let what was decided and counted since the backup stand; whether it is of the same data.

        A quarter's figures must not be made a second time, without what was withdrawn meanwhile.
        """
        salt = await self._database.fetch_value("SELECT value FROM setting WHERE name = 'salt'")
        if salt is None or bytes(salt) != decided.salt:
            return False
        async with self._writing() as tx:
            await tx.execute(f"DELETE FROM choice WHERE {_OF_THOSE}")  # noqa: S608  our own words
            await tx.executemany(
                "INSERT INTO choice (guild_id, name, value) VALUES (?, ?, ?)", decided.choices
            )
            await tx.execute("DELETE FROM server_key WHERE place = 'away'")
            await tx.executemany(
                "INSERT OR REPLACE INTO server_key (guild_id, public, place) VALUES (?, ?, 'away')",
                decided.away,
            )
        await self._take_over_counted(decided)
        return True

    async def _take_over_counted(self, decided: Decided) -> None:
        counted = decided.counted
        sql = f"SELECT guild_id, name FROM choice WHERE {_COUNTED}"  # noqa: S608  our own words
        ours = [(row["guild_id"], str(row["name"])) for row in await self._database.fetch_all(sql)]
        theirs = [(guild_id, name) for guild_id, name, _ in counted]
        for guild_id in {guild_id for guild_id, _ in (*ours, *theirs)}:
            if _last_settled(theirs, guild_id) < _last_settled(ours, guild_id):
                continue  # what a restore replaced, put back: that was counted before
            # What nobody will open takes the place of nothing that somebody may.
            goes = [each for each in ours if each[0] == guild_id and each not in decided.lost]
            async with self._writing() as tx:
                for _, name in goes:
                    await tx.execute(
                        "DELETE FROM choice WHERE guild_id = ? AND name = ?", (guild_id, name)
                    )
                await tx.executemany(
                    "INSERT OR IGNORE INTO choice (guild_id, name, value) VALUES (?, ?, ?)",
                    [row for row in counted if row[0] == guild_id],
                )

    async def deciding(self) -> list[int]:
        """The servers that have decided something for reports, whether or not there are any."""
        rows = await self._database.fetch_all(
            f"SELECT guild_id FROM choice WHERE {_OF_THOSE} "  # noqa: S608  our own words
            "UNION SELECT guild_id FROM server_key"
        )
        return [row["guild_id"] for row in rows]

    async def servers(self) -> list[int]:
        """The servers that have reports, shown or not."""
        rows = await self._database.fetch_all(
            "SELECT DISTINCT guild_id FROM report WHERE sealed IS NOT NULL"
        )
        return [row["guild_id"] for row in rows]

    async def reports(self) -> list[Restored]:
        """All reports that have words."""
        rows = await self._database.fetch_all(
            "SELECT id, guild_id, reporter_key FROM report WHERE sealed IS NOT NULL"
        )
        return [
            Restored(bytes(row["id"]), row["guild_id"], bytes(row["reporter_key"])) for row in rows
        ]

    async def keys(self, guild_id: int, place: str) -> list[bytes]:
        """The public keys of a server, of those that are kept here ('host') or elsewhere."""
        rows = await self._database.fetch_all(
            "SELECT public FROM server_key WHERE guild_id = ? AND place = ?", (guild_id, place)
        )
        return [bytes(row["public"]) for row in rows]

    async def say_for_reporters(self, sealed: Mapping[bytes, tuple[bytes, bytes]]) -> None:
        """Put a message as of the reporter under each report, last of all.

        It is of the week of what moderators saw last, so that it makes nothing younger, and they
        are not told of it as of something that came in. Where something waits for the notice time,
        a second one waits behind it.

        Args:
            sealed: the two envelopes, by the report's id.
        """
        async with self._writing() as tx:
            for report_id, (now, later) in sealed.items():
                await tx.execute(
                    "INSERT INTO message "
                    "(report_id, turn, guild_id, author, sealed, shown_week, announced) "
                    "SELECT id, (SELECT max(0, coalesce(max(turn), 0)) + 1 FROM message "
                    "WHERE report_id = report.id), guild_id, 'reporter', :sealed, "
                    "max(shown_week, coalesce((SELECT max(shown_week) FROM message "
                    "WHERE report_id = report.id), '')), 1 "
                    "FROM report WHERE id = :report AND shown_week IS NOT NULL",
                    {"report": report_id, "sealed": now},
                )
                await tx.execute(
                    "INSERT INTO message "
                    "(report_id, turn, guild_id, author, sealed, shown_week, announced) "
                    "SELECT id, (SELECT min(0, coalesce(min(turn), 0)) - 1 FROM message "
                    "WHERE report_id = report.id), guild_id, 'reporter', :sealed, NULL, 1 "
                    "FROM report WHERE id = :report AND (shown_week IS NULL OR EXISTS (SELECT 1 "
                    "FROM message WHERE report_id = report.id AND shown_week IS NULL))",
                    {"report": report_id, "sealed": later},
                )

    async def note_restored(self, guild_id: int, *how: str) -> None:
        """Note that a server's moderators are to be told.

        Args:
            how: INCOMPLETE, ANEW, both or none.
        """
        async with self._writing() as tx:
            await tx.execute(
                "INSERT OR REPLACE INTO choice (guild_id, name, value) VALUES (?, ?, ?)",
                (guild_id, RESTORED, " ".join(how) or _WHOLE),
            )

    async def to_be_told(self) -> dict[int, set[str]]:
        """How it was restored, by each server whose moderators have not been told yet.

        As ``note_restored`` took it.
        """
        rows = await self._database.fetch_all(
            "SELECT guild_id, value FROM choice WHERE name = ?", [RESTORED]
        )
        return {row["guild_id"]: set(str(row["value"]).split()) for row in rows}

    async def told(self, guild_id: int) -> None:
        """Note that they have been told."""
        async with self._writing() as tx:
            await tx.execute(
                "DELETE FROM choice WHERE guild_id = ? AND name = ?", (guild_id, RESTORED)
            )

    async def with_a_key_here(self) -> list[int]:
        """The servers that have, or had, a key on this machine."""
        rows = await self._database.fetch_all(
            "SELECT DISTINCT guild_id FROM server_key WHERE place = 'host'"
        )
        return [row["guild_id"] for row in rows]

    async def rewrite(self) -> None:
        """Leave no byte of what was deleted, and all of the rest in the file itself."""
        await self._database.alone("PRAGMA temp_store = MEMORY")
        await self._database.alone("VACUUM")
        await self._database.alone("PRAGMA wal_checkpoint(TRUNCATE)")


def _last_settled(names: Iterable[tuple[int, str]], guild_id: int) -> str:
    """A server's last settled period, of names of choices; empty without one."""
    found = [name for server, name in names if server == guild_id and name.startswith(PREFIX)]
    return max(found, default="")
