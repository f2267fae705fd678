"""/setup offers feeds to begin with; what is chosen lands in the channel for news."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import Config
from bot.sandbox import Message, Sandbox
from bot.sandbox.constants import Permission
from tests.feeds.site import Site, feed_of
from tests.feeds.test_starter import write
from tests.harness import RunningSteward


@pytest.fixture
async def steward(config: Config, site: Site, tmp_path: Path) -> AsyncIterator[RunningSteward]:
    """With a list of its own to offer: two confirmed feeds, one that is not, one that is dead."""
    for name in ("one", "two", "three"):
        site.put(f"/{name}", feed_of(1, title=f"Feed {name}"))
    path = write(
        tmp_path / "starter.opml",
        *(
            {
                "text": name.capitalize(),
                "xmlUrl": f"{site.url}/{name}",
                "htmlUrl": None,
                "steward:confirmed": confirmed,
            }
            for name, confirmed in (
                ("one", "documentation"),
                ("two", "documentation"),
                ("three", "no"),
                ("dead", "no"),
            )
        ),
    )
    running = RunningSteward(replace(config, starter_feeds=path))
    try:
        await running.start()
        running.bot.services.feeds.imports.show_every_s = 0.02
        yield running
    finally:
        await running.stop()


async def opened(sandbox: Sandbox, name: str = "administrator") -> Message:
    person = sandbox.person(name)
    shown = await person.run("setup")
    await person.press(shown, "Starter feeds")
    return page(sandbox, name)


def page(sandbox: Sandbox, name: str = "administrator") -> Message:
    (message,) = [m for m in sandbox.person(name).messages("general") if m.only_for is not None]
    return message


def marked(message: Message) -> set[str]:
    """The options that are chosen as the page is shown."""
    (select,) = [
        item
        for row in message.raw["components"]
        for item in row["components"]
        if item.get("options")
    ]
    return {option["label"] for option in select["options"] if option.get("default")}


async def titles(steward: RunningSteward, sandbox: Sandbox) -> set[tuple[str, int]]:
    listing = await steward.bot.services.feeds.overview.listing(sandbox.guild.id)
    return {(each.subscription.title, each.subscription.channel_id) for each in listing}


async def over(sandbox: Sandbox) -> Message:
    def found() -> list[Message]:
        return [m for m in sandbox.messages("general") if "Import finished" in m.text]

    await sandbox.until(found, 30)
    return found()[-1]


async def test_the_confirmed_ones_are_chosen_beforehand_and_land_in_the_news_channel(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    news = sandbox.channel("news").id
    await steward.bot.services.servers.change(sandbox.guild.id, news_channel_id=news)
    shown = await opened(sandbox)
    assert marked(shown) == {"One", "Two"}
    assert "Three** (not confirmed)" in shown.text
    assert "Not confirmed. Because it is good" in str(shown.raw["components"])
    await sandbox.person("administrator").press(shown, "Add 2 feeds to #news")
    assert "2 feeds on the way into" in page(sandbox).text
    message = await over(sandbox)
    assert message.only_for is None
    assert "**2** added" in message.text
    assert await titles(steward, sandbox) == {("Feed one", news), ("Feed two", news)}


async def test_another_choice_is_kept_in_the_message_over_a_restart(
    steward: RunningSteward, sandbox: Sandbox
) -> None:
    news = sandbox.channel("news").id
    await steward.bot.services.servers.change(sandbox.guild.id, news_channel_id=news)
    admin = sandbox.person("administrator")
    await admin.choose(await opened(sandbox), "setup:starter-choose", "Two", "Three", "Dead")
    assert marked(page(sandbox)) == {"Two", "Three", "Dead"}
    await steward.restart()
    await admin.press(page(sandbox), "Add 3 feeds to #news")
    message = await over(sandbox)
    assert "**2** added · **1** failed" in message.text
    assert "nothing at that address" in message.text
    assert await titles(steward, sandbox) == {("Feed two", news), ("Feed three", news)}
    # What is there is not offered again.
    await admin.press(page(sandbox), "Back")
    await admin.press(page(sandbox), "Starter feeds")
    assert "Two** (already here)" in page(sandbox).text
    assert marked(page(sandbox)) == {"One"}


async def test_without_a_channel_for_news_one_is_asked_for(
    steward: RunningSteward, sandbox: Sandbox, site: Site
) -> None:
    shown = await opened(sandbox)
    assert "Choose the channel for news first" in shown.text
    admin = sandbox.person("administrator")
    await admin.press(shown, "Choose the channel for news")
    await admin.choose(page(sandbox), "setup:channel:news", "news")
    await admin.press(page(sandbox), "Back")
    await admin.press(page(sandbox), "Starter feeds")
    await admin.choose(page(sandbox), "setup:starter-choose")
    assert marked(page(sandbox)) == set()
    assert site.requests == []


async def test_whoever_may_not_write_there_or_where_the_bot_may_not_adds_nothing(
    steward: RunningSteward, sandbox: Sandbox, site: Site
) -> None:
    news = sandbox.channel("news").id
    await steward.bot.services.servers.change(sandbox.guild.id, news_channel_id=news)
    moderator = sandbox.person("moderator")
    shown = await opened(sandbox, "moderator")
    sandbox.deny_bot("news", Permission.EMBED_LINKS)
    answer = await moderator.press(shown, "Add 2 feeds to #news")
    assert "I lack Embed Links" in answer.text
    sandbox.deny_bot("news", Permission(0))
    sandbox.overwrite("news", "Moderators", deny=Permission.SEND_MESSAGES)
    sandbox.overwrite("news", "Members", deny=Permission.SEND_MESSAGES)
    answer = await moderator.press(shown, "Add 2 feeds to #news")
    assert "You may not write" in answer.text
    sandbox.set_roles(moderator, ["Members"])
    assert "Only moderators" in (await moderator.press(shown, "Add 2 feeds to #news")).text
    assert site.requests == []
