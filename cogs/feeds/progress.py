"""How imports look in Discord."""

import io
from dataclasses import dataclass

import discord

from bot.feeds.imports import Progress
from bot.feeds.imports.words import counts, failures_text
from bot.feeds.links import host_of
from bot.text import counted, cut, escape, utf16_len
from cogs.common.components import Buttons, Style
from cogs.common.replies import COLOUR

BAR = 12  # squares; more would be broken into two lines on a phone
LISTED = 10  # failures that are read in the message; of more there is a file
LIST_LIMIT = 3_500  # UTF-16 units of them
FILE_NAME = "failed-feeds.txt"


@dataclass(frozen=True, slots=True)
class Shown:
    """One state of the message that shows an import."""

    embed: discord.Embed
    buttons: Buttons
    files: list[discord.File]


def shown(progress: Progress) -> Shown:
    """What the message says now."""
    return _outcome(progress) if progress.done else _at_work(progress)


def _at_work(progress: Progress) -> Shown:
    channel = f"<#{progress.about.channel_id}>"
    settled = progress.total - progress.waiting
    filled = BAR * settled // max(progress.total, 1)
    lines = [
        f"Into {channel}. New articles are posted there from now on.",
        f"{'▰' * filled}{'▱' * (BAR - filled)} {settled:,} of {progress.total:,}",
        counts(progress),
    ]
    buttons = Buttons()
    if progress.waiting:
        buttons.button("Stop", f"feeds:import-stop:{progress.about.id}", style=Style.danger)
    else:
        lines.append("-# Only what is being fetched just now is still finished.")
    embed = discord.Embed(title="Importing feeds", description="\n".join(lines), colour=COLOUR)
    return Shown(embed, buttons, [])


def _outcome(progress: Progress) -> Shown:
    about = progress.about
    lines = [f"Into <#{about.channel_id}>: {counts(progress)}"]
    listed = _failures(progress)
    files = []
    if listed:
        lines += ["", "**What failed, and why**", *listed]
    if len(listed) < len(progress.failures):
        more = len(progress.failures) - len(listed)
        lines.append(f"… and {more:,} more: all of them are in the file.")
        text = failures_text(progress).encode()
        files.append(discord.File(io.BytesIO(text), FILE_NAME))
    buttons = Buttons()
    if progress.stopped:
        buttons.button("Go on", f"feeds:import-again:{about.id}", style=Style.primary)
    elif any(item.url for item in progress.failures):
        buttons.button("Try the failed ones again", f"feeds:import-again:{about.id}")
    if progress.added:
        buttons.button("Undo", f"feeds:import-undo:{about.id}")
    title = "Import stopped" if progress.stopped else "Import finished"
    embed = discord.Embed(title=title, description="\n".join(lines), colour=COLOUR)
    return Shown(embed, buttons.button("Show feeds", "feeds:list:0"), files)


def _failures(progress: Progress) -> list[str]:
    """As many of the failures as can be read with ease."""
    lines: list[str] = []
    left = LIST_LIMIT
    for item in progress.failures[:LISTED]:
        host = host_of(item.url) if item.url else ""
        where = f" ({escape(cut(host, 60))})" if host and host != item.title else ""
        line = f"- **{escape(cut(item.title, 80))}**{where}: {cut(item.reason, 300)}"
        left -= utf16_len(line) + 1
        if left < 0:
            break
        lines.append(line)
    return lines


def undone(progress: Progress, removed: int) -> Shown:
    """After everything that an import has added was removed again."""
    embed = discord.Embed(
        title="Import undone",
        description=f"{counted(removed, 'feed')} {'is' if removed == 1 else 'are'} no longer "
        f"posted in <#{progress.about.channel_id}>. What was posted stays.",
        colour=COLOUR,
    )
    buttons = Buttons().button("Import them again", f"feeds:import-again:{progress.about.id}")
    return Shown(embed, buttons.button("Show feeds", "feeds:list:0"), [])
