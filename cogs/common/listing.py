"""The commands as rows, for `/help` and for docs/commands.md, from the tree itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from discord import app_commands


@dataclass(frozen=True, slots=True)
class CommandRow:
    """One command as a person types it.

    Attributes:
        path: such as ``/feeds add``; a message command's name without a slash.
        options: such as ``url*`` (required) or ``feed*~`` (required, with suggestions).
        description: its first line of help.
        moderators: Discord hides it from members without Manage Server.
    """

    path: str
    options: tuple[str, ...]
    description: str
    moderators: bool


def rows(tree: app_commands.CommandTree[Any]) -> list[CommandRow]:
    """Every command of the tree, in alphabetical order, groups taken apart."""
    found: list[CommandRow] = []
    for command in tree.get_commands():
        found.extend(_rows(command, moderators=command.default_permissions is not None))
    return sorted(found, key=lambda row: (row.moderators, row.path))


def _rows(
    command: Any,  # noqa: ANN401  a command, a group or a message command
    *,
    moderators: bool,
) -> Iterator[CommandRow]:
    if isinstance(command, app_commands.Group):
        for child in command.commands:
            yield from _rows(child, moderators=moderators)
        return
    if isinstance(command, app_commands.ContextMenu):
        described = command.extras.get("help", "In the menu of a message, under Apps.")
        yield CommandRow(command.name, (), str(described), moderators)
        return
    options = tuple(
        parameter.display_name
        + ("*" if parameter.required else "")
        + ("~" if parameter.autocomplete else "")
        for parameter in command.parameters
    )
    yield CommandRow(f"/{command.qualified_name}", options, command.description, moderators)
