"""The byte search: what lies on the disk after many reports names nobody and shows no text.

A first version of the search of the whole reporting job: the real process at LOG_LEVEL=DEBUG in
the sandbox, forty members, replies, additions, withdrawals, slips, a 429, a SIGKILL and a backup.
"""

import asyncio
import os
import sqlite3
import sys
import time
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from bot.sandbox import Person, Sandbox
from tests.cogs.reporting import checked, confirmed, preview, receipt_in, sent
from tests.reports.traces import files_in, found_in, hashes, secrets_on, spellings

MEMBERS = 40
ROOT = Path(__file__).parent.parent.parent
TEXT = "Quixotic grievance {number} about overtime at the zephyr desk, crn x12345{number:02}"


@asynccontextmanager
async def process(
    sandbox: Sandbox, folder: Path, log: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m bot` against the sandbox, its output appended to a log; killed at the end."""
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DATABASE": str(folder / "data" / "steward.db"),
        "DISCORD_TOKEN": sandbox.token,
        "DISCORD_API_URL": sandbox.api_url,
        "DISCORD_GATEWAY_URL": sandbox.gateway_url,
        "REPORTS": "on",
        "REPORT_NOTICE_TIMES": "now",
        "LOG_LEVEL": "DEBUG",
    }
    before = sandbox.gateway.identified
    with log.open("ab") as out:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-X", "dev", "-m", "bot", env=env, cwd=folder, stdout=out, stderr=out
        )
    try:
        await sandbox.until(lambda: sandbox.gateway.identified > before, 30)
        await sandbox.until(lambda: sandbox.gateway.online and sandbox.world.commands, 30)
        yield child
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


async def test_nothing_on_the_disk_names_a_reporter_or_shows_a_word(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    folder, log = tmp_path / "host", tmp_path / "host" / "steward.log"
    folder.mkdir()
    moderator = sandbox.person("moderator")
    members = [sandbox.add_person(f"quillfeather{number}x") for number in range(MEMBERS)]
    receipts: dict[Person, str] = {}
    begun = time.time()
    async with process(sandbox, folder, log):
        for number, member in enumerate(members[: MEMBERS // 2]):
            receipts[member] = await sent(sandbox, member, TEXT.format(number=number))
        await misadventures(sandbox, members)
        for choice in (await moderator.autocomplete("inbox read", "report", ""))[:5]:
            read = await moderator.run("inbox read", report=choice["value"])
            form = await moderator.press(read, "Reply")
            await moderator.submit(form.modal, {"reply": "Answering the plumage question"})
        while_running = files_in([folder])
    # The SIGKILL came just now; and again in the middle of sealing.
    async with process(sandbox, folder, log):
        for number, member in enumerate(members[MEMBERS // 2 :], MEMBERS // 2):
            receipts[member] = await sent(sandbox, member, TEXT.format(number=number))
        late = await confirmed(
            members[0], shown := await preview(members[0], "Cut off vexatiously")
        )
        await members[0].press(late, "Send")
    after_kill = files_in([folder])
    status = await command(folder, "backup", str(folder / "backup.zip"))
    assert status == 0
    with zipfile.ZipFile(folder / "backup.zip") as archive:
        assert not any("key" in name for name in archive.namelist())
        archive.extractall(folder / "unpacked")
    async with process(sandbox, folder, log):
        # The other side: every receipt works, also one whose sending was cut off tells the truth.
        for member, receipt in receipts.items():
            assert "Your report was kept" in (await checked(member, receipt)).text
        cut_off = (await checked(members[0], receipt_in(shown))).text
        assert "was kept" in cut_off or "No report here matches" in cut_off
        exported = await moderator.run("inbox export")
        assert exported.message is not None
        for number, stored in enumerate(sandbox._core.files.values()):
            (folder / f"export-{number}.json").write_bytes(stored.data)
    ended = time.time()

    content = {
        **{f"{name} while running": text for name, text in while_running.items()},
        **{f"{name} after a kill": text for name, text in after_kill.items()},
        **files_in([folder]),
    }
    assert len(content) > 15
    wanted = needles(sandbox, folder, members, receipts)
    assert found_in(content, wanted) == []
    assert found_in({"a canary": b"..." + next(iter(wanted)) + b"..."}, wanted)
    times_apart(folder, int(begun), int(ended))
    # What the bot answered to reporters was for them alone, every time.
    for person in members:
        assert all(each.ephemeral for each in person.messages("general"))


async def misadventures(sandbox: Sandbox, members: list[Person]) -> None:
    """Slips, refusals, additions and withdrawals."""
    first, second, third = members[:3]
    await checked(first, "zoo " * 8)
    await checked(first, "zzzz " * 8)
    shown = await preview(second, "Discarded flummery")
    await second.press(shown, "Discard")
    receipt = await sent(sandbox, second, "Withdrawn balderdash")
    back = await checked(second, receipt)
    form = await second.press(back, "Add more")
    addition = await second.submit(form.modal, {"what": "Added taradiddle, ring 020 7946 0000"})
    added = await second.press(addition, "Add this")
    await sandbox.until(lambda: "**Added.**" in added.text)
    asked = await second.press(back, "Withdraw")
    gone = await second.press(asked.messages[0], "Withdraw")
    await sandbox.until(lambda: "**Withdrawn.**" in gone.text)
    sandbox.faults.order("PATCH", "/webhooks/", "429", retry_after=0.1)
    await sent(sandbox, third, "Limited persiflage")
    sandbox.faults.order("PATCH", "/webhooks/", "500", times=1)
    await sent(sandbox, third, "Broken rigmarole")


def needles(
    sandbox: Sandbox, folder: Path, members: list[Person], receipts: dict[Person, str]
) -> dict[bytes, str]:
    """What must not be found, with what it would mean."""
    with closing(sqlite3.connect(folder / "data" / "reports.db")) as connection:
        values = [value for (value,) in connection.execute("SELECT value FROM setting")]
        values += [value for (value,) in connection.execute("SELECT public FROM server_key")]
    secrets = secrets_on(folder, [bytes(value) for value in values])
    wanted: dict[bytes, str] = {}
    for member in members:
        wanted |= dict.fromkeys(spellings(member.id), f"id of {member.name}")
        wanted |= dict.fromkeys(hashes(member.id, secrets), f"hash of {member.name}")
        wanted[member.name.encode()] = member.name
        wanted[member.name.capitalize().encode()] = member.name
        if member in receipts:
            wanted[receipts[member].encode()] = f"receipt of {member.name}"
            wanted["".join(receipts[member].split()).encode()] = f"receipt of {member.name}"
    reporters = {member.id for member in members}
    for made in sandbox.interactions._by_id.values():
        if made.person_id in reporters:
            wanted |= dict.fromkeys(spellings(made.id), "an interaction")
            wanted[made.token.encode()] = "an interaction's token"
            for message in made.messages:
                wanted |= dict.fromkeys(spellings(message.id), "an answer to a reporter")
    words = "Quixotic zephyr flummery balderdash taradiddle persiflage rigmarole vexatious plumage"
    for word in words.split():
        wanted[word.encode()] = wanted[word.lower().encode()] = f"text: {word}"
    return wanted


def times_apart(folder: Path, begun: int, ended: int) -> None:
    """No number and no text in the reports' file is a time of this test, to the day."""
    with closing(sqlite3.connect(folder / "data" / "reports.db")) as connection:
        tables = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        for table in tables:
            for row in connection.execute(f"SELECT * FROM {table}"):
                for value in row:
                    if isinstance(value, int | float):
                        for unit in (1, 1_000, 1_000_000, 1_000_000_000):
                            assert not begun - 86_400 <= value / unit <= ended + 86_400
                    day = time.strftime("%Y-%m-%d", time.gmtime(begun))
                    assert day.encode() not in str(value).encode()
    for file in (folder / "data").iterdir():
        if file.name.startswith(("reports", "keys", "deleted")):
            assert not begun <= file.stat().st_mtime <= ended, file.name


async def command(folder: Path, *arguments: str) -> int:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "DATABASE": str(folder / "data" / "steward.db"),
        },
        cwd=folder,
    )
    return await child.wait()
