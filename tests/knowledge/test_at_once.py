"""What reading questions costs everybody else who waits for the bot."""

import asyncio
import threading
from typing import Any

import pytest

from bot.knowledge import Knowledge, judging
from bot.knowledge import scope as knowledge_scope
from bot.knowledge.comparing import AT_A_TIME
from bot.knowledge.editing import Editing
from bot.knowledge.vocabulary import Vocabulary
from bot.knowledge.words import Words
from bot.storage import Database
from tests.conftest import HandClock
from tests.knowledge.conftest import ENTRIES, WriteContent
from tests.knowledge.test_editing_service import new, saved

HERE, ELSEWHERE = 1, 2
QUESTION = "when did working links go bust"


@pytest.fixture
def editing(database: Database, clock: HandClock, knowledge: Knowledge) -> Editing:
    return Editing(database, clock, knowledge)


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """What was built, and whether the event loop waited for it."""
    made: list[tuple[str, bool]] = []
    build, loop = Words.build, threading.get_ident()

    def words(groups: Any) -> Words:
        made.append(("words", threading.get_ident() == loop))
        return build(groups)

    def vocabulary(*args: Any) -> Vocabulary:
        made.append(("vocabulary", threading.get_ident() == loop))
        return Vocabulary(*args)

    monkeypatch.setattr(Words, "build", words)
    monkeypatch.setattr(knowledge_scope, "Vocabulary", vocabulary)
    return made


async def test_after_a_change_only_what_it_touches_is_read_anew_once_and_beside_the_loop(
    knowledge: Knowledge, editing: Editing, built: list[tuple[str, bool]]
) -> None:
    await asyncio.gather(*(knowledge.answer(HERE, QUESTION) for _ in range(3)))
    assert built == [("words", False), ("vocabulary", False)]
    built.clear()
    before = await knowledge._scopes.of(HERE), await knowledge._scopes.of(ELSEWHERE)
    await saved(editing, await new(editing))
    await asyncio.gather(*(knowledge.answer(HERE, QUESTION) for _ in range(3)))
    # Not the content's, nor another server's.
    assert built == [("words", False)]  # for the index
    assert await knowledge._scopes.of(HERE) is not before[0]
    assert await knowledge._scopes.of(ELSEWHERE) is before[1]


async def test_new_content_brings_its_own_words(
    empty_database: Database, clock: HandClock, write_content: WriteContent
) -> None:
    service = Knowledge(empty_database, clock, write_content())
    await service.sync()
    assert await service.nearest(HERE, "which beak was it") == ()
    write_content(words='[[same]]\nwords = ["judge", "beak"]\n', entries=ENTRIES)
    await service.sync()
    (near, *_) = await service.nearest(HERE, "which beak was it")
    assert near.id == "second"


async def test_others_have_their_turn_while_a_question_is_compared(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = 0
    judged: dict[int, int] = {}
    judge = judging.judge

    def counted(*args: Any, **kwargs: Any) -> judging.Score:
        judged[turn] = judged.get(turn, 0) + 1
        return judge(*args, **kwargs)

    async def others() -> None:
        nonlocal turn
        while True:
            turn += 1
            await asyncio.sleep(0)

    await knowledge.answer(HERE, QUESTION)
    monkeypatch.setattr(judging, "judge", counted)
    beside = asyncio.create_task(others())
    many = "probation staff pay union strike court contract wales london"
    await knowledge._comparing.ranked(HERE, many, wanted=100)
    beside.cancel()
    assert sum(judged.values()) > 2 * AT_A_TIME
    assert max(judged.values()) <= AT_A_TIME
