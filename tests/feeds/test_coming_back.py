"""Feeds that go quiet, and feeds that come back: as themselves, or as something else."""

from datetime import timedelta

from bot.feeds.model import Fate, NoticeKind, Options
from tests.feeds.running import GUILD, NEWS, Running
from tests.feeds.site import Site, feed_of, item, rss


async def test_a_feed_that_comes_back_as_another_is_held_until_it_is_decided(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    await running.away(site, subscription)
    site.put("/feed", feed_of(2, 1, title="Win big today"))
    assert await running.check(subscription) == "1 new"
    (notice,) = running.history.notices
    assert notice.kind is NoticeKind.CHANGED
    assert "Sample news" in notice.text
    assert "Win big today" in notice.text
    assert "Somebody else may have taken it over: look at the site first." in notice.text
    site.put("/feed", feed_of(3, 2, 1, title="Win big today"))
    assert await running.check(subscription) == "1 new"
    assert running.history.titles(NEWS) == []
    assert len(running.history.notices) == 1
    (outcome,) = await running.feeds.decide(GUILD, notice.subject_id, "post")
    assert outcome.counts == {Fate.COMING: 2}
    await running.at_rest()
    site.put("/feed", feed_of(4, 3, 2, 1, title="Win big today"))
    assert await running.check(subscription) == "1 new"
    assert running.history.titles(NEWS) == [f"Article number {n}" for n in (2, 3, 4)]


async def test_a_feed_that_comes_back_as_another_is_held_before_it_has_news(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    await running.away(site, subscription)
    site.put("/feed", feed_of(1, title="Win big today"))
    assert await running.check(subscription) == "0 new"
    site.put("/feed", feed_of(2, 1, title="Win big today"))
    await running.check(subscription)
    assert running.history.titles(NEWS) == []
    (notice,) = running.history.notices
    (outcome,) = await running.feeds.decide(GUILD, notice.subject_id, "skip")
    assert outcome.counts == {Fate.SKIPPED: 1}
    site.put("/feed", feed_of(3, 2, 1, title="Win big today"))
    await running.check(subscription)
    assert running.history.titles(NEWS) == ["Article number 3"]


async def test_a_feed_that_came_back_as_another_is_held_also_where_a_filter_lets_nothing_pass(
    running: Running, site: Site
) -> None:
    options = Options(include="number 3")
    subscription = await running.add(site.put("/feed", feed_of(1)), options=options)
    await running.away(site, subscription)
    site.put("/feed", feed_of(2, 1, title="Win big today"))
    await running.check(subscription)
    site.put("/feed", feed_of(3, 2, 1, title="Win big today"))
    await running.check(subscription)
    assert running.history.titles(NEWS) == []
    assert [each.kind for each in running.history.notices] == [NoticeKind.CHANGED]


async def test_who_has_taken_a_feed_over_does_not_rewrite_what_was_posted(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    site.put("/feed", feed_of(2, 1))
    await running.check(subscription)
    await running.away(site, subscription)
    for title in ("Win big", "Win bigger"):  # when it comes back, and until it is decided
        site.put("/feed", rss(item(2, title=title), item(1), title="Win big today"))
        await running.check(subscription)
    assert running.history.titles(NEWS) == ["Article number 2"]
    (notice,) = running.history.notices
    await running.feeds.decide(GUILD, notice.subject_id, "post")
    site.put("/feed", rss(item(2, title="Corrected"), item(1), title="Win big today"))
    await running.check(subscription)
    assert running.history.titles(NEWS) == ["Corrected"]


async def test_a_feed_that_comes_back_as_itself_is_posted(running: Running, site: Site) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    await running.away(site, subscription)
    site.put("/feed", feed_of(2, 1))
    await running.check(subscription)
    assert running.history.titles(NEWS) == ["Article number 2"]
    assert running.history.notices == []


async def test_a_site_that_renames_itself_is_shown_under_its_new_name(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    site.put("/feed", feed_of(2, 1, title="Other news"))
    await running.check(subscription)
    assert running.history.titles(NEWS) == ["Article number 2"]
    assert (await running.get(subscription)).title == "Other news"


async def test_a_feed_that_has_gone_quiet_is_named_once_and_again_after_it_woke(
    running: Running, site: Site
) -> None:
    url = site.put_with_etag("/feed", feed_of(4, 3, 2, 1))
    subscription = await running.add(url)
    await running.check(subscription)
    assert running.history.notices == []
    running.clock.advance(timedelta(days=5))
    for _ in range(3):
        await running.check(subscription)
    assert [each.kind for each in running.history.notices] == [NoticeKind.SILENT]
    assert "gone quiet" in running.history.notices[0].text
    (feed,) = await running.store.wanted()
    assert feed.silent_told
    site.put_with_etag("/feed", rss(item(5), item(4)).replace("02 Mar 2026", "07 Mar 2026"))
    assert await running.check(subscription) == "1 new"
    running.clock.advance(timedelta(days=60))
    await running.check(subscription)
    assert [each.kind for each in running.history.notices] == [NoticeKind.SILENT] * 2


async def test_a_feed_that_is_quiet_already_when_it_is_added_is_not_named(
    running: Running, site: Site
) -> None:
    running.clock.advance(timedelta(days=30))
    subscription = await running.add(site.put_with_etag("/feed", feed_of(4, 3, 2, 1)))
    await running.check(subscription)
    assert running.history.notices == []


async def test_a_feed_whose_failure_was_told_is_said_to_answer_again(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(1)))
    site.put("/feed", "", status=500)
    for _ in range(6):
        await running.check(subscription)
        running.clock.advance(timedelta(hours=6))
    site.put("/feed", feed_of(1))
    await running.check(subscription)
    await running.check(subscription)
    kinds = [each.kind for each in running.history.notices]
    assert kinds == [NoticeKind.FAILING, NoticeKind.BACK]
