"""Deliveries as they stand in SQLite, for whatever works inside a transaction of its own."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.feeds import rows
from bot.feeds.model import Delivery, DeliveryState, Style
from bot.storage import Database
from bot.storage.database import Parameters, Row, Transaction

DELIVERY = f"""
    SELECT d.id AS delivery_id, d.state, d.after_id, d.attempts, d.message_id, d.bundle_id,
        d.digest_at, d.thread_due, {rows.PLACE} AS place_id, {rows.SUBSCRIPTION}, {rows.ARTICLE}
    FROM delivery d
    JOIN subscription s ON s.id = d.subscription_id
    JOIN feed f ON f.id = s.feed_id
    JOIN article a ON a.id = d.article_id
"""  # noqa: S608 - only column names are put in
LIVE = "s.deleted_at IS NULL AND s.paused = ''"
# What is on its way, of the table named, in the words of the index delivery_open: only then SQLite
# uses it, and does not look through everything that was ever posted. (Nor when it is tempted by an
# order: "+d.id".)
OPEN = "{}.state IN ('pending', 'sending', 'unsure')"


async def read_deliveries(
    reader: Database | Transaction, condition: str, parameters: Parameters
) -> list[Delivery]:
    """Deliveries with all articles of the digests that they carry.

    Args:
        condition: SQL on the delivery ``d``, its subscription ``s``, feed ``f`` and article ``a``.
    """
    found = await reader.fetch_all(f"{DELIVERY} WHERE {condition}", parameters)
    return [await _with_bundle(reader, read_row(row)) for row in found]


async def _with_bundle(reader: Database | Transaction, delivery: Delivery) -> Delivery:
    if delivery.bundle_id != delivery.id:
        return delivery
    members = await reader.fetch_all(
        f"SELECT {rows.ARTICLE} FROM delivery d JOIN article a ON a.id = d.article_id"  # noqa: S608
        " WHERE d.bundle_id = ? AND d.state = ? ORDER BY d.id",
        (delivery.id, delivery.state),
    )
    carriers = await reader.fetch_all(
        "SELECT id FROM delivery WHERE subscription_id = ? AND digest_at = ? AND bundle_id = id"
        " AND state != 'failed' ORDER BY id",
        (delivery.subscription.id, rows.seconds(delivery.digest_at)),
    )
    ids = [row["id"] for row in carriers] or [delivery.id]
    return replace(
        delivery,
        bundle=tuple(rows.article(row) for row in members),
        part=ids.index(delivery.id) + 1,
        parts=len(ids),
    )


def read_row(row: Row) -> Delivery:
    """A row of DELIVERY; of a digest its first article alone."""
    subscription = rows.subscription(row)
    return Delivery(
        id=row["delivery_id"],
        state=DeliveryState(row["state"]),
        after_id=row["after_id"],
        attempts=row["attempts"],
        article=rows.article(row),
        subscription=replace(subscription, channel_id=row["place_id"]),
        moved=row["place_id"] != subscription.channel_id,
        message_id=row["message_id"],
        bundle_id=row["bundle_id"],
        digest_at=rows.moment(row["digest_at"]),
        thread_due=bool(row["thread_due"]),
    )


async def not_sent(tx: Transaction, deliveries: Iterable[Delivery]) -> list[int]:
    """Have deliveries wait again that have not arrived; the channels in which they do."""
    ids = json.dumps([delivery.id for delivery in deliveries])
    await tx.execute(
        "UPDATE delivery SET state = 'pending', channel_id = NULL"
        " WHERE state IN ('sending', 'unsure') AND (id IN (SELECT value FROM json_each(:ids))"
        " OR bundle_id IN (SELECT value FROM json_each(:ids)))",
        {"ids": ids},
    )
    found = await tx.fetch_all(
        "SELECT DISTINCT s.channel_id FROM delivery d"
        " JOIN subscription s ON s.id = d.subscription_id"
        " WHERE d.id IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    return [row["channel_id"] for row in found]


async def tie(
    tx: Transaction, subscription_id: int, message_id: int, found: Sequence[Delivery]
) -> None:
    """Tie together the deliveries that were found in one message, and what it is due.

    A restored backup may know nothing of the digest, or of another one.
    """
    key = {"subscription": subscription_id, "message": message_id}
    here = "subscription_id = :subscription AND message_id = :message"
    row = await tx.fetch_one(
        "SELECT min(id) AS first, count(*) AS count, max(digest_at) AS digest_at,"  # noqa: S608
        f" min(edit_after) AS edit_after FROM delivery WHERE {here}",
        key,
    )
    assert row is not None
    style = found[0].subscription.options.style
    if row["count"] > 1 or any(
        each.bundle_id or (each.state is DeliveryState.UNSURE and style.is_digest) for each in found
    ):
        await tx.execute(
            "UPDATE delivery SET bundle_id = :first, digest_at = :digest_at,"  # noqa: S608
            f" edit_after = iif(id = :first, :edit_after, NULL) WHERE {here}",
            {**key, **{name: row[name] for name in ("first", "digest_at", "edit_after")}},
        )
    elif style is Style.THREAD:
        await tx.execute(f"UPDATE delivery SET thread_due = 1 WHERE {here}", key)  # noqa: S608
