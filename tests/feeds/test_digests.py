"""Digests: articles wait for their hour, are posted together, and once."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.changes import ChangeStore
from bot.feeds.model import Article, Delivery, DeliveryState, Options, Style, Subscription
from bot.feeds.outbox.digests import DigestStore
from bot.feeds.outbox.digests import text as digest_text
from bot.storage import Database
from bot.text import utf16_len
from tests.conftest import HandClock
from tests.feeds.discord_history import History
from tests.feeds.lives import (
    FORUM,
    HOURS,
    LONDON,
    NEWS,
    URL,
    Life,
    at_rest,
    copy,
    opened,
    subscribed,
    titled,
)


def numbers(count: int, first: int = 3) -> list[str]:
    return [f"Article number {number}" for number in range(first, first + count)]


async def set_style(database: Database, style: Style) -> None:
    async with database.transaction() as tx:
        await tx.execute("UPDATE subscription SET style = ?", (style,))


async def test_a_daily_digest_comes_at_its_hour_with_what_has_waited(life: Life) -> None:
    history = life.history
    feed = await life.subscribed(NEWS, style=Style.DAILY)
    await subscribed(life.store, FORUM)
    await life.record(feed, 3, 2, 1)
    await life.record(feed, 4, 3, 2, 1)
    await life.advance(hours=19, minutes=59)
    assert history.titles(NEWS) == []
    assert history.titles(FORUM) == numbers(2)
    await life.advance(minutes=1)
    assert history.titles(NEWS) == ["Article number 3 + Article number 4"]
    await life.advance(days=1)
    assert len(history.posted) == 3
    (digest,) = [each for each in history.sent if each.bundle]
    assert HOURS.name(digest) == "Tuesday 3 March"


async def test_a_weekly_digest_comes_on_monday(life: Life) -> None:
    history = life.history
    feed = await life.subscribed(NEWS, style=Style.WEEKLY)
    await life.record(feed, 3, 2, 1)
    await life.advance(days=6)
    assert history.posted == []
    await life.record(feed, 4, 3, 2, 1)
    await life.advance(hours=20)
    assert history.titles(NEWS) == ["Article number 3 + Article number 4"]
    assert HOURS.name(history.sent[0]) == "week of 2 March"


async def test_a_digest_whose_hour_passed_while_stopped_is_made_at_the_start(
    database: Database, clock: HandClock
) -> None:
    history = History()
    async with Life(database, history, clock) as life:
        feed = await life.subscribed(NEWS, style=Style.DAILY)
        await life.record(feed, 4, 3, 2, 1)
    clock.advance(timedelta(days=1))
    async with Life(database, history, clock):
        assert history.titles(NEWS) == ["Article number 3 + Article number 4"]
    async with Life(database, history, clock):
        assert len(history.posted) == 1


async def test_what_comes_after_the_hour_waits_for_the_next(life: Life, clock: HandClock) -> None:
    history = life.history
    feed = await life.subscribed(NEWS, style=Style.DAILY)
    clock.advance(timedelta(hours=21))
    await life.record(feed, 3, 2, 1)
    await life.advance(hours=1)
    assert history.posted == []
    await life.advance(hours=22)
    assert history.titles(NEWS) == ["Article number 3"]


async def test_many_articles_make_several_messages_of_which_the_first_mentions_the_role(
    life: Life,
) -> None:
    history = life.history
    feed = await life.subscribed(NEWS, style=Style.DAILY)
    await life.record(feed, *range(20, 0, -1))
    await life.record(feed, *range(35, 0, -1))
    await life.advance(days=1)
    assert history.articles(NEWS) == numbers(33)
    assert [(each.part, each.parts) for each in history.sent] == [(1, 3), (2, 3), (3, 3)]
    assert [len(each.bundle) for each in history.sent] == [15, 15, 3]


@pytest.mark.parametrize("fault", ["lost", "cut", "busy"])
async def test_a_digest_whose_answer_was_lost_is_looked_up_by_any_of_its_articles(
    life: Life, database: Database, fault: str
) -> None:
    history = life.history
    feed = await life.subscribed(NEWS, style=Style.DAILY)
    await life.record(feed, 5, 4, 3, 2, 1)
    history.faults = [fault]
    await life.advance(days=1)
    assert history.titles(NEWS) == [" + ".join(numbers(3))]
    states = await database.fetch_all("SELECT state, bundle_id, message_id FROM delivery")
    assert {tuple(row) for row in states} == {("sent", 1, history.posted[0].id)}


async def test_of_a_refused_digest_only_the_refused_article_is_left_out(
    database: Database, clock: HandClock
) -> None:
    history = History(refused={"Article number 6"})
    async with Life(database, history, clock) as life:
        feed = await life.subscribed(NEWS, style=Style.DAILY)
        await life.record(feed, *range(10, 0, -1))
        await life.advance(days=1)
    assert history.articles(NEWS) == [title for title in numbers(8) if title != "Article number 6"]
    (notice,) = history.notices
    assert "“Article number 6”, so it was left out" in notice.text


async def test_a_blocked_digest_waits_whole_and_goes_out_when_resumed(life: Life) -> None:
    history = life.history
    feed, (subscription,) = await subscribed(life.store, NEWS, style=Style.DAILY)
    await life.record(feed, 4, 3, 2, 1)
    history.faults = ["blocked"]
    await life.advance(days=1)
    assert history.posted == []
    await life.record(feed, 5, 4, 3, 2, 1)
    await life.resume(subscription)
    assert history.titles(NEWS) == ["Article number 3 + Article number 4"]
    await life.advance(days=1)
    assert history.articles(NEWS) == numbers(3)


async def test_a_digest_missed_while_paused_is_made_when_resumed(life: Life) -> None:
    history = life.history
    feed, (subscription,) = await subscribed(life.store, NEWS, style=Style.DAILY)
    await life.record(feed, 4, 3, 2, 1)
    await life.store.set_paused(subscription.guild_id, subscription.id, "by a moderator")
    await life.advance(days=3)
    assert history.posted == []
    await life.store.set_paused(subscription.guild_id, subscription.id, "")
    await life.advance(minutes=1)
    assert history.titles(NEWS) == ["Article number 3 + Article number 4"]


async def test_changing_from_digests_sends_what_waits_singly_and_back_bundles_it(
    database: Database, clock: HandClock
) -> None:
    history = History(faults=["blocked"])
    async with Life(database, history, clock) as life:
        feed, (subscription,) = await subscribed(life.store, NEWS, style=Style.DAILY)
        await life.record(feed, 4, 3, 2, 1)
        await life.advance(days=1)  # bundled, but blocked
        await life.record(feed, 5, 4, 3, 2, 1)
        await set_style(database, Style.EMBED)
        await life.resume(subscription)
        assert history.titles(NEWS) == numbers(3)
        await life.store.set_paused(subscription.guild_id, subscription.id, "by a moderator")
        await life.record(feed, 7, 6, 5, 4, 3, 2, 1)
        await set_style(database, Style.DAILY)
        await life.store.set_paused(subscription.guild_id, subscription.id, "")
        await life.advance(days=1)
    assert history.titles(NEWS) == [*numbers(3), "Article number 6 + Article number 7"]


@pytest.mark.parametrize("before", [Style.EMBED, Style.THREAD, Style.WEEKLY])
async def test_what_waits_when_digests_are_chosen_waits_for_their_next_hour(
    database: Database, clock: HandClock, before: Style
) -> None:
    history = History(faults=[] if before.is_digest else ["blocked"])
    async with Life(database, history, clock) as life:
        feed, (subscription,) = await subscribed(life.store, NEWS, style=before)
        await life.record(feed, 4, 3, 2, 1)
        await life.advance(days=2)  # past two of the hours at which daily digests are made
        guild_id, id_ = subscription.guild_id, subscription.id
        changed = await ChangeStore(database).change(
            guild_id, id_, clock.now(), {"style": Style.DAILY}
        )
        assert changed is not None
        await life.store.set_paused(guild_id, id_, "")
        await life.advance(minutes=1)
        assert history.posted == []
        await life.advance(hours=20)
    assert history.titles(NEWS) == ["Article number 3 + Article number 4"]


async def test_an_edited_article_changes_the_digest_that_shows_it(
    life: Life, clock: HandClock
) -> None:
    history = life.history
    feed = await life.subscribed(NEWS, style=Style.DAILY)
    await life.store.record(feed, titled(a4="For", a3="Three", a2="2", a1="1"), clock.now())
    await life.advance(days=1)
    changed = titled(a4="Four", a3="Three", a2="2", a1="1")
    recorded = await life.store.record(feed, changed, clock.now())
    life.outbox.wake(recorded.channels)
    await at_rest(life.outbox)
    assert history.titles(NEWS) == ["Three + Four"]
    assert len(history.edits) == 1
    assert HOURS.name(history.edits[0]) == HOURS.name(history.sent[0])


async def test_no_digest_has_a_thread(database: Database, clock: HandClock) -> None:
    history = History(faults=["blocked"])
    async with Life(database, history, clock) as life:
        feed = await life.subscribed(NEWS, style=Style.DAILY)
        await life.record(feed, 4, 3, 2, 1)
        await life.advance(days=1)
    assert history.threads_asked == 0


@pytest.mark.parametrize("when", ["waiting", "bundled", "sent"])
async def test_after_a_restored_backup_no_article_of_a_digest_is_repeated_or_lost(
    tmp_path: Path, database: Database, clock: HandClock, when: str
) -> None:
    """The backup was made while the articles waited, were bundled, or had been sent."""
    history = History()
    backup = tmp_path / "backup.db"
    async with Life(database, history, clock) as life:
        feed = await life.subscribed(NEWS, style=Style.DAILY)
        await life.record(feed, 3, 2, 1)
        if when == "waiting":
            await asyncio.to_thread(copy, database.path, backup)
        if when != "sent":
            await life.record(feed, 4, 3, 2, 1)
        if when == "bundled":
            clock.advance(timedelta(days=1))
            (due,) = await DigestStore(database).due(
                Style.DAILY, HOURS.last(Style.DAILY, clock.now())
            )
            await DigestStore(database).bundle(
                due, Style.DAILY, HOURS.last(Style.DAILY, clock.now()), lambda all_: [len(all_)]
            )
            await asyncio.to_thread(copy, database.path, backup)
            life.outbox.wake([NEWS])
            await at_rest(life.outbox)
        else:
            await life.advance(days=1)
        if when == "sent":
            await asyncio.to_thread(copy, database.path, backup)
            await life.record(feed, 4, 3, 2, 1)
            await life.advance(days=1)
    history.nonces.clear()
    before = history.articles(NEWS)
    assert before == numbers(2)

    async with opened(backup, restored=True) as restored:
        async with Life(restored, history, clock) as life:
            (feed,) = await life.store.wanted()
            await life.record(feed, 5, 4, 3, 2, 1)
            await life.advance(days=1)
            await life.advance(days=1)
        assert history.articles(NEWS) == numbers(3)
        # What was found in one message is one digest again: an edit of one shows all of it.
        tied = await restored.fetch_all(
            "SELECT count(DISTINCT coalesce(bundle_id, -id)) AS bundles FROM delivery"
            " GROUP BY message_id"
        )
        assert all(row["bundles"] == 1 for row in tied)


# Hours


@pytest.mark.parametrize(
    ("now", "last", "next_one"),
    [
        ("2026-03-28T08:00", "2026-03-28T08:00", "2026-03-28T08:00"),
        ("2026-03-28T20:00", "2026-03-28T08:00", "2026-03-29T07:00"),  # summer time begins
        ("2026-10-25T07:30", "2026-10-24T07:00", "2026-10-25T08:00"),  # and ends
    ],
)
def test_the_hour_is_the_local_one(now: str, last: str, next_one: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert HOURS.last(Style.DAILY, moment).isoformat()[:16] == last
    assert HOURS.next(Style.DAILY, moment).isoformat()[:16] == next_one
    assert HOURS.last(Style.WEEKLY, moment).astimezone(LONDON).weekday() == 0


def test_a_forgotten_hour_is_reckoned_from_the_articles() -> None:
    seen = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
    weekly, daily = (_digest([_article(seen=seen)], style) for style in (Style.WEEKLY, Style.DAILY))
    assert HOURS.name(weekly) == "week of 2 March"
    assert HOURS.name(daily) == "Thursday 5 March"


# Text


def _article(
    number: int = 1,
    *,
    title: str = "Strike",
    link: str = "https://example.org/1",
    summary: str = "",
    seen: datetime = datetime(2026, 3, 2, tzinfo=UTC),
) -> Article:
    return Article(number, 1, f"g:{number}", link, title, summary, "", "", seen, seen)


def _digest(articles: list[Article], style: Style) -> Delivery:
    subscription = Subscription(
        1, 1, NEWS, 1, "token", "", 0, URL, "Sample news", "https://example.org/", Options(style)
    )
    return Delivery(1, DeliveryState.SENT, 0, 1, articles[0], subscription, bundle=tuple(articles))


def test_each_article_is_its_linked_title_its_date_and_one_sentence() -> None:
    summary = (
        r"**Napo** has [won](https://example.org/won) the ballot of all staff \(again\). More."
    )
    article = _article(title="Ballot [won]", link="https://example.org/a(b)", summary=summary)
    assert digest_text.text([article], LONDON) == (
        r"**[Ballot \(won\)](https://example.org/a%28b%29)** · 2 Mar" + "\n"
        r"Napo has won the ballot of all staff \(again\)."
    )


def test_a_title_that_looks_like_an_address_is_no_link_to_another() -> None:
    shown = digest_text.text([_article(title="www.example.com says")], LONDON)
    assert shown == "**www.example.com says** · [open](https://example.org/1) · 2 Mar"


@pytest.mark.parametrize(
    ("summary", "sentence"),
    [
        ("", ""),
        (
            "Mr. Smith has left the service for good. He said so.",
            "Mr. Smith has left the service for good.",
        ),
        ("No full stop here", "No full stop here"),
        ("- one thing\n- another thing", "one thing another thing"),
        (r"100\% of *all* \[sic\] staff `code`", "100% of all [sic] staff code"),
        ("word " * 100, "word " * 27 + "word…"),
    ],
)
def test_the_first_sentence_of_a_summary(summary: str, sentence: str) -> None:
    assert digest_text.first_sentence(summary) == sentence


ARTICLES = st.lists(
    st.builds(
        lambda number, title, long, summary: _article(
            number, title=title, link="https://example.org/" + "x" * long, summary=summary
        ),
        st.integers(1, 10_000),
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=300),
        st.integers(0, 1980),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=400),
    ),
    min_size=1,
    max_size=40,
)


@given(ARTICLES)
def test_every_message_of_a_digest_fits_whatever_the_articles(articles: list[Article]) -> None:
    counts = digest_text.bundles(articles, LONDON)
    assert sum(counts) == len(articles)
    assert all(1 <= count <= digest_text.MOST for count in counts)
    for count in counts:
        part, articles = articles[:count], articles[count:]
        shown = digest_text.text(part, LONDON)
        assert utf16_len(shown) <= digest_text.ROOM
        assert shown.count("](https://example.org/") >= count  # nothing was left out for room


@given(ARTICLES)
def test_a_digest_whose_articles_have_grown_since_still_fits(articles: list[Article]) -> None:
    shown = digest_text.text(articles[: digest_text.MOST], LONDON)
    assert utf16_len(shown) <= digest_text.ROOM
