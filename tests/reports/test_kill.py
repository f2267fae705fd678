"""Killed between any two steps: the report is there or it is not, and the receipt tells which."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.errors import NotFound
from tests.reports.conftest import GUILD, PERSON, WORDS, OpenOffice

ROOT = Path(__file__).parent.parent.parent

# Sends one report and dies at the given step; prints the receipt before, and "kept" after.
SENDER = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.clock import SystemClock
from bot.config import Config
from bot.reports.desk import Desk
from bot.reports.erasing.store import Erasing
from bot.reports.store import ReportStore
from bot.reports.traces import Traces
from bot.storage import Database
from tests.reports.conftest import GUILD, PERSON, answers

step, path = sys.argv[1], Path(sys.argv[2])

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

async def main():
    config = Config(database=path)
    database = await Database.open(config.reports_database, "reports")
    desk = Desk(database, config, SystemClock())
    await desk.open()
    await desk.prepare(GUILD)
    draft = desk.draft(GUILD, "draft", answers())
    print(draft.receipt, flush=True)
    if step == "after deriving":
        desk.keyring.sealing = die
    elif step == "before storing":
        ReportStore.insert = die
    elif step == "before the commit":
        database._commit = die
    elif step == "before the log is cut":
        Erasing._after_commit = die
        database.after_each_commit(die)
    elif step == "before the times are set":
        Traces.settle = die
    await desk.send(draft, PERSON)
    print("kept", flush=True)
    die()

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("step", "kept"),
    [
        ("after deriving", False),
        ("before storing", False),
        ("before the commit", False),
        ("before the log is cut", True),
        ("before the times are set", True),
        ("after telling", True),
    ],
)
async def test_killed_at_any_step_check_tells_the_truth_and_sending_again_keeps_one(
    open_office: OpenOffice, tmp_path: Path, step: str, kept: bool
) -> None:
    folder = tmp_path / "data"
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SENDER, step, str(folder / "steward.db")),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await child.communicate()
    assert child.returncode == -9
    receipt, *told = out.decode().splitlines()
    assert told in ([], ["kept"])
    office = await open_office()
    if kept:
        assert (await office.check(receipt)).status == "New"
    else:
        assert not told
        with pytest.raises(NotFound):
            await office.check(receipt)
    count = await office.database.fetch_value("SELECT count(*) FROM report")
    assert count == int(kept)
    assert WORDS.encode() not in office.bytes_on_disk()
    assert str(PERSON).encode() not in office.bytes_on_disk()
    await office.serve()
    assert len(await office.desk.inbox.list(GUILD)) == int(kept)
