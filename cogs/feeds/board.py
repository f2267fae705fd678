"""Shows imports in Discord: one message each, in a channel, or for a while to one person alone."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import discord

from bot.app import Interaction, Steward
from bot.feeds.imports import NotShown, Progress
from cogs.common.replies import NO_MENTIONS, UNDELIVERED
from cogs.feeds.progress import Shown, shown
from cogs.feeds.publisher import DiscordPublisher

WHISPER_FOR = timedelta(minutes=14)  # Discord: an interaction's token lives for 15

# https://discord.com/developers/docs/topics/opcodes-and-status-codes
OLD_MESSAGE_EDITS = 30046


class ImportBoard:
    """The imports' way to Discord; the messages are known again by their ids alone."""

    def __init__(self, bot: Steward, publisher: DiscordPublisher) -> None:
        self._bot = bot
        self._publisher = publisher
        self._whispers: dict[int, Interaction] = {}

    def position(self, channel_id: int) -> int:
        """The newest message or post known in a channel, or 0."""
        return self._publisher.position(channel_id)

    def whisper(self, import_id: int, interaction: Interaction) -> None:
        """Show an import in the private answer to an interaction for as long as that lasts."""
        self._whispers[import_id] = interaction

    async def show(self, progress: Progress) -> int | None:
        """Show how far an import is; the message's id, or None where nobody sees it.

        Raises:
            NotShown: Discord has trouble of its own.
        """
        about = progress.about
        await self._whisper(progress)
        if not about.place_id:
            return None
        place = self._bot.get_partial_messageable(about.place_id, guild_id=about.guild_id)
        try:
            if about.message_id and await self._edited(place, about.message_id, progress):
                return about.message_id
            return await self._sent(place, progress)
        except discord.DiscordServerError as error:
            raise NotShown from error
        except discord.HTTPException:
            return None
        except UNDELIVERED as error:
            raise NotShown from error

    async def _edited(
        self, place: discord.PartialMessageable, message_id: int, progress: Progress
    ) -> bool:
        """Whether the message needs no other in its place."""
        message = place.get_partial_message(message_id)
        state = shown(progress)
        try:
            try:
                await message.edit(**_parts(state), attachments=state.files)
            except discord.Forbidden:
                if not state.files:
                    raise
                await message.edit(**_parts(shown(progress)), attachments=[])
        except discord.NotFound:
            return not progress.done  # somebody did not want it; the outcome is told all the same
        except discord.HTTPException as error:
            if error.code != OLD_MESSAGE_EDITS:
                raise
            return not progress.done
        return True

    async def _sent(self, place: discord.PartialMessageable, progress: Progress) -> int:
        about, state = progress.about, shown(progress)
        # Were the answer lost, the same nonce has Discord name the message instead of repeating it.
        nonce = f"import-{about.id}" + ("-end" if about.message_id else "")
        try:
            message = await place.send(**_parts(state), files=state.files, nonce=nonce)
        except discord.Forbidden:
            if not state.files:
                raise
            message = await place.send(**_parts(shown(progress)), nonce=nonce)
        return message.id

    async def _whisper(self, progress: Progress) -> None:
        interaction = self._whispers.get(progress.about.id)
        if interaction is None:
            return
        late = discord.utils.utcnow() - interaction.created_at > WHISPER_FOR
        if progress.done or late:
            del self._whispers[progress.about.id]
        if not late:
            state = shown(progress)
            with suppress(*UNDELIVERED):
                await interaction.edit_original_response(
                    content=None, **_parts(state), attachments=state.files
                )


def _parts(state: Shown) -> dict[str, Any]:
    return {"embed": state.embed, "view": state.buttons, "allowed_mentions": NO_MENTIONS}
