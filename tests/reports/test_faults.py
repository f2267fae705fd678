"""Whatever breaks off between two steps, what people were told is so, and a receipt tells the rest.

Each deed of reporters, moderators and the clock is done on real files in a child process, once for
each of its steps: killed before it, or with the disk full or the file locked from it on. See
tests/reports/faults. Bound: half a minute on one core for all of them.
"""

import sqlite3
import subprocess
from collections.abc import Iterator

import pytest

from bot.errors import DataError
from bot.reports.desk import Desk
from tests.clock import HandClock
from tests.reports.conftest import OpenOffice
from tests.reports.faults.deeds import DEEDS
from tests.reports.faults.lab import Lab

# At the very least: that the steps are still seen.
FEWEST_STEPS = 3
# Of each way in which things are written, one: a lock and a full disk are felt at the same places.
OF_EACH_WAY = [
    "send",
    "add",
    "answer a quotation",
    "withdraw",
    "reply",
    "take out",
    "notice time",
    "delete by age",
]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    made = Lab(tmp_path_factory.mktemp("lab"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("small")
    mounting = ["unshare", "-rm", "mount", "-t", "tmpfs", "steward", str(folder)]
    try:
        subprocess.run(mounting, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this host lets nobody mount a small disk")
    made = Lab(folder, small_disk=True)
    yield made
    made.close()


@pytest.mark.parametrize("deed", DEEDS)
def test_killed_before_any_step_what_was_told_is_so_and_done_again_it_is_done_once(
    lab: Lab, deed: str
) -> None:
    assert len(lab.trials(deed, "killed")) >= FEWEST_STEPS


@pytest.mark.parametrize("deed", OF_EACH_WAY)
def test_with_the_file_locked_from_any_step_nothing_is_lost_and_nobody_is_told_otherwise(
    lab: Lab, deed: str
) -> None:
    assert lab.trials(deed, "locked")


@pytest.mark.parametrize("deed", ["send", "withdraw", "take out"])
def test_with_no_room_from_any_page_nothing_is_lost_and_nobody_is_told_otherwise(
    lab: Lab, deed: str
) -> None:
    assert lab.trials(deed, "no room")


@pytest.mark.parametrize("deed", OF_EACH_WAY)
def test_on_a_full_disk_nothing_is_lost_and_nobody_is_told_otherwise(
    small_disk: Lab, deed: str
) -> None:
    assert small_disk.trials(deed, "full")


async def test_a_file_that_is_locked_at_the_start_is_said_in_one_sentence(
    open_office: OpenOffice, clock: HandClock
) -> None:
    office = await open_office()
    await office.database.alone("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(office.config.reports_database)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DataError, match="another program holds it"):
        await Desk(office.database, office.config, clock).open()
    other.close()
