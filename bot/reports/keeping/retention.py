"""Reports close by themselves and are deleted when their time is over; at notice times only."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.clock import Clock, iso_week
from bot.config import Config
from bot.errors import Unavailable
from bot.reports.choices import Choices
from bot.reports.figures import Figures
from bot.reports.keeping.store import KeepingStore
from bot.reports.notices.store import last_slot_in
from bot.reports.traces import DeletedReports

INACTIVE_DAYS = 365
_WEEK = timedelta(days=7)
# A clock that jumped further than this between two notice times is not believed yet.
BELIEVED = timedelta(days=31)


class Retention:
    """Applies each server's choice of how long reports are kept.

    Args:
        marked: the reports that are on the list of the deleted and not deleted yet.
    """

    def __init__(
        self,
        store: KeepingStore,
        choices: Choices,
        deleted: DeletedReports,
        figures: Figures,
        clock: Clock,
        marked: set[bytes],
    ) -> None:
        self._store = store
        self._choices = choices
        self._deleted = deleted
        self._figures = figures
        self._clock = clock
        self._marked = marked

    async def apply(self, before: str | None) -> None:
        """Delete what ran out, then close what was left alone.

        To be called when moderators have been shown everything: what a reporter added since then
        keeps a report. The file has to be rewritten afterwards.

        Args:
            before: the notice time before this one, as ``NoticeStore.last_slot`` tells it; None
                where there are none. What a clock that ran ahead once would delete could never be
                brought back, so nothing is deleted at the first notice time after a long gap.

        Raises:
            Unavailable: the disk or the file did not let us; the next notice time tries again.
        """
        now = self._clock.now()
        if before is not None and not follows(before, now):
            return
        week = iso_week(now)
        await self._store.true_up(week)
        for guild_id in await self._store.servers():
            keeping = await self._choices.keeping(guild_id)
            if keeping.hold:
                continue
            ids = await self._store.ran_out(guild_id, _week_before(now, keeping.days))
            await self._delete(guild_id, ids)
            await self._store.close_inactive(guild_id, _week_before(now, INACTIVE_DAYS), week)

    async def _delete(self, guild_id: int, ids: Sequence[bytes]) -> None:
        if not ids:
            return
        counts = await self._figures.before_deleting(guild_id, set(ids))
        try:
            # First the list, as with a withdrawal: a restored backup must not bring them back.
            await asyncio.to_thread(self._deleted.add, *ids)
        except OSError:
            raise Unavailable("deleted-reports.txt could not be written.") from None
        # Should the next step fail, nothing may be added that would then go with them.
        self._marked.update(ids)
        await self._store.delete(guild_id, ids, counts)
        self._marked.difference_update(ids)


def _week_before(now: datetime, days: int) -> str:
    """The last week that was over so many days ago."""
    return iso_week(now - timedelta(days=days) - _WEEK)


def believed(config: Config, now: datetime) -> bool:
    """Whether a clock may delete what is too old by it, of files that the bot may have open.

    Blocking.

    Raises:
        DataError: reports.db cannot be read.
    """
    if config.report_notice_times == "now" or not config.reports_database.exists():
        return True
    slot = last_slot_in(config.reports_database)
    return slot is None or follows(slot, now)


def follows(before: str, now: datetime) -> bool:
    """Whether a clock is believed that was read after a notice time: what it would delete could
    never be brought back.

    Args:
        before: as ``NoticeStore.last_slot`` tells it.
    """
    try:
        earlier = datetime.strptime(before, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    except ValueError:
        return False
    return abs(now - earlier) <= BELIEVED
