"""Which articles were read from which bytes, so that equal bytes need not be read again.

One thing always holds: an article with a fragment is, in every column, what reading those bytes in
the feed's context gives. So it can stand in for them. Where a feed changes of an article what is
not kept up to date, such as its author, the article has no fragment, and its item is read each
time. Only the articles of a feed's last document have one.
"""

import json
from collections.abc import Sequence
from dataclasses import replace

from bot.feeds import rows
from bot.feeds.identity import Identified
from bot.feeds.model import Entry, ParsedFeed
from bot.storage import Database
from bot.storage.database import Row, Transaction

_SET = """
    UPDATE article SET fragment = ? WHERE id = ? AND guid = ? AND place = ? AND content = ?
        AND link = ? AND summary = ? AND picture = ? AND author = ? AND categories = ?
        AND published_at IS ?
"""


async def known(database: Database, feed_id: int) -> tuple[str, list[str]]:
    """A feed's context and the fragments of its last document, as ``parse_feed`` takes them."""
    found = await database.fetch_all(
        "SELECT f.context, a.fragment FROM feed f"
        " JOIN article a ON a.feed_id = f.id AND a.fragment != '' WHERE f.id = ?",
        (feed_id,),
    )
    return (found[0]["context"] if found else ""), [row["fragment"] for row in found]


async def whole(database: Database, feed_id: int, parsed: ParsedFeed) -> ParsedFeed | None:
    """A document with the entries that were not read again put back in their places.

    None when one of them has been forgotten meanwhile; then the document must be read in full.
    """
    if not parsed.unchanged:
        return parsed
    found = await database.fetch_all(
        "SELECT fragment, guid, place, link, title, summary, text, picture, author, categories,"
        " published_at, content, title_hash FROM article WHERE feed_id = ? AND fragment != ''"
        " AND fragment IN (SELECT value FROM json_each(?))"
        " AND EXISTS (SELECT 1 FROM feed WHERE id = ? AND context = ?)",
        (feed_id, json.dumps(parsed.unchanged), feed_id, parsed.context),
    )
    remembered = {row["fragment"]: _entry(row) for row in found}
    if not remembered.keys() >= set(parsed.unchanged):
        return None
    entries = list(parsed.entries)
    for place, fragment in zip(parsed.unchanged_at, parsed.unchanged, strict=True):
        entries.insert(place, remembered[fragment])
    reckoned = {row["fragment"]: (row["place"], row["content"], row["title_hash"]) for row in found}
    return replace(parsed, entries=tuple(entries), unchanged=(), unchanged_at=(), reckoned=reckoned)


def _entry(row: Row) -> Entry:
    return Entry(
        guid=row["guid"],
        link=row["link"],
        own_link=row["place"] != "",
        title=row["title"],
        summary=row["summary"],
        text=row["text"],
        picture=row["picture"],
        author=row["author"],
        categories=tuple(row["categories"].split("\n")) if row["categories"] else (),
        published=rows.moment(row["published_at"]),
        fragment=row["fragment"],
    )


async def still(tx: Transaction, feed_id: int, parsed: ParsedFeed) -> bool:
    """Whether every entry that was not read again is an article of the feed, and its own.

    Whether a guid stands for several is a matter of the whole document, and may change with it.
    """
    found = await tx.fetch_all(
        "SELECT fragment FROM article WHERE feed_id = ? AND fragment != '' AND NOT guid_shared"
        " AND EXISTS (SELECT 1 FROM feed WHERE id = ? AND context = ?)",
        (feed_id, feed_id, parsed.context),
    )
    return {row["fragment"] for row in found}.issuperset(parsed.unchanged)


async def forget_others(tx: Transaction, feed_id: int, parsed: ParsedFeed) -> None:
    """Of articles that are not in a document any more, forget the fragments."""
    present = [*parsed.unchanged, *(entry.fragment for entry in parsed.entries)]
    await tx.execute(
        "UPDATE article SET fragment = '' WHERE feed_id = ? AND fragment != ''"
        " AND fragment NOT IN (SELECT value FROM json_each(?))",
        (feed_id, json.dumps(present)),
    )


async def begin(tx: Transaction, feed_id: int, context: str) -> dict[int, str]:
    """A document is about to be recorded; the fragments that a feed's articles have, by their ids.

    None has one any more if this context is another: no fragment means then what it meant.
    """
    changed = await tx.execute(
        "UPDATE feed SET context = ? WHERE id = ? AND context != ?", (context, feed_id, context)
    )
    if changed:
        await tx.execute(
            "UPDATE article SET fragment = '' WHERE feed_id = ? AND fragment != ''", (feed_id,)
        )
        return {}
    found = await tx.fetch_all(
        "SELECT id, fragment FROM article WHERE feed_id = ? AND fragment != ''", (feed_id,)
    )
    return {row["id"]: row["fragment"] for row in found}


async def finish(tx: Transaction, stored: dict[int, str], identified: Sequence[Identified]) -> None:
    """Remember the fragments of a document whose articles have just been written.

    New articles have theirs already; those of articles that are in the document no more go.

    Args:
        stored: what ``begin`` gave.
    """
    of_document = {item.entry.fragment for item in identified}
    wanted = {item.article_id: item.entry.fragment for item in identified if item.article_id}
    stale = [
        (article_id,)
        for article_id, fragment in stored.items()
        if fragment not in of_document or wanted.get(article_id, fragment) != fragment
    ]
    if stale:
        await tx.executemany("UPDATE article SET fragment = '' WHERE id = ?", stale)
    fresh = [
        item
        for item in identified
        if item.article_id and item.entry.fragment not in ("", stored.get(item.article_id))
    ]
    if fresh:
        await tx.executemany(_SET, [_parameters(item) for item in fresh])


def _parameters(item: Identified) -> tuple[object, ...]:
    entry = item.entry
    return (
        entry.fragment, item.article_id, entry.guid, item.place, item.content, entry.link,
        entry.summary, entry.picture, entry.author, "\n".join(entry.categories),
        rows.seconds(entry.published),
    )  # fmt: skip
