"""The desk: takes reports, answers receipts, and shows moderators things at notice times only."""

import asyncio
from contextlib import suppress

from bot.clock import Clock
from bot.config import Config
from bot.errors import DataError, Unavailable, UserError
from bot.reports.away.store import AwayStore
from bot.reports.casework.store import CaseStore
from bot.reports.choosing import Choosing
from bot.reports.figures.elsewhere import CountedElsewhere
from bot.reports.inbox import Inbox
from bot.reports.notices.service import NoticeTimes
from bot.reports.opening import Openings
from bot.reports.receipts import Deriver
from bot.reports.restoring import keep_mark
from bot.reports.returning import Returning
from bot.reports.sending import Sending
from bot.reports.wording import Wording
from bot.storage import Database


class Desk(Sending, Returning, Choosing, NoticeTimes):
    """Reports from the draft to the reply. ``open`` it before use, ``close`` it in the end.

    Attributes:
        inbox: the moderators' side.
        wording: the words that each server has chosen.
        openings: what each server has decided before it takes reports.
        away: the table behind sealed reading.
        counted_elsewhere: figures in sealed reading.
    """

    def __init__(self, database: Database, config: Config, clock: Clock) -> None:
        super().__init__(database, config, clock)
        self.wording = Wording(self.choices)
        self.openings = Openings(self.choices, self.keyring)
        self.away = AwayStore(database)
        self.counted_elsewhere = CountedElsewhere(database, self._store, clock)
        self.inbox = Inbox(
            self._store,
            self._erasing,
            CaseStore(database),
            self.keyring,
            clock,
            lambda: self._held,
            self._changing,
            self.choices.on_hold,
        )

    async def open(self) -> None:
        """Prepare the file; apply deletions that a restored backup does not know of.

        Raises:
            DataError: the disk or the file does not let us.
        """
        try:
            await self._erasing.open()
            self._deriver = Deriver(await self._store.salt())
            await keep_mark(self._database, self._deleted)
            await self._apply_deletions()
            await self._find_unheard()
        except PermissionError as error:
            raise DataError(
                f"{error.filename or self._database.path} cannot be read or written, since it "
                "belongs to another user. Give it to the user that Steward runs as, with `chown`, "
                "and start again."
            ) from None
        except (Unavailable, OSError):
            raise DataError(
                f"{self._database.path}: it cannot be written, because the disk is full or another "
                "program holds it. Make room, or end that program, and start again."
            ) from None

    async def _find_unheard(self) -> None:
        # That one is urgent is sealed in it; in sealed reading the ordinary notice has to do.
        if not self.keyring.opens_here:
            return
        for guild_id, report_id in await self._notices.untold():
            with suppress(UserError):
                if (await self.inbox.open(guild_id, report_id)).urgent:
                    self.alarm.remember(guild_id, report_id)

    async def close(self) -> None:
        """Let running derivations end."""
        if self._deriver is not None:
            await asyncio.to_thread(self._deriver.close)
