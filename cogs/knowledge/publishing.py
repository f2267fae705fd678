"""Answers for everybody: the one place where the bot posts one in a channel, and its buttons."""

import discord
from discord.ext import commands

from bot.app import Interaction, Steward
from bot.errors import NotAllowed, NotFound
from bot.knowledge import Entry
from bot.routing import component
from cogs.common import guards
from cogs.common.posting import Postable, channel_to_post_in
from cogs.common.replies import NO_MENTIONS, UNDELIVERED, update
from cogs.knowledge import embeds
from cogs.knowledge.answering import done_with

SERVER_ERROR = 500
MINUTE = 60_000 << 22  # in Discord's ids, whose upper bits count milliseconds
UNKNOWN_MESSAGE = 10008  # Discord: there is no such message
INVALID_FORM = 50035  # Discord: among others, a reply to a message that is not there any more
GONE = (
    "That message has been deleted, so there is nothing to reply to. `Post in channel` posts the "
    "answer by itself."
)
NO_HISTORY = (
    "I cannot reply to a message here: I lack Read Message History. A moderator can grant it to "
    "my role under Edit Channel → Permissions."
)


async def post_publicly(
    bot: Steward,
    channel: Postable,
    entry: Entry,
    *,
    nonce: str,
    reply_to: discord.MessageReference | None = None,
) -> discord.Message:
    """Post an answer for everybody, as a message of the bot's own that names and pings nobody.

    All public copies of answers are made here.

    Args:
        nonce: at most 25 characters; Discord posts nothing when it has just seen the same.
        reply_to: the message to reply to; it is not pinged.

    Raises:
        discord.HTTPException: Discord refused; see ``is_gone``.
    """
    # A correction of the entry reaches what was posted, also if the bot ends meanwhile.
    copies, server = bot.services.editing.copies, channel.guild.id
    attempt = await copies.intend(server, channel.id, _just_before(channel), entry)
    try:
        message = await channel.send(
            embed=embeds.answer_embed(entry),
            view=embeds.public_buttons(entry),
            nonce=nonce,
            reference=reply_to,  # type: ignore[arg-type]  # None is as good as nothing there
            allowed_mentions=NO_MENTIONS,
        )
    except UNDELIVERED as error:
        if isinstance(error, discord.HTTPException) and error.status < SERVER_ERROR:
            await copies.not_posted(attempt)
        else:
            copies.perhaps_posted(attempt)
        raise
    await copies.posted(server, channel.id, message.id, entry, attempt)
    return message


def _just_before(channel: Postable) -> int:
    """An id from the beginning of the minute of a channel's last message: that message itself may
    be the one that asked, and what is written down of an answer must not lead to it."""
    last = channel.last_message_id or 0
    return last - last % MINUTE


def is_gone(error: discord.HTTPException) -> bool:
    """Whether Discord refused since the message to reply to is not there any more."""
    unknown = error.code == INVALID_FORM and "message_reference" in error.text
    return unknown or error.code == UNKNOWN_MESSAGE


class PublishingCog(commands.Cog):
    """Posting what one person was shown, where that person could write it too."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot

    @component("knowledge:post")
    async def post(self, interaction: Interaction, identifier: str) -> None:
        """Post an answer in the channel."""
        entry = await self._entry(interaction, identifier)
        channel = channel_to_post_in(interaction, "/faq")
        # Sending may have to wait for a rate limit; the press must be answered in three seconds.
        await interaction.response.defer()
        # By the nonce Discord knows a second press of the same button, and posts nothing then.
        await post_publicly(self.bot, channel, entry, nonce=f"post-{_shown_in(interaction)}")
        await self._posted(interaction, {"knowledge:post": "Posted"})

    @component("knowledge:reply")
    async def reply_to(self, interaction: Interaction, identifier: str, message_id: str) -> None:
        """Post an answer as a reply to the message that asked."""
        entry = await self._entry(interaction, identifier)
        channel = channel_to_post_in(interaction, "/faq")
        if not interaction.app_permissions.read_message_history:
            raise NotAllowed(NO_HISTORY)
        await interaction.response.defer()
        reference = discord.MessageReference(
            message_id=int(message_id, 16), channel_id=channel.id, fail_if_not_exists=True
        )
        try:
            await post_publicly(
                self.bot,
                channel,
                entry,
                nonce=f"reply-{_shown_in(interaction)}",
                reply_to=reference,
            )
        except discord.HTTPException as error:
            if is_gone(error):
                raise NotFound(GONE) from error
            raise
        await self._posted(interaction, {"knowledge:reply": "Replied"})

    async def _entry(self, interaction: Interaction, identifier: str) -> Entry:
        return await self.bot.services.knowledge.entry(guards.guild_id(interaction), identifier)

    async def _posted(self, interaction: Interaction, changed: dict[str, str | None]) -> None:
        """Take note on the asker's message that it was done."""
        shown, buttons = done_with(interaction.message, changed)
        said = interaction.message.content if interaction.message else None
        await update(interaction, said or None, embeds=shown, view=buttons)


def _shown_in(interaction: Interaction) -> int:
    return (interaction.message or interaction).id
