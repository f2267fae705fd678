"""The front desk: a pinned message by which members reach everything without knowing a command."""

from contextlib import suppress

import discord

from bot.errors import NotAllowed
from bot.reports.signposts import DEFAULTS, Signposts
from cogs.common.components import Buttons, Style
from cogs.common.permissions import grant, lacking
from cogs.common.replies import COLOUR

TEXT = (
    "**Ask** anything about the history of our service and what the union did; the answer comes "
    "with its sources, to you alone.\n"
    "**Report** what happens at work, without your name. You are told first who can see what."
)


def buttons() -> Buttons:
    """The front desk's buttons; each is answered by the cog of its job, also after a restart."""
    return (
        Buttons()
        .button("Ask", "knowledge:ask", style=Style.primary)
        .button("Report", "reports:begin", style=Style.primary)
        .button("Who can see what", "reports:privacy")
    )


def embed(signposts: Signposts) -> discord.Embed:
    """What the front desk says."""
    text = f"{TEXT}\n\n{signposts.nobody_watches}"
    return discord.Embed(title="Front desk", description=text, colour=COLOUR)


async def place(channel: discord.TextChannel, signposts: Signposts = DEFAULTS) -> discord.Message:
    """Post the front desk and pin it, if pinning is allowed.

    Args:
        signposts: where to turn with what cannot wait, as the server says it.

    Raises:
        NotAllowed: the bot may not post there; says what is missing.
    """
    if missing := lacking(channel):
        raise NotAllowed(f"{grant(channel.id, missing)} Then choose the channel again.")
    message = await channel.send(embed=embed(signposts), view=buttons())
    with suppress(discord.Forbidden):  # it works unpinned as well, and /setup says so
        await message.pin(reason="The front desk should be easy to find")
    return message


async def remove(channel: discord.TextChannel | None, message_id: int | None) -> None:
    """Take away an earlier front desk, if it is still there."""
    if channel is not None and message_id is not None:
        with suppress(discord.NotFound, discord.Forbidden):
            await channel.get_partial_message(message_id).delete()
