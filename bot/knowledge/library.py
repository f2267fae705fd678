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
from bot.knowledge.model import Entry, Event, Kind, PartialDate, Section, Source
from bot.knowledge.toml_blocks import Block, Problem, read_blocks

CONTENT = Path(__file__).parent / "content"
STARTER_FEEDS = CONTENT / "starter-feeds.opml"  # read by the feed job

QUESTION_LIMIT = 100  # Discord: a choice of an autocomplete
ANSWER_LIMIT = 600  # what a phone shows without scrolling
EVENT_LIMIT = 300
NOTE_LIMIT = 200
RELATED_LIMIT = 4  # with the other buttons they fill two rows
NAME_LIMIT = 100  # Discord: a choice of an autocomplete
STANDS_FOR_LIMIT = 120
SECTION_LIMIT = 500
STEP_LIMIT, STEPS_LIMIT = 200, 8

SOURCES_FILE, TOPICS_FILE, WORDS_FILE = "sources.toml", "topics.toml", "words.toml"

_COMMON_KEYS = {"id", "topics", "sources", "confidence", "checked"}
ENTRY_KEYS = frozenset({"question", "also", "answer", "dates", "related", "note", *_COMMON_KEYS})
# What each kind of entry has besides: the key of its name, and the headings of its sections.
NAME_KEYS = {
    Kind.TERM: "term",
    Kind.PERSON: "name",
    Kind.BODY: "name",
    Kind.FIGURE: "claim",
    Kind.ACTION: "name",
}
SECTION_KEYS = {
    Kind.FIGURE: {"careful": "What it does not say"},
    Kind.ACTION: {"took_part": "How members took part", "outcome": "How it ended"},
}
EXTRA_KEYS = {
    Kind.QUESTION: frozenset({"steps"}),
    Kind.TERM: frozenset({"term", "stands_for"}),
    Kind.PERSON: frozenset({"name"}),
    Kind.BODY: frozenset({"name"}),
    Kind.FIGURE: frozenset({"claim", "careful"}),
    Kind.ACTION: frozenset({"name", "date", "end", "took_part", "outcome"}),
}
EVENT_KEYS = frozenset({"date", "end", "category", "text", *_COMMON_KEYS})
SOURCE_KEYS = frozenset({"title", "publisher", "date", "link"})
SAME_KEYS = frozenset({"words"})
KIND_NAMES = tuple(kind.value for kind in Kind)


@dataclass(frozen=True, slots=True)
class Library:
    """Everything in the content folder that is free of mistakes, and the mistakes.

    Attributes:
        categories, topics: names by id.
        same: groups of words and phrases that mean the same to a searcher.
    """

    entries: tuple[Entry, ...]
    events: tuple[Event, ...]
    categories: Mapping[str, str]
    topics: Mapping[str, str]
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
        source = Source(
            title=fields.text("title", 200),
            publisher=fields.text("publisher", 100),
            link=fields.text("link", 400, required=False),
        )
        if published := fields.partial_date("date", required=False):
            source = replace(source, date=published.iso)
        if source.link and not source.link.startswith(("https://", "http://")):
            fields.problem("'link' must begin with https:// or http://.", "link")
        # A source with a mistake is still known, so that each mistake is told once.
        self._clean(fields)
        self._sources[block.name] = source
        self._source_blocks[block.name] = block

    def _topic_names(self, block: Block) -> None:
        names = self._names.get(block.name)
        if names is None:
            self._problems.append(
                block.problem("unknown table. It must be [categories] or [topics].")
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
            listed = ", ".join(f"[[{name}]]" for name in (*KIND_NAMES, "event"))
            self._problems.append(
                block.problem(f"unknown table [{block.name}]. It must be one of {listed}.")
            )

    def _entry(self, block: Block, kind: Kind) -> None:
        fields = self._fields(block, ENTRY_KEYS | EXTRA_KEYS[kind])
        entry = Entry(
            id=fields.identifier(),
            question=fields.text("question", QUESTION_LIMIT),
            also=fields.texts("also", 200),
            answer=fields.text("answer", ANSWER_LIMIT),
            dates=fields.dates("dates"),
            topics=self._topics(fields),
            related=fields.texts("related", 60, required=False),
            sources=self._resolved(fields),
            confidence=fields.confidence(),
            note=fields.text("note", NOTE_LIMIT, required=False),
            checked=fields.checked(),
            kind=kind,
        )
        entry = self._of_its_kind(entry, fields)
        if len(entry.related) > RELATED_LIMIT:
            fields.problem(
                f"'related' names more than {RELATED_LIMIT}. Keep the nearest.", "related"
            )
        self._check_new(fields, entry.id, self._entries)
        for asked in (entry.question, *entry.also):
            other = self._questions.setdefault(asked.casefold(), entry.id)
            if asked and other != entry.id:
                key = "question" if asked == entry.question else "also"
                fields.problem(f"{asked!r} is asked by {other!r} too. Keep it in one of them.", key)
        if self._clean(fields):
            self._entries[entry.id] = (entry, block)

    def _of_its_kind(self, entry: Entry, fields: Fields) -> Entry:
        """The entry with what only its kind has."""
        kind = entry.kind
        if kind is Kind.QUESTION:
            steps = fields.texts("steps", STEP_LIMIT, required=False)
            if len(steps) > STEPS_LIMIT:
                fields.problem(f"'steps' has more than {STEPS_LIMIT}. Join some.", "steps")
            return replace(entry, steps=steps)
        name = fields.text(NAME_KEYS[kind], NAME_LIMIT)
        other = self._named.setdefault((kind, name.casefold()), entry.id)
        if name and other != entry.id:
            fields.problem(f"{name!r} is {other!r} already. Join the two.", NAME_KEYS[kind])
        when, until = _span(fields, required=True) if kind is Kind.ACTION else (None, None)
        optional = kind is not Kind.ACTION
        return replace(
            entry,
            name=name,
            stands_for=fields.text("stands_for", STANDS_FOR_LIMIT, required=False)
            if kind is Kind.TERM
            else "",
            when=when,
            until=until,
            sections=tuple(
                Section(heading, text)
                for key, heading in SECTION_KEYS.get(kind, {}).items()
                if (text := fields.text(key, SECTION_LIMIT, required=not optional))
            ),
        )

    def _event(self, block: Block) -> None:
        fields = self._fields(block, EVENT_KEYS)
        identifier = fields.identifier()
        when, end = _span(fields, required=True)
        category = fields.text("category", 40)
        if category and category not in self._names["categories"]:
            fields.problem(_unknown("category", category, self._names["categories"]), "category")
        text = fields.text("text", EVENT_LIMIT)
        topics, sources = self._topics(fields), self._resolved(fields)
        confidence, checked = fields.confidence(), fields.checked()
        self._check_new(fields, identifier, self._events)
        if self._clean(fields) and when:
            event = Event(
                identifier, when, end, category, text, topics, sources, confidence, checked
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


def _span(fields: Fields, *, required: bool) -> tuple[PartialDate | None, PartialDate | None]:
    """The keys ``date`` and ``end``."""
    first = fields.partial_date("date", required=required)
    last = fields.partial_date("end", required=False)
    if first and last and last.order < first.order:
        fields.problem("'end' lies before 'date'. Swap them.", "end")
    return first, last


def _unknown(what: str, given: str, known: Iterable[str]) -> str:
    return f"{what} {given!r} is not in {TOPICS_FILE}. Those there are: {', '.join(known)}."
