"""Visits: for a quarter of an hour after a receipt was typed, its report can be acted upon."""

import secrets
from dataclasses import dataclass, field
from typing import Literal

from bot.clock import Clock
from bot.errors import Forgotten, NotFound
from bot.reports.conversation import Conversation

LIFETIME_S = 15 * 60


@dataclass(slots=True)
class Visit:
    """The report that a right receipt opened; held in memory only.

    Attributes:
        report_id: None once the report was withdrawn.
        conversation: what the receipt opened; one for all visits to the same report.
        additions: by the random id of each button that adds, what became of it.
    """

    guild_id: int
    report_id: bytes | None
    conversation: Conversation
    additions: dict[str, Literal["adding", "already"]] = field(default_factory=dict)


class Visits:
    """The visits of the last minutes, by a random token in the buttons' custom_ids."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._visits: dict[str, tuple[float, Visit]] = {}

    def begin(self, visit: Visit) -> str:
        """Remember a visit; its token. Earlier visits to the report go by what it opened now."""
        self.forget_old()
        for _, other in self._visits.values():
            if other.report_id == visit.report_id:
                other.conversation = visit.conversation
        token = secrets.token_urlsafe(12)
        self._visits[token] = (self._clock.monotonic(), visit)
        return token

    def get(self, token: str, guild_id: int) -> tuple[Visit, bytes]:
        """The visit of a token, and the id of its report.

        Raises:
            Forgotten: it is over, or this process was restarted since.
            NotFound: the report was withdrawn since.
        """
        self.forget_old()
        _, visit = self._visits.get(token, (0.0, None))
        if visit is None or visit.guild_id != guild_id:
            raise Forgotten(
                "For your safety I forget a receipt after fifteen minutes, and when I am started "
                "anew. This press changed nothing. Please run `/report check` again: it shows what "
                "was kept before."
            )
        if visit.report_id is None:
            raise NotFound(
                "This report was withdrawn and is deleted, so there is nothing to add to and "
                "nothing more to withdraw. If you still want to tell us something, run "
                "`/report new`."
            )
        return visit, visit.report_id

    def end(self, report_id: bytes) -> None:
        """End all visits to a report that was withdrawn."""
        for _, visit in self._visits.values():
            if visit.report_id == report_id:
                visit.report_id = None
                visit.conversation = Conversation(b"")

    def released(self) -> None:
        """Moderators have been shown everything that reporters sent."""
        for _, visit in self._visits.values():
            visit.conversation.released()

    def forget_old(self) -> None:
        """Forget the visits that are over."""
        oldest = self._clock.monotonic() - LIFETIME_S
        self._visits = {token: entry for token, entry in self._visits.items() if entry[0] >= oldest}
