"""Deliveries and notices in SQLite; each step of a delivery is one transaction."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Literal

from bot.clock import unix
from bot.feeds import rows
from bot.feeds.model import (
    MAYBE_POSTED,
    NONE_POSTED,
    Delivery,
    DeliveryState,
    Notice,
    NoticeKind,
)
from bot.storage import Database
from bot.storage.database import Row, Transaction

Choice = Literal["post", "newest", "skip"]

_OPEN = f"""
    SELECT d.id AS delivery_id, d.state, d.after_id, d.attempts, {rows.PLACE} AS place_id,
        {rows.SUBSCRIPTION}, {rows.ARTICLE}
    FROM delivery d
    JOIN subscription s ON s.id = d.subscription_id
    JOIN feed f ON f.id = s.feed_id
    JOIN article a ON a.id = d.article_id
    WHERE {rows.PLACE} = ? AND s.deleted_at IS NULL AND s.paused = ''
"""  # noqa: S608 - only column names are put in


class OutboxStore:
    """What waits to be sent, and what has become of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Deliveries

    async def channels(self) -> list[int]:
        """The channels for which something is to be done."""
        found = await self._database.fetch_all(
            f"SELECT DISTINCT {rows.PLACE} AS channel_id FROM delivery d"  # noqa: S608 - a constant
            " JOIN subscription s ON s.id = d.subscription_id"
            " WHERE d.state IN ('pending', 'sending', 'unsure')"
            " AND s.deleted_at IS NULL AND s.paused = ''"
        )
        return [row["channel_id"] for row in found]

    async def uncertain(self, channel_id: int) -> list[Delivery]:
        """Deliveries to a channel of which it must be looked up whether they arrived."""
        found = await self._database.fetch_all(
            f"{_OPEN} AND d.state IN ('sending', 'unsure') ORDER BY d.id", (channel_id,)
        )
        return [_delivery(row) for row in found]

    async def next_pending(self, channel_id: int) -> Delivery | None:
        """The next delivery to a channel that has certainly not arrived."""
        row = await self._database.fetch_one(
            f"{_OPEN} AND d.state = 'pending' ORDER BY d.id LIMIT 1", (channel_id,)
        )
        return None if row is None else _delivery(row)

    async def begin(self, delivery: Delivery, after_id: int) -> None:
        """Note that an attempt is about to be made, and where, before it is made."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "UPDATE delivery SET state = 'sending', after_id = ?, attempts = attempts + 1,"
                " channel_id = ? WHERE id = ?",
                (after_id, delivery.subscription.channel_id, delivery.id),
            )

    async def sent(self, delivery: Delivery, message_id: int, now: datetime) -> None:
        """Note the message; 0 when it was deleted before we learned its id."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "UPDATE delivery SET state = 'sent', message_id = ?, sent_at = ?, reason = ''"
                " WHERE id = ?",
                (message_id or None, unix(now), delivery.id),
            )

    async def not_sent(self, deliveries: Iterable[Delivery]) -> list[int]:
        """Note that these have certainly not arrived, so that they are sent (again).

        Returns:
            The channels in which they are sent: their subscriptions may have moved meanwhile.
        """
        ids = json.dumps([delivery.id for delivery in deliveries])
        async with self._database.transaction() as tx:
            await tx.execute(
                "UPDATE delivery SET state = 'pending', channel_id = NULL"
                " WHERE id IN (SELECT value FROM json_each(?))",
                (ids,),
            )
            found = await tx.fetch_all(
                "SELECT DISTINCT s.channel_id FROM delivery d"
                " JOIN subscription s ON s.id = d.subscription_id"
                " WHERE d.id IN (SELECT value FROM json_each(?))",
                (ids,),
            )
        return [row["channel_id"] for row in found]

    async def failed(self, delivery: Delivery, reason: str, now: datetime) -> None:
        """Give up on one article that Discord refuses, and say so."""
        subscription = delivery.subscription
        async with self._database.transaction() as tx:
            await tx.execute(
                "UPDATE delivery SET state = 'failed', reason = ? WHERE id = ?",
                (reason, delivery.id),
            )
            await _notice(tx, subscription.guild_id, NoticeKind.REJECTED, delivery.id, reason, now)

    async def block(
        self, delivery: Delivery, reason: str, notice: str, now: datetime, *, certain: bool
    ) -> bool:
        """Pause the subscription, if it is still in that channel, and tell its moderators.

        Args:
            certain: the delivery has not arrived; else its state stays and it will be looked up.

        Returns:
            Whether it was paused now.
        """
        subscription = delivery.subscription
        async with self._database.transaction() as tx:
            if certain:
                await tx.execute(
                    "UPDATE delivery SET state = 'pending', channel_id = NULL WHERE id = ?",
                    (delivery.id,),
                )
            changed = await tx.execute(
                "UPDATE subscription SET paused = ?"
                " WHERE id = ? AND channel_id = ? AND paused = ''",
                (reason, subscription.id, subscription.channel_id),
            )
            if changed:
                await _notice(
                    tx, subscription.guild_id, NoticeKind.PAUSED, subscription.id, notice, now
                )
        return changed == 1

    async def waiting(self, guild_id: int) -> dict[int, tuple[int, int]]:
        """How many articles wait, by subscription, and how many of those for a decision."""
        found = await self._database.fetch_all(
            "SELECT subscription_id, count(*) AS waiting, sum(state = 'held') AS held"
            " FROM delivery WHERE guild_id = ?"
            " AND state IN ('pending', 'sending', 'unsure', 'held') GROUP BY subscription_id",
            (guild_id,),
        )
        return {row["subscription_id"]: (row["waiting"], row["held"]) for row in found}

    # Held articles

    async def decide(
        self, guild_id: int, hold_id: int, choice: Choice
    ) -> tuple[int, list[int]] | None:
        """Do with held articles what the moderators chose.

        Returns:
            How many will be posted in each channel and the channels, or None when it is decided.
        """
        async with self._database.transaction() as tx:
            changed = await tx.execute(
                "UPDATE hold SET decided = ? WHERE id = ? AND guild_id = ? AND decided = ''",
                (choice, hold_id, guild_id),
            )
            if not changed:
                return None
            if choice != "post":
                newest = 0
                if choice == "newest":
                    newest = await tx.fetch_value(
                        "SELECT max(article_id) FROM delivery WHERE hold_id = ?", (hold_id,)
                    )
                await tx.execute(
                    "UPDATE delivery SET state = 'skipped'"
                    " WHERE hold_id = ? AND state = 'held' AND article_id IS NOT ?",
                    (hold_id, newest),
                )
            await tx.execute(
                "UPDATE delivery SET state = iif(after_id > 0, 'unsure', 'pending')"
                " WHERE hold_id = ? AND state = 'held'",
                (hold_id,),
            )
            found = await tx.fetch_all(
                f"SELECT {rows.PLACE} AS channel_id, count(*) AS posted FROM delivery d"  # noqa: S608
                " JOIN subscription s ON s.id = d.subscription_id"
                " WHERE d.hold_id = ? AND d.state IN ('pending', 'unsure') GROUP BY 1",
                (hold_id,),
            )
        posted = max((row["posted"] for row in found), default=0)
        return posted, [row["channel_id"] for row in found]

    async def feed_of_hold(self, guild_id: int, hold_id: int) -> int | None:
        """The feed that a server's open hold is about."""
        found = await self._database.fetch_value(
            "SELECT feed_id FROM hold WHERE id = ? AND guild_id = ? AND decided = ''",
            (hold_id, guild_id),
        )
        return None if found is None else int(found)

    # Notices

    async def add_notices(self, feed_id: int, kind: NoticeKind, text: str, now: datetime) -> None:
        """Tell the moderators of every server that has a feed something about it."""
        async with self._database.transaction() as tx:
            guilds = await tx.fetch_all(
                "SELECT DISTINCT guild_id FROM subscription"
                " WHERE feed_id = ? AND deleted_at IS NULL",
                (feed_id,),
            )
            for row in guilds:
                await _notice(tx, row["guild_id"], kind, feed_id, text, now)

    async def add_stuck_notice(
        self, guild_id: int, channel_id: int, text: str, now: datetime
    ) -> None:
        """Tell a server's moderators that one channel cannot be looked at."""
        async with self._database.transaction() as tx:
            await _notice(tx, guild_id, NoticeKind.STUCK, channel_id, text, now)

    async def withdraw_stuck_notice(self, guild_id: int, channel_id: int) -> None:
        """The channel can be looked at again; who has not been told need not be."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "DELETE FROM feed_notice WHERE guild_id = ? AND kind = ? AND subject_id = ?"
                " AND sent_at IS NULL",
                (guild_id, NoticeKind.STUCK, channel_id),
            )

    async def open_notices(self) -> list[Notice]:
        """What moderators have not been told yet, oldest first."""
        found = await self._database.fetch_all(
            "SELECT id, guild_id, kind, subject_id, text FROM feed_notice"
            " WHERE sent_at IS NULL ORDER BY id"
        )
        return [
            Notice(
                row["id"],
                row["guild_id"],
                NoticeKind(row["kind"]),
                row["subject_id"],
                row["text"],
            )
            for row in found
        ]

    async def told(self, notice: Notice, now: datetime) -> None:
        """Note that the moderators have been told."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "UPDATE feed_notice SET sent_at = ? WHERE id = ?", (unix(now), notice.id)
            )

    # After a restored backup

    async def reconcile(self) -> bool:
        """If a backup was restored, have everything looked up before it is sent; whether so.

        The backup does not know what was posted after it was made. Deliveries that it holds as
        open are looked up after the last message known in their channel, and so are those that
        the first poll of each feed brings (``feed.reconcile``).
        """
        async with self._database.transaction() as tx:
            if await tx.fetch_value("SELECT value FROM meta WHERE key = 'restored'") != "1":
                return False
            await tx.execute(
                "UPDATE delivery SET state = iif(state = 'held', 'held', 'unsure'), after_id ="
                " max(1, CASE WHEN state = 'sending' THEN after_id ELSE coalesce((SELECT"
                " max(o.message_id) FROM delivery o JOIN subscription t ON t.id = o.subscription_id"
                " WHERE t.channel_id = (SELECT channel_id FROM subscription s"
                " WHERE s.id = delivery.subscription_id)), (SELECT since_id FROM subscription s"
                " WHERE s.id = delivery.subscription_id)) END)"
                " WHERE state IN ('pending', 'sending', 'unsure', 'held')"
            )
            await tx.execute("UPDATE feed SET reconcile = 1")
            await tx.execute(
                "UPDATE feed_notice SET text = replace(text, ?, ?)"
                " WHERE kind IN (?, ?) AND sent_at IS NULL",
                (NONE_POSTED, MAYBE_POSTED, NoticeKind.FLOOD, NoticeKind.CHANGED),
            )
            await tx.execute("DELETE FROM meta WHERE key = 'restored'")
        return True


async def _notice(
    tx: Transaction, guild_id: int, kind: NoticeKind, subject_id: int, text: str, now: datetime
) -> None:
    await tx.execute(
        "INSERT INTO feed_notice (guild_id, kind, subject_id, text, created_at)"
        " VALUES (?, ?, ?, ?, ?)",
        (guild_id, kind, subject_id, text, unix(now)),
    )


def _delivery(row: Row) -> Delivery:
    subscription = rows.subscription(row)
    return Delivery(
        id=row["delivery_id"],
        state=DeliveryState(row["state"]),
        after_id=row["after_id"],
        attempts=row["attempts"],
        article=rows.article(row),
        subscription=replace(subscription, channel_id=row["place_id"]),
        moved=row["place_id"] != subscription.channel_id,
    )
