"""What makes the bot post takes somebody who may write there: it is looked at for each press."""

import pytest

from bot.sandbox import Message, Person, Sandbox
from bot.sandbox.constants import Permission
from tests.cogs.conftest import send_notices
from tests.conftest import HandClock
from tests.feeds.site import Site, feed_of
from tests.harness import RunningSteward

SAID = (
    "You may not write in <#{}> yourself, so I do not post there for you. Ask a moderator who may "
    "to do this, or an administrator to let you write there."
)


def close(sandbox: Sandbox, channel: str) -> str:
    """Let nobody write in a channel; what they are told."""
    for role in ("Members", "Moderators"):
        sandbox.overwrite(channel, role, deny=Permission.SEND_MESSAGES)
    return SAID.format(sandbox.channel(channel).id)


def reopen(sandbox: Sandbox, channel: str) -> None:
    for role in ("Members", "Moderators"):
        sandbox.overwrite(channel, role)


def posted(sandbox: Sandbox, channel: str = "news") -> list[str]:
    return [message.raw["embeds"][0]["title"] for message in sandbox.messages(channel)]


async def add(noon: RunningSteward, site: Site, moderator: Person, *channels: str) -> None:
    url = site.put("/feed", feed_of(1))
    for channel in channels:
        await moderator.run("feeds add", url=url, channel=channel)
    assert isinstance(noon.clock, HandClock)
    noon.clock.advance(60)


async def test_a_removal_is_not_taken_back_by_who_may_not_write_there(
    sandbox: Sandbox, noon: RunningSteward, site: Site
) -> None:
    moderator = sandbox.person("moderator")
    await add(noon, site, moderator, "news", "general")
    (news,) = await moderator.autocomplete("feeds remove", "feed", "#news")
    removed = await moderator.run("feeds remove", feed=news["value"])
    site.put("/feed", feed_of(2, 1))
    await moderator.run("feeds check", feed="sample")
    said = close(sandbox, "news")
    assert said in (await moderator.press(removed, "Undo")).text
    assert len(await moderator.autocomplete("feeds remove", "feed", "")) == 1
    reopen(sandbox, "news")
    assert "again" in (await moderator.press(removed, "Undo")).text
    await sandbox.until(lambda: posted(sandbox) == ["Article number 2"])


async def test_a_paused_feed_is_not_resumed_by_who_may_not_write_there(
    sandbox: Sandbox, noon: RunningSteward, site: Site
) -> None:
    moderator = sandbox.person("moderator")
    await add(noon, site, moderator, "news")
    paused = await moderator.run("feeds pause", feed="sample")
    site.put("/feed", feed_of(2, 1))
    await moderator.run("feeds check", feed="sample")
    said = close(sandbox, "news")
    assert said in (await moderator.press(paused, "Resume")).text
    assert said in (await moderator.run("feeds resume", feed="sample")).text
    assert "paused" in (await moderator.run("feeds list")).text
    reopen(sandbox, "news")
    assert "again" in (await moderator.press(paused, "Resume")).text
    await sandbox.until(lambda: posted(sandbox) == ["Article number 2"])


async def flooded(
    sandbox: Sandbox, noon: RunningSteward, site: Site, *channels: str
) -> tuple[Person, Message]:
    """A moderator, and the notice of a flood for some channels."""
    await send_notices(sandbox, noon, "moderators")
    moderator = sandbox.person("moderator")
    await add(noon, site, moderator, *channels)
    site.put("/feed", feed_of(*range(30, 0, -1)))
    (choice, *_) = await moderator.autocomplete("feeds check", "feed", "")
    await moderator.run("feeds check", feed=choice["value"])
    await sandbox.until(lambda: sandbox.messages("moderators"))
    (notice,) = sandbox.messages("moderators")
    return moderator, notice


@pytest.mark.parametrize("button", ["Post all", "Post the newest"])
async def test_held_articles_are_not_posted_by_who_may_not_write_in_each_channel(
    sandbox: Sandbox, noon: RunningSteward, site: Site, button: str
) -> None:
    moderator, notice = await flooded(sandbox, noon, site, "news", "general")
    said = close(sandbox, "general")
    reply = await moderator.press(notice, button)
    assert said in reply.text
    assert reply.ephemeral
    assert posted(sandbox) == []
    reopen(sandbox, "general")
    await moderator.press(notice, button)
    await sandbox.until(lambda: "Article number 30" in posted(sandbox, "general"))
    await sandbox.until(lambda: "Article number 30" in posted(sandbox))


async def test_nothing_need_be_allowed_where_nothing_is_posted(
    sandbox: Sandbox, noon: RunningSteward, site: Site
) -> None:
    moderator, notice = await flooded(sandbox, noon, site, "news", "general")
    close(sandbox, "news")
    close(sandbox, "general")
    await moderator.press(notice, "Skip them")
    assert "Nothing was posted" in sandbox.messages("moderators")[0].text


async def test_a_channel_that_is_gone_or_paused_does_not_keep_the_others_waiting(
    sandbox: Sandbox, noon: RunningSteward, site: Site
) -> None:
    sandbox.add_channel("short-lived")
    moderator, notice = await flooded(sandbox, noon, site, "news", "general", "short-lived")
    (general,) = await moderator.autocomplete("feeds pause", "feed", "#general")
    await moderator.run("feeds pause", feed=general["value"])
    close(sandbox, "general")
    sandbox.remove_channel("short-lived")
    await moderator.press(notice, "Post the newest")
    await sandbox.until(lambda: posted(sandbox) == ["Article number 30"])
