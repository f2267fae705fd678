"""Asks each feed when it is due, and hands what is new to the outbox."""

import asyncio
import functools
import heapq
import logging
import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from bot.clock import Clock, unix
from bot.errors import StorageTrouble
from bot.feeds import schedule, watch
from bot.feeds.articles.store import Recorded
from bot.feeds.fetch import Fetched, Fetcher
from bot.feeds.hosts import Queues, host_of
from bot.feeds.model import Feed, FeedStatus, NoticeKind, ParsedFeed, Polled
from bot.feeds.outbox import Outbox, OutboxStore
from bot.feeds.pool import ParsePool
from bot.feeds.problems import FeedProblem, ProblemKind
from bot.feeds.schedule import Limits
from bot.feeds.store import FeedStore
from bot.feeds.watch import Rhythm
from bot.text import escape

log = logging.getLogger(__name__)

AT_ONCE = 32  # polls that run side by side
MOVES_BEFORE_BELIEVED = 3  # permanent redirects in a row until the address is changed
FAILING_IS_TOLD_AFTER = timedelta(hours=24)
FAILURES_BEFORE_TOLD = 5
START_SPREAD_S = 30.0  # overdue feeds are spread over this time after a start


class Poller:
    """Keeps the feeds in memory; an unchanged poll writes nothing to disk."""

    def __init__(
        self,
        store: FeedStore,
        outbox_store: OutboxStore,
        outbox: Outbox,
        fetcher: Fetcher,
        pool: ParsePool,
        clock: Clock,
        limits: Limits,
        chance: random.Random | None = None,
    ) -> None:
        self._store = store
        self._outbox_store = outbox_store
        self._outbox = outbox
        self._fetcher = fetcher
        self._pool = pool
        self._clock = clock
        self._limits = limits
        self._chance = chance or random.Random()  # noqa: S311 - spreads load, keeps no secret
        self._feeds: dict[int, Feed] = {}
        self._due: list[tuple[float, int]] = []
        self._next: dict[int, float] = {}
        self._polls: dict[int, asyncio.Task[Polled]] = {}
        self._changed: set[int] = set()
        self._queues = Queues(fetcher.hosts.at_once)
        self._free = asyncio.Semaphore(AT_ONCE)
        self._wake = asyncio.Event()
        self._loop_task: asyncio.Task[None] | None = None

    @property
    def feed_ids(self) -> set[int]:
        """The feeds that are polled."""
        return set(self._feeds)

    def feed(self, feed_id: int) -> Feed | None:
        """A feed as it is now, if it is polled."""
        return self._feeds.get(feed_id)

    def next_poll_s(self, feed_id: int) -> float | None:
        """Seconds until a feed's next poll, or None when none is planned."""
        due = self._next.get(feed_id)
        return None if due is None else max(0.0, due - self._clock.monotonic())

    async def start(self) -> None:
        """Load the feeds and begin."""
        now = self._clock.now()
        for feed in await self._store.wanted():
            self._feeds[feed.id] = feed
            waited = (now - feed.checked_at).total_seconds() if feed.checked_at else 0.0
            interval = self._limits.clamp(feed.interval_s)
            # No longer than an interval, whatever the host's clock was when the feed was checked.
            remaining = min(interval - waited, interval) if feed.checked_at else 0.0
            spread = min(START_SPREAD_S, interval)
            self._plan(feed, remaining if remaining > 0 else self._chance.uniform(0, spread))
        self._loop_task = asyncio.create_task(self._run())

    def watch(self, feed: Feed) -> None:
        """Poll a feed from now on, whose document has just been recorded."""
        self._feeds[feed.id] = feed
        self._plan(feed, self._interval(feed, None))

    def forget(self, feed_id: int) -> None:
        """Nobody wants this feed any more."""
        self._feeds.pop(feed_id, None)
        self._next.pop(feed_id, None)

    async def poll(self, feed: Feed) -> Polled:
        """Poll one feed now, or wait for the poll that runs."""
        return await asyncio.shield(self._begin(feed))

    async def save(self) -> None:
        """Write down how polling went since the last time."""
        # What is being polled may know more than has been recorded; its turn comes.
        polled = {key for key, task in self._polls.items() if not task.done()}
        changed, self._changed = self._changed - polled, self._changed & polled
        try:
            await self._store.save([self._feeds[key] for key in changed if key in self._feeds])
        except BaseException:
            self._changed |= changed
            raise

    async def close(self) -> None:
        """Stop polling and write down how it went."""
        tasks: list[asyncio.Task[None] | asyncio.Task[Polled]] = [*self._polls.values()]
        if self._loop_task is not None:
            tasks.append(self._loop_task)
        self._queues.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        try:
            await self.save()
        except StorageTrouble as error:
            log.error("How polling went is not kept; feeds are asked in full again. %s", error)

    # The clockwork

    def _plan(self, feed: Feed, delay_s: float) -> None:
        if feed.status is not FeedStatus.ACTIVE:
            self._next.pop(feed.id, None)
            return
        due = self._clock.monotonic() + delay_s
        self._next[feed.id] = due
        heapq.heappush(self._due, (due, feed.id))
        if self._due[0][0] >= due:
            self._wake.set()  # else the clockwork wakes soon enough by itself

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            now = self._clock.monotonic()
            for feed in self._pop_due(now):
                self._set_out(feed)
            delay = self._due[0][0] - now if self._due else None
            try:
                async with asyncio.timeout(delay):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def _pop_due(self, now: float) -> Iterable[Feed]:
        while self._due and self._due[0][0] <= now:
            due, feed_id = heapq.heappop(self._due)
            feed = self._feeds.get(feed_id)
            # An entry that was planned anew since stays in the heap until here.
            if feed is not None and self._next.get(feed_id) == due:
                yield feed

    def _set_out(self, feed: Feed) -> None:
        """Poll a feed that is due, as soon as its host has a place for it."""
        host = host_of(feed.url)
        if not self._rests(feed) and self._queues.enter(host, feed.id):
            self._go(feed, host)

    def _rests(self, feed: Feed) -> bool:
        """Whether the feed's host wants to rest; if so, the feed is planned for afterwards."""
        rest_s = self._fetcher.hosts.rests_s(feed.url)
        if rest_s:
            self._plan(feed, schedule.later(rest_s, self._chance))
        return bool(rest_s)

    def _go(self, feed: Feed, host: str) -> None:
        self._begin(feed).add_done_callback(lambda _: self._came_back(host))

    def _came_back(self, host: str) -> None:
        """Let the next feed go that waits for this host, if it is still due."""
        while (feed_id := self._queues.leave(host)) is not None:
            feed = self._feeds.get(feed_id)
            if feed is not None and self.next_poll_s(feed_id) == 0 and not self._rests(feed):
                self._go(feed, host)
                return

    def _begin(self, feed: Feed) -> asyncio.Task[Polled]:
        """The poll of a feed that runs, or a new one."""
        task = self._polls.get(feed.id)
        # One that has just ended has planned the next already, and this is it.
        if task is None or task.done():
            task = asyncio.create_task(self._poll(feed))
            self._polls[feed.id] = task
            task.add_done_callback(functools.partial(self._polled, feed.id))
        return task

    def _polled(self, feed_id: int, task: asyncio.Task[Polled]) -> None:
        if self._polls.get(feed_id) is task:
            del self._polls[feed_id]
        if not task.cancelled() and (error := task.exception()):
            if isinstance(error, StorageTrouble):
                log.error("A poll could not be kept; it is tried again. %s", error)
            else:
                log.error("A poll failed; it is tried again", exc_info=error)
            feed = self._feeds.get(feed_id)
            if feed is not None:
                self._plan(feed, schedule.backoff_s(self._limits, 1))

    # One poll

    async def _poll(self, feed: Feed) -> Polled:
        async with self._free:
            began = self._clock.monotonic()
            spent = 0.0
            try:
                fetched = await self._fetcher.get(feed.url, feed.validators)
                polled = await self._take_in(feed, fetched)
                delay = self._interval(feed, fetched.max_age_s)
                spent = self._clock.monotonic() - began
            except FeedProblem as problem:
                delay = await self._failed(feed, problem)
                polled = Polled(problem=str(problem))
            finally:
                self._changed.add(feed.id)
        if feed.id in self._feeds:
            delay = schedule.spread(delay, self._limits, self._chance)
            self._plan(feed, max(delay - spent, 0.0))
        return polled

    async def _take_in(self, feed: Feed, fetched: Fetched) -> Polled:
        if fetched.body is None:
            complete = feed.validators != feed.validators.hash_alone()
            await self._back_again(feed)
            self._succeeded(feed, fetched)
            if complete:  # else it broke off: see below
                feed.validators = fetched.validators
                feed.reconcile = False
            await self._move(feed)
            await self._name_silence(feed)
            return Polled()
        context, known = await self._store.known(feed.id)
        parsed = await self._pool.feed(
            fetched.body, fetched.url, fetched.content_type, known, context
        )
        before = replace(feed)
        suspicion = watch.suspicion(feed, watch.changes(feed, parsed, fetched.url))
        await self._back_again(feed)
        self._succeeded(feed, fetched)
        # Of a document that broke off the rest is still to come, so it is asked for in full.
        feed.validators = fetched.validators
        if parsed.cut_off:
            feed.validators = fetched.validators.hash_alone()
        watch.describe(feed, parsed, fetched.url, self._clock.now())
        try:
            recorded = await self._record(feed, parsed, fetched, fetched.body, suspicion)
        except BaseException:
            feed.become(before)
            raise
        self._outbox.wake(recorded.channels, follow_up=bool(recorded.edited))
        if recorded.held:
            self._outbox.tell()
        await self._move(feed)
        await self._name_silence(feed)
        return Polled(recorded.articles)

    async def _record(
        self, feed: Feed, parsed: ParsedFeed, fetched: Fetched, body: bytes, suspicion: str
    ) -> Recorded:
        """Remember a changed document, of which only what is new may have been read."""
        now = self._clock.now()
        if parsed.unchanged:
            recorded = await self._store.record_part(feed, parsed, now, suspicion=suspicion)
            if recorded is not None:
                return recorded
        whole = await self._store.whole(feed.id, parsed)
        if whole is None:  # an article has been forgotten meanwhile
            whole = await self._pool.feed(body, fetched.url, fetched.content_type)
        return await self._store.record(feed, whole, now, suspicion=suspicion)

    def _succeeded(self, feed: Feed, fetched: Fetched) -> None:
        now = self._clock.now()
        feed.checked_at = feed.ok_at = now
        feed.status = FeedStatus.ACTIVE
        feed.failures, feed.failing_since, feed.problem, feed.told = 0, None, "", False
        if fetched.moved_to and fetched.moved_to == feed.moved_to:
            feed.moved_count += 1
        else:
            feed.moved_to, feed.moved_count = fetched.moved_to, int(bool(fetched.moved_to))

    async def _back_again(self, feed: Feed) -> None:
        """If the moderators were told that a feed fails, tell them that it answers again."""
        if feed.told and feed.failing_since is not None:
            text = f"**{escape(feed.title)}** answers again."
            await self._tell(feed, NoticeKind.BACK, text)
            feed.told = False

    async def _name_silence(self, feed: Feed) -> None:
        """Tell the moderators once when a feed has been silent for much longer than usual."""
        if feed.silent_told or not watch.is_quiet(feed, self._clock.now()):
            return
        assert feed.newest_at is not None
        feed.silent_told = True
        try:
            await self._tell(
                feed,
                NoticeKind.SILENT,
                f"**{escape(feed.title)}** has gone quiet: its newest article is from "
                f"<t:{unix(feed.newest_at)}:D>, and it used to have one "
                f"{watch.every(feed.gap_s or 0)}. It answers as usual and I go on asking. The site "
                "may have moved to another feed; look there.",
            )
        except BaseException:
            feed.silent_told = False
            raise

    async def _move(self, feed: Feed) -> None:
        """Believe a permanent redirect that has lasted."""
        if feed.moved_count >= MOVES_BEFORE_BELIEVED and feed.moved_to != feed.url:
            if await self._store.move(feed, feed.moved_to):
                feed.url = feed.moved_to
            feed.moved_to, feed.moved_count = "", 0

    async def _failed(self, feed: Feed, problem: FeedProblem) -> float:
        """Note a failure, and tell the moderators when it lasts; seconds until the next try."""
        now = self._clock.now()
        feed.checked_at = now
        feed.failures += 1
        feed.failing_since = feed.failing_since or now
        feed.problem = str(problem)
        title = escape(feed.title)
        if problem.kind is ProblemKind.GONE and feed.status is FeedStatus.ACTIVE:
            await self._tell(
                feed,
                NoticeKind.GONE,
                f"**{title}** has ended: {problem} I have stopped asking for it. "
                "Look for the site's new feed and add it with `/feeds add`.",
                FeedStatus.GONE,
                told=True,
            )
        elif (
            not feed.told
            and feed.failures >= FAILURES_BEFORE_TOLD
            and now - feed.failing_since >= FAILING_IS_TOLD_AFTER
        ):
            last = f"last be read <t:{unix(feed.ok_at)}:R>" if feed.ok_at else "never be read"
            await self._tell(
                feed,
                NoticeKind.FAILING,
                f"**{title}** could {last}. {problem} I keep trying.",
                told=True,
            )
        return schedule.backoff_s(self._limits, feed.failures, problem.retry_after_s)

    async def _tell(
        self,
        feed: Feed,
        kind: NoticeKind,
        text: str,
        status: FeedStatus | None = None,
        *,
        told: bool = False,
    ) -> None:
        await self._outbox_store.add_notices(feed.id, kind, text, self._clock.now())
        # Not before: a notice that was not kept is due.
        feed.status = status or feed.status
        feed.told = feed.told or told
        await self._store.save([feed])
        self._outbox.tell()

    def _interval(self, feed: Feed, max_age_s: int | None) -> float:
        feed.interval_s = schedule.interval_s(
            self._limits,
            Rhythm(feed.gap_s, feed.newest_at),
            self._clock.now(),
            max_age_s=max_age_s,
            ttl_s=feed.ttl_s,
        )
        return feed.interval_s
