"""Reports, 5 a second for a minute and 100 at once, and what it does to everybody's commands.

The reporters act in the sandbox, which is in this process and shares the machine with the bot.
"""

import asyncio
import os
import re
import signal
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.processes import cpu_s, process
from benchmarks.reporters import Memory, Others, Sent, Watching, text, written
from bot.config import Config
from bot.reports.bundle import read_bundle
from bot.reports.receipts import AT_ONCE, derive
from bot.sandbox import NoAnswer, Person, Sandbox

A_SECOND, SECONDS = 5, 60
BURST = 100
PEOPLE = 134  # three reports a day from each, at most
PATIENCE_S = 90
WANTED = "wanted: p99 < 250 ms"


async def main() -> None:
    """Sent, sealed, readable; how long it took, and what everybody else felt of it."""
    async with Sandbox() as sandbox:
        people = [sandbox.add_person(f"reporter{n}") for n in range(PEOPLE)]
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            # So that nothing is shown meanwhile, as on all but two minutes of a day.
            away = datetime.now(UTC).astimezone(Config().timezone) + timedelta(hours=12)
            async with _bot(sandbox, people, folder, f"{away:%H:%M}") as load:
                kept = [*await load.steadily(), *(burst := await load.at_once())]
                print(f"  commands of others, both together {_spread(load.commands_ms)} ms")
                readable = await _by_receipt(kept)
            _compare(burst, *await asyncio.to_thread(_bare, folder / "reports.db", burst))
            async with _bot(sandbox, people, folder, "now", kept[-1].number) as load:
                print("  and where each is shown, and the file rewritten, at once:")
                kept += (late := await load.at_once())
                readable += await _by_receipt(late)
                shown, opened = await _by_moderators(sandbox, folder, len(kept))
    told = {text(sent.number) for sent in kept if sent.sealed_s is not None}
    print(
        f"  {len(kept)} sent, {len(told)} said to be sealed, {readable} found by their receipts; "
        f"after a restart and a notice {shown} are listed, and {len(opened & told)} of those texts "
        "open with the server's key"
    )


@asynccontextmanager
async def _bot(
    sandbox: Sandbox, people: list[Person], folder: Path, notices: str, sent: int = 0
) -> AsyncIterator["Load"]:
    """A bot that has been used a little, and the load on it; so many were sent before."""
    lag_file = folder / "lag"
    watched = ("-m", "benchmarks.watched", str(lag_file))
    async with process(sandbox, folder, *watched, REPORT_NOTICE_TIMES=notices) as (pid, _):
        await sandbox.until(lambda: len(sandbox.commands) > 5, timeout=30)
        first = Others(sandbox)
        await first.once()
        slowest = max(first.took_ms, key=lambda name: first.took_ms[name][0])
        print(f"  slowest first command: {slowest}, {first.took_ms[slowest][0]:.0f} ms")
        yield Load(sandbox, people, pid, lag_file, sent)


def _compare(burst: list[Sent], bound_s: float, found: int) -> None:
    last = max(sent.sealed_s or PATIENCE_S for sent in burst)
    print(
        f"  bare derivations of these {len(burst)}, {AT_ONCE} at a time: {bound_s:.1f} s; the bot "
        f"took {last / bound_s:.2f} times that; {found} of them lead to a row"
    )


class Load:
    """The two loads on a running bot, each printed with what was felt of it.

    Attributes:
        commands_ms: what others' commands took in all of them.
    """

    def __init__(
        self, sandbox: Sandbox, people: list[Person], pid: int, lag_file: Path, sent: int
    ) -> None:
        self._sandbox = sandbox
        self._turns = (person for _ in range(3) for person in people)
        self._pid = pid
        self._lag_file = lag_file
        self._number = sent
        self._given_up = 0
        self.commands_ms: list[float] = []
        self._watching = Watching()
        sandbox._core.hub.listen(self._watching.on)

    async def steadily(self) -> list[Sent]:
        """Five a second for a minute, each with the whole way from ``/report new``."""
        made: list[Sent] = []

        async def one(person: Person, number: int) -> None:
            try:
                sent, ready = await written(person, number)
            except NoAnswer:
                self._given_up += 1
                return
            made.append(sent)
            await self._watching.send(sent, ready, PATIENCE_S)

        async def load() -> None:
            due = time.perf_counter()
            async with asyncio.TaskGroup() as group:
                for _ in range(A_SECOND * SECONDS):
                    group.create_task(one(*self._next()))
                    due += 1 / A_SECOND
                    await asyncio.sleep(due - time.perf_counter())

        await self._measured(f"{A_SECOND} a second for {SECONDS} s", load, made)
        return made

    async def at_once(self) -> list[Sent]:
        """A hundred who press Send in the same moment."""
        ready = [await written(*self._next()) for _ in range(BURST)]

        async def load() -> None:
            await asyncio.gather(
                *(self._watching.send(sent, reply, PATIENCE_S) for sent, reply in ready)
            )

        made = [sent for sent, _ in ready]
        await self._measured(f"{BURST} at once", load, made)
        return made

    def _next(self) -> tuple[Person, int]:
        self._number += 1
        return next(self._turns), self._number

    async def _measured(
        self, name: str, load: Callable[[], Awaitable[None]], made: list[Sent]
    ) -> None:
        others, memory = Others(self._sandbox), Memory(self._pid)
        self._lag_file.unlink(missing_ok=True)
        os.kill(self._pid, signal.SIGUSR1)
        used, begun = cpu_s(self._pid), time.perf_counter()
        async with others.busy(), memory.watched():
            await load()
        took, used = time.perf_counter() - begun, cpu_s(self._pid) - used
        os.kill(self._pid, signal.SIGUSR2)
        late = await _appears(self._lag_file)
        told = [sent.told_s for sent in made if sent.told_s is not None]
        sealed = [sent.sealed_s for sent in made if sent.sealed_s is not None]
        print(f"  {name}: {len(made)} sent, {len(told)} told, {len(sealed)} sealed")
        if self._given_up:
            print(f"    {self._given_up} were not answered while they wrote, and gave up")
        for said in sorted({sent.said for sent in made if sent.sealed_s is None}):
            print(f"    not sealed: {said}")
        print(f"    told that it is being sealed after {_spread(told, 1000)} ms")
        print(f"    sealed after                       {_spread(sealed, 1000)} ms")
        every = [ms for each in others.took_ms.values() for ms in each]
        self.commands_ms += every
        print(f"    commands of others meanwhile       {_spread(every)} ms ({WANTED})")
        if others.unanswered:
            print(f"      {others.unanswered} of them were not answered at all")
        for command, each in others.took_ms.items():
            print(f"      {command:<20}             {_spread(each)} ms")
        print(f"    loop late by {late}")
        print(
            f"    memory at most {memory.most_mb:.0f} MB with children, {memory.peak_mb():.0f} by "
            f"itself, then {memory.now_mb():.0f} (wanted: < 300); {used / took:.0%} of one core, "
            f"{used / max(1, len(sealed)):.2f} s a report; load average {os.getloadavg()[0]:.1f}"
        )


async def _appears(file: Path) -> str:
    def look() -> str:
        while not file.exists():
            time.sleep(0.01)
        return file.read_text()

    return await asyncio.wait_for(asyncio.to_thread(look), 10)


async def _by_receipt(kept: list[Sent]) -> int:
    """How many of them ``/report check`` finds."""

    async def check(sent: Sent) -> bool:
        form = await sent.person.run("report check")
        reply = await sent.person.submit(form.modal, {"receipt": sent.receipt})
        return "Your report was kept" in reply.text

    # Some at a time, so that each is answered within the 30 s that the sandbox waits.
    found = 0
    for start in range(0, len(kept), 50):
        found += sum(await asyncio.gather(*map(check, kept[start : start + 50])))
    return found


def _bare(database: Path, burst: list[Sent]) -> tuple[float, int]:
    """Seconds that the derivations take by themselves, and how many lead to a row; blocking."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        (salt,) = connection.execute("SELECT value FROM setting WHERE name = 'salt'").fetchone()
        rows = {lookup for (lookup,) in connection.execute("SELECT lookup FROM report")}
    begun = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        derived = list(threads.map(lambda sent: derive(sent.receipt, salt), burst))
    return time.perf_counter() - begun, sum(each.lookup in rows for each in derived)


async def _by_moderators(sandbox: Sandbox, folder: Path, expected: int) -> tuple[int, set[str]]:
    """How many reports ``/inbox list`` counts, and the texts in what ``/inbox export`` gives."""
    moderator, shown = sandbox.person("moderator"), 0
    async with asyncio.timeout(30):
        while shown < expected:  # the round that shows them begins with the bot
            counted = re.search(r"(\d+) reports?", (await moderator.run("inbox list")).text)
            shown = int(counted[1]) if counted else 0
            await asyncio.sleep(0.2)
    await moderator.run("inbox export")
    bundle = folder / "bundle.json"
    bundle.write_bytes(max(sandbox._core.files.values(), key=lambda file: file.id).data)
    (key,) = (folder / "keys").glob("*.key")
    reports = await asyncio.to_thread(read_bundle, bundle, key)
    return shown, {report.text for report in reports if report.text}


def _spread(values: list[float], scale: float = 1) -> str:
    ordered = sorted(value * scale for value in values) or [float("nan")]
    last = len(ordered) - 1
    p50, p99 = ordered[len(ordered) // 2], ordered[min(int(len(ordered) * 0.99), last)]
    return f"p50 {p50:6.0f}  p99 {p99:6.0f}  max {ordered[-1]:6.0f}"
