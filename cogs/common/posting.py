"""Posting for everybody what one person was shown, where that person could write it too."""

import discord

from bot.app import Interaction
from bot.errors import NotAllowed

Postable = discord.TextChannel | discord.Thread | discord.VoiceChannel | discord.StageChannel

MAY_NOT_ATTACH = (
    "You may not attach files in this channel yourself, so I do not post a picture for you. Press "
    "the button in a channel where you may."
)
CANNOT_ATTACH = (
    "I may not post a picture in this channel: I need Attach Files. A moderator can grant it to my "
    "role under Edit Channel → Permissions."
)


def channel_to_post_in(interaction: Interaction, command: str) -> Postable:
    """The channel of a press, if both the person and the bot may write there.

    Args:
        command: what to run elsewhere, as ``/faq``.

    Raises:
        NotAllowed: one of them may not; says which.
    """
    channel = interaction.channel
    if not isinstance(channel, Postable):
        raise NotAllowed(f"An answer cannot be posted here. Run `{command}` in a text channel.")
    thread = isinstance(channel, discord.Thread)
    if not may_send(interaction.permissions, thread=thread, embeds=False):
        raise NotAllowed(
            "You may not write in this channel yourself, so I do not post for you. Run "
            f"`{command}` in a channel where you may."
        )
    if not may_send(interaction.app_permissions, thread=thread):
        raise NotAllowed(
            "I may not post in this channel: I need View Channel, Send Messages and Embed Links. "
            "A moderator can grant them to my role under Edit Channel → Permissions."
        )
    return channel


def require_attaching(interaction: Interaction) -> None:
    """Raises NotAllowed unless both the person and the bot may attach files where it was run."""
    if not interaction.permissions.attach_files:
        raise NotAllowed(MAY_NOT_ATTACH)
    if not interaction.app_permissions.attach_files:
        raise NotAllowed(CANNOT_ATTACH)


def may_send(held: discord.Permissions, *, thread: bool, embeds: bool = True) -> bool:
    """Whether some permissions are enough to write in a channel or thread."""
    sending = held.send_messages_in_threads if thread else held.send_messages
    return held.view_channel and sending and (held.embed_links or not embeds)
