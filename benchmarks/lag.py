"""How late the event loop is: a ticker that wants to run every five milliseconds."""

import asyncio
import time
from typing import Self

TICK_S = 0.005


class Lag:
    """Ticks while it is entered, and keeps by how many milliseconds each tick came too late."""

    def __init__(self) -> None:
        self.late_ms: list[float] = []
        self._ticking: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._ticking = asyncio.create_task(self._tick())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._ticking is not None
        self._ticking.cancel()
        await asyncio.gather(self._ticking, return_exceptions=True)

    async def _tick(self) -> None:
        while True:
            due = time.perf_counter() + TICK_S
            await asyncio.sleep(TICK_S)
            self.late_ms.append((time.perf_counter() - due) * 1000)

    def __str__(self) -> str:
        late = sorted(self.late_ms) or [0.0]
        p50, p999 = late[len(late) // 2], late[min(int(len(late) * 0.999), len(late) - 1)]
        return f"p50 {p50:4.1f}  p99.9 {p999:5.1f}  max {late[-1]:5.1f} ms of {len(late)} ticks"
