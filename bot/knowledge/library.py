"""The content that comes with the bot: TOML files, read strictly.

A mistake in a file becomes a ``Problem`` that says where it is and what to do; what has a mistake
is left out, and the rest is used.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.knowledge.fields import Fields
from bot.knowledge.lanes import read_lanes
from bot.knowledge.model import Entry, Event, Kind, Source
from bot.knowledge.reading import (
    COMMON_KEYS,
    ENTRY_KEYS,
    EXTRA_KEYS,
    NAME_KEYS,
    SOURCE_KEYS,
    asked_twice,
    named_twice,
    read_entry,
    read_source,
    read_span,
)
from bot.knowledge.toml_blocks import Block, Problem, read_blocks

CONTENT = Path(__file__).parent / "content"
STARTER_FEEDS = CONTENT / "starter-feeds.opml"  # read by the feed job

SOURCES_FILE, TOPICS_FILE, WORDS_FILE = "sources.toml", "topics.toml", "words.toml"

EVENT_LIMIT = 300
LANDMARK_LIMIT = 26  # it stands in a quarter of a picture that is as wide as a phone
EVENT_KEYS = frozenset({"date", "end", "category", "text", "landmark", *COMMON_KEYS})
SAME_KEYS = frozenset({"words"})
KIND_NAMES = tuple(kind.value for kind in Kind)


@dataclass(frozen=True, slots=True)
class Library:
    """Everything in the content folder that is free of mistakes, and the mistakes.

    Attributes:
        categories, topics: names by id.
        lanes: names of the timeline's lanes, each with its categories; empty where none are named.
        same: groups of words and phrases that mean the same to a searcher.
    """

    entries: tuple[Entry, ...]
    events: tuple[Event, ...]
    categories: Mapping[str, str]
    topics: Mapping[str, str]
    lanes: Mapping[str, tuple[str, ...]]
    same: tuple[tuple[str, ...], ...]
    problems: tuple[Problem, ...]


def digest(folder: Path = CONTENT) -> str:
    """What identifies this content and the code that reads it; changes when either does."""
    hashed = hashlib.sha256()
    code = Path(__file__).parent.glob("*.py")
    for path in sorted([*folder.glob("*.toml"), *code]):
        hashed.update(path.name.encode())
        hashed.update(path.read_bytes())
    return hashed.hexdigest()


def check_content(folder: Path = CONTENT) -> list[Problem]:
    """Every mistake in the content, in the order of files and lines."""
    # Whoever writes may live where it is tomorrow already.
    return list(load(folder, datetime.now(UTC).date() + timedelta(days=1)).problems)


def load(folder: Path = CONTENT, today: date | None = None) -> Library:
    """Read all files of a folder. Takes tens of milliseconds: not for the event loop.

    Args:
        today: dates after it are mistakes. A small computer that has lost its clock must not lose
            its content with it, so the running bot does not ask.
    """
    return _Loader(folder, today).load()


class _Loader:
    def __init__(self, folder: Path, today: date | None) -> None:
        self._folder = folder
        self._today = today
        self._problems: list[Problem] = []
        self._sources: dict[str, Source] = {}
        self._source_blocks: dict[str, Block] = {}
        self._used: set[str] = set()
        self._names: dict[str, dict[str, str]] = {"categories": {}, "topics": {}}
        self._lanes: Block | None = None
        self._same: list[tuple[str, ...]] = []
        self._entries: dict[str, tuple[Entry, Block]] = {}
        self._events: dict[str, tuple[Event, Block]] = {}
        self._questions: dict[str, str] = {}
        self._named: dict[tuple[Kind, str], str] = {}
        self._unread = False  # a file could not be read; what it holds is not missed

    def load(self) -> Library:
        for block in self._blocks(SOURCES_FILE):
            self._source(block)
        for block in self._blocks(TOPICS_FILE):
            self._topic_names(block)
        lanes = read_lanes(self._lanes, self._names["categories"], self._problems)
        for block in self._blocks(WORDS_FILE, required=False):
            self._words(block)
        special = {SOURCES_FILE, TOPICS_FILE, WORDS_FILE}
        for path in sorted(self._folder.glob("*.toml")):
            if path.name not in special:
                for block in self._blocks(path.name):
                    self._item(block)
        self._check_related()
        self._check_unused()
        return Library(
            entries=tuple(entry for entry, _ in self._entries.values()),
            events=tuple(
                sorted((event for event, _ in self._events.values()), key=lambda e: e.date.order)
            ),
            categories=self._names["categories"],
            topics=self._names["topics"],
            lanes=lanes,
            same=tuple(self._same),
            problems=tuple(sorted(self._problems, key=lambda p: (p.file, p.line))),
        )

    def _blocks(self, name: str, *, required: bool = True) -> list[Block]:
        path = self._folder / name
        if not path.exists():
            if required:
                self._problems.append(Problem(name, 1, "", "The file is missing. Put it back."))
            return []
        blocks, problems = read_blocks(path)
        self._problems += problems
        self._unread = self._unread or (bool(problems) and not blocks)
        return blocks

    def _fields(self, block: Block, known: frozenset[str]) -> Fields:
        return Fields(block, known, self._today)

    def _clean(self, fields: Fields) -> bool:
        """Keep the problems of a table; whether there were none."""
        self._problems += fields.problems
        return not fields.problems

    def _source(self, block: Block) -> None:
        fields = self._fields(block, SOURCE_KEYS)
        source = read_source(fields)
        # A source with a mistake is still known, so that each mistake is told once.
        self._clean(fields)
        self._sources[block.name] = source
        self._source_blocks[block.name] = block

    def _topic_names(self, block: Block) -> None:
        if block.name == "lanes":
            self._lanes = block
            return
        names = self._names.get(block.name)
        if names is None:
            self._problems.append(
                block.problem("unknown table. It must be [categories], [topics] or [lanes].")
            )
            return
        for key, name in block.data.items():
            if isinstance(name, str) and name.strip():
                names[key] = name.strip()
            else:
                self._problems.append(block.problem(f'{key!r} must be "a name".', key))

    def _words(self, block: Block) -> None:
        if block.name != "same":
            self._problems.append(block.problem("unknown table. It must be [[same]]."))
            return
        fields = self._fields(block, SAME_KEYS)
        words = fields.texts("words", 60)
        if len(words) == 1:
            fields.problem("'words' needs at least two that mean the same.", "words")
        if self._clean(fields):
            self._same.append(words)

    def _item(self, block: Block) -> None:
        if block.name == "event":
            self._event(block)
        elif block.name in KIND_NAMES:
            self._entry(block, Kind(block.name))
        else:
            listed = ", ".join(f"[[{name}]]" for name in KIND_NAMES)
            self._problems.append(
                block.problem(f"unknown table [{block.name}]. It must be one of {listed}.")
            )

    def _entry(self, block: Block, kind: Kind) -> None:
        fields = self._fields(block, ENTRY_KEYS | EXTRA_KEYS[kind])
        entry = read_entry(fields, kind, self._topics(fields), self._resolved(fields))
        self._check_new(fields, entry.id, self._entries)
        for asked in (entry.question, *entry.also):
            other = self._questions.setdefault(asked.casefold(), entry.id)
            if asked and other != entry.id:
                key = "question" if asked == entry.question else "also"
                fields.problem(asked_twice(asked, other), key)
        if entry.name:
            other = self._named.setdefault((kind, entry.name.casefold()), entry.id)
            if other != entry.id:
                fields.problem(named_twice(entry.name, other), NAME_KEYS[kind])
        if self._clean(fields):
            self._entries[entry.id] = (entry, block)

    def _event(self, block: Block) -> None:
        fields = self._fields(block, EVENT_KEYS)
        identifier = fields.identifier()
        when, end = read_span(fields, required=True)
        category = fields.text("category", 40)
        if category and category not in self._names["categories"]:
            fields.problem(_unknown("category", category, self._names["categories"]), "category")
        text = fields.text("text", EVENT_LIMIT)
        landmark = fields.text("landmark", LANDMARK_LIMIT, required=False)
        topics, sources = self._topics(fields), self._resolved(fields)
        confidence, checked = fields.confidence(), fields.checked()
        self._check_new(fields, identifier, self._events)
        if self._clean(fields) and when:
            event = Event(
                identifier,
                when,
                end,
                category,
                text,
                topics,
                sources,
                confidence,
                checked,
                landmark,
            )
            self._events[identifier] = (event, block)

    def _check_new(
        self, fields: Fields, identifier: str, known: Mapping[str, tuple[object, Block]]
    ) -> None:
        if identifier in known:
            _, first = known[identifier]
            fields.problem(
                f"the id is used already in {first.file}, line {first.line}. Choose another.", "id"
            )

    def _topics(self, fields: Fields) -> tuple[str, ...]:
        topics = fields.texts("topics", 40)
        for topic in topics:
            if topic not in self._names["topics"]:
                fields.problem(_unknown("topic", topic, self._names["topics"]), "topics")
        return topics

    def _resolved(self, fields: Fields) -> tuple[Source, ...]:
        keys = fields.texts("sources", 80)
        self._used.update(keys)
        for key in keys:
            if key not in self._sources and not self._unread:
                fields.problem(
                    f"source {key!r} is not in {SOURCES_FILE}. Add it there, or mend the name.",
                    "sources",
                )
        return tuple(self._sources[key] for key in keys if key in self._sources)

    def _check_related(self) -> None:
        for identifier, (entry, block) in list(self._entries.items()):
            dead = [other for other in entry.related if other not in self._entries]
            for other in () if self._unread else dead:
                self._problems.append(
                    block.problem(
                        f"related entry {other!r} does not exist, or has a mistake itself. "
                        "Mend the name or remove it.",
                        "related",
                    )
                )
            if identifier in entry.related:
                self._problems.append(
                    block.problem("it is related to itself. Remove that.", "related")
                )
            if dead:
                kept = tuple(other for other in entry.related if other not in dead)
                self._entries[identifier] = (replace(entry, related=kept), block)

    def _check_unused(self) -> None:
        for key, block in self._source_blocks.items():
            if key not in self._used and not self._unread:
                self._problems.append(
                    block.problem("no entry and no event names this source. Remove it, or use it.")
                )


def _unknown(what: str, given: str, known: Iterable[str]) -> str:
    return f"{what} {given!r} is not in {TOPICS_FILE}. Those there are: {', '.join(known)}."
