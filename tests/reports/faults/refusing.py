"""Presses whose answer Discord refuses or loses, and waiting until the bot is done with them."""

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace

import discord.http
import discord.webhook.async_
import pytest

from bot.sandbox import Message, Modal, Person, Reply, Sandbox
from bot.sandbox.interactions import Interaction
from bot.sandbox.replies import find_component
from tests.harness import RunningSteward

CALLBACK, WEBHOOK = r"/interactions/.*/callback", r"/webhooks/"
# What Discord does, and how often: discord.py tries five times where the server is in trouble.
REFUSALS = {
    "a server error": ("500", 5),
    "a rate limit": ("429", 1),
    "an unknown interaction": ("404:10062", 1),
    "a connection cut before": ("cut", 1),
    "a connection cut after": ("lost", 1),
}
HANDLERS = ("discord.py: on_interaction", "CommandTree-invoker")

Start = Callable[[], Interaction]
"""Does what a person does, and waits for nothing."""


def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between its attempts discord.py waits for seconds; here for a turn of the loop."""

    async def at_once(_: float) -> None:
        await asyncio.sleep(0)

    impatient = SimpleNamespace(**{**vars(asyncio), "sleep": at_once})
    for module in (discord.http, discord.webhook.async_):
        monkeypatch.setattr(module, "asyncio", impatient)


class Refusing:
    """A sandbox in which what one person does goes wrong first, and then right."""

    def __init__(self, sandbox: Sandbox, steward: RunningSteward) -> None:
        self.sandbox = sandbox
        self.steward = steward

    def press(self, person: Person, on: Reply | Message, button: str) -> Start:
        held = on.messages if isinstance(on, Reply) else [on]
        message, component = find_component(held, button, {2})
        return lambda: person.start_press(message, component)

    def choose(self, person: Person, on: Reply, menu: str, value: str | Person) -> Start:
        message, component = find_component(on.messages, menu, {3, 5})
        return lambda: person.start_choose(message, component, [value])

    def submit(self, person: Person, form: Modal, **values: object) -> Start:
        return lambda: person.start_submit(form, values)

    def run(self, person: Person, command: str, **options: object) -> Start:
        found, names = person._find(command, 1)
        return lambda: person.start_command(found, names, person.place("general"), options)

    async def wrongly(self, start: Start, path: str, refusal: str) -> bool:
        """Do it while Discord refuses or loses the answer; whether that was felt."""
        kind, times = REFUSALS[refusal]
        fault = self.sandbox.faults.order("*", path, kind, times=times)
        made = start()
        await self.sandbox.until(lambda: made.acknowledged or fault.left < times)
        await self.over()
        self.sandbox.faults.clear()
        # Whoever does not hear of an answer tries another one, which Discord refuses.
        self.sandbox.violations[:] = [
            each for each in self.sandbox.violations if "already been acknowledged" not in str(each)
        ]
        return fault.left < times

    async def over(self) -> None:
        """Until the bot has come to the end of everything that was asked of it."""
        while running := [each for each in asyncio.all_tasks() if each.get_name() in HANDLERS]:
            await asyncio.wait(running)

    async def rightly(self, person: Person, start: Start) -> Reply:
        reply = await person.settle(start())
        await self.over()
        return reply

    async def all_ways(
        self, person: Person, start: Start, refusal: str, look: "Look | None" = None
    ) -> Reply:
        """Wrongly, with either answer that it gives; then once more, as people do."""
        for path in (CALLBACK, WEBHOOK):
            if await self.wrongly(start, path, refusal) and look is not None:
                await look()
        return await self.rightly(person, start)


Look = Callable[[], Awaitable[None]]
