"""The bot with a ticker beside it: ``python -m benchmarks.watched FILE``.

SIGUSR1 begins to watch its loop, SIGUSR2 writes into the file how late that was, as ``Lag`` puts
it.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from benchmarks.lag import Lag
from bot import logs, runner
from bot.config import Config


async def main(file: Path) -> None:
    """Run until SIGTERM."""
    config = Config.from_env(os.environ)
    logs.set_up(config.log_level)

    loop, lag = asyncio.get_running_loop(), Lag()
    loop.add_signal_handler(signal.SIGUSR1, lag.late_ms.clear)
    loop.add_signal_handler(signal.SIGUSR2, lambda: written(file, str(lag)))
    async with lag:
        await runner.run(config)


def written(file: Path, text: str) -> None:
    """Write it whole or not at all."""
    fresh = file.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(file)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
