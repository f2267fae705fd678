"""Running the bot until it is told to stop, and saying plainly why it could not."""

import asyncio
import gc
import logging
import os
import signal
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bot.app import Steward
from bot.app.explaining import why_stopped
from bot.config import Config

log = logging.getLogger(__name__)

CLOSE_TIMEOUT_S = 4.5  # a service manager is promised five seconds


class CannotRun(Exception):
    """Why the bot stopped without being asked to; one plain sentence for the operator."""


async def run(
    config: Config,
    *,
    announce: Callable[[str], None] | None = None,
    beside: Callable[[Steward], Awaitable[None]] | None = None,
) -> None:
    """Run the bot until SIGTERM or SIGINT.

    Args:
        announce: what is done with the invite link, once it is known.
        beside: something to do with the running bot once it is ready, as the sandbox's seeding.

    Raises:
        CannotRun: Discord refused or could not be reached, or the data cannot be used.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    bot = Steward(config, announce=announce)
    running = asyncio.create_task(_connect(bot, config))
    stopping = asyncio.create_task(stop.wait())
    settling = asyncio.create_task(_settle(bot))
    companion = asyncio.create_task(_beside(bot, beside)) if beside else None
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (stopping, settling, companion):
            if task is not None:
                task.cancel()
        await _close(bot)
    # Closing ends it, as a rule; discord.py may swallow a cancellation while it connects anew.
    if not running.done():
        running.cancel()
        await asyncio.wait({running}, timeout=0.5)
    if running.done() and not running.cancelled() and (error := running.exception()):
        raise error
    if not stop.is_set():
        raise CannotRun("Discord ended the connection for good. Start again later.")
    log.info("Stopped")


async def sync(config: Config) -> None:
    """Register the slash commands and end, without touching the data of a bot that may be running.

    Raises:
        CannotRun: Discord refused or could not be reached.
    """
    with tempfile.TemporaryDirectory() as folder:
        apart = replace(config, database=Path(folder) / "steward.db", sync_commands="never")
        bot = Steward(apart)
        try:
            with _sentences(config):
                await bot.login(config.discord_token)
                await bot.sync_commands(only_if_changed=False)
        finally:
            await _close(bot)


async def _settle(bot: Steward) -> None:
    """Have the garbage collector leave alone what stays for good once the bot has started.

    Else it looks through all of it now and then, for tens of milliseconds in which nobody is
    answered.
    """
    await bot.connected.wait()
    gc.collect()
    gc.freeze()


async def _beside(bot: Steward, work: Callable[[Steward], Awaitable[None]]) -> None:
    await bot.connected.wait()
    try:
        await work(bot)
    except Exception:
        log.exception("The sandbox could not be furnished")


async def _close(bot: Steward) -> None:
    try:
        await asyncio.wait_for(bot.close(), CLOSE_TIMEOUT_S)
    except TimeoutError:
        log.warning("Closing took too long and was cut short; nothing is lost by that")
        logging.shutdown()
        # The database's thread would keep the process alive. Everything is written so that a kill
        # at any moment loses nothing, and this is no more than that.
        os._exit(0)


async def _connect(bot: Steward, config: Config) -> None:
    with _sentences(config):
        await bot.start(config.discord_token)


@contextmanager
def _sentences(config: Config) -> Iterator[None]:
    """Every way in which talking to Discord ends badly becomes one sentence."""
    try:
        yield
    except Exception as error:
        if sentence := why_stopped(error, config):
            raise CannotRun(sentence) from error
        raise
