"""Limits per person that leave nothing behind.

A person is counted under an HMAC of their Discord id with a key that is made anew each day and
lives in memory only. When the day ends, or the process, nobody can say whom a count belonged to.
"""

import hashlib
import hmac
import secrets
import sys
from collections import Counter, deque
from collections.abc import Mapping
from datetime import date

from bot.clock import Clock


class DailyLimits:
    """Counts by purpose, server and person, forgotten at midnight UTC."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._day: date | None = None
        self._key = b""
        self._counts: Counter[bytes] = Counter()

    def used(self, purpose: str, guild_id: int, person_id: int) -> int:
        """How often today."""
        return self._counts[self._name(purpose, guild_id, person_id)]

    def take(self, purpose: str, guild_id: int, person_id: int, limit: int) -> bool:
        """Count one more, unless the limit is reached; whether it was counted."""
        name = self._name(purpose, guild_id, person_id)
        if self._counts[name] >= limit:
            return False
        self._counts[name] += 1
        return True

    def give_back(self, purpose: str, guild_id: int, person_id: int) -> None:
        """Uncount one, because what it was for did not happen."""
        name = self._name(purpose, guild_id, person_id)
        self._counts[name] = max(0, self._counts[name] - 1)

    def code(self, purpose: str, guild_id: int, person_id: int) -> bytes:
        """What a person is counted under today, and what nobody can tell them by tomorrow."""
        return self._name(purpose, guild_id, person_id)

    def exhaust(self, code: bytes) -> None:
        """Let whoever a code belongs to have reached any limit, for today."""
        self._counts[code] = sys.maxsize

    def forget_old(self) -> None:
        """Forget yesterday: its counts, and the key without which they belong to nobody."""
        today = self._clock.now().date()
        if today != self._day:
            self._day, self._key = today, secrets.token_bytes(32)
            self._counts.clear()

    def _name(self, purpose: str, guild_id: int, person_id: int) -> bytes:
        self.forget_old()
        message = f"{purpose}:{guild_id}:{person_id}".encode()
        return hmac.digest(self._key, message, hashlib.sha256)


class MinuteLimits:
    """Counts of the last minute, by person or channel, in memory and without their ids."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._recent: deque[tuple[float, bytes]] = deque()

    def take(self, limits: Mapping[int, int]) -> bool:
        """Count one more for each of some ids, unless one has reached its limit; whether counted.

        Args:
            limits: by id, how many there may be in a minute.
        """
        now = self._clock.monotonic()
        while self._recent and self._recent[0][0] <= now - 60:
            self._recent.popleft()
        counts = Counter(name for _, name in self._recent)
        named = {self._name(identifier): limit for identifier, limit in limits.items()}
        if any(counts[name] >= limit for name, limit in named.items()):
            return False
        self._recent.extend((now, name) for name in named)
        return True

    def _name(self, identifier: int) -> bytes:
        return hmac.digest(self._key, str(identifier).encode(), hashlib.sha256)
