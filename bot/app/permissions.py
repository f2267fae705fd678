"""What the bot has to be allowed on a server, and what of that it lacks."""

import discord

# The least that every part of the bot needs; the invite link asks for no more.
INVITE_PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
    pin_messages=True,
)


def missing_permissions(held: discord.Permissions) -> list[str]:
    """The permissions of the invite link that are not held, in Discord's own words."""
    if held.administrator:
        return []
    return [
        permission_words(name)
        for name, wanted in INVITE_PERMISSIONS
        if wanted and not getattr(held, name)
    ]


def permission_words(name: str) -> str:
    """A permission as Discord's settings call it."""
    return "View Channels" if name == "read_messages" else name.replace("_", " ").title()
