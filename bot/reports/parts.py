"""What the parts of the desk share: the stores, and what is in memory alone."""

import asyncio

from bot.clock import Clock
from bot.config import Config
from bot.limits import DailyLimits
from bot.reports.alarm import Alarm
from bot.reports.choices import Choices
from bot.reports.drafts import Drafts
from bot.reports.erasing.store import Erasing
from bot.reports.figures.store import FiguresStore
from bot.reports.groups import Groups
from bot.reports.keyring import Keyring
from bot.reports.keyring.store import KeyStore
from bot.reports.keys import KeyFiles
from bot.reports.notices.store import NoticeStore
from bot.reports.receipts import Derived, Deriver
from bot.reports.senders import Senders
from bot.reports.store import ReportStore
from bot.reports.stored import StoredReport
from bot.reports.timetable import Timetable
from bot.reports.traces import DELETED_NAME, DeletedReports, Traces
from bot.reports.visits import Visits
from bot.storage import Database


class DeskPart:
    """One desk is made of several parts, each of which says what can be done at it.

    Attributes:
        alarm: tells moderators at once where a reporter wants that.
        choices: what each server has chosen.
        drafts: reports that are being written.
        groups: the groups of people that each server offers.
        keyring: what reports are sealed to.
        timetable: when moderators see what has come in.
    """

    def __init__(self, database: Database, config: Config, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._traces = Traces(config.reports_database, config.keys, clock)
        self._deleted = DeletedReports(database.path.with_name(DELETED_NAME))
        self._store = ReportStore(database, self._traces)
        self._notices = NoticeStore(database)
        self._erasing = Erasing(database, self._traces)
        self._keys, self._key_files = KeyStore(database), KeyFiles(config.keys)
        self._limits = DailyLimits(clock)
        self._senders = Senders(self._limits)
        self._visits = Visits(clock)
        self._deriver: Deriver | None = None
        self._held: dict[bytes, StoredReport] = {}
        self._marked: set[bytes] = set()  # on the list of the deleted, but not deleted yet
        self._changing = asyncio.Lock()
        self._stirred = asyncio.Event()
        self.keyring = Keyring(self._keys, self._key_files, config.report_reading)
        self.timetable = Timetable(config.report_notice_times, config.timezone)
        self.alarm = Alarm(self._store, self._notices)
        self.drafts = Drafts(clock)
        self.choices = Choices(database)
        self._figures_store = FiguresStore(database)
        self.groups = Groups(self.choices, clock, self._may_count)

    @property
    def fate(self) -> str:
        """What becomes of a report that is marked: withdrawn, or its time is over."""
        if self.timetable.at_once:
            return "This report is marked and is deleted as soon as the file can be written."
        when = self.timetable.when(self._clock.now())
        return (
            f"This report is marked and is deleted at the next notice time, {when}, or when I am "
            "next started. Until then moderators who could see it still can."
        )

    async def _may_count(self, guild_id: int) -> bool:
        """Whether a server may have something that comes to be counted."""
        opened = await self.choices.was_opened(guild_id)
        return opened or await self._figures_store.any_to_count(guild_id)

    async def _derived(self, receipt: str) -> Derived:
        assert self._deriver is not None, "open() comes first"
        return await self._deriver.derive(receipt)
