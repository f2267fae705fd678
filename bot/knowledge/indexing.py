"""What the index keeps of an entry and of an event: the tokens of their texts.

An event stands in the same index as the entries, under the negative of its row's number.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from bot.knowledge.dates import index_tokens, text_tokens
from bot.knowledge.library import Library
from bot.knowledge.model import Entry, Event, Kind
from bot.knowledge.search import Indexed, Phrasing, phrasing_text, phrasing_tokens
from bot.knowledge.words import Words, is_stop, raw_tokens

BETWEEN = " | "
ABOUT_DATES = 2  # an entry with no more dates than that is about them; others name them in passing

# What people want to know of a thing when they say little more than its name.
ASKED_OF = {
    Kind.TERM: "iqterm",
    Kind.PERSON: "iqwho",
    Kind.BODY: "iqterm",
    Kind.FIGURE: "iqnumber",
}


class Columns(NamedTuple):
    """One row of the index, each column as tokens separated by spaces."""

    question: str
    also: str
    answer: str
    topics: str


def entry_columns(entry: Entry, words: Words, topics: Mapping[str, str]) -> Columns:
    """What the index keeps of an entry; ``topics`` are names by id."""
    named = [_phrasing(text, words) for text in (entry.name, entry.stands_for) if text]
    if asked := ASKED_OF.get(entry.kind):
        named += [f"{phrasing} {asked}" for phrasing in named]  # a mark: behind the stroke
    days = [token for day in entry.dates for token in index_tokens(day)]
    if entry.when is not None:
        days += index_tokens(entry.when, entry.until)
    text = f"{entry.text} {entry.note}"
    about = days if len(entry.dates) <= ABOUT_DATES or entry.when else []
    return Columns(
        question=_phrasing(entry.question, words),
        also=BETWEEN.join([*named, *(_phrasing(asked, words) for asked in entry.also)]),
        answer=_joined([*words.indexed(text), *text_tokens(text), *days]),
        topics=_joined([_topic_tokens(entry.topics, words, topics), *about, *_marks(entry)]),
    )


def event_columns(event: Event, words: Words, topics: Mapping[str, str]) -> Columns:
    """What the index keeps of an event: its date is its question."""
    days = index_tokens(event.date, event.end)
    text = words.indexed(event.text)
    when = words.indexed(event.when)
    return Columns(
        question=phrasing_text([*days, *when]),
        also=phrasing_text([*text, *days, "iqwhen"]),
        answer=_joined([*text, *text_tokens(event.text)]),
        topics=_topic_tokens(event.topics, words, topics),
    )


def _marks(entry: Entry) -> list[str]:
    return [ASKED_OF[entry.kind]] if entry.kind in ASKED_OF else []


def read(columns: Columns) -> Indexed:
    """A row of the index as it is compared with a question."""
    phrasings = [columns.question, *(columns.also.split(BETWEEN) if columns.also else [])]
    return Indexed(
        phrasings=tuple(Phrasing.read(phrasing) for phrasing in phrasings),
        answer=frozenset(columns.answer.split()),
        topics=frozenset(columns.topics.split()),
    )


def spellings(library: Library) -> list[str]:
    """Every word of the content as it is spelt, for mending slips of the keyboard."""
    texts = [text for e in library.entries for text in (e.title, e.question, *e.also, e.text)]
    texts += [event.text for event in library.events]
    words = {word for text in texts for word in raw_tokens(text, limit=None)}
    return sorted(word for word in words if word.isalpha() and not is_stop(word))


def same_words(library: Library) -> list[tuple[str, ...]]:
    """The groups of words that mean the same: those of the files, and each term with what its
    letters stand for."""
    terms = [(e.name, e.stands_for) for e in library.entries if e.name and e.stands_for]
    return [*library.same, *terms]


def _topic_tokens(ids: Iterable[str], words: Words, topics: Mapping[str, str]) -> str:
    return _joined(words.indexed(" ".join(topics.get(topic, topic) for topic in ids)))


def _phrasing(text: str, words: Words) -> str:
    return phrasing_text(phrasing_tokens(text, words))


def _joined(tokens: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(tokens))
