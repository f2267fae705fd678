"""A process that holds everything loaded and forks a child for each trial.

A child does a deed on a copy of the prepared files, and a fault is put into it: it is killed before
its n-th step, or the disk is full, or the file is locked. Then another child starts as after a
restart and looks. ``python -m tests.reports.faults.lab`` reads requests and answers in JSON lines.
"""

import asyncio
import gc
import json
import os
import pickle
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from bot.errors import UserError
from bot.reports import receipts
from tests.clock import HandClock
from tests.reports.conftest import PERSON, WORDS
from tests.reports.faults.deed import Deed, Scene, State, bystander, left_alone, opened
from tests.reports.faults.steps import Steps

ROOT = Path(__file__).parents[3]
LOCKED_MS = 15
PAGE = 4096
MOST = 400  # trials; more would mean that a deed never ends
SEEN = (WORDS.encode(), b"vexatious", str(PERSON).encode(), PERSON.to_bytes(8, "big"))


class Told:
    """What a child has told, line by line, also when it was killed after that."""

    def __init__(self) -> None:
        self._out, self._into = os.pipe()

    def tell(self, kind: str, text: str = "") -> None:
        os.write(self._into, (json.dumps([kind, text]) + "\n").encode())

    def read(self) -> list[list[str]]:
        os.close(self._into)
        with os.fdopen(self._out, encoding="utf-8") as out:
            return [json.loads(line) for line in out]


def in_child(work: Callable[[Told], Coroutine[Any, Any, None]]) -> tuple[int, list[list[str]]]:
    """Run it in a child that ends without tidying up; how it ended, and what it told."""
    told = Told()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            asyncio.run(_and_out(work(told)))
            code = 0
        except BaseException:
            told.tell("failed", traceback.format_exc())
        finally:
            os._exit(code)
    lines = told.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), lines


async def _and_out(work: Coroutine[Any, Any, None]) -> None:
    await work
    os._exit(0)


async def scene_of(deed: Deed, folder: Path, state: State) -> Scene:
    clock = HandClock()
    clock._now, clock._monotonic = state.get("clock", (clock._now, clock._monotonic))
    return Scene(await opened(folder, clock, deed.settings), clock, state)


def kept_for(scene: Scene) -> State:
    return {**scene.state, "clock": (scene.clock._now, scene.clock._monotonic)}


class Trials:
    """All trials of one deed."""

    def __init__(self, deed: Deed, work: Path) -> None:
        self.deed = deed
        self._work = work
        self._before = work / "before"
        self._folder = work / "now"

    def prepare(self) -> None:
        async def prepared(told: Told) -> None:
            scene = await scene_of(self.deed, self._before, {})
            await scene.office.serve()
            await bystander(scene)
            await self.deed.prepare(scene)
            (self._work / "state").write_bytes(pickle.dumps(kept_for(scene)))

        code, lines = in_child(prepared)
        if code:
            raise AssertionError(f"{self.deed.name}: not prepared: {lines}")

    def _fresh(self) -> State:
        shutil.rmtree(self._folder, ignore_errors=True)
        shutil.copytree(self._before, self._folder)
        state: State = pickle.loads((self._work / "state").read_bytes())
        return state

    # Killed

    def killed(self, at: int) -> tuple[bool, str]:
        """Whether it was killed before that step, and what the step is."""
        state, deed, folder = self._fresh(), self.deed, self._folder

        async def doing(told: Told) -> None:
            def die(number: int, what: str) -> None:
                if number == at:
                    told.tell("step", what)
                    os.kill(os.getpid(), signal.SIGKILL)

            steps = Steps(str(folder), die)
            if deed.starts:
                steps.begin()
            scene = await scene_of(deed, folder, state)
            steps.begin()
            await deed.act(scene, lambda text: told.tell("told", text))

        code, lines = in_child(doing)
        step = next((text for kind, text in lines if kind == "step"), "")
        where = f"{deed.name}, killed before step {at} ({step})"
        if code not in (0, -signal.SIGKILL):
            raise AssertionError(f"{where}: {lines}")
        self._unreadable(where)
        self._look_after_restart(state, [text for kind, text in lines if kind == "told"], where)
        return code != 0, step

    def _look_after_restart(self, state: State, told: list[str], where: str) -> None:
        async def looking(told_now: Told) -> None:
            scene = await scene_of(self.deed, self._folder, state)
            scene.told = told
            await self._truth(scene)

        code, lines = in_child(looking)
        if code:
            raise AssertionError(f"{where}, told {told}: {lines}")
        self._unreadable(where)

    async def _truth(self, scene: Scene) -> None:
        """What was told is so; done again it is done, once; and the others' reports are there."""
        await self.deed.look(scene)
        await left_alone(scene)
        await self.deed.act(scene, scene.told.append)
        await self.deed.end(scene)
        await left_alone(scene)

    def _unreadable(self, where: str) -> None:
        for file in sorted(self._folder.rglob("*")):
            if file.is_file() and file.suffix != ".key":
                content = file.read_bytes()
                if any(trace in content for trace in SEEN):
                    raise AssertionError(f"{where}: it stands in {file.name}")

    # In trouble

    def in_trouble(self, name: str, number: int) -> tuple[bool, str]:
        """Do the deed in a trouble of that size; whether it was felt.

        Whoever does it is told, and the truth; the process goes on; when the trouble is over the
        same thing done again is done.
        """
        state, deed, folder = self._fresh(), self.deed, self._folder

        async def doing(told: Told) -> None:
            trouble = TROUBLES[name](folder, number)
            scene = await scene_of(deed, folder, state)
            await trouble.begin(scene)
            try:
                await deed.act(scene, scene.told.append)
            except UserError as error:
                assert str(error).count(" ") > 6, error
                scene.told.append(f"refused: {error}")
                told.tell("refused", str(error))
            finally:
                trouble.end()
            if trouble.felt:
                told.tell("felt", trouble.felt)
            await self._truth(scene)

        code, lines = in_child(doing)
        where = f"{deed.name}, {name} {number}"
        if code:
            raise AssertionError(f"{where}: {lines}")
        self._unreadable(where)
        felt = next((text for kind, text in lines if kind == "felt"), "")
        refused = next((text for kind, text in lines if kind == "refused"), "")
        return bool(felt), refused or felt


class Locked:
    """Another connection takes the file before the n-th step, for longer than we wait."""

    def __init__(self, folder: Path, number: int) -> None:
        self.felt = ""
        path = folder / "data" / "reports.db"
        self._other = sqlite3.connect(
            path, timeout=0, isolation_level=None, check_same_thread=False
        )
        self._number = number
        self._steps = Steps(str(folder), self._take)

    def _take(self, number: int, what: str) -> None:
        if number >= self._number and not self.felt:
            try:
                self._other.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError:
                return  # we hold it ourselves: at the next step then
            self.felt = what

    async def begin(self, scene: Scene) -> None:
        await scene.office.database.alone(f"PRAGMA busy_timeout = {LOCKED_MS}")
        self._steps.begin()

    def end(self) -> None:
        self._steps.end()
        if self._other.in_transaction:
            self._other.execute("ROLLBACK")
        self._other.close()


class NoRoom:
    """No file can grow, or be written, beyond so many pages."""

    def __init__(self, folder: Path, number: int) -> None:
        self._pages = number
        self._size = (0, 0)
        self._folder = folder
        self.felt = ""

    async def begin(self, scene: Scene) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self._pages * PAGE, resource.RLIM_INFINITY))

    def end(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        largest = max(file.stat().st_size for file in self._folder.rglob("*") if file.is_file())
        self.felt = "" if largest < self._pages * PAGE else f"{self._pages} pages"


class FullDisk:
    """The disk, which is a small one in memory of this process's own, has so many pages left."""

    def __init__(self, folder: Path, number: int) -> None:
        self._folder, self._pages = folder, number
        self._ballast = folder.parent / "ballast"
        self.felt = ""

    def _free(self) -> int:
        disk = os.statvfs(self._folder)
        return disk.f_bavail * disk.f_frsize // PAGE

    async def begin(self, scene: Scene) -> None:
        with self._ballast.open("wb") as out:
            os.posix_fallocate(out.fileno(), 0, max(1, self._free() - self._pages) * PAGE)

    def end(self) -> None:
        self.felt = "" if self._free() > 1 else f"{self._pages} pages left"
        self._ballast.unlink()


TROUBLES: dict[str, Any] = {"locked": Locked, "no room": NoRoom, "full": FullDisk}


def trials(name: str, fault: str, disk: Path) -> dict[str, Any]:
    """All trials of a deed with one kind of fault: what was felt in each."""
    from tests.reports.faults.deeds import DEEDS

    with tempfile.TemporaryDirectory(dir=disk) as work:
        all_of = Trials(DEEDS[name], Path(work))
        all_of.prepare()
        felt: list[str] = []
        begin = 1 if fault in ("killed", "locked") else 0
        unfelt = 0
        for number in range(begin, MOST):
            if fault == "killed":
                happened, what = all_of.killed(number)
            else:
                happened, what = all_of.in_trouble(fault, number)
            if not happened:
                unfelt += 1
                if unfelt > (2 if fault == "full" else 0):
                    break
            else:
                felt.append(what)
        else:
            raise AssertionError(f"{name}: it never ends")
        return {"felt": felt}


def main() -> None:
    """Answer requests until there are none."""
    receipts.MEMORY_BYTES, receipts.PASSES = 8192, 1  # what it costs is not what is looked at
    receipts.read_receipt(receipts.new_receipt())  # the list of words is loaded with it
    gc.disable()
    gc.freeze()  # a child need not copy what it only reads
    disk = Path(sys.argv[1])
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = trials(request["deed"], request["fault"], disk)
        except BaseException as error:
            answer = {"failed": f"{error}" if isinstance(error, AssertionError) else repr(error)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


class Lab:
    """The process, from outside.

    Args:
        small_disk: give it a small disk of its own, which needs a right that not every host gives.
    """

    def __init__(self, folder: Path, *, small_disk: bool = False) -> None:
        command = [sys.executable, "-m", "tests.reports.faults.lab", str(folder)]
        if small_disk:
            mount = 'mount -t tmpfs -o size=6m steward "$1" && shift && exec "$@"'
            command = ["unshare", "-rm", "sh", "-c", mount, "sh", str(folder), *command]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def trials(self, deed: str, fault: str) -> list[str]:
        """What was felt in each trial; raises AssertionError as a trial did."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"deed": deed, "fault": fault}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "failed" not in answer, answer["failed"]
        felt: list[str] = answer["felt"]
        return felt

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


if __name__ == "__main__":
    main()
