"""Documents that break off before their end: the rest is still to come."""

import asyncio
from pathlib import Path

import pytest

from bot.storage import Database
from tests.feeds.lives import copy, opened
from tests.feeds.running import NEWS, Running, running_on
from tests.feeds.site import Site, feed_of


@pytest.mark.parametrize("headers", [{}, {"ETag": '"same"'}])
async def test_a_feed_that_breaks_off_is_asked_in_full_but_read_only_when_it_differs(
    running: Running, site: Site, database: Database, headers: dict[str, str]
) -> None:
    broken = feed_of(3, 2, 1).removesuffix("</channel></rss>")
    url = site.put("/feed", broken, headers=headers)
    subscription = await running.add(url)
    for document in (broken, broken.replace("Sample news", "Sample other")):
        if document != broken:
            site.put("/feed", document, headers=headers)
            await running.check(subscription)
        await running.feeds._pool.close()
        changes = await database.fetch_value("SELECT total_changes()")
        for _ in range(3):
            assert await running.check(subscription) == "0 new"
        assert running.feeds._pool.pids == []
        assert await database.fetch_value("SELECT total_changes()") == changes
    assert not any("If-None-Match" in request.headers for request in site.requests)
    site.put("/feed", feed_of(3, 2, 1), headers=headers)
    assert await running.check(subscription) == "1 new"


async def test_after_a_restore_what_was_behind_the_break_is_looked_for_as_well(
    running: Running, site: Site, tmp_path: Path
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    backup = tmp_path / "backup.db"
    await asyncio.to_thread(copy, running.database.path, backup)
    document = feed_of(2, 3, 1)
    site.put("/feed", document)
    assert await running.check(subscription) == "2 new"
    posted = running.history.titles(NEWS)
    assert len(posted) == 2
    await running.feeds.close()
    running.history.nonces.clear()  # Discord remembers them for a few minutes only
    async with (
        opened(backup, restored=True) as restored,
        running_on(restored, running.history, running.clock) as life,
    ):
        # Of an article that is cut in two nothing is taken.
        site.put("/feed", document[: document.index("articles/3")])
        assert await life.check(subscription) == "1 new"
        assert (await life.only()).feed.reconcile
        assert [each.reconcile for each in await life.store.wanted()] == [True]
        assert await life.check(subscription) == "0 new"
        site.put("/feed", document)
        assert await life.check(subscription) == "1 new"
        assert not (await life.only()).feed.reconcile
        assert [each.reconcile for each in await life.store.wanted()] == [False]
    assert running.history.titles(NEWS) == posted
