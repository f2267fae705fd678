"""The tag of a feed's posts in a forum: the one that is named like the feed."""

import asyncio
from contextlib import suppress

import discord

from cogs.common.replies import UNDELIVERED
from cogs.feeds.places import forum_tags, tag_name

MOST_TAGS = 20  # Discord: of one forum
TIMEOUT_S = 20.0


class Tags:
    """Finds the tags for posts, and makes those that are missing where that is allowed."""

    def __init__(self) -> None:
        # Those that were made; the forum as we know it lags behind a little.
        self._made: dict[tuple[int, str], int] = {}

    async def of_post(self, forum: discord.ForumChannel, feed_title: str) -> list[int] | None:
        """The tags for a feed's posts; None when one is required and none can be used.

        Without Manage Channels, or in a forum full of tags, it goes without the feed's own.
        """
        name = tag_name(feed_title)
        if name.casefold() not in {tag.name.casefold() for tag in forum.available_tags}:
            made = self._made.get((forum.id, name)) or await self._make(forum, name)
            if made:
                return [made]
        return forum_tags(forum, feed_title)

    async def _make(self, forum: discord.ForumChannel, name: str) -> int | None:
        if len(forum.available_tags) >= MOST_TAGS or not name:
            return None
        if not forum.permissions_for(forum.guild.me).manage_channels:
            return None
        with suppress(*UNDELIVERED):
            async with asyncio.timeout(TIMEOUT_S):
                tag = await forum.create_tag(name=name, reason="for the posts of a feed")
            if tag.id:
                self._made[forum.id, name] = tag.id
                return tag.id
        return None
