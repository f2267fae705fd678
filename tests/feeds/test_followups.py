"""What is done to messages afterwards: threads, and edits when an article changes."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.feeds.model import Delivery, Feed, NoticeKind, Style
from bot.feeds.outbox.followups.store import MOST_EDITS, MOST_TRIES
from bot.feeds.parse import parse_feed
from bot.feeds.store import FeedStore
from bot.storage import Database
from tests.conftest import HandClock
from tests.feeds.discord_history import History
from tests.feeds.lives import (
    FORUM,
    GUILD,
    NEWS,
    NOW,
    URL,
    Life,
    at_rest,
    document,
    run,
    subscribed,
    titled,
)
from tests.feeds.site import item, rss


async def due_edits(database: Database) -> int:
    found = await database.fetch_value("SELECT count(edit_after) FROM delivery")
    return int(found)


# Threads


async def test_each_article_gets_a_thread_and_only_where_that_is_the_style(
    database: Database,
) -> None:
    store = FeedStore(database)
    feed, _ = await subscribed(store, NEWS, style=Style.THREAD)
    await subscribed(store, FORUM)
    await store.record(feed, document(4, 3, 2, 1), NOW)
    history = History()
    await run(database, history)
    assert history.threads(NEWS) == ["Article number 3", "Article number 4"]
    assert history.threads(FORUM) == [None, None]
    await run(database, history)
    assert history.threads_asked == 2


@pytest.mark.parametrize("fault", ["lost", "cut", "busy"])
async def test_a_thread_that_could_not_be_started_is_tried_again(
    database: Database, fault: str
) -> None:
    store = FeedStore(database)
    feed, _ = await subscribed(store, NEWS, style=Style.THREAD)
    await store.record(feed, document(4, 3, 2, 1), NOW)
    history = History(faults=["", "", fault])
    await run(database, history)
    assert history.threads(NEWS) == ["Article number 3", "Article number 4"]


async def test_articles_come_before_threads(database: Database) -> None:
    store = FeedStore(database)
    feed, _ = await subscribed(store, NEWS, style=Style.THREAD)
    await store.record(feed, document(4, 3, 2, 1), NOW)
    history = History(faults=["", "", "blocked"])
    await run(database, history)
    assert history.titles(NEWS) == ["Article number 3", "Article number 4"]
    assert history.threads(NEWS) == [None, None]


async def test_without_the_right_to_threads_it_pauses_once_and_owes_them(
    database: Database,
) -> None:
    store = FeedStore(database)
    feed, (subscription,) = await subscribed(store, NEWS, style=Style.THREAD)
    await store.record(feed, document(4, 3, 2, 1), NOW)
    history = History(faults=["", "", "blocked"])
    await run(database, history)
    paused = await store.subscription(GUILD, subscription.id)
    assert paused is not None
    assert paused.paused
    assert [notice.kind for notice in history.notices] == [NoticeKind.PAUSED]
    await store.set_paused(GUILD, subscription.id, "")
    await run(database, history)
    assert history.threads(NEWS) == ["Article number 3", "Article number 4"]
    assert history.titles(NEWS) == ["Article number 3", "Article number 4"]
    assert len(history.notices) == 1


async def test_a_thread_that_is_refused_is_done_without_and_told(database: Database) -> None:
    store = FeedStore(database)
    feed, _ = await subscribed(store, NEWS, style=Style.THREAD)
    await store.record(feed, document(4, 3, 2, 1), NOW)
    history = History(faults=["", "", "rejected"])
    await run(database, history)
    assert history.threads(NEWS) == [None, "Article number 4"]
    (notice,) = history.notices
    assert "thread for “Article number 3”" in notice.text


async def test_a_message_found_again_gets_its_thread(database: Database) -> None:
    store = FeedStore(database)
    feed, _ = await subscribed(store, NEWS, style=Style.THREAD)
    await store.record(feed, document(3, 2, 1), NOW)
    history = History(faults=["lost"])
    await run(database, history)
    assert history.looks == 1
    assert history.threads(NEWS) == ["Article number 3"]


# Edits


async def test_a_changed_article_changes_its_messages_and_is_not_posted_again(life: Life) -> None:
    history = life.history
    feed = await life.subscribed(NEWS, FORUM)
    await life.read(feed, titled(a3="Strke", a2="Two", a1="One"))
    await life.read(feed, titled(a3="Strike", a2="Two", a1="One"))
    await life.read(feed, titled(a3="Strike", a2="Two", a1="One"))
    # Articles 1 and 2 changed as well, but were never posted.
    assert history.titles(NEWS) == history.titles(FORUM) == ["Strike"]
    assert len(history.edits) == 2


CHANGES: dict[str, Callable[[str], str]] = {
    "title": lambda text: text.replace("Article number 3", "Article number three"),
    "summary": lambda text: text.replace("What article 3 says", "What article 3 now says"),
    "link": lambda text: text.replace("articles/3<", "articles/third<"),
    "picture": lambda text: text.replace("p.png", "q.png"),
}


@pytest.mark.parametrize("what", CHANGES)
async def test_whatever_is_shown_of_an_article_is_edited(life: Life, what: str) -> None:
    picture = '<enclosure url="https://example.org/p.png" type="image/png"/></item>'
    text = rss(item(3), item(2), item(1)).replace("</item>", picture)
    history = life.history
    feed = await life.subscribed(NEWS)
    await life.read(feed, parse_feed(text.encode(), URL))
    before = history.posted[0].articles[0]
    await life.read(feed, parse_feed(CHANGES[what](text).encode(), URL))
    after = history.posted[0].articles[0]
    assert getattr(after, what) != getattr(before, what)
    assert len(history.posted) == len(history.edits) == 1


async def test_an_unchanged_article_is_not_edited(life: Life) -> None:
    history = life.history
    feed = await life.subscribed(NEWS)
    for _ in range(3):
        await life.record(feed, 4, 3, 2, 1)
    assert history.edits == []


async def corrected(life: Life, faults: list[str]) -> Feed:
    """A feed of which a posted title was corrected, while Discord failed so."""
    feed = await life.subscribed(NEWS)
    await life.read(feed, titled(a3="Strke", a2="Two", a1="One"))
    life.history.faults = faults
    await life.read(feed, titled(a3="Strike", a2="Two", a1="One"))
    return feed


@pytest.mark.parametrize("fault", ["lost", "cut", "busy"])
async def test_an_edit_that_went_wrong_is_made_again(
    life: Life, database: Database, fault: str
) -> None:
    await corrected(life, [fault])
    history = life.history
    assert history.titles(NEWS) == ["Strike"]
    assert await due_edits(database) == 0


@pytest.mark.parametrize("fault", ["blocked", "rejected"])
async def test_an_edit_that_is_not_allowed_is_left_and_nothing_is_paused(
    life: Life, database: Database, fault: str
) -> None:
    history, feed = life.history, await corrected(life, [fault])
    await life.read(feed, titled(a4="Next", a3="Strike", a2="Two", a1="One"))
    assert history.titles(NEWS) == ["Strke", "Next"]
    assert history.notices == []
    assert await due_edits(database) == 0


async def test_what_changes_while_it_is_sent_is_edited_afterwards(
    database: Database, clock: HandClock
) -> None:
    class Slow(History):
        async def send(self, delivery: Delivery, marks: Sequence[str]) -> int:
            message_id = await super().send(delivery, marks)
            if delivery.article.title == "Strke":
                await change()
            return message_id

    store = FeedStore(database)
    feed, _ = await subscribed(store, NEWS)

    async def change() -> None:
        await store.record(feed, titled(a3="Strike", a2="Two", a1="One"), clock.now())

    await store.record(feed, titled(a3="Strke", a2="Two", a1="One"), clock.now())
    history = Slow()
    await run(database, history, clock)
    assert history.titles(NEWS) == ["Strike"]
    assert len(history.edits) == 1


async def test_what_changes_while_it_is_edited_is_edited_once_more(
    life: Life, clock: HandClock
) -> None:
    history = life.history
    feed = await life.subscribed(NEWS)
    await life.read(feed, titled(a3="One edit", a2="Two", a1="One"))

    async def change() -> None:
        await life.store.record(feed, titled(a3="Three edits", a2="Two", a1="One"), clock.now())

    history.while_editing = [change]
    await life.read(feed, titled(a3="Two edits", a2="Two", a1="One"))
    assert history.titles(NEWS) == ["Two edits"]
    await life.advance(hours=1)
    assert history.titles(NEWS) == ["Three edits"]


async def test_what_waits_is_simply_sent_as_it_reads_by_then(
    database: Database, clock: HandClock
) -> None:
    store = FeedStore(database)
    feed, _ = await subscribed(store, NEWS)
    await store.record(feed, titled(a3="Strke", a2="Two", a1="One"), clock.now())
    await store.record(feed, titled(a3="Strike", a2="Two", a1="One"), clock.now())
    history = History()
    await run(database, history, clock)
    assert history.titles(NEWS) == ["Strike"]
    assert history.edits == []


async def test_edits_come_ever_more_seldom_and_end(database: Database, clock: HandClock) -> None:
    """A feed that writes its number of readers into the text does not keep us busy for ever."""
    history = History()
    when: list[int] = []
    async with Life(database, history, clock) as life:
        feed = await life.subscribed(NEWS)
        await life.read(feed, titled(a3="Read 0 times", a2="Two", a1="One"))
        for poll in range(1, 280):  # four days, every twenty minutes
            await life.advance(minutes=20)
            await life.read(feed, titled(a3=f"Read {poll} times", a2="Two", a1="One"))
            if len(history.edits) > len(when):
                when.append(poll * 20)
    assert len(when) == MOST_EDITS
    gaps = [later - earlier for earlier, later in pairwise(when)]
    assert gaps == [20, 40, 80, 160, 320, 640, 1280]


async def test_an_edit_that_is_due_later_is_made_by_itself_also_after_a_restart(
    database: Database, clock: HandClock
) -> None:
    history = History()
    async with Life(database, history, clock) as life:
        feed = await life.subscribed(NEWS)
        await life.read(feed, titled(a3="First", a2="Two", a1="One"))
        await life.read(feed, titled(a3="Second", a2="Two", a1="One"))
        await life.read(feed, titled(a3="Third", a2="Two", a1="One"))
        assert history.titles(NEWS) == ["Second"]
    clock.advance(timedelta(minutes=20))
    await run(database, history, clock)
    assert history.titles(NEWS) == ["Third"]


async def test_the_timer_knows_when_the_next_edit_is_due(life: Life, clock: HandClock) -> None:
    edited = asyncio.Event()

    async def tell() -> None:
        edited.set()

    history = life.history
    feed = await life.subscribed(NEWS)
    await life.read(feed, titled(a3="First", a2="Two", a1="One"))
    await life.read(feed, titled(a3="Second", a2="Two", a1="One"))
    clock.advance(timedelta(minutes=20) - timedelta(seconds=0.1))
    history.while_editing = [tell]
    # By this clock a tenth of a second is left; the timer waits so long by a real one.
    await life.read(feed, titled(a3="Third", a2="Two", a1="One"))
    assert not edited.is_set()
    clock.advance(timedelta(seconds=0.1))
    async with asyncio.timeout(30):
        await edited.wait()
    await at_rest(life.outbox)
    assert history.titles(NEWS) == ["Third"]


async def test_old_messages_stay_as_they_are(life: Life) -> None:
    history = life.history
    feed = await life.subscribed(NEWS)
    await life.read(feed, titled(a3="Strke", a2="Two", a1="One"))
    await life.advance(days=31)
    await life.read(feed, titled(a3="Strike", a2="Two", a1="One"))
    assert history.edits == []
    assert history.titles(NEWS) == ["Strke"]


async def test_too_many_edits_of_old_messages_are_tried_hourly_for_a_day(
    life: Life, database: Database
) -> None:
    history = life.history
    feed = await life.subscribed(NEWS)
    await life.read(feed, titled(a3="Strke", a2="Two", a1="One"))
    history.faults = ["too many"] * 2
    await life.read(feed, titled(a3="Strike", a2="Two", a1="One"))
    await life.advance(minutes=59)
    assert len(history.faults) == 1
    await life.advance(minutes=1)
    assert history.faults == []
    await life.advance(hours=1)
    assert history.titles(NEWS) == ["Strike"]
    history.faults = ["too many"] * (MOST_TRIES + 5)
    await life.advance(hours=2)
    await life.read(feed, titled(a3="Lockout", a2="Two", a1="One"))
    for _ in range(MOST_TRIES + 5):
        await life.advance(hours=1)
    assert len(history.faults) == 5
    assert history.titles(NEWS) == ["Strike"]
    assert await due_edits(database) == 0


async def test_a_deleted_message_is_left_alone(life: Life) -> None:
    history = life.history
    feed = await life.subscribed(NEWS)
    await life.read(feed, titled(a3="Strke", a2="Two", a1="One"))
    history.posted.clear()
    await life.read(feed, titled(a3="Strike", a2="Two", a1="One"))
    await life.advance(hours=1)
    assert len(history.edits) == 1
    assert history.posted == []


async def test_a_paused_feed_is_edited_when_it_is_resumed(life: Life) -> None:
    history = life.history
    feed, (subscription,) = await subscribed(life.store, NEWS)
    await life.read(feed, titled(a3="Strke", a2="Two", a1="One"))
    await life.store.set_paused(GUILD, subscription.id, "by a moderator")
    await life.read(feed, titled(a3="Strike", a2="Two", a1="One"))
    assert history.titles(NEWS) == ["Strke"]
    await life.resume(subscription)
    assert history.titles(NEWS) == ["Strike"]
