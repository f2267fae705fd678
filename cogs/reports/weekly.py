"""The front desk's weekly line: replies may be waiting. It is said whether or not any are."""

import asyncio
import hashlib
import logging
from contextlib import suppress

import discord
from discord.ext import commands

from bot.app import Steward
from bot.reports.weekly import Weekly
from bot.servers import ServerSettings
from cogs.common.replies import NO_MENTIONS, UNDELIVERED

log = logging.getLogger(__name__)

_LOOK_EVERY_S = 60.0
_LOOK_BACK = 100  # messages of the front desk's channel; there are few
_BEGINNING = "**If you have sent a report:**"


def line(week: str) -> str:
    """What is said in a week.

    Args:
        week: an ISO week, as ``2026-W12``.
    """
    return (
        f"{_BEGINNING} a reply or a question may be waiting. `/report check` and your eight words "
        "show it, to you alone. I say this every week, whether or not there is one.\n"
        f"-# Week {int(week[6:])} of {week[:4]}"
    )


def nonce(guild_id: int, week: str) -> str:
    """Of one week's line on one server: Discord keeps an author's nonces over all servers."""
    return hashlib.sha256(f"replies:{guild_id}:{week}".encode()).hexdigest()[:25]


class WeeklyCog(commands.Cog):
    """Says the line in each server's front-desk channel, and takes last week's away."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot
        self._weekly = Weekly(bot.config, bot.clock)

    async def cog_load(self) -> None:
        """Look at each notice time for as long as the bot runs."""
        self._rounds = self.bot.background(self._run())

    async def cog_unload(self) -> None:
        self._rounds.cancel()

    async def _run(self) -> None:
        await self.bot.connected.wait()
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_EVERY_S)

    async def look(self) -> None:
        """Say the line where a notice time has come and the week's is not said yet."""
        week = self._weekly.due()
        if week is None:
            return
        for guild in self.bot.guilds:
            # Where it fails, it is said at the next notice time of the week.
            try:
                await self._say(guild.id, week)
            except UNDELIVERED:
                continue
            except Exception as error:  # one server's trouble must not silence the others
                log.warning("The front desk's weekly line failed: %s", type(error).__name__)

    async def _say(self, guild_id: int, week: str) -> None:
        settings = await self.bot.services.servers.settings(guild_id)
        channel = self.bot.get_channel(settings.front_desk_channel_id or 0)
        if not isinstance(channel, discord.TextChannel) or not self._open(settings):
            return
        memory, key = self.bot.services.meta, f"replies:{guild_id}"
        said, _, before = (await memory.recall(key) or "").partition(" ")
        if said == week:
            return
        # We may have been stopped between saying and remembering it.
        ours = await self._lines_in(channel)
        text = line(week)
        message = next((each for each in ours if each.content == text), None)
        if message is None:
            # With a nonce, so that an answer lost on the way does not make two of it.
            message = await channel.send(
                text, allowed_mentions=NO_MENTIONS, nonce=nonce(guild_id, week), silent=True
            )
        await memory.remember(key, f"{week} {channel.id} {message.id}")
        for old in ours:
            if old.id != message.id:
                await _take_away(old)
        if before:  # it may be in another channel, or far back
            there, _, old_id = before.partition(" ")
            old_channel = self.bot.get_channel(int(there))
            if isinstance(old_channel, discord.TextChannel) and int(old_id) != message.id:
                await _take_away(old_channel.get_partial_message(int(old_id)))

    async def _lines_in(self, channel: discord.TextChannel) -> list[discord.Message]:
        me = self.bot.user
        try:
            return [
                message
                async for message in channel.history(limit=_LOOK_BACK)
                if me and message.author.id == me.id and message.content.startswith(_BEGINNING)
            ]
        except discord.Forbidden:
            return []

    def _open(self, settings: ServerSettings) -> bool:
        reports = self.bot.config.reports
        return reports == "on" or (reports == "after-setup" and settings.reports_ready)


async def _take_away(message: discord.Message | discord.PartialMessage) -> None:
    with suppress(discord.NotFound, discord.Forbidden):
        await message.delete()
