"""What each server has chosen for its reports: how long they are kept, a legal hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import InvalidInput
from bot.reports.choices.store import ChoiceStore, anywhere_in
from bot.storage import Database

RETENTION = "retention"
HOLD = "hold"
OPENED = "opened"  # whether reports were ever open

DEFAULT_DAYS = 180
FEWEST_DAYS = 30
MOST_DAYS = 730


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long a server's reports are kept.

    Attributes:
        days: after which a report that is finished with is deleted.
        hold: whether nothing is deleted or closed for its age just now.
    """

    days: int = DEFAULT_DAYS
    hold: bool = False


class Choices:
    """A server's choices, by name. Each job of reports has names of its own."""

    def __init__(self, database: Database) -> None:
        self._store = ChoiceStore(database)

    async def get(self, guild_id: int, name: str) -> str | None:
        """What was chosen, or None."""
        return await self._store.get(guild_id, name)

    async def some(self, guild_id: int, names: Sequence[str]) -> dict[str, str]:
        """What was chosen under these names, in one look; those without a choice are left out."""
        return await self._store.some(guild_id, names)

    async def put(self, guild_id: int, name: str, value: str | None) -> None:
        """Keep a choice; None forgets it.

        Raises:
            Unavailable: it could not be stored.
        """
        await self._store.put(guild_id, name, value)

    async def keeping(self, guild_id: int) -> Keeping:
        """How long reports are kept."""
        days = await self.get(guild_id, RETENTION)
        return Keeping(
            DEFAULT_DAYS if days is None else int(days),
            await self.on_hold(guild_id),
        )

    async def keep_for(self, guild_id: int, typed: str) -> int:
        """Choose how many days a report that is finished with is kept; the number.

        Raises:
            InvalidInput: not a number of days from 30 to 730.
            Unavailable: it could not be stored.
        """
        digits = typed.strip().lower().removesuffix("days").strip()
        if not (digits.isascii() and digits.isdigit() and len(digits) < 5):
            raise InvalidInput("Please give a number of days, such as 180. Nothing was changed.")
        days = int(digits)
        if not FEWEST_DAYS <= days <= MOST_DAYS:
            raise InvalidInput(
                f"It can be from {FEWEST_DAYS} to {MOST_DAYS} days. Nothing was changed."
            )
        await self.put(guild_id, RETENTION, str(days))
        return days

    async def note_opened(self, guild_id: int) -> None:
        """Remember for good that reports are open, so that some may be kept.

        Raises:
            Unavailable: it could not be stored.
        """
        if not await self.was_opened(guild_id):
            await self.put(guild_id, OPENED, "yes")

    async def was_opened(self, guild_id: int) -> bool:
        """Whether reports were ever opened in the set-up."""
        return await self.get(guild_id, OPENED) is not None

    async def on_hold(self, guild_id: int) -> bool:
        """Whether a legal hold is set."""
        return await self.get(guild_id, HOLD) is not None

    async def any_hold(self) -> bool:
        """Whether a legal hold is set on any server."""
        return await self._store.anywhere(HOLD)

    async def set_hold(self, guild_id: int, *, on: bool) -> None:
        """Stop deleting and closing reports for their age, or go on with it.

        Raises:
            Unavailable: it could not be stored.
        """
        await self.put(guild_id, HOLD, "on" if on else None)


def held_in(path: Path) -> bool:
    """Whether a hold is set in a reports.db, or that cannot be told; the bot may be running."""
    return anywhere_in(path, HOLD)


__all__ = ["DEFAULT_DAYS", "FEWEST_DAYS", "MOST_DAYS", "Choices", "Keeping", "held_in"]
