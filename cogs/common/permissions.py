"""What the bot needs in a channel to post there, and what to say when it is missing."""

import discord

from bot.app import Interaction

NEEDED = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
    "read_message_history": "Read Message History",
}
FORUM_WORDS = {"send_messages": "Create Posts"}
FOR_THREADS = {"create_public_threads": "Create Public Threads"}


def lacking(
    place: discord.TextChannel | discord.ForumChannel, *, threads: bool = False
) -> list[str]:
    """The permissions that the bot lacks for posting in a place, as Discord names them.

    Args:
        threads: in a text channel, threads are to be started from what is posted.
    """
    held = place.permissions_for(place.guild.me)
    if isinstance(place, discord.ForumChannel):
        names = NEEDED | FORUM_WORDS
    else:
        names = NEEDED | (FOR_THREADS if threads else {})
    return [words for name, words in names.items() if not getattr(held, name)]


def grant(channel_id: int, missing: list[str]) -> str:
    """What is missing in a channel and where to grant it; two sentences.

    Args:
        missing: as ``lacking`` gives it; not empty.
    """
    listed = " and ".join([", ".join(missing[:-1]), missing[-1]]) if missing[1:] else missing[0]
    return (
        f"I lack {listed} in <#{channel_id}>. Grant it to my role there: "
        "Edit Channel → Permissions → my role."
    )


def postable(interaction: Interaction) -> int:
    """The id of the channel of an interaction, if both the person and the bot may post there; 0.

    Discord sends along what each of them may do there, threads included.
    """
    channel = interaction.channel
    if channel is None or isinstance(channel, discord.abc.PrivateChannel):
        return 0
    name = "send_messages_in_threads" if isinstance(channel, discord.Thread) else "send_messages"
    ours, theirs = interaction.app_permissions, interaction.permissions
    allowed = ours.view_channel and ours.embed_links and getattr(ours, name)
    return channel.id if allowed and getattr(theirs, name) else 0
