"""What those who read reports see of the inbox as a whole: lists, notices, the key."""

from collections.abc import Mapping, Sequence

import discord

from bot.reports.inbox import Line
from bot.reports.questions import STATUSES, Option, label
from bot.text import counted, cut, escape
from cogs.common.replies import COLOUR

PAGE = 15
_LINES_LIMIT = 3_800  # of 4,096 at Discord, should a server's words all be long
ROLE_GONE = (
    "**The role that reads reports was deleted.** Nobody can open them, and I take no new ones, "
    "until somebody with Manage Server chooses another, or none, in `/setup` under Roles. Those "
    "who have a receipt can still come back."
)


def line_text(line: Line, groups: Sequence[Option]) -> str:
    """One report in a list, and in autocomplete: nothing more there than here.

    Args:
        groups: all that the server has, in its words.
    """
    parts = [line.name, line.week, label(STATUSES, line.status)]
    if line.category is not None:
        parts.append(label(groups, line.category))
    return " · ".join(parts)


def list_embed(
    lines: Sequence[Line],
    page: int,
    when: str,
    matters: Mapping[str, int],
    groups: Sequence[Option],
    *,
    changed: str = "",
) -> discord.Embed:
    """One page of the list.

    Args:
        page: from 0.
        when: the next reports are shown, as ``at 18:00``.
        matters: how many reports are under each matter, in the whole inbox.
        groups: all that the server has, in its words.
        changed: when it was last changed who reads them, in sentences.
    """
    shown = lines[page * PAGE : (page + 1) * PAGE]
    named = [Option(group.code, escape(group.label)) for group in groups]
    text = "\n".join(
        f"- `{line.name}` {line_text(line, named)[len(line.name) + 3 :]}{_besides(line, matters)}"
        for line in shown
    )
    embed = discord.Embed(
        title=counted(len(lines), "report"),
        description=cut(text or "None here, as of the last notice time.", _LINES_LIMIT)
        + (f"\n\n-# {changed}" if changed else ""),
        colour=COLOUR,
    )
    return embed.set_footer(text=f"New ones show {when}. Open one with /inbox read.")


def _besides(line: Line, matters: Mapping[str, int]) -> str:
    parts = []
    if line.label:
        parts.append(f"**{escape(line.label)}**")
    if line.handed:
        parts.append(f"with <@{line.handed}>")
    if line.matter and matters.get(line.matter, 0) > 1:
        parts.append(f"one of {matters[line.matter]} of a matter")
    if line.replies and line.yours:
        parts.append("waits for you")
    elif line.unfetched:
        parts.append(f"{counted(line.unfetched, 'message')} not fetched")
    return "".join(f" · {part}" for part in parts)


def notice(reports: int, additions: int) -> str:
    """What moderators are told: a count, and nothing of what is in it."""
    parts = []
    if reports:
        parts.append(counted(reports, "new report"))
    if additions:
        parts.append(counted(additions, "addition"))
    return f"In the report inbox: {' and '.join(parts)}. `/inbox list` shows what is there."
