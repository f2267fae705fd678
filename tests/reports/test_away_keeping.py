"""In sealed reading: figures that are counted where the key is, and changing that key."""

import base64
import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import InvalidInput, NotAllowed
from bot.reports.away import acts, counting, resealing
from bot.reports.away.bringing import Brought
from bot.reports.away.file import AnswerFile
from bot.reports.bundle import open_bundle
from bot.reports.figures.store import FiguresStore
from bot.reports.figures.tables import Quarter
from bot.reports.keys import write_key
from bot.reports.messages import MessageKind
from bot.reports.sealing import new_keypair, seal
from cogs.inbox.brought import brought_text
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, WORDS, answers
from tests.reports.moderating import ANN, notice_time, shown
from tests.reports.test_away import ANSWER, Away, away

__all__ = ["away"]

QUARTER = timedelta(days=91)


# Figures


async def put(away: Away, number: int, **choices: str) -> None:
    """Reports that came with the notice time before, without the time that a receipt costs."""
    readers = await away.office.desk.keyring.sealing(GUILD)
    for each in range(number):
        inside = answers(f"{each}", **choices).payload()
        lookup, reporter = new_keypair()
        await away.office.desk._store.insert(GUILD, lookup, reporter, seal(inside, readers))


async def a_quarter(away: Away, clock: HandClock) -> None:
    """Twelve reports on workload, seven on pay and one on IT, of a quarter that is over."""
    await put(away, 11, category="load")
    await put(away, 7, category="pay", region="l")
    await put(away, 1, category="it")
    await notice_time(away.office, clock)
    clock.advance(QUARTER)
    await away.office.serve()


async def test_a_quarter_is_counted_where_the_key_is_and_never_changes_again(
    away: Away, clock: HandClock
) -> None:
    await a_quarter(away, clock)
    file = await away.answers()
    (table,) = counting.keep(file)
    assert (table.total, table.last) == (20, Quarter(2026, 1))
    assert {cell.codes: cell.count for cell in table.categories}[("load",)] == 12
    assert all(cell.count >= 5 for cell in (*table.categories, *table.regions))
    assert ("it",) not in {cell.codes for cell in table.categories}
    assert await away.bring() == Brought(periods=1)
    assert await away.office.desk.figures.periods(GUILD) == [table]
    # A bundle tells what is kept, and a second file cannot change it.
    assert counting.settled(await away.answers("later.json")) == [table]
    content = json.loads((away.folder / "answers.json").read_bytes())
    content["figures"][0]["categories"] = [[["load", "pay", "it"], 20]]
    (away.folder / "answers.json").write_text(json.dumps(content))
    assert await away.bring() == Brought()
    assert await away.office.desk.figures.periods(GUILD) == [table]
    with pytest.raises(InvalidInput, match="nothing to count"):
        counting.keep(await away.answers("later.json"))


async def test_a_group_that_could_not_be_chosen_hides_no_count_here_either(
    away: Away, clock: HandClock
) -> None:
    await put(away, 10, category="load")
    await notice_time(away.office, clock)
    await away.office.desk.groups.offer(GUILD, ["load", "pay"])
    clock.advance(QUARTER)
    await put(away, 7, category="load")
    await put(away, 4, category="pay")
    await put(away, 4, category="else")
    await notice_time(away.office, clock)
    clock.advance(QUARTER)
    await away.office.serve()
    table = counting.uncounted(await away.answers())[-1]
    # Of three groups, two small ones that make eight would be known to be four and four.
    assert [cell.count for cell in table.categories] == [table.total]


@pytest.mark.parametrize(
    "cells",
    [
        [[["load"], 16], [["pay"], 4]],
        [[["load"], 15], [["load"], 5]],
        [[["load"], 15], [["nonsense"], 5]],
        [[["load"], 30]],
        [[["load", "pay"], 10], [["it", "well"], 10]],
        [[[], 20]],
    ],
)
async def test_figures_that_could_not_have_been_made_here_are_refused_with_the_whole_file(
    away: Away, clock: HandClock, cells: list[object]
) -> None:
    await a_quarter(away, clock)
    file = await away.answers()
    counting.keep(file)
    acts.set_status(file, file.reports[0], "closed")
    content = json.loads(file.path.read_bytes())
    content["figures"][0]["categories"] = cells
    file.path.write_text(json.dumps(content))
    with pytest.raises(InvalidInput, match="do not fit"):
        await away.bring()
    assert await FiguresStore(away.office.database).settled(GUILD) == []
    assert {line.status for line in await away.office.desk.inbox.list(GUILD)} == {"new"}


async def test_figures_of_an_older_export_are_refused_once_a_report_is_gone(
    away: Away, clock: HandClock
) -> None:
    await a_quarter(away, clock)
    counting.keep(await away.answers())
    await away.office.desk.withdraw(GUILD, (await away.office.check(away.receipt)).visit)
    before = (away.folder / "answers.json").read_bytes()
    # Until the notice time nothing may tell that one was withdrawn.
    assert (await away.bring()).periods == 1
    await away.office.database.alone("DELETE FROM choice")
    await notice_time(away.office, clock)
    (away.folder / "answers.json").write_bytes(before)
    with pytest.raises(InvalidInput, match="do not fit"):
        await away.bring()


async def test_a_quarter_of_which_not_all_can_be_read_is_not_counted(
    away: Away, clock: HandClock
) -> None:
    await a_quarter(away, clock)
    private, public = new_keypair()
    write_key(away.folder / "newer.key", private)
    await away.office.desk.keyring.use_away_key(GUILD, public.hex())
    await shown(away.office, clock, "Sealed to the newer key.")
    newer = open_bundle(await away.exported(), away.folder / "newer.key")
    with pytest.raises(InvalidInput, match="older key"):
        counting.keep(AnswerFile(away.folder / "answers.json", newer))


# Another key


async def changed_key(away: Away) -> Path:
    """A new private key, whose public key is entered at the bot; reports are sealed to it."""
    private, public = new_keypair()
    write_key(away.folder / "newer.key", private)
    await away.office.desk.keyring.use_away_key(GUILD, public.hex())
    return away.folder / "newer.key"


async def both_keys(away: Away, newer: Path) -> AnswerFile:
    bundle = open_bundle(await away.exported(), [away.folder / "away.key", newer])
    return AnswerFile(away.folder / "answers.json", bundle)


async def test_after_resealing_the_new_key_opens_everything_and_the_old_one_nothing(
    away: Away, clock: HandClock
) -> None:
    first = await away.answers("first.json")
    acts.write(first, first.reports[0], MessageKind.REPLY, ANSWER)
    acts.write(first, first.reports[0], MessageKind.NOTE, "A note.")
    await away.bring("first.json")
    newer = await changed_key(away)
    file = await both_keys(away, newer)
    assert resealing.waiting(file) == 3
    assert resealing.write(file) == (3, 0)
    assert resealing.waiting(file) == 0
    with pytest.raises(NotAllowed, match="Manage Server"):
        await away.bring()
    assert await away.bring(keeper=True) == Brought(resealed=3)
    path = await away.exported()
    with pytest.raises(InvalidInput, match="another key"):
        await away.bundle()
    (report,) = open_bundle(path, newer).reports
    assert [report.text, *(each.text for each in report.messages)] == [WORDS, ANSWER, "A note."]
    assert (await away.office.check(away.receipt)).replies == (ANSWER,)
    assert await away.bring(keeper=True) == Brought()
    assert resealing.write(await both_keys(away, newer)) == (0, 0)


async def test_under_a_legal_hold_nothing_is_resealed_since_the_file_cannot_be_tried(
    away: Away, clock: HandClock
) -> None:
    newer = await changed_key(away)
    file = await both_keys(away, newer)
    resealing.write(file)
    true = file.path.read_text()
    content = json.loads(true)
    for each in content["resealed"]:  # what no key opens
        each[2] = base64.b64encode(os.urandom(len(base64.b64decode(each[2])))).decode()
    file.path.write_text(json.dumps(content))
    await away.office.desk.choices.set_hold(GUILD, on=True)
    brought = await away.bring(keeper=True)
    assert brought == Brought(unsealed=1)
    assert "legal hold" in brought_text(brought)
    (report,) = (await both_keys(away, newer)).bundle.reports
    assert report.text == WORDS
    await away.office.desk.choices.set_hold(GUILD, on=False)
    file.path.write_text(true)
    assert await away.bring(keeper=True) == Brought(resealed=1)


async def test_what_was_not_shown_yet_is_resealed_after_the_next_notice_time(
    away: Away, clock: HandClock
) -> None:
    await away.office.send("Sealed to the old key, and not shown yet.")
    newer = await changed_key(away)
    assert resealing.write(await both_keys(away, newer)) == (1, 0)
    await away.bring(keeper=True)
    (away.folder / "answers.json").unlink()
    await notice_time(away.office, clock)
    assert resealing.write(await both_keys(away, newer)) == (1, 0)
    assert await away.bring(keeper=True) == Brought(resealed=1)
    path = await away.exported()
    assert len([each.text for each in open_bundle(path, newer).reports if each.text]) == 2


async def test_a_withdrawn_report_is_resealed_like_the_others_until_moderators_may_know(
    away: Away, clock: HandClock
) -> None:
    newer = await changed_key(away)
    resealing.write(await both_keys(away, newer))
    await away.office.desk.withdraw(GUILD, (await away.office.check(away.receipt)).visit)
    assert await away.bring(keeper=True) == Brought(resealed=1)
    path = await away.exported()
    (report,) = open_bundle(path, newer).reports
    assert report.text == WORDS
    await notice_time(away.office, clock)
    await away.exported()
    assert open_bundle(path, newer).reports == ()


async def test_a_file_cannot_change_what_is_encrypted_nor_for_how_many(
    away: Away, clock: HandClock
) -> None:
    newer = await changed_key(away)
    file = await both_keys(away, newer)
    resealing.write(file)
    whole = file.path.read_text()
    content = json.loads(whole)
    content["resealed"][0][2] = "A" * 216  # 162 bytes are no readers
    file.path.write_text(json.dumps(content))
    with pytest.raises(InvalidInput, match="damaged"):
        await away.bring(keeper=True)
    content["resealed"][0][2] = "A" * 640  # six readers
    content["resealed"].append(["ab" * 16, "ab" * 32, "A" * 640])
    file.path.write_text(json.dumps(content))
    assert await away.bring(by=ANN, keeper=True) == Brought()
    (report,) = (await away.bundle()).reports
    assert report.text == WORDS


async def test_figures_say_which_groups_are_added_up(away: Away, clock: HandClock) -> None:
    await a_quarter(away, clock)
    await away.office.desk.groups.reword(GUILD, "load", "Too much on the desk", "")
    file = await away.answers()
    (table,) = counting.keep(file)
    lines = counting.as_lines(table, file.groups)
    assert lines[0] == "January to March 2026: 20 reports"
    assert "     12  Too much on the desk" in lines
    assert [line for line in lines if "Added up: " in line and "IT, records" in line]
