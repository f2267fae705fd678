"""What a deed is: something that a person, a moderator or the clock does, and what it leaves."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from bot.config import Config
from bot.errors import NotFound, Unavailable
from bot.reports.desk import Desk
from bot.reports.model import OpenedReport
from bot.reports.sealing import new_keypair
from bot.storage import Database
from tests.clock import HandClock
from tests.reports.conftest import GUILD, PERSON, Noticeboard, Office

DAY = timedelta(days=1)
BYSTANDER = "Somebody else's report, which all this must leave alone."
REPLY, ADDITION = "Thank you. Who was told?", "And another thing."

State = dict[str, Any]
Tell = Callable[[str], None]
"""What a person is told, at the moment at which it can be told."""


@dataclass
class Scene:
    """A desk on a folder, as after a start."""

    office: Office
    clock: HandClock
    state: State
    told: list[str] = field(default_factory=list)

    @property
    def desk(self) -> Desk:
        return self.office.desk

    async def next_notice(self) -> None:
        """Let moderators see everything."""
        self.clock.advance(DAY)
        await self.office.serve()

    async def visit(self, receipt: str) -> str:
        """The token that a receipt gives."""
        return (await self.office.check(receipt)).visit

    async def kept(self, receipt: str) -> bool:
        """Whether a receipt opens a report; if not, that says what to do."""
        try:
            await self.office.check(receipt)
        except NotFound as error:
            assert "send it again" in str(error)
            return False
        return True

    async def texts(self) -> list[str | None]:
        """The words of all reports that moderators can open, but for the bystander's."""
        return [report.text for report in await self.opened() if report.text != BYSTANDER]

    async def opened(self) -> list[OpenedReport]:
        """All that moderators can open. What is withdrawn they cannot after a restart."""
        found = []
        for line in await self.desk.inbox.list(GUILD):
            with suppress(Unavailable):
                found.append(await self.desk.inbox.open(GUILD, line.id))
        return found

    async def messages(self, report_id: bytes) -> list[str]:
        """What moderators read under a report, with its kind."""
        report = await self.desk.inbox.open(GUILD, report_id)
        return [f"{each.kind}: {each.text or ''}" for each in report.messages]


Act = Callable[[Scene, Tell], Awaitable[None]]
Look = Callable[[Scene], Awaitable[None]]
Prepare = Callable[[Scene], Awaitable[None]]


@dataclass(frozen=True)
class Deed:
    """One deed.

    Attributes:
        prepare: what was before; it fills the scene's state.
        act: the deed; whoever did it does it again when they were not told that it was done.
        look: asserts that what they were told so far (``scene.told``) is so, when it was cut off.
        end: asserts what is there in the end, after it was done again.
        settings: of the bot.
        starts: the start is part of it.
    """

    name: str
    prepare: Prepare
    act: Act
    look: Look
    end: Look
    settings: dict[str, Any] = field(default_factory=dict)
    starts: bool = False


async def opened(folder: Path, clock: HandClock, settings: dict[str, Any]) -> Office:
    """A desk on the files of a folder."""
    given: dict[str, Any] = {"report_notice_times": (time(18, 0),), "report_daily_limit": 100}
    config = Config(database=folder / "data" / "steward.db", **(given | settings))
    database = await Database.open(config.reports_database, "reports")
    office = Office(Desk(database, config, clock), database, config, Noticeboard())
    await office.desk.open()
    return office


async def bystander(scene: Scene) -> None:
    """A report that is not concerned, with a reply and an addition, before every deed."""
    if not scene.desk.keyring.opens_here:
        await scene.desk.keyring.use_away_key(GUILD, new_keypair()[1].hex())
    scene.state["bystander"] = receipt = await scene.office.send(BYSTANDER)
    await scene.next_notice()
    (line,) = await scene.desk.inbox.list(GUILD)
    await scene.desk.inbox.reply(GUILD, line.id, REPLY)
    await scene.desk.add(GUILD, PERSON, await scene.visit(receipt), ADDITION)


async def left_alone(scene: Scene) -> None:
    """Asserts that it is as it was, once and whole."""
    checked = await scene.office.check(scene.state["bystander"])
    assert checked.replies == (REPLY,)
    assert checked.additions == 1
    if not scene.desk.keyring.opens_here:
        return
    (report,) = [each for each in await scene.opened() if each.text == BYSTANDER]
    assert {each.text for each in report.messages} <= {REPLY, ADDITION}
