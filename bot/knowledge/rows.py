"""Between the rows of the knowledge tables and what they stand for."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from bot.knowledge.model import Confidence, Entry, Event, Kind, PartialDate, Section, Source
from bot.knowledge.words import Words
from bot.storage.database import Row


def entry_row(position: int, entry: Entry) -> tuple[str, str, str, int, str, str]:
    """Id, kind, name, position, question and details of a row of knowledge_entry."""
    details = {
        "also": entry.also,
        "answer": entry.answer,
        "dates": [day.iso for day in entry.dates],
        "topics": entry.topics,
        "related": entry.related,
        "sources": _packed(entry.sources),
        "confidence": entry.confidence,
        "note": entry.note,
        "checked": entry.checked.isoformat(),
        "stands_for": entry.stands_for,
        "when": entry.when and entry.when.iso,
        "until": entry.until and entry.until.iso,
        "steps": entry.steps,
        "sections": [[section.heading, section.text] for section in entry.sections],
    }
    packed = json.dumps(details, ensure_ascii=False)
    return entry.id, entry.kind, entry.name, position, entry.question, packed


def entry_of(row: Row | Mapping[str, Any]) -> Entry:
    """The entry of a row with all columns."""
    details = json.loads(row["details"])
    return Entry(
        id=row["id"],
        question=row["question"],
        also=tuple(details["also"]),
        answer=details["answer"],
        dates=tuple(PartialDate.parse(day) for day in details["dates"]),
        topics=tuple(details["topics"]),
        related=tuple(details["related"]),
        sources=_unpacked(details["sources"]),
        confidence=Confidence(details["confidence"]),
        note=details["note"],
        checked=date.fromisoformat(details["checked"]),
        kind=Kind(row["kind"]),
        name=row["name"],
        stands_for=details.get("stands_for", ""),
        when=_date(details.get("when")),
        until=_date(details.get("until")),
        steps=tuple(details.get("steps", ())),
        sections=tuple(Section(*section) for section in details.get("sections", ())),
    )


def _date(iso: str | None) -> PartialDate | None:
    return PartialDate.parse(iso) if iso else None


def event_row(event: Event, words: Words) -> tuple[str, int, int, str, str, str]:
    """Id, sort_date, last_year, category, terms and details of a row of knowledge_event."""
    year, month, day = event.date.order
    details = {
        "date": event.date.iso,
        "end": event.end and event.end.iso,
        "text": event.text,
        "topics": event.topics,
        "sources": _packed(event.sources),
        "confidence": event.confidence,
        "checked": event.checked.isoformat(),
        "landmark": event.landmark,
    }
    return (
        event.id,
        year * 10_000 + month * 100 + day,
        (event.end or event.date).year,
        event.category,
        " ".join(words.indexed(event.text)),
        json.dumps(details, ensure_ascii=False),
    )


def event_of(row: Row) -> Event:
    """The event of a row with all columns."""
    details = json.loads(row["details"])
    return Event(
        id=row["id"],
        date=PartialDate.parse(details["date"]),
        end=_date(details["end"]),
        category=row["category"],
        text=details["text"],
        topics=tuple(details["topics"]),
        sources=_unpacked(details["sources"]),
        confidence=Confidence(details["confidence"]),
        checked=date.fromisoformat(details["checked"]),
        landmark=details.get("landmark", ""),
    )


def _packed(sources: Iterable[Source]) -> list[dict[str, str]]:
    return [asdict(source) for source in sources]


def _unpacked(sources: Iterable[dict[str, str]]) -> tuple[Source, ...]:
    return tuple(Source(**source) for source in sources)


def packed(entry: Entry) -> str:
    """An entry as JSON."""
    identifier, kind, name, _, question, details = entry_row(0, entry)
    row = {"id": identifier, "kind": kind, "name": name, "question": question, "details": details}
    return json.dumps(row, ensure_ascii=False)


def unpacked(text: str) -> Entry:
    """The entry that ``packed`` made JSON of."""
    return entry_of(json.loads(text))
