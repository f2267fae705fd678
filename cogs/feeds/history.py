"""Looking in a channel for articles that were posted, by the marks that they carry.

A long history takes many requests, any of which may fail. What has been looked at is remembered,
so that a repetition goes on from there and every look ends at some time.
"""

import asyncio
from collections.abc import AsyncIterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TypeVar

import discord

from cogs.feeds.embeds import marks_in
from cogs.feeds.places import Place

REQUEST_TIMEOUT_S = 60.0  # one request of a look, with the waiting that Discord asks for

T = TypeVar("T")


@dataclass
class _Look:
    """How far a look in one channel has come.

    Attributes:
        after_id: everything from here on is looked at.
        furthest: of a text channel: everything up to here has been looked at.
        starters: of a forum: the posts whose first message has been looked at.
        found: our own marks, wanted or not, with the messages' ids.
    """

    after_id: int
    furthest: int
    starters: set[int] = field(default_factory=set)
    found: dict[str, int] = field(default_factory=dict)


class Looks:
    """Looks in channels, one at a time in each."""

    def __init__(self) -> None:
        self._unfinished: dict[int, _Look] = {}

    async def find(self, place: Place, marks: AbstractSet[str], after_id: int) -> dict[str, int]:
        """Which marks stand in our own messages after ``after_id``, with the messages' ids.

        Needs View Channel and Read Message History; without the latter Discord answers with
        nothing.

        Raises:
            discord.HTTPException, aiohttp.ClientError, TimeoutError: a request failed; the next
                call goes on where this one ended.
        """
        look = self._unfinished.get(place.id)
        if look is None or look.after_id > after_id:
            look = self._unfinished[place.id] = _Look(after_id, after_id)
        await _go_on(look, place, marks)
        del self._unfinished[place.id]
        return {mark: look.found[mark] for mark in marks if mark in look.found}


async def _go_on(look: _Look, place: Place, marks: AbstractSet[str]) -> None:
    """Look until every mark is found or there is nothing left to look at."""
    if marks <= look.found.keys():
        return
    messages = (
        _starters(place, look)
        if isinstance(place, discord.ForumChannel)
        else _messages(place, look)
    )
    async for message in messages:
        carried = marks_in(message)
        if carried and message.author.id == place.guild.me.id:
            for mark in carried:
                look.found.setdefault(mark, message.id)
            if marks <= look.found.keys():
                return


async def _messages(channel: discord.TextChannel, look: _Look) -> AsyncIterator[discord.Message]:
    """The messages that have not been looked at yet, oldest first."""
    after = discord.Object(look.furthest)
    async for message in _timely(channel.history(after=after, oldest_first=True, limit=None)):
        yield message
        look.furthest = message.id


async def _starters(forum: discord.ForumChannel, look: _Look) -> AsyncIterator[discord.Message]:
    """The first messages, not looked at yet, of our posts, in open and archived threads."""
    async with asyncio.timeout(REQUEST_TIMEOUT_S):
        active = await forum.guild.active_threads()
    for thread in active:
        if thread.parent_id == forum.id and _may_be_ours(thread, look):
            async for message in _timely(_starter(thread)):
                yield message
            look.starters.add(thread.id)
    # Newest archived first; what was archived before the attempt cannot be its post.
    attempted = discord.utils.snowflake_time(look.after_id)
    async for thread in _timely(forum.archived_threads(limit=None)):
        if thread.archive_timestamp < attempted:
            break
        if _may_be_ours(thread, look):
            async for message in _timely(_starter(thread)):
                yield message
            look.starters.add(thread.id)


def _may_be_ours(thread: discord.Thread, look: _Look) -> bool:
    return (
        thread.id > look.after_id
        and thread.id not in look.starters
        and thread.owner_id == thread.guild.me.id
    )


async def _starter(thread: discord.Thread) -> AsyncIterator[discord.Message]:
    """A post's first message, which has the post's own id; nothing if it was deleted."""
    try:
        yield await thread.fetch_message(thread.id)
    except discord.NotFound:
        return


async def _timely(items: AsyncIterator[T]) -> AsyncIterator[T]:
    """The same items; the wait for each, which is one request at most, is bounded."""
    while True:
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                item = await anext(items)
        except StopAsyncIteration:
            return
        yield item
