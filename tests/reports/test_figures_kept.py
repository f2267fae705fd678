"""Figures while a key is away, and after a restore: nothing is settled that would be wrong for good
or different from what was published."""

import shutil
from pathlib import Path

import pytest

from bot.clock import iso_week
from bot.reports.figures import Cell
from bot.reports.keeping.tidings import COUNTED_ANEW
from bot.reports.keys import write_key
from bot.reports.restoring import copy_list
from bot.reports.sealing import new_keypair
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, Office, OpenOffice
from tests.reports.moderating import notice_time, shown
from tests.reports.test_figures import close_all, kept, months, tallies, to_next_quarter
from tests.reports.test_restoring import Copies, told_to, withdraw

WITHDRAWN = "I wish I had never written this."


@pytest.fixture
def copies(office: Office, tmp_path: Path) -> Copies:
    return Copies(office, tmp_path / "elsewhere")


@pytest.mark.parametrize("in_its_place", ["nothing", "another key"])
async def test_a_quarter_that_ends_while_the_key_is_away_waits_for_it(
    office: Office, clock: HandClock, tmp_path: Path, in_its_place: str
) -> None:
    await kept(office, 6)
    await kept(office, 6, "pay")
    await office.serve()
    key = office.config.keys / f"{GUILD}.key"
    shutil.move(key, tmp_path / "safe")
    if in_its_place == "another key":
        write_key(key, new_keypair()[0])
    await to_next_quarter(office, clock)
    assert await office.desk.figures.periods(GUILD) == []
    shutil.copy(tmp_path / "safe", key)  # as docs/operations.md says
    await to_next_quarter(office, clock)
    (table,) = await office.desk.figures.periods(GUILD)
    assert table.total == 12
    assert Cell(("pay",), 6) in table.categories
    assert "?" not in {code for cell in table.categories for code in cell.codes}


async def test_the_age_of_a_report_ends_it_also_while_the_key_is_away_and_then_uncounted(
    office: Office, clock: HandClock, tmp_path: Path
) -> None:
    """What was promised to its reporter does not wait for a key; PRIVACY.md says so."""
    await office.desk.choices.keep_for(GUILD, "30")
    await kept(office, 12)
    await months(office, clock, 0.1)
    await close_all(office)
    key = office.config.keys / f"{GUILD}.key"
    shutil.move(key, tmp_path / "safe")
    await months(office, clock, 2)
    shutil.copy(tmp_path / "safe", key)
    assert await office.desk.inbox.list(GUILD) == []
    assert await tallies(office) == []


@pytest.mark.parametrize("new_machine", [False, True])
async def test_a_restore_changes_no_published_figures_or_moderators_are_told_not_to_publish_again(
    office: Office, open_office: OpenOffice, clock: HandClock, copies: Copies, *, new_machine: bool
) -> None:
    """Two tables of one quarter, of before and after a withdrawal, would tell of that report."""
    receipt, _ = await shown(office, clock, WITHDRAWN, category="pay")
    await kept(office, 6)
    await kept(office, 5, "pay")
    await notice_time(office, clock)
    await copies.make()
    await to_next_quarter(office, clock)
    (published,) = await office.desk.figures.periods(GUILD)
    assert published.total == 12
    await withdraw(office, receipt)
    copy_list(office.config, copies.zip)
    if new_machine:
        await copies.lose_the_machine()
        restored = await copies.restore(deletions=copies.list)
    else:
        await copies.close()
        restored = await copies.restore()
    assert restored.counts_anew == new_machine
    again = await open_office()
    said = told_to(again)
    await to_next_quarter(again, clock)
    (told,) = said
    assert (COUNTED_ANEW in told) == new_machine
    if not new_machine:
        assert await again.desk.figures.periods(GUILD) == [published]


async def test_a_restore_loses_no_count_of_a_report_that_was_deleted_for_its_age_since(
    office: Office, open_office: OpenOffice, clock: HandClock, copies: Copies
) -> None:
    await office.desk.choices.keep_for(GUILD, "30")
    await kept(office, 9)
    await months(office, clock, 0.1)
    await close_all(office)
    await copies.make()
    await months(office, clock, 2)
    counts = [tuple(row) for row in await tallies(office)]
    assert len(counts) == 1
    await copies.close()
    assert (await copies.restore()).deleted == 9
    again = await open_office()
    assert [tuple(row) for row in await tallies(again)] == counts
    await kept(again, 5, "pay")
    await to_next_quarter(again, clock)
    (table,) = await again.desk.figures.periods(GUILD)
    assert table.total == 14


async def test_what_was_there_before_a_restore_keeps_its_figures_when_it_is_put_back(
    office: Office, open_office: OpenOffice, clock: HandClock, copies: Copies, tmp_path: Path
) -> None:
    """The file that is replaced then knows less: none of a later quarter are given up for it."""
    await kept(office, 12)
    await copies.make()
    await to_next_quarter(office, clock)
    published = await office.desk.figures.periods(GUILD)
    later = Copies(office, tmp_path / "later")
    await later.make()
    await copies.lose_the_machine()
    await copies.restore(deletions=later.list)
    restored = await later.restore(deletions=later.list)
    assert not restored.counts_anew
    again = await open_office()
    assert await again.desk.figures.periods(GUILD) == published


async def test_what_is_kept_of_a_group_that_was_left_out_does_not_tell_whether_a_report_waits(
    office: Office, clock: HandClock
) -> None:
    """Neither in the file, nor in what an export says of the groups that were offered."""
    found = []
    week = iso_week(clock.now())
    for guild, waiting in ((GUILD, True), (GUILD + 1, False)):
        await office.desk.choices.note_opened(guild)
        if waiting:
            await office.send(guild=guild)
        await office.desk.groups.offer(guild, ["load"])
        kept_of = await office.desk.choices.get(guild, "categories")
        found.append((kept_of, await office.desk.groups.offered_between(guild, week, week)))
    assert found[0] == found[1]
    assert "pay" in found[0][1]
