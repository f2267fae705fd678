"""Reports as moderators see them, opened."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.reports.circumstances import NOTHING_SAID, UNSAID, Circumstances
from bot.reports.messages import Author, MessageKind, kind_of
from bot.reports.sealing import CannotOpen, open_envelope
from bot.reports.stored import StoredMessage, StoredReport

_COMMON = {"v", "kind", "text"}


@dataclass(frozen=True, slots=True)
class OpenedMessage:
    """One message under a report.

    Attributes:
        week: the ISO week from which moderators could see it.
        text: None where none of the keys opens it.
        collected: of a moderators' reply: whether the reporter had it at the last notice time.
        kind: what it is; of one that no key opens, an addition, a reply or a note.
        more: what its kind has besides, by name.
        turn: its place, which stays its own.
        envelope: it, still sealed.
    """

    author: Author
    week: str
    text: str | None
    collected: bool
    kind: MessageKind
    more: Mapping[str, str] = field(default_factory=dict)
    turn: int = 0
    envelope: bytes = b""


@dataclass(frozen=True, slots=True)
class OpenedReport:
    """One report with everything that was chosen and written.

    Attributes:
        category, employer, region, use: codes of bot.reports.questions; empty without the text.
        around: what was said besides; unsaid in reports that are older than the question.
        urgent: whether its reporter had moderators told at once.
        week: the ISO week from which moderators could see it.
        text: None where none of the keys opens it, though one may open a message.
        messages: in the order in which moderators could see them.
        matter: the random id that reports of one matter share, in hexadecimal digits; or empty.
        redacted: whether moderators have taken more out of its text.
    """

    id: bytes
    week: str
    status: str
    category: str
    employer: str
    region: str
    use: str
    text: str | None
    messages: tuple[OpenedMessage, ...]
    around: Circumstances = NOTHING_SAID
    urgent: bool = False
    matter: str = ""
    redacted: bool = False

    @property
    def name(self) -> str:
        """How a report is spoken of: the beginning of its random id."""
        return short_name(self.id)

    @property
    def texts(self) -> tuple[str | None, ...]:
        """What was written, the messages' texts included; None for each that no key opens."""
        return (self.text, *(message.text for message in self.messages))

    @property
    def opened(self) -> bool:
        """Whether the keys open anything of it."""
        return any(text is not None for text in self.texts)


def short_name(report_id: bytes) -> str:
    """Eight hexadecimal digits, enough to tell one server's reports apart."""
    return report_id.hex()[:8]


def open_report(stored: StoredReport, private_keys: Iterable[bytes]) -> OpenedReport:
    """Open a report and its messages, each by itself: a key can have been changed between them.

    Raises:
        ValueError: the report was withdrawn and has no words any more.
    """
    if stored.sealed is None:
        raise ValueError("a withdrawn report cannot be opened")
    keys = list(private_keys)
    payload = _opened(stored.sealed, keys)
    messages: list[OpenedMessage] = []
    for message in stored.messages:
        messages += _message(message, _opened(message.sealed, keys), messages)
    return OpenedReport(
        id=stored.id,
        week=stored.week or "",
        status=stored.status,
        category=payload.get("category", ""),
        employer=payload.get("employer", ""),
        region=payload.get("region", ""),
        use=payload.get("use", ""),
        text=payload.get("text"),
        messages=tuple(messages),
        around=Circumstances(*(payload.get(name, UNSAID) for name in ("month", "told", "effect"))),
        urgent="urgent" in payload,
        matter=(stored.matter or b"").hex(),
        redacted="redacted" in payload,
    )


def _message(
    stored: StoredMessage, opened: Mapping[str, str], before: Sequence[OpenedMessage]
) -> list[OpenedMessage]:
    kind = kind_of(stored.author, opened)
    more = {name: value for name, value in opened.items() if name not in _COMMON}
    found = OpenedMessage(
        stored.author,
        stored.week or "",
        opened.get("text"),
        stored.collected,
        kind,
        more,
        stored.turn,
        stored.sealed,
    )
    return _as_brought(stored, found, before) if stored.brought_by else [found]


def _as_brought(
    stored: StoredMessage, found: OpenedMessage, before: Sequence[OpenedMessage]
) -> list[OpenedMessage]:
    """Of a quotation it counts who brought the file, and not what the file says of it."""
    if found.kind is MessageKind.AGREED:
        return [replace(found, kind=MessageKind.NOTE)]
    if found.kind is not MessageKind.PROPOSED:
        return [found]
    quote = found.more.get("quote", "")
    if any(
        each.kind is MessageKind.PROPOSED and each.more.get("quote") == quote for each in before
    ):
        # What was agreed to is the words that were first under this id.
        return [replace(found, kind=MessageKind.NOTE)]
    proposed = replace(found, more={**found.more, "by": str(stored.brought_by)})
    if not stored.agreed_by:
        return [proposed]
    more = {"quote": quote, "by": str(stored.agreed_by)}
    agreed = OpenedMessage("note", found.week, "", False, MessageKind.AGREED, more)
    return [proposed, agreed]


def _opened(envelope: bytes, keys: list[bytes]) -> dict[str, str]:
    try:
        return open_envelope(envelope, keys)
    except CannotOpen:
        return {}
