"""Ids out of buttons."""

from bot.errors import Forgotten


def number(text: str) -> int:
    """An id out of a button.

    Raises:
        Forgotten: it is none, so the button belongs to another version.
    """
    if not text.isdigit():
        raise Forgotten("I no longer know what this belongs to. `/feeds list` shows all feeds.")
    return int(text)
