"""What a server has subscribed to, and how it is doing; nothing here changes anything."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.errors import NotFound
from bot.feeds.model import Feed, Outcome, Subscription
from bot.feeds.outbox import OutboxStore
from bot.feeds.outbox.holds import HoldStore
from bot.feeds.poller import Poller
from bot.feeds.store import FeedStore


@dataclass(frozen=True, slots=True)
class Listed:
    """A subscription and how its feed is doing.

    Attributes:
        waiting: articles that have not been posted yet, those held among them.
        held: articles that wait for a moderator's decision.
        next_poll_s: seconds until the feed is asked again, or None.
    """

    subscription: Subscription
    feed: Feed
    waiting: int
    held: int
    next_poll_s: float | None


class Overview:
    """The subscriptions of a server: all with what waits, some by their names, or one."""

    def __init__(
        self, store: FeedStore, outbox_store: OutboxStore, holds: HoldStore, poller: Poller
    ) -> None:
        self._store = store
        self._outbox_store = outbox_store
        self._holds = holds
        self._poller = poller

    async def listing(self, guild_id: int) -> list[Listed]:
        """A server's subscriptions, by title."""
        waiting = await self._outbox_store.waiting(guild_id)
        listed = []
        for subscription in await self._store.subscriptions(guild_id):
            feed_id = subscription.feed_id
            feed = self._poller.feed(feed_id) or await self._store.by_id(feed_id)
            assert feed is not None
            listed.append(
                Listed(
                    subscription,
                    feed,
                    *waiting.get(subscription.id, (0, 0)),
                    self._poller.next_poll_s(feed_id),
                )
            )
        return listed

    async def listed(self, guild_id: int, subscription_id: int) -> Listed:
        """One of a server's subscriptions and how its feed is doing.

        Raises:
            NotFound: it was removed.
        """
        for listed in await self.listing(guild_id):
            if listed.subscription.id == subscription_id:
                return listed
        raise NotFound("That feed was removed meanwhile. `/feeds add` brings it back.")

    async def subscriptions(self, guild_id: int) -> list[Subscription]:
        """A server's subscriptions, by title."""
        return await self._store.subscriptions(guild_id)

    async def suggested(
        self, guild_id: int, typed: str, channels: Collection[int], most: int
    ) -> list[Subscription]:
        """A few subscriptions whose title or address has what was typed, as for each key typed.

        First come those whose title begins with it.

        Args:
            channels: in which all of them are meant, since the channel's name has it.
        """
        return await self._store.suggested(guild_id, typed, channels, most)

    async def outcome(self, subscription: Subscription, articles: Sequence[int]) -> Outcome:
        """What becomes of new articles, as a poll has found them, in a subscription's channel."""
        return await self._holds.outcome(subscription, articles)
