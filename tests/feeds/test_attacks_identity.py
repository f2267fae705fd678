"""Feeds that lie about what is new: moderators are asked before a channel is flooded."""

from bot.feeds.doubts import FEW, HOURLY_LIMIT, RENAMED_LIMIT
from bot.feeds.model import FLOOD_LIMIT, Fate, NoticeKind
from bot.feeds.outbox import OutboxStore
from tests.feeds.running import GUILD, NEWS, Running
from tests.feeds.site import Site, feed_of, item, rss


def floods(running: Running) -> list[str]:
    return [n.text for n in running.history.notices if n.kind is NoticeKind.FLOOD]


async def test_a_flood_that_trickles_in_below_the_limit_is_held_within_the_hour(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(0)))
    newest = 0
    for poll in range(1, 10):
        newest += FLOOD_LIMIT
        site.put("/feed", feed_of(*range(newest, newest - FLOOD_LIMIT, -1)))
        assert await running.check(subscription) == f"{FLOOD_LIMIT} new"
        assert len(running.history.titles(NEWS)) == min(FLOOD_LIMIT * poll, HOURLY_LIMIT)
        running.clock.advance(300)
    # Asked once, however many polls add to it.
    (text,) = floods(running)
    assert f"{HOURLY_LIMIT + FLOOD_LIMIT} new articles within an hour" in text


async def test_a_busy_feed_that_has_a_few_at_a_time_is_not_held(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(0)))
    newest = 0
    for _ in range(20):
        newest += FEW
        site.put("/feed", feed_of(*range(newest, max(newest - 20, 0), -1)))
        await running.check(subscription)
        running.clock.advance(150)
    assert len(running.history.titles(NEWS)) == newest > HOURLY_LIMIT
    assert floods(running) == []


async def test_after_an_hour_it_begins_anew(running: Running, site: Site) -> None:
    subscription = await running.add(site.put("/feed", feed_of(0)))
    for poll in range(1, 9):
        newest = poll * FLOOD_LIMIT
        site.put("/feed", feed_of(*range(newest, newest - FLOOD_LIMIT, -1)))
        await running.check(subscription)
        running.clock.advance(1201)
    assert floods(running) == []


async def test_flood_upon_flood_is_asked_about_once_until_it_is_decided(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(0)))
    for poll in range(1, 4):
        site.put("/feed", feed_of(*range(poll * 100, poll * 100 - 30, -1)))
        await running.check(subscription)
    assert len(floods(running)) == 1
    (notice,) = [n for n in running.history.notices if n.kind is NoticeKind.FLOOD]
    (outcome,) = await running.feeds.decide(GUILD, notice.subject_id, "skip")
    assert outcome.counts.keys() == {Fate.SKIPPED}
    site.put("/feed", feed_of(*range(500, 470, -1)))
    await running.check(subscription)
    assert len(floods(running)) == 2
    assert await OutboxStore(running.database).waiting(GUILD) == {subscription: (30, 30)}


async def test_known_links_under_new_guids_are_recognised_or_held(
    running: Running, site: Site
) -> None:
    subscription = await running.add(site.put("/feed", feed_of(*range(6))))
    # All guids are new: the articles are the same.
    site.put("/feed", rss(*(item(n, guid=f"new-{n}") for n in range(6))))
    assert await running.check(subscription) == "0 new"
    # Guids, titles and dates are new, only the links are known: who can tell?
    changed = [
        item(n + 100, guid=f"newer-{n}", link=f"https://example.org/articles/{n}")
        for n in range(RENAMED_LIMIT)
    ]
    site.put("/feed", rss(*changed))
    assert await running.check(subscription) == f"{RENAMED_LIMIT} new"
    assert running.history.titles(NEWS) == []
    (text,) = floods(running)
    assert f"{RENAMED_LIMIT} articles that seem to be earlier ones" in text


async def test_a_page_that_gets_its_next_article_is_no_doubt(running: Running, site: Site) -> None:
    page = "https://example.org/releases"
    releases = [item(n, guid=f"v{n}", link=page) for n in range(10)]
    subscription = await running.add(site.put("/feed", rss(*releases[:4])))
    site.put("/feed", rss(*releases))
    assert await running.check(subscription) == "6 new"
    daily = [item(50 + n, link=f"https://example.org/daily/{n}") for n in range(2)]
    site.put("/feed", rss(*releases, *daily))
    await running.check(subscription)
    tomorrow = [item(60 + n, link=f"https://example.org/daily/{n}") for n in range(2)]
    site.put("/feed", rss(*releases, *tomorrow))
    assert await running.check(subscription) == "2 new"
    assert len(running.history.titles(NEWS)) == 10
    assert floods(running) == []


async def test_an_archive_that_comes_up_is_held_and_a_late_article_is_not(
    running: Running, site: Site
) -> None:
    def old(number: int) -> str:
        return item(number).replace("2026", "2011")

    recent = [item(n) for n in range(5)]
    subscription = await running.add(site.put("/feed", rss(*recent)))
    site.put("/feed", rss(*recent, *(old(100 + n) for n in range(FEW))))
    assert await running.check(subscription) == f"{FEW} new"
    assert len(running.history.titles(NEWS)) == FEW
    site.put("/feed", rss(*recent, *(old(200 + n) for n in range(FEW + 1))))
    assert await running.check(subscription) == f"{FEW + 1} new"
    assert len(running.history.titles(NEWS)) == FEW
    (text,) = floods(running)
    assert "from long ago" in text


async def test_two_documents_in_turn_and_dates_that_jump_post_nothing_again(
    running: Running, site: Site
) -> None:
    first, second = feed_of(*range(5)), feed_of(*range(5, 10))
    subscription = await running.add(site.put("/feed", first))
    posted = ["0 new", "5 new", "0 new", "0 new", "0 new"]
    for document, said in zip((first, second, first, second, first), posted, strict=True):
        site.put("/feed", document)
        assert await running.check(subscription) == said
    for year in ("2020", "2031", "1999"):
        site.put("/feed", first.replace("2026", year))
        assert await running.check(subscription) == "0 new"
    assert len(running.history.titles(NEWS)) == 5
