"""Taking in a document: which of its entries are new, and who is to get them.

All functions work inside the caller's transaction, so that articles, their deliveries and the
feed's new validators are written together or not at all.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.clock import unix
from bot.feeds import doubts, rows
from bot.feeds.articles.filters import choose, stored_filter
from bot.feeds.deliveries import store as deliveries
from bot.feeds.fragments import store as fragments
from bot.feeds.identity import Identified, Known, aspects, recognise
from bot.feeds.model import (
    Entry,
    Feed,
    ParsedFeed,
    Subscription,
)
from bot.feeds.outbox.followups.store import change_messages
from bot.storage.database import Transaction

FEW_ENTRIES = 100  # so few are reckoned sooner than a thread is woken up
_KNOWN = """
    SELECT id, guid, guid_shared, place, content, title_hash, published_at FROM article
    WHERE id IN (
        SELECT id FROM article
            WHERE feed_id = :feed_id AND guid IN (SELECT value FROM json_each(:guids))
        UNION SELECT id FROM article
            WHERE feed_id = :feed_id AND place IN (SELECT value FROM json_each(:places))
        UNION SELECT id FROM article
            WHERE feed_id = :feed_id AND content IN (SELECT value FROM json_each(:contents))
    )
"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one document brought.

    Attributes:
        articles: ids of the new articles, oldest first.
        edited: ids of remembered articles that read or look different now.
        channels: the channels for which something waits to be sent or edited.
        held: whether the new articles were too many and wait for the moderators.
    """

    articles: tuple[int, ...] = ()
    edited: tuple[int, ...] = ()
    channels: frozenset[int] = field(default_factory=frozenset)
    held: bool = False


async def prepare(
    entries: Sequence[Entry], reckoned: Mapping[str, tuple[str, str, str]] | None = None
) -> list[Identified]:
    """What may identify the entries of a document; call it before the transaction.

    Of a thousand entries the hashes take the time in which a command could be answered, so they
    are reckoned in a thread, and not while other tasks wait for the database.
    """
    if len(entries) <= FEW_ENTRIES:
        return aspects(entries, reckoned)
    return await asyncio.to_thread(aspects, entries, reckoned)


async def record(
    tx: Transaction,
    feed: Feed,
    prepared: Sequence[Identified],
    now: datetime,
    *,
    deliver: bool = True,
    suspicion: str = "",
    context: str = "",
) -> Recorded:
    """Remember the articles of a document; unless told otherwise, put the new ones on their way.

    Args:
        context: what the entries' fragments mean, as ``ParsedFeed.context``.
        suspicion: why the moderators should look first, continuing the feed's title; or "".
    """
    unread = await fragments.begin(tx, feed.id, context)
    remembered = await _known(tx, feed.id, prepared)
    identified = recognise(prepared, remembered.values())
    edited = await _update(tx, identified, remembered, unread, now)
    new = in_order([item for item in identified if item.article_id is None])
    added = await _insert(tx, feed.id, new, now) if new else ()
    await fragments.finish(tx, unread, identified)
    changed: frozenset[int] = frozenset()
    # Whoever has taken a feed over does not get to rewrite what was posted before.
    if edited and not suspicion and not await deliveries.open_holds(tx, feed):
        changed = await change_messages(tx, edited, now)
    if not deliver or not (added or suspicion):
        return Recorded(articles=added, edited=edited, channels=changed)
    doubt = doubts.doubt(identified, remembered.values())
    flood = doubt or doubts.flood(len(added), await _within_hour(tx, feed, added, now))
    channels, held = await deliveries.deliver(tx, feed, added, suspicion, flood, now)
    return Recorded(added, edited, channels | changed, held)


async def record_part(
    tx: Transaction,
    feed: Feed,
    parsed: ParsedFeed,
    prepared: Sequence[Identified],
    now: datetime,
    *,
    suspicion: str = "",
) -> Recorded | None:
    """Remember a document of which only what is new was read, if that says enough.

    So it is with a few entries that share nothing with any article of the feed. Then those that
    were left out are what they were, and recording the whole document would do the same, at
    several times the cost.

    Args:
        prepared: the entries that were read, prepared.

    Returns:
        None, and nothing is written, where only the whole document can tell.
    """
    if len(prepared) > doubts.FEW or any(not item.entry.fragment for item in prepared):
        return None
    if not await fragments.still(tx, feed.id, parsed):
        return None
    if await _known(tx, feed.id, prepared):
        return None
    added = await _insert(tx, feed.id, in_order(prepared), now) if prepared else ()
    await fragments.forget_others(tx, feed.id, parsed)
    if not (added or suspicion):
        return Recorded(articles=added)
    flood = doubts.flood(len(added), await _within_hour(tx, feed, added, now))
    channels, held = await deliveries.deliver(tx, feed, added, suspicion, flood, now)
    return Recorded(added, (), channels, held)


async def _known(tx: Transaction, feed_id: int, wanted: Sequence[Identified]) -> dict[int, Known]:
    """The remembered articles that share anything with the entries of a document."""
    parameters = {
        "feed_id": feed_id,
        "guids": json.dumps([item.guid for item in wanted if item.guid]),
        "places": json.dumps([item.place for item in wanted if item.place]),
        "contents": json.dumps([item.content for item in wanted]),
    }
    return {
        row["id"]: Known(
            row["id"],
            row["guid"],
            bool(row["guid_shared"]),
            row["place"],
            row["content"],
            row["title_hash"],
            rows.moment(row["published_at"]),
        )
        for row in await tx.fetch_all(_KNOWN, parameters)
    }


async def _update(
    tx: Transaction,
    identified: Sequence[Identified],
    remembered: dict[int, Known],
    unread: dict[int, str],
    now: datetime,
) -> tuple[int, ...]:
    """Bring remembered articles up to date; ids of those that read or look different now.

    Args:
        unread: the fragments that articles have; one read from the same bytes is as it was.
    """
    edited: list[int] = []
    known = [item for item in identified if item.article_id is not None]
    shown = await _shown(
        tx, [item for item in known if unread.get(item.article_id or 0) != item.entry.fragment]
    )
    for item in known:
        assert item.article_id is not None
        before, entry = remembered[item.article_id], item.entry
        identity = (item.guid, item.guid_shared, item.place)
        if identity != (before.guid, before.guid_shared, before.place):
            await tx.execute(
                "UPDATE article SET guid = ?, guid_shared = ?, place = ?, link = ? WHERE id = ?",
                (*identity, entry.link, item.article_id),
            )
        if item.article_id not in shown:
            continue
        if shown[item.article_id] != (entry.title, entry.summary, entry.link, entry.picture) or (
            item.content != before.content
        ):
            edited.append(item.article_id)
            await tx.execute(
                "UPDATE article SET content = ?, title_hash = ?, title = ?, summary = ?, text = ?,"
                " link = ?, picture = ?, edited_at = ? WHERE id = ?",
                (
                    item.content, item.title, entry.title, entry.summary, entry.text, entry.link,
                    entry.picture, unix(now), item.article_id,
                ),
            )  # fmt: skip
    return tuple(edited)


async def _shown(
    tx: Transaction, identified: Iterable[Identified]
) -> dict[int, tuple[str, str, str, str]]:
    """What people see of remembered articles, by id."""
    ids = [item.article_id for item in identified if item.article_id is not None]
    found = await tx.fetch_all(
        "SELECT id, title, summary, link, picture FROM article"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(ids),),
    )
    return {row["id"]: (row["title"], row["summary"], row["link"], row["picture"]) for row in found}


def in_order(items: Sequence[Identified]) -> list[Identified]:
    """Oldest first: by date where all have one, else against the document's order."""
    backwards = list(reversed(items))
    if all(item.entry.published for item in items):
        backwards.sort(key=lambda item: rows.seconds(item.entry.published) or 0)
    return backwards


async def _insert(
    tx: Transaction, feed_id: int, new: Sequence[Identified], now: datetime
) -> tuple[int, ...]:
    """Remember new articles; their ids. One whose key is taken is known after all, and left out."""
    last = await tx.fetch_value("SELECT coalesce(max(id), 0) FROM article")
    await tx.executemany(
        "INSERT INTO article (feed_id, key, guid, guid_shared, place, content, title_hash, link,"
        " title, summary, text, picture, author, categories, published_at, seen_at, fragment)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (feed_id, key) DO NOTHING",
        [
            (
                feed_id, item.key, item.guid, item.guid_shared, item.place, item.content,
                item.title, item.entry.link, item.entry.title, item.entry.summary,
                item.entry.text, item.entry.picture, item.entry.author,
                "\n".join(item.entry.categories), rows.seconds(item.entry.published), unix(now),
                item.entry.fragment,
            )
            for item in new
        ],
    )  # fmt: skip
    added = await tx.fetch_all("SELECT id FROM article WHERE id > ? ORDER BY id", (last,))
    return tuple(row["id"] for row in added)


async def _within_hour(tx: Transaction, feed: Feed, added: Sequence[int], now: datetime) -> int:
    """How many articles the last hour brought for posting, more than a few at a time."""
    if len(added) <= doubts.FEW:
        return 0
    before = await tx.fetch_value(
        "SELECT coalesce(sum(brought), 0) FROM (SELECT count(*) AS brought FROM article a"
        " WHERE feed_id = ? AND seen_at > ?"
        " AND EXISTS (SELECT 1 FROM delivery WHERE article_id = a.id)"
        " GROUP BY seen_at HAVING brought > ?)",
        (feed.id, unix(now) - 3600, doubts.FEW),
    )
    return int(before) + len(added)


async def deliver_backlog(
    tx: Transaction,
    subscription: Subscription,
    prepared: Sequence[Identified],
    backlog: int,
    now: datetime,
) -> None:
    """Send the newest wanted articles of the document that was just recorded, oldest first."""
    remembered = await _known(tx, subscription.feed_id, prepared)
    identified = recognise(prepared, remembered.values())
    known = in_order([item for item in identified if item.article_id])
    filters = stored_filter(subscription.options.include, subscription.options.exclude)
    if filters:
        readable = [
            (at, item.entry.title, item.entry.text, item.entry.categories)
            for at, item in enumerate(known)
        ]
        chosen = choose({0: filters}, readable)
        known = [item for at, item in enumerate(known) if at in chosen[0]]
    await tx.executemany(
        "INSERT INTO delivery (guild_id, subscription_id, article_id, state, created_at)"
        " VALUES (?, ?, ?, 'pending', ?)",
        [
            (subscription.guild_id, subscription.id, item.article_id, unix(now))
            for item in known[-backlog:]
        ],
    )
