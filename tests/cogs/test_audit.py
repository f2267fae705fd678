"""/audit: who did what, in plain English, without a word of anybody's."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.reports import playbook
from bot.reports.fates import FATES
from bot.reports.questions import STATUSES
from bot.sandbox import CannotUse, Sandbox
from bot.servers import actions
from bot.servers.service import Servers
from tests.cogs.reporting import sent
from tests.cogs.test_inbox import listed
from tests.conftest import HandClock
from tests.harness import RunningSteward

COGS = Path(__file__).parent.parent.parent / "cogs"


def test_every_action_of_the_inbox_has_a_name_in_plain_english() -> None:
    recorded: set[str] = set()
    for path in (COGS / "inbox").glob("*.py"):
        recorded |= set(re.findall(r'"(inbox\.[a-z.]+)"', path.read_text(encoding="utf-8")))
    recorded |= {f"inbox.status.{status.code}" for status in STATUSES}
    recorded |= {f"inbox.used.{fate.code}" for fate in FATES}
    assert len(recorded) > 20
    assert [action for action in sorted(recorded) if not actions.known(action)] == []


def test_an_action_without_a_name_reads_as_words() -> None:
    assert actions.words("feeds.some-new_thing") == "feeds: some new thing"
    assert actions.words("setup.inbox_role") == "chose in the set-up: inbox role"


async def test_it_tells_who_opened_which_report_and_none_of_its_words(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    moderator = sandbox.person("moderator")
    await sent(sandbox, sandbox.person("member"))
    (name,) = await listed(sandbox, steward)
    read = await moderator.run("inbox read", report=name)
    note = await moderator.press(read, "Note")
    await moderator.submit(note.form, {"note": "A secret thought."})
    servers = steward.bot.services.servers
    await servers.record(sandbox.guild.id, moderator.id, "knowledge.dismiss", "where is my pay")
    shown = await moderator.run("audit")
    assert shown.ephemeral
    assert f"<@{moderator.id}> opened report {name}" in shown.text
    assert shown.text.count("week of <t:") == 2
    assert f"wrote a note under report {name}" in shown.text
    assert "dismissed an unanswered question" in shown.text
    for words in ("secret", "supervision", "my pay"):
        assert words not in shown.text
    only = await moderator.run("audit", about="inbox", who="colleague")
    assert "Nothing more here" in only.text
    only = await moderator.run("audit", about="inbox", who="moderator")
    assert "unanswered" not in only.text
    assert name in only.text


async def test_who_reads_no_reports_learns_nothing_of_them_here(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    moderator, other = sandbox.person("moderator"), sandbox.person("administrator")
    sandbox.add_role("Readers")
    sandbox.set_roles(moderator, ["Readers", "Moderators", "Members"])
    servers = steward.bot.services.servers
    await servers.change(sandbox.guild.id, inbox_role_id=sandbox.role("Readers").id)
    await sent(sandbox, sandbox.person("member"))
    (name,) = await listed(sandbox, steward)
    read = await moderator.run("inbox read", report=name)
    await moderator.choose(read, "Change the status; the reporter sees it", "named")
    await servers.record(sandbox.guild.id, other.id, "feeds.add", "a feed")
    assert name in (await moderator.run("audit")).text
    shown = await other.run("audit")
    assert "a feed" in shown.text
    assert name not in shown.text
    assert "report" not in shown.text.replace("What was done to reports is shown to those", "")
    assert "Only the people who read reports" in (await other.run("audit", about="inbox")).text


async def test_under_a_legal_hold_nothing_of_the_trail_is_forgotten(
    sandbox: Sandbox, noon: RunningSteward
) -> None:
    services, guild = noon.bot.services, sandbox.guild.id
    cog: Any = noon.bot.get_cog("AuditCog")
    assert isinstance(noon.clock, HandClock)
    await services.servers.record(guild, 7, "inbox.read", "abcd1234")
    await services.reports.choices.set_hold(guild, on=True)
    noon.clock.advance(timedelta(days=400))
    await cog.forget_old()
    assert len(await services.servers.audit(guild)) == 1
    await services.reports.choices.set_hold(guild, on=False)
    await cog.forget_old()
    assert await services.servers.audit(guild) == []


async def test_what_is_too_old_goes_by_itself_from_the_start_on(
    sandbox: Sandbox, noon: RunningSteward, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers, guild, gone = noon.bot.services.servers, sandbox.guild.id, asyncio.Event()
    assert isinstance(noon.clock, HandClock)
    await servers.record(guild, 7, "inbox.read", "abcd1234")
    noon.clock.advance(timedelta(days=400))
    forget = Servers.forget

    async def forgetting(servers: Servers, guild_id: int) -> None:
        await forget(servers, guild_id)
        gone.set()

    monkeypatch.setattr(Servers, "forget", forgetting)
    await noon.bot.reload_extension("cogs.audit")
    async with asyncio.timeout(30):
        await gone.wait()
    assert await servers.audit(guild) == []


async def test_its_pages_turn_and_ask_for_the_right_at_each_press(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    servers = steward.bot.services.servers
    for number in range(20):
        await servers.record(sandbox.guild.id, moderator.id, "feeds.add", f"feed-{number:02}")
    first = await moderator.run("audit")
    assert first.text.count("added feed") == 15
    assert "feed\\-19" in first.text or "feed-19" in first.text
    older = await moderator.press(first, "Older")
    assert older.text.count("added feed") == 5
    with pytest.raises(CannotUse):
        await member.run("audit")
    members = sandbox.guild.members
    members[moderator.id].roles = [*members[member.id].roles]
    refused = await moderator.press(older, "Newer")
    assert "Only moderators can do that" in refused.text


async def test_the_playbook_is_for_those_who_read_reports(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    member, moderator = sandbox.person("member"), sandbox.person("moderator")
    with pytest.raises(CannotUse):
        await member.run("inbox playbook")
    shown = await moderator.run("inbox playbook")
    assert "call 999" in shown.text
    for play in playbook.PLAYS:
        turned = await moderator.choose(shown, "What kind of report is it?", play.code)
        assert play.title in turned.text
        assert all(step in turned.text for step in play.steps)
    role = sandbox.add_role("Readers")
    await steward.bot.services.servers.change(sandbox.guild.id, inbox_role_id=role.id)
    refused = await moderator.choose(shown, "What kind of report is it?", "abuse")
    assert "Only the people who read reports here" in refused.text


@pytest.mark.parametrize("play", playbook.PLAYS, ids=lambda play: play.code)
def test_a_play_fits_into_an_embed(play: playbook.Play) -> None:
    assert 3 <= len(play.steps) <= 6
    assert len("\n".join(play.steps)) < 4_000


async def test_channels_and_roles_of_the_set_up_are_shown_by_name(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    admin = sandbox.person("administrator")
    servers, guild = steward.bot.services.servers, sandbox.guild.id
    news, role = sandbox.channel("news").id, sandbox.role("Moderators").id
    await servers.record(guild, admin.id, "setup.notices", str(news))
    await servers.record(guild, admin.id, "setup.moderator_role", str(role))
    await servers.record(guild, admin.id, "setup.reports_who", "the branch")
    feed = f"https://example.org/{news} in {news}: style embed"
    await servers.record(guild, admin.id, "feeds.add", feed)
    shown = (await admin.run("audit")).text
    assert f"notices <#{news}>" in shown
    assert f"moderator role <@&{role}>" in shown
    assert "the branch" in shown
    assert f"https://example.org/{news} in <#{news}>: style embed" in shown.replace("\\", "")
