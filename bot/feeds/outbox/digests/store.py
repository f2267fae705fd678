"""Which digests are due, and what goes into them, in SQLite."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.clock import unix
from bot.feeds import rows
from bot.feeds.model import Article, Style
from bot.feeds.outbox.deliveries.store import LIVE, OPEN
from bot.storage import Database

# What waits for a digest; what is looked up first may yet turn out to have been posted.
_WAITS = f"d.bundle_id IS NULL AND {OPEN.format('d')} AND d.state = 'pending'"
_DUE = f"""
    {LIVE} AND s.style = :style AND coalesce(s.digested_at, 0) < :hour
    AND NOT EXISTS (SELECT 1 FROM delivery u WHERE u.subscription_id = s.id
        AND u.bundle_id IS NULL AND {OPEN.format("u")} AND u.state != 'pending')
"""  # noqa: S608 - only constants are put in


class DigestStore:
    """Bundles what waits for a digest."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, style: Style, hour: datetime) -> list[int]:
        """The subscriptions of a style whose digest of an hour has not been made."""
        found = await self._database.fetch_all(
            f"SELECT s.id FROM subscription s WHERE {_DUE} ORDER BY s.id",  # noqa: S608 - constants
            {"style": style, "hour": unix(hour)},
        )
        return [row["id"] for row in found]

    async def bundle(
        self,
        subscription_id: int,
        style: Style,
        hour: datetime,
        split: Callable[[Sequence[Article]], Sequence[int]],
    ) -> int | None:
        """Make the digest of an hour out of what was waiting by then.

        Args:
            split: how many of the articles go into each message.

        Returns:
            The channel to which something is sent now, or None.
        """
        key = {"id": subscription_id, "style": style, "hour": unix(hour)}
        async with self._database.transaction() as tx:
            channel_id = await tx.fetch_value(
                f"SELECT s.channel_id FROM subscription s WHERE s.id = :id AND {_DUE}",  # noqa: S608
                key,
            )
            if channel_id is None:  # changed, paused or made meanwhile
                return None
            found = await tx.fetch_all(
                f"SELECT d.id AS delivery_id, {rows.ARTICLE} FROM delivery d"  # noqa: S608
                " JOIN article a ON a.id = d.article_id WHERE d.subscription_id = :id"
                f" AND {_WAITS} AND d.created_at <= :hour ORDER BY d.id",
                key,
            )
            waiting = [row["delivery_id"] for row in found]
            for count in split([rows.article(row) for row in found]):
                bundle, waiting = waiting[:count], waiting[count:]
                await tx.execute(
                    "UPDATE delivery SET bundle_id = ?, digest_at = ?"
                    " WHERE id IN (SELECT value FROM json_each(?))",
                    (bundle[0], unix(hour), json.dumps(bundle)),
                )
            await tx.execute("UPDATE subscription SET digested_at = :hour WHERE id = :id", key)
        return int(channel_id) if found else None
