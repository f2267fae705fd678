"""The machine that the bot runs on, for the byte search: its process, and every byte it leaves."""

import asyncio
import hashlib
import os
import resource
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import TypeVar

from bot.sandbox import Sandbox

ROOT = Path(__file__).parent.parent.parent
CHEAP = Path(__file__).parent / "host"
TIMES_AT_MOST = 200
T = TypeVar("T")


class Host:
    """A folder with everything that the bot can write to: data, home, temporary files, output.

    Args:
        filled: a main database as after a first start.

    Attributes:
        seen: every different file content so far, under where and when it was seen.
        times: when files and folders were changed or read last, likewise.
        numbers: every number in the databases, with where it stands.
        opened: what was opened away from here; its words are meant to be read.
    """

    def __init__(self, sandbox: Sandbox, folder: Path, filled: Path) -> None:
        self.sandbox = sandbox
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "output.log"
        self.seen: dict[str, bytes] = {}
        self.times: dict[str, tuple[float, ...]] = {}
        self.numbers: set[tuple[str, float]] = set()
        self.opened: dict[str, bytes] = {}
        self._known: set[bytes] = set()
        for each in (self.data, folder / "tmp", folder / "home"):
            each.mkdir(parents=True)
        shutil.copy(filled, self.data)  # else the first start fills it, while reports come in

    def environment(self, **settings: str) -> dict[str, str]:
        """What the bot's process is given; a file that it writes anywhere is in our folder."""
        return {
            "PATH": os.environ["PATH"],
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "tmp"),
            "DATABASE": str(self.data / "steward.db"),
            "LOG_LEVEL": "DEBUG",
            "PYTHONPATH": str(ROOT),
            **settings,
        }

    @asynccontextmanager
    async def running(self, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """``python -m bot`` against the sandbox, killed at the end."""
        sandbox = self.sandbox
        env = self.environment(
            DISCORD_TOKEN=sandbox.token,
            DISCORD_API_URL=sandbox.api_url,
            DISCORD_GATEWAY_URL=sandbox.gateway_url,
            REPORTS="on",
            **settings,
        )
        env["PYTHONPATH"] = f"{CHEAP}:{ROOT}"
        before = self._connections()
        with self.log.open("ab") as out:
            child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot"),
                env=env,
                cwd=self.folder,
                stdout=out,
                stderr=out,
                preexec_fn=_allow_core,
            )
        try:
            # The last that it says of itself when it starts.
            await sandbox.until(lambda: self._connections() > before, 120)
            await sandbox.until(lambda: sandbox.world.commands, 120)
            yield child
        finally:
            if child.returncode is None:
                child.kill()
            await child.wait()

    def _connections(self) -> int:
        return self.log.read_text().count("Connected to Discord") if self.log.exists() else 0

    async def command(self, *arguments: str) -> str:
        """Run another command of the command line to its good end; what it printed."""
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *arguments),
            env=self.environment(),
            cwd=self.folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await child.communicate()
        assert child.returncode == 0, out.decode()
        return out.decode()

    # What is there

    def look(self, when: str, child: asyncio.subprocess.Process | None = None) -> None:
        """Keep every file's bytes and times, also of files that a process holds open unnamed.

        A running process goes on writing. So whatever can be opened is kept, and all is looked at
        again until nothing moved meanwhile: what is gone was renamed, and is there under its new
        name, or removed. Times are those of the last time, since it sets them after it wrote.
        """
        self.times |= self._at_rest(lambda: self._files(when))
        texts = []
        for where, value in self.cells():
            if isinstance(value, int | float):
                self.numbers.add((where, value))
            elif isinstance(value, bytes):
                texts.append(value)
        # Whole, though they may lie in pieces on several pages.
        self.keep(f"the texts in the databases {when}", b"\n".join(texts))
        if child is not None and child.returncode is None:
            for open_file in sorted(Path(f"/proc/{child.pid}/fd").iterdir()):
                with suppress(FileNotFoundError):  # closed meanwhile
                    name = str(open_file.readlink())
                    if open_file.is_file() and "(deleted)" in name:
                        self.keep(f"{name} {when}", open_file.read_bytes())

    def _files(self, when: str) -> dict[str, tuple[float, ...]]:
        """Keep every file that is there; all times, by name."""
        times: dict[str, tuple[float, ...]] = {}
        for path in self.paths():
            name = str(path.relative_to(self.folder))
            self.keep(f"the name {name} {when}", name.encode().ljust(8))
            with suppress(FileNotFoundError):
                stat = path.stat()
                times[f"{name} {when}"] = (stat.st_mtime,)
                if path.is_file():
                    # Looking at a folder is reading it; a file can be read without its time
                    # changing.
                    times[f"{name} {when}"] = (stat.st_mtime, stat.st_atime)
                    self.keep(f"{name} {when}", unnoticed(path))
        return times

    def paths(self) -> list[Path]:
        """All folders and files that are there now."""
        walked = list(os.walk(self.folder))
        return sorted(
            [
                self.folder,
                *(Path(top) / name for top, folders, files in walked for name in folders + files),
            ]
        )

    def _at_rest(self, read: Callable[[], T]) -> T:
        """What reading gives once nothing was written, renamed or removed meanwhile."""
        before = self._state()
        for _ in range(TIMES_AT_MOST):
            found = read()
            after = self._state()
            if after == before:
                return found
            before = after
        raise AssertionError(f"{self.folder} never came to rest")

    def _state(self) -> dict[Path, tuple[int, ...]]:
        state: dict[Path, tuple[int, ...]] = {}
        for path in self.paths():
            with suppress(FileNotFoundError):
                stat = path.stat()
                state[path] = (stat.st_ino, stat.st_size, stat.st_ctime_ns, stat.st_mtime_ns)
        return state

    def keep(self, name: str, content: bytes) -> None:
        """Keep what is to be searched, once."""
        digest = hashlib.sha256(content).digest()
        if digest not in self._known:
            self._known.add(digest)
            while name in self.seen:
                name += ", looked at again"
            self.seen[name] = content

    def cells(self) -> Iterator[tuple[str, object]]:
        """Every value in both databases as a fresh process would read them, with where it stands.

        Read in copies: looking must not leave traces itself.
        """
        with tempfile.TemporaryDirectory() as apart:
            for name, content in self._at_rest(self._databases).items():
                (Path(apart) / name).write_bytes(content)
            for name in ("steward.db", "reports.db"):
                with closing(sqlite3.connect(Path(apart) / name)) as connection:
                    connection.text_factory = bytes
                    sql = "SELECT name FROM sqlite_master WHERE type = 'table'"
                    for (table,) in connection.execute(sql).fetchall():
                        for row in connection.execute(f'SELECT * FROM "{table.decode()}"'):
                            for value in row:
                                yield f"{name} {table.decode()}", value

    def _databases(self) -> dict[str, bytes]:
        """The databases and their logs, as they belong together if nothing moves meanwhile."""
        found = {}
        for file in self.data.glob("*.db*"):
            with suppress(FileNotFoundError):
                found[file.name] = unnoticed(file)
        return found

    def secrets(self) -> set[bytes]:
        """What a hash could have been keyed or salted with: keys, tokens, settings, salts, ids."""
        found = {value.encode() for value in self.environment().values()}
        found.add(self.sandbox.token.encode())
        for file in self.folder.rglob("*.key"):
            for line in file.read_bytes().splitlines():
                found.add(line)
                with_digits = len(line) % 2 == 0 and set(line) <= set(b"0123456789abcdefABCDEF")
                if with_digits:
                    found.add(bytes.fromhex(line.decode()))
        for where, value in self.cells():
            if where.endswith((" setting", " server_key", " choice", " meta")):
                found.add(value if isinstance(value, bytes) else str(value).encode())
        return {each for each in found if each}


def _allow_core() -> None:
    """As on a machine that keeps images of what crashed."""
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


def unnoticed(path: Path) -> bytes:
    """A file's bytes, without the time of reading being noted."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOATIME)
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


async def command(folder: Path, *arguments: str) -> int:
    """Run a command of the command line on the data of a folder; its exit status."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "DATABASE": str(folder / "data" / "steward.db"),
        },
        cwd=folder,
    )
    return await child.wait()
