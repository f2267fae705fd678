"""`python -m bot` as a process: exit statuses, plain lines, signals, the lock."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.config import Config
from bot.reports.desk import Desk
from bot.sandbox import Sandbox
from bot.sandbox.samples import Samples
from bot.storage import Database
from tests.reports.conftest import Noticeboard, answers

ROOT = Path(__file__).parent.parent


def environment(folder: Path, sandbox: Sandbox | None = None, **more: str) -> dict[str, str]:
    settings = {"DATABASE": str(folder / "steward.db"), "REPORTS": "on", **more}
    if sandbox is not None:
        settings |= {
            "DISCORD_TOKEN": sandbox.token,
            "DISCORD_API_URL": sandbox.api_url,
            "DISCORD_GATEWAY_URL": sandbox.gateway_url,
        }
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**inherited, "PYTHONPATH": str(ROOT), **settings, **more}


async def run(
    *arguments: str, env: dict[str, str], cwd: Path, typed: str | None = None
) -> tuple[int, str, str]:
    """Run a command to its end: status, output, errors."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        env=env,
        cwd=cwd,
        stdin=asyncio.subprocess.DEVNULL if typed is None else asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told = None if typed is None else typed.encode()
    out, err = await asyncio.wait_for(child.communicate(told), 60)
    assert child.returncode is not None
    return child.returncode, out.decode(), err.decode()


async def test_no_process_of_ours_leaves_a_core_dump(tmp_path: Path) -> None:
    """However it is started: a dump would hold what is otherwise only in memory."""
    script = (
        "import resource; from bot.__main__ import main; main(['check']); "
        "print(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", script),
        env=environment(tmp_path),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await asyncio.wait_for(child.communicate(), 60)
    assert out.decode().splitlines()[-1] in ("(1, 1)", "(0, 0)")


@asynccontextmanager
async def running(env: dict[str, str], cwd: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The bot as a process; killed at the end unless it ended by itself."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", env=env, cwd=cwd, stderr=asyncio.subprocess.PIPE
    )
    try:
        yield child
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


async def test_wrong_settings_are_told_one_line_each_with_status_2(tmp_path: Path) -> None:
    env = environment(tmp_path, LOG_LEVEL="LOUD", TIMEZONE="Nowhere")
    status, _, errors = await run(env=env, cwd=tmp_path)
    assert status == 2
    assert [line.split(":")[0] for line in errors.splitlines()] == ["LOG_LEVEL", "TIMEZONE"]


async def test_wrong_usage_has_status_2_and_no_traceback(tmp_path: Path) -> None:
    for arguments in (["nonsense"], ["backup"], ["sandbox", "--port", "x"], ["keys"]):
        status, _, errors = await run(*arguments, env=environment(tmp_path), cwd=tmp_path)
        assert status == 2
        assert "Traceback" not in errors


async def test_settings_are_read_from_config_env_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / "config.env").write_text('LOG_LEVEL="LOUD"\nTIMEZONE=Nowhere\n')
    status, _, errors = await run(env=environment(tmp_path, LOG_LEVEL="INFO"), cwd=tmp_path)
    assert status == 2
    assert errors.startswith("TIMEZONE")
    assert len(errors.splitlines()) == 1


async def test_an_unreachable_discord_is_one_line_with_status_1(tmp_path: Path) -> None:
    env = environment(tmp_path, DISCORD_TOKEN="a.b.c", DISCORD_API_URL="http://127.0.0.1:9/api/v10")
    status, _, errors = await run(env=env, cwd=tmp_path)
    assert status == 1
    assert len(errors.splitlines()) == 1
    assert "cannot be reached" in errors


async def test_a_refused_token_is_one_line_with_status_1(tmp_path: Path, sandbox: Sandbox) -> None:
    env = environment(tmp_path, sandbox) | {"DISCORD_TOKEN": "not.the.token"}
    status, _, errors = await run(env=env, cwd=tmp_path)
    assert status == 1
    assert len(errors.splitlines()) == 1
    assert "does not accept the token" in errors
    assert "not.the.token" not in errors


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_within_five_seconds_with_status_0(
    tmp_path: Path, sandbox: Sandbox, number: signal.Signals
) -> None:
    async with running(environment(tmp_path, sandbox), tmp_path) as child:
        await sandbox.until(lambda: sandbox.gateway.online, timeout=60)
        child.send_signal(number)
        _, errors = await asyncio.wait_for(child.communicate(), 5)
        assert child.returncode == 0
        assert b"Traceback" not in errors


async def test_a_signal_during_the_start_ends_it_with_status_0(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    """Told to stop before it listens for that itself: while it imports what it needs."""
    (tmp_path / "aiosqlite.py").write_text("print('importing', flush=True)\ninput()\n")
    env = environment(tmp_path, sandbox)
    env["PYTHONPATH"] = f"{tmp_path}:{env['PYTHONPATH']}"
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        env=env,
        cwd=tmp_path,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None
    assert await asyncio.wait_for(child.stdout.readline(), 60) == b"importing\n"
    child.send_signal(signal.SIGTERM)
    _, errors = await asyncio.wait_for(child.communicate(), 60)
    assert (child.returncode, errors) == (0, b"")


async def test_a_folder_that_cannot_be_written_is_a_wrong_setting(tmp_path: Path) -> None:
    env = environment(tmp_path, DISCORD_TOKEN="a.b.c", DATABASE="/proc/nowhere/steward.db")
    status, _, errors = await run(env=env, cwd=tmp_path)
    assert status == 2
    assert errors.startswith("DATABASE: /proc/nowhere")
    assert len(errors.splitlines()) == 1


# A bot whose connection never closes; the database's thread is alive meanwhile.
STUCK = """
import asyncio, discord, sys
from bot import __main__, runner
runner.CLOSE_TIMEOUT_S = 0.5
async def close(self):
    await asyncio.Event().wait()
discord.AutoShardedClient.close = close
sys.exit(__main__.main([]))
"""


async def test_a_close_that_hangs_is_cut_short_with_status_0(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        STUCK,
        env=environment(tmp_path, sandbox),
        cwd=tmp_path,
        stderr=asyncio.subprocess.PIPE,
    )
    await sandbox.until(lambda: sandbox.gateway.online, timeout=60)
    child.send_signal(signal.SIGTERM)
    try:
        _, errors = await asyncio.wait_for(child.communicate(), 60)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    assert child.returncode == 0
    assert b"cut short" in errors


async def test_a_second_process_and_a_restore_are_refused_while_one_runs_and_a_backup_works(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    env = environment(tmp_path, sandbox)
    async with running(env, tmp_path) as child:
        await sandbox.until(lambda: sandbox.gateway.online, timeout=60)
        status, _, errors = await run(env=env, cwd=tmp_path)
        assert status == 1
        assert str(child.pid) in errors
        assert len(errors.splitlines()) == 1
        copy = str(tmp_path / "copy.zip")
        assert (await run("backup", copy, env=env, cwd=tmp_path))[0] == 0
        status, _, errors = await run("restore", copy, env=env, cwd=tmp_path)
        assert status == 1
        assert "is using" in errors
        child.kill()
        await child.wait()
        assert (await run("restore", copy, env=env, cwd=tmp_path))[0] == 0


async def test_check_is_content_with_what_we_ship_and_names_what_is_damaged(
    tmp_path: Path,
) -> None:
    env = environment(tmp_path)
    status, out, errors = await run("check", env=env, cwd=tmp_path)
    assert (status, errors) == (0, "")
    assert "in order" in out
    (tmp_path / "steward.db").write_text("not a database " * 100)
    status, _, errors = await run("check", env=env, cwd=tmp_path)
    assert status == 1
    assert "steward.db" in errors
    assert "Traceback" not in errors


async def test_check_online_asks_discord_and_every_feed(tmp_path: Path, sandbox: Sandbox) -> None:
    env = environment(tmp_path, sandbox, FEED_ALLOW_PRIVATE="1")
    async with running(env, tmp_path) as child:
        await sandbox.until(lambda: sandbox.gateway.online, timeout=60)
        await sandbox.until(lambda: sandbox.commands, timeout=60)
        samples = Samples()
        site = Sandbox()
        samples.attach(site)
        await site.start()
        for address in samples.addresses(site).values():
            await sandbox.person("moderator").run("feeds add", url=address, channel="news")
        child.send_signal(signal.SIGTERM)
        await child.wait()
    status, out, errors = await run("check", "--online", env=env, cwd=tmp_path)
    assert (status, errors) == (0, "")
    assert "in order" in out
    await site.close()
    status, _, errors = await run("check", "--online", env=env, cwd=tmp_path)
    assert status == 1
    assert len(errors.splitlines()) == len(samples.addresses(sandbox))
    assert "Traceback" not in errors


async def test_sync_registers_the_commands_also_beside_a_running_bot(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    env = environment(tmp_path, sandbox, SYNC_COMMANDS="never")
    async with running(env, tmp_path):
        await sandbox.until(lambda: sandbox.gateway.online, timeout=60)
        assert len(sandbox.commands) == 0
        status, _, errors = await run("sync", env=env, cwd=tmp_path)
        assert status == 0
        assert "Traceback" not in errors
        assert len(sandbox.commands) > 5


async def test_a_key_pair_is_made_for_its_owner_alone_and_never_overwritten(
    tmp_path: Path,
) -> None:
    env = environment(tmp_path)
    status, out, _ = await run("keys", "new", "--out", "a.key", env=env, cwd=tmp_path)
    assert status == 0
    assert (tmp_path / "a.key").stat().st_mode & 0o777 == 0o600
    before = (tmp_path / "a.key").read_bytes()
    assert before.decode().strip() not in out
    status, _, errors = await run("keys", "new", "--out", "a.key", env=env, cwd=tmp_path)
    assert status == 1
    assert len(errors.splitlines()) == 1
    assert (tmp_path / "a.key").read_bytes() == before


async def test_a_report_is_withdrawn_by_its_receipt_for_somebody_who_left(tmp_path: Path) -> None:
    """In an asynchronous office on the same files; the command is a process of its own."""
    config = replace(Config(), database=tmp_path / "steward.db")
    receipt, other = await _two_reports(config)
    env = environment(tmp_path)
    shown = await run("withdraw", "--show", env=env, cwd=tmp_path, typed=f"{receipt}\n")
    assert shown[0] == 0
    assert "Thank you, whoever you are." in shown[1]
    assert "Words of mine" not in shown[1]
    wrong = " ".join(["zoo"] * 8)
    status, _, errors = await run("withdraw", env=env, cwd=tmp_path, typed=f"{wrong}\n")
    assert status == 1
    assert "matches that receipt" in errors
    assert wrong not in errors
    status, out, errors = await run("withdraw", env=env, cwd=tmp_path, typed=f"{receipt}\n")
    assert (status, errors) == (0, "")
    assert out.startswith("Deleted. From the next start on moderators find it without its subject")
    assert receipt not in out
    status, _, errors = await run("withdraw", env=env, cwd=tmp_path, typed=f"{receipt}\n")
    assert (status, "matches that receipt" in errors) == (1, True)
    # The report, and the id by which the list is known.
    assert len((tmp_path / "deleted-reports.txt").read_text().split()) == 2
    status, out, _ = await run("withdraw", "--show", env=env, cwd=tmp_path, typed=f"{other}\n")
    assert (status, "Nothing was replied." in out) == (0, True)


async def _two_reports(config: Config) -> tuple[str, str]:
    """Two reports that moderators can see, a reply to the first; their receipts."""
    database = await Database.open(config.reports_database, "reports")
    desk, receipts = Desk(database, replace(config, report_notice_times="now"), SystemClock()), []
    await desk.open()
    for words in ("Words of mine", "Words of another"):
        draft = desk.draft(1, desk.drafts.new_id(), answers(words))
        await desk.send(draft, 1)
        receipts.append(draft.receipt)
    await desk.serve(Noticeboard())
    for line in await desk.inbox.list(1):
        if (await desk.inbox.open(1, line.id)).text == "Words of mine":
            await desk.inbox.reply(1, line.id, "Thank you, whoever you are.")
    await desk.close()
    await database.close()
    return receipts[0], receipts[1]
