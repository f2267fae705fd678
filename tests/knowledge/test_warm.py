"""The first question after a start waits for nothing that could be done before it."""

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
