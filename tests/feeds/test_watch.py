"""When a feed has gone quiet, and when it is no longer the one that was added."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.model import Feed, FeedStatus, ParsedFeed
from bot.feeds.watch import (
    QUIET_AT_LEAST,
    QUIET_GAPS,
    Rhythm,
    changes,
    every,
    is_quiet,
    rhythm,
    suspicion,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def feed(**changed: object) -> Feed:
    known = Feed(1, "https://example.org/feed", "On Probation", "https://example.org/")
    known.language = "en-GB"
    known.host = "example.org"
    for name, value in changed.items():
        setattr(known, name, value)
    return known


def document(
    title: str = "On Probation", site: str = "https://example.org/", language: str = "en-GB"
) -> ParsedFeed:
    return ParsedFeed(title, site, language)


@given(
    st.lists(st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))), max_size=60),
    st.one_of(st.none(), st.integers(0, 10**9)),
    st.one_of(st.none(), st.integers(0, 20_000).map(lambda hours: NOW - timedelta(hours=hours))),
)
def test_no_dates_make_a_rhythm_that_cannot_be(
    dates: list[datetime | None], gap_s: int | None, newest_at: datetime | None
) -> None:
    found = rhythm(Rhythm(gap_s, newest_at), dates, NOW)
    assert found.gap_s is None or found.gap_s >= 0
    assert found.newest_at is None or found.newest_at <= NOW
    if newest_at is not None:
        assert found.newest_at is not None
        assert found.newest_at >= newest_at


def test_the_usual_gap_is_the_middle_one() -> None:
    dates = [NOW - DAY * number for number in range(12)]
    assert rhythm(Rhythm(), [*dates, NOW - 400 * DAY], NOW) == Rhythm(86_400, NOW)


def test_one_new_article_moves_the_usual_gap_a_little() -> None:
    before = Rhythm(86_400, NOW - 5 * DAY)
    after = rhythm(before, [NOW], NOW)
    assert before.gap_s is not None
    assert after.gap_s is not None
    assert before.gap_s < after.gap_s < 5 * 86_400
    assert after.newest_at == NOW


def test_articles_without_dates_count_from_when_they_were_seen() -> None:
    first = rhythm(Rhythm(), [None, None], NOW)
    assert first == Rhythm(None, NOW)
    assert rhythm(first, [None], NOW + DAY) == Rhythm(86_400, NOW + DAY)


def test_a_feed_is_quiet_after_several_of_its_gaps_and_not_before() -> None:
    weekly = feed(gap_s=7 * 86_400, newest_at=NOW)
    assert not is_quiet(weekly, NOW + QUIET_GAPS * 7 * DAY)
    assert is_quiet(weekly, NOW + QUIET_GAPS * 7 * DAY + DAY)
    hourly = feed(gap_s=3600, newest_at=NOW)
    assert not is_quiet(hourly, NOW + QUIET_AT_LEAST)
    assert is_quiet(hourly, NOW + QUIET_AT_LEAST + DAY)
    assert not is_quiet(feed(newest_at=NOW), NOW + 1000 * DAY)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (60, "every hour or more often"),
        (3 * 3600, "about every 3 hours"),
        (86_400 * 2, "about every 2 days"),
        (86_400 * 28, "about every 4 weeks"),
    ],
)
def test_gaps_are_said_in_words(seconds: int, words: str) -> None:
    assert every(seconds) == words


RENAMED = document(title="Win big today")
MOVED = document(site="https://casino.example/")
TRANSLATED = document(language="ru")
ABSENCES = [
    {"failures": 3},
    {"told": True},
    {"silent_told": True},
    {"status": FeedStatus.GONE},
]


@pytest.mark.parametrize("absence", ABSENCES)
@pytest.mark.parametrize("now", [RENAMED, MOVED, TRANSLATED])
def test_after_an_absence_one_change_is_suspicious(
    absence: dict[str, object], now: ParsedFeed
) -> None:
    away = feed(**absence)
    assert suspicion(away, changes(away, now, away.url))
    assert not suspicion(away, changes(away, document(), away.url))


def test_without_an_absence_it_takes_two() -> None:
    known = feed()
    for now in (RENAMED, MOVED, TRANSLATED):
        assert not suspicion(known, changes(known, now, known.url))
    both = document(title="Win big today", language="ru")
    text = suspicion(known, changes(known, both, known.url))
    assert "On Probation" in text
    assert "Win big today" in text
    assert "en-GB" in text


@pytest.mark.parametrize(
    "now",
    [
        document(title="On Probation Blog"),
        document(title="ON  PROBATION!"),
        document(site="http://www.example.org/blog"),
        document(site="https://blog.example.org/"),
        document(language="en"),
        document(language=""),
    ],
)
def test_what_sites_do_all_the_time_is_no_change(now: ParsedFeed) -> None:
    away = feed(failures=10)
    assert changes(away, now, away.url) == []


def test_an_answer_from_another_host_is_a_change() -> None:
    away = feed(failures=10)
    assert changes(away, document(), "https://www.example.org/feed") == []
    # Behind a standing redirect it is always another one, and that is none.
    redirected = feed(failures=10, host="feeds.example.net")
    assert changes(redirected, document(), "https://feeds.example.net/on-probation") == []
    (said,) = changes(away, document(), "https://parked.example/feed")
    assert "parked.example" in said.replace("\\", "")
