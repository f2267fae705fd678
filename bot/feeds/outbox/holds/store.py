"""Held articles in SQLite, and what becomes of new ones."""

import json
from collections.abc import Sequence
from typing import Literal

from bot.feeds import rows
from bot.feeds.model import Fate, Outcome, Require, Style, Subscription, anywhere
from bot.storage import Database
from bot.storage.database import Parameters, Row, Transaction

Choice = Literal["post", "newest", "skip"]

_FATE = """
    CASE
        WHEN d.state IN ('held', 'skipped') THEN d.state
        WHEN d.state = 'failed' THEN 'refused'
        WHEN d.state = 'sent' THEN 'coming'
        WHEN s.paused != '' THEN 'paused'
        WHEN d.state = 'pending' AND d.bundle_id IS NULL
            AND s.style IN ('digest-daily', 'digest-weekly') THEN 'digest'
        ELSE 'coming'
    END
"""
# What a hold would have as well, had the subscriptions' filters let it through.
_FILTERED = """
    SELECT s.id, s.channel_id, s.style, 'filtered' AS fate, count(*) AS articles
    FROM hold h
    JOIN subscription s ON s.feed_id = h.feed_id AND s.guild_id = h.guild_id
    JOIN article a ON a.feed_id = h.feed_id AND a.seen_at >= h.created_at
    WHERE h.id = ? AND s.deleted_at IS NULL AND (s.include != '' OR s.exclude != '')
        AND a.seen_at > s.created_at
        AND (h.kind = 'changed' OR a.seen_at IN (
            SELECT created_at FROM delivery WHERE hold_id = h.id))
        AND NOT EXISTS (SELECT 1 FROM delivery d
            WHERE d.subscription_id = s.id AND d.article_id = a.id)
    GROUP BY s.id
"""


class HoldStore:
    """What is held, until it is decided on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def decide(
        self, guild_id: int, hold_id: int, choice: Choice, require: Require = anywhere
    ) -> tuple[list[Outcome], list[int]] | None:
        """Do with held articles what the moderators chose.

        Returns:
            What becomes of them in each channel that has the feed, and the channels in which
            something can be sent; or None when it is decided already.

        Raises:
            UserError: what ``require`` raises for a channel in which something is to be posted;
                nothing is decided.
        """
        async with self._database.transaction() as tx:
            changed = await tx.execute(
                "UPDATE hold SET decided = ? WHERE id = ? AND guild_id = ? AND decided = ''",
                (choice, hold_id, guild_id),
            )
            if not changed:
                return None
            await _release(tx, hold_id, choice)
            outcomes = await _outcomes(tx, "d.hold_id = ?", (hold_id,))
            for outcome in outcomes.values():
                if outcome.counts.keys() & {Fate.COMING, Fate.DIGEST}:
                    require(outcome.channel_id)
            if choice == "post":
                _add(outcomes, await tx.fetch_all(_FILTERED, (hold_id,)))
            found = await tx.fetch_all(
                f"SELECT DISTINCT {rows.PLACE} AS channel_id FROM delivery d"  # noqa: S608
                " JOIN subscription s ON s.id = d.subscription_id"
                " WHERE d.hold_id = ? AND d.state IN ('pending', 'unsure')",
                (hold_id,),
            )
        return list(outcomes.values()), [row["channel_id"] for row in found]

    async def feed_of_hold(self, guild_id: int, hold_id: int) -> int | None:
        """The feed that a server's open hold is about."""
        found = await self._database.fetch_value(
            "SELECT feed_id FROM hold WHERE id = ? AND guild_id = ? AND decided = ''",
            (hold_id, guild_id),
        )
        return None if found is None else int(found)

    async def outcome(self, subscription: Subscription, articles: Sequence[int]) -> Outcome:
        """What becomes of some new articles of its feed in a subscription's channel."""
        found = await _outcomes(
            self._database,
            "d.subscription_id = ? AND d.article_id IN (SELECT value FROM json_each(?))",
            (subscription.id, json.dumps(list(articles))),
        )
        known = found.get(subscription.id)
        counts = dict(known.counts) if known else {}
        options = subscription.options
        left_out = len(articles) - sum(counts.values())
        if left_out > 0 and (options.include or options.exclude):
            counts[Fate.FILTERED] = left_out
        return Outcome(subscription.channel_id, options.style, counts)


async def _release(tx: Transaction, hold_id: int, choice: Choice) -> None:
    """Have those sent that are wanted, and skip the others."""
    if choice != "post":
        # Each subscription has a newest of its own: their filters differ.
        newest = (
            "SELECT id FROM (SELECT id, max(article_id) FROM delivery"
            " WHERE hold_id = :hold AND state = 'held' GROUP BY subscription_id)"
        )
        await tx.execute(
            "UPDATE delivery SET state = 'skipped' WHERE hold_id = :hold"  # noqa: S608
            f" AND state = 'held' AND (:all OR id NOT IN ({newest}))",
            {"hold": hold_id, "all": choice == "skip"},
        )
    await tx.execute(
        "UPDATE delivery SET state = iif(after_id > 0, 'unsure', 'pending')"
        " WHERE hold_id = ? AND state = 'held'",
        (hold_id,),
    )


async def _outcomes(
    reader: Database | Transaction, condition: str, parameters: Parameters
) -> dict[int, Outcome]:
    """By subscription, what becomes of its deliveries ``d``; of removed ones nothing does."""
    found = await reader.fetch_all(
        f"SELECT s.id, s.channel_id, s.style, {_FATE} AS fate, count(*) AS articles"  # noqa: S608
        " FROM delivery d JOIN subscription s ON s.id = d.subscription_id"
        f" WHERE {condition} AND s.deleted_at IS NULL GROUP BY s.id, fate ORDER BY s.id",
        parameters,
    )
    outcomes: dict[int, Outcome] = {}
    _add(outcomes, found)
    return outcomes


def _add(outcomes: dict[int, Outcome], found: Sequence[Row]) -> None:
    for row in found:
        before = outcomes.get(row["id"])
        counts = {**(before.counts if before else {}), Fate(row["fate"]): row["articles"]}
        outcomes[row["id"]] = Outcome(row["channel_id"], Style(row["style"]), counts)
