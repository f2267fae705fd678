"""A desk on real files, with a clock that the test moves."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import time
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.config import Config
from bot.reports.desk import Desk
from bot.reports.questions import Answers
from bot.reports.returning import Checked
from bot.storage import Database

GUILD = 4_000_000_000_000_000_001
PERSON = 918_273_645_546_372_819
WORDS = "They cancelled every supervision meeting since October and nobody answers."


@dataclass
class Noticeboard:
    """The moderators' channel: what was posted, or refused."""

    reachable: bool = True
    posted: list[tuple[int, int, int]] = field(default_factory=list)

    async def notice(self, guild_id: int, reports: int, additions: int) -> bool:
        if self.reachable:
            self.posted.append((guild_id, reports, additions))
        return self.reachable


def answers(text: str = WORDS, **choices: str) -> Answers:
    """A report's answers, with something chosen for each question."""
    given = {"category": "load", "employer": "ps", "region": "n", "use": "conf", **choices}
    return Answers.of(
        text=text,
        category=given["category"],
        employer=given["employer"],
        region=given["region"],
        use=given["use"],
    )


@dataclass
class Office:
    """A desk with what is around it."""

    desk: Desk
    database: Database
    config: Config
    board: Noticeboard

    @property
    def folder(self) -> Path:
        return self.config.database.parent

    def bytes_on_disk(self) -> bytes:
        """Every byte of every file, names included, but for the private keys."""
        return b"\n".join(
            file.name.encode() + b"\n" + file.read_bytes()
            for file in sorted(self.folder.rglob("*"))
            if file.is_file() and file.suffix != ".key"
        )

    async def send(self, text: str = WORDS, person: int = PERSON, guild: int = GUILD) -> str:
        """Send a report; its receipt."""
        draft = self.desk.draft(guild, self.desk.drafts.new_id(), answers(text))
        assert await self.desk.send(draft, person) == "sent"
        return draft.receipt

    async def check(self, receipt: str, person: int = PERSON, guild: int = GUILD) -> Checked:
        return await self.desk.check(guild, person, receipt)

    async def serve(self) -> None:
        await self.desk.serve(self.board)

    async def only_id(self, guild: int = GUILD) -> bytes:
        """The id of the only report that moderators can see."""
        (line,) = await self.desk.inbox.list(guild)
        return line.id


OpenOffice = Callable[..., Awaitable[Office]]


@pytest.fixture
async def open_office(tmp_path: Path, clock: Clock) -> AsyncIterator[OpenOffice]:
    """Open a desk on the test's folder; opening it again is a restart."""
    opened: list[Office] = []

    async def close() -> None:
        while opened:
            office = opened.pop()
            await office.desk.close()
            await office.database.close()

    async def open_it(**settings: object) -> Office:
        await close()
        config = replace(
            Config(
                database=tmp_path / "data" / "steward.db",
                report_notice_times=(time(18, 0),),
                report_daily_limit=100,
            ),
            **settings,  # type: ignore[arg-type]
        )
        database = await Database.open(config.reports_database, "reports")
        office = Office(Desk(database, config, clock), database, config, Noticeboard())
        opened.append(office)
        await office.desk.open()
        return office

    yield open_it
    await close()


@pytest.fixture
async def office(open_office: OpenOffice) -> Office:
    """A desk that shows moderators things at 18:00 London time; the clock starts at noon."""
    office = await open_office()
    await office.serve()
    return office
