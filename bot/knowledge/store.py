# ruff: noqa: S608 - what is put into SQL here is this module's own constants; values are parameters
"""The tables of the knowledge job.

Rows without ``guild_id`` are built in and shared; every query also filters by the server that asks,
and a server's own row takes the place of the built-in one with the same id.
"""

import asyncio
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.knowledge import indexing
from bot.knowledge.indexing import Columns
from bot.knowledge.library import Library
from bot.knowledge.model import EVENT_ID, Entry, Event, Kind
from bot.knowledge.rows import entry_of, entry_row, event_of, event_row
from bot.knowledge.search import Indexed
from bot.knowledge.vocabulary import WHOLE, Vocabulary
from bot.knowledge.words import Words
from bot.storage import Database
from bot.storage.database import Row

DIGEST = "knowledge.digest"  # key in the table meta
CANDIDATES, EVENT_CANDIDATES = 60, 20
SUGGESTED = 40  # for an autocomplete, which shows 25 and has a twentieth of a second
UNANSWERED_ROWS = 2_000  # of a server: members could otherwise fill the disk

# :guild is the server that asks; its own rows come before built-in ones with the same id. The + has
# SQLite look these up by id, not go through all of a server's own for each built-in one.
ENTRY_COUNTS = """(e.guild_id = :guild OR (e.guild_id IS NULL AND NOT EXISTS (
    SELECT 1 FROM knowledge_entry own WHERE own.id = e.id AND +own.guild_id = :guild)))"""
_EVENT_COUNTS = ENTRY_COUNTS.replace("knowledge_entry", "knowledge_event")
VISIBLE_ENTRY = f"e.hidden = 0 AND {ENTRY_COUNTS}"
VISIBLE_EVENT = f"e.hidden = 0 AND {_EVENT_COUNTS}"

# :kinds is a JSON list.
OF_KIND = "e.kind IN (SELECT value FROM json_each(:kinds))"

# CROSS, so that SQLite asks the index first and not every row whether it is in the index.
_MATCHING_ENTRIES = f"""SELECT s.rowid AS number, e.question AS asked
    FROM knowledge_search s CROSS JOIN knowledge_entry e ON e.entry = s.rowid
    WHERE knowledge_search MATCH :expression AND s.rowid > 0 AND {VISIBLE_ENTRY}"""
_MATCHING_EVENTS = f"""SELECT s.rowid AS number, '' AS asked
    FROM knowledge_search s CROSS JOIN knowledge_event e ON e.event = -s.rowid
    WHERE knowledge_search MATCH :expression AND s.rowid < 0 AND {VISIBLE_EVENT}"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry or event that the index proposes, with its tokens; the rest is read when shown.

    Attributes:
        row: of the entry; of an event the negative of its row.
        question: of the entry; empty for an event.
    """

    row: int
    question: str
    indexed: Indexed

    @property
    def is_event(self) -> bool:
        """Whether it is one of the timeline."""
        return self.row < 0


class KnowledgeStore:
    """Reads and writes entries, events and the questions that found no answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # The content that comes with the bot

    async def digest(self) -> str | None:
        """What identifies the content that is in the tables."""
        value = await self._database.fetch_value("SELECT value FROM meta WHERE key = ?", [DIGEST])
        return None if value is None else str(value)

    async def replace_built_in(self, library: Library, digest: str) -> None:
        """Put the content of the files in the place of what was there; servers' rows stay."""
        built = await asyncio.to_thread(_built_in_rows, library)
        async with self._database.transaction() as tx:
            await tx.execute("DELETE FROM knowledge_search")
            await tx.execute("DELETE FROM knowledge_entry WHERE guild_id IS NULL")
            await tx.execute("DELETE FROM knowledge_event WHERE guild_id IS NULL")
            own = await tx.fetch_all("SELECT * FROM knowledge_entry ORDER BY entry")
            first = own[-1]["entry"] + 1 if own else 1
            await tx.executemany(
                "INSERT INTO knowledge_entry (entry, id, kind, name, position, question, details) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(first + number, *row) for number, row in enumerate(built.entries)],
            )
            own_events = await tx.fetch_all("SELECT * FROM knowledge_event ORDER BY event")
            after = own_events[-1]["event"] + 1 if own_events else 1
            await tx.executemany(
                "INSERT INTO knowledge_event "
                "(event, id, sort_date, last_year, category, terms, details) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(after + number, *row) for number, row in enumerate(built.events)],
            )
            # The words may have changed, so what a server has of its own is indexed anew.
            words, topics = built.words, library.topics
            indexed = [
                (row["entry"], *indexing.entry_columns(entry_of(row), words, topics)) for row in own
            ]
            indexed += [
                (-row["event"], *indexing.event_columns(event_of(row), words, topics))
                for row in own_events
            ]
            indexed += [(first + number, *row) for number, row in enumerate(built.entry_columns)]
            indexed += [(-after - number, *row) for number, row in enumerate(built.event_columns)]
            await tx.executemany(
                """INSERT INTO knowledge_search (rowid, question, also, answer, topics)
                   VALUES (?, ?, ?, ?, ?)""",
                indexed,
            )
            await tx.executemany(
                "INSERT OR REPLACE INTO knowledge_list (name, value) VALUES (?, ?)", built.lists
            )
            await tx.execute(
                "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (DIGEST, digest)
            )

    async def list_of(self, name: str) -> Any:  # noqa: ANN401
        """One of the lists that come with the content; empty before the first ``sync``."""
        value = await self._database.fetch_value(
            "SELECT value FROM knowledge_list WHERE name = ?", [name]
        )
        return json.loads(value) if value else []

    # Entries

    async def vocabulary(self, spellings: Iterable[str]) -> Vocabulary:
        """All tokens of the index with their frequencies, and other words that may be meant."""
        rows = await self._database.fetch_all(
            "SELECT term, doc FROM knowledge_term WHERE term NOT GLOB ?", [f"{WHOLE}*"]
        )
        documents = await self._database.fetch_value(
            "SELECT (SELECT count(*) FROM knowledge_entry) + (SELECT count(*) FROM knowledge_event)"
        )
        return await asyncio.to_thread(_vocabulary, rows, documents, spellings)

    async def candidates(
        self,
        guild_id: int,
        expression: str,
        kinds: Collection[Kind] = (),
        *,
        questions_only: bool = False,
    ) -> list[Candidate]:
        """What shares most with an FTS5 expression by its own measure, in no order: at most 60
        entries and 20 events of the timeline.

        Args:
            kinds: only entries of these, and no events; without any, of all.
            questions_only: at most 40 entries, compared with nothing but their questions and names.
        """
        if not expression:
            return []
        if questions_only:
            expression = f"{{question also}} : ({expression})"
        asked = {
            "expression": expression,
            "guild": guild_id,
            "kinds": json.dumps(list(kinds)),
        }
        matching = f"{_MATCHING_ENTRIES} AND {OF_KIND}" if kinds else _MATCHING_ENTRIES
        limit = SUGGESTED if questions_only else CANDIDATES
        rows = await self._database.fetch_all(_candidates(matching, limit), asked)
        if not kinds and not questions_only:
            rows += await self._database.fetch_all(
                _candidates(_MATCHING_EVENTS, EVENT_CANDIDATES), asked
            )
        return [_candidate(row) for row in rows]

    async def by_row(self, guild_id: int, rows: Sequence[int]) -> dict[int, Entry]:
        """The entries, and events as answers, of some candidates by row, in that order.

        What the server does not see is left out, also what it sees no more: an entry that was
        saved or taken away since has another row, and its own may be another server's by now.
        """
        asked = {"guild": guild_id, "rows": json.dumps(list(rows))}
        entries = await self._database.fetch_all(
            # CROSS: else SQLite goes through all of a server's own for a handful of numbers.
            f"""SELECT e.* FROM json_each(:rows) r CROSS JOIN knowledge_entry e ON e.entry = r.value
                WHERE {VISIBLE_ENTRY}""",
            asked,
        )
        events = await self._database.fetch_all(
            f"""SELECT e.* FROM json_each(:rows) r
                CROSS JOIN knowledge_event e ON e.event = -r.value
                WHERE {VISIBLE_EVENT}""",
            asked,
        )
        by_row = {row["entry"]: entry_of(row) for row in entries}
        by_row |= {-row["event"]: event_of(row).as_answer() for row in events}
        return {row: by_row[row] for row in rows if row in by_row}

    async def entries(self, guild_id: int, ids: Sequence[str]) -> list[Entry]:
        """The entries with these ids that the server can see, in that order; ``event.`` and the
        id of an event stand for the event as an answer."""
        marks = ", ".join(f":id{number}" for number in range(len(ids)))
        asked = {f"id{number}": value for number, value in enumerate(ids)}
        found = await self._database.fetch_all(
            f"SELECT e.* FROM knowledge_entry e WHERE e.id IN ({marks}) AND {VISIBLE_ENTRY}",
            {"guild": guild_id, **asked},
        )
        by_id = {row["id"]: entry_of(row) for row in found}
        if any(value.startswith(EVENT_ID) for value in ids):
            asked = {name: value.removeprefix(EVENT_ID) for name, value in asked.items()}
            events = await self._database.fetch_all(
                f"SELECT e.* FROM knowledge_event e WHERE e.id IN ({marks}) AND {VISIBLE_EVENT}",
                {"guild": guild_id, **asked},
            )
            by_id |= {EVENT_ID + row["id"]: event_of(row).as_answer() for row in events}
        return [by_id[value] for value in ids if value in by_id]

    async def entry_asking(self, guild_id: int, question: str) -> Entry | None:
        """The entry with exactly this question, capitals aside."""
        row = await self._database.fetch_one(
            f"SELECT e.* FROM knowledge_entry e WHERE e.question = :question AND {VISIBLE_ENTRY}",
            {"guild": guild_id, "question": question},
        )
        return None if row is None else entry_of(row)

    async def questions(self, guild_id: int, containing: str, limit: int) -> list[str]:
        """Questions that contain a text, in the order of the files, a server's own first."""
        rows = await self._database.fetch_all(
            f"""SELECT e.question FROM knowledge_entry e
                WHERE {VISIBLE_ENTRY} AND instr(lower(e.question), lower(:containing))
                ORDER BY e.guild_id IS NULL, e.position LIMIT :limit""",
            {"guild": guild_id, "limit": limit, "containing": containing},
        )
        return [row["question"] for row in rows]

    # Events

    async def events(self, guild_id: int) -> list[tuple[Event, str]]:
        """The events that the server can see, oldest first, each with its tokens."""
        rows = await self._database.fetch_all(
            f"""SELECT e.* FROM knowledge_event e WHERE {VISIBLE_EVENT}
                ORDER BY e.sort_date, e.event""",
            {"guild": guild_id},
        )
        return [(event_of(row), row["terms"]) for row in rows]

    # Questions that found no answer

    async def count_unanswered(
        self, guild_id: int, question: str, week: str, *, unhelpful: str = ""
    ) -> None:
        """Count a question, already cleaned; nothing about who asked is kept.

        Beyond 2,000 rows of a server, others go: the least asked, and the oldest of those.

        Args:
            unhelpful: the id of the entry that answered it and did not help, if one did.
        """
        async with self._database.transaction() as tx:
            await tx.execute(
                """INSERT INTO knowledge_unanswered (guild_id, question, week, asked)
                   VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET asked = asked + 1""",
                (guild_id, question, week),
            )
            # It was answered, and is asked in vain again; what was dismissed stays so.
            await tx.execute(
                """DELETE FROM knowledge_settled
                   WHERE guild_id = ? AND question = ? AND answered_by != ''""",
                (guild_id, question),
            )
            if unhelpful:
                await tx.execute(
                    "INSERT OR IGNORE INTO knowledge_unhelpful VALUES (?, ?, ?)",
                    (guild_id, question, unhelpful),
                )
            rows = await tx.fetch_value(
                "SELECT count(*) FROM knowledge_unanswered WHERE guild_id = ?", [guild_id]
            )
            if rows > UNANSWERED_ROWS:
                await tx.execute(
                    """DELETE FROM knowledge_unanswered
                       WHERE guild_id = :guild AND (question, week) IN (
                           SELECT question, week FROM knowledge_unanswered
                           WHERE guild_id = :guild AND (question, week) != (:question, :week)
                           ORDER BY sum(asked) OVER (PARTITION BY question), week, question
                           LIMIT :surplus)""",
                    {
                        "guild": guild_id,
                        "question": question,
                        "week": week,
                        "surplus": rows - UNANSWERED_ROWS,
                    },
                )
                await tx.execute(
                    """DELETE FROM knowledge_unhelpful WHERE guild_id = :guild
                       AND question NOT IN (
                           SELECT question FROM knowledge_unanswered WHERE guild_id = :guild)""",
                    {"guild": guild_id},
                )

    async def unanswered(self, guild_id: int, limit: int = 25) -> list[tuple[str, int]]:
        """The questions of a server that found no answer, most asked first, with how often."""
        rows = await self._database.fetch_all(
            """SELECT question, sum(asked) AS times FROM knowledge_unanswered WHERE guild_id = ?
               GROUP BY question ORDER BY times DESC, max(week) DESC, question LIMIT ?""",
            (guild_id, limit),
        )
        return [(row["question"], row["times"]) for row in rows]


# What is written when the content is taken in, and what the index proposes


@dataclass(frozen=True, slots=True)
class _BuiltIn:
    """The rows of the content that comes with the bot."""

    words: Words
    entries: list[tuple[str, str, str, int, str, str]]
    entry_columns: list[Columns]
    events: list[tuple[str, int, int, str, str, str]]
    event_columns: list[Columns]
    lists: list[tuple[str, str]]


def _built_in_rows(library: Library) -> _BuiltIn:
    same, topics = indexing.same_words(library), library.topics
    words = Words.build(same)
    lists = {
        "categories": library.categories,
        "topics": topics,
        "lanes": library.lanes,
        "same": same,
        "spellings": indexing.spellings(library),
    }
    return _BuiltIn(
        words=words,
        entries=[entry_row(position, entry) for position, entry in enumerate(library.entries)],
        entry_columns=[indexing.entry_columns(entry, words, topics) for entry in library.entries],
        events=[event_row(event, words) for event in library.events],
        event_columns=[indexing.event_columns(e, words, topics) for e in library.events],
        lists=[(name, json.dumps(value)) for name, value in lists.items()],
    )


def _vocabulary(rows: Iterable[Row], documents: int, spellings: Iterable[str]) -> Vocabulary:
    return Vocabulary({row["term"]: row["doc"] for row in rows}, documents, spellings)


def _candidates(matching: str, limit: int) -> str:
    """The best of what matches; the tokens are read of those alone."""
    return f"""SELECT found.number, found.asked, t.question, t.also, t.answer, t.topics
        FROM ({matching} ORDER BY bm25(knowledge_search, 4.0, 3.0, 1.0, 1.5) LIMIT {limit}) found
        CROSS JOIN knowledge_search t ON t.rowid = found.number"""


def _candidate(row: Row) -> Candidate:
    columns = Columns(row["question"], row["also"], row["answer"], row["topics"])
    return Candidate(row["number"], row["asked"], indexing.read(columns))
