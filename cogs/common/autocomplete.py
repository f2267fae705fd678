"""Autocomplete that never fails aloud and never reveals to the wrong person.

discord.py does not run a command's checks for autocomplete, and logs who typed when it raises.
"""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Literal, TypeVar

from discord import app_commands

from bot.app import Interaction
from bot.text import cut
from cogs.common import guards

CogT = TypeVar("CogT")
Suggest = Callable[[CogT, Interaction, str], Awaitable[Sequence[tuple[str, str]]]]
Complete = Callable[[CogT, Interaction, str], Coroutine[Any, Any, list[app_commands.Choice[str]]]]

CHOICES = 25  # Discord: choices in one answer
CHOICE_LENGTH = 100  # Discord: characters of a choice's name and of its value


def suggest(
    audience: Literal["moderator", "inbox"] | None = None,
) -> Callable[[Suggest[CogT]], Complete[CogT]]:
    """Turn a method that gives ``(name, value)`` pairs into discord.py's kind of autocomplete.

    Args:
        audience: who may be shown anything; None for everybody.
    """

    def decorate(method: Suggest[CogT]) -> Complete[CogT]:
        async def complete(
            cog: CogT, interaction: Interaction, typed: str
        ) -> list[app_commands.Choice[str]]:
            try:
                if audience == "moderator" and not await guards.is_moderator(interaction):
                    return []
                if audience == "inbox" and not await guards.reads_inbox(interaction):
                    return []
                pairs = await method(cog, interaction, typed)
            except Exception:
                return []
            return [
                app_commands.Choice(name=cut(name, CHOICE_LENGTH) or "-", value=value)
                for name, value in pairs[:CHOICES]
                if 0 < len(value) <= CHOICE_LENGTH
            ]

        # discord.py tells a method, which gets its cog, from a function by this name alone.
        complete.__name__ = method.__name__
        complete.__qualname__ = f"Cog.{method.__name__}"
        return complete

    return decorate
