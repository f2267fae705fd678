"""Changes of subscriptions in SQLite; each keeps what was before, so that it can be taken back."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.clock import unix
from bot.feeds import rows
from bot.feeds.articles.store import Recorded, prepare, record
from bot.feeds.deliveries.store import begin_anew
from bot.feeds.model import UNDO_DAYS, Feed, ParsedFeed, Style, Subscription
from bot.feeds.store import SAVE_FEED, AlreadySubscribedError, read_subscription
from bot.storage import Database
from bot.storage.database import Transaction

Value = int | str | None

_COLUMNS = ("feed_id", "channel_id", "style", "role_id", "role_by", "include", "exclude")


@dataclass(frozen=True, slots=True)
class Change:
    """A subscription before and after one change.

    Attributes:
        id: by which the change can be taken back; 0 when nothing was changed.
    """

    id: int
    before: Subscription
    after: Subscription


class ChangeStore:
    """Changes of subscriptions; what has been sent keeps the channel in which it was sent."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def change(
        self,
        guild_id: int,
        subscription_id: int,
        now: datetime,
        fields: Mapping[str, Value],
        since_id: int = 0,
    ) -> Change | None:
        """Set some columns of a subscription; None when there is no such subscription.

        Args:
            fields: of ``channel_id`` and those of ``Options``.
            since_id: the newest message known in the new channel.

        Raises:
            AlreadySubscribedError: the new channel has this feed already; nothing was changed.
        """
        async with self._database.transaction() as tx:
            before = await read_subscription(tx, guild_id, subscription_id)
            return None if before is None else await _change(tx, before, now, fields, since_id)

    async def readdress(
        self,
        guild_id: int,
        subscription_id: int,
        feed: Feed,
        parsed: ParsedFeed,
        now: datetime,
        *,
        suspicion: str = "",
    ) -> tuple[Change, Recorded] | None:
        """Give a subscription another feed, of whose document nothing is sent to it.

        Args:
            feed: as just fetched, with its new validators; its id counts only if it is not 0.
            suspicion: as for ``record``, to which it goes for the others who have that feed.

        Raises:
            AlreadySubscribedError: the channel has that feed already; nothing was changed.
        """
        prepared = await prepare(parsed.entries)

        async def write(tx: Transaction) -> tuple[Change, Recorded] | None:
            before = await read_subscription(tx, guild_id, subscription_id)
            if before is None:
                return None
            row = await tx.fetch_one("SELECT id FROM feed WHERE url = ?", (feed.url,))
            feed.id = row["id"] if row else await _add_feed(tx, feed)
            await begin_anew(tx, guild_id, feed.id, now)
            await _take_history(tx, before, feed.id)
            # Before the subscription has this feed, so that what is new there goes to others only.
            recorded = await record(
                tx,
                feed,
                prepared,
                now,
                deliver=row is not None,
                suspicion=suspicion,
                context=parsed.context,
            )
            await tx.execute(SAVE_FEED, {**rows.feed_parameters(feed), "reconcile": 0})
            return await _change(tx, before, now, {"feed_id": feed.id}), recorded

        result = await self._database.run(write)
        feed.reconcile = False
        return result

    async def former(
        self, guild_id: int, change_id: int, now: datetime
    ) -> tuple[int, dict[str, Value]] | None:
        """The subscription that a change was made to, and what it replaced; None if too old."""
        row = await self._database.fetch_one(
            "SELECT subscription_id, before FROM subscription_change"
            " WHERE guild_id = ? AND id = ? AND changed_at >= ?",
            (guild_id, change_id, _oldest(now)),
        )
        return None if row is None else (row["subscription_id"], json.loads(row["before"]))

    async def newest_texts(self, feed_id: int, count: int) -> list[tuple[str, str, list[str]]]:
        """Title, text and categories of the newest articles remembered of a feed."""
        found = await self._database.fetch_all(
            "SELECT title, text, categories FROM article WHERE feed_id = ?"
            " ORDER BY coalesce(published_at, seen_at) DESC, id DESC LIMIT ?",
            (feed_id, count),
        )
        return [(row["title"], row["text"], row["categories"].split("\n")) for row in found]

    async def undo(
        self, guild_id: int, change_id: int, now: datetime, since_id: int = 0
    ) -> Change | None:
        """Set what one change replaced; None when the change or its subscription is gone.

        Raises:
            AlreadySubscribedError: the former channel has been given this feed anew.
        """
        found = await self.former(guild_id, change_id, now)
        if found is None:
            return None
        subscription_id, fields = found
        async with self._database.transaction() as tx:
            before = await read_subscription(tx, guild_id, subscription_id)
            if before is None:
                return None
            feed_id = fields.get("feed_id")
            if isinstance(feed_id, int) and feed_id != before.feed_id:
                await _take_history(tx, before, feed_id)
            return await _change(tx, before, now, fields, since_id)


def _oldest(now: datetime) -> int:
    return unix(now) - UNDO_DAYS * 86_400


async def _change(
    tx: Transaction,
    before: Subscription,
    now: datetime,
    fields: Mapping[str, Value],
    since_id: int = 0,
) -> Change:
    """Set columns and keep what was there."""
    held = {"feed_id": before.feed_id, "channel_id": before.channel_id, **asdict(before.options)}
    changed = {name: value for name, value in fields.items() if held[name] != value}
    if not changed:
        return Change(0, before, before)
    key = (before.guild_id, changed.get("channel_id", before.channel_id))
    taken = await tx.fetch_one(
        "SELECT 1 FROM subscription WHERE guild_id = ? AND channel_id = ? AND feed_id = ?"
        " AND id != ? AND deleted_at IS NULL",
        (*key, changed.get("feed_id", before.feed_id), before.id),
    )
    if taken:
        raise AlreadySubscribedError
    columns = ", ".join(f"{name} = :{name}" for name in _COLUMNS if name in changed)
    await tx.execute(
        f"UPDATE subscription SET {columns} WHERE id = :id",  # noqa: S608 - our own names
        {**changed, "id": before.id},
    )
    if Style(str(changed.get("style", Style.EMBED))).is_digest:
        # What waits comes at the next hour, as is said, and not to make up for one that has passed.
        await tx.execute(
            "UPDATE subscription SET digested_at = ? WHERE id = ?", (unix(now), before.id)
        )
    if "channel_id" in changed:
        await _move(tx, before, since_id)
    await tx.execute("DELETE FROM subscription_change WHERE changed_at < ?", (_oldest(now),))
    change_id = await tx.insert(
        "INSERT INTO subscription_change (guild_id, subscription_id, before, changed_at)"
        " VALUES (?, ?, ?, ?)",
        (before.guild_id, before.id, json.dumps({n: held[n] for n in changed}), unix(now)),
    )
    after = await read_subscription(tx, before.guild_id, before.id)
    assert after is not None
    return Change(change_id, before, after)


async def _move(tx: Transaction, before: Subscription, since_id: int) -> None:
    """What was attempted in the former channel is looked for and edited there, now as before.

    Attempts note their channel themselves; those of earlier versions did not, nor does what a
    restored backup made uncertain.
    """
    await tx.execute(
        "UPDATE delivery SET channel_id = ? WHERE subscription_id = ? AND channel_id IS NULL"
        " AND (state IN ('sending', 'unsure', 'sent') OR (state = 'held' AND after_id > 0))",
        (before.channel_id, before.id),
    )
    await tx.execute("UPDATE subscription SET since_id = ? WHERE id = ?", (since_id, before.id))


async def _add_feed(tx: Transaction, feed: Feed) -> int:
    return await tx.insert(
        "INSERT INTO feed (url, title, site) VALUES (?, ?, ?)", (feed.url, feed.title, feed.site)
    )


async def _take_history(tx: Transaction, before: Subscription, feed_id: int) -> None:
    """Know under another feed what a subscription's feed knew, so that none of it is new there.

    Where others have that feed too, its articles are left alone: what is new to them must not
    count as known. Deliveries follow their articles, so that an edit still finds its message.
    """
    others = await tx.fetch_one(
        "SELECT 1 FROM subscription WHERE feed_id = ? AND (deleted_at IS NULL OR id != ?)",
        (feed_id, before.id),
    )
    if not others:
        await tx.execute(
            "INSERT INTO article (feed_id, key, guid, guid_shared, place, content, title_hash,"
            " link, title, summary, text, picture, author, categories, published_at, seen_at,"
            " edited_at) SELECT ?1, key, guid, guid_shared, place, content, title_hash, link,"
            " title, summary, text, picture, author, categories, published_at, seen_at, edited_at"
            " FROM article o WHERE feed_id = ?2 AND NOT EXISTS (SELECT 1 FROM article n"
            " WHERE n.feed_id = ?1 AND (n.key = o.key OR (n.guid != '' AND n.guid = o.guid)))"
            " ORDER BY id",
            (feed_id, before.feed_id),
        )
    await tx.execute(
        "UPDATE OR IGNORE delivery SET article_id = same.id FROM article known JOIN article same"
        " ON same.feed_id = ?1 AND same.key = known.key"
        " WHERE subscription_id = ?2 AND known.id = delivery.article_id AND known.feed_id = ?3",
        (feed_id, before.id, before.feed_id),
    )
