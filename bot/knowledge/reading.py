"""Entries and sources read from the keys of one table, whether of a file or of a form."""

from dataclasses import replace

from bot.knowledge.fields import Fields
from bot.knowledge.model import Entry, Kind, PartialDate, Section, Source

QUESTION_LIMIT = 100  # Discord: a choice of an autocomplete
ALSO_LIMIT = 200
ANSWER_LIMIT = 600  # what a phone shows without scrolling
NOTE_LIMIT = 200
RELATED_LIMIT = 4  # with the other buttons they fill two rows
NAME_LIMIT = 100  # Discord: a choice of an autocomplete
STANDS_FOR_LIMIT = 120
SECTION_LIMIT = 500
STEP_LIMIT, STEPS_LIMIT = 200, 8
TITLE_LIMIT, PUBLISHER_LIMIT, LINK_LIMIT = 200, 100, 400  # of a source

COMMON_KEYS = frozenset({"id", "topics", "sources", "confidence", "checked"})
ENTRY_KEYS = frozenset({"question", "also", "answer", "dates", "related", "note", *COMMON_KEYS})
SOURCE_KEYS = frozenset({"title", "publisher", "date", "link"})
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


def read_entry(
    fields: Fields, kind: Kind, topics: tuple[str, ...], sources: tuple[Source, ...]
) -> Entry:
    """The entry of a table whose topics and sources are read already; mistakes are reported."""
    entry = Entry(
        id=fields.identifier(),
        question=fields.text("question", QUESTION_LIMIT),
        also=fields.texts("also", ALSO_LIMIT),
        answer=fields.text("answer", ANSWER_LIMIT),
        dates=fields.dates("dates"),
        topics=topics,
        related=fields.texts("related", 60, required=False),
        sources=sources,
        confidence=fields.confidence(),
        note=fields.text("note", NOTE_LIMIT, required=False),
        checked=fields.checked(),
        kind=kind,
    )
    if len(entry.related) > RELATED_LIMIT:
        fields.problem(f"'related' names more than {RELATED_LIMIT}. Keep the nearest.", "related")
    return _of_its_kind(entry, fields)


def _of_its_kind(entry: Entry, fields: Fields) -> Entry:
    """The entry with what only its kind has."""
    kind = entry.kind
    if kind is Kind.QUESTION:
        steps = fields.texts("steps", STEP_LIMIT, required=False)
        if len(steps) > STEPS_LIMIT:
            fields.problem(f"'steps' has more than {STEPS_LIMIT}. Join some.", "steps")
        return replace(entry, steps=steps)
    when, until = read_span(fields, required=True) if kind is Kind.ACTION else (None, None)
    optional = kind is not Kind.ACTION
    return replace(
        entry,
        name=fields.text(NAME_KEYS[kind], NAME_LIMIT),
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


def read_span(fields: Fields, *, required: bool) -> tuple[PartialDate | None, PartialDate | None]:
    """The keys ``date`` and ``end``."""
    first = fields.partial_date("date", required=required)
    last = fields.partial_date("end", required=False)
    if first and last and last.order < first.order:
        fields.problem("'end' lies before 'date'. Swap them.", "end")
    return first, last


def read_source(fields: Fields) -> Source:
    """The source of a table."""
    source = Source(
        title=fields.text("title", TITLE_LIMIT),
        publisher=fields.text("publisher", PUBLISHER_LIMIT),
        link=fields.text("link", LINK_LIMIT, required=False),
    )
    if published := fields.partial_date("date", required=False):
        source = replace(source, date=published.iso)
    if source.link and not source.link.startswith(("https://", "http://")):
        fields.problem("'link' must begin with https:// or http://.", "link")
    return source


def asked_twice(asked: str, other: str) -> str:
    """What is wrong when two entries are asked by the same question."""
    return f"{asked!r} is asked by {other!r} too. Keep it in one of them."


def named_twice(name: str, other: str) -> str:
    """What is wrong when two entries of a kind have the same name."""
    return f"{name!r} is {other!r} already. Join the two."
