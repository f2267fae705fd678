"""From the address that somebody typed to a feed that can be read."""

from dataclasses import dataclass

from bot.feeds import discover
from bot.feeds.fetch import Fetched, Fetcher
from bot.feeds.known_sites import known_place
from bot.feeds.links import same_place
from bot.feeds.model import Entry, ParsedFeed
from bot.feeds.pool import ParsePool
from bot.feeds.problems import FeedProblem, ProblemKind

NAMED_TRIES = 4  # of the feeds that a page names; with the guesses about ten requests at most
OTHERS_LIMIT = 5  # feeds beside the best that are told

_NOT_FEEDS = (ProblemKind.NOT_A_FEED, ProblemKind.UNREADABLE)
# The site as a whole does not answer: asking it for more would help nobody.
_UNWELL = (
    ProblemKind.BUSY, ProblemKind.SERVER, ProblemKind.TIMEOUT, ProblemKind.CONNECT,
    ProblemKind.DNS, ProblemKind.TLS, ProblemKind.PRIVATE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A feed that was fetched and read.

    Attributes:
        url: its address, which may differ from the one that was typed.
        others: addresses of other feeds that the page names, without those of comments.
        newest: its newest article, or None while it has none.
    """

    url: str
    parsed: ParsedFeed
    fetched: Fetched
    others: tuple[str, ...] = ()

    @property
    def newest(self) -> Entry | None:
        """The newest article by date, else the first of the document."""
        entries = self.parsed.entries
        dated = [entry for entry in entries if entry.published]
        if dated and len(dated) == len(entries):
            return max(dated, key=_published)
        return entries[0] if entries else None


class Finder:
    """Looks for feeds, with few requests."""

    def __init__(self, fetcher: Fetcher, pool: ParsePool) -> None:
        self._fetcher = fetcher
        self._pool = pool

    async def find(self, url: str) -> Found:
        """The feed at an address, or the best feed of the site there.

        Raises:
            FeedProblem: there is none, or it cannot be read.
        """
        place = known_place(url)
        if place:
            try:
                return await self.read(place)
            except FeedProblem as problem:
                if problem.kind in _UNWELL:
                    raise
        fetched = await self._fetcher.get(url)
        try:
            return await self._parsed(url, fetched)
        except FeedProblem as problem:
            if problem.kind not in _NOT_FEEDS:
                raise
            found = await self._from_page(fetched)
            if found is None:
                raise
            return found

    async def read(self, url: str) -> Found:
        """The feed at this very address.

        Raises:
            FeedProblem: there is none, or it cannot be read.
        """
        return await self._parsed(url, await self._fetcher.get(url))

    async def _parsed(self, url: str, fetched: Fetched) -> Found:
        parsed = await self._pool.feed(fetched.body or b"", fetched.url, fetched.content_type)
        return Found(fetched.moved_to or url, parsed, fetched)

    async def _from_page(self, page: Fetched) -> Found | None:
        """What the page names, else what lies where sites commonly keep it."""
        named = await self._pool.page(page.body or b"", page.url)
        found = await self._first(named[:NAMED_TRIES])
        if found is None:
            places = discover.usual_places(page.url)
            return await self._first([each for each in places if each not in named], guessed=True)
        chosen = {same_place(found.url), same_place(found.fetched.url)}
        others = [
            link
            for link in named
            if same_place(link) not in chosen and not discover.is_comments(link)
        ]
        return Found(found.url, found.parsed, found.fetched, tuple(others[:OTHERS_LIMIT]))

    async def _first(self, places: list[str], *, guessed: bool = False) -> Found | None:
        for place in places:
            try:
                return await self.read(place)
            except FeedProblem as problem:
                if guessed and problem.kind in _UNWELL:
                    return None
        return None


def _published(entry: Entry) -> float:
    return entry.published.timestamp() if entry.published else 0.0
