"""Deliveries and notices in SQLite; each step of a delivery is one transaction."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.clock import unix
from bot.feeds import rows
from bot.feeds.model import (
    MAYBE_POSTED,
    NONE_POSTED,
    Delivery,
    Notice,
    NoticeKind,
    Style,
)
from bot.feeds.outbox.deliveries.store import (
    DELIVERY,
    LIVE,
    OPEN,
    not_sent,
    read_deliveries,
    read_row,
    tie,
)
from bot.storage import Database
from bot.storage.database import Transaction

_OPEN = OPEN.format("d")
# Certainly not in the channel, and to go there now: a digest's articles wait for its hour.
_SENDABLE = (
    "d.state = 'pending' AND (d.bundle_id IS NOT NULL"
    " OR s.style NOT IN ('digest-daily', 'digest-weekly'))"
)
_UNCERTAIN = "d.state IN ('sending', 'unsure')"
# A delivery, and those of the digest that it carries.
_WHOLE = "(id = :id OR bundle_id = :id)"
_ALONE = "id = :id"  # found several times as quickly


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done next in a channel; nothing when both are empty.

    Attributes:
        uncertain: what must be looked up first, as ``OutboxStore.uncertain`` gives it.
        begun: else the next delivery to be sent. That an attempt is made, and where, has been noted
            before it is. It has all articles of a digest: this is what is sent, and what changes
            from here on is made good by an edit.
    """

    uncertain: list[Delivery]
    begun: Delivery | None = None


class OutboxStore:
    """What waits to be sent, and what has become of it."""

    def __init__(self, database: Database) -> None:
        self.database = database

    # Deliveries

    async def channels(self) -> list[int]:
        """The channels for which something is to be sent or looked up."""
        found = await self.database.fetch_all(
            f"SELECT DISTINCT {rows.PLACE} AS channel_id FROM delivery d"  # noqa: S608 - constants
            " JOIN subscription s ON s.id = d.subscription_id"
            f" WHERE {_OPEN} AND ({_UNCERTAIN} OR {_SENDABLE}) AND {LIVE}"
        )
        return [row["channel_id"] for row in found]

    async def uncertain(self, channel_id: int) -> list[Delivery]:
        """Deliveries to a channel of which it must be looked up whether they arrived.

        Each article of a digest is one of its own: it may be found in another digest's message.
        """
        return await _uncertain(self.database, channel_id)

    async def take(self, channel_id: int, after_id: int) -> Step:
        """What is to be done next in a channel; what is to be sent is noted as begun.

        Args:
            after_id: the channel's newest message known.
        """
        return await self.database.run(lambda tx: _take(tx, channel_id, after_id))

    async def sent(
        self, delivery: Delivery, message_id: int, now: datetime, after_id: int
    ) -> tuple[bool, Step]:
        """Note the message, and ``take`` what is next in its channel.

        Args:
            message_id: 0 when it was deleted before we learned its id.

        Returns:
            Whether a thread is to be started from the message; and what is next.
        """
        threads = delivery.subscription.options.style is Style.THREAD and not delivery.bundle
        thread_due = threads and message_id != 0
        sql = (
            "UPDATE delivery SET state = 'sent', message_id = :message_id, sent_at = :now,"  # noqa: S608
            " reason = '', thread_due = :thread"
            f" WHERE state = 'sending' AND {_ALONE if delivery.bundle_id is None else _WHOLE}"
        )
        parameters = {
            "id": delivery.id,
            "message_id": message_id or None,
            "now": unix(now),
            "thread": thread_due,
        }

        channel_id = delivery.subscription.channel_id
        following = await self.database.run(
            lambda tx: _take(tx, channel_id, after_id),
            # Should the power fail before the disk has this, the message is looked up.
            first=lambda tx: tx.execute(sql, parameters),
        )
        return thread_due, following

    async def looked_up(
        self, found: Sequence[tuple[Delivery, int]], absent: Sequence[Delivery], now: datetime
    ) -> list[int]:
        """Note what a look has shown: the messages that were found, and what has not arrived.

        Returns:
            The channels in which the absent are sent: their subscriptions may have moved.
        """
        async with self.database.transaction() as tx:
            for delivery, message_id in found:
                await tx.execute(
                    "UPDATE delivery SET state = 'sent', message_id = ?, sent_at = ?, reason = ''"
                    " WHERE id = ?",
                    (message_id, unix(now), delivery.id),
                )
            messages = {(each.subscription.id, message_id) for each, message_id in found}
            for subscription_id, message_id in messages:
                of_it = [
                    each
                    for each, its_message in found
                    if (each.subscription.id, its_message) == (subscription_id, message_id)
                ]
                await tie(tx, subscription_id, message_id, of_it)
            return await not_sent(tx, absent)

    async def not_sent(self, deliveries: Iterable[Delivery]) -> list[int]:
        """Note that these have certainly not arrived, so that they are sent (again).

        Returns:
            The channels in which they are sent: their subscriptions may have moved meanwhile.
        """
        async with self.database.transaction() as tx:
            return await not_sent(tx, deliveries)

    async def failed(self, delivery: Delivery, reason: str, now: datetime) -> None:
        """Give up on one article that Discord refuses, and say so."""
        subscription = delivery.subscription
        async with self.database.transaction() as tx:
            await tx.execute(
                "UPDATE delivery SET state = 'failed', reason = ? WHERE id = ?",
                (reason, delivery.id),
            )
            await _notice(tx, subscription.guild_id, NoticeKind.REJECTED, delivery.id, reason, now)

    async def split(self, delivery: Delivery) -> None:
        """Make two digests of one that Discord refuses, to find out what it is that it refuses."""
        async with self.database.transaction() as tx:
            await not_sent(tx, [delivery])
            found = await tx.fetch_all(
                "SELECT id FROM delivery WHERE bundle_id = ? AND state = 'pending' ORDER BY id",
                (delivery.id,),
            )
            later = [row["id"] for row in found[len(found) // 2 :]]
            await tx.execute(
                "UPDATE delivery SET bundle_id = ? WHERE id IN (SELECT value FROM json_each(?))",
                (later[0], json.dumps(later)),
            )

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
        async with self.database.transaction() as tx:
            if certain:
                await not_sent(tx, [delivery])
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
        found = await self.database.fetch_all(
            "SELECT subscription_id, count(*) AS waiting, sum(state = 'held') AS held"
            " FROM delivery WHERE guild_id = ?"
            " AND state IN ('pending', 'sending', 'unsure', 'held') GROUP BY subscription_id",
            (guild_id,),
        )
        return {row["subscription_id"]: (row["waiting"], row["held"]) for row in found}

    # Notices

    async def add_notices(self, feed_id: int, kind: NoticeKind, text: str, now: datetime) -> None:
        """Tell the moderators of every server that has a feed something about it."""
        async with self.database.transaction() as tx:
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
        async with self.database.transaction() as tx:
            await _notice(tx, guild_id, NoticeKind.STUCK, channel_id, text, now)

    async def withdraw_stuck_notice(self, guild_id: int, channel_id: int) -> None:
        """The channel can be looked at again; who has not been told need not be."""
        async with self.database.transaction() as tx:
            await tx.execute(
                "DELETE FROM feed_notice WHERE guild_id = ? AND kind = ? AND subject_id = ?"
                " AND sent_at IS NULL",
                (guild_id, NoticeKind.STUCK, channel_id),
            )

    async def open_notices(self) -> list[Notice]:
        """What moderators have not been told yet, oldest first."""
        found = await self.database.fetch_all(
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
        async with self.database.transaction() as tx:
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
        async with self.database.transaction() as tx:
            if await tx.fetch_value("SELECT value FROM meta WHERE key = 'restored'") != "1":
                return False
            # Where to begin is kept: messages that are found from now on are newer than others
            # which the backup does not know either.
            await tx.execute(
                "UPDATE subscription SET since_id = max(since_id, coalesce((SELECT"
                " max(o.message_id) FROM delivery o JOIN subscription t ON t.id = o.subscription_id"
                " WHERE t.channel_id = subscription.channel_id), 0))"
            )
            await tx.execute(
                "UPDATE delivery SET state = iif(state = 'held', 'held', 'unsure'), after_id ="
                " max(1, CASE WHEN state IN ('sending', 'unsure') OR (state = 'held' AND"
                " after_id > 0) THEN after_id ELSE (SELECT since_id FROM subscription s"
                " WHERE s.id = delivery.subscription_id) END)"
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


async def _uncertain(reader: Database | Transaction, channel_id: int) -> list[Delivery]:
    found = await reader.fetch_all(
        f"{DELIVERY} WHERE {_OPEN} AND {rows.PLACE} = ? AND {LIVE} AND {_UNCERTAIN} ORDER BY +d.id",
        (channel_id,),
    )
    return [read_row(row) for row in found]


async def _next_pending(reader: Database | Transaction, channel_id: int) -> Delivery | None:
    row = await reader.fetch_one(
        f"{DELIVERY} WHERE d.id = (SELECT min(+d.id) FROM delivery d"  # noqa: S608 - constants
        " JOIN subscription s ON s.id = d.subscription_id"
        f" WHERE {_OPEN} AND {rows.PLACE} = ? AND {LIVE} AND {_SENDABLE})",
        (channel_id,),
    )
    return None if row is None else read_row(row)


async def _take(tx: Transaction, channel_id: int, after_id: int) -> Step:
    if uncertain := await _uncertain(tx, channel_id):
        return Step(uncertain)
    pending = await _next_pending(tx, channel_id)
    return Step([], pending and await _begin(tx, pending, after_id))


async def _begin(tx: Transaction, delivery: Delivery, after_id: int) -> Delivery:
    """Note an attempt at a delivery that is pending; the delivery as it is now."""
    id_, bundle_id = delivery.id, delivery.bundle_id
    if bundle_id is not None:
        # The lowest that waits carries the rest, whatever became of the first; and where digests
        # are no longer wanted, each goes alone.
        digest = delivery.subscription.options.style.is_digest
        await tx.execute(
            "UPDATE delivery SET bundle_id = ?, digest_at = iif(?, digest_at, NULL)"
            " WHERE bundle_id = ? AND state = 'pending'",
            (id_ if digest else None, digest, bundle_id),
        )
    await tx.execute(
        "UPDATE delivery SET state = 'sending', after_id = :after_id, edit_after = NULL,"  # noqa: S608
        " attempts = attempts + 1, channel_id = :channel_id"
        f" WHERE state = 'pending' AND {_ALONE if bundle_id is None else _WHOLE}",
        {"id": id_, "after_id": after_id, "channel_id": delivery.subscription.channel_id},
    )
    (begun,) = await read_deliveries(tx, "d.id = ?", (id_,))
    return begun


async def _notice(
    tx: Transaction, guild_id: int, kind: NoticeKind, subject_id: int, text: str, now: datetime
) -> None:
    await tx.execute(
        "INSERT INTO feed_notice (guild_id, kind, subject_id, text, created_at)"
        " VALUES (?, ?, ?, ?, ?)",
        (guild_id, kind, subject_id, text, unix(now)),
    )
