"""Editing without Discord: what happens at the same moment, and on other servers."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

import pytest

from bot.errors import Forgotten, InvalidInput, NotFound
from bot.knowledge import Kind, Knowledge
from bot.knowledge.editing import Conflict, Draft, Editing, Posting, Saved
from bot.knowledge.editing.copies import Copies, Copy, GiveUp, TryLater
from bot.knowledge.editing.copies import store as copies_store
from bot.knowledge.editing.store import DRAFTS
from bot.storage import Database
from tests.conftest import HandClock

HERE, ELSEWHERE = 1, 2
ANNA, BEN = 11, 12
QUESTION = "When did the probation trusts go?"


@pytest.fixture
def editing(database: Database, clock: HandClock, knowledge: Knowledge) -> Editing:
    return Editing(database, clock, knowledge)


def typed(**given: Any) -> dict[str, Any]:
    return {
        "question": "Who has the key to the bicycle shed?",
        "also": ["bike shed key"],
        "answer": "The caretaker.",
        "topics": ["branch"],
        "sources": [{"title": "Minutes", "publisher": "The branch"}],
        "confidence": "corroborated",
        **given,
    }


async def new(editing: Editing, moderator: int = ANNA, guild: int = HERE, **given: Any) -> Draft:
    return await editing.drafts.begin(guild, moderator, Kind.QUESTION, typed(**given))


async def saved(editing: Editing, draft: Draft) -> Saved:
    done = await editing.save(draft)
    assert isinstance(done, Saved)
    return done


async def test_two_that_ask_the_same_saved_at_the_same_moment_leave_one(editing: Editing) -> None:
    drafts = [await new(editing), await new(editing, BEN)]
    results = await asyncio.gather(*map(editing.save, drafts), return_exceptions=True)
    assert [type(each) for each in results] == [Saved, InvalidInput]


async def test_the_same_draft_saved_twice_at_the_same_moment_is_saved_once(
    editing: Editing,
) -> None:
    draft = await new(editing)
    results = await asyncio.gather(editing.save(draft), editing.save(draft), return_exceptions=True)
    assert [type(each) for each in results] == [Saved, Forgotten]


async def test_changes_at_the_same_moment_all_stand_in_the_history(editing: Editing) -> None:
    drafts = []
    for moderator in range(5):
        draft = await editing.drafts.edit(HERE, moderator, QUESTION)
        drafts.append(await editing.drafts.fill(draft, {"answer": f"By {moderator}."}))
    results = await asyncio.gather(*map(editing.save, drafts))
    waiting = [each.draft for each in results if isinstance(each, Conflict)]
    assert len(waiting) == 4
    while waiting:
        results = await asyncio.gather(*map(editing.save, waiting))
        waiting = [each.draft for each in results if isinstance(each, Conflict)]
    identifier = drafts[0].entry_id
    answers = set()
    for number in range(5):
        past = await editing.past(HERE, identifier, number)
        assert past.change is not None
        assert past.change.after.entry is not None
        answers.add(past.change.after.entry.answer)
    assert answers == {f"By {moderator}." for moderator in range(5)}


async def test_each_server_has_its_own_version_drafts_and_history(
    editing: Editing, knowledge: Knowledge
) -> None:
    for guild in (HERE, ELSEWHERE):
        draft = await editing.drafts.edit(guild, ANNA, QUESTION)
        draft = await editing.drafts.fill(draft, {"answer": f"On server {guild}."})
        done = await saved(editing, draft)
    for guild in (HERE, ELSEWHERE):
        entry = (await knowledge.answer(guild, QUESTION)).entry
        assert entry is not None
        assert entry.answer == f"On server {guild}."
        assert (await editing.past(guild, entry.id)).total == 1
    with pytest.raises(NotFound):
        await editing.undo(HERE, ANNA, done.change.id)
    other = await new(editing, guild=ELSEWHERE)
    done = await saved(editing, other)
    with pytest.raises(NotFound):
        await editing.hide(HERE, ANNA, other.entry_id)
    with pytest.raises(NotFound):
        await editing.past(HERE, other.entry_id)
    with pytest.raises(NotFound):
        await editing.drafts.edit(HERE, ANNA, other.entry_id)
    found = await editing.entries.choices(HERE, "bicycle shed", 25, hidden=True)
    assert other.entry_id not in [identifier for identifier, _, _ in found]


async def test_ids_are_never_given_twice(editing: Editing) -> None:
    made = {(await new(editing, guild=guild)).entry_id for guild in range(20)}
    assert len(made) == 20


async def test_a_hidden_edited_version_comes_back_as_it_was_edited(
    editing: Editing, knowledge: Knowledge
) -> None:
    draft = await editing.drafts.edit(HERE, ANNA, QUESTION)
    await saved(editing, await editing.drafts.fill(draft, {"answer": "Ours."}))
    await editing.hide(HERE, BEN, draft.entry_id)
    with pytest.raises(InvalidInput, match="hidden already"):
        await editing.hide(HERE, BEN, draft.entry_id)
    hidden = await editing.drafts.edit(HERE, ANNA, draft.entry_id)
    await saved(editing, await editing.drafts.fill(hidden, {"answer": "Ours, better."}))
    with pytest.raises(NotFound):
        await knowledge.entry(HERE, draft.entry_id)
    await editing.restore(HERE, BEN, draft.entry_id)
    assert (await knowledge.entry(HERE, draft.entry_id)).answer == "Ours, better."
    with pytest.raises(InvalidInput, match="not hidden"):
        await editing.restore(HERE, BEN, draft.entry_id)


async def test_drafts_are_bounded_in_number_and_age(
    editing: Editing, database: Database, clock: HandClock
) -> None:
    first = await new(editing)
    for _ in range(DRAFTS):
        clock.advance(1)
        await new(editing)
    assert await database.fetch_value("SELECT count(*) FROM knowledge_draft") == DRAFTS
    with pytest.raises(Forgotten):
        await editing.drafts.get(HERE, ANNA, first.id)
    last = await new(editing)
    clock.advance(timedelta(hours=23))
    assert await editing.drafts.get(HERE, ANNA, last.id) == last
    clock.advance(timedelta(hours=2))
    with pytest.raises(Forgotten, match="more than a day old"):
        await editing.drafts.get(HERE, ANNA, last.id)


async def test_what_is_hidden_still_counts_as_asked(editing: Editing) -> None:
    """Else its being shown again would leave two entries with the same question."""
    identifier, _ = await editing.entries.state(HERE, QUESTION)
    await editing.hide(HERE, ANNA, identifier)
    _, mistakes = await editing.drafts.read(await new(editing, also=[QUESTION.upper()]))
    assert len(mistakes) == 1
    assert "is asked by" in mistakes[0]
    # Of nothing but small words, which the index does not hold.
    await saved(editing, await new(editing, question="Who are you?", also=["What are you?"]))
    _, mistakes = await editing.drafts.read(await new(editing, also=["who are you?"]))
    assert len(mistakes) == 1


async def rename(editing: Editing, identifier: str) -> Saved:
    draft = await editing.drafts.edit(HERE, ANNA, identifier)
    given = {"question": "Where is the harbour lantern?", "also": ["lantern where"]}
    return await saved(editing, await editing.drafts.fill(draft, given))


async def asking_twice(database: Database) -> int:
    """How many questions more than one entry of the server HERE has."""
    return int(
        await database.fetch_value(
            """SELECT count(*) FROM (SELECT 1 FROM knowledge_entry WHERE guild_id = ?
               GROUP BY question HAVING count(*) > 1)""",
            [HERE],
        )
    )


async def test_nothing_brings_back_a_question_that_another_entry_has_by_now(
    editing: Editing, database: Database
) -> None:
    first = (await saved(editing, await new(editing))).change
    renamed = (await rename(editing, first.entry_id)).change
    other = await saved(editing, await new(editing, also=["padlock"]))
    for back in (
        editing.undo(HERE, ANNA, renamed.id),
        editing.go_back(HERE, ANNA, first.id),
    ):
        with pytest.raises(InvalidInput, match="asked by “Who has the key to the bicycle shed"):
            await back
    assert await asking_twice(database) == 0
    undone = await editing.undo(HERE, ANNA, other.change.id)
    again = await editing.undo(HERE, ANNA, undone.change.id)  # nobody has its words meanwhile
    await editing.undo(HERE, ANNA, again.change.id)
    await editing.undo(HERE, ANNA, renamed.id)
    past = await editing.past(HERE, other.change.entry_id)
    assert past.change is not None
    with pytest.raises(InvalidInput, match="asked by"):
        await editing.undo(HERE, ANNA, past.change.id)
    assert await asking_twice(database) == 0


async def test_neither_the_built_in_entry_nor_a_hidden_one_comes_back_beside_its_question(
    editing: Editing, knowledge: Knowledge, database: Database
) -> None:
    identifier, state = await editing.entries.state(HERE, QUESTION)
    assert state.entry is not None
    await rename(editing, identifier)
    await saved(editing, await new(editing, question=QUESTION, also=["the trusts, their last day"]))
    with pytest.raises(InvalidInput, match=f"asked by “{QUESTION[:-1]}"):
        await editing.take_built_in(HERE, ANNA, identifier)
    # Hidden, and then the files bring another entry with its question.
    hidden = (
        await saved(editing, await new(editing, question="Is it?", also=["so it is?"]))
    ).change
    await editing.hide(HERE, ANNA, hidden.entry_id)
    async with database.transaction() as tx:
        await tx.execute(
            """INSERT INTO knowledge_entry (guild_id, id, kind, name, position, question, details)
               SELECT NULL, 'is-it', kind, name, position, question, details FROM knowledge_entry
               WHERE id = ?""",
            [hidden.entry_id],
        )
    with pytest.raises(InvalidInput, match="asked by “Is it"):
        await editing.restore(HERE, ANNA, hidden.entry_id)


async def test_taking_back_waits_for_another_with_its_words_that_is_being_saved(
    editing: Editing, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    renamed = await rename(editing, (await saved(editing, await new(editing))).change.entry_id)
    draft = await new(editing, BEN)
    write = editing._change
    undoing: list[asyncio.Task[Saved]] = []
    waits = asyncio.Event()

    class Lock(asyncio.Lock):
        async def acquire(self) -> Literal[True]:
            if self.locked():
                waits.set()
            return await super().acquire()

    async def change(wish: Any) -> Any:
        if not undoing:
            undoing.append(asyncio.create_task(editing.undo(HERE, ANNA, renamed.change.id)))
            waiting = asyncio.create_task(waits.wait())
            await asyncio.wait([*undoing, waiting], return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
        return await write(wish)

    monkeypatch.setattr(editing, "_saving", Lock())
    monkeypatch.setattr(editing, "_change", change)
    await saved(editing, draft)
    with pytest.raises(InvalidInput, match="asked by"):
        await undoing[0]
    assert await asking_twice(database) == 0


@pytest.mark.parametrize("asked", ["👍", "???", "Где туалет?", "工会在哪里", "!"])
async def test_a_phrasing_in_another_script_is_no_answer_to_everything_else_without_a_word(
    editing: Editing, knowledge: Knowledge, asked: str
) -> None:
    phrasings = ["Когда пикник?", "…?!"]
    await saved(editing, await new(editing, question="When is the picnic?", also=phrasings))
    for guild in (HERE, ELSEWHERE):
        assert (await knowledge.answer(guild, asked)).entry is None
        await knowledge.suggest(guild, asked)
    assert (await knowledge.answer(HERE, "picnic when")).entry is not None
    # Word for word, the question itself needs no index.
    await saved(editing, await new(editing, question="Где ключ?", also=["Где замок?"]))
    found = (await knowledge.answer(HERE, "Где ключ?")).entry
    assert found is not None
    assert found.question == "Где ключ?"


class Screen:
    """What the copies show; ``trouble`` is raised instead."""

    def __init__(self) -> None:
        self.shown: dict[int, Copy] = {}
        self.asked = self.looked = 0
        self.trouble: Exception | None = None
        self.hidden: dict[int, Exception | list[int]] = {}  # what is found, by channel

    async def edit_copy(self, copy: Copy) -> None:
        self.asked += 1
        if self.trouble is not None:
            raise self.trouble
        self.shown[copy.message_id] = copy

    async def find_copies(self, posting: Posting) -> list[int]:
        self.looked += 1
        found = self.hidden.get(posting.channel_id, [])
        if isinstance(found, Exception):
            raise found
        return found


async def test_copies_on_other_servers_are_left_alone(
    editing: Editing, knowledge: Knowledge
) -> None:
    entry = (await knowledge.answer(HERE, QUESTION)).entry
    assert entry is not None
    await editing.copies.posted(HERE, 5, 50, entry)
    await editing.copies.posted(ELSEWHERE, 6, 60, entry)
    screen = Screen()
    editing.copies.start(screen)
    await editing.copies.until_idle()
    done = await editing.hide(HERE, ANNA, entry.id)
    assert done.copies == 1
    await editing.copies.until_idle()
    assert set(screen.shown) == {50}
    assert screen.shown[50].entry is None
    await editing.copies.close()


async def test_an_entry_that_changed_while_its_answer_was_sent_is_corrected_at_once(
    editing: Editing, knowledge: Knowledge
) -> None:
    entry = (await knowledge.answer(HERE, QUESTION)).entry
    assert entry is not None
    screen = Screen()
    editing.copies.start(screen)
    await editing.copies.until_idle()
    await editing.copies.posted(HERE, 5, 50, replace(entry, answer="What was sent."))
    await editing.copies.until_idle()
    assert screen.shown[50].entry == entry
    assert screen.shown[50].dated is not None
    await editing.copies.close()


@pytest.mark.parametrize("trouble", [TryLater(3600), GiveUp("no permission")])
async def test_trouble_is_not_asked_again_and_again(
    editing: Editing, knowledge: Knowledge, clock: HandClock, trouble: Exception
) -> None:
    entry = (await knowledge.answer(HERE, QUESTION)).entry
    assert entry is not None
    await editing.copies.posted(HERE, 5, 50, entry)
    screen = Screen()
    screen.trouble = trouble
    editing.copies.start(screen)
    await editing.copies.until_idle()
    await editing.hide(HERE, ANNA, entry.id)
    await editing.copies.until_idle()
    assert screen.asked == 1
    screen.trouble = None
    clock.advance(timedelta(hours=2))
    await editing.restore(HERE, ANNA, entry.id)
    await editing.copies.until_idle()
    assert screen.asked == 2
    assert screen.shown[50].entry is not None
    await editing.copies.close()


async def test_copies_are_bounded_and_the_newest_are_followed(
    editing: Editing, knowledge: Knowledge, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies_store, "COPIES", 3)
    entry = (await knowledge.answer(HERE, QUESTION)).entry
    assert entry is not None
    for message_id in range(1, 6):
        await editing.copies.posted(HERE, 5, message_id, entry)
    await editing.copies.posted(ELSEWHERE, 6, 100, entry)
    rows = await database.fetch_all("SELECT message_id FROM knowledge_posted ORDER BY 1")
    assert [row[0] for row in rows] == [3, 4, 5, 100]


async def test_a_server_that_cannot_be_asked_stops_no_corrections_and_is_asked_again_by_itself(
    editing: Editing, knowledge: Knowledge, database: Database, clock: HandClock
) -> None:
    entry = (await knowledge.answer(HERE, QUESTION)).entry
    assert entry is not None
    await editing.copies.posted(HERE, 5, 50, entry)
    earlier = Copies(database, clock, knowledge)  # of a run that ended before it had noted these
    for channel in (6, 7):
        await earlier.intend(ELSEWHERE, channel, 0, replace(entry, answer="Then."))
    screen = Screen()
    screen.hidden = {6: TryLater(600.0), 7: [70]}
    editing.copies.start(screen)
    await editing.copies.until_idle()
    await editing.hide(HERE, ANNA, entry.id)
    await editing.copies.until_idle()
    assert set(screen.shown) == {50, 70}
    assert screen.looked == 2
    clock.advance(timedelta(seconds=601))
    screen.hidden[6] = [60]
    await editing.restore(HERE, ANNA, entry.id)
    await editing.copies.until_idle()
    # Found at last, it is corrected: the entry has changed since.
    assert set(screen.shown) == {50, 60, 70}
    assert screen.looked == 3
    await editing.copies.close()
