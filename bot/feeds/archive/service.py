"""Looking for articles: the newest, and those with some words."""

from collections.abc import Collection

from bot.clock import Clock
from bot.errors import InvalidInput, NotFound
from bot.feeds import terms
from bot.feeds.archive import expression
from bot.feeds.archive.model import NamedFeed, Page, Posted
from bot.feeds.archive.store import ArchiveStore
from bot.feeds.terms import Term, Terms
from bot.storage import Database

PAGE = 5  # articles on one page of a list; so many are read on a phone without scrolling far

ONLY_UNWANTED = (
    "Those words all have a - before them. Name at least one that the articles should have, for "
    "example: strike -job"
)

# The fewest letters before a *: one alone begins nearly every article's words, and takes seconds.
PREFIX_LEAST = 2
SHORT_PREFIX = (
    "A single letter before a * finds nearly everything. Put at least two there, as in st*."
)


class Archive:
    """What has been posted on a server, as far as somebody can see its channels."""

    def __init__(self, store: ArchiveStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    @classmethod
    def build(cls, database: Database, clock: Clock) -> "Archive":
        """The archive on the main database."""
        return cls(ArchiveStore(database), clock)

    async def feeds(self, guild_id: int, channels: Collection[int]) -> list[NamedFeed]:
        """The feeds that are posted in channels that somebody can see, by title."""
        return await self._store.feeds(guild_id, channels)

    async def feed(self, guild_id: int, channels: Collection[int], typed: str) -> NamedFeed:
        """The feed that was chosen by its id, or whose title or address was typed.

        Raises:
            NotFound: none, or more than one.
        """
        feeds = await self.feeds(guild_id, channels)
        wanted = typed.strip().casefold()
        part = "" if wanted.isdigit() else wanted  # the id of one would be found in many addresses
        for found in (
            [feed for feed in feeds if str(feed.id) == wanted],
            [feed for feed in feeds if wanted in (feed.title.casefold(), feed.url.casefold())],
            [feed for feed in feeds if part and part in f"{feed.title} {feed.url}".casefold()],
        ):
            if len(found) == 1:
                return found[0]
        raise NotFound("I do not know which feed you mean. Choose one from the list as you type.")

    async def latest(
        self,
        guild_id: int,
        channels: Collection[int],
        *,
        feed_id: int | None = None,
        count: int,
        number: int = 0,
    ) -> Page:
        """One page of the newest ``count`` articles."""
        newest = await self._store.latest(guild_id, channels, feed_id)
        newest = newest[:count]
        number = _within(number, len(newest))
        shown = newest[number * PAGE : (number + 1) * PAGE]
        return _page(shown, number, len(newest))

    async def search(
        self, guild_id: int, channels: Collection[int], typed: str, number: int = 0
    ) -> Page:
        """One page of the articles with all that was typed.

        First come those with all of it in the title, then those with some of it there or with the
        words next to each other, then the rest; the newest first in each of the three.

        Raises:
            InvalidInput: what was typed cannot be understood; says what to do.
        """
        wanted = read(typed)
        matching = expression.all_of(wanted)
        found, total = await self._found(guild_id, channels, wanted, matching, number)
        if not found and number:  # there are fewer than when the button was made
            _, total = await self._found(guild_id, channels, wanted, matching, 0)
            number = _within(number, total)
            found, total = await self._found(guild_id, channels, wanted, matching, number)
        return _page(found, number, total)

    async def nearest(self, guild_id: int, channels: Collection[int], typed: str) -> Page:
        """The first page of the articles with some of the words, when none has all of them."""
        wanted = read(typed)
        matching = expression.any_of(wanted)
        found, total = await self._found(guild_id, channels, wanted, matching, 0)
        return _page(found, 0, total)

    async def _found(
        self,
        guild_id: int,
        channels: Collection[int],
        wanted: Terms,
        matching: str,
        number: int,
    ) -> tuple[list[Posted], int]:
        return await self._store.search(
            guild_id,
            channels,
            matching=matching,
            in_title=expression.in_title(wanted),
            prominent=expression.prominent(wanted),
            limit=PAGE,
            offset=number * PAGE,
        )

    async def unknown(self, guild_id: int, channels: Collection[int], typed: str) -> list[Term]:
        """Of the wanted terms, those that no article has."""
        return [
            term
            for term in read(typed).wanted
            if not await self._store.occurs(guild_id, channels, expression.only(term))
        ]

    async def weekly(self, feed_ids: Collection[int], weeks: int) -> dict[int, list[int]]:
        """How many articles of each feed appeared in each of the last weeks, oldest week first."""
        return await self._store.weekly(feed_ids, weeks, self._clock.now())


def read(typed: str) -> Terms:
    """What is looked for.

    Raises:
        InvalidInput: it cannot be understood, names only what must not occur, or nearly everything.
    """
    wanted = terms.parse(typed)
    for term in (*wanted.wanted, *wanted.unwanted):
        if term.prefix and len(term.words[-1]) < PREFIX_LEAST:
            raise InvalidInput(SHORT_PREFIX)
    if not wanted.wanted:
        raise InvalidInput(ONLY_UNWANTED)
    return wanted


def _within(number: int, total: int) -> int:
    return min(max(number, 0), max(_pages(total) - 1, 0))


def _pages(total: int) -> int:
    return max(1, -(-total // PAGE))


def _page(articles: list[Posted], number: int, total: int) -> Page:
    return Page(tuple(articles), number, _pages(total), total)
