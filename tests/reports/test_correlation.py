"""Correlation: whoever sees all that can be seen guesses no better than chance who sent a report.

The observer has the moderators' channel, everything that moderators can ask for at any time, who
was active when, and the files when a notice is posted; and beside that the files' times directly
before. ``watching`` takes it down, ``windows`` makes up days of a server on the real desk with its
real database, ``ranking`` has the ways to guess. ``leaks`` breaks the promises one at a time: then
the same count finds it. docs/threat-model.md says what this does not cover.

The seeds fix who is active, who sends and when. Ids, keys and the order of pages are drawn anew in
each run, so a sound program fails once in 10**6 runs.

The long form: ``python -m benchmarks correlation``.
"""

from pathlib import Path

import pytest

from tests.reports.leaks import EARLY, LEAKS
from tests.reports.ranking import Tally, narrowed, tallies
from tests.reports.watching import now_ns, tick
from tests.reports.windows import Plan, simulated

# From 3 to 12 seconds each on a core of its own.
pytestmark = pytest.mark.timeout(600)
FALSE_ALARM = 1e-6  # for all ways to guess of a run together
SOUND = Plan(seed=11, windows=35)


def told(found: list[Tally]) -> list[str]:
    """What is better, or worse, than chance."""
    return [
        f"{tally.name}: {tally.mean:.2f} of {len(tally.found)}"
        for tally in found
        if tally.false_alarm < FALSE_ALARM / len(found)
    ]


def test_what_was_written_before_the_clock_is_told_to_be_beyond_it_is_not_seen_as_later(
    tmp_path: Path,
) -> None:
    """Else an observer takes a write for one that came after what somebody did next."""
    for number in range(100):
        before = now_ns()
        path = tmp_path / str(number)
        path.write_text("x")
        tick()
        assert before <= path.stat().st_mtime_ns < now_ns()


async def test_nothing_that_can_be_seen_tells_the_sender_from_the_others_who_were_there(
    tmp_path: Path,
) -> None:
    history = await simulated(tmp_path, SOUND)
    found = tallies(history)
    assert told(found) == []
    names = {tally.name for tally in found}
    # Before a notice time nothing is seen to change at all.
    assert EARLY not in names
    # None of the ways to guess has fallen away.
    for way in ("list", "bundle", "name", "words in the file", "rows in the file"):
        assert f"order of {way}, first seen" in names
    assert {"time of reports.db written, before the notice", "time of the first post"} <= names
    assert {"time of deleted-reports.txt born", "growth of transactions"} <= names
    # Reports of every kind were there to be guessed, and each of several people's.
    kinds = {kind for thread in history.threads for kind in thread.steps.values()}
    assert kinds == {"send", "collect", "add", "use", "answer", "withdraw"}
    assert min(len(thread.candidates) for thread in history.threads) >= 3
    # By nature, and docs/threat-model.md says so: whoever comes back is one of fewer.
    once, again = narrowed(history)
    assert again < once - 1
    assert sum(thread.id is not None for thread in history.threads) > 50


@pytest.mark.parametrize("leak", LEAKS)
async def test_a_promise_that_is_broken_is_found_out(tmp_path: Path, leak: str) -> None:
    broken = LEAKS[leak]
    with broken.planted():
        history = await simulated(tmp_path, broken.plan, **broken.settings)
    found = told(tallies(history))
    for way in broken.told_by:
        assert [name for name in found if name.startswith(way)], way
