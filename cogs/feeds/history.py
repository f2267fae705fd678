"""Looking in a channel for articles that were posted, by the marks that they carry."""

from collections.abc import AsyncIterator
from collections.abc import Set as AbstractSet

import discord

from cogs.feeds.embeds import mark_in
from cogs.feeds.places import Place


async def find(place: Place, marks: AbstractSet[str], after_id: int) -> dict[str, int]:
    """Which marks stand in our own messages after ``after_id``, with the messages' ids.

    Needs View Channel and Read Message History; without the latter Discord answers with nothing.
    """
    messages = (
        _starters(place, after_id)
        if isinstance(place, discord.ForumChannel)
        else place.history(after=discord.Object(after_id), oldest_first=True, limit=None)
    )
    found: dict[str, int] = {}
    async for message in messages:
        mark = mark_in(message)
        if mark in marks and message.author.id == place.guild.me.id:
            found.setdefault(mark, message.id)
            if len(found) == len(marks):
                break
    return found


async def _starters(forum: discord.ForumChannel, after_id: int) -> AsyncIterator[discord.Message]:
    """The first messages of our posts made after ``after_id``, in open and archived threads."""
    me = forum.guild.me.id
    for thread in await forum.guild.active_threads():
        if thread.parent_id == forum.id and thread.id > after_id and thread.owner_id == me:
            async for message in _starter(thread):
                yield message
    # Newest archived first; what was archived before the attempt cannot be its post.
    attempted = discord.utils.snowflake_time(after_id)
    async for thread in forum.archived_threads(limit=None):
        if thread.archive_timestamp < attempted:
            break
        if thread.id > after_id and thread.owner_id == me:
            async for message in _starter(thread):
                yield message


async def _starter(thread: discord.Thread) -> AsyncIterator[discord.Message]:
    """A post's first message, which has the post's own id; nothing if it was deleted."""
    try:
        yield await thread.fetch_message(thread.id)
    except discord.NotFound:
        return
