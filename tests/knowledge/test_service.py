"""Answers from the content on a real database."""

import asyncio
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import InvalidInput, NotFound, Unavailable
from bot.knowledge import Knowledge, TimelineView, library
from bot.knowledge.masking import clean_question
from bot.knowledge.vocabulary import whole_token
from bot.storage import Database
from tests.conftest import HandClock
from tests.knowledge.conftest import ENTRIES, WriteContent

HERE, ELSEWHERE = 1, 2

FTS_SYNTAX = [
    '"',
    '""" OR 1',
    "trusts AND",
    "NEAR(trusts, 2)",
    "question: trusts",
    "trusts*",
    "^trusts -strike",
    "(((((",
    "'; DROP TABLE knowledge_entry; --",
    "{question also}: x",
    "\x00trusts\x00",
    "a" * 6000,
    "trusts " * 800,
    "𝕋𝕣𝕦𝕤𝕥𝕤 🙂🙂",
]


async def own_entry(database: Database, entry: str, question: str, *, hidden: int = 0) -> None:
    """A row of the server HERE, as a moderator's editing will write it."""
    details = (
        '{"also": [], "answer": "Our own words.", "dates": [], "topics": ["tr"], "related": [], '
        '"sources": [], "confidence": "corroborated", "note": "", "checked": "2026-01-01"}'
    )
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO knowledge_entry (guild_id, id, position, question, details, hidden) "
            "VALUES (?, ?, 0, ?, ?, ?)",
            (HERE, entry, question, details, hidden),
        )


async def test_content_is_taken_in_once_and_again_when_it_changes(
    empty_database: Database, clock: HandClock, write_content: WriteContent
) -> None:
    folder = write_content()
    await Knowledge(empty_database, clock, folder).sync()
    assert await empty_database.fetch_value("SELECT count(*) FROM knowledge_entry") == 2
    async with empty_database.transaction() as tx:
        await tx.execute("UPDATE knowledge_entry SET position = 99")
    await Knowledge(empty_database, clock, folder).sync()
    assert await empty_database.fetch_value("SELECT min(position) FROM knowledge_entry") == 99
    write_content(entries=ENTRIES.replace("The court did.", "The High Court did."))
    changed = Knowledge(empty_database, clock, folder)
    await changed.sync()
    assert (await changed.entry(HERE, "second")).answer == "The High Court did."
    # Two entries, and an event.
    assert await empty_database.fetch_value("SELECT count(*) FROM knowledge_search") == 3


async def test_an_unchanged_start_costs_almost_nothing(
    knowledge: Knowledge, database: Database, clock: HandClock
) -> None:
    begun = time.process_time()
    await Knowledge(database, clock).sync()
    assert time.process_time() - begun < 0.1


async def test_a_question_during_the_first_start_waits_for_the_content(
    empty_database: Database, clock: HandClock
) -> None:
    service = Knowledge(empty_database, clock)
    service.start()
    answer = await service.answer(HERE, "when were the trusts abolished")
    assert answer.entry is not None
    await service.close()


async def test_closing_during_the_first_start_leaves_the_next_one_to_do_it(
    empty_database: Database, clock: HandClock
) -> None:
    service = Knowledge(empty_database, clock)
    service.start()
    await service.close()
    service = Knowledge(empty_database, clock)
    await service.sync()
    assert (await service.answer(HERE, "when were the trusts abolished")).entry is not None


async def refuse_content(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(
            """CREATE TRIGGER refused BEFORE INSERT ON knowledge_entry
               BEGIN SELECT raise(ABORT, 'refused'); END"""
        )


async def accept_content(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute("DROP TRIGGER refused")


async def test_after_a_failed_first_start_the_next_question_tries_again(
    empty_database: Database,
    clock: HandClock,
    write_content: WriteContent,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await refuse_content(empty_database)
    service = Knowledge(empty_database, clock, write_content())
    service.start()
    for _ in range(2):
        with pytest.raises(Unavailable, match="Please ask again"):
            await service.answer(HERE, "who made the order")
    failures = [r for r in caplog.records if "could not be taken in" in r.getMessage()]
    assert len(failures) == 1
    await accept_content(empty_database)
    answer = await service.answer(HERE, "who made the order")
    assert answer.entry is not None
    assert answer.entry.id == "second"
    await service.close()


async def test_when_new_content_fails_the_earlier_answers_until_it_is_there(
    empty_database: Database, clock: HandClock, write_content: WriteContent
) -> None:
    await Knowledge(empty_database, clock, write_content()).sync()
    changed = write_content(entries=ENTRIES.replace("The court did.", "The High Court did."))
    await refuse_content(empty_database)
    service = Knowledge(empty_database, clock, changed)
    service.start()
    for _ in range(2):
        answer = await service.answer(HERE, "who made the order")
        assert answer.entry is not None
        assert answer.entry.answer == "The court did."
    await accept_content(empty_database)
    async with asyncio.timeout(30):
        while (await service.entry(HERE, "second")).answer != "The High Court did.":
            continue
    await service.close()


async def test_a_broken_file_does_not_stop_the_bot(
    empty_database: Database, clock: HandClock, write_content: WriteContent
) -> None:
    service = Knowledge(empty_database, clock, write_content(entries="[[entry]\n"))
    await service.sync()
    assert (await service.answer(HERE, "anything")).entry is None


async def test_a_servers_own_row_takes_the_place_of_the_built_in_one_there_only(
    knowledge: Knowledge, database: Database
) -> None:
    await own_entry(database, "trusts-end", "When did our trusts go?")
    assert (await knowledge.entry(HERE, "trusts-end")).answer == "Our own words."
    assert "31 May 2014" in (await knowledge.entry(ELSEWHERE, "trusts-end")).answer
    answer = await knowledge.answer(ELSEWHERE, "When did our trusts go?")
    assert answer.entry is None or answer.entry.answer != "Our own words."


async def test_a_hidden_entry_is_gone_there_and_stays_elsewhere(
    knowledge: Knowledge, database: Database
) -> None:
    await own_entry(database, "trusts-end", "x", hidden=1)
    with pytest.raises(NotFound):
        await knowledge.entry(HERE, "trusts-end")
    question = "When did the probation trusts go?"
    found = await knowledge.answer(HERE, question)
    assert found.entry is None or found.entry.id != "trusts-end"
    elsewhere = await knowledge.answer(ELSEWHERE, question)
    assert elsewhere.entry is not None
    assert elsewhere.entry.id == "trusts-end"


async def test_own_entries_survive_new_content(
    empty_database: Database, clock: HandClock, write_content: WriteContent
) -> None:
    service = Knowledge(empty_database, clock, write_content())
    await service.sync()
    await own_entry(empty_database, "ours", "Where do we meet?")
    write_content(entries=ENTRIES + "# changed\n")
    await service.sync()
    answer = await service.answer(HERE, "where do we meet")
    assert answer.entry is not None
    assert answer.entry.id == "ours"
    assert (await service.answer(ELSEWHERE, "where do we meet")).entry is None


async def test_the_exact_question_of_an_entry_always_finds_it(knowledge: Knowledge) -> None:
    for question in await knowledge.suggest(HERE, ""):
        answer = await knowledge.answer(HERE, question.upper())
        assert answer.entry is not None
        assert answer.entry.question == question


def test_no_two_entries_are_asked_in_the_same_words() -> None:
    """So each finds its own: a question that an entry gives word for word is answered by it."""
    asked: dict[str, set[str]] = {}
    for entry in library.load().entries:
        for text in (entry.question, *entry.also):
            asked.setdefault(whole_token(text), set()).add(entry.id)
    assert [entries for entries in asked.values() if len(entries) > 1] == []


async def test_variants_of_a_question_find_its_entry(knowledge: Knowledge) -> None:
    """One of each entry; all of them take a minute, and come out alike by what is tested above."""
    missed = []
    for number, entry in enumerate(library.load().entries):
        if entry.also:
            asked = entry.also[number % len(entry.also)]
            answer = await knowledge.answer(HERE, asked)
            if answer.entry is None or answer.entry.id != entry.id:
                missed.append((asked, answer.entry and answer.entry.id))
    assert missed == []


@pytest.mark.parametrize("text", FTS_SYNTAX)
async def test_the_syntax_of_the_index_is_harmless(knowledge: Knowledge, text: str) -> None:
    await knowledge.suggest(HERE, text)
    answer = await knowledge.answer(HERE, text)
    assert len(answer.nearest) <= 4


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.text(max_size=6000))
async def test_no_text_from_a_member_raises(knowledge: Knowledge, text: str) -> None:
    await knowledge.suggest(HERE, text)
    await knowledge.history.first_page(HERE, topic=text)
    if not clean_question(text):
        return
    await knowledge.pass_on(HERE, text)
    await knowledge.answer(HERE, text)


async def test_nothing_at_all_is_asked_for_again(knowledge: Knowledge) -> None:
    with pytest.raises(InvalidInput):
        await knowledge.answer(HERE, " \u200b ")


async def test_suggestions_are_choices_that_discord_takes(knowledge: Knowledge) -> None:
    for typed in ("", "w", "when", "strik", "the trusts g", "graylin"):
        suggested = await knowledge.suggest(HERE, typed)
        assert 0 < len(suggested) <= 25, typed
        assert len(set(suggested)) == len(suggested)
        assert all(0 < len(question) <= 100 for question in suggested)


# Questions without an answer


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("Who is <@123456789012345678>?", "who is …"),
        ("mail me at a.person@example.org please", "mail me at … please"),
        ("Why was 07700 900 123 called?", "why was … called"),
        ("see https://example.org/x?y=1 now", "see … now"),
        ("What happened in 2014?", "what happened in 2014"),
        ("Is A1234BC on the register?", "is … on the register"),
        ("call me on 020.7946.0018 please", "call me on … please"),
        ("call (020) 7946 0018 now", "call … now"),
        ("+44 (0)20 7946 0018?", "…"),
        ("ask john#1234 about it", "ask … about it"),
        ("ask john@ about it", "ask … about it"),
        ("who lives at 2 High Street, SW1A 1AA?", "who lives at 2 high street, …"),
        ("who lives in n1 9gu", "who lives in …"),
        ("was it on 30.9.2014 or 1/6/2014", "was it on 30.9.2014 or 1/6/2014"),
        ("PSI 2014 or CRC2, £467m, 21 CRCs at 5pm?", "psi 2014 or crc2, £467m, 21 crcs at 5pm"),
    ],
)
def test_what_may_name_somebody_is_masked(asked: str, kept: str) -> None:
    assert clean_question(asked) == kept


async def test_questions_passed_on_are_counted_by_week_and_server(
    knowledge: Knowledge, database: Database
) -> None:
    for server, question in [
        (HERE, "Is it?"),
        (HERE, "IS IT"),
        (HERE, "Was it?"),
        (ELSEWHERE, "So?"),
    ]:
        await knowledge.pass_on(server, question)
    assert await knowledge.unanswered(HERE) == [("is it", 2), ("was it", 1)]
    assert await knowledge.unanswered(ELSEWHERE) == [("so", 1)]
    columns = await database.fetch_all("SELECT name FROM pragma_table_info('knowledge_unanswered')")
    assert {row["name"] for row in columns} == {"guild_id", "question", "week", "asked"}
    assert await database.fetch_value("SELECT min(week) FROM knowledge_unanswered") == "2026-W10"


async def test_a_long_question_is_cut(knowledge: Knowledge) -> None:
    await knowledge.pass_on(HERE, "why " * 1000)
    ((kept, _),) = await knowledge.unanswered(HERE)
    assert len(kept) <= 150


async def test_beyond_2000_rows_of_a_server_the_least_asked_and_oldest_go(
    knowledge: Knowledge, database: Database
) -> None:
    rows = [(HERE, f"asked twice {number}", "2026-W01", 2) for number in range(1998)]
    rows += [(HERE, "once, old", "2026-W01", 1), (HERE, "once, new", "2026-W02", 1)]
    rows += [(ELSEWHERE, "elsewhere", "2025-W01", 1)]
    async with database.transaction() as tx:
        await tx.executemany("INSERT INTO knowledge_unanswered VALUES (?, ?, ?, ?)", rows)

    async def once() -> list[str]:
        found = await database.fetch_all("SELECT question FROM knowledge_unanswered WHERE asked=1")
        return sorted(row["question"] for row in found)

    await knowledge.pass_on(HERE, "asked just now")
    assert await once() == ["asked just now", "elsewhere", "once, new"]
    await knowledge.pass_on(HERE, "then this")
    assert await once() == ["asked just now", "elsewhere", "then this"]
    count = "SELECT count(*) FROM knowledge_unanswered WHERE guild_id = ?"
    assert await database.fetch_value(count, [HERE]) == 2000


# Timeline


async def test_the_pages_of_the_timeline_hold_every_event_once(knowledge: Knowledge) -> None:
    from bot.knowledge import library

    wanted = [event.id for event in library.load().events]
    first = await knowledge.history.first_page(HERE)
    for view in (first.view, first.view.turned()):
        seen: list[str] = []
        for number in range(first.pages):
            page = await knowledge.history.page(HERE, view.at(number))
            seen += [event.id for event in page.events]
        assert seen == (wanted if view.order == "old" else wanted[::-1])


async def test_a_page_that_is_too_far_is_the_last_one(knowledge: Knowledge) -> None:
    page = await knowledge.history.page(HERE, TimelineView(page=99_999))
    assert page.view.page == page.pages - 1


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        ("court", "category.court"),
        ("Union Action", "category.union"),
        ("union", "category.union"),
        ("WALES", "topic.wales"),
        ("strike", "topic.strikes"),
        ("Llandudno!", "text.llandudno"),
        ("  ", ""),
        ("?!", ""),
    ],
)
async def test_a_topic_is_understood_as_people_type_it(
    knowledge: Knowledge, typed: str, topic: str
) -> None:
    assert (await knowledge.history.first_page(HERE, topic=typed)).view.topic == topic


async def test_a_span_is_found_in_each_of_its_years(
    empty_database: Database, clock: HandClock, write_content: WriteContent
) -> None:
    span = ENTRIES.replace('date = "2014-10"', 'date = "2013-12-31"\nend = "2015"')
    service = Knowledge(empty_database, clock, write_content(entries=span))
    await service.sync()
    found = {
        year: (await service.history.first_page(HERE, year=year)).total
        for year in range(2012, 2017)
    }
    assert found == {2012: 0, 2013: 1, 2014: 1, 2015: 1, 2016: 0}


@given(st.text(max_size=200), st.integers(1800, 2100) | st.none(), st.integers(0, 10**6))
def test_a_view_comes_back_whole_from_its_button(topic: str, year: int | None, page: int) -> None:
    from bot.knowledge.timeline import resolve_topic

    view = TimelineView(year, resolve_topic(topic, {"court": "Court"}, {}), "new", page)
    custom_id = ":".join(["knowledge:earlier", *view.arguments])
    assert len(custom_id) <= 100
    assert "~" not in custom_id
    assert TimelineView.from_arguments(*custom_id.split(":")[2:]) == view
