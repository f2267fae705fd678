"""What is due to messages that have been sent, in SQLite."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta

from bot.clock import unix
from bot.feeds import rows
from bot.feeds.model import Delivery, NoticeKind
from bot.feeds.outbox.deliveries.store import LIVE, read_deliveries
from bot.storage import Database
from bot.storage.database import Transaction

AT_ONCE = 50  # of one channel that are read together

# A feed that changes its text at every poll must not have us edit for ever: the time between two
# edits of a message doubles, and after some we leave it as it is.
EDIT_GAP_S = 600
MOST_EDITS = 8
EDITED_FOR = timedelta(days=30)  # after it was sent; older messages stay as they are
MOST_TRIES = 24  # of one edit while Discord says "too many", an hour apart

_SENT = "d.state = 'sent' AND d.message_id IS NOT NULL"
# The second line says it in the words of the index delivery_follow_up: only then it is used.
_DUE = (
    f"{_SENT} AND (d.thread_due = 1 OR d.edit_after <= :now) AND {LIVE}"
    " AND (d.thread_due = 1 OR d.edit_after IS NOT NULL)"
)


async def change_messages(
    tx: Transaction, articles: Collection[int], now: datetime
) -> frozenset[int]:
    """Have the messages edited that show articles which have just changed; their channels.

    What is being sent may carry the old text, so it is edited as well once it has arrived.
    """
    if not articles:
        return frozenset()
    found = await tx.fetch_all(
        "UPDATE delivery SET edit_after = coalesce(edit_after, max(:now,"
        " coalesce(edited_at + :gap * (1 << edits), 0)))"
        " WHERE id IN (SELECT coalesce(bundle_id, id) FROM delivery"
        " WHERE article_id IN (SELECT value FROM json_each(:articles)))"
        " AND (state IN ('sending', 'unsure')"
        " OR (state = 'sent' AND message_id IS NOT NULL AND sent_at > :oldest))"
        " AND edits < :most RETURNING subscription_id, channel_id",
        {
            "now": unix(now),
            "gap": EDIT_GAP_S,
            "articles": json.dumps([*articles]),
            "oldest": unix(now - EDITED_FOR),
            "most": MOST_EDITS,
        },
    )
    places = {row["channel_id"] for row in found} - {None}
    ids = json.dumps([row["subscription_id"] for row in found if row["channel_id"] is None])
    others = await tx.fetch_all(
        "SELECT channel_id FROM subscription WHERE id IN (SELECT value FROM json_each(?))", (ids,)
    )
    return frozenset(places | {row["channel_id"] for row in others})


class FollowUpStore:
    """Which messages are to be edited or given a thread, and when."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def channels(self, now: datetime) -> list[int]:
        """The channels in which something is due."""
        found = await self._database.fetch_all(
            f"SELECT DISTINCT {rows.PLACE} AS channel_id FROM delivery d"  # noqa: S608 - constants
            f" JOIN subscription s ON s.id = d.subscription_id WHERE {_DUE}",
            {"now": unix(now)},
        )
        return [row["channel_id"] for row in found]

    async def next_edit_at(self, now: datetime) -> datetime | None:
        """When the next edit is due after now, or None."""
        found = await self._database.fetch_value(
            "SELECT min(d.edit_after) FROM delivery d"  # noqa: S608 - constants are put in
            f" JOIN subscription s ON s.id = d.subscription_id WHERE {_SENT}"
            f" AND d.edit_after > ? AND {LIVE}",
            (unix(now),),
        )
        return rows.moment(found)

    async def due(self, channel_id: int, now: datetime) -> list[Delivery]:
        """The messages of a channel to which something is due, threads first."""
        return await read_deliveries(
            self._database,
            f"{_DUE} AND {rows.PLACE} = :channel ORDER BY d.thread_due DESC, d.id LIMIT :most",
            {"now": unix(now), "channel": channel_id, "most": AT_ONCE},
        )

    async def thread_started(self, delivery: Delivery) -> None:
        """Note that there is a thread, or that there is nothing to start one from."""
        async with self._database.transaction() as tx:
            await tx.execute("UPDATE delivery SET thread_due = 0 WHERE id = ?", (delivery.id,))

    async def give_up_thread(self, delivery: Delivery, text: str, now: datetime) -> None:
        """Do without a thread that Discord refuses, and say so."""
        async with self._database.transaction() as tx:
            await tx.execute("UPDATE delivery SET thread_due = 0 WHERE id = ?", (delivery.id,))
            await tx.execute(
                "INSERT INTO feed_notice (guild_id, kind, subject_id, text, created_at)"
                " VALUES (?, ?, ?, ?, ?)",
                (
                    delivery.subscription.guild_id,
                    NoticeKind.REJECTED,
                    delivery.id,
                    text,
                    unix(now),
                ),
            )

    async def edited(self, delivery: Delivery, now: datetime) -> None:
        """Note that a message shows what the delivery holds; what has changed since stays due."""
        async with self._database.transaction() as tx:
            (current,) = await read_deliveries(tx, "d.id = ?", (delivery.id,))
            same = (current.article, current.bundle) == (delivery.article, delivery.bundle)
            await tx.execute(
                "UPDATE delivery SET edits = edits + 1, edited_at = :now, edit_tries = 0,"
                " edit_after = iif(:same, NULL, :now + :gap * (2 << edits)) WHERE id = :id",
                {"now": unix(now), "same": same, "gap": EDIT_GAP_S, "id": delivery.id},
            )

    async def put_off_edits(self, channel_id: int, now: datetime, until: datetime) -> None:
        """Try the edits that are due in a channel later; those tried too often not at all."""
        async with self._database.transaction() as tx:
            await tx.execute(
                # In SQLite both see the number of tries as it was.
                "UPDATE delivery SET edit_tries = iif(edit_tries + 1 < :most, edit_tries + 1, 0),"  # noqa: S608
                " edit_after = iif(edit_tries + 1 < :most, :until, NULL) WHERE id IN (SELECT d.id"
                " FROM delivery d JOIN subscription s ON s.id = d.subscription_id"
                f" WHERE {_SENT} AND d.edit_after <= :now AND {rows.PLACE} = :channel)",
                {
                    "most": MOST_TRIES,
                    "until": unix(until),
                    "now": unix(now),
                    "channel": channel_id,
                },
            )

    async def give_up_edit(self, delivery: Delivery) -> None:
        """Leave a message as it is."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "UPDATE delivery SET edit_after = NULL, edit_tries = 0 WHERE id = ?",
                (delivery.id,),
            )
