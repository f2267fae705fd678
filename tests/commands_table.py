"""docs/commands.md, written from the command tree: ``make docs``."""

import asyncio
import tempfile
from pathlib import Path

from bot.app import EXTENSIONS, Steward
from bot.config import Config
from bot.services import Services
from cogs.common.listing import CommandRow, rows

DOCUMENT = Path(__file__).parent.parent / "docs" / "commands.md"

OPENING = """\
# Commands

Written by `make docs` from the commands themselves. `*` is required, `~` makes suggestions while
you type. Discord shows the moderators' commands to members with Manage Server; `/setup` says how to
show them to another role.
"""


async def unconnected(folder: Path) -> Steward:
    """The bot with its services and cogs, not logged in anywhere; close it after use."""
    bot = Steward(Config(database=folder / "steward.db"))
    bot.services = await Services.open(bot.config, bot.clock)
    for extension in EXTENSIONS:
        await bot.load_extension(extension)
    return bot


def document(listed: list[CommandRow]) -> str:
    """The whole of docs/commands.md."""
    parts = [OPENING]
    for title, moderators in (("For everybody", False), ("For moderators", True)):
        parts.append(f"## {title}\n\n| command | options | what it does |\n|---|---|---|")
        parts += [
            f"| `{row.path}` | {' '.join(f'`{option}`' for option in row.options)} "
            f"| {row.description} |"
            for row in listed
            if row.moderators is moderators
        ]
        parts[-1] += "\n"
    return "\n".join(parts)


async def main() -> None:
    """Write the document."""
    with tempfile.TemporaryDirectory() as folder:
        bot = await unconnected(Path(folder))
        text = document(rows(bot.tree))
        await bot.close()
    DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
