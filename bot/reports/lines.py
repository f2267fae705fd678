"""The list of the inbox: one line for each report, and what it can be narrowed down by."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.reports.messages import RESTORED, MessageKind, kind_of
from bot.reports.model import short_name
from bot.reports.sealing import CannotOpen, open_envelope
from bot.reports.stored import StoredMessage, StoredReport


@dataclass(frozen=True, slots=True)
class Line:
    """One report in a list, without a word of it.

    Attributes:
        category: its code; None where reports are not opened on this machine, or not now.
        label: what moderators have labelled it with last; empty without one.
        handed: the id of the moderator whom it was handed to last; 0 for nobody.
        matter: the random id that reports of one matter share, in hexadecimal digits; or empty.
        replies: how many moderators have written; unfetched: how many of them wait.
        yours: it waits for moderators: the last word is the reporter's. What a restore wrote as of
            the reporter is nobody's word; where reports are not opened on this machine it cannot be
            told from one.
    """

    id: bytes
    week: str
    status: str
    category: str | None
    label: str = ""
    handed: int = 0
    matter: str = ""
    replies: int = 0
    unfetched: int = 0
    yours: bool = True

    @property
    def name(self) -> str:
        """The beginning of its random id."""
        return short_name(self.id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed down by; what is empty narrows nothing.

    Attributes:
        status, category: codes.
        label: as written, capitals aside.
        matter: the hexadecimal digits of a matter.
        handed: a moderator's id.
    """

    status: str = ""
    category: str = ""
    label: str = ""
    matter: str = ""
    handed: int = 0

    def takes(self, line: Line) -> bool:
        """Whether a line belongs in the list."""
        return (
            (not self.status or line.status == self.status)
            and (not self.category or line.category == self.category)
            and (not self.label or line.label.casefold() == self.label.casefold())
            and (not self.matter or line.matter == self.matter)
            and (not self.handed or line.handed == self.handed)
        )


class Opener:
    """Opens what a list needs of each report, and remembers that, but no words, until it is gone.

    A list of hundreds is asked for with each letter typed into ``/inbox read``.
    """

    def __init__(self) -> None:
        self._known: dict[bytes, dict[str, str]] = {}

    def lines(
        self,
        reports: Sequence[StoredReport],
        messages: Mapping[bytes, Sequence[StoredMessage]],
        keys: Sequence[bytes],
    ) -> list[Line]:
        """A line for each report, in their order; blocking.

        Args:
            messages: by report, those that moderators may see; the words of notes, and of what is
                the reporter's after the last reply.
            keys: the private keys that are on this machine.
        """
        used: dict[bytes, dict[str, str]] = {}

        def opened(envelope: bytes) -> dict[str, str]:
            digest = hashlib.sha256(envelope).digest()
            if digest not in used:
                used[digest] = self._known.get(digest) or _opened(envelope, keys)
            return used[digest]

        lines = []
        for report in reports:
            payload = opened(report.sealed) if report.sealed is not None and keys else {}
            label, handed = "", ""
            said = list(messages.get(report.id, ()))
            for note in said:
                if note.author != "note" or not keys:
                    continue
                inside = opened(note.sealed)
                if inside.get("kind") == MessageKind.LABEL:
                    label = inside.get("label", "")
                elif inside.get("kind") == MessageKind.HANDED:
                    handed = inside.get("to", "")
            talk = [each for each in said if each.author != "note"]
            replies = [each for each in talk if each.author == "moderator"]
            while replies and keys and _by_restore(talk[-1], opened):
                talk.pop()
            lines.append(
                Line(
                    report.id,
                    report.week or "",
                    report.status,
                    payload.get("category"),
                    label,
                    int(handed) if handed.isdigit() else 0,
                    (report.matter or b"").hex(),
                    len(replies),
                    sum(not each.collected for each in replies),
                    not talk or talk[-1].author == "reporter",
                )
            )
        self._known = used
        return lines


def _by_restore(message: StoredMessage, opened: Callable[[bytes], dict[str, str]]) -> bool:
    return message.author == "reporter" and opened(message.sealed).get("why") == RESTORED


def _opened(envelope: bytes, keys: Sequence[bytes]) -> dict[str, str]:
    try:
        inside = open_envelope(envelope, keys)
    except CannotOpen:
        return {}
    kept: dict[str, str] = {}
    for name in ("category", "to", "why"):
        if name in inside:
            kept[name] = inside[name]
    kind = kind_of("note", inside)
    if "kind" in inside:
        kept["kind"] = kind.value
    if kind is MessageKind.LABEL:
        kept["label"] = inside.get("text", "")
    return kept
