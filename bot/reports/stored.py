"""Rows of reports.db as they are handed on: still sealed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from bot.reports.messages import Author


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One message under a report, still sealed.

    Attributes:
        turn: its place in the conversation; below 0 until moderators can see it.
        week: from which ISO week moderators can see it; None until the next notice time.
        collected: of a reply: whether its reporter has it, as far as moderators may know.
    """

    turn: int
    author: Author
    sealed: bytes
    week: str | None
    collected: bool


@dataclass(frozen=True, slots=True)
class StoredReport:
    """One report, still sealed.

    Attributes:
        sealed: None when it was withdrawn and moderators may not know that yet.
        week: from which ISO week moderators can see it; None until the next notice time.
        messages: in order.
        matter: the random id that reports of one matter share, if any.
    """

    id: bytes
    guild_id: int
    reporter_key: bytes
    sealed: bytes | None
    status: str
    week: str | None
    messages: tuple[StoredMessage, ...] = ()
    matter: bytes | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a server's moderators have not been told of yet.

    Attributes:
        mark: of exactly these reports and additions; 24 characters made from their random ids.
    """

    guild_id: int
    reports: int
    additions: int
    mark: str = ""

    @classmethod
    def of(cls, guild_id: int, those: Sequence[tuple[bytes, int | None]]) -> Self:
        """From the ids of reports, and those of additions with their turn, in order."""
        reports = sum(turn is None for _, turn in those)
        which = "".join(f"{report_id.hex()} {turn}\n" for report_id, turn in those)
        mark = hashlib.sha256(f"{guild_id}\n{which}".encode()).hexdigest()[:24]
        return cls(guild_id, reports, len(those) - reports, mark)
