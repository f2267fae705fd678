"""The moderators' side of the desk. Everything here is as of the last notice time."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC

from bot.clock import Clock, iso_week
from bot.errors import InvalidInput, NotAllowed, NotFound, Unavailable
from bot.reports.bundle import Group, pack
from bot.reports.casework.store import CaseStore
from bot.reports.erasing.store import Erasing
from bot.reports.fates import CODES, not_allowed
from bot.reports.keyring import Keyring
from bot.reports.lines import Line, Opener, Wanted
from bot.reports.messages import AUTHORS, Author, MessageKind, payload
from bot.reports.model import OpenedMessage, OpenedReport, open_report
from bot.reports.questions import STATUSES
from bot.reports.sealing import seal
from bot.reports.store import ReportStore
from bot.reports.stored import StoredReport
from bot.text import one_line, utf16_len

__all__ = ["GONE", "LABEL_LIMIT", "REPLY_LIMIT", "Inbox", "Line", "Wanted"]

REPLY_LIMIT = 1_800
LABEL_LIMIT = 24
GONE = "There is no such report here, or not any more. `/inbox list` shows those there are."
RESTING = "That report cannot be opened before the next notice time. Please try again after it."


class Inbox:
    """What those who read reports can see and do.

    Attributes:
        cases: the tables behind matters and further redaction, for bot.reports.casework.
        changing: held while a withdrawal or a notice time takes reports away.
        quoting: held from looking at a quotation until it is a step further: two presses at once
            are one step.

    Args:
        held: the sealed words of reports that were withdrawn since the last notice time, so that
            nobody can see before the next one that they were.
        on_hold: whether a legal hold is set on a server.
    """

    def __init__(
        self,
        store: ReportStore,
        erasing: Erasing,
        cases: CaseStore,
        keyring: Keyring,
        clock: Clock,
        held: Callable[[], dict[bytes, StoredReport]],
        changing: asyncio.Lock,
        on_hold: Callable[[int], Awaitable[bool]],
    ) -> None:
        self._store = store
        self._erasing = erasing
        self.on_hold = on_hold
        self.cases = cases
        self.keyring = keyring
        self._clock = clock
        self._held = held
        self.changing = changing
        self.quoting = asyncio.Lock()
        self._opener = Opener()
        self._writing = asyncio.Lock()

    @property
    def week(self) -> str:
        """The ISO week that a moderator's message carries now."""
        return iso_week(self._clock.now())

    @property
    def today(self) -> str:
        """The day in UTC, as ``2026-03-02``."""
        return self._clock.now().astimezone(UTC).date().isoformat()

    async def list(
        self,
        guild_id: int,
        *,
        status: str = "",
        category: str = "",
        label: str = "",
        matter: str = "",
        handed: int = 0,
    ) -> list[Line]:
        """The reports, newest week first, in no order within a week.

        Args:
            status, category, label, matter, handed: as in ``Wanted``. All but status and matter
                need reading in Discord.
        """
        reports = [self._whole(report) for report in await self._store.shown(guild_id)]
        messages = await self.cases.messages(guild_id)
        held = self._held()
        for report_id in held.keys() & {report.id for report in reports}:
            messages[report_id] = [*held[report_id].messages, *messages.get(report_id, ())]
        keys = await self.keyring.opening(guild_id)
        lines = await asyncio.to_thread(self._opener.lines, reports, messages, keys)
        wanted = Wanted(status, category, label, matter, handed)
        return [line for line in lines if wanted.takes(line)]

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
        report = await self.stored(guild_id, report_id)
        if not self.keyring.opens_here:
            raise Unavailable(
                "Reports are sealed to a key that is not on this machine. Take `/inbox export`, "
                "and open the file where the key is, with `python -m bot inbox FILE --key KEY`."
            )
        if report.sealed is None:
            raise Unavailable(RESTING)
        keys = await self.keyring.opening(guild_id)
        opened = await asyncio.to_thread(open_report, report, keys)
        if not opened.opened:
            raise Unavailable(
                "That report is sealed to a key that is not on this machine any more. Whoever "
                "keeps the older key can open it from `/inbox export`."
            )
        return opened

    async def reply(self, guild_id: int, report_id: bytes, text: str, once: str = "") -> None:
        """Write to the reporter, who finds it at `/report check`. It can be read by nobody else
        but the server's own keys.

        Args:
            once: what the form that was sent alone has; sent again, also after a restart, it
                writes nothing.

        Raises:
            InvalidInput: it is empty or too long.
            NotFound, Unavailable: as with ``open``.
        """
        text = _within(text, "A reply")
        await self._write_once(guild_id, report_id, once, MessageKind.REPLY, text)

    async def note(
        self, guild_id: int, report_id: bytes, by: int, text: str, once: str = ""
    ) -> None:
        """Write something for moderators alone.

        Args:
            by: the moderator's id, sealed with it.
            once: as with ``reply``.

        Raises:
            InvalidInput, NotFound, Unavailable: as with ``reply``.
        """
        text = _within(text, "A note")
        await self._write_once(guild_id, report_id, once, MessageKind.NOTE, text, by=str(by))

    async def label(self, guild_id: int, report_id: bytes, by: int, text: str) -> str:
        """Label a report, instead of what label it had; an empty one takes it off. What it reads.

        Raises:
            InvalidInput: it is too long.
            NotFound, Unavailable: as with ``open``.
        """
        # A button carries it between colons, and up to a tilde.
        label = one_line(re.sub("[:~]", " ", text))
        if utf16_len(label) > LABEL_LIMIT:
            raise InvalidInput(f"A label has at most {LABEL_LIMIT} characters.")
        await self._write_news(guild_id, report_id, MessageKind.LABEL, label, by=str(by))
        return label

    async def hand(self, guild_id: int, report_id: bytes, by: int, to: int) -> None:
        """Hand a report to a moderator, who finds it by that in the list.

        Args:
            to: whose right to read reports the caller has looked at.

        Raises:
            NotFound, Unavailable: as with ``open``.
        """
        await self._write_news(guild_id, report_id, MessageKind.HANDED, by=str(by), to=str(to))

    async def used(
        self, guild_id: int, report_id: bytes, fate: str, text: str, once: str = ""
    ) -> None:
        """Tell the reporter what became of the report.

        Args:
            fate: a code of FATES.
            once: as with ``reply``.

        Raises:
            InvalidInput: as with ``reply``, or no such fate.
            NotAllowed: the reporter does not allow that.
            NotFound, Unavailable: as with ``open``.
        """
        text = _within(text, "It")
        if fate not in CODES:
            raise InvalidInput("That choice is not on the list. Please open the report again.")
        needs_leave = fate not in ("count", "other")
        if needs_leave and (refused := not_allowed(await self.open(guild_id, report_id), fate)):
            raise NotAllowed(
                f"{refused} Nothing was sent. If it happened all the same, tell the reporter so in "
                "a reply."
            )
        await self._write_once(guild_id, report_id, once, MessageKind.USED, text, how=fate)

    async def _write_once(
        self, guild_id: int, report_id: bytes, once: str, kind: MessageKind, text: str, **more: str
    ) -> None:
        async with self._writing:
            if once:
                more["once"] = once
                known = await self._messages_here(guild_id, report_id)
                if any(each.kind is kind and each.more.get("once") == once for each in known):
                    return
            await self.write(guild_id, report_id, kind, text, **more)

    async def _write_news(
        self, guild_id: int, report_id: bytes, kind: MessageKind, text: str = "", **more: str
    ) -> None:
        """Write what is so from now on, unless it is so already."""
        async with self._writing:
            known = await self._messages_here(guild_id, report_id)
            last = next((each for each in reversed(known) if each.kind is kind), None)
            if last is None or (last.text, last.more.get("to")) != (text, more.get("to")):
                await self.write(guild_id, report_id, kind, text, **more)

    async def _messages_here(self, guild_id: int, report_id: bytes) -> Sequence[OpenedMessage]:
        """What can be opened here; nothing where the key is elsewhere."""
        report = await self.stored(guild_id, report_id)
        keys = await self.keyring.opening(guild_id)
        if report.sealed is None or not keys:
            return ()
        return (await asyncio.to_thread(open_report, report, keys)).messages

    async def write(
        self, guild_id: int, report_id: bytes, kind: MessageKind, text: str = "", **more: str
    ) -> None:
        """Put a moderator's message under a report, sealed to whom it is for.

        Raises:
            NotFound: there is no such report that moderators may see.
            Unavailable: it could not be sealed or stored.
        """
        report = await self.stored(guild_id, report_id)
        author, sealed = await self.sealed(report, kind, text, **more)
        if not await self._store.add_message(guild_id, report_id, author, sealed, self.week):
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

    async def export(
        self,
        guild_id: int,
        groups: Sequence[Group] = (),
        figures: Sequence[str] = (),
        *,
        hold: bool = False,
        offered: Mapping[str, Sequence[str]] | None = None,
    ) -> bytes:
        """Everything, still sealed, for ``read_bundle``.

        Args:
            groups, figures, hold, offered: as in ``Bundle``.
        """
        reports = []
        for line in await self._store.shown(guild_id):
            report = await self._store.shown_one(guild_id, line.id)
            if report is not None:
                reports.append(self._whole(report))
        keys: Sequence[bytes] = ()
        with suppress(Unavailable):  # then it can be read, and not answered
            keys = await self.keyring.sealing(guild_id)
        return await asyncio.to_thread(
            pack,
            guild_id,
            self.week,
            reports,
            keys,
            groups=groups,
            figures=figures,
            hold=hold,
            offered=offered,
        )

    # For bot.reports.casework

    async def sealed(
        self, report: StoredReport, kind: MessageKind, text: str = "", **more: str
    ) -> tuple[Author, bytes]:
        """A moderator's message as it is put under a report: whose it is, and sealed.

        Raises:
            Unavailable: it could not be sealed.
        """
        author = AUTHORS[kind]
        readers = await self.keyring.sealing(report.guild_id)
        if author == "moderator":
            readers = [*readers, report.reporter_key]
        return author, await asyncio.to_thread(seal, payload(kind, text, **more), readers)

    async def stored(self, guild_id: int, report_id: bytes) -> StoredReport:
        """One report, sealed, as moderators may see it.

        Raises:
            NotFound: there is none.
        """
        report = await self._store.shown_one(guild_id, report_id)
        if report is None:
            raise NotFound(GONE)
        return self._whole(report)

    def withdrawn(self, report_id: bytes) -> StoredReport | None:
        """What is held in memory of a report that is withdrawn, until moderators may know."""
        return self._held().get(report_id)

    def hold(self, report: StoredReport) -> None:
        """Hold this in memory instead of what is held of a withdrawn report."""
        if report.id in self._held():
            self._held()[report.id] = report

    async def rewrite(self) -> None:
        """Write the file anew, so that nothing of what was replaced is left in it.

        Raises:
            Unavailable: the disk did not let us.
        """
        await self._erasing.rewrite()

    async def shown(self, guild_id: int) -> Sequence[StoredReport]:
        """The reports that moderators may see, without their messages."""
        return await self._store.shown(guild_id)

    def _whole(self, report: StoredReport) -> StoredReport:
        held = self._held().get(report.id)
        if report.sealed is not None or held is None:
            return report
        # What moderators did since stays visible: their replies and the status.
        messages = (*held.messages, *report.messages)
        return replace(report, sealed=held.sealed, messages=messages)


def _within(text: str, what: str) -> str:
    text = text.strip()
    if not text or utf16_len(text) > REPLY_LIMIT:
        raise InvalidInput(f"{what} has from 1 to {REPLY_LIMIT:,} characters.")
    return text
