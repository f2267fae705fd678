"""Changing a subscription as the rest of the bot sees it."""

from collections.abc import Awaitable, Callable

from bot.clock import Clock
from bot.errors import InvalidInput, NotFound
from bot.feeds import watch
from bot.feeds.articles.filters import stored_filter
from bot.feeds.changes.store import Change, ChangeStore, Value
from bot.feeds.finding import Found
from bot.feeds.links import same_place
from bot.feeds.model import Feed, Subscription
from bot.feeds.outbox import Outbox
from bot.feeds.poller import Poller
from bot.feeds.store import AlreadySubscribedError, FeedStore
from bot.feeds.terms import Filter
from bot.feeds.trial import NEWEST

GONE = "There is no such feed here any more. `/feeds list` shows all."
TOO_LATE = (
    "That can no longer be taken back. `/feeds edit` changes the feed to whatever you would like."
)


class Changes:
    """Other channels, styles, roles, filters and addresses for subscriptions that exist."""

    def __init__(
        self,
        changes: ChangeStore,
        store: FeedStore,
        poller: Poller,
        outbox: Outbox,
        clock: Clock,
        find: Callable[[str], Awaitable[Found]],
    ) -> None:
        self._changes = changes
        self._store = store
        self._poller = poller
        self._outbox = outbox
        self._clock = clock
        self._find = find

    async def change(
        self, guild_id: int, subscription_id: int, *, since_id: int = 0, **fields: Value
    ) -> Change:
        """Set some of what was chosen: ``channel_id``, or fields of ``Options``; the rest stays.

        What waits goes to the new channel; what was sent, and what may have been, stays with the
        former one: it is looked for there before it is sent again, and edited there.

        Args:
            since_id: the newest message of the new channel, as ``Publisher.position`` gives it.

        Raises:
            UserError: there is no such feed, the channel has it already, or a filter cannot be
                understood; nothing was changed.
        """
        Filter.of(str(fields.get("include", "")), str(fields.get("exclude", "")))
        try:
            change = await self._changes.change(
                guild_id, subscription_id, self._clock.now(), fields, since_id
            )
        except AlreadySubscribedError as error:
            raise _taken() from error
        if change is None:
            raise NotFound(GONE)
        return self._changed(change)

    async def change_address(
        self, guild_id: int, subscription_id: int, typed: str
    ) -> tuple[Change, Found]:
        """Take a subscription's articles from another address from now on.

        What the feed there holds now counts as seen, and so does all that was seen at the former
        address: nothing of it is posted.

        Raises:
            UserError: there is no feed at that address, or the channel has it already.
        """
        before = await self._store.subscription(guild_id, subscription_id)
        if before is None:
            raise NotFound(GONE)
        found = await self._find(typed)
        if found.url == before.url:
            raise InvalidInput("That is the address that I ask already, so nothing was changed.")
        for other in await self._store.subscriptions(guild_id):
            alike = same_place(other.url) == same_place(found.url)
            if alike and other.channel_id == before.channel_id and other.id != before.id:
                raise _taken()
        known = await self._store.by_url(found.url)
        feed = known or Feed(0, found.url, found.parsed.title, found.parsed.site)
        now = self._clock.now()
        polled = self._poller.feed(feed.id) or feed
        changed = watch.changes(polled, found.parsed, found.fetched.url) if known else []
        current = watch.as_read(
            polled, found.parsed, found.fetched.validators, found.fetched.url, now
        )
        try:
            result = await self._changes.readdress(
                guild_id,
                subscription_id,
                current,
                found.parsed,
                now,
                suspicion=watch.suspicion(polled, changed),
            )
        except AlreadySubscribedError as error:
            raise _taken() from error
        if result is None:
            raise NotFound(GONE)
        change, recorded = result
        self._poller.watch(current)
        await self._forget(before.feed_id)
        self._outbox.wake(recorded.channels)
        self._outbox.tell()  # of what is held now, or was before
        return change, found

    async def passing(self, subscription: Subscription) -> tuple[int, int]:
        """How many of the newest remembered articles pass its filter, and how many were tried."""
        filters = stored_filter(subscription.options.include, subscription.options.exclude)
        texts = await self._changes.newest_texts(subscription.feed_id, NEWEST)
        return sum(filters.passes(*each) for each in texts), len(texts)

    async def undoing(self, guild_id: int, change_id: int) -> tuple[Subscription, dict[str, Value]]:
        """The subscription as it is, and the values that taking a change back would give it.

        Raises:
            NotFound: it is too late.
        """
        found = await self._changes.former(guild_id, change_id, self._clock.now())
        subscription = found and await self._store.subscription(guild_id, found[0])
        if found is None or subscription is None:
            raise NotFound(TOO_LATE)
        return subscription, found[1]

    async def undo(self, guild_id: int, change_id: int, *, since_id: int = 0) -> Change:
        """Take one change back; what others have changed since stays. It can be taken back too.

        Raises:
            UserError: it is too late, or the former channel has been given this feed anew.
        """
        try:
            change = await self._changes.undo(guild_id, change_id, self._clock.now(), since_id)
        except AlreadySubscribedError as error:
            raise _taken() from error
        if change is None:
            raise NotFound(TOO_LATE)
        if change.before.feed_id != change.after.feed_id:
            feed = await self._store.by_id(change.after.feed_id)
            if feed is not None and self._poller.feed(feed.id) is None:
                self._poller.watch(feed)
            await self._forget(change.before.feed_id)
        return self._changed(change)

    def _changed(self, change: Change) -> Change:
        self._outbox.wake({change.before.channel_id, change.after.channel_id})
        return change

    async def _forget(self, feed_id: int) -> None:
        """Stop asking for a feed that nobody has any more."""
        if feed_id not in {feed.id for feed in await self._store.wanted()}:
            self._poller.forget(feed_id)


def _taken() -> InvalidInput:
    return InvalidInput(
        "That channel has this feed already, so nothing was changed. `/feeds list` shows all."
    )
