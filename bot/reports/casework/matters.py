"""Reports of one matter: several people tell of one thing, and moderators work on it as one."""

import secrets
from dataclasses import dataclass

from bot.errors import InvalidInput, NotFound
from bot.reports.inbox import GONE, Inbox

MATTER_BYTES = 8


@dataclass(frozen=True, slots=True)
class Merged:
    """What joining two reports changed, so that it can be undone.

    Attributes:
        matter: what both are under now, in hexadecimal digits.
        before: what the first was under; empty for none.
    """

    matter: str
    before: str


async def merge(inbox: Inbox, guild_id: int, report_id: bytes, other_id: bytes) -> Merged:
    """Put a report under the same matter as another one. Others of its old matter stay there.

    Raises:
        InvalidInput: they are the same report, or under the same matter already.
        NotFound: one of them is not there any more.
    """
    if report_id == other_id:
        raise InvalidInput("That is the same report. Give the name of the other one.")
    known = {report.id: report.matter for report in await inbox.shown(guild_id)}
    if report_id not in known or other_id not in known:
        raise NotFound(GONE)
    before, there = known[report_id], known[other_id]
    if before is not None and before == there:
        raise InvalidInput("They are under the same matter already. Nothing was changed.")
    matter = there or secrets.token_bytes(MATTER_BYTES)
    if not await inbox.cases.set_matters(guild_id, {report_id: matter, other_id: matter}):
        raise NotFound(GONE)
    return Merged(matter.hex(), (before or b"").hex())


async def put_back(inbox: Inbox, guild_id: int, report_id: bytes, matter: str = "") -> None:
    """Undo ``merge``, or take a report out of its matter.

    Args:
        matter: what it goes back under; empty for none.

    Raises:
        NotFound: there is no such report.
    """
    wanted = bytes.fromhex(matter) if matter else None
    if not await inbox.cases.set_matters(guild_id, {report_id: wanted}):
        raise NotFound(GONE)


async def others(inbox: Inbox, guild_id: int, report_id: bytes) -> list[bytes]:
    """The other reports under the same matter, in no order of time."""
    reports = await inbox.shown(guild_id)
    ours = next((report.matter for report in reports if report.id == report_id), None)
    if ours is None:
        return []
    return [each.id for each in reports if each.matter == ours and each.id != report_id]
