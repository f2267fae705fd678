"""What a file of answers holds, and reading one that may have been written by anybody.

The words are sealed to the server's keys, and what is for its reporter to them as well, so neither
Discord nor the bot's machine can read them on the way. What the bot has to act on (a report's id, a
status, a matter, which sealed words take the place of which) stands open, as in the database.
"""

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.errors import InvalidInput
from bot.reports.casework.matters import MATTER_BYTES
from bot.reports.figures.tables import Published
from bot.reports.messages import Author
from bot.reports.questions import STATUSES
from bot.reports.sealing import KEY_BYTES, looks_sealed

FORMAT = 2
FILE_LIMIT = 8 * 1024 * 1024
MOST = 1_000
MOST_RESEALED = 20_000
MOST_PERIODS = 40
_MOST_MESSAGES = 3  # that come with one act
_MOST_DROPPED = 200
_ID_BYTES = 16
_DIGEST_BYTES = 32
_WRAP_BYTES = 80
_CODES = {option.code for option in STATUSES}

NO_FILE = (
    "That is not a file of answers from `python -m bot inbox`, or is from another version of it. "
    "Nothing was brought back."
)
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
class Status:
    """A report's status becomes another; ``was`` is what it was where the answer was written."""

    was: str
    to: str


@dataclass(frozen=True, slots=True)
class Matter:
    """A report goes under a matter; empty for none."""

    was: bytes
    to: bytes


@dataclass(frozen=True, slots=True)
class Replace:
    """Sealed words take the place of others, out of which a moderator took some.

    Attributes:
        old: the identity of what is replaced.
        new: an envelope for the server's keys.
        drop: identities of moderators' messages that quote what was taken out.
        shorten: identities of others, whom each is from and for, and an envelope in its place.
    """

    old: bytes
    new: bytes
    drop: tuple[bytes, ...]
    shorten: tuple[tuple[bytes, Author, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Propose:
    """The message has words to quote; ``on`` are the identities of the texts that they are from."""

    on: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Agree:
    """A second moderator agrees to words; ``to`` is the identity of the message that has them."""

    to: bytes


@dataclass(frozen=True, slots=True)
class Ask:
    """The reporter is asked about words. ``after`` is the identity of the last that moderators had
    written to them; empty for nothing: whoever wrote since may have asked already."""

    after: bytes


@dataclass(frozen=True, slots=True)
class Stop:
    """No more reports today from this sender; ``day`` is the day in UTC, as ``2026-03-02``."""

    day: str


Act = Status | Matter | Replace | Propose | Agree | Ask | Stop


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: sealed messages, and what is done with them; all of it or nothing.

    Attributes:
        reporter_key: by which the bot sees that it is for this report and no other.
        messages: each with whom it is from and for; an answer is known again by its first.
        joined: it was written with the one before it, and is taken back with it.
    """

    report_id: bytes
    reporter_key: bytes
    messages: tuple[tuple[Author, bytes], ...]
    act: Act | None = None
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Resealed:
    """Who can open an envelope from now on; what it encrypts is not touched.

    Attributes:
        was: SHA-256 of the envelope as it was.
        wraps: the part of it that says who can open it.
    """

    report_id: bytes
    was: bytes
    wraps: bytes


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything in a file of answers.

    Attributes:
        figures: of periods that were counted where the key is, oldest first.
    """

    answers: tuple[Answer, ...] = ()
    resealed: tuple[Resealed, ...] = ()
    figures: tuple[Published, ...] = ()


def as_json(contents: Contents, guild_id: int, keys: Sequence[bytes]) -> str:
    """The file that ``read_answers`` reads."""
    return json.dumps(
        {
            "steward_answers": FORMAT,
            "guild_id": str(guild_id),
            "keys": [key.hex() for key in keys],
            "answers": [_item(answer) for answer in contents.answers],
            "resealed": [
                [each.report_id.hex(), each.was.hex(), _text(each.wraps)]
                for each in contents.resealed
            ],
            "figures": [json.loads(table.to_json()) for table in contents.figures],
        },
        indent=1,
    )


def read_answers(content: bytes, guild_id: int, keys: Sequence[bytes]) -> Contents:
    """What is in a file, if it is for this server and sealed to its keys.

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
    theirs = whole.get("keys")
    sealed_to = sorted(map(str, theirs)) if isinstance(theirs, list) else []
    if sealed_to != sorted(key.hex() for key in keys):
        raise InvalidInput(OLD_KEYS)
    try:
        for name, most, what in (
            ("answers", MOST, "answers"),
            ("resealed", MOST_RESEALED, "resealed messages"),
            ("figures", MOST_PERIODS, "periods"),
        ):
            if not isinstance(whole[name], list):
                raise TypeError(name)
            if len(whole[name]) > most:
                raise InvalidInput(
                    f"That file has more than {most:,} {what}. Nothing was brought back."
                )
        return Contents(
            tuple(_answer(item, len(keys)) for item in whole["answers"]),
            tuple(_resealed(item) for item in whole["resealed"]),
            tuple(read_table(item) for item in whole["figures"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidInput(DAMAGED) from error


def _item(answer: Answer) -> dict[str, Any]:
    return {
        "report": answer.report_id.hex(),
        "reporter_key": answer.reporter_key.hex(),
        "messages": [[author, _text(sealed)] for author, sealed in answer.messages],
        "act": _act(answer.act),
        "joined": answer.joined,
    }


def _act(act: Act | None) -> dict[str, Any] | None:
    match act:
        case None:
            return None
        case Status(was, to):
            return {"do": "status", "was": was, "to": to}
        case Matter(before, under):
            return {"do": "matter", "was": before.hex(), "to": under.hex()}
        case Replace(old, new, drop, shorten):
            return {
                "do": "replace",
                "old": old.hex(),
                "new": _text(new),
                "drop": [each.hex() for each in drop],
                "shorten": [[each.hex(), who, _text(sealed)] for each, who, sealed in shorten],
            }
        case Propose(on):
            return {"do": "propose", "on": [each.hex() for each in on]}
        case Agree(found):
            return {"do": "agree", "to": found.hex()}
        case Ask(after):
            return {"do": "ask", "after": after.hex()}
        case Stop(day):
            return {"do": "stop", "day": day}


def _answer(item: dict[str, Any], keys: int) -> Answer:
    messages = tuple(_messages(item["messages"], keys))
    act = None if item["act"] is None else _read_act(item["act"], keys)
    if len(messages) > _MOST_MESSAGES or not (messages or isinstance(act, Agree)):
        raise ValueError("so many messages do not come with one answer")
    # Words to quote are for moderators; what a reporter is asked comes with a second one's word.
    if isinstance(act, Propose) and [author for author, _ in messages] != ["note"]:
        raise ValueError("not words to quote")
    if isinstance(act, Ask) and [author for author, _ in messages] != ["moderator"]:
        raise ValueError("not a question")
    return Answer(
        _bytes(item["report"], _ID_BYTES),
        _bytes(item["reporter_key"], KEY_BYTES),
        messages,
        act,
        item.get("joined") is True,  # an older file has none
    )


def _messages(items: list[tuple[Author, str]], keys: int) -> Iterator[tuple[Author, bytes]]:
    for author, text in items:
        if author not in ("moderator", "note"):
            raise ValueError("not a moderator's")
        # Nothing is stored that is not an envelope for exactly those whom it is for.
        yield author, _envelope(text, keys + (author == "moderator"))


def _read_act(item: dict[str, Any], keys: int) -> Act:
    match item["do"]:
        case "status":
            if item["was"] not in _CODES or item["to"] not in _CODES:
                raise ValueError("no such status")
            return Status(item["was"], item["to"])
        case "matter":
            return Matter(
                *(_bytes(item[name], MATTER_BYTES) if item[name] else b"" for name in ("was", "to"))
            )
        case "replace":
            return Replace(
                _bytes(item["old"], _DIGEST_BYTES),
                _envelope(item["new"], keys),
                _digests(item["drop"]),
                _shortened(item.get("shorten", []), keys),  # an older file has none
            )
        case "propose":
            return Propose(_digests(item["on"]))
        case "agree":
            return Agree(_bytes(item["to"], _DIGEST_BYTES))
        case "ask":
            return Ask(_bytes(item["after"], _DIGEST_BYTES) if item["after"] else b"")
        case "stop":
            return Stop(date.fromisoformat(item["day"]).isoformat())
        case _:
            raise ValueError("nothing that can be done")


def _shortened(
    items: list[tuple[str, Author, str]], keys: int
) -> tuple[tuple[bytes, Author, bytes], ...]:
    found = _digests([was for was, _, _ in items])
    new = _messages([(author, text) for _, author, text in items], keys)
    return tuple((was, *each) for was, each in zip(found, new, strict=True))


def _resealed(item: list[str]) -> Resealed:
    report, was, text = item
    wraps = _decoded(text)
    if not wraps or len(wraps) % _WRAP_BYTES:
        raise ValueError("not readers")
    return Resealed(_bytes(report, _ID_BYTES), _bytes(was, _DIGEST_BYTES), wraps)


def read_table(item: dict[str, Any]) -> Published:
    """The figures of a period, as ``Published.to_json`` wrote them or somebody else did.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: they are not.
    """
    table = Published.from_json(json.dumps(item))
    for count in (table.total, *(cell.count for cell in (*table.categories, *table.regions))):
        if type(count) is not int:
            raise ValueError("not a count")
    if not all(
        isinstance(code, str) for cell in (*table.categories, *table.regions) for code in cell.codes
    ):
        raise ValueError("not a group")
    return table


def _digests(items: list[str]) -> tuple[bytes, ...]:
    found = tuple(_bytes(each, _DIGEST_BYTES) for each in items)
    if len(found) > _MOST_DROPPED:
        raise ValueError("too many")
    return found


def _bytes(text: str, length: int) -> bytes:
    found = bytes.fromhex(text)
    if len(found) != length:
        raise ValueError("not so many bytes")
    return found


def _envelope(text: str, readers: int) -> bytes:
    sealed = _decoded(text)
    if not looks_sealed(sealed, readers):
        raise ValueError("not sealed")
    return sealed


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
