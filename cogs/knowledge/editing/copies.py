"""Corrects the answers that stand in channels: how that looks, and how Discord takes it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import discord

from bot.app import Steward
from bot.knowledge import PartialDate
from bot.knowledge.editing import Copy, CopyGone, GiveUp, Posting, TryLater
from cogs.common.components import Buttons
from cogs.common.posting import Postable
from cogs.common.replies import COLOUR, NO_MENTIONS, UNDELIVERED
from cogs.knowledge import embeds

TIMEOUT_S = 60.0  # with the waiting that Discord asks for, which discord.py does by itself
PAUSE_S = 600.0
LOOKED_AT = 100  # messages: the one that is looked for came soon after

# Discord's error codes, https://discord.com/developers/docs/topics/opcodes-and-status-codes
ARCHIVED, LOCKED, OLD_MESSAGE_EDITS = 50083, 160005, 30046


class DiscordCopies:
    """The copies' way to Discord."""

    def __init__(self, bot: Steward) -> None:
        self._bot = bot
        self._zone = bot.config.timezone

    async def edit_copy(self, copy: Copy) -> None:
        """Have a message say what it is to say now."""
        guild = self._bot.get_guild(copy.guild_id)
        if guild is None:
            raise GiveUp("I am not on that server any more")
        if guild.unavailable:
            raise TryLater(PAUSE_S)
        channel = guild.get_channel_or_thread(copy.channel_id)
        if isinstance(channel, Postable):
            held = channel.permissions_for(guild.me)
            # Without Embed Links Discord would take the answer away with the edit.
            if not (held.view_channel and held.embed_links):
                raise GiveUp("I lack View Channel or Embed Links there")
        embed, view = shown(copy, self._zone)
        place = self._bot.get_partial_messageable(copy.channel_id, guild_id=copy.guild_id)
        message = place.get_partial_message(copy.message_id)
        async with _translated():
            try:
                await message.edit(embed=embed, view=view, allowed_mentions=NO_MENTIONS)
            except discord.HTTPException as error:
                if error.code != ARCHIVED:
                    raise
                # In a thread that has gone to sleep nothing can be edited.
                await self._bot.http.edit_channel(copy.channel_id, archived=False)
                try:
                    await message.edit(embed=embed, view=view, allowed_mentions=NO_MENTIONS)
                finally:
                    await self._bot.http.edit_channel(copy.channel_id, archived=True)

    async def find_copies(self, posting: Posting) -> list[int]:
        """Our messages with the answer, from when it was posted: a public answer names its entry
        in its button."""
        guild = self._bot.get_guild(posting.guild_id)
        if guild is None:
            raise CopyGone
        if guild.unavailable:
            raise TryLater(PAUSE_S)
        channel = guild.get_channel_or_thread(posting.channel_id)
        if isinstance(channel, Postable):
            held = channel.permissions_for(guild.me)
            if not (held.view_channel and held.read_message_history):
                raise GiveUp("I lack View Channel or Read Message History there")
        place = self._bot.get_partial_messageable(posting.channel_id, guild_id=posting.guild_id)
        mark = embeds.public_mark(posting.entry_id)
        after = discord.Object(posting.after)
        async with _translated():
            return [
                message.id
                async for message in place.history(limit=LOOKED_AT, after=after, oldest_first=True)
                if message.author == self._bot.user and mark in _marks(message)
            ]


def _marks(message: discord.Message) -> set[str | None]:
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    return {
        item.custom_id for row in rows for item in row.children if isinstance(item, discord.Button)
    }


@asynccontextmanager
async def _translated() -> AsyncIterator[None]:
    """Turn what goes wrong into what the copies understand."""
    try:
        async with asyncio.timeout(TIMEOUT_S):
            yield
    except discord.NotFound as error:
        raise CopyGone from error
    except discord.RateLimited as error:
        raise TryLater(error.retry_after) from error
    except discord.DiscordServerError as error:
        raise TryLater from error
    except discord.HTTPException as error:
        if error.status == 429 or error.code == OLD_MESSAGE_EDITS:
            raise TryLater(PAUSE_S) from error
        raise GiveUp(f"Discord refuses: {error.text or error.code}") from error
    except UNDELIVERED as error:
        raise TryLater from error


def shown(copy: Copy, zone: ZoneInfo) -> tuple[discord.Embed, Buttons | None]:
    """The answer with the day of its correction, or that it was withdrawn."""
    if copy.entry is None:
        text = "This answer was withdrawn"
        text += f" on {_day(copy.dated, zone)}." if copy.dated else "."
        return discord.Embed(title=copy.question, description=text, colour=COLOUR), None
    embed = embeds.answer_embed(copy.entry)
    if copy.dated is not None:
        correction = f"*Corrected on {_day(copy.dated, zone)}.*"
        embed.description = f"{embed.description or ''}\n\n{correction}".strip()
    return embed, embeds.public_buttons(copy.entry)


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return str(PartialDate.of(moment.astimezone(zone).date()))
