"""What closing reports does not open: reports that are kept go on being protected."""

import asyncio
import json
from dataclasses import replace
from typing import Any, Literal

import pytest

from bot.config import Config
from bot.reports.choices.store import ChoiceStore
from bot.sandbox import Message, Person, Sandbox
from tests.cogs.reporting import sent
from tests.cogs.test_setup_reports import decisions, page_of
from tests.harness import RunningSteward


async def opened(sandbox: Sandbox, admin: Person) -> Message:
    """The page, once reports are open."""
    page = await page_of(admin)
    async for _ in decisions(admin, page):
        pass
    await admin.press(page, "Open reports")
    await sandbox.until(lambda: "**Open.**" in page.text)
    return page


async def close(sandbox: Sandbox, admin: Person, page: Message) -> None:
    await admin.press(page, "Close reports")
    await sandbox.until(lambda: "Not open yet" in page.text)


@pytest.mark.parametrize("any_report", [False, True])
async def test_after_closing_how_long_reports_live_is_not_changed_by_who_reads_none(
    sandbox: Sandbox, unready: RunningSteward, *, any_report: bool
) -> None:
    """Nor does the answer tell whether there is one, which nobody may know before a notice time."""
    admin, member = sandbox.person("administrator"), sandbox.person("member")
    before = await admin.press(await page_of(admin), "How long")
    page = await opened(sandbox, admin)
    if any_report:
        await sent(sandbox, member)
    readers = sandbox.add_role("Readers").id
    await unready.bot.services.servers.change(sandbox.guild.id, inbox_role_id=readers)
    await close(sandbox, admin, page)
    answers = [
        await admin.press(page, "How long"),
        await admin.submit(before.modal, {"days": "30"}),
    ]
    for answer in answers:
        assert answer.modal is None
        assert "`/inbox settings` changes how long they are kept" in answer.text
    choices = unready.bot.services.reports.choices
    assert (await choices.keeping(sandbox.guild.id)).days == 90


@pytest.mark.parametrize("any_report", [False, True])
async def test_after_closing_notices_do_not_move_to_where_others_can_see_them(
    sandbox: Sandbox, unready: RunningSteward, *, any_report: bool
) -> None:
    admin, member = sandbox.person("administrator"), sandbox.person("member")
    page = await opened(sandbox, admin)
    if any_report:
        await sent(sandbox, member)
    await close(sandbox, admin, page)
    await admin.press(page, "Back")
    await admin.press(page, "Channels")
    answer = await admin.choose(page, "setup:channel:notices", "general")
    assert "can see" in answer.text
    assert "Nothing was changed" in answer.text
    settings = await unready.bot.services.servers.settings(sandbox.guild.id)
    assert settings.notice_channel_id == sandbox.channel("moderators").id


async def test_reports_from_before_closing_was_noted_are_protected_too(
    sandbox: Sandbox, unready: RunningSteward
) -> None:
    admin, member = sandbox.person("administrator"), sandbox.person("member")
    page = await opened(sandbox, admin)
    await sent(sandbox, member)
    await close(sandbox, admin, page)
    await unready.bot.services.reports.choices.put(sandbox.guild.id, "opened", None)
    assert "`/inbox settings` changes" in (await admin.press(page, "How long")).text


@pytest.mark.parametrize("noted", [True, False])
async def test_what_a_group_left_out_leaves_does_not_tell_whether_a_report_waits(
    sandbox: Sandbox, unready: RunningSteward, *, noted: bool
) -> None:
    admin = sandbox.person("administrator")
    page = await opened(sandbox, admin)
    if not noted:  # as of a server that was opened before this was noted
        await unready.bot.services.reports.choices.put(sandbox.guild.id, "opened", None)
    await admin.press(page, "Groups of reports")
    await admin.choose(page, "Which are offered", "load", "pay")
    kept = await unready.bot.services.reports.choices.get(sandbox.guild.id, "categories")
    weeks = {since for spans in json.loads(kept or "")["out"].values() for since, _ in spans}
    assert len(weeks) == 1
    assert "" not in weeks  # as with a report: it could have been chosen until now


@pytest.mark.parametrize("reading", ["discord", "sealed"])
async def test_what_reports_on_took_is_protected_once_servers_have_to_be_set_up(
    sandbox: Sandbox,
    config: Config,
    monkeypatch: pytest.MonkeyPatch,
    reading: Literal["discord", "sealed"],
) -> None:
    """Also while every report still waits, and whether or not there is one."""
    noted, put = asyncio.Event(), ChoiceStore.put

    async def told(*args: Any) -> None:
        await put(*args)
        if args[2] == "opened":
            noted.set()

    monkeypatch.setattr(ChoiceStore, "put", told)
    steward = RunningSteward(replace(config, reports="on", report_reading=reading))
    admin = sandbox.person("administrator")
    await steward.start()
    try:
        async with asyncio.timeout(10):
            await noted.wait()
        steward.config = replace(steward.config, reports="after-setup")
        await steward.restart()
        answer = await admin.press(await page_of(admin), "How long")
        assert answer.modal is None
        assert "`/inbox settings` changes how long they are kept" in answer.text
    finally:
        await steward.stop()
