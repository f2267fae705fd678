"""A server's inbox for sealed reading, with what else is needed to work on it."""

from bot.reports.bundle import Group
from bot.reports.desk import Desk
from bot.reports.figures.tables import Quarter


async def export(desk: Desk, guild_id: int) -> bytes:
    """Everything, still sealed, with the server's own words and its settled figures."""
    groups = [Group(each.code, each.label) for each in await desk.groups.all(guild_id)]
    figures = [table.to_json() for table in await desk.figures.periods(guild_id)]
    hold = (await desk.choices.keeping(guild_id)).hold
    shown = await desk.inbox.shown(guild_id)
    quarters = {Quarter.of_week(report.week) for report in shown if report.week}
    offered = {
        str(quarter): await desk.groups.offered_between(guild_id, *quarter.weeks)
        for quarter in sorted(quarters)
    }
    return await desk.inbox.export(guild_id, groups, figures, hold=hold, offered=offered)
