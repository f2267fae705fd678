"""Reporters and everybody else, acting in the sandbox at the same time."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.processes import family
from bot.sandbox import NoAnswer, Person, Reply, Sandbox
from bot.sandbox.events import Event

EACH_MS = 100  # between two commands of others
SAMPLE_S = 0.1

_RECEIPT = re.compile(r"`((?:[a-z]+ ){7}[a-z]+)`")
_WORDS = "Supervision was cancelled again, the fourth time since October, and nobody answers. " * 12


def text(number: int) -> str:
    """What a report says: about a thousand characters, and which one it is."""
    return f"Report {number}. {_WORDS}".strip()


@dataclass
class Sent:
    """One report.

    Attributes:
        told_s: from Send until its reporter read that it is being sealed; None if never.
        sealed_s: from Send until its reporter read that it was sent; None if never.
        said: what its reporter read last.
    """

    number: int
    person: Person
    receipt: str
    told_s: float | None = None
    sealed_s: float | None = None
    said: str = ""


async def written(person: Person, number: int) -> tuple[Sent, Reply]:
    """From ``/report new`` to the Send button, with the receipt asked back."""
    screen = await person.run("report new")
    form = await person.press(screen, "Write a report")
    shown = await person.submit(form.modal, {"what": text(number), "category": ["load"]})
    found = _RECEIPT.search(shown.text)
    assert found, shown.text
    asked = await person.press(shown, "I have saved the receipt")
    ready = await person.submit(asked.modal, {"receipt": found[1]})
    return Sent(number, person, found[1]), ready


class Watching:
    """Notes when which report's message says what; ``on`` is called for each message."""

    def __init__(self) -> None:
        self._open: dict[int, tuple[Sent, float, asyncio.Event]] = {}

    def on(self, event: Event) -> None:
        """A listener for the sandbox."""
        message = event.message
        if message is None or message.id not in self._open:
            return
        sent, begun, ended = self._open[message.id]
        now = time.perf_counter()
        sent.said = message.content.split("\n")[0]
        if "is being sealed" in sent.said:
            sent.told_s = sent.told_s or now - begun
        elif sent.said.startswith("**Sent.**"):
            sent.sealed_s = now - begun
            ended.set()
        elif sent.said.startswith("**"):  # something else became of it
            ended.set()

    async def send(self, sent: Sent, ready: Reply, patience_s: float) -> None:
        """Press Send and wait for what becomes of it."""
        assert ready.message is not None
        ended = asyncio.Event()
        self._open[ready.message.id] = sent, time.perf_counter(), ended
        try:
            await sent.person.press(ready, "Send")
            async with asyncio.timeout(patience_s):
                await ended.wait()
        except NoAnswer:
            sent.said = "no answer within Discord's three seconds"
        except TimeoutError:
            sent.said += " (and no more)"
        del self._open[ready.message.id]


@dataclass
class Others:
    """What others do meanwhile: one command each EACH_MS, whether or not the last was answered.

    Attributes:
        took_ms: by command, until its first answer.
        unanswered: how many got none within the three seconds of Discord.
    """

    sandbox: Sandbox
    unanswered: int = 0
    took_ms: dict[str, list[float]] = field(default_factory=dict)

    @asynccontextmanager
    async def busy(self) -> AsyncIterator[None]:
        """Let them act until the end of the block."""
        asking = asyncio.create_task(self._act())
        try:
            yield
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    async def once(self) -> None:
        """Let each command be given once: the first time costs more, whatever the load."""
        for name, ask in self._asks().items():
            await self._timed(name, ask)

    def _asks(self) -> dict[str, Callable[[], Awaitable[object]]]:
        member, moderator = self.sandbox.person("colleague"), self.sandbox.person("moderator")
        return {
            "/help": lambda: member.run("help"),
            "/faq": lambda: member.run("faq", question="when did the trusts go"),
            "/faq, typing": lambda: member.autocomplete("faq", "question", "when did"),
            "/inbox list": lambda: moderator.run("inbox list"),
            "/inbox read, typing": lambda: moderator.autocomplete("inbox read", "report", ""),
        }

    async def _act(self) -> None:
        due = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            while True:
                for name, ask in self._asks().items():
                    group.create_task(self._timed(name, ask))
                    due += EACH_MS / 1000
                    await asyncio.sleep(due - time.perf_counter())

    async def _timed(self, name: str, ask: Callable[[], Awaitable[object]]) -> None:
        begun = time.perf_counter()
        try:
            answer = await ask()
        except NoAnswer:
            answer = None
            self.unanswered += 1
        took = answer.latency_s if isinstance(answer, Reply) else time.perf_counter() - begun
        self.took_ms.setdefault(name, []).append(took * 1000)


class Memory:
    """The most memory that a process and its children have had together, in megabytes of RSS."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.most_mb = 0.0

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Look at it often until the end of the block."""
        looking = asyncio.create_task(self._look())
        try:
            yield
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    async def _look(self) -> None:
        while True:
            together = sum(_mb(member, "VmRSS") for member in family(self._pid))
            self.most_mb = max(self.most_mb, together)
            await asyncio.sleep(SAMPLE_S)

    def peak_mb(self) -> float:
        """The most that the process by itself has had, as the kernel counted it."""
        return _mb(self._pid, "VmHWM")

    def now_mb(self) -> float:
        """What it has now."""
        return _mb(self._pid, "VmRSS")


def _mb(pid: int, name: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split(f"{name}:")[1].split()[0]) / 1024
