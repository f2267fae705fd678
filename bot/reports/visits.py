"""Visits: for a quarter of an hour after a receipt was typed, its report can be acted upon."""

import secrets
from dataclasses import dataclass

from bot.clock import Clock
from bot.errors import Forgotten

LIFETIME_S = 15 * 60


@dataclass(frozen=True, slots=True)
class Visit:
    """The report that a right receipt opened; held in memory only."""

    guild_id: int
    report_id: bytes


class Visits:
    """The visits of the last minutes, by a random token in the buttons' custom_ids."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._visits: dict[str, tuple[float, Visit]] = {}

    def begin(self, visit: Visit) -> str:
        """Remember a visit; its token."""
        oldest = self._clock.monotonic() - LIFETIME_S
        self._visits = {token: entry for token, entry in self._visits.items() if entry[0] >= oldest}
        token = secrets.token_urlsafe(12)
        self._visits[token] = (self._clock.monotonic(), visit)
        return token

    def get(self, token: str, guild_id: int) -> Visit:
        """The visit of a token.

        Raises:
            Forgotten: it is over, or this process was restarted since.
        """
        begun, visit = self._visits.get(token, (0.0, None))
        if (
            visit is None
            or visit.guild_id != guild_id
            or begun < self._clock.monotonic() - LIFETIME_S
        ):
            raise Forgotten(
                "For your safety I forget a receipt after fifteen minutes. Nothing was changed. "
                "Please run `/report check` again."
            )
        return visit

    def end(self, token: str) -> None:
        """Forget one."""
        self._visits.pop(token, None)
