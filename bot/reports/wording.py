"""The words of reports that a server has chosen for itself."""

from collections.abc import Mapping

from bot.reports.choices import Choices
from bot.reports.signposts import NAMES, Signposts


class Wording:
    """Where else to turn, as each server says it."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices

    async def signposts(self, guild_id: int) -> Signposts:
        """Where else to turn."""
        return Signposts.of(await self._choices.some(guild_id, NAMES))

    async def put_signposts(self, guild_id: int, typed: Mapping[str, str]) -> Signposts:
        """Say it this way from now on; what is empty goes back to how it comes.

        Raises:
            InvalidInput: something is too long; nothing was changed.
            Unavailable: it could not be stored.
        """
        chosen = Signposts.of(typed)
        for name in NAMES:
            given = (typed.get(name) or "").strip()
            await self._choices.put(guild_id, name, getattr(chosen, name) if given else None)
        return chosen
