"""Parsing off the event loop, in worker processes that exist only while there is work."""

import asyncio
import contextlib
import json
import os
import struct
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

from bot.feeds.model import Entry, ParsedFeed
from bot.feeds.opml import BROKEN_LIST, FeedList
from bot.feeds.problems import FeedProblem, ProblemKind

FRAME = struct.Struct(">II")
ROOT = Path(__file__).resolve().parents[2]  # where the package bot is
IDLE_S = 5.0
PARSE_TIMEOUT_S = 20.0
# For glibc: what one large document took is given back when it has been read.
_GIVE_BACK = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(512 * 1024),
    "MALLOC_TRIM_THRESHOLD_": str(512 * 1024),
}
LARGE_ANSWER = 64 * 1024  # bytes of JSON that take long enough to be read in a thread
PIECE = 64 * 1024  # bytes of a document written at once; what waits is moved with each write


def usual_size() -> int:
    """How many workers are worth having here: two where they do not take each other's time."""
    with contextlib.suppress(AttributeError):
        return min(2, len(os.sched_getaffinity(0)))
    return min(2, os.cpu_count() or 1)


class ParsePool:
    """Up to ``size`` workers, started when wanted and ended when idle."""

    def __init__(
        self, *, size: int | None = None, idle_s: float = IDLE_S, timeout_s: float = PARSE_TIMEOUT_S
    ) -> None:
        self._idle_s = idle_s
        self._timeout_s = timeout_s
        self._free = asyncio.Semaphore(size or usual_size())
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._retiring: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers that run now."""
        return [worker.pid for worker in [*self._idle, *self._busy]]

    async def feed(
        self,
        body: bytes,
        url: str,
        content_type: str = "",
        known: Sequence[str] = (),
        context: str = "",
    ) -> ParsedFeed:
        """Read a feed document, or what is new in it; the arguments are ``parse_feed``'s.

        Raises:
            FeedProblem: it is not a feed, cannot be read, or takes too long.
        """
        header = {
            "kind": "feed",
            "url": url,
            "content_type": content_type,
            "known": known,
            "context": context,
        }
        answer = await self._ask(header, body)
        if len(answer) > LARGE_ANSWER:
            return await asyncio.to_thread(_feed, answer)
        return _feed(answer)

    async def page(self, body: bytes, url: str) -> list[str]:
        """The feeds that an HTML page names, the most likely first."""
        answer = await self._ask({"kind": "page", "url": url, "content_type": ""}, body)
        return [str(json.loads(line)) for line in answer.split(b"\n") if line]

    async def feed_list(self, body: bytes) -> FeedList:
        """Read a file that lists feeds: OPML, or addresses one a line.

        Raises:
            FeedProblem: it is no such list, cannot be read, or names too many.
        """
        try:
            answer = await self._ask({"kind": "opml", "url": "", "content_type": ""}, body)
        except FeedProblem as problem:
            if problem.kind is not ProblemKind.UNREADABLE:
                raise
            raise FeedProblem(problem.kind, BROKEN_LIST) from problem
        return FeedList.from_json(json.loads(answer))

    async def close(self) -> None:
        """End all workers at once, also those at work."""
        if self._retiring is not None:
            self._retiring.cancel()
        workers = [*self._idle, *self._busy]
        self._idle.clear()
        await asyncio.gather(*(worker.kill() for worker in workers), *self._ending)

    async def _ask(self, header: dict[str, Any], body: bytes) -> bytes:
        async with self._free:
            worker = self._idle.pop() if self._idle else await _Worker.start()
            self._busy.add(worker)
            kept = False
            try:
                async with asyncio.timeout(self._timeout_s):
                    outcome, answer = await worker.ask(header, body)
                kept = True
            except TimeoutError as error:
                raise FeedProblem(
                    ProblemKind.UNREADABLE,
                    "The feed takes too long to read; it is far too large or oddly written. "
                    "Look for a smaller feed of the site.",
                ) from error
            except (asyncio.IncompleteReadError, ConnectionError) as error:
                # It died: out of memory, or killed from outside. The next feed gets a new one.
                raise FeedProblem(
                    ProblemKind.UNREADABLE,
                    "The feed could not be read: it needed more memory than it may have. "
                    "Look for a smaller feed of the site.",
                ) from error
            finally:
                self._busy.discard(worker)
                if kept:
                    self._idle.append(worker)
                    self._retire_later()
                else:
                    self._end(worker.kill())
        if not outcome["ok"]:
            raise FeedProblem(ProblemKind(outcome["kind"]), outcome["text"])
        return answer

    def _retire_later(self) -> None:
        if self._retiring is not None:
            self._retiring.cancel()
        self._retiring = asyncio.get_running_loop().call_later(self._idle_s, self._retire)

    def _retire(self) -> None:
        for worker in self._idle:
            self._end(worker.dismiss())
        self._idle.clear()

    def _end(self, ending: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(ending)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


def _feed(answer: bytes) -> ParsedFeed:
    about, *entries = (json.loads(line) for line in answer.split(b"\n"))
    for name in ("unchanged", "unchanged_at", "oddities"):
        about[name] = tuple(about[name])
    about["entries"] = tuple(Entry.from_json(entry) for entry in entries)
    return ParsedFeed(**about)


class _Worker:
    """One worker process and its two pipes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        assert process.stdin is not None
        assert process.stdout is not None
        self._stdin, self._stdout = process.stdin, process.stdout

    @property
    def pid(self) -> int:
        return self._process.pid

    @classmethod
    async def start(cls) -> "_Worker":
        # It reads what strangers wrote, so it gets none of our environment: no token, no settings.
        env = {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "PATH": os.defpath, **_GIVE_BACK}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-s",
            "-m",
            "bot.feeds.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=env,
            cwd=ROOT,
            limit=2**20,
        )
        return cls(process)

    async def ask(self, header: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        packed = json.dumps(header).encode()
        self._stdin.write(FRAME.pack(len(packed), len(body)) + packed)
        for start in range(0, len(body), PIECE):
            self._stdin.write(body[start : start + PIECE])
            await self._stdin.drain()
        header_length, body_length = FRAME.unpack(await self._stdout.readexactly(FRAME.size))
        outcome = json.loads(await self._stdout.readexactly(header_length))
        return outcome, await self._stdout.readexactly(body_length)

    async def dismiss(self) -> None:
        """Let it end by itself: closing its input is enough."""
        self._stdin.close()
        await self._process.wait()

    async def kill(self) -> None:
        """End it now."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._stdin.close()
        await self._process.wait()
