"""What a moderator changes about a subscription, and takes back."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import InvalidInput, NotFound
from bot.feeds.model import Options, Style
from bot.storage import Database
from tests.feeds.running import GENERAL, GUILD, NEWS, OTHER_GUILD, Running
from tests.feeds.site import Site, feed_of, item, rss

CHANGES: list[dict[str, Any]] = [
    {"style": Style.DAILY},
    {"role_id": 7, "role_by": 8},
    {"include": "pay", "exclude": "job, -strike"},
    {"channel_id": GENERAL, "style": Style.THREAD},
]


@pytest.mark.parametrize("fields", CHANGES)
async def test_each_choice_is_changed_alone_and_taken_back(
    running: Running, site: Site, fields: dict[str, Any]
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    before = await running.get(subscription)
    change = await running.feeds.changes.change(GUILD, subscription, **fields)
    after = await running.get(subscription)
    assert change.before == before
    assert change.after == after != before
    chosen = {"channel_id": after.channel_id} | {
        name: getattr(after.options, name) for name in Options.__slots__
    }
    unchanged = {"channel_id": NEWS} | {
        name: getattr(Options(), name) for name in chosen if name != "channel_id"
    }
    assert chosen == unchanged | fields
    undone = await running.feeds.changes.undo(GUILD, change.id)
    assert undone.after == await running.get(subscription) == before
    redone = await running.feeds.changes.undo(GUILD, undone.id)
    assert redone.after == after


async def test_taking_one_change_back_leaves_what_others_changed_since(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    first = await running.feeds.changes.change(GUILD, subscription, style=Style.WEEKLY)
    await running.feeds.changes.change(GUILD, subscription, include="pay")
    undone = await running.feeds.changes.undo(GUILD, first.id)
    assert undone.after.options == Options(include="pay")


async def test_what_is_chosen_already_is_no_change(running: Running, site: Site) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    change = await running.feeds.changes.change(GUILD, subscription, style=Style.EMBED)
    assert change.id == 0
    assert change.before == change.after


async def test_a_filter_that_cannot_be_understood_changes_nothing(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    with pytest.raises(InvalidInput, match="quotation mark"):
        await running.feeds.changes.change(GUILD, subscription, style=Style.DAILY, include='"pay')
    assert (await running.get(subscription)).options == Options()
    with pytest.raises(InvalidInput, match="quotation mark"):
        await running.feeds.add(GUILD, GENERAL, site.url + "/feed", options=Options(exclude='"pay'))


async def test_another_servers_subscriptions_and_changes_are_out_of_reach(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    changes = running.feeds.changes
    with pytest.raises(NotFound):
        await changes.change(OTHER_GUILD, subscription, style=Style.DAILY)
    change = await changes.change(GUILD, subscription, style=Style.DAILY)
    with pytest.raises(NotFound):
        await changes.undo(OTHER_GUILD, change.id)
    with pytest.raises(NotFound):
        await changes.undoing(OTHER_GUILD, change.id)
    with pytest.raises(NotFound):
        await changes.change_address(OTHER_GUILD, subscription, site.url + "/feed")


async def test_a_change_can_be_taken_back_for_a_week_and_not_of_a_removed_feed(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    changes = running.feeds.changes
    first = await changes.change(GUILD, subscription, style=Style.DAILY)
    running.clock.advance(timedelta(days=7, seconds=1))
    with pytest.raises(NotFound, match="no longer be taken back"):
        await changes.undo(GUILD, first.id)
    second = await changes.change(GUILD, subscription, style=Style.EMBED)
    with pytest.raises(NotFound, match="no longer be taken back"):
        await changes.undo(GUILD, first.id)
    await running.feeds.remove(GUILD, subscription)
    with pytest.raises(NotFound, match="no longer be taken back"):
        await changes.undo(GUILD, second.id)


async def test_a_feed_that_moved_goes_on_at_the_new_address_and_repeats_nothing(
    running: Running, site: Site
) -> None:
    old, new = site.put("/old", feed_of(3, 2, 1)), site.put("/new", feed_of(2, 1))
    subscription = await running.add(old)
    site.put("/old", feed_of(5, 4, 3, 2, 1))
    assert await running.check(subscription) == "2 new"
    # The site brings its archive over bit by bit, some of it under other guids.
    change, _ = await running.feeds.changes.change_address(GUILD, subscription, new)
    assert (change.after.url, change.after.id) == (new, subscription)
    other = item(4, guid="https://example.org/?p=4")
    site.put("/new", rss(item(6), item(5), other, item(3), item(2), item(1)))
    assert await running.check(subscription) == "1 new"
    titles = [f"Article number {number}" for number in (4, 5, 6)]
    assert running.history.titles(NEWS) == titles
    asked = len([each for each in site.requests if each.path == "/old"])
    assert running.feeds._poller.feed(change.before.feed_id) is None
    assert asked == 2


async def test_taking_a_new_address_back_repeats_and_loses_nothing(
    running: Running, site: Site
) -> None:
    old, new = site.put("/old", feed_of(1)), site.put("/new", feed_of(1))
    subscription = await running.add(old)
    change, _ = await running.feeds.changes.change_address(GUILD, subscription, new)
    site.put("/new", feed_of(2, 1))
    await running.check(subscription)
    undone = await running.feeds.changes.undo(GUILD, change.id)
    assert undone.after.url == old
    site.put("/old", feed_of(3, 2, 1))
    assert await running.check(subscription) == "1 new"
    assert running.history.titles(NEWS) == ["Article number 2", "Article number 3"]


async def test_a_new_address_takes_away_nothing_from_others(running: Running, site: Site) -> None:
    old, new = site.put("/old", feed_of(2, 1)), site.put("/new", feed_of(1))
    mine = await running.add(old)
    theirs = await running.add(new, GENERAL, OTHER_GUILD)
    left = await running.add(old, 12, OTHER_GUILD)
    site.put("/new", feed_of(3, 1))
    await running.feeds.changes.change_address(GUILD, mine, new)
    while running.feeds.outbox.busy:
        await asyncio.wait(running.feeds.outbox.busy)
    assert running.history.titles(GENERAL) == ["Article number 3"]  # new to them
    site.put("/new", feed_of(3, 2, 1))
    await running.check(theirs, OTHER_GUILD)
    assert running.history.titles(GENERAL) == ["Article number 3", "Article number 2"]
    site.put("/old", feed_of(4, 2, 1))
    await running.check(left, OTHER_GUILD)
    assert running.history.titles(12) == ["Article number 4"]
    assert "Article number 4" not in running.history.titles(NEWS)


async def test_what_waits_survives_a_new_address_and_edits_find_their_messages(
    running: Running, site: Site, database: Database
) -> None:
    old, new = site.put("/old", feed_of(1)), site.put("/new", feed_of(2, 1))
    subscription = await running.add(old)
    await running.feeds.pause(GUILD, subscription, "by a moderator")
    site.put("/old", feed_of(2, 1))
    await running.check(subscription)
    change, _ = await running.feeds.changes.change_address(GUILD, subscription, new)
    row = await database.fetch_one(
        "SELECT a.feed_id FROM delivery d JOIN article a ON a.id = d.article_id"
    )
    assert row is not None
    assert row["feed_id"] == change.after.feed_id
    await running.feeds.resume(GUILD, subscription)
    await running.check(subscription)
    assert running.history.titles(NEWS) == ["Article number 2"]


async def test_an_address_without_a_feed_or_that_is_there_already_is_refused(
    running: Running, site: Site
) -> None:
    old, new = site.put("/old", feed_of(1)), site.put("/new", feed_of(1))
    subscription = await running.add(old)
    await running.add(new)
    changes = running.feeds.changes
    for typed, said in ((new, "already"), (old, "ask already"), (site.url + "/none", "nothing at")):
        with pytest.raises(InvalidInput, match=said):
            await changes.change_address(GUILD, subscription, typed)
    assert (await running.get(subscription)).url == old
