"""Threads started from articles' messages, and messages edited, also in archived threads.

Everything here may be done twice. Raises what discord.py raises, but where the message is gone or
somebody has locked its thread, nothing is done and nothing is wrong.
"""

from typing import Any

import discord
from discord.http import HTTPClient, Route

from bot.feeds.model import Style
from bot.feeds.outbox.publisher import Busy
from bot.text import escape

UNKNOWN_CHANNEL, UNKNOWN_MESSAGE = 10003, 10008
THREAD_EXISTS, ARCHIVED, LOCKED = 160004, 50083, 160005


async def start_thread(http: HTTPClient, channel_id: int, message_id: int, name: str) -> None:
    """Start a thread from a message, unless it has one."""
    route = Route(
        "POST",
        "/channels/{channel_id}/messages/{message_id}/threads",
        channel_id=channel_id,
        message_id=message_id,
    )
    try:
        await http.request(route, json={"name": name})
    except discord.HTTPException as error:
        if error.code not in (THREAD_EXISTS, UNKNOWN_MESSAGE):
            raise


async def edit_message(
    http: HTTPClient,
    place: discord.TextChannel | discord.ForumChannel,
    message_id: int,
    embed: discord.Embed,
    *,
    style: Style,
    name: str,
) -> None:
    """Have a message show another embed; its content stays, and nobody is notified.

    Args:
        name: that of its thread or post from now on, if the embed's title has changed; "" to leave
            it.
    """
    forum = isinstance(place, discord.ForumChannel)
    channel_id = message_id if forum else place.id  # a post's first message has the post's id
    changes: dict[str, Any] = {}
    archived = False
    try:
        if forum or (name and (style is Style.THREAD or place.get_thread(message_id))):
            thread = await _thread(http, message_id)
            state = thread.get("thread_metadata", {})
            if forum and state.get("locked"):
                return
            archived = bool(state.get("archived"))
            if name and thread and not state.get("locked"):
                before = await http.get_message(channel_id, message_id)
                if _to_be_renamed(thread, before, embed):
                    changes["name"] = name
            if archived and (forum or changes):
                changes["archived"] = False
        if changes:
            await http.edit_channel(message_id, **changes)
        try:
            await _patch(http, channel_id, message_id, embed)
        finally:
            if archived and changes:
                await http.edit_channel(message_id, archived=True)
    except discord.HTTPException as error:
        if error.code in (UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, LOCKED):
            return
        if error.code == ARCHIVED:  # just now
            raise Busy("the thread has just been archived") from error
        raise


async def _thread(http: HTTPClient, thread_id: int) -> dict[str, Any]:
    """A thread as Discord knows it; an empty one if there is none."""
    try:
        return dict(await http.get_channel(thread_id))
    except discord.NotFound:
        return {}


def _to_be_renamed(thread: dict[str, Any], before: Any, embed: discord.Embed) -> bool:  # noqa: ANN401
    """Whether the title changes, and the thread still has the name that we gave it."""
    shown = before.get("embeds") or [{}]
    title = str(shown[0].get("title") or "")
    ours = title.startswith(escape(str(thread.get("name")).removesuffix("…")))
    return title != embed.title and ours


async def _patch(http: HTTPClient, channel_id: int, message_id: int, embed: discord.Embed) -> None:
    route = Route(
        "PATCH",
        "/channels/{channel_id}/messages/{message_id}",
        channel_id=channel_id,
        message_id=message_id,
    )
    await http.request(route, json={"embeds": [embed.to_dict()], "allowed_mentions": {"parse": []}})
