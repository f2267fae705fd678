"""Asking a reporter about words from sealed reading: once, whoever brings a file first."""

import json

import pytest

from bot.errors import InvalidInput
from bot.reports.away import acts, quoting
from bot.reports.away.bringing import Brought
from bot.reports.messages import MessageKind
from bot.reports.quotations import Standing, quotations
from tests.conftest import HandClock
from tests.reports.conftest import GUILD
from tests.reports.moderating import ANN, BOB, notice_time, shown
from tests.reports.test_away import Away, away
from tests.reports.test_away_acts import again

__all__ = ["away"]

TEXT = "Our manager shouted at us each week."
WORDS = "Our manager shouted at us"


async def unasked(away: Away, clock: HandClock) -> tuple[str, bytes]:
    """A report with words that two agreed to before its reporter wanted to be asked."""
    office = away.office
    receipt, report_id = await shown(office, clock, TEXT, use="pub")
    ann = await away.answers("ann.json")
    quoting.propose(ann, ann.report(report_id), WORDS)
    await away.bring("ann.json", ANN)
    bob = await away.answers("bob.json")
    quoting.agree(bob, bob.report(report_id), 1)
    await away.bring("bob.json", BOB)
    await office.desk.change_use(GUILD, 1, (await office.check(receipt)).visit, "ask")
    await notice_time(office, clock)
    return receipt, report_id


async def test_two_files_that_ask_ask_once(away: Away, clock: HandClock) -> None:
    receipt, report_id = await unasked(away, clock)
    for name in ("one.json", "two.json"):
        answers = await away.answers(name)
        quoting.ask(answers, answers.report(report_id), 1)
    brought = await away.bring("one.json", ANN)
    assert brought == Brought(1)
    assert brought.did == (("inbox.quote.ask", report_id),)
    assert await away.bring("two.json", BOB) == Brought(stale=1)
    assert await away.bring("one.json", ANN) == Brought(known=1)
    checked = await away.office.check(receipt)
    (told,) = checked.conversation.told
    await away.office.desk.answer(GUILD, 1, checked.visit, told.quote, yes=True)
    await notice_time(away.office, clock)
    (known,) = quotations(await again(away, report_id))
    assert known.standing is Standing.FREE


async def test_what_was_written_in_the_same_file_is_in_no_questions_way(
    away: Away, clock: HandClock
) -> None:
    receipt, report_id = await unasked(away, clock)
    answers = await away.answers()
    acts.write(answers, answers.report(report_id), MessageKind.REPLY, "You are asked below.")
    quoting.ask(answers, answers.report(report_id), 1)
    acts.write(answers, answers.report(report_id), MessageKind.NOTE, "Asked.")
    assert await away.bring() == Brought(3)
    assert await away.bring() == Brought(known=3)
    kinds = [each.kind for each in (await away.office.check(receipt)).conversation.told]
    assert kinds == [MessageKind.REPLY, MessageKind.QUOTE]


async def test_a_file_from_before_that_only_has_the_question_is_still_taken(
    away: Away, clock: HandClock
) -> None:
    receipt, report_id = await unasked(away, clock)
    answers = await away.answers()
    quoting.ask(answers, answers.report(report_id), 1)
    whole = json.loads(answers.path.read_text())
    whole["answers"][0]["act"] = None
    answers.path.write_text(json.dumps(whole))
    assert await away.bring() == Brought(1)
    assert len((await away.office.check(receipt)).conversation.told) == 1


async def test_an_act_of_asking_without_one_question_is_refused(
    away: Away, clock: HandClock
) -> None:
    _, report_id = await unasked(away, clock)
    answers = await away.answers()
    quoting.ask(answers, answers.report(report_id), 1)
    whole = json.loads(answers.path.read_text())
    for act in ({"do": "ask", "after": "00"}, {"do": "ask"}):
        whole["answers"][0]["act"] = act
        answers.path.write_text(json.dumps(whole))
        with pytest.raises(InvalidInput, match="damaged"):
            await away.bring()
    whole["answers"][0]["act"] = {"do": "ask", "after": ""}
    whole["answers"][0]["messages"] *= 2
    answers.path.write_text(json.dumps(whole))
    with pytest.raises(InvalidInput, match="damaged"):
        await away.bring()
