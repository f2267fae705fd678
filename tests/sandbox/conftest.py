"""A trial bot on a sandbox, and a way to make requests that discord.py would not make."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Sandbox
from tests.sandbox.trial_bot import TrialBot, add_commands

Api = Callable[..., Awaitable[tuple[int, Any]]]


@pytest.fixture
async def lenient() -> AsyncIterator[Sandbox]:
    """A sandbox for requests that are meant to be refused."""
    async with Sandbox() as stand_in:
        yield stand_in


@pytest.fixture
async def bot(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TrialBot]:
    """A connected bot with its commands registered, none of whose requests may be refused."""
    client = TrialBot(sandbox, monkeypatch)
    add_commands(client)
    try:
        await client.connect_to(sandbox)
        await client.tree.sync()
        yield client
    finally:
        await client.stop()


@pytest.fixture
async def careless(lenient: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TrialBot]:
    """A connected bot that may be refused things."""
    client = TrialBot(lenient, monkeypatch)
    try:
        await client.connect_to(lenient)
        yield client
    finally:
        await client.stop()


@pytest.fixture
async def api(lenient: Sandbox) -> AsyncIterator[Api]:
    """Plain requests to the REST side: ``await api("GET", "/users/@me")`` -> status, body."""
    async with aiohttp.ClientSession() as session:

        async def request(method: str, path: str, json: Any = None, **more: Any) -> tuple[int, Any]:
            headers = {"Authorization": f"Bot {lenient.token}"} | more.pop("headers", {})
            url = lenient.api_url + path
            async with session.request(method, url, json=json, headers=headers, **more) as answer:
                if answer.content_type != "application/json":
                    return answer.status, None
                return answer.status, await answer.json()

        yield request
