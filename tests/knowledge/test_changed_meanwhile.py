"""Questions while moderators change the entries that answer them."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.knowledge import Knowledge
from bot.knowledge.editing import Editing, Saved
from bot.storage import Database
from tests.conftest import HandClock
from tests.knowledge.test_editing_service import ANNA, ELSEWHERE, HERE, new, saved


@pytest.fixture
def editing(database: Database, clock: HandClock, knowledge: Knowledge) -> Editing:
    return Editing(database, clock, knowledge)


@pytest.fixture
def meanwhile(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Callable[[], Awaitable[Any]]], None]:
    """Have something done once, between the finding of an answer and its being read."""

    def arrange(change: Callable[[], Awaitable[Any]]) -> None:
        find = knowledge._answering._choose
        waiting = [change]

        async def answering(*args: Any) -> Any:
            found = await find(*args)
            if waiting:
                await waiting.pop()()
            return found

        monkeypatch.setattr(knowledge._answering, "_choose", answering)

    return arrange


async def edited(editing: Editing, identifier: str, answer: str) -> Saved:
    draft = await editing.drafts.edit(HERE, ANNA, identifier)
    return await saved(editing, await editing.drafts.fill(draft, {"answer": answer}))


Meanwhile = Callable[[Callable[[], Awaitable[Any]]], None]


async def test_an_entry_that_is_saved_while_it_is_asked_for_is_the_answer_in_its_new_words(
    editing: Editing, knowledge: Knowledge, meanwhile: Meanwhile
) -> None:
    await edited(editing, "working-links", "Our words.")
    # So that saving gives the entry another row.
    await saved(editing, await new(editing, question="Where is the lantern?", also=["lantern"]))
    question = "when did Working Links go bust"
    before = (await knowledge.answer(HERE, question)).entry
    assert before is not None
    assert before.id == "working-links"
    meanwhile(lambda: edited(editing, "working-links", "Our better words."))
    after = (await knowledge.answer(HERE, question)).entry
    assert after is not None
    assert (after.id, after.answer) == ("working-links", "Our better words.")


async def test_an_entry_that_is_hidden_while_it_is_asked_for_is_not_shown(
    editing: Editing, knowledge: Knowledge, meanwhile: Meanwhile
) -> None:
    done = await saved(editing, await new(editing))
    meanwhile(lambda: editing.hide(HERE, ANNA, done.change.entry_id))
    found = await knowledge.answer(HERE, "bicycle shed key")
    shown = [each.id for each in (*found.entries, *found.nearest)]
    assert done.change.entry_id not in shown


async def test_a_row_that_another_server_has_by_now_is_not_shown_here(
    editing: Editing, knowledge: Knowledge, meanwhile: Meanwhile
) -> None:
    here = await saved(editing, await new(editing, question="What is the picnic plan?"))
    secret = "Nobody else's business."

    async def taken_back_and_the_row_used_again() -> None:
        await editing.undo(HERE, ANNA, here.change.id)
        theirs = await new(editing, guild=ELSEWHERE, question="Who is on leave?", answer=secret)
        await saved(editing, theirs)

    meanwhile(taken_back_and_the_row_used_again)
    found = await knowledge.answer(HERE, "picnic plan")
    assert secret not in [each.answer for each in (*found.entries, *found.nearest)]


async def test_rows_are_read_only_as_the_server_sees_them(
    editing: Editing, knowledge: Knowledge, database: Database
) -> None:
    theirs = await saved(editing, await new(editing, guild=ELSEWHERE))
    row = await database.fetch_value(
        "SELECT entry FROM knowledge_entry WHERE id = ?", [theirs.change.entry_id]
    )
    event = await database.fetch_value("SELECT min(event) FROM knowledge_event")
    assert list(await knowledge._store.by_row(HERE, [row, -event])) == [-event]
    assert list(await knowledge._store.by_row(ELSEWHERE, [-event, row])) == [-event, row]
    async with database.transaction() as tx:
        await tx.execute("UPDATE knowledge_event SET hidden = 1 WHERE event = ?", [event])
    await editing.hide(ELSEWHERE, ANNA, theirs.change.entry_id)
    assert await knowledge._store.by_row(ELSEWHERE, [-event, row]) == {}


async def test_one_of_two_answers_saved_meanwhile_is_still_given(
    editing: Editing, knowledge: Knowledge, meanwhile: Meanwhile
) -> None:
    await edited(editing, "working-links", "Our words.")
    await saved(editing, await new(editing, question="Where is the lantern?", also=["lantern"]))
    question = "Who was Chris Grayling? When did Working Links go bust?"
    before = [each.id for each in (await knowledge.answer(HERE, question)).entries]
    assert len(before) == 2
    assert "working-links" in before
    meanwhile(lambda: edited(editing, "working-links", "Our better words."))
    assert [each.id for each in (await knowledge.answer(HERE, question)).entries] == before
