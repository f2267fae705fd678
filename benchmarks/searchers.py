"""Three ways to find an answer, over the same texts: plain FTS5, rapidfuzz alone, and Steward's."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rapidfuzz import fuzz, process, utils

from bot.knowledge import Entry, Knowledge
from bot.knowledge.library import Library

SERVER = 1
FIRST = 3


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for a question.

    Attributes:
        entries: the best first; at most three.
        score: of the best; a higher one is better.
        given: how many of the first are given together, as answers to several questions in one.
        answered: whether the best is given as the answer; None where a threshold decides.
    """

    entries: Sequence[Entry]
    score: float
    answered: bool | None = None
    given: int = 1


class Searcher(Protocol):
    """One way to find an answer."""

    name: str

    async def find(self, question: str) -> Found: ...


def documents(library: Library) -> list[Entry]:
    """Everything that can be an answer, events of the timeline included."""
    return [*library.entries, *(event.as_answer() for event in library.events)]


class PlainFts:
    """SQLite's full-text search as its manual shows it: porter stems, any of the words, bm25."""

    name = "plain FTS5"

    def __init__(self, library: Library) -> None:
        self._documents = documents(library)
        self._database = sqlite3.connect(":memory:")
        self._database.execute(
            "CREATE VIRTUAL TABLE plain USING fts5 (question, also, answer, tokenize = 'porter')"
        )
        self._database.executemany(
            "INSERT INTO plain (rowid, question, also, answer) VALUES (?, ?, ?, ?)",
            [
                (number, f"{entry.title} {entry.question}", " ".join(entry.also), entry.text)
                for number, entry in enumerate(self._documents)
            ],
        )

    async def find(self, question: str) -> Found:
        words = re.findall(r"\w+", question)
        rows = self._database.execute(
            "SELECT rowid, -rank FROM plain WHERE plain MATCH ? ORDER BY rank LIMIT ?",
            [" OR ".join(f'"{word}"' for word in words), FIRST],
        ).fetchall()
        entries = [self._documents[row] for row, _ in rows]
        return Found(entries, rows[0][1] if rows else 0.0)


class Fuzzy:
    """rapidfuzz's own recommendation for whole sentences, over every question and its variants."""

    name = "rapidfuzz"

    def __init__(self, library: Library) -> None:
        asked = [(text, entry) for entry in documents(library) for text in _asked(entry)]
        self._entries = [entry for _, entry in asked]
        self._texts = [utils.default_process(text) for text, _ in asked]

    async def find(self, question: str) -> Found:
        best = process.extract(
            utils.default_process(question), self._texts, scorer=fuzz.WRatio, limit=40
        )
        entries = {self._entries[at].id: self._entries[at] for _, _, at in best}
        return Found(list(entries.values())[:FIRST], best[0][1] if best else 0.0)


def _asked(entry: Entry) -> list[str]:
    return [text for text in (entry.name, entry.question, *entry.also) if text]


class Steward:
    """What `/faq` does, from the question to the entries that it shows."""

    name = "Steward"

    def __init__(self, knowledge: Knowledge, server: int = SERVER) -> None:
        self._knowledge = knowledge
        self._server = server

    async def find(self, question: str) -> Found:
        answer = await self._knowledge.answer(self._server, question)
        if answer.entry is None:
            return Found(answer.nearest[:FIRST], 0.0, answered=False)
        shown = [*answer.entries, *answer.nearest][:FIRST]
        return Found(shown, 1.0, answered=True, given=len(answer.entries))
