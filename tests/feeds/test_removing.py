"""Removals, and what comes when they are taken back."""

from datetime import timedelta

import pytest

from bot.errors import NotFound
from bot.feeds.model import FLOOD_LIMIT, Fate, NoticeKind
from bot.feeds.outbox import OutboxStore
from tests.feeds.running import GENERAL, GUILD, NEWS, OTHER_GUILD, Running
from tests.feeds.site import Site, feed_of


async def test_removal_can_be_undone_with_what_came_meanwhile(running: Running, site: Site) -> None:
    url = site.put("/feed", feed_of(1))
    subscription = await running.add(url)
    other = await running.add(url, GENERAL)
    await running.feeds.remove(GUILD, subscription)
    running.clock.advance(60)
    site.put("/feed", feed_of(2, 1))
    await running.check(other)
    assert running.history.titles(NEWS) == []
    with pytest.raises(NotFound):
        await running.feeds.undo_remove(OTHER_GUILD, subscription)
    await running.feeds.undo_remove(GUILD, subscription)
    await running.check(subscription)
    assert running.history.titles(NEWS) == ["Article number 2"]
    await running.feeds.remove(GUILD, subscription)
    running.clock.advance(timedelta(days=8))
    with pytest.raises(NotFound, match="no longer be undone"):
        await running.feeds.undo_remove(GUILD, subscription)


async def test_other_servers_can_do_nothing_to_a_subscription(running: Running, site: Site) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    for attempt in (
        running.feeds.remove(OTHER_GUILD, subscription),
        running.feeds.check(OTHER_GUILD, subscription),
        running.feeds.resume(OTHER_GUILD, subscription),
        running.feeds.pause(OTHER_GUILD, subscription, "x"),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert await running.feeds.overview.listing(OTHER_GUILD) == []
    assert await OutboxStore(running.database).waiting(OTHER_GUILD) == {}


async def missed(running: Running, site: Site, count: int) -> int:
    """A removed subscription whose feed has had so many new articles since; its id."""
    url = site.put("/feed", feed_of(1))
    subscription, other = await running.add(url), await running.add(url, GENERAL)
    await running.feeds.remove(GUILD, subscription)
    for number in range(2, count + 2):
        site.put("/feed", feed_of(*range(number, 0, -1)))
        await running.check(other)
    return subscription


@pytest.mark.parametrize("count", [FLOOD_LIMIT, FLOOD_LIMIT + 1])
async def test_undoing_a_removal_holds_a_flood(running: Running, site: Site, count: int) -> None:
    subscription = await missed(running, site, count)
    _, held = await running.feeds.undo_remove(GUILD, subscription)
    await running.at_rest()
    assert held == (count if count > FLOOD_LIMIT else 0)
    if count <= FLOOD_LIMIT:
        assert len(running.history.titles(NEWS)) == count
        assert running.history.notices == []
        return
    assert running.history.titles(NEWS) == []
    (notice,) = running.history.notices
    assert f"is back, and {count} articles wait. I have posted none" in notice.text
    (outcome,) = await running.feeds.decide(GUILD, notice.subject_id, "newest")
    assert outcome.counts == {Fate.COMING: 1, Fate.SKIPPED: count - 1}
    await running.at_rest()
    assert running.history.titles(NEWS) == [f"Article number {count + 1}"]
    assert len(running.history.titles(GENERAL)) == count


async def test_undoing_at_once_posts_what_came_in_that_second_and_nothing_older(
    running: Running, site: Site
) -> None:
    subscription = await missed(running, site, 1)  # the clock has stood still all the time
    await running.feeds.undo_remove(GUILD, subscription)
    await running.at_rest()
    assert running.history.titles(NEWS) == ["Article number 2"]
    again = await running.add(site.put("/other", feed_of(7, 6)))
    await running.feeds.remove(GUILD, again)
    await running.feeds.undo_remove(GUILD, again)
    await running.at_rest()
    assert running.history.titles(NEWS) == ["Article number 2"]


async def come_back_as_another(running: Running, site: Site) -> int:
    """The subscription to a feed that was away for long and is held, since it came back changed."""
    subscription = await running.add(site.put("/feed", feed_of(1)))
    await running.away(site, subscription)
    site.put("/feed", feed_of(2, 1, title="Win big today"))
    await running.check(subscription)
    return subscription


async def test_a_removed_feed_stays_held_when_the_removal_is_taken_back(
    running: Running, site: Site
) -> None:
    subscription = await come_back_as_another(running, site)
    (notice,) = running.history.notices
    feed_id = await running.feeds.feed_of_hold(GUILD, notice.subject_id)
    assert len(await running.feeds.drop(GUILD, feed_id)) == 1
    await running.feeds.undo_remove(GUILD, subscription)
    await running.at_rest()
    assert running.history.titles(NEWS) == []
    assert [each.kind for each in running.history.notices] == [NoticeKind.CHANGED] * 2


async def test_a_feed_that_is_given_anew_is_not_held_for_what_it_once_was(
    running: Running, site: Site
) -> None:
    subscription = await come_back_as_another(running, site)
    await running.feeds.remove(GUILD, subscription)
    again = await running.add(f"{site.url}/feed")
    site.put("/feed", feed_of(3, 2, 1, title="Win big today"))
    await running.check(again)
    assert running.history.titles(NEWS) == ["Article number 3"]


async def test_a_removal_taken_back_does_not_post_what_another_has_put_into_the_feed(
    running: Running, site: Site
) -> None:
    url = site.put("/feed", feed_of(1))
    subscription = await running.add(url)
    await running.feeds.add(OTHER_GUILD, GENERAL, url)
    await running.away(site, subscription)
    await running.feeds.remove(GUILD, subscription)
    site.put("/feed", feed_of(2, 1, title="Win big today"))
    listed = await running.only(OTHER_GUILD)
    await running.feeds.check(OTHER_GUILD, listed.subscription.id)
    await running.at_rest()
    assert [each.guild_id for each in running.history.notices] == [OTHER_GUILD]
    await running.feeds.undo_remove(GUILD, subscription)
    await running.at_rest()
    assert running.history.titles(NEWS) == []
    assert {each.guild_id for each in running.history.notices} == {GUILD, OTHER_GUILD}


async def test_what_is_decided_of_a_flood_does_not_count_for_a_removal_that_is_taken_back(
    running: Running, site: Site
) -> None:
    url = site.put("/feed", feed_of(1))
    subscription, other = await running.add(url), await running.add(url, GENERAL)
    await running.feeds.remove(GUILD, subscription)
    site.put("/feed", feed_of(*range(30, 0, -1)))
    await running.check(other)
    (notice,) = running.history.notices
    await running.feeds.decide(GUILD, notice.subject_id, "skip")
    _, held = await running.feeds.undo_remove(GUILD, subscription)
    await running.at_rest()
    assert held == 29
    await running.feeds.decide(GUILD, running.history.notices[1].subject_id, "post")
    await running.at_rest()
    assert len(running.history.titles(NEWS)) == 29
    assert running.history.titles(GENERAL) == []


async def test_what_was_held_of_a_feed_that_is_given_anew_waits_for_nobody_any_more(
    running: Running, site: Site
) -> None:
    url = site.put("/feed", feed_of(1))
    subscription = await running.add(url)
    site.put("/feed", feed_of(*range(30, 0, -1)))
    await running.check(subscription)
    await running.feeds.remove(GUILD, subscription)
    await running.add(url, GENERAL)
    await running.feeds.undo_remove(GUILD, subscription)
    await running.at_rest()
    listing = await running.feeds.overview.listing(GUILD)
    assert [(each.waiting, each.held) for each in listing] == [(0, 0)] * 2
    assert running.history.titles(NEWS) == []
