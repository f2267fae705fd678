"""`python -m bot withdraw`, and which process may touch the data: what goes wrong at a terminal."""

import asyncio
import os
import pty
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.clock import SystemClock
from bot.config import Config
from bot.errors import DataError
from bot.reports.desk import Desk
from bot.reports.traces import DELETED_NAME, DeletedReports
from bot.storage import Database
from tests.reports.conftest import answers
from tests.test_command_line import environment, run

RECEIPT = " ".join(["zoo"] * 8)


async def one_report(folder: Path) -> str:
    """A report of server 1, under a legal hold; its receipt."""
    config = replace(Config(), database=folder / "steward.db")
    database = await Database.open(config.reports_database, "reports")
    desk = Desk(database, config, SystemClock())
    await desk.open()
    draft = desk.draft(1, desk.drafts.new_id(), answers("Words of mine"))
    await desk.send(draft, 1)
    await desk.choices.set_hold(1, on=True)
    await desk.close()
    await database.close()
    return draft.receipt


async def test_in_a_folder_without_reports_it_says_so_and_begins_none(tmp_path: Path) -> None:
    """Else somebody would be told that their report never arrived."""
    env = environment(tmp_path / "elsewhere")
    status, out, errors = await run("withdraw", env=env, cwd=tmp_path, typed=f"{RECEIPT}\n")
    assert (status, out) == (1, "")
    assert "There is no reports.db in" in errors
    assert "DATABASE" in errors
    assert not (tmp_path / "elsewhere").exists()


async def test_where_none_matches_nobody_is_asked_to_send_it_again(tmp_path: Path) -> None:
    await one_report(tmp_path)
    status, _, errors = await run(
        "withdraw", env=environment(tmp_path), cwd=tmp_path, typed=f"{RECEIPT}\n"
    )
    assert status == 1
    assert f"No report in {tmp_path / 'reports.db'} matches" in errors
    assert "send it again" not in errors
    # Nobody is told that it was withdrawn where it can also be in no copy.
    assert "If both are right, the report never arrived" in errors
    assert "came after the backup that was restored" in errors


@pytest.mark.parametrize("command", [["withdraw"], ["restore", "backup.zip"]])
def test_as_another_user_than_the_one_that_steward_runs_as_it_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
) -> None:
    """It would leave a list of the deleted that Steward cannot read, and then cannot start."""
    asyncio.run(one_report(tmp_path))
    before = {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    monkeypatch.setenv("DATABASE", str(tmp_path / "steward.db"))
    monkeypatch.setattr("os.geteuid", lambda: os.getuid() + 1)
    assert main(command) == 1
    assert "sudo -u" in capsys.readouterr().err
    assert {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == before


async def test_the_receipt_is_not_shown_as_it_is_typed_and_a_hold_is_told(tmp_path: Path) -> None:
    receipt = await one_report(tmp_path)
    ours, theirs = pty.openpty()
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "withdraw", "--show"),
        env=environment(tmp_path),
        cwd=tmp_path,
        stdin=theirs,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    os.close(theirs)
    assert child.stdout is not None
    assert child.stderr is not None
    asked = await asyncio.wait_for(child.stderr.readuntil(b": "), 60)
    assert b"eight words" in asked
    os.write(ours, f"{receipt}\n".encode())
    out, _ = await asyncio.wait_for(child.communicate(), 60)
    assert "Nothing was replied." in out.decode()
    assert "A legal hold is set here" in out.decode()
    os.set_blocking(ours, False)
    try:
        echoed = os.read(ours, 10_000)
    except OSError:
        echoed = b""  # nothing, and the other end is closed
    assert receipt.split()[0].encode() not in echoed + out
    os.close(ours)


@pytest.mark.parametrize("there", [[], ["steward.db"]])
def test_a_restore_on_a_new_machine_asks_whose_the_folder_is(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    there: list[str],
) -> None:
    """What root puts into another user's folder, that user's Steward cannot read."""
    monkeypatch.setenv("DATABASE", str(tmp_path / "steward.db"))
    for name in there:
        (tmp_path / name).touch()
    before = sorted(tmp_path.iterdir())
    _as_user(monkeypatch, 0, owners={tmp_path.joinpath(*there): 4711})
    assert main(["restore", "backup.zip"]) == 1
    said = capsys.readouterr().err
    assert f"{tmp_path.joinpath(*there)} belongs to another user" in said
    assert "sudo -u '#4711'" in said  # it can be copied to a shell
    assert sorted(tmp_path.iterdir()) == before


def test_a_folder_that_root_has_lent_is_restored_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By its group, or the sticky folder of everybody: what is put there is our own."""
    monkeypatch.setenv("DATABASE", str(tmp_path / "steward.db"))
    _as_user(monkeypatch, 4711, owners={tmp_path: 0})
    assert main(["restore", "backup.zip"]) == 1
    assert "backup.zip" in capsys.readouterr().err  # there is none: so far it came


def _as_user(monkeypatch: pytest.MonkeyPatch, user: int, owners: dict[Path, int]) -> None:
    stat = Path.stat

    def owned(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        found = list(stat(path, follow_symlinks=follow_symlinks))
        return os.stat_result([*found[:4], owners.get(path, found[4]), *found[5:]])

    monkeypatch.setattr(Path, "stat", owned)
    monkeypatch.setattr(os, "geteuid", lambda: user)


async def test_a_list_that_belongs_to_somebody_else_is_told_as_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await one_report(tmp_path)
    path = tmp_path / DELETED_NAME

    def refused(_: DeletedReports) -> set[bytes]:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(DeletedReports, "read", refused)
    config = replace(Config(), database=tmp_path / "steward.db")
    database = await Database.open(config.reports_database, "reports")
    try:
        with pytest.raises(DataError, match=f"{DELETED_NAME} .*belongs to another user"):
            await Desk(database, config, SystemClock()).open()
    finally:
        await database.close()
