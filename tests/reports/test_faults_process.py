"""`python -m bot` is killed at each thing that it says to Discord while a person waits for it.

The stand-in for Discord sees every request, before it carries it out and after. So the process is
killed there, started anew, and the receipt is asked. Bound: fifteen seconds on one core.
"""

import asyncio
import signal
from collections.abc import Awaitable
from pathlib import Path

from bot.sandbox import Reply, Sandbox
from tests.cogs.reporting import WORDS, checked, confirmed, preview, receipt_in
from tests.reports.hosting import Host

FIRST, LAST = r"/interactions/.*/callback", r"/webhooks/.*/messages/@original"


async def killed_at(
    sandbox: Sandbox,
    child: asyncio.subprocess.Process,
    press: Awaitable[Reply],
    path: str,
    how: str,
) -> None:
    """Kill the process when it says this to Discord, which hears it or not."""
    fault = sandbox.faults.order("*", path, how)
    pressing = asyncio.ensure_future(press)
    await sandbox.until(lambda: fault.left == 0, 20)
    child.send_signal(signal.SIGKILL)
    await child.wait()
    pressing.cancel()  # nobody is there to answer
    await asyncio.wait([pressing])
    sandbox.faults.clear()


async def test_killed_at_each_answer_the_receipt_tells_the_truth_and_the_button_still_works(
    sandbox: Sandbox, tmp_path: Path, filled_database: Path
) -> None:
    host, member = Host(sandbox, tmp_path / "host", filled_database), sandbox.person("member")

    async def told() -> str:
        return (await checked(member, receipt)).text

    async with host.running(REPORT_NOTICE_TIMES="now") as child:
        ready = await confirmed(member, shown := await preview(member))
        receipt = receipt_in(shown)
        await killed_at(sandbox, child, member.press(ready, "Send"), FIRST, "cut")
    async with host.running(REPORT_NOTICE_TIMES="now") as child:
        assert "send it again" in await told()
        # The first answer arrives and takes the place of the preview; the last one does not.
        await killed_at(sandbox, child, member.press(ready, "Send"), LAST, "cut")
    async with host.running(REPORT_NOTICE_TIMES="now") as child:
        assert "was kept" in await told()
        again = await member.press(ready, "Being sealed. Stuck? Send again")
        await sandbox.until(lambda: "sent already" in again.text, 20)
        asked = await member.press(await checked(member, receipt), "Withdraw")
        await killed_at(sandbox, child, member.press(asked, "Withdraw"), LAST, "cut")
    async with host.running(REPORT_NOTICE_TIMES="now"):
        assert "No report here matches" in await told()
        again = await member.press(asked, "Withdraw")
        await sandbox.until(lambda: "run `/report check` again" in again.text, 20)
    written = host.log.read_text(encoding="utf-8")
    for trace in (WORDS, receipt, str(member.id), member.name, "Traceback"):
        assert trace not in written
