"""Sends what waits, each channel in order and all channels side by side.

The order of steps is what makes it exactly once: the intent to send is committed before the
request, the message's id after it, and whatever was interrupted between the two is looked up in
the channel's history by its mark before anything is sent again.
"""

import asyncio
import logging
from collections.abc import Iterable
from contextlib import suppress

from bot.clock import Clock
from bot.errors import StorageTrouble
from bot.feeds.model import Delivery, Subscription
from bot.feeds.outbox.followups import FollowUps
from bot.feeds.outbox.followups.runner import marks_of
from bot.feeds.outbox.followups.store import FollowUpStore
from bot.feeds.outbox.publisher import Blocked, Busy, Gone, Lost, Publisher, PublishError, Rejected
from bot.feeds.outbox.retrying import RETRY_S, FaultPoint, backoff_s, no_fault
from bot.feeds.outbox.store import OutboxStore, Step
from bot.storage import Database
from bot.text import counted, escape

log = logging.getLogger(__name__)

LOOKS_BEFORE_TOLD = 10  # failed looks at a channel in a row: about a quarter of an hour


class Outbox:
    """One task for each channel that has something waiting; none when nothing waits."""

    def __init__(
        self,
        store: OutboxStore,
        clock: Clock,
        *,
        retry_s: float = RETRY_S,
        fault_point: FaultPoint = no_fault,
    ) -> None:
        self._store = store
        self._clock = clock
        self._retry_s = retry_s
        self._fault_point = fault_point
        self._publisher: Publisher | None = None
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._woken: dict[int, asyncio.Event] = {}
        self._failed_looks: dict[int, int] = {}
        self._follow_ups = FollowUps(
            FollowUpStore(store.database),
            clock,
            retry_s=retry_s,
            fault_point=fault_point,
            articles_first=self._until_sent,
            block=self._block_thread,
            tell=self.tell,
        )
        self._telling: asyncio.Task[None] | None = None
        self._tell_again = False

    @property
    def database(self) -> Database:
        """Where deliveries are kept."""
        return self._store.database

    @property
    def busy(self) -> set[asyncio.Task[None]]:
        """The tasks at work; none when nothing waits."""
        telling = {self._telling} if self._telling and not self._telling.done() else set()
        return {*self._tasks.values(), *telling, *self._follow_ups.busy}

    async def start(self, publisher: Publisher) -> None:
        """Begin with what an earlier process left; after a restored backup, look first."""
        if await self._store.reconcile():
            log.info("A backup was restored: looking up what was posted before posting anything")
        channels = await self._store.channels()
        self._publisher = publisher
        self._follow_ups.start(publisher)
        self.wake(channels)
        with suppress(StorageTrouble):  # it looks again by itself
            await self.look_at_clock()
        self.tell()

    async def look_at_clock(self) -> None:
        """Begin with the edits for which it is time; this happens by itself when it is."""
        await self._follow_ups.look_at_clock()

    def wake(self, channels: Iterable[int], *, follow_up: bool = True) -> None:
        """Something waits for these channels.

        Args:
            follow_up: something may be due to messages that were sent before.
        """
        if self._publisher is None:
            return
        for channel_id in channels:
            self._woken.setdefault(channel_id, asyncio.Event()).set()
            if channel_id not in self._tasks:
                task = asyncio.create_task(self._run(channel_id, self._publisher))
                self._tasks[channel_id] = task
            if follow_up:
                self._follow_ups.wake([channel_id])

    def tell(self) -> None:
        """There may be something to tell moderators."""
        if self._publisher is None:
            return
        self._tell_again = True
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell(self._publisher))

    async def close(self) -> None:
        """Stop; what is interrupted is looked up at the next start."""
        self._publisher = None
        await self._follow_ups.close()
        tasks = [*self._tasks.values(), *([self._telling] if self._telling else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks.clear()

    async def _run(self, channel_id: int, publisher: Publisher) -> None:
        """Work through one channel until nothing waits there."""
        woken = self._woken[channel_id]
        failures = 0
        try:
            while True:
                woken.clear()
                try:
                    more = await self._step(channel_id, publisher)
                    # Something may have been added while we looked; that has set the event.
                    if not more and not woken.is_set():
                        return
                    failures = 0
                except (Lost, Busy) as error:
                    failures += 1
                    await asyncio.sleep(backoff_s(self._retry_s, failures, error))
                except StorageTrouble as error:
                    log.error("A delivery could not be noted; it is tried again. %s", error)
                    failures += 1
                    await asyncio.sleep(backoff_s(self._retry_s, failures))
                except Exception:
                    log.exception("Posting to a channel failed; it is tried again")
                    failures += 1
                    await asyncio.sleep(backoff_s(self._retry_s, failures))
        finally:
            self._tasks.pop(channel_id, None)
            self._woken.pop(channel_id, None)

    async def _until_sent(self, channel_id: int) -> None:
        """Wait until no article waits for a channel."""
        while task := self._tasks.get(channel_id):
            await asyncio.wait([task])

    async def _step(self, channel_id: int, publisher: Publisher) -> bool:
        """Look up what is uncertain, or send what waits; whether there may be more to do."""
        await self._fault_point("before sending")
        step = await self._store.take(channel_id, publisher.position(channel_id))
        while step.begun is not None:
            following = await self._send(step.begun, publisher)
            if following is None:
                return True
            step = following
        if step.uncertain:
            await self._look_up(step.uncertain, publisher)
        return bool(step.uncertain)

    async def _look_up(self, uncertain: list[Delivery], publisher: Publisher) -> None:
        marks = {marks_of(delivery)[0]: delivery for delivery in uncertain}
        after_id = min(delivery.after_id for delivery in uncertain)
        try:
            found = await publisher.find(uncertain[0].subscription, marks.keys(), after_id)
        except (Lost, Busy):
            await self._look_failed(uncertain)
            raise
        except Blocked as error:
            await self._look_blocked(uncertain, error)
            return
        await self._look_succeeded(uncertain[0].subscription)
        await self._fault_point("looked up")
        arrived = [(each, found[text]) for text, each in marks.items() if text in found]
        absent = [each for text, each in marks.items() if text not in found]
        # Those are sent next, and not here if their subscription has moved to another channel.
        self.wake(await self._store.looked_up(arrived, absent, self._clock.now()))
        await self._fault_point("look noted")

    async def _look_blocked(self, uncertain: list[Delivery], error: Blocked) -> None:
        """Nothing can be seen in a channel; what has moved on from there is not paused for it."""
        moved = [delivery for delivery in uncertain if delivery.moved]
        for delivery in uncertain:
            if not delivery.moved:
                await self._block(delivery, str(error), certain=False)
        if isinstance(error, Gone):
            self.wake(await self._store.not_sent(moved))
        elif moved:
            await self._look_failed(moved)
            raise Busy(str(error)) from error

    async def _look_failed(self, uncertain: list[Delivery]) -> None:
        """Count it, and tell the moderators when it lasts."""
        subscription = uncertain[0].subscription
        channel_id = subscription.channel_id
        failures = self._failed_looks.get(channel_id, 0) + 1
        self._failed_looks[channel_id] = failures
        if failures == LOOKS_BEFORE_TOLD:
            text = (
                f"I cannot find out whether {counted(len(uncertain), 'article')} arrived in "
                f"<#{channel_id}>: Discord does not let me read back what is there. Until I know, "
                "I post nothing in that channel, so that nothing appears twice. I keep trying, "
                "and nothing is lost. If it lasts, see discordstatus.com."
            )
            await self._store.add_stuck_notice(
                subscription.guild_id, channel_id, text, self._clock.now()
            )
            self.tell()

    async def _look_succeeded(self, subscription: Subscription) -> None:
        failures = self._failed_looks.get(subscription.channel_id, 0)
        if failures >= LOOKS_BEFORE_TOLD:
            await self._store.withdraw_stuck_notice(subscription.guild_id, subscription.channel_id)
        self._failed_looks.pop(subscription.channel_id, None)

    async def _send(self, delivery: Delivery, publisher: Publisher) -> Step | None:
        """Send what has been begun; what is next in the channel, where that is known already."""
        await self._fault_point("begun")
        try:
            message_id = await publisher.send(delivery, marks_of(delivery))
        except Rejected as error:
            await self._fault_point("rejected")
            await self._refused(delivery, str(error))
        except Blocked as error:
            await self._fault_point("blocked")
            await self._block(delivery, str(error), certain=True)
        except Busy:
            await self._fault_point("busy")
            self.wake(await self._store.not_sent([delivery]))
            raise
        else:
            await self._fault_point("sent")
            channel_id = delivery.subscription.channel_id
            thread_due, following = await self._store.sent(
                delivery, message_id, self._clock.now(), publisher.position(channel_id)
            )
            await self._fault_point("recorded")
            if thread_due:
                self._follow_ups.wake([channel_id])
            return following
        return None

    async def _refused(self, delivery: Delivery, why: str) -> None:
        """Leave an article out and say so; of a digest only the one that is refused."""
        if len(delivery.bundle) > 1:
            await self._store.split(delivery)
            return
        title = escape(delivery.article.title)
        reason = f"Discord did not take “{title}”, so it was left out: {why}"
        await self._store.failed(delivery, reason, self._clock.now())
        self.tell()

    async def _block(self, delivery: Delivery, reason: str, *, certain: bool) -> None:
        subscription = delivery.subscription
        notice = (
            f"I have paused **{escape(subscription.title)}** in <#{subscription.channel_id}>: "
            f"{reason} Nothing is lost: when it is put right, press Resume and what has waited "
            "is posted."
        )
        now = self._clock.now()
        if await self._store.block(delivery, reason, notice, now, certain=certain):
            self.tell()
        else:  # it has moved meanwhile, and goes on elsewhere
            self.wake(await self._store.channels())

    async def _block_thread(self, delivery: Delivery, reason: str) -> None:
        await self._block(delivery, reason, certain=False)

    async def _tell(self, publisher: Publisher) -> None:
        while self._tell_again:
            self._tell_again = False
            try:
                notices = await self._store.open_notices()
            except StorageTrouble as error:
                log.error("Notices to moderators are tried again later. %s", error)
                return
            for notice in notices:
                try:
                    if await publisher.notify(notice):
                        await self._store.told(notice, self._clock.now())
                except PublishError as error:
                    log.info("A notice to moderators is tried again later: %s", error)
                except StorageTrouble as error:
                    log.error("That a notice was posted could not be kept. %s", error)
                except Exception:
                    log.exception("A notice to moderators could not be posted; tried again later")
