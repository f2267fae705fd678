"""Events of the timeline as answers, questions for a date, and what is offered beside an answer."""

import json

import pytest

from bot.errors import NotFound
from bot.knowledge import Kind, Knowledge
from bot.storage import Database
from tests.conftest import HandClock
from tests.knowledge.conftest import ENTRIES, WriteContent

HERE, ELSEWHERE = 1, 2

EVENTS = """
[[event]]
id = "walk"
date = "2014-11-05"
end = "2014-11-06"
category = "court"
text = "The bakers of Leeds walk out over flour."
topics = ["law"]
sources = ["order"]
confidence = "one-source"
checked = 2026-01-31

[[event]]
id = "oven"
date = "2014-11-20"
category = "court"
text = "A new oven is lit in York."
topics = ["law"]
sources = ["order"]
confidence = "corroborated"
checked = 2026-01-31
"""


@pytest.fixture
async def small(
    empty_database: Database, clock: HandClock, write_content: WriteContent
) -> Knowledge:
    service = Knowledge(empty_database, clock, write_content(entries=ENTRIES + EVENTS))
    await service.sync()
    return service


async def own_event(database: Database, identifier: str, *, hidden: int) -> None:
    """A row of the server HERE, as a moderator's editing would write it."""
    details = {
        "date": "2014-11-20", "end": None, "text": "Our own oven is lit in Bath.",
        "topics": ["law"], "sources": [], "confidence": "corroborated", "checked": "2026-01-01",
    }  # fmt: skip
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO knowledge_event (guild_id, id, sort_date, last_year, category, terms, "
            "details, hidden) VALUES (?, ?, 20141120, 2014, 'court', '', ?, ?)",
            (HERE, identifier, json.dumps(details), hidden),
        )


@pytest.mark.parametrize(
    "asked",
    ["what happened on 20 nov 2014", "20/11/2014", "who lit the oven", "november 20th 2014 york"],
)
async def test_an_event_answers_with_its_date_as_title(small: Knowledge, asked: str) -> None:
    entry = (await small.answer(HERE, asked)).entry
    assert entry is not None
    assert (entry.kind, entry.id) == (Kind.EVENT, "event.oven")
    assert entry.title == "20 November 2014"
    assert entry.text == "A new oven is lit in York."
    assert entry.sources


@pytest.mark.parametrize("day", ["5 november 2014", "6 nov 2014"])
async def test_each_day_of_a_span_finds_it(small: Knowledge, day: str) -> None:
    entry = (await small.answer(HERE, f"what happened on {day}?")).entry
    assert entry is not None
    assert entry.id == "event.walk"


async def test_of_several_in_a_month_the_other_words_choose_and_the_rest_is_beside(
    small: Knowledge,
) -> None:
    answer = await small.answer(HERE, "in november 2014, the thing with the oven")
    assert answer.entry is not None
    assert answer.entry.id == "event.oven"
    answer = await small.answer(HERE, "what happened in november 2014")
    assert answer.entry is not None
    shown = {answer.entry.id, *(entry.id for entry in answer.nearest)}
    assert {"event.walk", "event.oven"} <= shown


async def test_a_day_on_which_nothing_is_known_is_declined(small: Knowledge) -> None:
    answer = await small.answer(HERE, "what happened on 3 may 1999?")
    assert answer.entry is None


async def test_an_entry_that_answers_as_well_comes_before_an_event(small: Knowledge) -> None:
    answer = await small.answer(HERE, "when was the order made, in october 2014?")
    assert answer.entry is not None
    assert answer.entry.id == "first"
    # The event tells nothing that the entry does not, so it is no further answer.
    assert "event.made" not in [entry.id for entry in answer.nearest]


async def test_the_id_of_an_event_shows_it_after_a_restart(
    small: Knowledge, empty_database: Database, clock: HandClock, write_content: WriteContent
) -> None:
    again = Knowledge(empty_database, clock, write_content(entries=ENTRIES + EVENTS))
    entry = await again.entry(HERE, "event.walk")
    assert entry == await small.entry(HERE, "event.walk")
    assert entry.title == "5 November to 6 November 2014"
    assert await again.related(HERE, entry) == ()
    with pytest.raises(NotFound):
        await again.entry(HERE, "event.nothing")
    with pytest.raises(NotFound):
        await again.entry(HERE, "walk")


async def test_replaced_content_takes_its_events_out_of_the_index(
    small: Knowledge, empty_database: Database, clock: HandClock, write_content: WriteContent
) -> None:
    changed = Knowledge(empty_database, clock, write_content(entries=ENTRIES))
    await changed.sync()
    assert (await changed.answer(HERE, "what happened on 20 nov 2014")).entry is None
    assert await empty_database.fetch_value("SELECT count(*) FROM knowledge_search") == 3


@pytest.mark.parametrize("hidden", [0, 1])
async def test_a_servers_own_event_takes_the_place_of_the_built_in_one_there_only(
    small: Knowledge,
    empty_database: Database,
    clock: HandClock,
    write_content: WriteContent,
    hidden: int,
) -> None:
    await own_event(empty_database, "oven", hidden=hidden)
    service = Knowledge(
        empty_database, clock, write_content(entries=ENTRIES + EVENTS + "# changed\n")
    )
    await service.sync()
    here = (await service.answer(HERE, "what happened on 20 nov 2014")).entry
    elsewhere = (await service.answer(ELSEWHERE, "what happened on 20 nov 2014")).entry
    assert elsewhere is not None
    assert elsewhere.text == "A new oven is lit in York."
    if hidden:
        assert here is None or here.id != "event.oven"
    else:
        assert here is not None
        assert here.text == "Our own oven is lit in Bath."


async def test_two_questions_in_one_have_two_answers(
    small: Knowledge,
) -> None:
    answer = await small.answer(HERE, "when did the bakers walk out and who lit the oven")
    assert answer.entry is not None
    assert answer.entry.id == "event.walk"
    assert [entry.id for entry in answer.others] == ["event.oven"]


async def test_a_variant_is_found_though_it_has_only_small_words(
    empty_database: Database, clock: HandClock, write_content: WriteContent
) -> None:
    content = ENTRIES.replace('"Which judge was it?"', '"I can\'t go on"')
    service = Knowledge(empty_database, clock, write_content(entries=content))
    await service.sync()
    answer = await service.answer(HERE, "i cant go on...")
    assert answer.entry is not None
    assert answer.entry.id == "second"


async def test_at_most_four_are_offered_beside_and_none_is_the_answer(
    knowledge: Knowledge,
) -> None:
    for question in ("when was the strike", "who is chris grayling", "what does crc mean"):
        answer = await knowledge.answer(HERE, question)
        assert answer.entry is not None
        ids = [entry.id for entry in answer.nearest]
        assert 2 <= len(ids) <= 4
        assert len(set(ids)) == len(ids)
        assert answer.entry.id not in ids
