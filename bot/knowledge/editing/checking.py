"""A draft read as a file's table is read, with its mistakes in a moderator's words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.knowledge.editing.model import Table
from bot.knowledge.editing.tables import LABELS, SOURCE_LABELS, form_of
from bot.knowledge.fields import Fields
from bot.knowledge.model import Entry, Kind, Source
from bot.knowledge.reading import (
    ENTRY_KEYS,
    EXTRA_KEYS,
    NAME_KEYS,
    SOURCE_KEYS,
    asked_twice,
    named_twice,
    read_entry,
    read_source,
)
from bot.knowledge.toml_blocks import Block

_KEY = re.compile(r"'(\w+)'")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an entry is checked against.

    Attributes:
        topics: names by id.
        known: which of the ids that it names as related exist.
        asked: for the phrasings, in small letters, that another entry has: that entry's question.
        named: for its name, if another entry of the kind has it: that entry's question.
        today: a day after which nothing can have been.
    """

    topics: Mapping[str, str]
    known: frozenset[str]
    asked: Mapping[str, str]
    named: str
    today: date


class _Typed(Fields):
    """The keys of a form."""

    def __init__(
        self, data: Mapping[str, Any], keys: frozenset[str], today: date, labels: Mapping[str, str]
    ) -> None:
        self._labels = labels
        held = {key: value for key, value in data.items() if value not in ("", [])}
        super().__init__(Block("", "", 1, held, {}), keys, today)

    def problem(self, text: str, key: str | None = None) -> None:
        """Report a mistake, with keys by the names that stand in the forms."""
        found = _KEY.match(text)
        if found and found[1] in self._labels:
            text = self._labels[found[1]] + text[found.end() :]
        super().problem(text, key)

    def missing(self, key: str, description: str) -> None:
        """Report that something is still to be written."""
        self.problem(f"{key!r}: still missing.")

    @property
    def mistakes(self) -> list[str]:
        """What was reported, a plain sentence each."""
        return [problem.text for problem in self.problems]


class _TypedEntry(_Typed):
    def __init__(self, data: Mapping[str, Any], kind: Kind, today: date) -> None:
        super().__init__(data, ENTRY_KEYS | EXTRA_KEYS[kind], today, LABELS)
        self._kind = kind

    def missing(self, key: str, description: str) -> None:
        super().problem(f"{key!r}: still missing, press “{form_of(key, self._kind)}”.")


def read(table: Table, kind: Kind, around: Surroundings) -> tuple[Entry, list[str]]:
    """The entry of a table, as far as it can be read, and its mistakes.

    The same rules as for the files in the content folder, since that is where it may go.
    """
    mistakes: list[str] = []
    sources = []
    for number, raw in enumerate(table.get("sources", []), 1):
        source, wrong = _source(raw, around.today)
        sources.append(source)
        mistakes += [f"Source {number}: {text}" for text in wrong]
    data = {key: value for key, value in table.items() if key in ENTRY_KEYS | EXTRA_KEYS[kind]}
    if isinstance(data.get("checked"), str):
        data["checked"] = date.fromisoformat(data["checked"])
    fields = _TypedEntry(data, kind, around.today)
    for key in ("topics", "sources"):
        if not data.get(key):
            fields.missing(key, "")
    topics = tuple(dict.fromkeys(data.get("topics", [])))
    entry = read_entry(fields, kind, topics, tuple(dict.fromkeys(sources)))
    _check_against(entry, fields, around)
    return entry, [*fields.mistakes, *mistakes]


def _source(raw: Mapping[str, str], today: date) -> tuple[Source, list[str]]:
    fields = _Typed(raw, SOURCE_KEYS, today, SOURCE_LABELS)
    source = read_source(fields)
    if not source.title or not source.publisher:
        return source, [
            "write it as title | publisher | date | link; date and link may be missing."
        ]
    return source, fields.mistakes


def _check_against(entry: Entry, fields: _Typed, around: Surroundings) -> None:
    """What only the other entries can tell."""
    for topic in entry.topics:
        if topic not in around.topics:
            fields.problem(f"'topics': there is no topic {topic!r}. Choose another.")
    for other in entry.related:
        if other == entry.id:
            fields.problem("'related': it is related to itself. Remove that.")
        elif other not in around.known:
            fields.problem(f"'related': I know no entry {other!r}. Write its question or its id.")
    for asked in dict.fromkeys((entry.question, *entry.also)):
        if owner := around.asked.get(asked.casefold()):
            fields.problem(asked_twice(asked, owner))
    if entry.name and around.named:
        fields.problem(named_twice(entry.name, around.named))


def shown(entry: Entry) -> Entry:
    """The entry with something in the place of what is still missing, so that it can be shown."""
    name = entry.name or ("(no name yet)" if entry.kind in NAME_KEYS else "")
    return replace(
        entry,
        question=entry.question or "(no question yet)",
        name=name,
        answer=entry.answer or "(no answer yet)",
        sources=tuple(
            replace(source, title=source.title or "(no title)", publisher=source.publisher or "?")
            for source in entry.sources
        )
        or (Source("(no source yet)", "?"),),
    )
