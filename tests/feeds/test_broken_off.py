"""Documents that break off before their end: the rest is still to come."""

import pytest

from bot.storage import Database
from tests.feeds.running import Running
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
