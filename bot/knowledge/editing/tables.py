"""Entries as tables of keys, and what moderators call each key."""

from dataclasses import asdict

from bot.knowledge.editing.model import Table
from bot.knowledge.model import Entry, Kind, Source
from bot.knowledge.reading import EXTRA_KEYS, NAME_KEYS, SECTION_KEYS

LABELS = {
    "question": "Question",
    "also": "Other ways of asking",
    "answer": "Answer",
    "sources": "Sources",
    "confidence": "How sure",
    "term": "Term",
    "stands_for": "What it stands for",
    "name": "Name",
    "claim": "The figure",
    "careful": "What it does not say",
    "date": "Beginning",
    "end": "End",
    "took_part": "How members took part",
    "outcome": "How it ended",
    "steps": "Steps",
    "topics": "Topics",
    "dates": "Dates",
    "related": "Related",
    "note": "What is uncertain",
    "checked": "Last checked",
}
SOURCE_LABELS = {"title": "title", "publisher": "publisher", "date": "date", "link": "link"}

KIND_WORDS = {
    Kind.QUESTION: "question",
    Kind.TERM: "term",
    Kind.PERSON: "person",
    Kind.BODY: "body",
    Kind.FIGURE: "figure",
    Kind.ACTION: "action",
}
EDITABLE = tuple(KIND_WORDS)

# The buttons under a preview, each with the keys that its form holds.
WORDS, TOPICS, MORE = "Edit the words", "Topics", "More"
OWN_FORMS = {
    Kind.TERM: "The term",
    Kind.PERSON: "The name",
    Kind.BODY: "The name",
    Kind.FIGURE: "The figure",
    Kind.ACTION: "The action",
}


def form_of(key: str, kind: Kind) -> str:
    """The button whose form holds a key."""
    if key in ("question", "also", "answer", "sources", "confidence"):
        return WORDS
    if key == "topics":
        return TOPICS
    if key in EXTRA_KEYS.get(kind, ()) and key != "steps":
        return OWN_FORMS[kind]
    return MORE


def table_of(entry: Entry) -> Table:
    """The keys of an entry, in the order of the documents; what is empty is left out."""
    table: Table = {"id": entry.id}
    if entry.kind in NAME_KEYS:
        table[NAME_KEYS[entry.kind]] = entry.name
    table |= {
        "stands_for": entry.stands_for,
        "date": entry.when.iso if entry.when else "",
        "end": entry.until.iso if entry.until else "",
        "question": entry.question,
        "also": list(entry.also),
        "answer": entry.answer,
    }
    headings = {heading: key for key, heading in SECTION_KEYS.get(entry.kind, {}).items()}
    table |= {headings[section.heading]: section.text for section in entry.sections}
    table |= {
        "steps": list(entry.steps),
        "dates": [day.iso for day in entry.dates],
        "topics": list(entry.topics),
        "related": list(entry.related),
        "sources": [source_table(source) for source in entry.sources],
        "confidence": str(entry.confidence),
        "note": entry.note,
        "checked": entry.checked.isoformat(),
    }
    return {key: value for key, value in table.items() if value}


def source_table(source: Source) -> dict[str, str]:
    """The keys of a source; what is empty is left out."""
    return {key: value for key, value in asdict(source).items() if value}


# What is typed into a form, one to a line


def lines(typed: str) -> list[str]:
    """The lines that hold something, each once."""
    return list(dict.fromkeys(line for raw in typed.splitlines() if (line := raw.strip())))


def source_line(source: dict[str, str]) -> str:
    """A source as it is typed: ``title | publisher | date | link``, the last two optional."""
    parts = [source.get(key, "") for key in SOURCE_LABELS]
    while parts and not parts[-1]:
        parts.pop()
    return " | ".join(parts)


def read_source_line(line: str) -> dict[str, str]:
    """A typed source. A link is known by its beginning, wherever it stands among the parts."""
    parts = [part.strip() for part in line.split("|")]
    found: dict[str, str] = {}
    if link := next((part for part in parts if part.startswith(("https://", "http://"))), ""):
        parts.remove(link)
        found["link"] = link
    rest = [key for key in SOURCE_LABELS if key not in found]
    # A title may contain the sign that parts them.
    while len(parts) > len(rest):
        parts[0:2] = [f"{parts[0]} | {parts[1]}"]
    found |= dict(zip(rest, parts, strict=False))
    return {key: found[key] for key in SOURCE_LABELS if found.get(key)}


def fitting(items: list[str], limit: int) -> tuple[list[str], list[str]]:
    """The first lines that together fit into a field, and those that do not."""
    used = 0
    for number, item in enumerate(items):
        used += len(item.encode("utf-16-le")) // 2 + 1
        if used > limit + 1:
            return items[:number], items[number:]
    return items, []
