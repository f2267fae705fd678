"""Which of some articles each channel wants, by the filters that its moderators chose."""

import logging
from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.errors import InvalidInput
from bot.feeds.terms import Filter, fold_article

log = logging.getLogger(__name__)

# An article's id with its title, plain text and categories.
Readable = tuple[int, str, str, tuple[str, ...]]


@lru_cache(maxsize=1024)
def stored_filter(include: str, exclude: str) -> Filter:
    """The filter of a subscription; compiled once, and once told of if it cannot be read any more.

    It was understood when it was typed. Should a later version read the language otherwise, then
    rather an article too many is posted than one lost.
    """
    try:
        return Filter.of(include, exclude)
    except InvalidInput as error:
        log.error("A filter is not used since it cannot be read any more. %s", error)
        return Filter()


def choose(filters: Mapping[int, Filter], articles: Iterable[Readable]) -> dict[int, set[int]]:
    """The ids of the articles that pass each filter, by the filter's key.

    Of a thousand articles this takes as long as a command may: not for the event loop.
    """
    passing: dict[int, set[int]] = {key: set() for key in filters}
    for article_id, title, text, categories in articles:
        folded = fold_article(title, text, categories)
        for key, wanted in filters.items():
            if wanted.passes_folded(folded):
                passing[key].add(article_id)
    return passing
