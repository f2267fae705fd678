"""The bot's side: worker processes that exist only while there is work."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any

from bot.workers.frames import LENGTHS, Header, start_of

ROOT = Path(__file__).resolve().parents[2]  # where the package bot is
PIECE = 64 * 1024  # bytes of a document written at once; what waits is moved with each write


class WorkerDied(Exception):
    """A worker ended in the middle of a request: out of memory, or killed from outside."""


class WorkerPool:
    """Up to ``size`` workers, started when wanted and ended when idle.

    Args:
        module: what is run as ``python -m module``; it calls ``bot.workers.serving.serve``.
        idle_s: seconds after which a worker without work ends.
        timeout_s: seconds that one request may take, the start of a worker not counted.
        environment: what a worker gets besides the little that Python needs.
    """

    def __init__(
        self,
        module: str,
        *,
        size: int,
        idle_s: float,
        timeout_s: float,
        environment: Mapping[str, str],
    ) -> None:
        self._module = module
        self._idle_s = idle_s
        self._timeout_s = timeout_s
        self._environment = environment
        self._free = asyncio.Semaphore(size)
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._retiring: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers that run now."""
        return [worker.pid for worker in [*self._idle, *self._busy]]

    async def ask(self, header: Header, body: bytes = b"") -> tuple[Header, bytes]:
        """Header and body of a worker's answer.

        Raises:
            TimeoutError: it takes too long; the worker is ended.
            WorkerDied: the worker died of it; the next request gets a new one.
            OSError: no worker can be started.
        """
        async with self._free:
            worker = await self._take()
            self._busy.add(worker)
            kept = False
            try:
                async with asyncio.timeout(self._timeout_s):
                    answered = await worker.ask(header, body)
                kept = True
            except (asyncio.IncompleteReadError, ConnectionError) as error:
                raise WorkerDied(self._module) from error
            finally:
                self._busy.discard(worker)
                if kept:
                    self._idle.append(worker)
                    self._retire_later()
                else:
                    self._end(worker.kill())
        return answered

    async def close(self) -> None:
        """End all workers at once, also those at work."""
        if self._retiring is not None:
            self._retiring.cancel()
        workers = [*self._idle, *self._busy]
        self._idle.clear()
        await asyncio.gather(*(worker.kill() for worker in workers), *self._ending)

    async def _take(self) -> "_Worker":
        if self._idle:
            return self._idle.pop()
        return await _Worker.start(self._module, self._environment)

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
    async def start(cls, module: str, environment: Mapping[str, str]) -> "_Worker":
        # It reads what others wrote, so it gets none of our environment: no token, no settings.
        env = {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "PATH": os.defpath, **environment}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-s",
            "-m",
            module,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=env,
            cwd=ROOT,
            limit=2**20,
        )
        return cls(process)

    async def ask(self, header: Header, body: bytes) -> tuple[Header, bytes]:
        self._stdin.write(start_of(header, body))
        for start in range(0, len(body), PIECE):
            self._stdin.write(body[start : start + PIECE])
            await self._stdin.drain()
        header_length, body_length = LENGTHS.unpack(await self._stdout.readexactly(LENGTHS.size))
        answered = json.loads(await self._stdout.readexactly(header_length))
        return answered, await self._stdout.readexactly(body_length)

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
