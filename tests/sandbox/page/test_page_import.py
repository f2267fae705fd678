"""A file is chosen in the page and the real bot imports it, on a desk and on a telephone."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.config import Config
from bot.feeds.opml import ListedFeed, write
from bot.sandbox import Sandbox
from tests.feeds.site import Site, feed_of
from tests.harness import RunningSteward
from tests.sandbox.page.kit import DESKTOP, PHONE, Browser

pytestmark = pytest.mark.asyncio(loop_scope="package")


@pytest_asyncio.fixture(loop_scope="package")
async def site() -> AsyncIterator[Site]:
    served = Site()
    await served.start()
    yield served
    await served.close()


@pytest_asyncio.fixture(loop_scope="package")
async def steward(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[RunningSteward]:
    running = RunningSteward(
        Config(
            discord_token=sandbox.token,
            discord_api_url=sandbox.api_url,
            discord_gateway_url=sandbox.gateway_url,
            database=tmp_path / "data" / "steward.db",
            feed_allow_private=True,
        )
    )
    await running.start()
    yield running
    await running.stop()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "telephone"])
async def test_a_file_of_feeds_is_imported_from_the_page(
    browser: Browser, steward: RunningSteward, site: Site, tmp_path: Path, size: dict[str, int]
) -> None:
    from playwright.async_api import expect

    urls = [site.put(f"/{number}", feed_of(1, title=f"Feed {number}")) for number in range(3)]
    feeds = [ListedFeed(url, url) for url in [*urls, f"{site.url}/missing"]]
    path = tmp_path / "mine.opml"
    path.write_text(write("Mine", {"All": feeds}, datetime.now(UTC)), encoding="utf-8")
    page = await browser.open("moderator", size)
    await page.locator("#composer").fill("/feeds import")
    await page.keyboard.press("Enter")
    form = page.locator(".command-form")
    await form.locator("[data-option=file] input").set_input_files(path)
    await form.locator("[data-option=channel] input").fill("news")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Run the command").click()
    message = page.locator(".message", has_text="Import finished")
    await expect(message).to_contain_text("3 added · 1 failed", timeout=20_000)
    await expect(message).to_contain_text("There is nothing at that address")
    box = await message.bounding_box()
    assert box["x"] + box["width"] <= size["width"]
    await page.get_by_role("button", name="Undo").click()
    await expect(page.locator(".message", has_text="3 feeds are no longer posted")).to_be_visible()
