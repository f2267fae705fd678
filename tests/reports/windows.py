"""Many days of a made-up server: who is active, who reports, who comes back, what can be seen.

Who sends is drawn evenly from those that an observer could think of, and so is everything else
that happens, whoever sends. Each hidden step comes directly after something that its member was
seen to do: that is what a leak of time or order would give away.
"""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Literal
from unittest.mock import patch

from bot.config import Config
from bot.errors import NotFound
from bot.reports.desk import Desk
from bot.reports.messages import MessageKind
from bot.storage import Database
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, Office, answers
from tests.reports.watching import Board, Files, Seen, inbox, now_ns, tick, times_of

MEMBERS = 10
ACTIVE = (6, 8)
FEWEST = 3  # that a report could be of
Kind = Literal["send", "collect", "add", "use", "answer", "withdraw"]
HOURS = 23
LOOKS = (6, 12, 18)  # the hours of a window at which moderators look


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to happen.

    Attributes:
        reports: how many in a window, each as likely.
        back: what reporters do when they come back, each as likely.
        again: how likely they are to, on each of the next four days.
    """

    seed: int
    windows: int
    reports: tuple[int, ...] = (1, 1, 2, 3)
    back: tuple[Kind, ...] = ("collect", "add", "use", "answer", "withdraw")
    again: float = 0.4


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a member was seen to do in a channel.

    Attributes:
        hour: of the window.
        at: when, as ``now_ns``.
    """

    member: int
    hour: float
    at: int


@dataclass
class Thread:
    """A report and what its reporter does in later windows.

    Attributes:
        steps: what is done in which window, the sending first.
        candidates: the members who were active in all of these windows.
        sender: one of them.
        id: what moderators know it by; None until they do.
    """

    steps: dict[int, Kind]
    candidates: list[int]
    sender: int
    text: str
    receipt: str = ""
    id: bytes | None = None


@dataclass
class Window:
    """What could be seen from one notice time to the next.

    Attributes:
        acts: in order.
        looks: the inbox each time that moderators looked, and how it was after what they did then;
            the first and the last are after the notice times.
        posts: when something was posted for moderators, and how many reports and additions.
        before: the times of files directly before the notice time, of their last writes only.
        files: when something was posted, or after the notice time where nothing was.
    """

    acts: list[Act] = field(default_factory=list)
    looks: list[tuple[Seen, Seen]] = field(default_factory=list)
    posts: list[tuple[int, int, int]] = field(default_factory=list)
    before: dict[str, int] = field(default_factory=dict)
    files: list[Files] = field(default_factory=list)


@dataclass
class History:
    """All of it, with the truth beside it."""

    windows: list[Window]
    threads: list[Thread]
    active: list[list[int]]


def drawn(plan: Plan) -> tuple[list[list[int]], list[Thread]]:
    """Who is active in which window, and what is reported."""
    chance, windows = random.Random(plan.seed), plan.windows
    active = [sorted(chance.sample(range(MEMBERS), chance.choice(ACTIVE))) for _ in range(windows)]
    threads: list[Thread] = []
    for begun in range(windows):
        for _ in range(chance.choice(plan.reports)):
            steps: dict[int, Kind] = {begun: "send"}
            candidates = set(active[begun])
            for later in range(begun + 1, min(begun + 5, windows)):
                both = candidates & set(active[later])
                if len(both) < FEWEST or chance.random() < 1 - plan.again:
                    continue
                candidates = both
                steps[later] = chance.choice(plan.back)
                if steps[later] == "withdraw":
                    break
            threads.append(
                Thread(
                    steps,
                    sorted(candidates),
                    chance.choice(sorted(candidates)),
                    # How long it is has nothing to do with who wrote it.
                    f"Report {len(threads)}: " + "words " * chance.choice((5, 50, 400)),
                )
            )
    return active, threads


@asynccontextmanager
async def opened(folder: Path, clock: HandClock, **settings: object) -> AsyncIterator[Office]:
    """A desk on real files whose derivations are quick: they are not what is looked at."""
    config = replace(
        Config(
            database=folder / "data" / "steward.db",
            report_notice_times=(time(18, 0),),
            report_daily_limit=100,
        ),
        **settings,  # type: ignore[arg-type]
    )
    database = await Database.open(config.reports_database, "reports")
    board = Board(config.database.parent)
    office = Office(Desk(database, config, clock), database, config, board)  # type: ignore[arg-type]
    receipts = "bot.reports.receipts"
    try:
        with patch(f"{receipts}.PASSES", 1), patch(f"{receipts}.MEMORY_BYTES", 8_192):
            await office.desk.open()
            await office.desk.prepare(GUILD)
            await office.serve()
            yield office
    finally:
        await office.desk.close()
        await database.close()


class Simulation:
    """Lives through the windows, one after the other."""

    def __init__(self, office: Office, clock: HandClock, plan: Plan) -> None:
        self.office = office
        self.clock = clock
        self.chance = random.Random(plan.seed + 1)
        self.board: Board = office.board  # type: ignore[assignment]
        active, threads = drawn(plan)
        self.history = History([], threads, active)
        self._known: set[bytes] = set()

    async def run(self) -> History:
        """Everything that was seen. A window goes from one notice time to the next."""
        if not self.office.desk.timetable.at_once:
            self._set(self.office.desk.timetable.next_after(self.clock.now()))
            await self.office.serve()
        for number in range(len(self.history.active)):
            self.history.windows.append(await self._window(number))
        return self.history

    async def _window(self, number: int) -> Window:
        window = Window()
        if number:
            window.looks.append(self.history.windows[-1].looks[-1])
        hours: list[tuple[float, int, Thread | None]] = []
        spans = {}
        for member in self.history.active[number]:
            begin = self.chance.uniform(0, HOURS - 3)
            acts = sorted(
                begin + self.chance.uniform(0, 3) for _ in range(self.chance.randint(1, 5))
            )
            spans[member] = acts
            hours += [(hour, member, None) for hour in acts]
        for thread in self.history.threads:
            if number in thread.steps:
                # Directly after something that the member is seen to do.
                hour = self.chance.choice(spans[thread.sender])
                hours.append((hour, MEMBERS, thread))
        looks = [*LOOKS]
        start = self.clock.now()
        hidden = False
        for hour, member, hers in sorted(hours, key=lambda each: each[:2]):
            while looks and looks[0] <= hour:
                await self._moderate(window, number, start + timedelta(hours=looks.pop(0)))
                hidden = True  # what is seen to happen next is after the look
            self._set(start + timedelta(hours=hour))
            if hers is not None or hidden:
                tick()
            hidden = hers is not None
            if hers is None:
                window.acts.append(Act(member, hour, now_ns()))
                await self._idle(member)
            else:
                await self._step(hers, hers.steps[number], number)
                await self._round()
        while looks:
            await self._moderate(window, number, start + timedelta(hours=looks.pop(0)))
        await self._notice_time(window, number)
        return window

    async def _round(self) -> None:
        # What runs by itself each minute, and at once where there are no notice times.
        await self.office.serve()

    async def _notice_time(self, window: Window, number: int) -> None:
        tick()
        folder = self.office.folder
        written = {name: at for name, at in times_of(folder).items() if name.endswith("written")}
        window.before = written
        desk = self.office.desk
        if desk.timetable.at_once:
            self.clock.advance(timedelta(hours=1))
        else:
            self._set(desk.timetable.next_after(self.clock.now()))
        await self.office.serve()
        if not self.board.files:
            self.board.look()
        window.posts, self.board.posts = self.board.posts, []
        window.files, self.board.files = self.board.files, []
        await self._look(window, number, whole=True)

    def _set(self, moment: datetime) -> None:
        step = moment - self.clock.now()
        if step > timedelta():
            self.clock.advance(step)

    async def _look(self, window: Window, number: int, *, whole: bool) -> None:
        seen = await inbox(self.office, self._lively(number), whole=whole)
        for report_id in seen.reports.keys() - self._known:
            self._known.add(report_id)
            text = (await self.office.desk.inbox.open(GUILD, report_id)).text
            for thread in self.history.threads:
                if thread.text.strip() == text:
                    thread.id = report_id
        window.looks.append((seen, seen))

    def _lively(self, number: int) -> set[bytes]:
        """The reports that change in this window or in the next: who looks at all sees no more."""
        return {
            thread.id
            for thread in self.history.threads
            if thread.id is not None and thread.steps.keys() & {number, number + 1}
        }

    async def _moderate(self, window: Window, number: int, moment: datetime) -> None:
        """Moderators look, do something, and look again."""
        self._set(moment)
        tick()
        # With many reports the bundle takes longest.
        whole = number % 4 == 0 and len(window.looks) < 2
        await self._look(window, number, whole=whole)
        before = window.looks.pop()[0]
        desk = self.office.desk.inbox
        for thread in self.history.threads:
            if thread.id is None or thread.id not in before.reports:
                continue
            if number + 1 not in thread.steps and self.chance.random() < 0.9:
                continue
            what = self.chance.choice(("reply", "reply", "note", "status", "label"))
            if what == "reply":
                await desk.reply(GUILD, thread.id, "We are on it.")
            elif what == "note":
                await desk.note(GUILD, thread.id, 1, "Seen this before.")
            elif what == "status":
                await desk.set_status(GUILD, thread.id, self.chance.choice(("looking", "acted")))
            else:
                await desk.label(GUILD, thread.id, 1, self.chance.choice(("north", "rota")))
        for thread in self.history.threads:
            # A quotation is asked about before it is answered.
            if thread.id in before.reports and thread.steps.get(number + 1) == "answer":
                await desk.write(
                    GUILD,
                    thread.id,
                    MessageKind.QUOTE,
                    "words",
                    quote=f"q{number}",
                )
        after = await inbox(self.office, self._lively(number), whole=whole)
        window.looks.append((before, after))

    async def _idle(self, member: int) -> None:
        """What members do besides that leaves nothing: a draft thrown away, a wrong receipt."""
        desk, what = self.office.desk, self.chance.random()
        if what < 0.3:
            await desk.prepare(GUILD)
            draft = desk.draft(GUILD, desk.drafts.new_id(), answers("Thought better of it."))
            desk.drafts.drop(draft.id)
        elif what < 0.5:
            try:
                await desk.check(GUILD, member + 1, "zoo " * 8)
            except NotFound:
                return

    async def _step(self, thread: Thread, kind: Kind, number: int) -> None:
        office, person = self.office, thread.sender + 1
        if kind == "send":
            thread.receipt = await office.send(thread.text, person)
            return
        checked = await office.check(thread.receipt, person)
        desk = office.desk
        await desk.collected(GUILD, checked)
        visit = checked.visit
        if kind == "add":
            await desk.add(GUILD, person, visit, "One thing more.")
        elif kind == "use":
            uses = ("count", "pub") if number % 2 else ("pub", "count")
            await desk.change_use(GUILD, person, visit, uses[0])
        elif kind == "answer":
            for quote in sorted(
                checked.conversation.quotations - checked.conversation.answers.keys()
            ):
                await desk.answer(GUILD, person, visit, quote, yes=True)
        elif kind == "withdraw":
            await self._withdraw(visit)

    async def _withdraw(self, visit: str) -> None:
        await self.office.desk.withdraw(GUILD, visit)


async def simulated(folder: Path, plan: Plan, **settings: object) -> History:
    """What was seen of a plan, and the truth.

    Args:
        settings: of the configuration.
    """
    clock = HandClock()
    async with opened(folder, clock, **settings) as office:
        return await Simulation(office, clock, plan).run()
