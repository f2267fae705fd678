"""“Harm soon? Tell moderators now”, as a reporter and moderators meet it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time

import pytest

from bot.config import Config
from bot.sandbox import Reply, Sandbox
from cogs.reports.asking import BEYOND
from tests.cogs.conftest import send_notices
from tests.cogs.reporting import WORDS, checked, confirmed, preview, receipt_in, sent
from tests.conftest import HandClock
from tests.harness import RunningSteward

BUTTON = "Harm soon? Tell moderators now"
NOW = "Send and tell moderators now"


@pytest.fixture
async def evening(config: Config, sandbox: Sandbox) -> AsyncIterator[RunningSteward]:
    """A bot that shows moderators reports at 18:00; it is noon."""
    steward = RunningSteward(replace(config, report_notice_times=(time(18, 0),)), HandClock())
    try:
        await steward.start()
        await send_notices(sandbox, steward, "moderators")
        yield steward
    finally:
        await steward.stop()


async def asked_before(sandbox: Sandbox, text: str = WORDS) -> Reply:
    member = sandbox.person("member")
    return await member.press(await confirmed(member, await preview(member, text)), BUTTON)


async def test_it_says_what_it_reveals_before_it_is_done_and_can_be_left(
    sandbox: Sandbox, evening: RunningSteward
) -> None:
    member = sandbox.person("member")
    asked = await asked_before(sandbox)
    for needed in ("came in just now", "Few people", "guess that it was you", "at 18:00", "999"):
        assert needed in asked.text
    assert WORDS in asked.text
    assert asked.buttons == [NOW, "Back"]
    back = await member.press(asked, "Back")
    assert back.buttons[0] == "Send"
    reply = await member.press(back, "Send")
    await sandbox.until(lambda: "**Sent.**" in reply.text)
    assert "at 18:00" in reply.text
    assert sandbox.messages("moderators") == []
    assert "0 reports" in (await sandbox.person("moderator").run("inbox list")).text


@pytest.mark.parametrize("chosen", ["inbox", "moderator", "nobody"])
async def test_it_pings_who_reads_reports_without_content_and_shows_that_report_alone(
    sandbox: Sandbox, evening: RunningSteward, chosen: str
) -> None:
    moderator = sandbox.person("moderator")
    who = f"<@{sandbox.guild.owner_id}>"
    if chosen != "nobody":
        role_id = sandbox.add_role("Readers", mentionable=True).id
        sandbox.set_roles(moderator, ["Readers", "Moderators", "Members"])
        servers = evening.bot.services.servers
        await servers.change(sandbox.guild.id, **{f"{chosen}_role_id": role_id})
        who = f"<@&{role_id}>"
    waiting = await sent(sandbox, sandbox.person("colleague"))
    asked = await asked_before(sandbox, "Words of harm.")
    receipt = receipt_in(asked)
    reply = await sandbox.person("member").press(asked, NOW)
    await sandbox.until(lambda: "moderators were told just now" in reply.text)
    assert reply.ephemeral
    assert "999" in reply.text
    (ping,) = sandbox.messages("moderators")
    assert ping.text.startswith(who)
    assert "harm soon" in ping.text
    assert "Words of harm" not in str(ping.raw)
    assert str(sandbox.person("member").id) not in str(ping.raw)
    assert "interaction_metadata" not in ping.raw
    pinged = ping.raw["mention_roles"] or [each["id"] for each in ping.raw["mentions"]]
    assert [str(each) for each in pinged] == [who.strip("<@&>")]
    assert "1 report" in (await moderator.run("inbox list")).text
    (line,) = await evening.bot.services.reports.inbox.list(sandbox.guild.id)
    name = line.name
    assert f"report:{name}" in ping.text
    read = await moderator.run("inbox read", report=name)
    assert "Words of harm" in read.text
    assert "told at once" in read.text
    assert "Moderators can see it" in (await checked(sandbox.person("member"), receipt)).text
    unseen = await checked(sandbox.person("colleague"), waiting)
    assert "will see it at 18:00" in unseen.text


async def test_where_moderators_cannot_be_told_the_reporter_hears_so(
    sandbox: Sandbox, evening: RunningSteward
) -> None:
    channel = sandbox.channel("moderators").id
    sandbox.faults.order("POST", rf"/channels/{channel}/messages", "403:50013")
    reply = await sandbox.person("member").press(await asked_before(sandbox), NOW)
    await sandbox.until(lambda: "could not be told" in reply.text)
    assert "do not wait for them" in reply.text
    assert "999" in reply.text
    assert "1 report" in (await sandbox.person("moderator").run("inbox list")).text


async def test_where_nobody_can_be_pinged_the_reporter_hears_so_and_the_owner_is(
    sandbox: Sandbox, evening: RunningSteward
) -> None:
    role = sandbox.add_role("Readers", mentionable=False)
    await evening.bot.services.servers.change(sandbox.guild.id, inbox_role_id=role.id)
    guild = evening.bot.get_guild(sandbox.guild.id)
    assert guild is not None
    await sandbox.until(lambda: guild.get_role(role.id) is not None)
    reply = await sandbox.person("member").press(await asked_before(sandbox), NOW)
    await sandbox.until(lambda: "**Sent" in reply.text)
    assert "nobody who reads reports was pinged" in reply.text
    assert "999" in reply.text
    (ping,) = sandbox.messages("moderators")
    assert "their role may not be pinged" in ping.text
    assert [each["id"] for each in ping.raw["mentions"]] == [str(sandbox.guild.owner_id)]


async def test_who_is_at_the_limit_reads_where_to_turn_and_can_send_one_urgent_report_more(
    sandbox: Sandbox, config: Config
) -> None:
    steward = RunningSteward(replace(config, report_daily_limit=1))
    await steward.start()
    try:
        await send_notices(sandbox, steward, "moderators")
        member = sandbox.person("member")
        await sent(sandbox, member)
        refused = await member.press(await member.run("report new"), "Write a report")
        assert refused.buttons == [BEYOND]
        form = await member.press(refused, BEYOND)
        shown = await member.submit(form.modal, {"category": ["load"], "what": "Words of harm."})
        ready = await confirmed(member, shown)
        plain = await member.press(ready, "Send")  # not urgent: there is no more of that today
        await sandbox.until(lambda: "one report more from you today" in plain.text)
        assert "In danger now: 999" in plain.text
        reply = await member.press(await member.press(ready, BUTTON), NOW)
        await sandbox.until(lambda: "moderators were told just now" in reply.text)
        refused = await member.press(await member.run("report new"), "Write a report")
        assert refused.buttons == []
        assert "In danger now: 999" in refused.text
    finally:
        await steward.stop()


async def test_the_longest_words_and_all_that_can_stand_with_them_fit_one_message(
    sandbox: Sandbox, evening: RunningSteward
) -> None:
    """The sandbox refuses what Discord would."""
    desk, member = evening.bot.services.reports, sandbox.person("member")
    long = dict.fromkeys(("route", "emergency", "safeguarding", "helpline"), "x" * 150)
    await desk.wording.put_signposts(sandbox.guild.id, long)
    await desk.groups.reword(sandbox.guild.id, "load", "y" * 60, "")
    words = "I want to die. He will kill me. Children at risk. a1@b.co "
    screen = await member.press(await member.run("report new"), "When and who knows")
    screen = await member.choose(screen, "Who knows of it already?", "rep")
    screen = await member.choose(screen, "Whom does it affect?", "s", "p", "u")
    form = await member.press(screen, "Write a report")
    text = words + "a@b.co " * 100
    text += "z" * (3_000 - len(text))
    shown = await member.submit(form.modal, {"category": ["load"], "what": text})
    assert len(shown.messages[0].raw["embeds"][0]["description"]) > 3_800
    asked = await member.press(await confirmed(member, shown), BUTTON)
    assert asked.messages[0].raw["embeds"][-1]["title"] == "Tell moderators now?"
    reply = await member.press(asked, NOW)
    await sandbox.until(lambda: "told just now" in reply.text)
