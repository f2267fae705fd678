"""The feed job as the rest of the bot sees it."""

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.clock import Clock
from bot.config import Config
from bot.errors import InvalidInput, NotFound, StorageTrouble, Unavailable
from bot.feeds import starter, watch
from bot.feeds.changes import Changes, ChangeStore
from bot.feeds.fetch import Fetcher
from bot.feeds.finding import Finder
from bot.feeds.finding import Found as Found
from bot.feeds.imports import Imports, ImportStore
from bot.feeds.imports.service import Noting
from bot.feeds.links import same_place, typed_address
from bot.feeds.model import Feed, Options, Outcome, Polled, Require, Subscription, anywhere
from bot.feeds.outbox import Outbox, OutboxStore
from bot.feeds.outbox.digests import Digests, DigestStore
from bot.feeds.outbox.digests.hours import Hours
from bot.feeds.outbox.holds import Choice, HoldStore
from bot.feeds.outbox.publisher import Publisher
from bot.feeds.overview import Overview
from bot.feeds.poller import Poller
from bot.feeds.pool import ParsePool
from bot.feeds.problems import AlreadyAdded, FeedProblem
from bot.feeds.schedule import Limits
from bot.feeds.starter import Offer, Starters
from bot.feeds.store import DEFAULT_OPTIONS, AlreadySubscribedError, FeedStore
from bot.feeds.terms import Filter
from bot.storage import Database

log = logging.getLogger(__name__)

SAVE_EVERY_S = 900.0  # small machines run on SD cards: how polling goes is written this often
FIND_TIMEOUT_S = 60.0  # looking for a site's feed in several places
START_RETRY_S = 5.0
BACKLOG_LIMIT = 10


class Feeds:
    """Subscribing channels to feeds, and having new articles posted there, once each."""

    def __init__(
        self,
        store: FeedStore,
        outbox_store: OutboxStore,
        outbox: Outbox,
        changes: ChangeStore,
        imports: ImportStore,
        fetcher: Fetcher,
        pool: ParsePool,
        clock: Clock,
        limits: Limits,
        digests: Digests,
        load_starters: Callable[[], Starters] = Starters,
    ) -> None:
        self._store = store
        self._outbox_store = outbox_store
        self._fetcher = fetcher
        self._pool = pool
        self._finder = Finder(fetcher, pool)
        self._clock = clock
        self.outbox = outbox
        self.digests = digests
        self._poller = Poller(store, outbox_store, self.outbox, fetcher, pool, clock, limits)
        self._holds = HoldStore(outbox_store.database)
        self.overview = Overview(store, outbox_store, self._holds, self._poller)
        self.changes = Changes(changes, store, self._poller, self.outbox, clock, find=self.preview)
        self.starters = Offer(load_starters, self.places)
        self.imports = Imports(imports, self, pool, clock)
        self._saving: asyncio.Task[None] | None = None

    @classmethod
    def build(
        cls, database: Database, config: Config, clock: Clock, starter_feeds: Path | None = None
    ) -> "Feeds":
        """The job on the main database, as the settings say.

        Args:
            starter_feeds: the OPML file of what a new community is offered, if anything.
        """
        load_starters = functools.partial(starter.load, insecure=config.feed_allow_private)
        outbox_store = OutboxStore(database)
        outbox = Outbox(outbox_store, clock)
        hours = Hours(config.feed_digest_time, config.timezone)
        return cls(
            FeedStore(database),
            outbox_store,
            outbox,
            ChangeStore(database),
            ImportStore(database),
            Fetcher(clock, per_host=config.feed_per_host, allow_private=config.feed_allow_private),
            ParsePool(),
            clock,
            Limits(config.feed_min_interval_s, config.feed_max_interval_s),
            Digests(DigestStore(database), outbox, clock, hours),
            functools.partial(load_starters, starter_feeds) if starter_feeds else Starters,
        )

    async def start(self, publisher: Publisher) -> None:
        """Begin to poll and to post; what an earlier process left comes first."""
        await _patiently(lambda: self.outbox.start(publisher))
        await self.digests.start()
        await _patiently(self._poller.start)
        self._saving = asyncio.create_task(self._save_now_and_then())

    async def close(self) -> None:
        """Stop everything; what was on its way is looked up at the next start."""
        if self._saving is not None:
            self._saving.cancel()
            await asyncio.gather(self._saving, return_exceptions=True)
        await self.imports.close()
        await self.digests.close()
        await self.outbox.close()
        await self._poller.close()
        await self._pool.close()
        await self._fetcher.close()

    async def _save_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(SAVE_EVERY_S)
            try:
                await self._poller.save()
            except StorageTrouble as error:
                log.error("How polling went could not be kept; it is tried again. %s", error)
            except Exception:
                log.exception("How polling went could not be kept; it is tried again")
            self.outbox.tell()

    # Finding and subscribing

    async def preview(self, typed: str) -> Found:
        """Find the feed at an address, or the feed of the site there.

        Raises:
            UserError: there is none, or it cannot be read; the text says why.
        """
        url = typed_address(typed)
        try:
            async with asyncio.timeout(FIND_TIMEOUT_S):
                return await self._finder.find(url)
        except TimeoutError as error:
            raise Unavailable(
                "The site takes too long to answer. Give the address of the feed itself, "
                "or try again in a while."
            ) from error
        except FeedProblem as problem:
            raise InvalidInput(str(problem)) from problem

    async def add(
        self,
        guild_id: int,
        channel_id: int,
        typed: str,
        *,
        options: Options = DEFAULT_OPTIONS,
        backlog: int = 0,
        since_id: int = 0,
        noting: Noting | None = None,
    ) -> tuple[Subscription, Found]:
        """Subscribe a channel to a feed; new articles are posted from now on.

        Args:
            backlog: how many of the newest articles are posted at once, 0 to 10.
            since_id: the newest message of the channel, as ``Publisher.position`` gives it.
            noting: writes down the subscription's id elsewhere, in the same transaction.

        Raises:
            UserError: there is no feed, it cannot be read, the channel has it already, or a filter
                cannot be understood.
        """
        Filter.of(options.include, options.exclude)
        found = await self.preview(typed)
        place = same_place(found.url)
        for other in await self._store.subscriptions(guild_id):
            if other.channel_id == channel_id and same_place(other.url) == place:
                raise _already(other.title, channel_id)
        now = self._clock.now()
        known = await self._store.by_url(found.url)
        feed = known or Feed(0, found.url, found.parsed.title, found.parsed.site)
        polled = self._poller.feed(feed.id) or feed
        changed = watch.changes(polled, found.parsed, found.fetched.url) if known else []
        suspicion = watch.suspicion(polled, changed)
        current = watch.as_read(
            polled, found.parsed, found.fetched.validators, found.fetched.url, now
        )
        try:
            feed, subscription, recorded = await self._store.subscribe(
                current,
                found.parsed,
                now,
                guild_id=guild_id,
                channel_id=channel_id,
                options=options,
                since_id=since_id,
                backlog=min(max(backlog, 0), BACKLOG_LIMIT),
                suspicion=suspicion,
                noting=noting,
            )
        except AlreadySubscribedError as error:
            raise _already(found.parsed.title, channel_id) from error
        self._poller.watch(feed)
        self.outbox.wake([channel_id, *recorded.channels])
        self.outbox.tell()  # of what is held now, or was before
        return subscription, found

    # Looking after subscriptions

    async def get(self, guild_id: int, subscription_id: int) -> Subscription:
        """One of a server's subscriptions.

        Raises:
            NotFound: there is none.
        """
        subscription = await self._store.subscription(guild_id, subscription_id)
        if subscription is None:
            raise NotFound("There is no such feed here any more. `/feeds list` shows all.")
        return subscription

    async def remove(self, guild_id: int, subscription_id: int) -> Subscription:
        """Take a feed from a channel; it can be undone for a week.

        Raises:
            NotFound: there is none.
        """
        subscription = await self.get(guild_id, subscription_id)
        await self._store.unsubscribe(guild_id, subscription_id, self._clock.now())
        if subscription.feed_id not in {feed.id for feed in await self._store.wanted()}:
            self._poller.forget(subscription.feed_id)
        return subscription

    async def forget_unwanted(self) -> None:
        """Stop polling what no channel wants any more."""
        wanted = {feed.id for feed in await self._store.wanted()}
        for feed_id in self._poller.feed_ids - wanted:
            self._poller.forget(feed_id)

    async def places(self, guild_id: int, channel_id: int) -> set[str]:
        """What a channel has already, in the form of ``same_place``."""
        return {
            same_place(subscription.url)
            for subscription in await self._store.subscriptions(guild_id)
            if subscription.channel_id == channel_id
        }

    def tell(self) -> None:
        """Have the notices that wait sent."""
        self.outbox.tell()

    async def drop(self, guild_id: int, feed_id: int) -> list[Subscription]:
        """Take a feed from all channels of a server; each can be undone for a week.

        Raises:
            NotFound: the server does not have it.
        """
        wanted = await self._having(guild_id, feed_id)
        return [await self.remove(guild_id, subscription.id) for subscription in wanted]

    async def check_feed(self, guild_id: int, feed_id: int) -> tuple[Subscription, Polled]:
        """Ask a feed that a server has now; with it comes one of its subscriptions.

        Raises:
            NotFound: the server does not have it.
        """
        subscription = (await self._having(guild_id, feed_id))[0]
        return subscription, await self.check(guild_id, subscription.id)

    async def _having(self, guild_id: int, feed_id: int) -> list[Subscription]:
        subscriptions = await self._store.subscriptions(guild_id)
        found = [each for each in subscriptions if each.feed_id == feed_id]
        if not found:
            raise NotFound("That feed is no longer here. `/feeds list` shows all.")
        return found

    async def undo_remove(
        self, guild_id: int, subscription_id: int, require: Require = anywhere
    ) -> tuple[Subscription, int]:
        """Bring a removed feed back, and post what has appeared meanwhile.

        Returned with it is how many articles wait for the moderators' word, being too many; else 0.

        Args:
            require: raises a UserError, before anything is changed, if nothing may be posted in the
                channel given.

        Raises:
            NotFound: it is too late, or it is there.
        """
        try:
            restored = await self._store.undo_unsubscribe(
                guild_id, subscription_id, self._clock.now(), require
            )
        except AlreadySubscribedError as error:
            raise NotFound("The channel has been given this feed anew already.") from error
        if restored is None:
            raise NotFound("That can no longer be undone. Add the feed again with `/feeds add`.")
        subscription, held = restored
        feed = await self._store.by_id(subscription.feed_id)
        if feed is not None and self._poller.feed(feed.id) is None:
            self._poller.watch(feed)
        self.outbox.wake([subscription.channel_id, *await self._outbox_store.channels()])
        self.outbox.tell()
        return subscription, held

    async def pause(self, guild_id: int, subscription_id: int, reason: str) -> Subscription:
        """Post nothing until resumed; articles wait.

        Raises:
            NotFound: there is none.
        """
        await self._store.set_paused(guild_id, subscription_id, reason)
        return await self.get(guild_id, subscription_id)

    async def resume(self, guild_id: int, subscription_id: int) -> Subscription:
        """Post what has waited, and what comes.

        Raises:
            NotFound: there is none.
        """
        await self._store.set_paused(guild_id, subscription_id, "")
        subscription = await self.get(guild_id, subscription_id)
        self.outbox.wake([subscription.channel_id, *await self._outbox_store.channels()])
        return subscription

    async def check(self, guild_id: int, subscription_id: int) -> Polled:
        """Ask a feed now, whenever it is due.

        Raises:
            NotFound: there is none.
        """
        subscription = await self.get(guild_id, subscription_id)
        feed = self._poller.feed(subscription.feed_id)
        if feed is None:
            feed = await self._store.by_id(subscription.feed_id)
        assert feed is not None
        return await self._poller.poll(feed)

    async def decide(
        self, guild_id: int, hold_id: int, choice: Choice, require: Require = anywhere
    ) -> list[Outcome]:
        """Do with held articles what a moderator chose; what becomes of them in each channel.

        Args:
            require: as for ``undo_remove``; of each channel in which something is to be posted.

        Raises:
            NotFound: it has been decided.
        """
        decided = await self._holds.decide(guild_id, hold_id, choice, require)
        if decided is None:
            raise NotFound("Somebody has decided that already.")
        outcomes, channels = decided
        self.outbox.wake(channels)
        return outcomes

    async def feed_of_hold(self, guild_id: int, hold_id: int) -> int:
        """The feed whose articles a hold keeps.

        Raises:
            NotFound: it has been decided.
        """
        feed_id = await self._holds.feed_of_hold(guild_id, hold_id)
        if feed_id is None:
            raise NotFound("Somebody has decided that already.")
        return feed_id


async def _patiently(step: Callable[[], Awaitable[None]]) -> None:
    """Take a step of the start, again and again while the disk does not let us."""
    while True:
        try:
            return await step()
        except StorageTrouble as error:
            log.error("The feeds cannot begin yet; it is tried again. %s", error)
            await asyncio.sleep(START_RETRY_S)


def _already(title: str, channel_id: int) -> AlreadyAdded:
    return AlreadyAdded(
        f"<#{channel_id}> has “{title}” already, so nothing was changed. `/feeds list` shows all."
    )
