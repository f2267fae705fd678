"""Bundles: the inbox of one server in one file, still sealed, to be opened away from the host."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import InvalidInput
from bot.reports.keys import read_key
from bot.reports.model import OpenedReport, open_report
from bot.reports.sealing import new_keypair
from bot.reports.stored import StoredMessage, StoredReport

__all__ = ["new_keypair", "pack", "read_bundle"]

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Group:
    """A group of reports in its server's words."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was opened.

    Attributes:
        keys: the public keys that the server sealed to when it was exported; what is answered is
            sealed to them too.
        reports: without those that were withdrawn.
        reporter_keys: by report, the public key that answers to its reporter are sealed to.
        groups: what the server calls its groups of reports; empty in an older bundle.
        offered: by quarter, as ``2026-Q3``, the codes of groups that could be chosen in it.
        hold: whether a legal hold was set, under which nothing may be taken out of reports.
        figures: what ``Published.to_json`` wrote of each period that is settled, oldest first.
        stored: the reports as they came, still sealed.
        private: the private keys that it was opened with.
    """

    guild_id: int
    week: str
    keys: tuple[bytes, ...]
    reports: tuple[OpenedReport, ...]
    reporter_keys: Mapping[bytes, bytes]
    groups: tuple[Group, ...] = ()
    figures: tuple[str, ...] = ()
    hold: bool = False
    offered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stored: tuple[StoredReport, ...] = ()
    private: tuple[bytes, ...] = field(default=(), repr=False)


def pack(
    guild_id: int,
    week: str,
    reports: Sequence[StoredReport],
    keys: Sequence[bytes] = (),
    *,
    groups: Sequence[Group] = (),
    figures: Sequence[str] = (),
    hold: bool = False,
    offered: Mapping[str, Sequence[str]] | None = None,
) -> bytes:
    """A bundle as UTF-8 JSON. It holds what ``/inbox list`` shows, and sealed envelopes.

    Args:
        keys: the public keys that the server seals to now.
        groups, figures, hold, offered: as in ``Bundle``.

    A message's place is its place in the list: numbers would have gaps where one is not shown yet.
    """
    content = {
        "steward_inbox": FORMAT,
        "guild_id": str(guild_id),
        "week": week,
        "keys": [key.hex() for key in keys],
        "groups": [[group.code, group.label] for group in groups],
        "offered": {quarter: list(codes) for quarter, codes in (offered or {}).items()},
        "figures": [json.loads(text) for text in figures],
        "hold": hold,
        "reports": [
            {
                "id": report.id.hex(),
                "week": report.week,
                "status": report.status,
                "reporter_key": report.reporter_key.hex(),
                "matter": (report.matter or b"").hex(),
                "sealed": base64.b64encode(report.sealed or b"").decode(),
                "messages": [
                    {
                        "author": message.author,
                        "week": message.week,
                        "collected": message.collected,
                        "brought_by": str(message.brought_by),
                        "agreed_by": str(message.agreed_by),
                        "sealed": base64.b64encode(message.sealed).decode(),
                    }
                    for message in report.messages
                ],
            }
            for report in reports
        ],
    }
    return json.dumps(content, indent=1).encode()


def read_bundle(bundle: Path, keys: Path | Sequence[Path]) -> list[OpenedReport]:
    """The reports of a bundle; as ``open_bundle``."""
    return list(open_bundle(bundle, keys).reports)


def open_bundle(bundle: Path, keys: Path | Sequence[Path]) -> Bundle:
    """Open a bundle with one or more private key files; blocking. Withdrawn reports are left out.

    What none of the keys opens is there without its text, as after a change of keys.

    Raises:
        InvalidInput: a file is not what it should be, or the keys open nothing in this bundle.
        Unavailable: a key file cannot be read as a key.
    """
    paths = [keys] if isinstance(keys, Path) else list(keys)
    private = [read_key(path) for path in paths]
    try:
        content = json.loads(bundle.read_bytes())
    except OSError as error:
        raise InvalidInput(f"{bundle}: {error.strerror or error}.") from error
    except ValueError as error:
        raise InvalidInput(f"{bundle} is not a bundle from /inbox export.") from error
    if not isinstance(content, dict) or content.get("steward_inbox") != FORMAT:
        raise InvalidInput(
            f"{bundle} is not a bundle from /inbox export, or is from another version of Steward."
        )
    try:
        stored = [_stored(item) for item in content["reports"]]
        reports = [open_report(report, private) for report in stored if report.sealed]
        opened = Bundle(
            int(content["guild_id"]),
            str(content["week"]),
            tuple(bytes.fromhex(key) for key in content.get("keys", ())),
            tuple(reports),
            {report.id: report.reporter_key for report in stored},
            tuple(Group(str(code), str(name)) for code, name in content.get("groups", ())),
            tuple(json.dumps(table) for table in content.get("figures", ())),
            bool(content.get("hold")),
            {
                str(quarter): tuple(map(str, codes))
                for quarter, codes in content.get("offered", {}).items()
            },
            tuple(report for report in stored if report.sealed),
            tuple(private),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidInput(f"{bundle} is damaged. Export it again with /inbox export.") from error
    if reports and not any(report.opened for report in reports):
        names = " and ".join(path.name for path in paths)
        verb = "does" if len(paths) == 1 else "do"
        raise InvalidInput(
            f"{names} {verb} not open {bundle.name}: the reports are sealed to another key."
        )
    return opened


def _stored(item: dict[str, Any]) -> StoredReport:
    messages = tuple(
        StoredMessage(
            turn,
            message["author"] if message["author"] in ("reporter", "note") else "moderator",
            _decoded(message["sealed"]),
            str(message["week"]),
            bool(message["collected"]),
            int(message.get("brought_by", 0)),
            int(message.get("agreed_by", 0)),
        )
        for turn, message in enumerate(item["messages"], 1)
    )
    return StoredReport(
        id=bytes.fromhex(item["id"]),
        guild_id=0,
        reporter_key=bytes.fromhex(item["reporter_key"]),
        sealed=_decoded(item["sealed"]) or None,
        status=str(item["status"]),
        week=str(item["week"]),
        messages=messages,
        matter=bytes.fromhex(item.get("matter", "")) or None,
    )


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
