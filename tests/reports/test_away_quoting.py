"""Words that may be public, where reports are read away from the bot's machine."""

import pytest

from bot.errors import InvalidInput, NotAllowed
from bot.reports.away import acts, quoting
from bot.reports.away.bringing import Brought
from bot.reports.away.file import AnswerFile
from bot.reports.messages import MessageKind
from bot.reports.quotations import Standing, quotations
from tests.conftest import HandClock
from tests.reports.conftest import GUILD
from tests.reports.moderating import ANN, BOB, envelopes_in, notice_time, shown
from tests.reports.test_away import Away, away
from tests.reports.test_away_acts import NAMED, SENDER, again, named

__all__ = ["away"]

WORDS = "Our manager shouted at us"


async def test_words_are_free_once_somebody_else_brought_a_file_that_agrees(
    away: Away, clock: HandClock
) -> None:
    report = await named(away, clock, "Our manager shouted at us each week.")
    anns = await away.answers("anns.json")
    quoting.propose(anns, report, WORDS)
    with pytest.raises(NotAllowed, match="in this very file"):
        quoting.agree(anns, anns.report(report.id), 1)
    assert await away.bring("anns.json", ANN) == Brought(1)
    bobs = await away.answers("bobs.json")
    quoting.agree(bobs, bobs.report(report.id), 1)
    with pytest.raises(NotAllowed, match="bring it back"):
        quoting.take(bobs, bobs.report(report.id), 1)
    # Ann brings Bob's file: she is no second moderator.
    assert await away.bring("bobs.json", ANN) == Brought(own=1)
    (known,) = quotations(await again(away, report.id))
    assert (known.standing, known.by) == (Standing.SECOND, ANN)
    assert await away.bring("bobs.json", BOB) == Brought(1)
    assert await away.bring("bobs.json", BOB) == Brought(0, 1)
    (known,) = quotations(await again(away, report.id))
    assert (known.standing, known.by, known.agreed_by) == (Standing.FREE, ANN, BOB)
    later = await away.answers("later.json")
    assert quoting.take(later, later.report(report.id), 1).words == WORDS
    acts.used(later, later.report(report.id), "pub", "In the bulletin of week 12.")
    assert await away.bring("later.json", BOB) == Brought(2)
    (known,) = quotations(await again(away, report.id))
    assert known.taken


async def test_a_reporter_who_wants_to_be_asked_is_asked_with_the_second_word_and_not_before(
    away: Away, clock: HandClock
) -> None:
    receipt, report_id = await shown(
        away.office, clock, "Our manager shouted at us each week.", use="ask"
    )
    anns = await away.answers("anns.json")
    quoting.propose(anns, await again(away, report_id), WORDS)
    await away.bring("anns.json", ANN)
    bobs = await away.answers("bobs.json")
    quoting.agree(bobs, bobs.report(report_id), 1)
    assert await away.bring("bobs.json", ANN) == Brought(own=1)
    assert (await away.office.check(receipt)).replies == ()
    assert await away.bring("bobs.json", BOB) == Brought(1)
    checked = await away.office.check(receipt)
    assert checked.replies == (WORDS,)
    (known,) = quotations(await again(away, report_id))
    assert known.standing is Standing.REPORTER
    (quote,) = checked.conversation.quotations
    await away.office.desk.answer(GUILD, SENDER, checked.visit, quote, yes=True)
    await notice_time(away.office, clock)
    (known,) = quotations(await again(away, report_id))
    assert known.standing is Standing.FREE


async def test_a_refusal_outlives_that_words_of_it_are_taken_out_away(
    away: Away, clock: HandClock
) -> None:
    receipt, report_id = await shown(away.office, clock, NAMED, use="ask")
    first = await away.answers("first.json")
    quoting.propose(first, first.report(report_id), "Our manager Jane Doe shouted at us")
    await away.bring("first.json", ANN)
    second = await away.answers("second.json")
    quoting.agree(second, second.report(report_id), 1)
    await away.bring("second.json", BOB)
    checked = await away.office.check(receipt)
    (quote,) = checked.conversation.quotations
    await away.office.desk.answer(GUILD, SENDER, checked.visit, quote, yes=False)
    await notice_time(away.office, clock)
    opened = await again(away, report_id)
    old = [each.envelope for each in opened.messages if "Jane" in (each.text or "")]
    assert len(old) == 2
    answers = await away.answers()
    assert acts.take_out(answers, opened, ["Jane Doe"]) == 1
    assert await away.bring() == Brought(1)
    assert envelopes_in(away.office, old) == 0
    for report in (answers.report(report_id), await again(away, report_id)):
        (known,) = quotations(report)
        assert (known.words, known.standing) == (
            "Our manager [removed] shouted at us",
            Standing.DECLINED,
        )
    assert (known.by, known.agreed_by) == (ANN, BOB)
    assert known.words in (await away.office.check(receipt)).replies
    later = await away.answers("later.json")
    with pytest.raises(NotAllowed, match="no to these words"):
        quoting.propose(later, later.report(report_id), "shouted at us")
    assert await away.bring("first.json", ANN) == Brought(stale=1)
    assert await away.bring("second.json", BOB) == Brought(stale=1)


async def test_a_file_cannot_say_that_a_second_moderator_agreed(
    away: Away, clock: HandClock
) -> None:
    report = await named(away, clock, "Our manager shouted at us each week.")
    answers = await away.answers()
    quoting.propose(answers, report, WORDS)
    (known,) = quotations(answers.report(report.id))
    forged = answers.sealed(report, MessageKind.AGREED, "", quote=known.id, by=str(BOB))
    answers.add(report, [forged])
    other = answers.sealed(report, MessageKind.PROPOSED, "shouted at us each week", quote=known.id)
    answers.add(report, [other])
    assert await away.bring(by=ANN) == Brought(3)
    (known,) = quotations(await again(away, report.id))
    assert (known.words, known.by, known.agreed_by) == (WORDS, ANN, 0)
    assert known.standing is Standing.SECOND


async def test_what_was_agreed_to_away_counts_the_same_where_reports_are_read_in_discord(
    away: Away, clock: HandClock
) -> None:
    report = await named(away, clock, "Our manager shouted at us each week.")
    anns, bobs = await away.answers("anns.json"), away.folder / "bobs.json"
    quoting.propose(anns, report, WORDS)
    await away.bring("anns.json", ANN)
    file = AnswerFile(bobs, await away.bundle())
    quoting.agree(file, file.report(report.id), 1)
    await away.bring("bobs.json", BOB)
    stored = await away.office.desk.inbox.stored(GUILD, report.id)
    (message,) = stored.messages
    assert (message.brought_by, message.agreed_by) == (ANN, BOB)


async def test_words_that_are_not_the_reporters_or_not_allowed_cannot_be_proposed(
    away: Away, clock: HandClock
) -> None:
    report = await named(away, clock, "Our manager shouted at us each week.")
    answers = await away.answers()
    with pytest.raises(InvalidInput, match="not the reporter's words"):
        quoting.propose(answers, report, "Our manager hit us")
    quoting.propose(answers, report, WORDS)
    with pytest.raises(InvalidInput, match="proposed already"):
        quoting.propose(answers, answers.report(report.id), WORDS)
    with pytest.raises(NotAllowed, match="in confidence only"):
        quoting.propose(answers, answers.report(away.report_id), "They cancelled every supervision")
