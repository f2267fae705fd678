"""What happens in the world, told to whoever listens: gateway sessions, pages, waiting tests."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.world import Channel, Json, Message


@dataclass(frozen=True)
class Event:
    """One happening, by Discord's name for it.

    ``channel`` limits it to those who see the channel; ``only_for`` to one person (and, for an
    ephemeral message, the bot that sent it).
    """

    name: str
    data: Json
    channel: Channel | None = None
    message: Message | None = None
    only_for: int | None = None


_LOOK_AGAIN_S = 0.05
"""What is waited for may also be the bot's own state, which changes without an event here."""

Listener = Callable[[Event], None]


class Hub:
    """Tells listeners of events and wakes those who wait for something to become true."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._waiting: set[asyncio.Future[None]] = set()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` at each event, until the returned function is called."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    def publish(self, event: Event) -> None:
        """Tell everybody."""
        for listener in list(self._listeners):
            listener(event)
        self.changed()

    def changed(self) -> None:
        """Something that no event tells of has changed: look again."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, predicate: Callable[[], object], timeout: float) -> bool:
        """Wait until it holds; False if it does not within the time."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while not predicate():
            left = deadline - loop.time()
            if left <= 0:
                return False
            future: asyncio.Future[None] = loop.create_future()
            self._waiting.add(future)
            try:
                async with asyncio.timeout(min(left, _LOOK_AGAIN_S)):
                    await future
            except TimeoutError:
                continue
            finally:
                self._waiting.discard(future)
        return True
