"""A server's inbox for sealed reading, with what else is needed to work on it."""

from bot.reports.bundle import Group
from bot.reports.desk import Desk


async def export(desk: Desk, guild_id: int) -> bytes:
    """Everything, still sealed, with the server's own words and its settled figures."""
    offered = {option.code for option in await desk.groups.offered(guild_id)}
    groups = [
        Group(option.code, option.label, option.code in offered)
        for option in await desk.groups.all(guild_id)
    ]
    figures = [table.to_json() for table in await desk.figures.periods(guild_id)]
    hold = (await desk.choices.keeping(guild_id)).hold
    return await desk.inbox.export(guild_id, groups, figures, hold=hold)
