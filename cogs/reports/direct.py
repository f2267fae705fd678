"""/report in a direct message: to which server, and why not here.

Whether Discord shows an answer in a direct message to one person for a moment, or keeps it in the
conversation, is not told by its documentation, and clients have differed. A receipt that stays in
somebody's list of conversations can be read by whoever holds their phone. So nothing is written or
shown here: the person is led to the servers that they share with the bot, where it is certain.
"""

import asyncio
from collections.abc import Iterable

import discord

from bot.app import Interaction, Steward
from bot.errors import Unavailable
from bot.reports.signposts import DEFAULTS
from cogs.common.components import Buttons
from cogs.common.replies import UNDELIVERED, reply, think
from cogs.reports.gate import open_in

MOST = 20  # servers that are looked at; more would take too long, and fit no message
AT_ONCE = 4
PATIENCE_S = 8.0
_ADDRESS = "https://discord.com/channels"

WHY = (
    "**Not here, please, but on a server.** In a direct message Discord may keep what I answer in "
    "this conversation, where whoever holds your phone can read it: your words, and the receipt. "
    "On a server it is shown to you alone, and goes."
)
CHOOSE = "These are the servers that you share with me and that take reports. Then `/report {name}`"
NONE_HERE = (
    "I see no server that you share with me and that takes reports just now. If you know of one, "
    "open it and type `/report {name}` there."
)


async def lead_to_server(interaction: Interaction, name: str) -> None:
    """Answer /report in a direct message with the servers where it can be used.

    Args:
        name: of the command that was run.
    """
    await think(interaction)
    guilds = await shared(interaction.client, interaction.user.id)
    buttons = Buttons()
    for guild in guilds:
        settings = await interaction.client.services.servers.settings(guild.id)
        desk = [settings.front_desk_channel_id, settings.front_desk_message_id]
        parts = [guild.id, *(each for each in desk if each is not None)]
        buttons.link(guild.name, "/".join([_ADDRESS, *map(str, parts)]))
    there = CHOOSE if guilds else f"{NONE_HERE}\n\n{DEFAULTS.other_routes}"
    text = f"{WHY}\n\n{there.format(name=name)}\n\n{DEFAULTS.nobody_watches}"
    await reply(interaction, text, view=buttons)


async def shared(bot: Steward, person_id: int) -> list[discord.Guild]:
    """The servers that take reports and that a person is in, by name; Discord is asked.

    No member is remembered and nothing is logged. Those of which Discord does not tell in time are
    left out.
    """
    ready = [guild for guild in bot.guilds if await _is_open(bot, guild.id)][:MOST]
    places = asyncio.Semaphore(AT_ONCE)

    async def there(guild: discord.Guild) -> bool:
        async with places:
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await guild.fetch_member(person_id)
            except UNDELIVERED:  # also where they are not in it
                return False
            return True

    found = await asyncio.gather(*map(there, ready))
    return sorted(_those(ready, found), key=lambda guild: guild.name.casefold())


def _those(guilds: Iterable[discord.Guild], found: Iterable[bool]) -> list[discord.Guild]:
    return [guild for guild, there in zip(guilds, found, strict=True) if there]


async def _is_open(bot: Steward, guild_id: int) -> bool:
    try:
        await open_in(bot, guild_id)
    except Unavailable:
        return False
    return True
