"""The file that answers are written to, and the reports as they will be once it is brought back."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.errors import InvalidInput, NotAllowed, NotFound
from bot.reports.away.answers import MOST, Act, Agree, Answer, Contents, as_json, read_answers
from bot.reports.away.applying import Fault, applied, fault
from bot.reports.bundle import Bundle
from bot.reports.messages import AUTHORS, Author, MessageKind, payload
from bot.reports.model import OpenedReport, open_report
from bot.reports.options import Option
from bot.reports.questions import CATEGORIES
from bot.reports.sealing import public_of, seal
from bot.reports.stored import StoredReport

NEEDS_KEY = (
    "This server's key is not among those that you gave, so what you write here could not be read "
    "again. Give the newest key too: --key may be repeated."
)


class AnswerFile:
    """The answers to one bundle, each on the disk as soon as it is written; blocking.

    Attributes:
        bundle: what is answered.
        signed: whose name notes carry; empty for nobody's.
    """

    def __init__(self, path: Path, bundle: Bundle, signed: str = "") -> None:
        """Go on with a file that is there.

        Raises:
            InvalidInput: the file is something else, or of another bundle's server.
        """
        self.bundle = bundle
        self.signed = signed
        self._path = path
        self._contents = Contents()
        if bundle.keys and path.exists():
            try:
                content = path.read_bytes()
            except OSError as error:
                raise InvalidInput(f"{path}: {error.strerror or error}.") from error
            self._contents = read_answers(content, bundle.guild_id, bundle.keys)
        self._show()

    def __len__(self) -> int:
        return len(self._contents.answers)

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._path

    @property
    def contents(self) -> Contents:
        """What is in it."""
        return self._contents

    @property
    def reports(self) -> list[OpenedReport]:
        """All reports of the bundle, in its order."""
        return [self._opened[report.id] for report in self.bundle.reports]

    @property
    def groups(self) -> Sequence[Option]:
        """The server's groups of reports, in its words."""
        theirs = [Option(group.code, group.label) for group in self.bundle.groups]
        return theirs or CATEGORIES

    def report(self, report_id: bytes) -> OpenedReport:
        """A report as it will be once the file is brought back."""
        return self._opened[report_id]

    def stored(self, report_id: bytes) -> StoredReport:
        """The same, still sealed."""
        return self._stored[report_id]

    def waiting(self, report_id: bytes) -> int:
        """How many of the last messages under a report are to be brought back still."""
        return self._new.get(report_id, 0)

    @property
    def can_undo(self) -> bool:
        """Whether the last answer is not brought back yet, as far as the bundle tells."""
        return self._shown_last

    def agreed(self, found: bytes) -> bool:
        """Whether a second moderator's word for a message of this identity is in the file."""
        return any(
            isinstance(answer.act, Agree) and answer.act.to == found
            for answer in self._contents.answers
        )

    def named(self, typed: str) -> OpenedReport:
        """A report by its name, or by any beginning of its id of 4 digits or more.

        Raises:
            NotFound: there is none, or there are several.
        """
        wanted = typed.strip().lower()
        found = [report for report in self.reports if report.id.hex().startswith(wanted)]
        if len(found) != 1 or len(wanted) < 4:
            raise NotFound(f"No one report in this bundle is called {typed.strip()}.")
        return found[0]

    def sealed(
        self, report: OpenedReport, kind: MessageKind, text: str = "", **more: str
    ) -> tuple[Author, bytes]:
        """A message, sealed to whom it is for, with whom that is."""
        author, readers = AUTHORS[kind], list(self.bundle.keys)
        if author == "moderator":
            readers.append(self.bundle.reporter_keys[report.id])
        elif self.signed:
            more["name"] = self.signed
        return author, seal(payload(kind, text, **more), readers)

    def add(
        self,
        report: OpenedReport,
        messages: Sequence[tuple[Author, bytes]],
        act: Act | None = None,
        *,
        joined: bool = False,
    ) -> OpenedReport:
        """Write an answer; the report as it is with it.

        Args:
            joined: it belongs to the one before, and is taken back with it.

        Raises:
            InvalidInput: the file is full, or the bundle does not say which keys to seal to.
            NotAllowed: its words could not be read again with the keys that are here.
            OSError: the file could not be written; the earlier one stands.
        """
        self._require_keys()
        if len(self._contents.answers) >= MOST:
            raise InvalidInput("This file is full. Bring it back, and begin a new one.")
        if not {public_of(key) for key in self.bundle.private} & set(self.bundle.keys):
            raise NotAllowed(NEEDS_KEY)
        answer = Answer(
            report.id,
            self.bundle.reporter_keys[report.id],
            tuple(messages),
            act,
            joined,
        )
        self.keep(replace(self._contents, answers=(*self._contents.answers, answer)))
        self._apply(answer)
        self._reopen(report.id)
        return self._opened[report.id]

    def undo(self) -> None:
        """Take what was done last out of the file; of what was brought back it undoes nothing.

        Raises:
            InvalidInput: there is none that is not in the bundle already.
            OSError: the file could not be written; the earlier one stands.
        """
        if not self._contents.answers or not self._shown_last:
            raise InvalidInput("There is nothing here that is not brought back already.")
        answers = self._contents.answers
        left = len(answers) - 1
        while left and answers[left].joined:
            left -= 1
        self.keep(replace(self._contents, answers=answers[:left]))
        self._show()

    def _show(self) -> None:
        self._stored = {report.id: report for report in self.bundle.stored}
        self._opened = {report.id: report for report in self.bundle.reports}
        self._new: dict[bytes, int] = {}
        self._shown_last = False
        for answer in self._contents.answers:
            self._apply(answer)
        for report_id in self._new:
            self._reopen(report_id)

    def _require_keys(self) -> None:
        if not self.bundle.keys:
            raise InvalidInput(
                "This bundle does not say which keys to seal answers to: there was none when it "
                "was exported, or it is from an older version of Steward. Take /inbox export again."
            )

    def keep(self, contents: Contents) -> None:
        """Write the file anew with this in it.

        Raises:
            InvalidInput: the bundle does not say which keys to seal to.
            OSError: it could not be written; the earlier one stands.
        """
        self._require_keys()
        text = as_json(contents, self.bundle.guild_id, self.bundle.keys)
        fresh = self._path.with_name(self._path.name + ".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(self._path)
        self._contents = contents

    def _apply(self, answer: Answer) -> None:
        stored = self._stored.get(answer.report_id)
        # What was brought back before the bundle was exported is in it already.
        self._shown_last = stored is not None and not _known(stored, answer)
        if stored is None or not self._shown_last:
            return
        self._stored[stored.id] = applied(stored, answer, self.bundle.week)
        self._new[stored.id] = self._new.get(stored.id, 0) + len(answer.messages)

    def _reopen(self, report_id: bytes) -> None:
        self._opened[report_id] = open_report(self._stored[report_id], self.bundle.private)


def _known(stored: StoredReport, answer: Answer) -> bool:
    found = fault(stored, answer, 0, "")
    return found not in (None, Fault.LATE, Fault.OWN)
