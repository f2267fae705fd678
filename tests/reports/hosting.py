"""The machine that the bot runs on, for the byte search: its process, and every byte it leaves."""

import asyncio
import hashlib
import os
import resource
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from bot.sandbox import Sandbox

ROOT = Path(__file__).parent.parent.parent
CHEAP = Path(__file__).parent / "host"


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
        """Keep every file's bytes and times, also of files that a process holds open unnamed."""
        for path in sorted([self.folder, *self.folder.rglob("*")]):
            stat = path.stat()
            name = str(path.relative_to(self.folder))
            self.times[f"{name} {when}"] = (stat.st_mtime,)
            self.keep(f"the name {name} {when}", name.encode().ljust(8))
            if path.is_file():
                # Looking at a folder is reading it; a file can be read without its time changing.
                self.times[f"{name} {when}"] = (stat.st_mtime, stat.st_atime)
                self.keep(f"{name} {when}", unnoticed(path))
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
                if open_file.is_file() and "(deleted)" in str(open_file.readlink()):
                    self.keep(f"{open_file.readlink()} {when}", open_file.read_bytes())

    def keep(self, name: str, content: bytes) -> None:
        """Keep what is to be searched, once."""
        digest = hashlib.sha256(content).digest()
        if digest not in self._known:
            self._known.add(digest)
            self.seen[name] = content

    def cells(self) -> Iterator[tuple[str, object]]:
        """Every value in both databases as a fresh process would read them, with where it stands.

        Read in copies: looking must not leave traces itself.
        """
        with tempfile.TemporaryDirectory() as apart:
            for file in self.data.glob("*.db*"):
                (Path(apart) / file.name).write_bytes(unnoticed(file))
            for name in ("steward.db", "reports.db"):
                with closing(sqlite3.connect(Path(apart) / name)) as connection:
                    connection.text_factory = bytes
                    sql = "SELECT name FROM sqlite_master WHERE type = 'table'"
                    for (table,) in connection.execute(sql).fetchall():
                        for row in connection.execute(f'SELECT * FROM "{table.decode()}"'):
                            for value in row:
                                yield f"{name} {table.decode()}", value

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
