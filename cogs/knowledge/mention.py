"""A question to the bot by name in a channel, answered there for everybody.

Discord gives a bot the words of a message that mentions it, and of no other; nothing is kept.
"""

from collections.abc import Sequence
from contextlib import suppress
from enum import Enum

import discord
from discord.ext import commands

from bot.app import Steward
from bot.errors import UserError
from bot.knowledge import Entry, question_in, says_something
from bot.limits import MinuteLimits
from cogs.common.posting import Postable, may_send
from cogs.common.replies import NO_MENTIONS, UNDELIVERED
from cogs.knowledge.menu import answer_reading
from cogs.knowledge.publishing import post_publicly

# In a minute. Whoever wants more asks by /faq, which nobody else has to read.
PERSON_LIMIT, CHANNEL_LIMIT = 3, 6

UNKNOWN = (
    "I don't know: nothing that has been checked answers this. `/faq` shows what comes nearest "
    "and passes a question on to the moderators."
)
UNKNOWN_REST = (
    "I don't know the rest of what you asked: nothing that has been checked answers it. `/faq` "
    "passes it on to the moderators."
)
HINT = "Write a question after my name, or ask by `/faq`: then you alone see the answer."


class Manner(Enum):
    """How a message is answered."""

    ALOUD = "with the answer, or that we do not know"
    IF_KNOWN = "with the answer if there is one"
    HINT = "with how to ask"
    SILENT = "not at all"


class MentionCog(commands.Cog):
    """Reads only what is said to the bot, and only as long as it takes to answer."""

    def __init__(self, bot: Steward) -> None:
        self.bot = bot
        self._limits = MinuteLimits(bot.clock)
        self._waiting: set[int] = set()  # ids of messages that are being answered

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer a message that asks us something; an edit of it later changes nothing."""
        channel = message.channel
        if not self._is_for_us(message) or not (
            isinstance(channel, Postable) and _may_reply(channel)
        ):
            return
        asked = question_in(message.content)
        manner = self._manner(message.content, asked)
        if manner is Manner.SILENT or not self._may_answer(message):
            return
        self._waiting.add(message.id)
        try:
            # The message may be gone by now, or the channel closed to us: nobody waits for this.
            with suppress(UserError, *UNDELIVERED):
                await self._answer(message, channel, asked, manner)
        finally:
            self._waiting.discard(message.id)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """What is deleted before it was answered gets no answer."""
        self._waiting.discard(payload.message_id)

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        self._waiting.difference_update(payload.message_ids)

    async def _answer(
        self, message: discord.Message, channel: Postable, asked: str, manner: Manner
    ) -> None:
        reference = message.to_reference()
        # By the nonce Discord knows a message that it gave us twice, and posts nothing then.
        nonce = f"ask-{message.id}"
        entries: Sequence[Entry] = ()
        said = HINT if manner is Manner.HINT else UNKNOWN
        if manner is not Manner.HINT:
            found = await answer_reading(self.bot.services.knowledge, _server(message), asked)
            entries = found.entries
            said = UNKNOWN_REST if entries and found.unknown else "" if entries else said
        if not entries and manner is Manner.IF_KNOWN:
            return
        for number, entry in enumerate(entries):
            # Each answer is a question of its own; the first is counted by now.
            if number and not self._may_answer(message):
                return
            if message.id in self._waiting:
                of_this = f"{nonce}-{number}"
                await post_publicly(self.bot, channel, entry, nonce=of_this, reply_to=reference)
        if said and message.id in self._waiting:
            await channel.send(said, reference=reference, nonce=nonce, allowed_mentions=NO_MENTIONS)

    def _may_answer(self, message: discord.Message) -> bool:
        return self._limits.take(
            {message.author.id: PERSON_LIMIT, message.channel.id: CHANNEL_LIMIT}
        )

    def _is_for_us(self, message: discord.Message) -> bool:
        """Whether a person mentions us, alone or beside others; not everybody, not a role."""
        return (
            message.guild is not None
            and not message.author.bot
            and message.webhook_id is None
            and message.type in (discord.MessageType.default, discord.MessageType.reply)
            and not message.mention_everyone
            and any(person == self.bot.user for person in message.mentions)
        )

    def _manner(self, content: str, asked: str) -> Manner:
        """How to answer a message that mentions us.

        A reply to a message of ours mentions us by itself, without our name in its words.
        """
        assert self.bot.user is not None
        names = (f"<@{self.bot.user.id}>", f"<@!{self.bot.user.id}>")
        text = content.strip(" .!?")
        named = any(name in text for name in names)
        if not asked:
            return Manner.HINT if named else Manner.SILENT
        question = "?" in asked and bool(asked.strip(" ?"))
        says = says_something(asked)
        if named and (question or (says and text.startswith(names))):
            return Manner.ALOUD
        if question or (says and text.endswith(names)):
            return Manner.IF_KNOWN
        return Manner.SILENT


def _server(message: discord.Message) -> int:
    return message.guild.id if message.guild else 0


def _may_reply(channel: Postable) -> bool:
    """Whether we may write there and see what we reply to; private threads are left alone.

    In those a few people talk among themselves, of a report perhaps.
    """
    if channel.type is discord.ChannelType.private_thread:
        return False
    held = channel.permissions_for(channel.guild.me)
    thread = isinstance(channel, discord.Thread)
    return may_send(held, thread=thread) and held.read_message_history
