"""Ways to guess who a report is of, and whether the guesses are better than chance.

Each way gives every member who was active in all the windows in which a report was sent or changed
a score. The true sender's place among them, from 0 (likeliest) to 1, has an exact distribution if
what was seen tells nothing: each member is as likely, whatever the scores are. ``false_alarm``
bounds how probable a sum of places is that lies as far from the middle as the one that was found.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.reports.leaks import EARLY
from tests.reports.windows import History, Thread, Window

Scores = dict[int, float]
Reference = Callable[[Window, int], float]


def places(scores: Sequence[float]) -> list[float]:
    """The place of each among all, 0 for the highest to 1; those that are alike share theirs."""
    last = len(scores) - 1
    return [
        (sum(other > each for other in scores) + (sum(other == each for other in scores) - 1) / 2)
        / last
        for each in scores
    ]


@dataclass
class Tally:
    """One way to guess, over all reports.

    Attributes:
        name: what it goes by.
        found: the true senders' places.
        could: for each, the places of all who could have been it.
    """

    name: str
    found: list[float]
    could: list[list[float]]

    @property
    def mean(self) -> float:
        """0 if it is always right, 0.5 by chance."""
        return sum(self.found) / len(self.found)

    @property
    def false_alarm(self) -> float:
        """How probable it is by chance to be at least as far from 0.5, to either side.

        Where a bound says already that it is not improbable, that bound.
        """
        away = abs(sum(self.found) - len(self.found) / 2)
        bound = _chernoff(self.could, away)
        return bound if bound > 0.01 else _exactly(self.could, away)


def _chernoff(could: list[list[float]], away: float) -> float:
    """P(sum >= s) <= exp(-ts) * product of E[exp(t * place)] for each t > 0; the best of some."""
    least = 0.0
    for step in range(1, 41):
        t = step / 10
        bound = -t * away
        for one in could:
            up = sum(math.exp(t * (each - 0.5)) for each in one)
            down = sum(math.exp(t * (0.5 - each)) for each in one)
            bound += math.log(max(up, down) / len(one))
        least = min(least, bound)
    return min(1.0, 2 * math.exp(least))


def _exactly(could: list[list[float]], away: float) -> float:
    """By counting: the product of polynomials whose exponents are places, in whole numbers.

    All coefficients stand in one long number, each in as many bytes as the largest may need.
    """
    grid = math.lcm(*(2 * (len(one) - 1) for one in could))
    size = sum(len(one).bit_length() for one in could) // 8 + 1
    total = 1
    for one in could:
        total = sum(total << (8 * size * round(place * grid)) for place in one)
    top = len(could) * grid
    content = total.to_bytes((top + 1) * size, "little")
    far = round(away * grid)
    count = sum(
        int.from_bytes(content[at * size : (at + 1) * size], "little")
        for at in range(top + 1)
        if abs(2 * at - top) >= 2 * far
    )
    return count / math.prod(len(one) for one in could)


def tallies(history: History) -> list[Tally]:
    """Every way to guess, applied to every report that moderators saw or files showed."""
    threads = [each for each in history.threads if each.id is not None]
    summed = [_summed(history, thread) for thread in threads]
    names = sorted({name for scores in summed for name in scores})
    found = {name: Tally(name, [], []) for name in names}
    for thread, scores in zip(threads, summed, strict=True):
        for name, given in scores.items():
            could = places([given[member] for member in thread.candidates])
            if len(set(could)) == 1:
                continue  # it says nothing of this one
            found[name].could.append(could)
            found[name].found.append(could[thread.candidates.index(thread.sender)])
    return [tally for tally in found.values() if tally.found]


def narrowed(history: History) -> tuple[float, float]:
    """Of how many a report can be: of one that does not change again, and of the others."""
    once = [len(each.candidates) for each in history.threads if len(each.steps) == 1]
    again = [len(each.candidates) for each in history.threads if len(each.steps) > 1]
    return sum(once) / len(once), sum(again) / len(again)


def _summed(history: History, thread: Thread) -> dict[str, Scores]:
    """The scores of those who could have been it, over all windows in which it changed."""
    scores: dict[str, Scores] = {}
    for number in thread.steps:
        for name, given in _guesses(history, number, thread):
            so_far = scores.setdefault(name, dict.fromkeys(thread.candidates, 0.0))
            for member in thread.candidates:
                so_far[member] += given[member]
    return scores | dict(_by_habit(history, thread))


def _guesses(history: History, number: int, thread: Thread) -> Iterator[tuple[str, Scores]]:
    window = history.windows[number]
    yield from _by_order(history, window, number, thread)
    yield from _by_time(window, thread, number)
    yield from _by_count(history, number, thread)


# What the order of reports could tell: the first in it is of whoever was there first

REFERENCES: dict[str, Reference] = {
    "first seen": lambda window, member: _hours(window, member)[0],
    "last seen": lambda window, member: _hours(window, member)[-1],
    "middle": lambda window, member: sum(_hours(window, member)) / len(_hours(window, member)),
    "account": lambda _, member: float(member),
}


def _hours(window: Window, member: int) -> list[float]:
    return [act.hour for act in window.acts if act.member == member]


def _by_order(
    history: History, window: Window, number: int, thread: Thread
) -> Iterator[tuple[str, Scores]]:
    together = {
        each.id
        for each in history.threads
        if each.id is not None
        and each.steps.get(number, "withdraw") != "withdraw"
        and (each.steps[number] == "send") == (thread.steps[number] == "send")
    }
    if thread.id not in together or len(together) < 2:
        return
    orders = {**window.looks[-1][1].orders}
    orders["name"] = sorted(together)
    for files in window.files:
        orders |= files.orders
    references = {
        name: dict(
            zip(
                history.active[number],
                places([-reference(window, member) for member in history.active[number]]),
                strict=True,
            )
        )
        for name, reference in REFERENCES.items()
    }
    for name, order in orders.items():
        if thread.steps[number] != "send" and not name.startswith("messages"):
            continue  # where older reports stand tells when they came, if anything
        there = [each for each in order if each in together]
        if len(there) < 2 or thread.id not in there:
            continue
        place = there.index(thread.id) / (len(there) - 1)
        for reference, by_member in references.items():
            yield (
                f"order of {name}, {reference}",
                {member: -abs(by_member[member] - place) for member in thread.candidates},
            )


# What a time could tell: who was seen directly before it


def _by_time(window: Window, thread: Thread, number: int) -> Iterator[tuple[str, Scores]]:
    times = {f"{name}, before the notice": at for name, at in window.before.items()}
    for files in window.files:
        times |= files.times
    kind = thread.steps[number]
    for name, at in times.items():
        # The list of deleted reports tells of those that were withdrawn, the rest of the others.
        if name.startswith("deleted") == (kind == "withdraw"):
            yield f"time of {name}", _nearest(window, thread, at)
    for first, (at, _, _) in zip(
        ("first", "last"), window.posts[:1] + window.posts[-1:], strict=False
    ):
        yield f"time of the {first} post", _nearest(window, thread, at)
    changed = _seen_to_change(window, thread)
    if changed is not None:
        yield EARLY, _between(window, thread, *changed)


def _nearest(window: Window, thread: Thread, at: int) -> Scores:
    moments = [act.at for act in window.acts]
    before = bisect_right(moments, at)
    return {
        member: -min(
            abs(before - place) for place, act in enumerate(window.acts, 1) if act.member == member
        )
        for member in thread.candidates
    }


def _between(window: Window, thread: Thread, begin: int, end: int) -> Scores:
    scores = dict.fromkeys(thread.candidates, 0.0)
    for act in window.acts:
        if act.member in scores and begin <= act.at <= end:
            scores[act.member] += 1 / len(_hours(window, act.member))
    return scores


def _seen_to_change(window: Window, thread: Thread) -> tuple[int, int] | None:
    """Between which looks before the notice time the report became other than moderators left it.

    That something changed since the last look before the notice time is what has to be seen, and
    tells no time.
    """
    assert thread.id is not None
    for (_, left), (found, _) in pairwise(window.looks[:-1]):
        if _differ(left.reports.get(thread.id), found.reports.get(thread.id)):
            return left.at, found.at
    return None


def _differ(left: dict[str, object] | None, found: dict[str, object] | None) -> bool:
    if left is None or found is None:
        return left is not found
    return any(left[name] != found[name] for name in left.keys() & found.keys())


# What sizes, counts and habits could tell


def _by_count(history: History, number: int, thread: Thread) -> Iterator[tuple[str, Scores]]:
    window = history.windows[number]
    said = {member: len(_hours(window, member)) for member in thread.candidates}
    yield "most seen", {member: float(count) for member, count in said.items()}
    if not number or not window.files or not history.windows[number - 1].files:
        return
    now, before = window.files[-1].sizes, history.windows[number - 1].files[-1].sizes
    for name in now.keys() & before.keys():
        grown = now[name] - before[name]
        if name == "reports.db":
            grown //= 4_096
        yield f"growth of {name}", {member: -abs(grown - count) for member, count in said.items()}


def _by_habit(history: History, thread: Thread) -> Iterator[tuple[str, Scores]]:
    days = {
        member: sum(member in active for active in history.active) for member in thread.candidates
    }
    yield "seldom seen", {member: -float(count) for member, count in days.items()}
    around = range(min(thread.steps), max(thread.steps) + 2)
    missed = {
        member: sum(
            member in active
            for number, active in enumerate(history.active)
            if number in around and number not in thread.steps
        )
        for member in thread.candidates
    }
    yield "seen only when it changed", {member: -float(count) for member, count in missed.items()}
    length = len(thread.text)
    yield "account and length", {member: float(member * length % 7) for member in thread.candidates}
    yield "account", {member: float(member) for member in thread.candidates}
