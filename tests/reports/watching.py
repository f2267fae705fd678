"""An observer of reports: what moderators can ask for, what is posted, and the files themselves."""

import re
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.reports.conftest import GUILD, Office

COARSE = 5  # CLOCK_REALTIME_COARSE of Linux: what files' times are taken from


def now_ns() -> int:
    """The earliest time that a file written now can have."""
    return time.clock_gettime_ns(COARSE)


def tick() -> None:
    """Return some milliseconds later, when ``now_ns`` is beyond every time given so far.

    The coarse clock's next step is not enough for that. From Linux 6.13 on a file's time comes from
    the fine clock if its last one was looked at, as ``open`` in Python does; and the coarse clock
    goes in whole steps that come late, so its next one can still lie before that.
    """
    before = time.time_ns()
    while now_ns() <= before:
        time.sleep(0.0005)  # leaves the core to others; the clock alone says when it is over


@dataclass(frozen=True, slots=True)
class Seen:
    """The inbox as moderators see it at some moment.

    Attributes:
        at: when, as ``now_ns``.
        orders: for each place where reports stand in some order, their ids in it.
        reports: by id, and by where it can be read, all that can be read of each report.
    """

    at: int
    orders: dict[str, list[bytes]]
    reports: dict[bytes, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Files:
    """The files at some moment.

    Attributes:
        times: nanoseconds, by file and kind: ``reports.db changed``.
        sizes: bytes by file, and numbers that SQLite keeps.
        orders: the ids of reports by where their parts lie in the file, and as rows come.
    """

    times: dict[str, int]
    sizes: dict[str, int]
    orders: dict[str, list[bytes]]


@dataclass
class Board:
    """The moderators' channel: when what was posted, and what the files said at that moment.

    Attributes:
        posts: when, and how many reports and additions.
        files: what was seen at the posts since somebody took them away.
        known: the beginnings of envelopes that were in the file before.
    """

    folder: Path
    posts: list[tuple[int, int, int]] = field(default_factory=list)
    files: list[Files] = field(default_factory=list)
    known: set[bytes] = field(default_factory=set)

    async def notice(self, guild_id: int, reports: int, additions: int) -> bool:
        self.posts.append((now_ns(), reports, additions))
        self.look()
        return True

    def look(self) -> None:
        """Look at the files; of their rows, at what came since the last look."""
        self.files.append(files_in(self.folder, self.known))


async def inbox(office: Office, opened: set[bytes], *, whole: bool) -> Seen:
    """Everything that a moderator can ask for.

    Args:
        opened: the reports that are read too; the rest as the list shows them.
        whole: whether the bundle is exported too.
    """
    desk = office.desk
    lines = await desk.inbox.list(GUILD)
    orders = {
        "list": [line.id for line in lines],
        "waiting": [line.id for line in lines if line.yours],
        "unfetched": [line.id for line in lines if line.unfetched],
    }
    reports: dict[bytes, dict[str, object]] = {line.id: {"line": line} for line in lines}
    if whole:
        bundle = (await desk.inbox.export(GUILD)).decode()
        shapes = re.sub(r'"sealed": "[^"]*"', "", bundle).split('"id": "')[1:]
        orders["bundle"] = [bytes.fromhex(shape[:32]) for shape in shapes]
        for report_id, shape in zip(orders["bundle"], shapes, strict=True):
            reports[report_id]["bundle"] = shape.rstrip("] }\n,{")
    for report_id in opened & reports.keys():
        read = await desk.inbox.open(GUILD, report_id)
        plain = [(each.kind, each.text, each.collected, each.week) for each in read.messages]
        reports[report_id]["words"] = (read.text, read.status, read.use, plain)
    return Seen(now_ns(), orders, reports)


def times_of(folder: Path) -> dict[str, int]:
    """Each file's and folder's times: of the last write, of the last change, of its birth."""
    paths = [folder, *sorted(folder.rglob("*"))]
    found = {}
    for path in paths:
        about = path.stat()
        found[f"{path.name} written"] = about.st_mtime_ns
        found[f"{path.name} changed"] = about.st_ctime_ns
    born = subprocess.run(
        ["stat", "--printf", r"%n\t%.9W\n", *map(str, paths)],
        capture_output=True,
        text=True,
        check=True,
    )
    for line in born.stdout.splitlines():
        name, _, moment = line.partition("\t")
        seconds, _, fraction = moment.partition(".")
        found[f"{Path(name).name} born"] = int(seconds) * 10**9 + int(fraction or 0)
    return found


def files_in(folder: Path, known: set[bytes]) -> Files:
    """Everything that the files tell without a key.

    Args:
        known: envelopes that were there before; what is new is put into it.
    """
    times = times_of(folder)
    content = (folder / "reports.db").read_bytes()
    sizes = {path.name: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    index = folder / "reports.db-shm"
    if index.exists():  # SQLite counts the transactions there
        sizes["transactions"] = int.from_bytes(index.read_bytes()[8:12], "little")
    sizes["changes"] = int.from_bytes(content[24:28], "big")
    sizes["free pages"] = int.from_bytes(content[36:40], "big")
    log = folder / "reports.db-wal"
    return Files(times, sizes, _orders(content, log.read_bytes() if log.exists() else b"", known))


def _orders(content: bytes, log: bytes, known: set[bytes]) -> dict[str, list[bytes]]:
    with tempfile.TemporaryDirectory() as copy:
        database = Path(copy) / "reports.db"
        database.write_bytes(content)
        database.with_name("reports.db-wal").write_bytes(log)
        with closing(sqlite3.connect(database)) as connection:
            rows = connection.execute("SELECT id, lookup, sealed FROM report").fetchall()
            under = connection.execute("SELECT report_id, sealed FROM message").fetchall()
            by_week = connection.execute("SELECT id FROM report WHERE guild_id > 0").fetchall()
    rows = [row for row in rows if row[2] is not None and row[2][:64] not in known]
    under = [row for row in under if row[1][:64] not in known]
    known.update(row[2][:64] for row in rows)
    known.update(row[1][:64] for row in under)
    whole = content + log
    parts = {
        "rows in the file": {row[0]: row[0] for row in rows},
        "hashes in the file": {row[0]: row[1] for row in rows},
        "words in the file": {row[0]: row[2][-600:] for row in rows},
        "messages in the file": {row[0]: row[1][-600:] for row in under},
    }
    orders = {name: sorted(found, key=_places(found, whole)) for name, found in parts.items()}
    fresh = {row[0] for row in rows}
    orders["rows as they come"] = [row[0] for row in rows]
    orders["rows by week"] = [row[0] for row in by_week if row[0] in fresh]
    length = {row[0]: len(row[2]) for row in rows}
    orders["envelopes by length"] = sorted(length, key=length.__getitem__)
    return orders


def _places(parts: dict[bytes, bytes], whole: bytes) -> Callable[[bytes], int]:
    return lambda report_id: whole.find(parts[report_id])
