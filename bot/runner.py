"""Running the bot until it is told to stop, and saying plainly why it could not."""

import asyncio
import logging
import signal
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import discord
from discord.ext.commands import ExtensionFailed

from bot.app import Steward
from bot.config import Config
from bot.errors import DataError

log = logging.getLogger(__name__)

CLOSE_TIMEOUT_S = 4.5  # a service manager is promised five seconds


class CannotRun(Exception):
    """Why the bot stopped without being asked to; one plain sentence for the operator."""


async def run(config: Config, beside: Callable[[Steward], Awaitable[None]] | None = None) -> None:
    """Run the bot until SIGTERM or SIGINT.

    Args:
        beside: something to do with the running bot once it is ready, as the sandbox's seeding.

    Raises:
        CannotRun: Discord refused or could not be reached, or the data cannot be used.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    bot = Steward(config)
    running = asyncio.create_task(_connect(bot, config))
    stopping = asyncio.create_task(stop.wait())
    companion = asyncio.create_task(_beside(bot, beside)) if beside else None
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (stopping, companion):
            if task is not None:
                task.cancel()
        await _close(bot)
    if not running.done():
        running.cancel()
    await asyncio.wait({running})
    if not running.cancelled() and (error := running.exception()):
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


async def _connect(bot: Steward, config: Config) -> None:
    with _sentences(config):
        await bot.start(config.discord_token)


@contextmanager
def _sentences(config: Config) -> Iterator[None]:
    """Every way in which talking to Discord ends badly becomes one sentence."""
    try:
        yield
    except discord.LoginFailure as error:
        raise CannotRun(
            "Discord does not accept the token. Copy it again from the Bot page of your "
            "application into DISCORD_TOKEN."
        ) from error
    except discord.PrivilegedIntentsRequired as error:
        raise CannotRun("Discord asks for privileged intents, which Steward never uses.") from error
    except discord.ConnectionClosed as error:
        raise CannotRun(_closed(error.code)) from error
    except (aiohttp.ClientError, OSError, TimeoutError, discord.GatewayNotFound) as error:
        raise CannotRun(
            f"Discord cannot be reached at {config.discord_api_url} ({_cause(error)}). Check this "
            "machine's network and DISCORD_API_URL, then start again."
        ) from error
    except discord.HTTPException as error:
        raise CannotRun(
            f"Discord answered with an error ({error.status}). Try again later."
        ) from error
    except DataError as error:
        raise CannotRun(str(error)) from error
    except ExtensionFailed as error:
        raise CannotRun(f"A part of Steward could not be loaded: {error.original}") from error


def _closed(code: int | None) -> str:
    if code == 4004:  # Discord: authentication failed
        return "Discord does not accept the token any more. Was it reset? Set DISCORD_TOKEN anew."
    return f"Discord closed the connection for good (code {code}). Start again later."


def _cause(error: BaseException) -> str:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "its name cannot be looked up"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return "its certificate is not trusted"
    if isinstance(error, aiohttp.ClientConnectorError):
        return (error.os_error.strerror or "no connection").lower()
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return type(error).__name__
