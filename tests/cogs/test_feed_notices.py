"""What moderators are told about feeds, and what they can press there."""

import pytest

from bot.feeds.watch import ABSENT_AFTER
from bot.sandbox import Message, Person, Sandbox
from tests.cogs.conftest import send_notices
from tests.feeds.site import Site, feed_of
from tests.harness import RunningSteward


async def told(sandbox: Sandbox, number: int = 1) -> Message:
    """The latest notice, once there are so many."""
    await sandbox.until(lambda: len(sandbox.messages("moderators")) >= number)
    return sandbox.messages("moderators")[-1]


def posted(sandbox: Sandbox) -> list[str]:
    return [m.raw["embeds"][0]["title"] for m in sandbox.messages("news")]


async def come_back_as_another(sandbox: Sandbox, noon: RunningSteward, site: Site) -> Message:
    await send_notices(sandbox, noon, "moderators")
    moderator = sandbox.person("moderator")
    await moderator.run("feeds add", url=site.put("/feed", feed_of(1)), channel="news")
    site.put("/feed", "", status=503)
    for _ in range(ABSENT_AFTER):
        assert "trouble of its own" in (await moderator.run("feeds check", feed="sample")).text
    site.put("/feed", feed_of(3, 2, 1, title="Win big today"))
    await moderator.run("feeds check", feed="sample")
    return await told(sandbox)


async def test_a_feed_that_came_back_as_another_is_posted_when_the_moderators_say_so(
    sandbox: Sandbox, noon: RunningSteward, site: Site
) -> None:
    notice = await come_back_as_another(sandbox, noon, site)
    assert "Win big today" in notice.text
    assert "Sample news" in notice.text
    await noon.restart()
    assert posted(sandbox) == []
    await sandbox.person("moderator").press(notice, "Post all")
    await sandbox.until(lambda: posted(sandbox) == ["Article number 2", "Article number 3"])


async def test_a_feed_that_came_back_as_another_can_be_removed_and_the_removal_undone(
    sandbox: Sandbox, noon: RunningSteward, site: Site
) -> None:
    notice = await come_back_as_another(sandbox, noon, site)
    moderator = sandbox.person("moderator")
    await moderator.press(notice, "Remove the feed")
    assert "no feeds here yet" in (await moderator.run("feeds list")).text
    assert "no longer posted" in sandbox.messages("moderators")[0].text
    await moderator.press(sandbox.messages("moderators")[0], "Undo")
    again = await told(sandbox, 2)
    assert "Which would you like" in again.text
    await moderator.press(again, "Skip them")
    site.put("/feed", feed_of(4, 3, 2, 1, title="Win big today"))
    await moderator.run("feeds check", feed="win big")
    await sandbox.until(lambda: posted(sandbox) == ["Article number 4"])


@pytest.mark.usefixtures("notices")
async def test_a_feed_that_has_ended_can_be_asked_again_or_removed(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    url = site.put("/feed", feed_of(1))
    await moderator.run("feeds add", url=url, channel="news")
    await moderator.run("feeds add", url=url, channel="general")
    site.put("/feed", "", status=410)
    notice = await told(sandbox)
    assert "has ended" in notice.text
    asked = await moderator.press(notice, "Ask it now")
    assert "gone for good" in asked.text
    assert asked.ephemeral
    await moderator.press(notice, "Remove the feed")
    (message,) = sandbox.messages("moderators")
    assert "no feeds here yet" in (await moderator.run("feeds list")).text
    restored = await moderator.press(message, "Undo in #news")
    assert "again" in restored.text


async def test_members_cannot_decide_about_feeds(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site
) -> None:
    await send_notices(sandbox, steward, "general")
    await moderator.run("feeds add", url=site.put("/feed", feed_of(1)), channel="news")
    site.put("/feed", "", status=410)
    await sandbox.until(lambda: sandbox.messages("general"))
    (notice,) = sandbox.messages("general")
    for button in ("Ask it now", "Remove the feed", "Show feeds"):
        pressed = await sandbox.person("member").press(notice, button)
        assert "Only moderators" in pressed.text
