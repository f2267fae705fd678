"""When what Discord could not do is tried again."""

from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")


class Waits(Generic[K]):
    """Each thing waits by itself: longer after each failure, up to a limit.

    Args:
        monotonic: seconds.
        first_s, limit_s: how long it waits after the first failure, and at most.
    """

    def __init__(self, monotonic: Callable[[], float], first_s: float, limit_s: float) -> None:
        self._monotonic = monotonic
        self._first_s, self._limit_s = first_s, limit_s
        self._failures: dict[K, int] = {}
        self._not_before: dict[K, float] = {}

    def failed(self, key: K, after_s: float | None = None) -> None:
        """Have it wait.

        Args:
            after_s: how long Discord asks to wait; it is waited for so long at least.
        """
        failures = self._failures[key] = self._failures.get(key, 0) + 1
        doubled = min(self._first_s * 2.0 ** min(failures - 1, 10), self._limit_s)
        self._not_before[key] = self._monotonic() + max(doubled, after_s or 0.0)

    def done(self, key: K) -> None:
        """It was done, or is not tried again."""
        self._failures.pop(key, None)
        self._not_before.pop(key, None)

    def waiting(self) -> set[K]:
        """What is not to be tried now."""
        now = self._monotonic()
        return {key for key, at in self._not_before.items() if at > now}

    def next_s(self) -> float | None:
        """Seconds until the first that waits is to be tried; None if none waits."""
        now = self._monotonic()
        return min((at - now for at in self._not_before.values() if at > now), default=None)
