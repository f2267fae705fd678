"""Drafts: reports that have not been sent, in memory for fifteen minutes and nowhere else."""

import secrets
from dataclasses import dataclass, replace
from typing import Literal

from bot.clock import Clock
from bot.reports.questions import Answers

LIFETIME_S = 15 * 60
_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Draft:
    """One report being written.

    Attributes:
        id: random, part of the buttons' custom_ids.
        receipt: its eight words, the same through all edits.
        state: whether it can still be sent.
    """

    id: str
    guild_id: int
    answers: Answers
    receipt: str
    state: Literal["open", "sending", "sent"] = "open"


class Drafts:
    """The drafts of the last minutes. What has been sent keeps its place without its words."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._drafts: dict[str, tuple[float, Draft]] = {}

    @staticmethod
    def new_id() -> str:
        """A random id, short enough for a custom_id."""
        return secrets.token_urlsafe(9)

    def keep(self, draft: Draft) -> Draft:
        """Remember a draft, or its newer version, from now on for the lifetime."""
        self.forget_old()
        self._drafts.pop(draft.id, None)
        self._drafts[draft.id] = (self._clock.monotonic(), draft)
        return draft

    def get(self, draft_id: str, guild_id: int) -> Draft | None:
        """A draft that is still remembered, of this server."""
        self.forget_old()
        _, draft = self._drafts.get(draft_id, (0.0, None))
        return draft if draft is not None and draft.guild_id == guild_id else None

    def mark(self, draft: Draft, state: Literal["open", "sending", "sent"]) -> Draft:
        """Change a draft's state; the words of one that was sent are dropped."""
        if state == "sent":
            draft = replace(draft, receipt="", answers=replace(draft.answers, text=""))
        return self.keep(replace(draft, state=state))

    def drop(self, draft_id: str) -> None:
        """Forget a draft."""
        self._drafts.pop(draft_id, None)

    def forget_old(self) -> None:
        """Forget the drafts whose time is over, and the oldest of too many."""
        # The dictionary is in the order of keeping, so the old ones are in front.
        oldest = self._clock.monotonic() - LIFETIME_S
        for draft_id, (kept, draft) in list(self._drafts.items()):
            if kept >= oldest and len(self._drafts) <= _MOST:
                break
            if draft.state != "sending":  # it may wait long, and must not be sent again meanwhile
                del self._drafts[draft_id]
