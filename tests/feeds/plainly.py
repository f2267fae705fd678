"""What a feed says without any of our shortcuts: feedparser on the whole of it, then cleaning."""

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.feeds.bounds import ENTRY_LIMIT
from bot.feeds.model import Entry, ParsedFeed
from bot.feeds.parse import clean_entry, clean_feed


def feedparser_result(body: bytes, content_type: str = "") -> Any:
    """feedparser's own result, only its sanitising and resolving left to us."""
    import feedparser

    return feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-type": content_type} if content_type else {},
        resolve_relative_uris=False,
        sanitize_html=False,
    )


def plain_entries(body: bytes, url: str, content_type: str = "") -> tuple[Entry, ...]:
    """All articles of a document, without fragments."""
    result = feedparser_result(body, content_type)
    feed = clean_feed(result.feed, result.version, url)
    raw = result.entries[:ENTRY_LIMIT]
    return tuple(clean_entry(item, feed.title, feed.site, url, result.version) for item in raw)


def bare(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The articles without the hashes of their bytes."""
    return tuple(replace(entry, fragment="") for entry in entries)


def put_back(read: ParsedFeed, known: dict[str, Entry]) -> tuple[Entry, ...]:
    """The articles of a document of which some were not read again."""
    entries = list(read.entries)
    for place, fragment in zip(read.unchanged_at, read.unchanged, strict=True):
        entries.insert(place, known[fragment])
    return tuple(entries)
