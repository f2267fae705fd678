"""How feeds are doing: what is worst, how many articles a week, and a chart of them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.health import WEEKS, Health, State, assess
from bot.feeds.model import Feed, FeedStatus, Subscription
from bot.feeds.overview import Listed

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def listed(feed: Feed, *, paused: str = "", held: int = 0, channel_id: int = 10) -> Listed:
    subscription = Subscription(
        1, 1, channel_id, feed.id, "token", paused, 0, feed.url, feed.title, feed.site
    )
    return Listed(subscription, feed, held, held, 300.0)


def feed(number: int, title: str = "", **state: object) -> Feed:
    made = Feed(number, f"https://example.org/{number}", title or f"Feed {number}", "")
    for name, value in state.items():
        setattr(made, name, value)
    return made


def of_weeks(*weeks: int) -> Health:
    return Health(feed(1), State.WELL, (listed(feed(1)),), weeks)


def test_the_worst_come_first_and_equals_by_title() -> None:
    quiet = feed(5, gap_s=3600, newest_at=NOW - timedelta(days=30))
    found = assess(
        [
            listed(feed(1, "zebra")),
            listed(feed(2, "Ant")),
            listed(quiet),
            listed(feed(6), paused="by a moderator"),
            listed(feed(6), channel_id=11),
            listed(feed(7), held=21),
            listed(feed(8, failures=1)),
            listed(feed(9, status=FeedStatus.GONE, failures=3), paused="so"),
        ],
        {2: [1] * WEEKS},
        NOW,
    )
    assert [(each.feed.id, each.state) for each in found] == [
        (9, State.ENDED),
        (8, State.FAILING),
        (7, State.HELD),
        (6, State.PAUSED),
        (5, State.QUIET),
        (2, State.WELL),
        (1, State.WELL),
    ]
    ended, paused = found[0], found[3]
    assert ended.next_poll_s is None
    assert paused.next_poll_s == 300.0
    assert len(paused.channels) == 2
    assert found[5].weeks == (1,) * WEEKS
    assert found[6].weeks == (0,) * WEEKS


@pytest.mark.parametrize(
    ("weeks", "chart", "per_week"),
    [
        ((0, 0, 0, 0, 0, 0, 0, 0), "········", 0),
        ((0, 0, 0, 0, 0, 0, 0, 3), "·······█", 3),
        ((8, 7, 6, 5, 4, 3, 2, 1), "█▇▆▅▄▃▂▁", 4.5),
        ((0, 0, 100, 0, 1, 50, 2, 3), "··█·▁▄▁▁", 26),
    ],
)
def test_the_chart_and_the_rate(weeks: tuple[int, ...], chart: str, per_week: float) -> None:
    health = of_weeks(*weeks)
    assert health.chart == chart
    # Of the weeks before the first article nothing is known: a feed may keep its last ten alone.
    assert health.per_week == per_week


@given(st.lists(st.integers(0, 10_000), min_size=WEEKS, max_size=WEEKS))
def test_a_chart_shows_every_week_and_a_busier_one_never_lower(weeks: list[int]) -> None:
    chart = of_weeks(*weeks).chart
    assert len(chart) == WEEKS
    heights = "·▁▂▃▄▅▆▇█"
    by_count = sorted(zip(weeks, map(heights.index, chart), strict=True))
    assert [height for _, height in by_count] == sorted(height for _, height in by_count)
    assert all((count == 0) == (height == 0) for count, height in by_count)
