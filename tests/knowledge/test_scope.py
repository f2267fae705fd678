"""What one server has of its own is nothing to another, not even by the weight of its words."""

import json

import pytest

from bot.knowledge import Knowledge, library, scope
from bot.knowledge.editing import Editing
from bot.storage import Database
from tests.conftest import HandClock
from tests.knowledge.test_editing_service import new, saved

HERE, ELSEWHERE = 1, 2
SECRET = "zorblaxian"
# Whole questions, and what is left of them without their first words.
ASKED = [
    text
    for entry in library.load().entries[::9]
    for text in (entry.also[0], " ".join(entry.also[-1].split()[-3:]))
]


async def teach_elsewhere(database: Database) -> None:
    """Many entries of another server, of the words that are asked for and of one of its own."""
    words = sorted({word for text in ASKED for word in text.split()})
    async with database.transaction() as tx:
        first = 1 + await tx.fetch_value("SELECT max(entry) FROM knowledge_entry")
        for number in range(300):
            said = " ".join(words[number % 7 :: 7]).lower()
            await tx.execute(
                "INSERT INTO knowledge_entry (entry, guild_id, id, position, question, details)"
                " VALUES (?, ?, ?, 0, ?, ?)",
                (first + number, ELSEWHERE, f"own-{number}", said[:90], json.dumps({})),
            )
            await tx.execute(
                "INSERT INTO knowledge_search (rowid, question, also, answer, topics)"
                " VALUES (?, ?, ?, ?, '')",
                (first + number, f"{SECRET} {said} / ", f"{said} / ", said),
            )


async def told(knowledge: Knowledge) -> list[object]:
    found: list[object] = []
    for text in ASKED:
        answer = await knowledge.answer(HERE, text)
        found.append([[each.id for each in some] for some in (answer.entries, answer.nearest)])
        found.append(await knowledge.suggest(HERE, text[:9]))
    return found


async def test_what_another_server_writes_changes_no_answer_and_no_suggestion(
    knowledge: Knowledge, database: Database, clock: HandClock
) -> None:
    before = await told(knowledge)
    await teach_elsewhere(database)
    assert await told(Knowledge(database, clock)) == before


async def test_a_word_of_another_server_is_not_known_here(
    knowledge: Knowledge, database: Database, clock: HandClock
) -> None:
    await teach_elsewhere(database)
    knowledge = Knowledge(database, clock)
    here = (await knowledge._scopes.of(HERE)).vocabulary
    there = (await knowledge._scopes.of(ELSEWHERE)).vocabulary
    slip = SECRET.replace("ax", "xa")
    assert (SECRET in there, there.correction(slip), there.beginning(SECRET[:5])) == (
        True,
        SECRET,
        [SECRET],
    )
    assert (SECRET in here, here.correction(slip), here.beginning(SECRET[:5])) == (False, None, [])
    assert await knowledge._scopes.of(HERE) is await knowledge._scopes.content()


async def test_a_servers_own_words_are_known_there_at_once_and_gone_with_the_entry(
    knowledge: Knowledge, database: Database, clock: HandClock
) -> None:
    editing = Editing(database, clock, knowledge)
    assert SECRET not in (await knowledge._scopes.of(HERE)).vocabulary
    done = await saved(editing, await new(editing, question=f"What is the {SECRET} key?"))
    assert SECRET in (await knowledge._scopes.of(HERE)).vocabulary
    await editing.undo(HERE, 1, done.change.id)
    assert SECRET not in (await knowledge._scopes.of(HERE)).vocabulary


async def test_servers_with_nothing_of_their_own_share_what_is_kept_and_few_are_kept(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scope, "KEPT", 3)
    content = await knowledge._scopes.content()
    for server in range(1, 9):
        assert await knowledge._scopes.of(server) is content
    assert list(knowledge._scopes._own) == [6, 7, 8]
