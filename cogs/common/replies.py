"""Answering an interaction: as a response or a follow-up, private unless said otherwise."""

from collections.abc import Sequence
from typing import Any

import aiohttp
import discord

from bot.app import Interaction
from cogs.common.components import Buttons

COLOUR = discord.Colour(0x2F6F73)  # one quiet colour for everything that Steward says
# Discord refused the answer, or it was lost on the way: the person may not have seen it.
UNDELIVERED = (discord.HTTPException, aiohttp.ClientError, TimeoutError, OSError)
NO_MENTIONS = discord.AllowedMentions.none()


async def reply(
    interaction: Interaction,
    content: str | None = None,
    *,
    embed: discord.Embed | None = None,
    embeds: Sequence[discord.Embed] = (),
    view: Buttons | None = None,
    file: discord.File | None = None,
    ephemeral: bool = True,
) -> None:
    """Answer, whether or not the interaction was deferred before."""
    options: dict[str, Any] = {
        "embeds": [embed] if embed else list(embeds),
        "ephemeral": ephemeral,
        "allowed_mentions": NO_MENTIONS,
    }
    if view is not None:
        options["view"] = view
    if file is not None:
        options["file"] = file
    if interaction.response.is_done():
        await interaction.followup.send(content or "", **options)
    else:
        await interaction.response.send_message(content, **options)


async def update(
    interaction: Interaction,
    content: str | None = None,
    *,
    embed: discord.Embed | None = None,
    embeds: Sequence[discord.Embed] = (),
    view: Buttons | None = None,
    file: discord.File | None = None,
) -> None:
    """Replace the message that the pressed component, or the form's button, sits on.

    Without ``file`` it keeps the files that it has.
    """
    options: dict[str, Any] = {
        "content": content,
        "embeds": [embed] if embed else list(embeds),
        "view": view,
        "allowed_mentions": NO_MENTIONS,
    }
    if file is not None:
        options["attachments"] = [file]
    if interaction.response.is_done():
        await interaction.edit_original_response(**options)
    else:
        await interaction.response.edit_message(**options)


async def think(interaction: Interaction) -> None:
    """Say at once that an answer is coming, privately; Discord waits three seconds for that."""
    await interaction.response.defer(ephemeral=True, thinking=True)


def chosen(interaction: Interaction) -> list[str]:
    """What was chosen in the select that was used: texts, or ids of channels and roles."""
    data: Any = interaction.data
    return [str(value) for value in data.get("values", [])]
