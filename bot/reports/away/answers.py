"""Answers written where the private key is, in one file that a moderator brings back.

The words are sealed to the server's keys, and a reply to its reporter as well, so neither Discord
nor the bot's machine can read them on the way. What the bot has to act on, a report's id and its
new status, stands open, as it does in the database.
"""

import base64
import binascii
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import InvalidInput, NotAllowed
from bot.reports.bundle import Bundle
from bot.reports.consent import permitted
from bot.reports.inbox import FATES, REPLY_LIMIT
from bot.reports.messages import AUTHORS, Author, MessageKind, payload
from bot.reports.model import OpenedReport
from bot.reports.questions import STATUSES, label
from bot.reports.sealing import KEY_BYTES, looks_sealed, seal
from bot.text import utf16_len

FORMAT = 1
FILE_LIMIT = 8 * 1024 * 1024
MOST = 1_000
KINDS = (MessageKind.REPLY, MessageKind.NOTE, MessageKind.USED)
_ID_BYTES = 16

NO_FILE = "That is not a file of answers from `python -m bot inbox`. Nothing was brought back."
DAMAGED = "That file of answers is damaged. Nothing was brought back."
FOREIGN = (
    "Those answers were written for another server. Nothing was brought back. Answers can only go "
    "where their bundle came from."
)
OLD_KEYS = (
    "Those answers are sealed to keys that this server does not use any more, or not all of those "
    "that it uses. Nothing was brought back. Take `/inbox export` again and answer from that."
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, sealed.

    Attributes:
        status: what the report's status becomes with it; empty when it stays.
    """

    report_id: bytes
    reporter_key: bytes
    author: Author
    sealed: bytes
    status: str


class AnswerFile:
    """The answers to one bundle, each on the disk as soon as it is written; blocking."""

    def __init__(self, path: Path, bundle: Bundle) -> None:
        """Go on with a file that is there.

        Raises:
            InvalidInput: the file is something else, or of another bundle's server, or the bundle
                does not say which keys to seal to.
        """
        if not bundle.keys:
            raise InvalidInput(
                "This bundle is from an older version of Steward, which did not say which keys to "
                "seal answers to. Take /inbox export again."
            )
        self._path = path
        self._bundle = bundle
        self._answers: list[Answer] = []
        self.written: list[tuple[bytes, str]] = []
        if path.exists():
            try:
                content = path.read_bytes()
            except OSError as error:
                raise InvalidInput(f"{path}: {error.strerror or error}.") from error
            self._answers = read_answers(content, bundle.guild_id, bundle.keys)

    def __len__(self) -> int:
        return len(self._answers)

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._path

    def write(self, report: OpenedReport, kind: MessageKind, text: str, fate: str = "") -> None:
        """Write a reply, a note, or what became of a report.

        Args:
            fate: of USED, a code of FATES.

        Raises:
            InvalidInput: it is empty or too long, or not among what can be written here.
            NotAllowed: the reporter does not allow that fate.
            OSError: the file could not be written; the earlier one stands.
        """
        text = text.strip()
        if kind not in KINDS:
            raise InvalidInput("That cannot be written here.")
        if not text or utf16_len(text) > REPLY_LIMIT:
            raise InvalidInput(f"It has from 1 to {REPLY_LIMIT:,} characters.")
        more = {}
        if kind is MessageKind.USED:
            more = {"how": self._fate(report, fate)}
        self._add(report, kind, text, "", **more)

    def _fate(self, report: OpenedReport, fate: str) -> str:
        if fate not in {option.code for option in FATES} or fate == "pub":
            raise InvalidInput(
                "Please choose what was done. Public quotation needs two moderators and is not "
                "done here."
            )
        if fate == "conf" and (refused := permitted(report).confidence_refused):
            raise NotAllowed(refused)
        return fate

    def set_status(self, report: OpenedReport, status: str) -> None:
        """Change a status, with a note that tells it, by which a second import is recognised.

        Raises:
            InvalidInput: no such status.
            OSError: as with ``write``.
        """
        if status not in {option.code for option in STATUSES}:
            raise InvalidInput("That status is not on the list.")
        text = f"Status set to {label(STATUSES, status)}, in sealed reading."
        self._add(report, MessageKind.NOTE, text, status)

    def _add(
        self, report: OpenedReport, kind: MessageKind, text: str, status: str, **more: str
    ) -> None:
        if len(self._answers) >= MOST:
            raise InvalidInput("This file is full. Bring it back, and begin a new one.")
        author, readers = AUTHORS[kind], list(self._bundle.keys)
        reporter_key = self._bundle.reporter_keys[report.id]
        if author == "moderator":
            readers.append(reporter_key)
        sealed = seal(payload(kind, text, **more), readers)
        answers = [*self._answers, Answer(report.id, reporter_key, author, sealed, status)]
        self._keep(answers)
        self._answers = answers
        self.written.append((report.id, text))

    def _keep(self, answers: Sequence[Answer]) -> None:
        content = {
            "steward_answers": FORMAT,
            "guild_id": str(self._bundle.guild_id),
            "keys": [key.hex() for key in self._bundle.keys],
            "answers": [
                {
                    "report": answer.report_id.hex(),
                    "reporter_key": answer.reporter_key.hex(),
                    "author": answer.author,
                    "sealed": base64.b64encode(answer.sealed).decode(),
                    "status": answer.status,
                }
                for answer in answers
            ],
        }
        fresh = self._path.with_name(self._path.name + ".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            json.dump(content, out, indent=1)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(self._path)


def read_answers(content: bytes, guild_id: int, keys: Sequence[bytes]) -> list[Answer]:
    """The answers in a file, if they are for this server and sealed to its keys.

    Args:
        keys: the public keys that the server seals to now.

    Raises:
        InvalidInput: it is something else, damaged, for another server, or sealed to other keys.
    """
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError):
        whole = None
    if not isinstance(whole, dict) or whole.get("steward_answers") != FORMAT:
        raise InvalidInput(NO_FILE)
    if whole.get("guild_id") != str(guild_id):
        raise InvalidInput(FOREIGN)
    if sorted(map(str, whole.get("keys") or ())) != sorted(key.hex() for key in keys):
        raise InvalidInput(OLD_KEYS)
    try:
        answers = [_answer(item, len(keys)) for item in whole["answers"]]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidInput(DAMAGED) from error
    if len(answers) > MOST:
        raise InvalidInput(f"That file has more than {MOST:,} answers. Nothing was brought back.")
    return answers


def _answer(item: dict[str, Any], keys: int) -> Answer:
    author, status = item["author"], item["status"]
    try:
        sealed = base64.b64decode(item["sealed"], validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    report_id, reporter_key = bytes.fromhex(item["report"]), bytes.fromhex(item["reporter_key"])
    if author not in ("moderator", "note"):
        raise ValueError("not a moderator's")
    if status and status not in {option.code for option in STATUSES}:
        raise ValueError("no such status")
    if len(report_id) != _ID_BYTES or len(reporter_key) != KEY_BYTES:
        raise ValueError("not a report")
    # Nothing is stored that is not an envelope for exactly those whom it is for.
    if not looks_sealed(sealed, keys + (author == "moderator")):
        raise ValueError("not sealed")
    return Answer(report_id, reporter_key, author, sealed, status)
