"""Stop this sender as a moderator and a member meet it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.config import Config
from bot.sandbox import Person, Reply, Sandbox
from tests.cogs.reporting import WORDS, checked, preview, sent
from tests.cogs.test_inbox import listed
from tests.harness import RunningSteward


@pytest.fixture
async def strict(sandbox: Sandbox, config: Config) -> AsyncIterator[RunningSteward]:
    """A bot that takes two reports a day from one person."""
    steward = RunningSteward(replace(config, report_daily_limit=2))
    await steward.start()
    yield steward
    await steward.stop()


async def stop(sandbox: Sandbox, moderator: Person, name: str) -> tuple[Reply, Reply]:
    """From `/inbox read` to the second button; what was asked, and what was said then."""
    read = await moderator.run("inbox read", report=name)
    asked = await moderator.press(read, "Stop this sender")
    before = asked.text
    assert "until midnight UTC or until I am restarted. You do not learn who" in before
    done = await moderator.press(asked, "Stop for today")
    await sandbox.until(lambda: done.text != before)
    return asked, done


async def refusal(member: Person) -> str:
    screen = await member.run("report new")
    return (await member.press(screen, "Write a report")).text


async def test_a_stopped_member_reads_what_the_limit_says_and_the_moderator_learns_nothing(
    sandbox: Sandbox, strict: RunningSteward
) -> None:
    member, colleague = sandbox.person("member"), sandbox.person("colleague")
    moderator = sandbox.person("moderator")
    receipt = await sent(sandbox, member)
    (name,) = await listed(sandbox, strict)
    asked, done = await stop(sandbox, moderator, name)
    for reply in (asked, done):
        assert reply.ephemeral
        assert str(member.id) not in str([message.raw for message in reply.messages])
    for _ in range(2):
        await sent(sandbox, colleague)
    assert await refusal(member) == await refusal(colleague)  # stopped, and at the limit
    back = await checked(member, receipt)
    form = await member.press(back, "Add more")
    shown = await member.submit(form.modal, {"what": WORDS})
    added = await member.press(shown, "Add this")
    await sandbox.until(lambda: "Nothing was added" in added.text)
    assert added.ephemeral
    assert "was kept" in back.text
    # Once the tie is gone, the moderator is told the same.
    await strict.restart()
    await preview(member)
    _, again = await stop(sandbox, moderator, name)
    assert again.text == done.text
    entries = await strict.bot.services.servers.audit(sandbox.guild.id)
    stops = [entry for entry in entries if entry.action == "inbox.stop"]
    assert len(stops) == 2
    assert {entry.actor_id for entry in stops} == {moderator.id}
    assert {entry.target[:8] for entry in stops} == {name}
    trail = await moderator.run("audit")
    assert "stopped for the day the sender, whoever it is, of report" in trail.text
    assert str(member.id) not in trail.text
    for channel in ("general", "news", "bulletins", "moderators"):
        assert sandbox.messages(channel) == []


async def test_only_those_who_read_reports_stop_anybody(
    sandbox: Sandbox, strict: RunningSteward
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    await sent(sandbox, member)
    (name,) = await listed(sandbox, strict)
    read = await moderator.run("inbox read", report=name)
    asked = await moderator.press(read, "Stop this sender")
    role = sandbox.add_role("Readers")
    await strict.bot.services.servers.change(sandbox.guild.id, inbox_role_id=role.id)
    for button, on in (("Stop this sender", read), ("Stop for today", asked)):
        refused = await moderator.press(on, button)
        assert "Only the people who read reports here" in refused.text
    await sent(sandbox, member)
