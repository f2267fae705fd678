"""A real browser and a real bot for the tests of the page."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.sandbox import Sandbox
from tests.conftest import OPENAPI
from tests.sandbox.page.kit import Browser
from tests.sandbox.page.page_bot import PageBot

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync "
    # A mouse is there, as on a desk; the tests of the telephone say otherwise themselves.
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,"
    "primaryPointerType=4,availablePointerTypes=4 "
    "--remote-debugging-port=0 --remote-debugging-address=127.0.0.1"
)


@pytest.fixture(scope="package")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One browser for all tests of the page; the address by which it is driven."""
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}")
    pytest.importorskip("playwright.async_api", reason="playwright is not installed")
    profile = tmp_path_factory.mktemp("chromium")
    process = subprocess.Popen(
        [str(CHROMIUM), *FLAGS.split(), f"--user-data-dir={profile}", "about:blank"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    try:
        # Chromium says where it listens once it does; it ends the stream if it cannot start.
        told = (line for line in process.stderr if line.startswith("DevTools listening on "))
        yield next(told).removeprefix("DevTools listening on ").strip()
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)
        process.stderr.close()


@pytest_asyncio.fixture(loop_scope="package", scope="package")
async def driven(chromium: str) -> AsyncIterator[Any]:
    """The browser as Playwright sees it."""
    from playwright.async_api import async_playwright

    async with async_playwright() as driver:
        yield await driver.chromium.connect_over_cdp(chromium)


@pytest_asyncio.fixture(loop_scope="package")
async def sandbox() -> AsyncIterator[Sandbox]:
    """As everywhere, but in the browser's event loop."""
    async with Sandbox(openapi=OPENAPI if OPENAPI.exists() else None) as stand_in:
        yield stand_in
        assert stand_in.violations == []


@pytest_asyncio.fixture(loop_scope="package")
async def bot(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PageBot]:
    """A bot that is connected and has registered its commands."""
    client = PageBot(sandbox, monkeypatch)
    running = asyncio.create_task(client.start(sandbox.token))
    ready = asyncio.create_task(client.ready.wait())
    await asyncio.wait({ready, running}, timeout=60, return_when=asyncio.FIRST_COMPLETED)
    assert ready.done(), "the bot did not connect"
    yield client
    await client.close()
    await running


@pytest_asyncio.fixture(loop_scope="package")
async def browser(sandbox: Sandbox, driven: Any) -> AsyncIterator[Browser]:
    """Opens pages on the sandbox; none may have reported an error."""
    opened = Browser(sandbox, driven)
    yield opened
    await opened.close()
    assert opened.problems == []
