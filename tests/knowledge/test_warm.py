"""The first question after a start waits for nothing that could be done before it."""

import asyncio

import pytest

from bot.knowledge import Knowledge
from bot.knowledge.words import Words
from bot.storage import Database
from tests.conftest import HandClock


async def test_what_a_question_is_compared_with_is_read_before_the_first_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge = Knowledge(database, HandClock())
    knowledge.start()
    await knowledge.ready()

    def too_late(*_: object) -> Words:
        raise AssertionError("built at the first question")

    monkeypatch.setattr(Words, "build", too_late)
    answer = await knowledge.answer(1, "Who brought TR in?")
    assert answer.entry is not None
    assert answer.entry.id == "grayling"
    await knowledge.close()


async def test_content_is_taken_in_after_what_comes_first_and_questions_wait_for_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge, first, began = Knowledge(database, HandClock()), asyncio.Event(), asyncio.Event()
    sync = knowledge.sync

    async def watched() -> None:
        began.set()
        await sync()

    monkeypatch.setattr(knowledge, "sync", watched)
    knowledge.start(after=first)
    asking = asyncio.create_task(knowledge.answer(1, "Who brought TR in?"))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not began.is_set()
    assert not asking.done()
    first.set()
    assert (await asking).entry is not None
    assert began.is_set()
    await knowledge.close()
