"""Who is to get new articles, and what is put to the moderators first.

All functions work inside the caller's transaction: see ``bot.feeds.articles.store``.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from bot.clock import unix
from bot.feeds.articles.filters import choose, stored_filter
from bot.feeds.model import (
    FLOOD_LIMIT,
    MAYBE_POSTED,
    NONE_POSTED,
    UNDO_DAYS,
    DeliveryState,
    Feed,
    HoldKind,
    NoticeKind,
    Subscription,
)
from bot.feeds.outbox.deliveries.store import OPEN
from bot.storage.database import Row, Transaction
from bot.text import counted, escape


async def deliver(
    tx: Transaction,
    feed: Feed,
    articles: Sequence[int],
    suspicion: str,
    flood: str,
    now: datetime,
) -> tuple[frozenset[int], bool]:
    """Put new articles on their way to every channel that wants the feed.

    ``suspicion`` and ``flood`` say why the moderators are asked first, or are "".
    Returned are the channels for which something can be sent, and whether anything is held.
    Removed subscriptions get theirs as well, for as long as the removal can be undone: the outbox
    leaves them alone until then.
    """
    subscriptions = await tx.fetch_all(
        "SELECT id, guild_id, channel_id, since_id, deleted_at, include, exclude FROM subscription"
        " WHERE feed_id = ? AND (deleted_at IS NULL OR deleted_at >= ?) ORDER BY id",
        (feed.id, unix(now) - UNDO_DAYS * 86_400),
    )
    wanted = await _wanted(tx, subscriptions, articles)
    live = [row for row in subscriptions if row["deleted_at"] is None and row["id"] in wanted]
    subscribed = {row["guild_id"] for row in subscriptions if row["deleted_at"] is None}
    # A feed that has changed hands is held for all, also where a filter lets none of this pass or
    # where its removal may be taken back.
    guilds = sorted({row["guild_id"] for row in (subscriptions if suspicion else live)})
    changed = await open_holds(tx, feed)
    holds = changed | await _new_holds(
        tx, feed, [guild for guild in guilds if guild not in changed], suspicion, flood, now
    )
    for guild_id in holds.keys() - subscribed:
        await _keep_quiet(tx, holds[guild_id], now)
    for row in subscriptions:
        guild_id = row["guild_id"]
        # A flood is judged anew when a removed subscription is brought back.
        hold_id = (changed if row["deleted_at"] and not suspicion else holds).get(guild_id)
        state = DeliveryState.UNSURE if feed.reconcile else DeliveryState.PENDING
        # After a restored backup they may have been posted already: look after what we know of.
        after_id = max(row["since_id"], 1) if feed.reconcile else 0
        await tx.executemany(
            "INSERT OR IGNORE INTO delivery"
            " (guild_id, subscription_id, article_id, state, hold_id, after_id, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    guild_id, row["id"], article, state if hold_id is None else DeliveryState.HELD,
                    hold_id, after_id, unix(now),
                )
                for article in wanted.get(row["id"], ())
            ],
        )  # fmt: skip
    open_channels = frozenset(row["channel_id"] for row in live if row["guild_id"] not in holds)
    return open_channels, bool(holds)


async def _keep_quiet(tx: Transaction, hold_id: int, now: datetime) -> None:
    """A server that has removed the feed is asked only if it takes that back."""
    await tx.execute(
        "UPDATE feed_notice SET sent_at = ? WHERE kind IN (?, ?) AND subject_id = ?"
        " AND sent_at IS NULL",
        (unix(now), NoticeKind.FLOOD, NoticeKind.CHANGED, hold_id),
    )


async def open_holds(
    tx: Transaction, feed: Feed, kind: HoldKind = HoldKind.CHANGED
) -> dict[int, int]:
    """By server, the hold of a feed that is not decided on yet.

    Into that of a feed that came back as another everything new goes until then.
    """
    found = await tx.fetch_all(
        "SELECT guild_id, max(id) AS id FROM hold"
        " WHERE feed_id = ? AND decided = '' AND kind = ? GROUP BY guild_id",
        (feed.id, kind),
    )
    return {row["guild_id"]: int(row["id"]) for row in found}


async def _new_holds(
    tx: Transaction, feed: Feed, guilds: Sequence[int], suspicion: str, flood: str, now: datetime
) -> dict[int, int]:
    """By server, the hold that new articles go into; none where they can be sent at once.

    Flood upon flood goes into one hold, so that moderators are asked once and not at each poll.
    """
    if suspicion:
        kind, asked = HoldKind.CHANGED, {}
    elif flood:
        kind, asked = HoldKind.FLOOD, await open_holds(tx, feed, HoldKind.FLOOD)
    else:
        return {}
    return {
        guild_id: asked.get(guild_id)
        or await _hold(tx, guild_id, feed, suspicion or flood, now, kind)
        for guild_id in guilds
    }


async def begin_anew(tx: Transaction, guild_id: int, feed_id: int, now: datetime) -> None:
    """A server is given a feed: what was held of it before is over, or is asked about again.

    Where the server has it in no channel, nobody waits for what is held, and whoever adds it has
    just looked at it.
    """
    if await tx.fetch_one(
        "SELECT 1 FROM subscription WHERE feed_id = ? AND guild_id = ? AND deleted_at IS NULL",
        (feed_id, guild_id),
    ):
        await tell_holds_again(tx, guild_id, feed_id, now)
        return
    await tx.execute(
        "UPDATE delivery SET state = 'skipped' WHERE state = 'held' AND hold_id IN"
        " (SELECT id FROM hold WHERE feed_id = ? AND guild_id = ? AND decided = '')",
        (feed_id, guild_id),
    )
    await tx.execute(
        "UPDATE hold SET decided = 'skip' WHERE feed_id = ? AND guild_id = ? AND decided = ''",
        (feed_id, guild_id),
    )


async def tell_holds_again(tx: Transaction, guild_id: int, feed_id: int, now: datetime) -> None:
    """Have the moderators asked once more what is to become of a feed's held articles.

    By a notice of its own: Discord would take the same one for a repetition.
    """
    await tx.execute(
        "INSERT INTO feed_notice (guild_id, kind, subject_id, text, created_at)"
        " SELECT guild_id, kind, subject_id, text, ? FROM feed_notice n"
        " WHERE guild_id = ? AND kind IN (?, ?) AND sent_at IS NOT NULL AND subject_id IN"
        " (SELECT id FROM hold WHERE feed_id = ? AND guild_id = n.guild_id AND decided = '')",
        (unix(now), guild_id, NoticeKind.FLOOD, NoticeKind.CHANGED, feed_id),
    )


async def _wanted(
    tx: Transaction, subscriptions: Sequence[Row], articles: Sequence[int]
) -> dict[int, Sequence[int]]:
    """By subscription, the articles that pass its filter, in their order; none has no entry.

    What takes a document in runs in the database's thread (``Database.run``), so filtering a
    thousand articles there holds up nobody.
    """
    filters = {
        row["id"]: stored_filter(row["include"], row["exclude"])
        for row in subscriptions
        if row["include"] or row["exclude"]
    }
    wanted: dict[int, Sequence[int]] = {
        row["id"]: articles for row in subscriptions if row["id"] not in filters
    }
    if filters:
        found = await tx.fetch_all(
            "SELECT id, title, text, categories FROM article"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(articles),),
        )
        readable = [
            (row["id"], row["title"], row["text"], tuple(row["categories"].split("\n")))
            for row in found
        ]
        for key, ids in choose(filters, readable).items():
            if ids:
                wanted[key] = [each for each in articles if each in ids]
    return wanted


async def hold_flood(tx: Transaction, feed: Feed, subscription: Subscription, now: datetime) -> int:
    """Of a subscription that is brought back, hold what waits if it is a flood; how many are held.

    Counted is everything that would be posted at once: what came while it was removed, and what
    had been waiting before.
    """
    waiting = f"subscription_id = ? AND {OPEN.format('delivery')} AND state != 'sending'"
    count = int(
        await tx.fetch_value(
            f"SELECT count(*) FROM delivery WHERE {waiting}",  # noqa: S608 - a constant
            (subscription.id,),
        )
    )
    if count <= FLOOD_LIMIT:
        return 0
    what = f"is back, and {counted(count, 'article')} wait."
    hold_id = await _hold(tx, subscription.guild_id, feed, what, now)
    await tx.execute(
        f"UPDATE delivery SET state = 'held', hold_id = ? WHERE {waiting}",  # noqa: S608
        (hold_id, subscription.id),
    )
    return count


async def _hold(
    tx: Transaction,
    guild_id: int,
    feed: Feed,
    what: str,
    now: datetime,
    kind: HoldKind = HoldKind.FLOOD,
) -> int:
    """Ask a server's moderators what to do with held articles; the hold's id.

    Args:
        what: the sentence that begins with the feed's title and says why.
    """
    hold_id = await tx.insert(
        "INSERT INTO hold (guild_id, feed_id, created_at, kind) VALUES (?, ?, ?, ?)",
        (guild_id, feed.id, unix(now), kind),
    )
    posted = MAYBE_POSTED if feed.reconcile else NONE_POSTED
    if kind is HoldKind.CHANGED:
        posted = f"Somebody else may have taken it over: look at the site first. {posted}"
    text = f"**{escape(feed.title)}** {what} {posted} Which would you like?"
    await tx.execute(
        "INSERT INTO feed_notice (guild_id, kind, subject_id, text, created_at)"
        " VALUES (?, ?, ?, ?, ?)",
        (guild_id, NoticeKind(kind), hold_id, text, unix(now)),
    )
    return hold_id
