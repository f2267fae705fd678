"""Starts the threads and makes the edits that are due, behind the articles of the same channel.

Both may be done twice without harm, so what is noted after it was done is enough: a crash in
between has it done again. An edit is over only if its articles have not changed meanwhile.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import timedelta

from bot.clock import Clock
from bot.errors import StorageTrouble
from bot.feeds.identity import mark
from bot.feeds.model import Delivery
from bot.feeds.outbox.followups.store import FollowUpStore
from bot.feeds.outbox.publisher import Blocked, Busy, Lost, Publisher, Rejected, TooManyEdits
from bot.feeds.outbox.retrying import FaultPoint, backoff_s
from bot.text import escape

log = logging.getLogger(__name__)

TOO_MANY_WAIT = timedelta(hours=1)  # after Discord has said that there are too many edits
LOOK_EVERY_S = 600.0  # at the clock: a machine may have slept, or its time been set


class FollowUps:
    """One task for each channel in which something is due, and one that knows when the next is.

    Args:
        articles_first: waits until no article waits for a channel.
        block: pauses a delivery's subscription for a reason, and tells its moderators.
        tell: there is something to tell moderators.
    """

    def __init__(
        self,
        store: FollowUpStore,
        clock: Clock,
        *,
        retry_s: float,
        fault_point: FaultPoint,
        articles_first: Callable[[int], Awaitable[None]],
        block: Callable[[Delivery, str], Awaitable[None]],
        tell: Callable[[], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._retry_s = retry_s
        self._fault_point = fault_point
        self._articles_first = articles_first
        self._block = block
        self._tell = tell
        self._publisher: Publisher | None = None
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._woken: dict[int, asyncio.Event] = {}
        self._changed = asyncio.Event()
        self._timer: asyncio.Task[None] | None = None

    @property
    def busy(self) -> set[asyncio.Task[None]]:
        """The tasks at work; none when nothing is due."""
        return {*self._tasks.values()}

    def start(self, publisher: Publisher) -> None:
        """Begin; what is due is looked for at ``look_at_clock``."""
        self._publisher = publisher
        self._timer = asyncio.create_task(self._keep_time())

    def wake(self, channels: Iterable[int]) -> None:
        """Something may be due in these channels."""
        if self._publisher is None:
            return
        for channel_id in channels:
            self._woken.setdefault(channel_id, asyncio.Event()).set()
            if channel_id not in self._tasks:
                task = asyncio.create_task(self._run(channel_id, self._publisher))
                self._tasks[channel_id] = task

    async def look_at_clock(self) -> float | None:
        """Begin with what is due by now; seconds until the next edit is, or None."""
        now = self._clock.now()
        # What is being tried again already is not hurried.
        due = set(await self._store.channels(now)) - self._tasks.keys()
        self.wake(due)
        next_at = await self._store.next_edit_at(now)
        return None if next_at is None else (next_at - now).total_seconds()

    async def close(self) -> None:
        """Stop; what is due stays due."""
        self._publisher = None
        tasks = [*self._tasks.values(), *([self._timer] if self._timer else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks.clear()

    async def _keep_time(self) -> None:
        while True:
            self._changed.clear()
            delay = None
            try:
                delay = await self.look_at_clock()
            except StorageTrouble as error:
                log.error("Which edits are due is looked up again later. %s", error)
            except Exception:
                log.exception("Which edits are due is looked up again later")
            try:
                async with asyncio.timeout(min(delay or LOOK_EVERY_S, LOOK_EVERY_S)):
                    await self._changed.wait()
            except TimeoutError:
                continue

    async def _run(self, channel_id: int, publisher: Publisher) -> None:
        """Work through one channel until nothing is due there."""
        woken = self._woken[channel_id]
        failures = 0
        try:
            while True:
                woken.clear()
                problem: Lost | Busy | None = None
                try:
                    await self._articles_first(channel_id)
                    due = await self._store.due(channel_id, self._clock.now())
                    with suppress(Blocked):  # it is paused; what is due now is another list
                        for delivery in due:
                            problem = await self._follow_up(delivery, publisher) or problem
                    if not problem:
                        if not due and not woken.is_set():
                            return
                        failures = 0
                        continue
                except StorageTrouble as error:
                    log.error("What was done to a message could not be noted. %s", error)
                except Exception:
                    log.exception("A message could not be followed up; it is tried again")
                failures += 1
                await _pause(woken, backoff_s(self._retry_s, failures, problem))
        finally:
            self._tasks.pop(channel_id, None)
            self._woken.pop(channel_id, None)
            self._changed.set()

    async def _follow_up(self, delivery: Delivery, publisher: Publisher) -> Lost | Busy | None:
        """Do what is due to one message; what hindered it for now, so that others get their turn.

        New articles come first, also between two messages.

        Raises:
            Blocked: a thread could not be started, and this has been seen to.
        """
        await self._articles_first(delivery.subscription.channel_id)
        try:
            if delivery.thread_due:
                await self._start_thread(delivery, publisher)
            else:
                await self._edit(delivery, publisher)
        except (Lost, Busy) as error:
            return error
        return None

    async def _start_thread(self, delivery: Delivery, publisher: Publisher) -> None:
        await self._fault_point("before starting a thread")
        try:
            await publisher.start_thread(delivery)
        except Blocked as error:
            await self._fault_point("thread blocked")
            if delivery.moved:  # the articles go elsewhere; nobody need act for this one's sake
                await self._store.thread_started(delivery)
            else:
                await self._block(delivery, str(error))
            raise
        except Rejected as error:
            title = escape(delivery.article.title)
            text = f"Discord did not let me start a thread for “{title}”: {error}"
            await self._store.give_up_thread(delivery, text, self._clock.now())
            self._tell()
        else:
            await self._fault_point("thread started")
            await self._store.thread_started(delivery)
            await self._fault_point("thread noted")

    async def _edit(self, delivery: Delivery, publisher: Publisher) -> None:
        await self._fault_point("before editing")
        try:
            await publisher.edit(delivery, marks_of(delivery))
        except TooManyEdits:
            now = self._clock.now()
            await self._store.put_off_edits(
                delivery.subscription.channel_id, now, now + TOO_MANY_WAIT
            )
        except (Blocked, Rejected) as error:
            log.info("A message keeps its old text: %s", error)
            await self._store.give_up_edit(delivery)
        else:
            await self._fault_point("edited")
            await self._store.edited(delivery, self._clock.now())
            await self._fault_point("edit noted")


async def _pause(woken: asyncio.Event, seconds: float) -> None:
    """Wait, but no longer than until something new happens in the channel."""
    try:
        async with asyncio.timeout(seconds):
            await woken.wait()
    except TimeoutError:
        return


def marks_of(delivery: Delivery) -> tuple[str, ...]:
    """The marks that a delivery's message carries, one of each article."""
    token = delivery.subscription.token
    return tuple(mark(token, article.key) for article in delivery.bundle or (delivery.article,))
