"""Whether reports are taken on a server."""

from bot.app import Interaction, Steward
from bot.errors import Unavailable
from cogs.common import guards
from cogs.common.readers import role_is_gone

_CLOSED = "Anonymous reports are switched off here. Nothing was sent or kept."
_NOT_YET = (
    "Anonymous reports are not open here yet: the moderators have not finished setting them up. "
    "Nothing was sent or kept. You can ask them to; what you want to report, please keep to "
    "yourself until then, or use another way."
)

_NOBODY_READS = (
    "Anonymous reports are not taken here just now: the role that reads them was deleted, so "
    "nobody could read yours. Nothing was sent or kept. Please use another way, or come back."
)


async def require_open(interaction: Interaction) -> int:
    """The server, if reports are taken there and could be sealed.

    Raises:
        NotAllowed: in a direct message.
        Unavailable: switched off, not set up yet, or without a key; says what else to do.
    """
    guild_id = guards.guild_id(interaction)
    await open_in(interaction.client, guild_id)
    return guild_id


async def open_in(bot: Steward, guild_id: int) -> None:
    """Raises Unavailable, as ``require_open``, where reports are not taken."""
    closed = await _why_not(bot, guild_id)
    if closed:
        signposts = await bot.services.reports.wording.signposts(guild_id)
        raise Unavailable(f"{closed}\n\n{signposts.other_routes}\n\n{signposts.nobody_watches}")


async def _why_not(bot: Steward, guild_id: int) -> str:
    if bot.config.reports == "off":
        return _CLOSED
    settings = await bot.services.servers.settings(guild_id)
    if bot.config.reports == "after-setup" and not settings.reports_ready:
        return _NOT_YET
    guild = bot.get_guild(guild_id)
    if guild is not None and role_is_gone(guild, settings):
        return _NOBODY_READS
    try:
        await bot.services.reports.prepare(guild_id)
    except Unavailable as error:
        return str(error)
    return ""
