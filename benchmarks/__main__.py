"""Run every measurement, or the named ones: ``python -m benchmarks [feeds] [clock] ...``."""

import asyncio
import sys

from benchmarks import (
    clock,
    correlation,
    feeds,
    idle,
    knowledge,
    latency,
    many,
    reports,
    startup,
)

MEASUREMENTS = {
    "feeds": feeds.main,
    "clock": clock.main,
    "many": many.main,
    "startup": startup.main,
    "idle": idle.main,
    "latency": latency.main,
    "knowledge": knowledge.main,
    "reports": reports.main,
    "correlation": correlation.main,
}


async def main(names: list[str]) -> None:
    """Print one block for each measurement."""
    for name in names or list(MEASUREMENTS):
        print(f"\n{name}: {(MEASUREMENTS[name].__doc__ or '').splitlines()[0]}")
        await MEASUREMENTS[name]()


asyncio.run(main(sys.argv[1:]))
