"""How imports look in Discord."""

import io
from dataclasses import dataclass

import discord

from bot.feeds.imports import Progress
from bot.feeds.imports.words import counts, failures_text
from bot.text import counted, cut, escape, utf16_len
from cogs.common.components import Buttons, Style
from cogs.common.replies import COLOUR

BAR = 12  # squares; more would be broken into two lines on a phone
REASONS, NAMES = 10, 8  # that are read in the message; of more failures there is a file
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
        f"{'■' * filled}{'□' * (BAR - filled)} {settled:,} of {progress.total:,}",
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
    listed, whole = _failures(progress)
    files = []
    if listed:
        lines += ["", "**What failed, and why**", *listed]
    if not whole:
        lines.append("-# All of them, with their addresses, are in the file.")
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


def _failures(progress: Progress) -> tuple[list[str], bool]:
    """What failed by its reason, as far as it can be read with ease; whether that is all."""
    by_reason: dict[str, list[str]] = {}
    for item in progress.failures:
        by_reason.setdefault(item.reason, []).append(escape(cut(item.title, 60)))
    lines: list[str] = []
    left = LIST_LIMIT
    whole = True
    for reason, names in by_reason.items():
        more = len(names) - NAMES
        listed = ", ".join(f"**{name}**" for name in names[:NAMES])
        listed += f" and {more:,} more" if more > 0 else ""
        line = f"- {listed}: {cut(reason, 300)}"
        whole = whole and more <= 0
        left -= utf16_len(line) + 1
        if left < 0 or len(lines) == REASONS:
            return lines, False
        lines.append(line)
    return lines, whole


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
