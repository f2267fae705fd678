"""Feeds, subscriptions and articles in SQLite."""

import json
import secrets
from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import datetime

from bot.clock import unix
from bot.feeds import rows
from bot.feeds.articles.store import (
    Recorded,
    deliver_backlog,
    prepare,
    record,
    record_part,
)
from bot.feeds.deliveries.store import begin_anew, hold_flood, tell_holds_again
from bot.feeds.fragments import store as fragments
from bot.feeds.model import UNDO_DAYS, Feed, Options, ParsedFeed, Require, Subscription, anywhere
from bot.storage import Database
from bot.storage.database import Transaction

DEFAULT_OPTIONS = Options()


class AlreadySubscribedError(Exception):
    """The channel has this feed already."""


class FeedStore:
    """What is remembered of feeds; deliveries on their way are ``outbox.store``'s."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Feeds

    async def wanted(self) -> list[Feed]:
        """The feeds that at least one channel wants, also those that are gone."""
        found = await self._database.fetch_all(
            "SELECT * FROM feed f WHERE EXISTS (SELECT 1 FROM subscription s"
            " WHERE s.feed_id = f.id AND s.deleted_at IS NULL) ORDER BY id"
        )
        return [rows.feed(row) for row in found]

    async def by_url(self, url: str) -> Feed | None:
        """A feed by its address."""
        row = await self._database.fetch_one("SELECT * FROM feed WHERE url = ?", (url,))
        return None if row is None else rows.feed(row)

    async def by_id(self, feed_id: int) -> Feed | None:
        """A feed by its id."""
        row = await self._database.fetch_one("SELECT * FROM feed WHERE id = ?", (feed_id,))
        return None if row is None else rows.feed(row)

    async def save(self, feeds: Iterable[Feed]) -> None:
        """Write how polling goes; their addresses stay."""
        parameters = [rows.feed_parameters(feed) for feed in feeds]
        if parameters:
            async with self._database.transaction() as tx:
                await tx.executemany(SAVE_FEED, parameters)

    async def move(self, feed: Feed, url: str) -> bool:
        """Change a feed's address; False, and nothing happens, when another feed has it."""
        async with self._database.transaction() as tx:
            if await tx.fetch_one("SELECT 1 FROM feed WHERE url = ?", (url,)):
                return False
            await tx.execute("UPDATE feed SET url = ? WHERE id = ?", (url, feed.id))
        return True

    # Articles

    async def known(self, feed_id: int) -> tuple[str, list[str]]:
        """What need not be read again of a feed: its context and fragments, see ``scan``."""
        return await fragments.known(self._database, feed_id)

    async def whole(self, feed_id: int, parsed: ParsedFeed) -> ParsedFeed | None:
        """A document with what was not read again put back; None: read it in full."""
        return await fragments.whole(self._database, feed_id, parsed)

    async def record(
        self, feed: Feed, parsed: ParsedFeed, now: datetime, *, suspicion: str = ""
    ) -> Recorded:
        """Remember a changed document: new articles, their deliveries and the feed, at once.

        ``feed`` carries the document's validators already, so a crash before the end has the
        document fetched again, and one after it has everything waiting in the outbox.

        Args:
            parsed: a whole document, see ``whole``.
            suspicion: why the moderators should look first, as ``watch.suspicion`` gives it.
        """
        prepared = await prepare(parsed.entries, parsed.reckoned)

        async def write(tx: Transaction) -> Recorded:
            recorded = await record(
                tx, feed, prepared, now, suspicion=suspicion, context=parsed.context
            )
            await _save_recorded(tx, feed, parsed, recorded, now)
            return recorded

        # Should the power fail before the disk has it, the document is fetched again.
        recorded = await self._database.run(write, durable=False)
        feed.reconcile = feed.reconcile and parsed.cut_off
        return recorded

    async def record_part(
        self, feed: Feed, parsed: ParsedFeed, now: datetime, *, suspicion: str = ""
    ) -> Recorded | None:
        """As ``record``, for a document of which what is known already was not read again.

        Returns:
            None, and nothing is changed, where it takes the ``whole`` document to tell what is new.
        """
        prepared = await prepare(parsed.entries)

        async def write(tx: Transaction) -> Recorded | None:
            recorded = await record_part(tx, feed, parsed, prepared, now, suspicion=suspicion)
            if recorded is not None:
                await _save_recorded(tx, feed, parsed, recorded, now)
            return recorded

        recorded = await self._database.run(write, durable=False)
        if recorded is not None:
            feed.reconcile = feed.reconcile and parsed.cut_off
        return recorded

    # Subscriptions

    async def subscribe(
        self,
        feed: Feed,
        parsed: ParsedFeed,
        now: datetime,
        *,
        guild_id: int,
        channel_id: int,
        since_id: int,
        options: Options = DEFAULT_OPTIONS,
        backlog: int = 0,
        suspicion: str = "",
        noting: Callable[[Transaction, int], Awaitable[None]] | None = None,
    ) -> tuple[Feed, Subscription, Recorded]:
        """Give a channel a feed; of what is in the document only the newest ``backlog`` are sent.

        Args:
            feed: as just fetched; its id counts only if it is not 0.
            noting: writes down the subscription's id elsewhere, in the same transaction, and awaits
                nothing else.

        Raises:
            AlreadySubscribedError: the channel has it.
        """
        token = secrets.token_hex(16)
        prepared = await prepare(parsed.entries)

        async def write(tx: Transaction) -> tuple[Subscription, Recorded]:
            row = await tx.fetch_one("SELECT id FROM feed WHERE url = ?", (feed.url,))
            known = row is not None
            if row is None:
                feed.id = await tx.insert(
                    "INSERT INTO feed (url, title, site) VALUES (?, ?, ?)",
                    (feed.url, feed.title, feed.site),
                )
            else:
                feed.id = row["id"]
                taken = await tx.fetch_one(
                    "SELECT 1 FROM subscription WHERE guild_id = ? AND channel_id = ?"
                    " AND feed_id = ? AND deleted_at IS NULL",
                    (guild_id, channel_id, feed.id),
                )
                if taken:
                    raise AlreadySubscribedError
                await begin_anew(tx, guild_id, feed.id, now)
            recorded = await record(
                tx,
                feed,
                prepared,
                now,
                deliver=known,
                suspicion=suspicion,
                context=parsed.context,
            )
            await tx.execute(SAVE_FEED, {**rows.feed_parameters(feed), "reconcile": 0})
            subscription_id = await tx.insert(
                "INSERT INTO subscription (guild_id, feed_id, channel_id, token, since_id,"
                " style, role_id, role_by, include, exclude, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    guild_id, feed.id, channel_id, token, since_id, options.style, options.role_id,
                    options.role_by, options.include, options.exclude, unix(now),
                ),
            )  # fmt: skip
            subscription = await read_subscription(tx, guild_id, subscription_id)
            assert subscription is not None
            if backlog:
                await deliver_backlog(tx, subscription, prepared, backlog, now)
            if noting is not None:
                await noting(tx, subscription_id)
            return subscription, recorded

        subscription, recorded = await self._database.run(write)
        feed.reconcile = False
        return feed, subscription, recorded

    async def subscriptions(self, guild_id: int) -> list[Subscription]:
        """A server's subscriptions, by the feeds' titles."""
        found = await self._database.fetch_all(
            f"SELECT {rows.SUBSCRIPTION} FROM subscription s JOIN feed f ON f.id = s.feed_id"  # noqa: S608
            " WHERE s.guild_id = ? AND s.deleted_at IS NULL ORDER BY lower(f.title), s.id",
            (guild_id,),
        )
        return [rows.subscription(row) for row in found]

    async def suggested(
        self, guild_id: int, typed: str, channels: Collection[int], most: int
    ) -> list[Subscription]:
        """The first of a server's subscriptions that are in a channel or whose feed is so called.

        Those whose title begins with what was typed come first.
        """
        within = like(typed)
        found = await self._database.fetch_all(
            f"SELECT {rows.SUBSCRIPTION} FROM subscription s JOIN feed f ON f.id = s.feed_id"  # noqa: S608
            " WHERE s.guild_id = :guild AND s.deleted_at IS NULL"
            " AND (f.title LIKE :within ESCAPE '!' OR f.url LIKE :within ESCAPE '!'"
            " OR s.channel_id IN (SELECT value FROM json_each(:channels)))"
            " ORDER BY f.title NOT LIKE :begins ESCAPE '!', lower(f.title), s.id LIMIT :most",
            {
                "guild": guild_id,
                "within": f"%{within}%",
                "begins": f"{within}%",
                "channels": json.dumps(list(channels)),
                "most": most,
            },
        )
        return [rows.subscription(row) for row in found]

    async def subscription(self, guild_id: int, subscription_id: int) -> Subscription | None:
        """One of a server's subscriptions, if it has not been removed."""
        return await read_subscription(self._database, guild_id, subscription_id)

    async def unsubscribe(self, guild_id: int, subscription_id: int, now: datetime) -> bool:
        """Remove a subscription so that it can be undone for a week; whether it was there."""
        async with self._database.transaction() as tx:
            changed = await tx.execute(
                "UPDATE subscription SET deleted_at = ?"
                " WHERE guild_id = ? AND id = ? AND deleted_at IS NULL",
                (unix(now), guild_id, subscription_id),
            )
        return changed == 1

    async def undo_unsubscribe(
        self, guild_id: int, subscription_id: int, now: datetime, require: Require = anywhere
    ) -> tuple[Subscription, int] | None:
        """Bring a removed subscription back, with what appeared meanwhile; None if it is too late.

        Returned with it is how many articles are held, being more than FLOOD_LIMIT; else 0.

        Raises:
            AlreadySubscribedError: the channel was given the feed anew.
            UserError: what ``require`` raises for the channel; nothing is changed.
        """
        live = "guild_id = ? AND channel_id = ? AND feed_id = ? AND deleted_at IS NULL"
        async with self._database.transaction() as tx:
            row = await tx.fetch_one(
                "SELECT * FROM subscription WHERE guild_id = ? AND id = ? AND deleted_at >= ?",
                (guild_id, subscription_id, unix(now) - UNDO_DAYS * 86_400),
            )
            if row is None:
                return None
            key = (guild_id, row["channel_id"], row["feed_id"])
            if await tx.fetch_one(f"SELECT 1 FROM subscription WHERE {live}", key):  # noqa: S608
                raise AlreadySubscribedError
            require(row["channel_id"])
            await tx.execute(
                "UPDATE subscription SET deleted_at = NULL WHERE id = ?", (subscription_id,)
            )
            feed = await tx.fetch_one("SELECT * FROM feed WHERE id = ?", (row["feed_id"],))
            assert feed is not None
            subscription = await read_subscription(tx, guild_id, subscription_id)
            assert subscription is not None
            held = await hold_flood(tx, rows.feed(feed), subscription, now)
            await tell_holds_again(tx, guild_id, subscription.feed_id, now)
        return subscription, held

    async def set_paused(self, guild_id: int, subscription_id: int, reason: str) -> bool:
        """Pause with a reason in words, or resume with ""; whether there is such a subscription."""
        async with self._database.transaction() as tx:
            changed = await tx.execute(
                "UPDATE subscription SET paused = ?"
                " WHERE guild_id = ? AND id = ? AND deleted_at IS NULL",
                (reason, guild_id, subscription_id),
            )
        return changed == 1


def like(typed: str) -> str:
    """What was typed as a pattern for SQLite's LIKE, whose escape is "!"; case does not matter.

    SQLite knows the case of ASCII letters only, so any other letter stands for any character.
    """
    return "".join(
        "_"
        if not character.isascii() and character.lower() != character.upper()
        else f"!{character}"
        if character in "%_!"
        else character
        for character in typed
    )


SAVE_FEED = """
    UPDATE feed SET title = :title, site = :site, status = :status, etag = :etag,
        last_modified = :last_modified, body_hash = :body_hash, ttl_s = :ttl_s,
        interval_s = :interval_s, checked_at = :checked_at, ok_at = :ok_at,
        failures = :failures, failing_since = :failing_since, problem = :problem, told = :told,
        moved_to = :moved_to, moved_count = :moved_count, reconcile = :reconcile,
        language = :language, host = :host, gap_s = :gap_s, newest_at = :newest_at,
        silent_told = :silent_told
    WHERE id = :id
"""


async def read_subscription(
    reader: Database | Transaction, guild_id: int, subscription_id: int
) -> Subscription | None:
    """One of a server's subscriptions, if it has not been removed."""
    row = await reader.fetch_one(
        f"SELECT {rows.SUBSCRIPTION} FROM subscription s JOIN feed f ON f.id = s.feed_id"  # noqa: S608
        " WHERE s.guild_id = ? AND s.id = ? AND s.deleted_at IS NULL",
        (guild_id, subscription_id),
    )
    return None if row is None else rows.subscription(row)


async def _save_recorded(
    tx: Transaction, feed: Feed, parsed: ParsedFeed, recorded: Recorded, now: datetime
) -> None:
    """Write down the feed beside what its document brought."""
    if recorded.articles:
        # Whatever date it gives itself: a feed with something new is not silent.
        feed.newest_at, feed.silent_told = now, False
    # Of a document that broke off the rest may have been posted as well.
    reconcile = feed.reconcile and parsed.cut_off
    await tx.execute(SAVE_FEED, {**rows.feed_parameters(feed), "reconcile": reconcile})
