"""Polling adapts to how often a feed publishes, and backs off."""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.schedule import Limits, backoff_s, interval_s, spread
from bot.feeds.watch import Rhythm, rhythm

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LIMITS = Limits(300, 21_600)


def every(step: timedelta, count: int = 15) -> Rhythm:
    return rhythm(Rhythm(), [NOW - step * number for number in range(count)], NOW)


def test_a_busy_feed_is_asked_more_often_than_a_quiet_one() -> None:
    busy = interval_s(LIMITS, every(timedelta(minutes=30)), NOW)
    quiet = interval_s(LIMITS, every(timedelta(hours=8)), NOW)
    silent = interval_s(LIMITS, every(timedelta(days=9)), NOW)
    assert LIMITS.min_s < busy < quiet < silent == LIMITS.max_s


def test_what_server_and_document_ask_for_is_honoured_within_the_limits() -> None:
    hourly = every(timedelta(minutes=1))
    assert interval_s(LIMITS, hourly, NOW, max_age_s=3600) == 3600
    assert interval_s(LIMITS, hourly, NOW, ttl_s=7200) == 7200
    assert interval_s(LIMITS, hourly, NOW, max_age_s=10**9) == LIMITS.max_s


def test_failures_are_asked_ever_more_seldom_and_a_server_may_ask_for_a_day() -> None:
    waits = [backoff_s(LIMITS, failures) for failures in range(1, 30)]
    assert waits == sorted(waits)
    assert waits[-1] == LIMITS.max_s
    assert backoff_s(LIMITS, 1, retry_after_s=10**9) == 86_400


@given(st.floats(0, 10**6), st.integers(0, 10**6))
def test_a_server_is_never_asked_sooner_than_it_wished(seconds: float, seed: int) -> None:
    planned = spread(backoff_s(LIMITS, 1, seconds), LIMITS, random.Random(seed))
    assert planned >= min(seconds, 86_400)
    assert planned <= max(LIMITS.max_s, 86_400) * 1.1


@given(st.integers(0, 50), st.floats(0, 10**7), st.integers(0, 10**6))
def test_with_both_limits_alike_every_feed_is_asked_that_often(
    failures: int, gap_s: float, seed: int
) -> None:
    limits = Limits(1, 1)
    dates = every(timedelta(seconds=gap_s))
    chance = random.Random(seed)
    assert spread(interval_s(limits, dates, NOW), limits, chance) == 1
    assert spread(backoff_s(limits, failures + 1), limits, chance) == 1
