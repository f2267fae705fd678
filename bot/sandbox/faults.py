"""Faults to order: rate limits, server errors, answers lost on the way, refusals."""

import re
from dataclasses import dataclass

from bot.sandbox.errors import ApiError, api_error

_STATUS = re.compile(r"([1-5][0-9][0-9])(?::([0-9]+|global))?\Z")


@dataclass
class Fault:
    """One order; see `Faults.order`."""

    method: str
    path: re.Pattern[str]
    kind: str
    left: int
    skip: int
    after_accept: bool
    retry_after: float

    @property
    def cuts(self) -> bool:
        """Whether the connection is cut instead of an answer given."""
        return self.kind in ("lost", "cut")

    @property
    def accepts(self) -> bool:
        """Whether the request is carried out first."""
        return self.kind == "lost" or self.after_accept

    @property
    def scope(self) -> str:
        """For a 429: "global" or "user"."""
        return "global" if self.kind.endswith(":global") else "user"

    def error(self) -> ApiError:
        """The answer for a fault that is one."""
        found = _STATUS.match(self.kind)
        assert found is not None
        status, code = int(found[1]), found[2]
        if status == 429 and not (code or "").isdigit():
            whole = self.scope == "global"
            limited = {"retry_after": self.retry_after, "global": whole}
            return ApiError(429, 0, "You are being rate limited.", extra=limited)
        if code:
            try:
                known = api_error(int(code))
            except KeyError:
                known = ApiError(status, int(code), "Ordered fault")
            extra = {"retry_after": self.retry_after} if status == 429 else {}
            return ApiError(status, int(code), known.message, extra=extra)
        return ApiError(status, 0, f"{status}: ordered fault")


class Faults:
    """Orders, carried out in the order in which they were given."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []

    def order(
        self,
        method: str,
        path_regex: str,
        kind: str,
        *,
        times: int = 1,
        skip: int = 0,
        after_accept: bool = False,
        retry_after: float = 0.1,
    ) -> Fault:
        """Disturb the next ``times`` requests that match, after letting ``skip`` pass.

        ``kind``: "429", "429:global", "500", "502", "503"; "403:50013" or "429:30046" (status
        and JSON code); "lost" (carried out, then the connection is cut before the answer); "cut"
        (cut before it is carried out). ``after_accept`` carries the request out before a status
        is answered.
        ``path_regex`` is searched in the path after /api/v10.
        """
        if kind not in ("lost", "cut") and not _STATUS.match(kind):
            raise ValueError(f"unknown kind of fault: {kind!r}")
        fault = Fault(
            method.upper(), re.compile(path_regex), kind, times, skip, after_accept, retry_after
        )
        self._orders.append(fault)
        return fault

    def clear(self) -> None:
        """Withdraw all orders."""
        self._orders.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """The fault for this request, if one is due."""
        for fault in self._orders:
            if fault.method not in ("*", method) or not fault.path.search(path):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.left -= 1
            if fault.left <= 0:
                self._orders.remove(fault)
            return fault
        return None
