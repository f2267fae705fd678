"""Politeness to hosts: so many requests at once, and none while one asks to be left alone."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from bot.clock import Clock

# One feed that asks for a day's rest gets it; the host's others are not silenced for so long.
REST_LIMIT_S = 3600.0


def host_of(url: str) -> str:
    """The host of an address with its port, as it is told apart from others here."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


class Hosts:
    """The hosts that are being asked just now, and those that want to rest."""

    def __init__(self, clock: Clock, at_once: int) -> None:
        """Begin with none.

        Args:
            at_once: simultaneous requests to one host; 0 for no limit.
        """
        self.at_once = at_once
        self._clock = clock
        self._turns: dict[str, tuple[asyncio.Semaphore, list[int]]] = {}
        self._resting: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[None]:
        """Wait for one of the host's few places; waiting does not count as the site's slowness."""
        if not self.at_once:
            yield
            return
        host = host_of(url)
        semaphore, users = self._turns.setdefault(host, (asyncio.Semaphore(self.at_once), [0]))
        users[0] += 1
        try:
            async with semaphore:
                yield
        finally:
            users[0] -= 1
            if not users[0]:
                self._turns.pop(host, None)

    def rest(self, url: str, seconds: float) -> None:
        """The host has said that it is asked too much (HTTP 429, Retry-After)."""
        now = self._clock.monotonic()
        # Those whose rest is over are forgotten here, so that there are never many.
        self._resting = {host: until for host, until in self._resting.items() if until > now}
        host = host_of(url)
        until = now + min(seconds, REST_LIMIT_S)
        self._resting[host] = max(until, self._resting.get(host, 0.0))

    def rests_s(self, url: str) -> float:
        """For how many more seconds an address's host wants to rest; 0 when it does not."""
        if not self._resting:
            return 0.0
        return max(0.0, self._resting.get(host_of(url), 0.0) - self._clock.monotonic())


class Queues:
    """Feeds that are due while their host has no place free, one queue for each host.

    They wait here and not in the fetcher, where they would take the places of other hosts' feeds:
    one slow host with many feeds must not hold up everybody's.
    """

    def __init__(self, at_once: int) -> None:
        """Begin with none.

        Args:
            at_once: how many feeds of one host are let through at once; 0 for no limit.
        """
        self._at_once = at_once
        self._inside: dict[str, int] = {}
        self._waiting: dict[str, deque[int]] = {}

    def enter(self, host: str, feed_id: int) -> bool:
        """Whether a feed may go now; if not, it is returned by a later ``leave``."""
        inside = self._inside.get(host, 0)
        if self._at_once and inside >= self._at_once:
            self._waiting.setdefault(host, deque()).append(feed_id)
            return False
        self._inside[host] = inside + 1
        return True

    def leave(self, host: str) -> int | None:
        """One that went is back; the feed whose turn it is now, and which is inside thereby."""
        if queue := self._waiting.get(host):
            feed_id = queue.popleft()
            if not queue:
                del self._waiting[host]
            return feed_id
        self._inside[host] -= 1
        if not self._inside[host]:
            del self._inside[host]
        return None

    def clear(self) -> None:
        """Nobody waits any more; those inside are still to leave."""
        self._waiting.clear()
