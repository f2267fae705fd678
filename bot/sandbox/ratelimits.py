"""Rate limits: a bucket for each route and major parameter, in headers, enforced on request."""

import hashlib
import re
import time
from dataclasses import dataclass
from typing import Protocol

_MAJOR = re.compile(r"/(channels|guilds)/([0-9]+)|/webhooks/([0-9]+/[^/]+)")


@dataclass(frozen=True)
class Limit:
    """So many requests in so many seconds."""

    requests: int
    window_s: float


_DEFAULT = Limit(50, 1.0)
_LIMITS = {
    # Observed by bot authors; Discord publishes no figures and asks to read the headers.
    ("POST", "/channels/{channel_id}/messages"): Limit(5, 5.0),
    ("PATCH", "/channels/{channel_id}/messages/{message_id}"): Limit(5, 5.0),
    ("DELETE", "/channels/{channel_id}/messages/{message_id}"): Limit(5, 1.0),
    ("POST", "/webhooks/{webhook_id}/{webhook_token}"): Limit(5, 2.0),
    ("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"): Limit(5, 2.0),
    ("POST", "/channels/{channel_id}/threads"): Limit(50, 300.0),
    ("PUT", "/applications/{application_id}/commands"): Limit(2, 20.0),
}


class _Clock(Protocol):
    def __call__(self) -> float: ...


class RateLimits:
    """Counts requests; ``enforced`` decides whether going over is refused.

    Where limits are not enforced the headers always leave room, so that a polite client never
    waits; the counts are then kept from being a brake on tests.
    """

    def __init__(self, *, enforced: bool = False, clock: _Clock = time.monotonic) -> None:
        self.enforced = enforced
        self.limits = dict(_LIMITS)
        self._clock = clock
        self._counts: dict[str, tuple[float, int]] = {}

    def count(self, method: str, route: str, path: str) -> tuple[dict[str, str], float | None]:
        """Count a request: the headers for its answer, and seconds to wait if it is too many."""
        limit = self.limits.get((method, route), _DEFAULT)
        bucket = hashlib.sha256(f"{method} {route}".encode()).hexdigest()[:32]
        found = _MAJOR.search(path)
        key = bucket + (found[0] if found else "")
        now = self._clock()
        ends, used = self._counts.get(key, (0.0, 0))
        if now >= ends:
            ends, used = now + limit.window_s, 0
        over = self.enforced and used >= limit.requests
        if not over:
            used += 1
        self._counts[key] = (ends, used)
        if len(self._counts) > 10_000:
            self._counts = {each: held for each, held in self._counts.items() if held[0] > now}
        left = max(0, limit.requests - used) if self.enforced else 49
        headers = {
            "X-RateLimit-Limit": str(limit.requests if self.enforced else 50),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": f"{time.time() + ends - now:.3f}",
            "X-RateLimit-Reset-After": f"{ends - now:.3f}",
            "X-RateLimit-Bucket": bucket,
        }
        return headers, ends - now if over else None
