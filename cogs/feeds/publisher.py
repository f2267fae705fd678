"""Posts articles with discord.py, and finds again what it has posted."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import discord
from discord.http import Route, handle_message_parameters

from bot.app import Steward
from bot.feeds.identity import digest
from bot.feeds.model import Delivery, Notice, Style, Subscription
from bot.feeds.outbox.digests.hours import Hours
from bot.feeds.outbox.publisher import Blocked, Busy, Gone, Lost, Rejected, TooManyEdits
from bot.text import cut
from cogs.common.permissions import grant, lacking
from cogs.feeds import edits, embeds, notices
from cogs.feeds.history import Looks
from cogs.feeds.places import Place
from cogs.feeds.tags import Tags

SEND_TIMEOUT_S = 60.0
GONE_RETRY_S = 600.0
OLD_MESSAGE = timedelta(hours=1)  # Discord takes few edits of messages older than this

# Discord's error codes, https://discord.com/developers/docs/topics/opcodes-and-status-codes
UNKNOWN_CHANNEL, UNKNOWN_MESSAGE = 10003, 10008
MISSING_ACCESS, MISSING_PERMISSIONS = 50001, 50013
SLOWMODE, SENDING_DISABLED = 20016, 40004
TAG_REQUIRED, ARCHIVED, LOCKED = 40067, 50083, 160005
THREAD_LIMIT, NEWS_THREAD_LIMIT = 160006, 160007
OLD_MESSAGE_EDITS = 30046
AUTOMOD_MESSAGE, AUTOMOD_TITLE = 200000, 200001
# Explicit, too large, empty, an invalid form or JSON, a harmful link: not the channel's fault.
ABOUT_THE_ARTICLE = {20009, 40005, 50006, 50035, 50045, 50109, 240000}

MISSING = "the channel is gone, or I cannot see it any more."
REASONS = {
    UNKNOWN_CHANNEL: "the channel has been deleted.",
    MISSING_ACCESS: "I may no longer look into the channel.",
    MISSING_PERMISSIONS: "I may no longer post in the channel.",
    TAG_REQUIRED: "the forum wants a tag on every post and has none that I may use.",
    THREAD_LIMIT: "the channel has as many open threads as Discord allows.",
    NEWS_THREAD_LIMIT: "the channel has as many open threads as Discord allows.",
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
        self._tags = Tags()
        self._hours = Hours(bot.config.feed_digest_time, bot.config.timezone)

    def position(self, channel_id: int) -> int:
        """The newest message or post known in a channel, or 0."""
        place = self._bot.get_channel(channel_id)
        if isinstance(place, discord.ForumChannel):
            return max([place.last_message_id or 0, *(thread.id for thread in place.threads)])
        return (isinstance(place, discord.TextChannel) and place.last_message_id) or 0

    async def send(self, delivery: Delivery, marks: Sequence[str]) -> int:
        """Post an article or a digest with its marks; the id, or 0 when it was deleted at once."""
        style = delivery.subscription.options.style
        place = self._place(delivery.subscription, threads=style is Style.THREAD)
        try:
            return await self._post(place, delivery, marks)
        except Rejected:
            if delivery.bundle or not delivery.article.picture:
                raise
            # Most often it is the picture's address that Discord does not like.
            return await self._post(place, _without_picture(delivery), marks)

    async def _post(self, place: Place, delivery: Delivery, marks: Sequence[str]) -> int:
        options = delivery.subscription.options
        # Of a digest in several messages, the first alone.
        role_id = options.role_id if delivery.part == 1 else None
        role = discord.Object(role_id) if role_id else None
        mentions = discord.AllowedMentions(
            everyone=False, users=False, roles=[role] if role else False, replied_user=False
        )
        message: dict[str, Any] = {
            "content": f"<@&{role.id}>" if role else None,
            "embed": self._embed(delivery, marks),
            "allowed_mentions": mentions,
        }
        if isinstance(place, discord.ForumChannel):
            tags = await self._tags.of_post(place, delivery.subscription.title)
            if tags is None:
                raise Blocked(REASONS[TAG_REQUIRED])
            route = Route("POST", "/channels/{channel_id}/threads", channel_id=place.id)
            post = {"name": self._name(delivery), "applied_tags": tags}
            with handle_message_parameters(**message, channel_payload=post) as parameters:
                payload = parameters.payload
        else:
            route = Route("POST", "/channels/{channel_id}/messages", channel_id=place.id)
            # Another digest with the same first article is another message.
            nonce = digest(*marks) if delivery.bundle else marks[0]
            with handle_message_parameters(**message, nonce=nonce) as parameters:
                payload = parameters.payload
        try:
            async with _translated():
                answer = await self._bot.http.request(route, json=payload, files=[_OneAttempt()])
        except _AlreadyDeletedError:
            return 0
        return int(answer["id"])

    def _embed(self, delivery: Delivery, marks: Sequence[str]) -> discord.Embed:
        if delivery.bundle:
            return embeds.digest_embed(delivery, self._hours, marks)
        subscription = delivery.subscription
        return embeds.article_embed(delivery.article, subscription.title, subscription.site, marks)

    def _name(self, delivery: Delivery) -> str:
        """What its thread, or its post in a forum, is called."""
        if delivery.bundle:
            return embeds.digest_name(delivery, self._hours)
        return embeds.thread_name(delivery.article.title)

    async def start_thread(self, delivery: Delivery) -> None:
        """Start a thread from an article's message; in a forum it is one already."""
        place = self._place(delivery.subscription, threads=True)
        if isinstance(place, discord.ForumChannel) or delivery.message_id is None:
            return
        async with _translated():
            await edits.start_thread(
                self._bot.http, place.id, delivery.message_id, self._name(delivery)
            )

    async def edit(self, delivery: Delivery, marks: Sequence[str]) -> None:
        """Have a message show its articles as they are now."""
        place = self._known_place(delivery.subscription)
        held = place.permissions_for(place.guild.me)
        if not (held.view_channel and held.read_message_history and held.embed_links):
            # Without Embed Links Discord would take the embed away.
            raise Blocked("a permission to change messages is missing.")
        try:
            await self._edit(place, delivery, marks)
        except Rejected:
            if delivery.bundle or not delivery.article.picture:
                raise
            await self._edit(place, _without_picture(delivery), marks)

    async def _edit(self, place: Place, delivery: Delivery, marks: Sequence[str]) -> None:
        message_id = delivery.message_id
        if message_id is None:
            return
        try:
            async with _translated():
                await edits.edit_message(
                    self._bot.http,
                    place,
                    message_id,
                    self._embed(delivery, marks),
                    style=delivery.subscription.options.style,
                    name="" if delivery.bundle else self._name(delivery),
                )
        except _TooLongError as error:
            # discord.py waits as long as it is told to; of old messages Discord takes few edits.
            age = self._bot.clock.now() - discord.utils.snowflake_time(message_id)
            if age > OLD_MESSAGE:
                raise TooManyEdits("Discord asks to wait for long") from error
            raise

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

    def _place(self, subscription: Subscription, *, threads: bool = False) -> Place:
        """The channel, if everything that posting needs is granted there.

        History is needed too: without it Discord answers a look with an empty list, and what was
        posted would be posted again.
        """
        place = self._known_place(subscription)
        if missing := lacking(place, threads=threads):
            raise Blocked(grant(place.id, missing))
        return place

    def _known_place(self, subscription: Subscription) -> Place:
        guild = self._bot.get_guild(subscription.guild_id)
        if guild is None or guild.unavailable:
            raise Busy("the server cannot be reached", GONE_RETRY_S if guild is None else None)
        place = guild.get_channel(subscription.channel_id)
        if not isinstance(place, Place):
            raise Gone(MISSING)
        return place


def _without_picture(delivery: Delivery) -> Delivery:
    return replace(delivery, article=replace(delivery.article, picture=""))


class _AlreadyDeletedError(Exception):
    """Discord knows the nonce of a message that somebody has deleted since."""


class _TooLongError(Lost):
    """A request took too long, with the waiting that Discord asked for."""


@asynccontextmanager
async def _translated(timeout_s: float | None = SEND_TIMEOUT_S) -> AsyncIterator[None]:
    """Turn what goes wrong with a request into what the outbox understands."""
    try:
        async with asyncio.timeout(timeout_s):
            with _discord_errors():
                yield
    except aiohttp.ClientConnectorError as error:
        raise Busy("Discord cannot be reached") from error
    except TimeoutError as error:
        raise _TooLongError("Discord takes too long to answer") from error
    except (aiohttp.ClientError, OSError) as error:
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
    if error.code == OLD_MESSAGE_EDITS:
        return TooManyEdits("too many edits of old messages")
    if error.status in (401, 429) or error.code in (SLOWMODE, SENDING_DISABLED):
        return Busy("Discord asks to wait", 60.0)
    if error.status in (408, 409):
        return Lost("Discord did not finish")
    if error.code == 0 and error.text.lstrip().startswith("<"):
        # A web page: something stands between Discord and us, and says nothing about the channel.
        return Busy("Discord cannot be reached", 60.0)
    if error.code in (AUTOMOD_MESSAGE, AUTOMOD_TITLE):
        return Rejected("this server's AutoMod blocks it.")
    if error.code in ABOUT_THE_ARTICLE:
        return Rejected(f"{_words(error)}.")
    if error.code in REASONS:
        return Blocked(REASONS[error.code])
    return Blocked(f"Discord refuses: {_words(error)}.")


def _words(error: discord.HTTPException) -> str:
    text: Any = error.text or f"error {error.code}"
    return cut(" ".join(str(text).split()), 200).rstrip(".")
