"""Whether answers helped, for moderators to see which to mend."""

from dataclasses import dataclass
from datetime import timedelta

from bot.clock import Clock, iso_week
from bot.knowledge.helpful.store import HelpfulStore
from bot.knowledge.service import Knowledge
from bot.storage import Database

WEEKS = 26  # how far back moderators look, unless they say otherwise
KEPT_WEEKS = 104  # of a server in which answers are judged


@dataclass(frozen=True, slots=True)
class Helpfulness:
    """How often members said in some weeks that an answer helped them, and that it did not.

    Attributes:
        id, title: the entry's, as it is now.
    """

    id: str
    title: str
    yes: int
    no: int


class Helpful:
    """Counts by server, entry and week, without who said so."""

    def __init__(self, database: Database, clock: Clock, knowledge: Knowledge) -> None:
        self._store = HelpfulStore(database)
        self._clock = clock
        self._knowledge = knowledge

    async def count(self, guild_id: int, identifier: str, *, helped: bool) -> None:
        """Count that an answer helped, or did not.

        Raises:
            NotFound: the answer is not there any more.
        """
        entry = await self._knowledge.entry(guild_id, identifier)
        now = self._clock.now()
        since = iso_week(now - timedelta(weeks=KEPT_WEEKS))
        await self._store.count(guild_id, entry.id, iso_week(now), helped=helped, since=since)

    async def unhelpful(
        self, guild_id: int, limit: int, weeks: int = WEEKS
    ) -> tuple[list[Helpfulness], int]:
        """The answers that did not help somebody in the last weeks, those that helped least first,
        and how many there are in all.

        Answers that are hidden or gone are left out.
        """
        first = self._clock.now() - timedelta(weeks=weeks - 1)
        judged, total = await self._store.unhelpful(guild_id, iso_week(first), limit)
        entries = await self._knowledge.entries(guild_id, [each.entry for each in judged])
        titles = {entry.id: entry.title for entry in entries}
        shown = [
            Helpfulness(each.entry, titles[each.entry], each.yes, each.no)
            for each in judged
            if each.entry in titles
        ]
        return shown, total
