"""When Discord's connection fails a reporter: what was done is never said not to have been."""

import asyncio
from typing import Any

import discord
import pytest

from bot.sandbox import Person, Reply, Sandbox
from tests.cogs.reporting import (
    checked,
    confirmed,
    pressed,
    pressed_twice,
    preview,
    receipt_in,
    sent,
)
from tests.harness import RunningSteward

LAST_WORD = r"/webhooks/.*/messages/@original"
FALSE = "Something broke on my side. Please"


async def test_when_discord_refuses_the_last_word_check_tells_the_truth(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    shown = await preview(member)
    receipt = receipt_in(shown)
    ready = await confirmed(member, shown)
    sandbox.faults.order("PATCH", r"/webhooks/.*/messages/@original", "404:10015")
    pressed(member, ready, "Send")
    await sandbox.until(lambda: any(each.status == 404 for each in sandbox.requests))
    assert "was kept" in (await checked(member, receipt)).text


async def written(member: Person, receipt: str) -> Reply:
    """From the receipt to an addition that waits for "Add this"."""
    form = await member.press(await checked(member, receipt), "Add more")
    return await member.submit(form.modal, {"what": "One thing more."})


def said_to(sandbox: Sandbox, member: Person) -> str:
    """Everything on a person's screen."""
    return "\n".join(message.text for message in member.messages("general"))


def times_out(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Let no answer be edited in any more; the event tells that one should have been."""
    tried = asyncio.Event()

    async def silence(*_: object, **__: object) -> Any:
        tried.set()
        raise TimeoutError

    monkeypatch.setattr(discord.Interaction, "edit_original_response", silence)
    return tried


async def test_pressing_add_this_twice_adds_once_and_says_so(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    receipt = await sent(sandbox, member)
    shown = await written(member, receipt)
    replies = await pressed_twice(member, shown, "Add this")
    await sandbox.until(lambda: "**Added" in shown.text)
    said = " ".join(reply.text for reply in replies)
    assert "nothing is added twice" in said or "Added already" in said
    assert "1 addition" in (await checked(member, receipt)).text


async def test_an_addition_whose_answer_was_lost_is_kept_once_and_told_the_second_time(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    receipt = await sent(sandbox, member)
    shown = await written(member, receipt)
    sandbox.faults.order("PATCH", LAST_WORD, "404:10015")
    pressed(member, shown, "Add this")
    await sandbox.until(lambda: any(each.status == 404 for each in sandbox.requests))
    again = await member.press(shown, "Add this")
    await sandbox.until(lambda: "**Added already**" in again.text)
    assert "1 addition" in (await checked(member, receipt)).text
    assert FALSE not in said_to(sandbox, member)


async def test_a_withdrawal_whose_answer_was_lost_is_told_the_second_time(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    receipt = await sent(sandbox, member)
    asked = await member.press(await checked(member, receipt), "Withdraw")
    sandbox.faults.order("PATCH", LAST_WORD, "404:10015")
    pressed(member, asked.messages[0], "Withdraw")
    await sandbox.until(lambda: any(each.status == 404 for each in sandbox.requests))
    again = await member.press(asked.messages[0], "Withdraw")
    await sandbox.until(lambda: "was withdrawn and is deleted" in again.text)
    assert "No report here matches" in (await checked(member, receipt)).text
    assert FALSE not in said_to(sandbox, member)


@pytest.mark.parametrize("step", ["send", "add", "withdraw"])
async def test_a_connection_that_times_out_after_the_deed_denies_nothing_and_leaves_no_trace(
    sandbox: Sandbox,
    steward: RunningSteward,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    step: str,
) -> None:
    member = sandbox.person("member")
    if step == "send":
        ready = await confirmed(member, shown := await preview(member))
        receipt = receipt_in(shown)
        button = "Send"
    else:
        receipt = await sent(sandbox, member)
        button = "Add this" if step == "add" else "Withdraw"
        ready = await (
            written(member, receipt)
            if step == "add"
            else member.press(await checked(member, receipt), "Withdraw")
        )
    with monkeypatch.context() as context:
        tried = times_out(context)
        pressed(member, ready, button)
        await asyncio.wait_for(tried.wait(), 60)
    back = (await checked(member, receipt)).text
    expected = {"send": "was kept", "add": "1 addition", "withdraw": "No report here matches"}
    assert expected[step] in back
    assert FALSE not in said_to(sandbox, member)
    assert steward.bot.private_errors == {}
    assert [record for record in caplog.records if record.exc_info] == []


async def test_when_the_first_answer_is_lost_the_report_is_sent_all_the_same(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member = sandbox.person("member")
    ready = await confirmed(member, shown := await preview(member))
    receipt = receipt_in(shown)
    sandbox.faults.order("POST", r"/interactions/.*/callback", "lost")
    reply = await member.press(ready, "Send")
    await sandbox.until(lambda: "**Sent.**" in reply.text)
    assert "was kept" in (await checked(member, receipt)).text
    assert FALSE not in said_to(sandbox, member)


async def test_a_bug_while_sending_says_how_to_find_out_and_leaves_send_in_reach(
    sandbox: Sandbox, steward: RunningSteward, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = sandbox.person("member")
    ready = await confirmed(member, shown := await preview(member))
    desk = steward.bot.services.reports
    stirred = desk._stirred

    class Broken(asyncio.Event):
        def set(self) -> None:
            raise RuntimeError("after the commit")

    monkeypatch.setattr(desk, "_stirred", Broken())
    reply = await member.press(ready, "Send")
    await sandbox.until(lambda: "Something broke" in reply.text)
    assert "Not sent" not in reply.text
    assert FALSE not in said_to(sandbox, member)
    monkeypatch.setattr(desk, "_stirred", stirred)
    again = await member.press(reply, "Send")
    await sandbox.until(lambda: "sent already" in again.text)
    assert "was kept" in (await checked(member, receipt_in(shown))).text
