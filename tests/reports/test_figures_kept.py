"""Figures while a key is away, and after a restore: nothing is settled that would be wrong for good
or different from what was published."""

import shutil
from pathlib import Path

import pytest

from bot.reports.figures import Cell
from bot.reports.keys import write_key
from bot.reports.sealing import new_keypair
from tests.conftest import HandClock
from tests.reports.conftest import GUILD, Office
from tests.reports.test_figures import close_all, kept, months, tallies, to_next_quarter


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
