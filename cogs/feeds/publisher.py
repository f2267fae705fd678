"""Posts articles with discord.py, and finds again what it has posted."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Any

import aiohttp
import discord
from discord.http import Route, handle_message_parameters

from bot.app import Steward
from bot.feeds.model import Delivery, Notice, Subscription
from bot.feeds.outbox.publisher import Blocked, Busy, Gone, Lost, Rejected
from bot.text import cut
from cogs.common.permissions import grant, lacking
from cogs.feeds import embeds, notices
from cogs.feeds.history import Looks
from cogs.feeds.places import Place, forum_tags

SEND_TIMEOUT_S = 60.0
GONE_RETRY_S = 600.0

# Discord's error codes, https://discord.com/developers/docs/topics/opcodes-and-status-codes
UNKNOWN_CHANNEL, UNKNOWN_MESSAGE = 10003, 10008
MISSING_ACCESS, MISSING_PERMISSIONS = 50001, 50013
SLOWMODE, SENDING_DISABLED = 20016, 40004
TAG_REQUIRED, THREAD_LIMIT, ARCHIVED, LOCKED = 40067, 160006, 50083, 160005
AUTOMOD_MESSAGE, AUTOMOD_TITLE = 200000, 200001

MISSING = "the channel is gone, or I cannot see it any more."
REASONS = {
    UNKNOWN_CHANNEL: "the channel has been deleted.",
    MISSING_ACCESS: "I may no longer look into the channel.",
    MISSING_PERMISSIONS: "I may no longer post in the channel.",
    TAG_REQUIRED: "the forum wants a tag on every post and has none that I may use.",
    THREAD_LIMIT: "the channel has as many open posts as Discord allows.",
    ARCHIVED: "the thread is archived.",
    LOCKED: "the thread is locked.",
}


class _OneAttempt(discord.File):
    """Passed along with a request, has discord.py make it once.

    It repeats a request after a 502 by itself, when the first may well have been carried out;
    before it does, it rewinds the files. The outbox looks first and then repeats.
    """

    def __init__(self) -> None:
        """Hold no file at all."""

    def reset(self, *, seek: int | bool = True) -> None:
        if seek:
            raise Lost("Discord had trouble of its own")


class DiscordPublisher:
    """The outbox's way to Discord."""

    def __init__(self, bot: Steward) -> None:
        self._bot = bot
        self._looks = Looks()

    def position(self, channel_id: int) -> int:
        """The newest message or post known in a channel, or 0."""
        place = self._bot.get_channel(channel_id)
        if isinstance(place, discord.ForumChannel):
            return max([place.last_message_id or 0, *(thread.id for thread in place.threads)])
        return (isinstance(place, discord.TextChannel) and place.last_message_id) or 0

    async def send(self, delivery: Delivery, mark: str) -> int:
        """Post one article with its mark; the message's id, or 0 when it was deleted at once."""
        place = self._place(delivery.subscription)
        try:
            return await self._post(place, delivery, mark)
        except Rejected:
            if not delivery.article.picture:
                raise
            # Most often it is the picture's address that Discord does not like.
            plain = replace(delivery, article=replace(delivery.article, picture=""))
            return await self._post(place, plain, mark)

    async def _post(self, place: Place, delivery: Delivery, mark: str) -> int:
        subscription, article = delivery.subscription, delivery.article
        role = (
            discord.Object(subscription.options.role_id) if subscription.options.role_id else None
        )
        mentions = discord.AllowedMentions(
            everyone=False, users=False, roles=[role] if role else False, replied_user=False
        )
        message: dict[str, Any] = {
            "content": f"<@&{role.id}>" if role else None,
            "embed": embeds.article_embed(article, subscription.title, subscription.site, mark),
            "allowed_mentions": mentions,
        }
        if isinstance(place, discord.ForumChannel):
            tags = forum_tags(place, subscription.title)
            if tags is None:
                raise Blocked(REASONS[TAG_REQUIRED])
            route = Route("POST", "/channels/{channel_id}/threads", channel_id=place.id)
            post = {"name": embeds.thread_name(article.title), "applied_tags": tags}
            with handle_message_parameters(**message, channel_payload=post) as parameters:
                payload = parameters.payload
        else:
            route = Route("POST", "/channels/{channel_id}/messages", channel_id=place.id)
            with handle_message_parameters(**message, nonce=mark) as parameters:
                payload = parameters.payload
        try:
            async with _translated():
                answer = await self._bot.http.request(route, json=payload, files=[_OneAttempt()])
        except _AlreadyDeletedError:
            return 0
        return int(answer["id"])

    async def find(
        self, subscription: Subscription, marks: AbstractSet[str], after_id: int
    ) -> dict[str, int]:
        """Which marks stand in our messages of the channel after ``after_id``, with their ids."""
        place = self._place(subscription)
        async with _translated(timeout_s=None):  # each of its requests has a limit of its own
            found = await self._looks.find(place, marks, after_id)
        self._place(subscription)  # were the history closed meanwhile, we would have seen nothing
        return found

    async def notify(self, notice: Notice) -> bool:
        """Tell the moderators; False while there is no channel for notices that we can use."""
        settings = await self._bot.services.servers.settings(notice.guild_id)
        channel = self._bot.get_channel(settings.notice_channel_id or 0)
        if not isinstance(channel, discord.TextChannel) or lacking(channel):
            return False
        async with _translated():
            await channel.send(
                cut(notice.text, 2000),
                view=notices.buttons(notice),
                nonce=f"notice-{notice.id}",
                allowed_mentions=discord.AllowedMentions.none(),
            )
        return True

    def _place(self, subscription: Subscription) -> Place:
        """The channel, if everything that posting needs is granted there.

        History is needed too: without it Discord answers a look with an empty list, and what was
        posted would be posted again.
        """
        guild = self._bot.get_guild(subscription.guild_id)
        if guild is None or guild.unavailable:
            raise Busy("the server cannot be reached", GONE_RETRY_S if guild is None else None)
        place = guild.get_channel(subscription.channel_id)
        if not isinstance(place, Place):
            raise Gone(MISSING)
        if missing := lacking(place):
            raise Blocked(grant(place.id, missing))
        return place


class _AlreadyDeletedError(Exception):
    """Discord knows the nonce of a message that somebody has deleted since."""


@asynccontextmanager
async def _translated(timeout_s: float | None = SEND_TIMEOUT_S) -> AsyncIterator[None]:
    """Turn what goes wrong with a request into what the outbox understands."""
    try:
        async with asyncio.timeout(timeout_s):
            with _discord_errors():
                yield
    except aiohttp.ClientConnectorError as error:
        raise Busy("Discord cannot be reached") from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Lost("the connection to Discord was cut") from error


@contextmanager
def _discord_errors() -> Iterator[None]:
    try:
        yield
    except discord.RateLimited as error:
        raise Busy("Discord asks to wait", error.retry_after) from error
    except discord.DiscordServerError as error:
        raise Lost("Discord has trouble of its own") from error
    except discord.HTTPException as error:
        raise _verdict(error) from error


def _verdict(error: discord.HTTPException) -> Exception:
    """What a refusal by Discord means for the article and the channel."""
    if error.code == UNKNOWN_MESSAGE:
        return _AlreadyDeletedError()
    if error.status in (401, 429) or error.code in (SLOWMODE, SENDING_DISABLED):
        return Busy("Discord asks to wait", 60.0)
    if error.code in (AUTOMOD_MESSAGE, AUTOMOD_TITLE):
        return Rejected("this server's AutoMod blocks it.")
    if error.code in REASONS:
        return Blocked(REASONS[error.code])
    if error.status in (403, 404):
        return Blocked(f"Discord refuses: {_words(error)}.")
    return Rejected(f"{_words(error)}.")


def _words(error: discord.HTTPException) -> str:
    text: Any = error.text or f"error {error.code}"
    return cut(" ".join(str(text).split()), 200).rstrip(".")
