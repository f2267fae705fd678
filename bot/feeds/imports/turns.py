"""Whose turn it is: many lines of a list are fetched side by side, but few of one host."""

import asyncio
from collections import Counter, deque
from collections.abc import Iterable

from bot.feeds.imports.model import Item
from bot.feeds.links import host_of

HOST_AT_ONCE = 2


class Turns:
    """Hands out lines, host by host in turn, so that a slow host does not hold up the others."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._queues: dict[str, deque[Item]] = {}
        for item in items:
            self._queues.setdefault(host_of(item.url), deque()).append(item)
        self._order = deque(self._queues)
        self._asked: Counter[str] = Counter()
        self._not_before: dict[str, float] = {}
        self._changed = asyncio.Condition()
        self._again: set[int] = set()

    async def take(self) -> Item | None:
        """The next line whose host may be asked now; waits for one, None when none is left.

        Every line that was taken must be given back with ``done``.
        """
        async with self._changed:
            while self._queues:
                now = asyncio.get_running_loop().time()
                if (item := self._next(now)) is not None:
                    return item
                pauses = [self._not_before.get(host, 0.0) - now for host in self._queues]
                soonest = min((pause for pause in pauses if pause > 0), default=None)
                try:
                    async with asyncio.timeout(soonest):
                        await self._changed.wait()
                except TimeoutError:
                    continue
        return None

    def _next(self, now: float) -> Item | None:
        for _ in range(len(self._order)):
            host = self._order[0]
            self._order.rotate(-1)
            free = self._asked[host] < HOST_AT_ONCE
            if free and host in self._queues and self._not_before.get(host, 0.0) <= now:
                self._asked[host] += 1
                item = self._queues[host].popleft()
                if not self._queues[host]:
                    del self._queues[host]
                return item
        return None

    async def done(self, item: Item) -> None:
        """A line has been dealt with."""
        async with self._changed:
            self._asked[host_of(item.url)] -= 1
            self._changed.notify_all()

    async def later(self, item: Item, seconds: float) -> bool:
        """The host asks for a rest: nothing of it is asked meanwhile, and this line once more.

        False when this line has had its second chance; the rest is kept all the same.
        """
        host = host_of(item.url)
        async with self._changed:
            until = asyncio.get_running_loop().time() + seconds
            self._not_before[host] = max(until, self._not_before.get(host, 0.0))
            if item.position in self._again:
                return False
            self._again.add(item.position)
            self._queues.setdefault(host, deque()).append(item)
        return True

    async def clear(self) -> None:
        """Hand out nothing more."""
        async with self._changed:
            self._queues.clear()
            self._changed.notify_all()
