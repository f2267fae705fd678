"""How the feeds of a server are doing, worst first. Pure rules over what is remembered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from bot.feeds import watch
from bot.feeds.model import Feed, FeedStatus
from bot.feeds.overview import Listed

WEEKS = 8  # so many are looked back on

_BARS = "▁▂▃▄▅▆▇█"
_NONE = "·"


class State(IntEnum):
    """How a feed is doing; the lower, the sooner somebody should look."""

    ENDED = 0  # the site says so
    FAILING = 1
    HELD = 2  # articles wait for the moderators' word
    PAUSED = 3  # in one of its channels at least
    QUIET = 4  # silent for several times its usual gap
    WELL = 5


@dataclass(frozen=True, slots=True)
class Health:
    """One feed of a server.

    Attributes:
        state: the worst thing about it.
        channels: its subscriptions on the server, at least one.
        weeks: how many articles appeared in each of the last WEEKS weeks, oldest first.
    """

    feed: Feed
    state: State
    channels: tuple[Listed, ...]
    weeks: tuple[int, ...]

    @property
    def next_poll_s(self) -> float | None:
        """Seconds until it is asked again, or None if it is not."""
        return None if self.state is State.ENDED else self.channels[0].next_poll_s

    @property
    def held(self) -> int:
        """Articles that wait for the moderators' word; each counts once, however many channels."""
        return max(each.held for each in self.channels)

    @property
    def per_week(self) -> float:
        """Articles a week, since the first of the weeks that has any."""
        known = self.weeks[_first(self.weeks) :]
        return sum(known) / len(known) if known else 0.0

    @property
    def chart(self) -> str:
        """A bar for each week, as high as its share of the busiest; a dot for an empty one."""
        most = max(self.weeks, default=0)
        return "".join(
            _BARS[max(1, -(-count * len(_BARS) // most)) - 1] if count else _NONE
            for count in self.weeks
        )


def assess(
    listing: Sequence[Listed], weekly: Mapping[int, Sequence[int]], now: datetime
) -> list[Health]:
    """The feeds of a server, worst first and then by title.

    Args:
        weekly: articles in each of the last WEEKS weeks by feed, oldest first.
    """
    channels: dict[int, list[Listed]] = {}
    for listed in listing:
        channels.setdefault(listed.feed.id, []).append(listed)
    found = [
        Health(
            feed=each[0].feed,
            state=_state(each, now),
            channels=tuple(each),
            weeks=tuple(weekly.get(feed_id, (0,) * WEEKS)),
        )
        for feed_id, each in channels.items()
    ]
    return sorted(found, key=lambda health: (health.state, health.feed.title.casefold()))


def _state(channels: Sequence[Listed], now: datetime) -> State:
    feed = channels[0].feed
    if feed.status is FeedStatus.GONE:
        return State.ENDED
    if feed.failures:
        return State.FAILING
    if any(each.held for each in channels):
        return State.HELD
    if any(each.subscription.paused for each in channels):
        return State.PAUSED
    return State.QUIET if watch.is_quiet(feed, now) else State.WELL


def _first(weeks: Sequence[int]) -> int:
    """The first week with any article: of those before it nothing is known."""
    return next((at for at, count in enumerate(weeks) if count), len(weeks))
