"""/setup: the front desk, whose buttons stay in a channel."""

from bot.sandbox import Sandbox
from bot.sandbox.constants import Permission
from tests.cogs.test_setup import last
from tests.harness import RunningSteward


async def test_the_front_desk_is_posted_pinned_moved_and_answers_after_a_restart(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    admin, member = sandbox.person("administrator"), sandbox.person("member")
    shown = await admin.run("setup")
    await admin.press(shown, "Front desk")
    await admin.choose(last(sandbox), "setup:desk", "front-desk")
    desk = sandbox.messages("front-desk")[0]
    assert desk.pinned_at is not None
    await admin.choose(last(sandbox), "setup:desk", "general")
    assert [m for m in sandbox.messages("front-desk") if m.components] == []
    desk = next(m for m in sandbox.messages("general") if m.components)
    await steward.restart()
    asked = await member.press(desk, "Ask")
    assert asked.modal is not None
    report = await member.press(desk, "Report")
    assert report.ephemeral
    privacy = await member.press(desk, "Who can see what")
    assert privacy.ephemeral


async def test_the_front_desk_is_not_posted_where_its_moderator_may_not_write(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    sandbox.overwrite("front-desk", "Moderators", deny=Permission.SEND_MESSAGES)
    moderator = sandbox.person("moderator")
    shown = await moderator.run("setup")
    await moderator.press(shown, "Front desk")
    answer = await moderator.choose(last(sandbox, "moderator"), "setup:desk", "front-desk")
    assert "You may not write" in answer.text
    assert sandbox.messages("front-desk") == []


async def test_a_front_desk_that_cannot_be_posted_says_what_is_missing_and_leaves_the_earlier(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    admin = sandbox.person("administrator")
    shown = await admin.run("setup")
    await admin.press(shown, "Front desk")
    await admin.choose(last(sandbox), "setup:desk", "front-desk")
    page = last(sandbox)
    sandbox.deny_bot("news", Permission.EMBED_LINKS)
    await admin.choose(page, "setup:desk", "news")
    wanted = "I lack Embed Links in"
    await sandbox.until(lambda: any(wanted in m.text for m in admin.messages("general")))
    assert len([m for m in sandbox.messages("front-desk") if m.components]) == 1
    settings = await steward.bot.services.servers.settings(sandbox.guild.id)
    assert settings.front_desk_channel_id == sandbox.channel("front-desk").id
