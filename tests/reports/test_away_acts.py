"""What moderators do in sealed reading, through the real files: export, work, import, export again.

Each test writes its answers where the key is, and brings them to a desk that has no key.
"""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import InvalidInput, NotAllowed
from bot.reports.away import acts, quoting
from bot.reports.away.bringing import Brought
from bot.reports.away.file import AnswerFile
from bot.reports.bundle import open_bundle
from bot.reports.casework.redacting import TOLD
from bot.reports.messages import MessageKind
from bot.reports.model import OpenedReport
from bot.reports.quotations import quotations
from bot.reports.terminal import handed_to, label_of
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, OpenOffice
from tests.reports.moderating import notice_time, says, shown
from tests.reports.test_away import Away, away

__all__ = ["away"]

SENDER = 1  # who sends what ``shown`` sends
NAMED = "Our manager Jane Doe shouted at us. jane  doe does it each week."
WORDS = "Our manager shouted at us"


async def named(away: Away, clock: HandClock, text: str = NAMED, use: str = "pub") -> OpenedReport:
    """A second report, as it is where the key is."""
    _, report_id = await shown(away.office, clock, text, use=use)
    return await again(away, report_id)


async def again(away: Away, report_id: bytes) -> OpenedReport:
    """A report as it is in a bundle that is exported now."""
    (found,) = [each for each in (await away.bundle()).reports if each.id == report_id]
    return found


# Redact more


async def test_what_is_redacted_away_is_deleted_for_good_and_its_reporter_is_told(
    away: Away, clock: HandClock
) -> None:
    report = await again(away, away.report_id)
    before = (await away.bundle()).stored[0].sealed or b""
    answers = await away.answers()
    left = "They cancelled every meeting since October and nobody answers."
    assert acts.left_of(answers, report, "report", left) == (
        "They cancelled every [removed] meeting since October and nobody answers."
    )
    acts.redact(answers, report, "report", left)
    assert b"supervision" not in answers.path.read_bytes()
    assert (answers.report(report.id).text or "").startswith("They cancelled every [removed]")
    assert await away.bring() == Brought(1)
    changed = await again(away, report.id)
    assert changed.text == (
        "They cancelled every [removed] meeting since October and nobody answers."
    )
    assert changed.redacted
    assert (changed.category, changed.use) == (report.category, report.use)
    assert TOLD in (await away.office.check(away.receipt)).replies
    on_disk = away.office.bytes_on_disk()
    assert not any(before[at : at + 16] in on_disk for at in range(100, len(before) - 16, 100))
    assert await away.bring() == Brought(0, 1)


async def test_passages_go_from_everything_the_reporter_wrote_however_they_are_typed(
    away: Away, clock: HandClock
) -> None:
    report = await named(away, clock)
    await says(away.office, report.id, MessageKind.ADDITION, "Jane Doe again; Jane Doerr did not.")
    await notice_time(away.office, clock)
    answers = await away.answers()
    with pytest.raises(InvalidInput, match="“John” is not in the report"):
        acts.take_out(answers, answers.report(report.id), ["Jane Doe", "John"])
    assert not answers.path.exists()
    assert acts.take_out(answers, answers.report(report.id), ["", "JANE doe"]) == 2
    assert await away.bring() == Brought(2)
    changed = await again(away, report.id)
    assert changed.text == "Our manager [removed] shouted at us. [removed] does it each week."
    texts = [each.text for each in changed.messages if each.kind is MessageKind.ADDITION]
    assert texts == ["[removed] again; Jane Doerr did not."]
    told = [each for each in changed.messages if each.text == TOLD]
    assert len(told) == 1


async def test_undo_takes_back_all_that_one_request_took_out(away: Away, clock: HandClock) -> None:
    report = await named(away, clock)
    await says(away.office, report.id, MessageKind.ADDITION, "Jane Doe again.")
    await notice_time(away.office, clock)
    answers = await away.answers()
    acts.set_label(answers, answers.report(report.id), "manager")
    assert acts.take_out(answers, answers.report(report.id), ["Jane Doe"]) == 2
    reread = await away.answers()  # as another run of the command does
    assert [text for text in reread.report(report.id).texts if text and "Jane" in text] == []
    reread.undo()
    assert [text for text in reread.report(report.id).texts if text and "Jane" in text] == [
        NAMED,
        "Jane Doe again.",
    ]
    assert label_of(reread.report(report.id)) == "manager"
    assert await away.bring() == Brought(1)
    assert (await again(away, report.id)).text == NAMED


async def test_a_word_that_stands_in_our_own_marks_too_is_taken_out(
    away: Away, clock: HandClock
) -> None:
    said = "Ring 07700 900123, my phone is on. It was [phone removed] before; the CRN was removed."
    report = await named(away, clock, said)
    assert report.text is not None
    assert report.text.startswith("Ring [phone removed], my phone")
    answers = await away.answers()
    assert acts.take_out(answers, report, ["phone"]) == 1
    assert acts.take_out(answers, answers.report(report.id), ["removed"]) == 1
    assert acts.take_out(answers, answers.report(report.id), ["was [phone removed] before"]) == 1
    left = "Ring [phone removed], my [removed] is on. It [removed]; the CRN was [removed]."
    assert answers.report(report.id).text == left
    with pytest.raises(InvalidInput, match="is not in the report"):
        acts.take_out(answers, answers.report(report.id), ["phone"])
    assert await away.bring() == Brought(3)
    assert (await again(away, report.id)).text == left


async def test_a_redaction_written_before_another_one_is_not_taken(
    away: Away, clock: HandClock
) -> None:
    report = await named(away, clock)
    first, second = await away.answers("first.json"), await away.answers("second.json")
    acts.take_out(first, report, ["Jane Doe"])
    acts.take_out(second, report, ["each week"])
    assert await away.bring("first.json") == Brought(1)
    # It would bring the name back.
    assert await away.bring("second.json") == Brought(stale=1)
    assert "Jane" not in ((await again(away, report.id)).text or "")


async def test_words_proposed_before_they_were_taken_out_do_not_come_back_with_an_older_file(
    away: Away, clock: HandClock
) -> None:
    report = await named(away, clock)
    older = await away.answers("older.json")
    quoting.propose(older, report, "Our manager Jane Doe shouted at us")
    assert await away.bring("older.json") == Brought(1)
    answers = await away.answers()
    done = acts.redact(answers, answers.report(report.id), "report", "Our manager shouted at us.")
    assert done.quotations == 1
    assert await away.bring() == Brought(1)
    assert quotations(await again(away, report.id)) == []
    assert await away.bring("older.json") == Brought(stale=1)
    assert quotations(await again(away, report.id)) == []


async def test_a_report_that_was_withdrawn_meanwhile_takes_all_as_if_it_were_not(
    away: Away, clock: HandClock
) -> None:
    report = await again(away, away.report_id)
    answers = await away.answers()
    acts.take_out(answers, report, ["supervision"])
    acts.set_label(answers, answers.report(report.id), "meetings")
    visit = (await away.office.check(away.receipt)).visit
    await away.office.desk.withdraw(GUILD, visit)
    assert await away.bring() == Brought(2)
    changed = await again(away, report.id)
    assert "[removed]" in (changed.text or "")
    assert label_of(changed) == "meetings"
    assert await away.bring() == Brought(0, 2)
    await notice_time(away.office, clock)
    assert await away.bring() == Brought(gone=2)
    assert (await away.bundle()).reports == ()


# Notes, labels, handing on, matters


async def test_labels_names_and_matters_come_back_and_are_not_for_the_reporter(
    away: Away, clock: HandClock
) -> None:
    other = await named(away, clock)
    bundle = await away.bundle()
    answers = AnswerFile(away.folder / "answers.json", bundle, "Ann")
    report = answers.named(away.report_id.hex()[:6])
    acts.write(answers, report, MessageKind.NOTE, "Ring the rep.")
    acts.set_label(answers, report, "meet:ings")
    acts.hand(answers, report, "Bob")
    acts.merge(answers, report, other)
    assert b'"Bob"' not in answers.path.read_bytes()
    assert await away.bring() == Brought(5)
    changed = await again(away, report.id)
    assert (label_of(changed), handed_to(changed)) == ("meet ings", "Bob")
    assert [each.more.get("name") for each in changed.messages] == ["Ann"] * 4
    assert changed.matter == (await again(away, other.id)).matter != ""
    assert (await away.office.check(away.receipt)).replies == ()
    assert b"Ring" not in away.office.bytes_on_disk()
    later = await away.answers()
    with pytest.raises(InvalidInput, match="already"):
        acts.merge(later, later.report(report.id), later.report(other.id))
    acts.apart(later, later.report(report.id))
    assert await away.bring() == Brought(1, 5)
    assert (await again(away, report.id)).matter == ""


async def test_a_status_is_not_set_over_one_that_came_later(away: Away) -> None:
    report = await away.report()
    older, newer = await away.answers("older.json"), await away.answers("newer.json")
    acts.set_status(older, report, "acted")
    acts.set_status(newer, report, "named")
    acts.set_status(newer, newer.report(report.id), "closed")
    assert await away.bring("newer.json") == Brought(2)
    assert await away.bring("older.json") == Brought(stale=1)
    assert await away.status() == "closed"
    closed = "SELECT closed_week FROM report"
    assert await away.office.database.fetch_value(closed) == "2026-W10"


async def test_what_was_done_is_told_for_the_audit_trail_without_its_words(
    away: Away, clock: HandClock
) -> None:
    report = await named(away, clock)
    answers = await away.answers()
    acts.take_out(answers, report, ["Jane Doe"])
    acts.set_status(answers, answers.report(report.id), "named")
    acts.write(answers, report, MessageKind.REPLY, "A name was taken out.")
    acts.set_label(answers, report, "names")
    assert (await away.bring()).did == tuple(
        (action, report.id)
        for action in ("inbox.redact", "inbox.status.named", "inbox.reply", "inbox.note")
    )


# Stop this sender


async def test_a_sender_is_stopped_by_a_file_of_the_same_day_and_by_no_other(
    away: Away, clock: HandClock
) -> None:
    answers, late = await away.answers(), await away.answers("late.json")
    today, report = clock.now().date(), await away.report()
    acts.stop(answers, report, today)
    acts.stop(late, report, today)
    await away.office.send("Another one today.", person=SENDER)
    assert await away.bring() == Brought(1)
    with pytest.raises(NotAllowed, match="no more from you today"):
        await away.office.send("One too many.", person=SENDER)
    await notice_time(away.office, clock)
    await away.office.send("The next day.", person=SENDER)
    # Neither an older file nor one that comes too late stops anybody.
    assert await away.bring() == Brought(0, 1)
    assert await away.bring("late.json") == Brought(late=1)
    await away.office.send("Later that day.", person=SENDER)


# The server's own words


async def test_a_bundle_has_the_servers_own_words_for_its_groups(away: Away) -> None:
    groups = away.office.desk.groups
    await groups.reword(GUILD, "load", "Too much on the desk", "")
    bundle = await away.bundle()
    by_code = {group.code: group for group in bundle.groups}
    assert by_code["load"].label == "Too much on the desk"
    path = away.folder / "older.json"
    content = json.loads((away.folder / "inbox.json").read_bytes())
    del content["groups"], content["figures"], content["offered"], content["hold"]
    path.write_text(json.dumps(content))
    older = AnswerFile(Path("none.json"), open_bundle(path, away.folder / "away.key"))
    assert {option.code for option in older.groups} == set(by_code)


async def test_a_key_that_could_not_read_the_answer_again_writes_none(
    away: Away, open_office: OpenOffice
) -> None:
    bundle = await away.bundle()
    answers = AnswerFile(away.folder / "answers.json", replace(bundle, keys=(b"\x01" * 32,)))
    with pytest.raises(NotAllowed, match="newest key"):
        acts.write(answers, answers.reports[0], MessageKind.REPLY, "Thanks.")
    assert not answers.path.exists()
