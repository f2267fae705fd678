"""The moderators' side of the desk. Everything here is as of the last notice time."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.clock import Clock, iso_week
from bot.errors import InvalidInput, NotFound, Unavailable
from bot.reports.bundle import pack
from bot.reports.keyring import Keyring
from bot.reports.messages import MessageKind, payload
from bot.reports.model import OpenedReport, open_report, short_name
from bot.reports.questions import STATUSES
from bot.reports.sealing import CannotOpen, open_envelope, seal
from bot.reports.store import ReportStore, StoredReport

REPLY_LIMIT = 1_800
GONE = "There is no such report here, or not any more. `/inbox list` shows those there are."
RESTING = "That report cannot be opened before the next notice time. Please try again after it."


@dataclass(frozen=True, slots=True)
class Line:
    """One report in a list.

    Attributes:
        category: its code; None where reports are not opened on this machine, or not now.
    """

    id: bytes
    week: str
    status: str
    category: str | None

    @property
    def name(self) -> str:
        """The beginning of its random id."""
        return short_name(self.id)


class Inbox:
    """What those who read reports can see and do.

    Args:
        held: the sealed words of reports that were withdrawn since the last notice time, so that
            nobody can see before the next one that they were.
    """

    def __init__(
        self,
        store: ReportStore,
        keyring: Keyring,
        clock: Clock,
        held: Callable[[], dict[bytes, StoredReport]],
    ) -> None:
        self._store = store
        self._keyring = keyring
        self._clock = clock
        self._held = held

    async def list(self, guild_id: int, *, status: str = "", category: str = "") -> list[Line]:
        """The reports, newest week first, in no order within a week.

        Args:
            status, category: codes to narrow it down by; a category needs reading in Discord.
        """
        reports = [self._whole(report) for report in await self._store.shown(guild_id)]
        if status:
            reports = [report for report in reports if report.status == status]
        keys = await self._keyring.opening(guild_id)
        lines = await asyncio.to_thread(_lines, reports, keys)
        return [line for line in lines if not category or line.category == category]

    async def find(self, guild_id: int, typed: str) -> bytes:
        """The id of a report from its name, or from any beginning of its id of 4 digits or more.

        Raises:
            NotFound: there is none, or several begin so.
        """
        digits = typed.strip().lower()
        if not re.fullmatch(r"[0-9a-f]{4,32}", digits):
            raise NotFound(GONE)
        found = [
            report.id
            for report in await self._store.shown(guild_id)
            if report.id.hex().startswith(digits)
        ]
        if len(found) != 1:
            raise NotFound(GONE if not found else "Several reports begin so; give more of it.")
        return found[0]

    async def open(self, guild_id: int, report_id: bytes) -> OpenedReport:
        """One report with its messages; without the text of what a key kept elsewhere would open.

        Raises:
            NotFound: there is none, or moderators may not see it yet.
            Unavailable: it cannot be opened on this machine, or not now.
        """
        report = await self._stored(guild_id, report_id)
        if not self._keyring.opens_here:
            raise Unavailable(
                "Reports are sealed to a key that is not on this machine. Take `/inbox export`, "
                "and open the file where the key is, with `python -m bot inbox FILE --key KEY`."
            )
        if report.sealed is None:
            raise Unavailable(RESTING)
        keys = await self._keyring.opening(guild_id)
        opened = await asyncio.to_thread(open_report, report, keys)
        if not opened.opened:
            raise Unavailable(
                "That report is sealed to a key that is not on this machine any more. Whoever "
                "keeps the older key can open it from `/inbox export`."
            )
        return opened

    async def reply(self, guild_id: int, report_id: bytes, text: str) -> None:
        """Write to the reporter, who finds it at `/report check`. It can be read by nobody else
        but the server's own keys.

        Raises:
            InvalidInput: it is empty or too long.
            NotFound, Unavailable: as with ``open``.
        """
        text = text.strip()
        if not text or len(text) > REPLY_LIMIT:
            raise InvalidInput(f"A reply has from 1 to {REPLY_LIMIT:,} characters.")
        report = await self._stored(guild_id, report_id)
        readers = [*await self._keyring.sealing(guild_id), report.reporter_key]
        sealed = await asyncio.to_thread(seal, payload(MessageKind.REPLY, text), readers)
        week = iso_week(self._clock.now())
        if not await self._store.add_message(guild_id, report_id, "moderator", sealed, week):
            raise NotFound(GONE)

    async def set_status(self, guild_id: int, report_id: bytes, status: str) -> None:
        """Change a report's status, which its reporter sees at `/report check`.

        Raises:
            InvalidInput: no such status.
            NotFound: no such report.
        """
        if status not in {option.code for option in STATUSES}:
            raise InvalidInput("That status is not on the list. Please open the report again.")
        if not await self._store.set_status(guild_id, report_id, status):
            raise NotFound(GONE)

    async def export(self, guild_id: int) -> bytes:
        """Everything, still sealed, for ``read_bundle``."""
        reports = []
        for line in await self._store.shown(guild_id):
            report = await self._store.shown_one(guild_id, line.id)
            if report is not None:
                reports.append(self._whole(report))
        return await asyncio.to_thread(pack, guild_id, iso_week(self._clock.now()), reports)

    async def _stored(self, guild_id: int, report_id: bytes) -> StoredReport:
        report = await self._store.shown_one(guild_id, report_id)
        if report is None:
            raise NotFound(GONE)
        return self._whole(report)

    def _whole(self, report: StoredReport) -> StoredReport:
        held = self._held().get(report.id)
        if report.sealed is not None or held is None:
            return report
        # What moderators did since stays visible: their replies and the status.
        messages = (*held.messages, *report.messages)
        return replace(report, sealed=held.sealed, messages=messages)


def _lines(reports: list[StoredReport], keys: list[bytes]) -> list[Line]:
    return [
        Line(report.id, report.week or "", report.status, _category(report, keys))
        for report in reports
    ]


def _category(report: StoredReport, keys: list[bytes]) -> str | None:
    if report.sealed is None or not keys:
        return None
    try:
        return open_envelope(report.sealed, keys).get("category")
    except CannotOpen:
        return None
