"""How often the search finds the right answer, and declines what it does not know.

The levels are a little under what was measured, so that a change for the worse is seen. What is
measured in full, beside others, is printed by ``python -m benchmarks knowledge``.
"""

import re
import time

from bot.knowledge import Entry, Knowledge, library
from tests.knowledge.phrasings import (
    HELD_OUT,
    HELD_OUT_OFF_TOPIC,
    OFF_TOPIC,
    TUNED,
    UNKNOWN,
)

SERVER = 1
Phrasings = list[tuple[str, str, str]]


def told(entry: Entry) -> str:
    """Everything that an answer says."""
    days = (str(day) for day in entry.dates)
    return "\n".join([entry.title, entry.question, entry.text, entry.note, *days])


async def hits(knowledge: Knowledge, phrasings: Phrasings) -> tuple[float, float]:
    """The shares answered rightly at once, and with the fact in the first three that are shown."""
    at_once = among_three = 0
    for _, question, fact in phrasings:
        answer = await knowledge.answer(SERVER, question)
        tells = re.compile(fact, re.IGNORECASE | re.DOTALL)
        # Of two questions in one both facts are wanted, and each has an answer of its own.
        given = "\n".join(told(entry) for entry in answer.entries)
        shown = [text for text in (given, *map(told, answer.nearest)) if text][:3]
        at_once += bool(answer.entries and tells.search(given))
        among_three += any(tells.search(text) for text in shown)
    return at_once / len(phrasings), among_three / len(phrasings)


def test_there_are_more_than_two_hundred_phrasings_and_none_is_written_in_the_content() -> None:
    loaded = library.load().entries
    written = {asked.casefold() for e in loaded for asked in (e.question, *e.also)}
    asked = [question.casefold() for _, question, _ in (*TUNED, *HELD_OUT)]
    assert len(set(asked)) > 200
    assert written.isdisjoint(asked)


def test_the_two_sets_have_no_question_in_common() -> None:
    tuned = {question.casefold() for _, question, _ in TUNED} | set(OFF_TOPIC)
    held_out = {question.casefold() for _, question, _ in HELD_OUT} | set(HELD_OUT_OFF_TOPIC)
    assert tuned.isdisjoint(held_out)


async def test_phrasings_of_the_first_set_find_their_answer(knowledge: Knowledge) -> None:
    at_once, among_three = await hits(knowledge, TUNED)
    assert at_once >= 0.88
    assert among_three >= 0.95


async def test_phrasings_that_nobody_tuned_for_find_their_answer(knowledge: Knowledge) -> None:
    at_once, among_three = await hits(knowledge, HELD_OUT)
    assert at_once >= 0.84
    assert among_three >= 0.93


async def test_what_is_off_the_subject_is_declined(knowledge: Knowledge) -> None:
    for questions in (OFF_TOPIC, HELD_OUT_OFF_TOPIC):
        answers = [await knowledge.answer(SERVER, question) for question in questions]
        answered = [answer.question for answer in answers if answer.entry is not None]
        assert len(answered) <= len(questions) // 25, answered


async def test_of_what_is_near_the_subject_and_unknown_much_is_declined(
    knowledge: Knowledge,
) -> None:
    answers = [await knowledge.answer(SERVER, question) for question in UNKNOWN]
    assert sum(answer.entry is None for answer in answers) >= 4


async def test_answers_and_suggestions_come_at_once(knowledge: Knowledge) -> None:
    await knowledge.answer(SERVER, "warm up the typos: graylin")
    took = []
    for _, question, _ in TUNED:
        begun = time.process_time()
        await knowledge.answer(SERVER, question)
        await knowledge.suggest(SERVER, question[:12])
        took.append(time.process_time() - begun)
    assert sorted(took)[len(took) // 2] < 0.1
