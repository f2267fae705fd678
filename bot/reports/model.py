"""Reports as moderators see them, opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bot.reports.sealing import open_envelope
from bot.reports.store import StoredReport


@dataclass(frozen=True, slots=True)
class OpenedMessage:
    """One message under a report.

    Attributes:
        week: the ISO week from which moderators could see it.
        collected: of a moderators' reply: whether the reporter had it at the last notice time.
    """

    author: Literal["reporter", "moderator"]
    week: str
    text: str
    collected: bool


@dataclass(frozen=True, slots=True)
class OpenedReport:
    """One report with everything that was chosen and written.

    Attributes:
        category, employer, region, use: codes of bot.reports.questions.
        week: the ISO week from which moderators could see it.
        messages: in the order in which they were written.
    """

    id: bytes
    week: str
    status: str
    category: str
    employer: str
    region: str
    use: str
    text: str
    messages: tuple[OpenedMessage, ...]

    @property
    def name(self) -> str:
        """How a report is spoken of: the beginning of its random id."""
        return short_name(self.id)


def short_name(report_id: bytes) -> str:
    """Eight hexadecimal digits, enough to tell one server's reports apart."""
    return report_id.hex()[:8]


def open_report(stored: StoredReport, private_keys: Iterable[bytes]) -> OpenedReport:
    """Open a report and all its messages.

    Raises:
        CannotOpen: none of the keys fits.
        ValueError: the report was withdrawn and has no words any more.
    """
    if stored.sealed is None:
        raise ValueError("a withdrawn report cannot be opened")
    keys = list(private_keys)
    payload = open_envelope(stored.sealed, keys)
    return OpenedReport(
        id=stored.id,
        week=stored.week or "",
        status=stored.status,
        category=payload.get("category", ""),
        employer=payload.get("employer", ""),
        region=payload.get("region", ""),
        use=payload.get("use", ""),
        text=payload.get("text", ""),
        messages=tuple(
            OpenedMessage(
                message.author,
                message.week or "",
                open_envelope(message.sealed, keys).get("text", ""),
                message.collected,
            )
            for message in stored.messages
        ),
    )
