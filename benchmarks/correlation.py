"""Guessing who sent a report, over many windows: the promises kept, then broken one at a time."""

import tempfile
from contextlib import nullcontext
from pathlib import Path

from tests.reports.leaks import LEAKS, Leak
from tests.reports.ranking import narrowed, tallies
from tests.reports.windows import Plan, simulated

WINDOWS = 300
BEST = 5


async def main() -> None:
    """Guessing who sent a report: the mean place of the true sender, 0.5 by chance."""
    await _one("kept", Leak((), nullcontext, Plan(seed=13, windows=WINDOWS)))
    for name, leak in LEAKS.items():
        await _one(f"broken, {name}", leak)


async def _one(name: str, leak: Leak) -> None:
    with tempfile.TemporaryDirectory() as folder, leak.planted():
        history = await simulated(Path(folder), leak.plan, **leak.settings)
    found = sorted(tallies(history), key=lambda tally: tally.false_alarm)
    once, again = narrowed(history)
    print(
        f"{name}: {len(history.threads)} reports, {len(found)} ways to guess; one could be of "
        f"{once:.1f} members, of {again:.1f} where its reporter came back"
    )
    for tally in found[:BEST]:
        print(
            f"  {tally.name}: mean place {tally.mean:.3f} in {len(tally.found)}, "
            f"by chance {tally.false_alarm:.1e}"
        )
