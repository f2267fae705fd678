"""Knowledge on a real database, and a small content folder to make mistakes in."""

import shutil
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path

import pytest

from bot.knowledge import Confidence, Event, Knowledge, PartialDate, Source
from bot.storage import Database
from tests.conftest import HandClock
from tests.databases import opened

SOURCES = """
[order]
title = "The order"
publisher = "The court"
date = "2014-10"
link = "https://example.org/order"
"""
TOPICS = """
[categories]
court = "Court"
[topics]
law = "Law"
"""
ENTRIES = '''
[[entry]]
id = "first"
question = "When was the order made?"
also = ["What is the date of the order?"]
answer = """
In October
2014.

And nothing else.
"""
dates = ["2014-10"]
topics = ["law"]
related = ["second"]
sources = ["order"]
confidence = "corroborated"
checked = 2026-01-31

[[entry]]
id = "second"
question = "Who made the order?"
also = ["Which judge was it?"]
answer = "The court did."
topics = ["law"]
sources = ["order"]
confidence = "one-source"
note = "The name is not given."
checked = 2026-01-31

[[event]]
id = "made"
date = "2014-10"
category = "court"
text = "The order is made."
topics = ["law"]
sources = ["order"]
confidence = "corroborated"
checked = 2026-01-31
'''

WriteContent = Callable[..., Path]


@pytest.fixture
def write_content(tmp_path: Path) -> WriteContent:
    """Write a content folder; each argument replaces one file, None leaves it out."""

    def write(
        entries: str | bytes = ENTRIES,
        sources: str | None = SOURCES,
        topics: str | None = TOPICS,
        words: str | None = None,
    ) -> Path:
        folder = tmp_path / "content"
        folder.mkdir(exist_ok=True)
        files = {"sources.toml": sources, "topics.toml": topics, "words.toml": words}
        for name, text in files.items():
            if text is not None:
                (folder / name).write_text(text, encoding="utf-8")
        data = entries if isinstance(entries, bytes) else entries.encode()
        (folder / "entries.toml").write_bytes(data)
        return folder

    return write


@pytest.fixture
def example_event() -> Event:
    return example()


def example() -> Event:
    """An event with a source."""
    return Event(
        id="made",
        date=PartialDate(2014, 10),
        end=None,
        category="court",
        text="The order is made.",
        topics=("law",),
        sources=(Source("The order", "The court"),),
        confidence=Confidence.CORROBORATED,
        checked=date(2026, 1, 31),
    )


@pytest.fixture
async def database(filled_database: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A database of the test's own with the content that comes with the bot."""
    path = tmp_path / "filled.db"
    shutil.copy(filled_database, path)
    async with opened(path) as database:
        yield database


@pytest.fixture
async def empty_database(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path / "steward.db") as database:
        yield database


@pytest.fixture
async def knowledge(database: Database, clock: HandClock) -> Knowledge:
    """The content that comes with the bot."""
    service = Knowledge(database, clock)
    await service.sync()
    return service
