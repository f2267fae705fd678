"""What a filter would have done with the articles that a feed has now."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.feeds.model import Entry, Options
from bot.feeds.terms import Filter

NEWEST = 20  # articles on which a filter is tried


@dataclass(frozen=True, slots=True)
class Trial:
    """A filter tried on a feed.

    Attributes:
        looked: how many of the newest articles were looked at, at most NEWEST.
        passed: how many of those would have been posted.
        wanted: how many of all articles would have been.
        newest: the newest one that would have been, or None.
    """

    looked: int
    passed: int
    wanted: int
    newest: Entry | None


async def trial(entries: Sequence[Entry], options: Options) -> Trial:
    """Try a subscription's filter on a feed's articles, in a thread: there may be thousands.

    Raises:
        InvalidInput: the filter cannot be understood.
    """
    filters = Filter.of(options.include, options.exclude)
    return await asyncio.to_thread(_try, newest_first(entries), filters)


def _try(entries: Sequence[Entry], filters: Filter) -> Trial:
    passing = [
        filters.passes(entry.title, entry.text, entry.categories) if filters else True
        for entry in entries
    ]
    newest = next((entry for entry, wanted in zip(entries, passing, strict=True) if wanted), None)
    return Trial(min(len(entries), NEWEST), sum(passing[:NEWEST]), sum(passing), newest)


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    """By date where all have one, else in the document's order."""
    found = list(entries)
    if all(entry.published for entry in found):
        found.sort(key=lambda e: e.published.timestamp() if e.published else 0.0, reverse=True)
    return found
