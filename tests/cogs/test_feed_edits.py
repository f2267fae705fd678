"""A corrected article is corrected where it stands, and nobody is notified."""

import pytest

from bot.feeds.model import Style
from bot.sandbox import Channel, Person, Sandbox
from bot.sandbox.constants import Permission
from tests.cogs.feed_tools import add, asked, at_rest, deny, embed, publish, titles
from tests.feeds.site import Site, feed_of, item, rss
from tests.harness import RunningSteward

pytestmark = pytest.mark.usefixtures("notices")


async def test_a_corrected_article_is_corrected_in_its_channel_and_mentions_nobody_again(
    sandbox: Sandbox, noon: RunningSteward, moderator: Person, site: Site
) -> None:
    role = sandbox.add_role("News readers", mentionable=True)
    url = site.put("/feed", feed_of(1))
    await add(moderator, url, "news", role="News readers")
    await publish(noon, site, rss(item(2, title="Strke"), item(1)))
    await sandbox.until(lambda: titles(sandbox, "news") == ["Strke"])
    (before,) = [message.raw for message in sandbox.messages("news")]
    await publish(noon, site, rss(item(2, title="Strike"), item(1)))
    await sandbox.until(lambda: titles(sandbox, "news") == ["Strike"])
    (message,) = sandbox.messages("news")
    assert message.content == f"<@&{role.id}>"
    assert embed(message)["author"] == before["embeds"][0]["author"]
    (sent,) = [r for r in sandbox.requests if r.method == "PATCH"]
    assert sent.body.keys() == {"embeds", "allowed_mentions"}
    assert sent.body["allowed_mentions"] == {"parse": []}


async def misspelt_post(
    sandbox: Sandbox, noon: RunningSteward, moderator: Person, site: Site
) -> Channel:
    """The post of an article in a forum, whose title will be corrected."""
    await add(moderator, site.put("/feed", feed_of(1)), "library")
    await publish(noon, site, rss(item(2, title="Strke"), item(1)))
    await sandbox.until(lambda: sandbox.threads("library"))
    (thread,) = sandbox.threads("library")
    return thread


@pytest.mark.parametrize("archived", [False, True])
async def test_a_corrected_forum_post_is_renamed_also_when_it_is_archived(
    sandbox: Sandbox, noon: RunningSteward, moderator: Person, site: Site, archived: bool
) -> None:
    thread = await misspelt_post(sandbox, noon, moderator, site)
    assert thread.thread is not None
    thread.thread.archived = archived
    await publish(noon, site, rss(item(2, title="Strike"), item(1)))
    await sandbox.until(lambda: titles(sandbox, thread.id) == ["Strike"])
    await sandbox.until(lambda: thread.thread and thread.thread.archived is archived)
    assert thread.name == "Strike"


@pytest.mark.parametrize("archived", [False, True])
async def test_a_locked_post_is_left_as_it_is(
    sandbox: Sandbox, noon: RunningSteward, moderator: Person, site: Site, archived: bool
) -> None:
    thread = await misspelt_post(sandbox, noon, moderator, site)
    assert thread.thread is not None
    thread.thread.locked, thread.thread.archived = True, archived
    await publish(noon, site, rss(item(3), item(2, title="Strike"), item(1)))
    await sandbox.until(lambda: len(sandbox.threads("library")) == 2)
    await no_edit_is_due(noon)
    assert titles(sandbox, thread.id) == ["Strke"]
    assert thread.name == "Strke"
    assert sandbox.messages("moderators") == []


async def test_a_name_that_people_gave_a_post_stays(
    sandbox: Sandbox, noon: RunningSteward, moderator: Person, site: Site
) -> None:
    thread = await misspelt_post(sandbox, noon, moderator, site)
    thread.name = "The strike of Tuesday"
    await publish(noon, site, rss(item(2, title="Strike"), item(1)))
    await sandbox.until(lambda: titles(sandbox, thread.id) == ["Strike"])
    assert thread.name == "The strike of Tuesday"


async def test_a_thread_is_renamed_with_its_article_and_archived_again(
    sandbox: Sandbox, noon: RunningSteward, moderator: Person, site: Site
) -> None:
    await add(moderator, site.put("/feed", feed_of(1)), "news", Style.THREAD)
    await publish(noon, site, rss(item(2, title="Strke"), item(1)))
    await sandbox.until(lambda: sandbox.threads("news"))
    (thread,) = sandbox.threads("news")
    assert thread.thread is not None
    thread.thread.archived = True
    await publish(noon, site, rss(item(2, title="Strike"), item(1)))
    await sandbox.until(lambda: titles(sandbox, "news") == ["Strike"])
    await sandbox.until(lambda: thread.thread and thread.thread.archived)
    assert thread.name == "Strike"


@pytest.mark.parametrize("channel", ["news", "library"])
async def test_the_message_of_a_corrected_article_may_be_gone(
    sandbox: Sandbox, noon: RunningSteward, moderator: Person, site: Site, channel: str
) -> None:
    await add(moderator, site.put("/feed", feed_of(1)), channel)
    await publish(noon, site, rss(item(2, title="Strke"), item(1)))
    await sandbox.until(lambda: asked(sandbox, "/messages") + asked(sandbox, "/threads") == 1)
    sandbox.faults.order("PATCH", r"/messages/\d+$", "404:10008", times=1)
    sandbox.faults.order("GET", r"/messages/\d+$", "404:10008", times=1)
    await publish(noon, site, rss(item(2, title="Strike"), item(1)))
    await sandbox.until(lambda: any("/messages/" in r.path for r in sandbox.requests))
    await no_edit_is_due(noon)
    assert sandbox.messages("moderators") == []


async def no_edit_is_due(noon: RunningSteward) -> None:
    await at_rest(noon)
    found = await noon.bot.services.feeds.outbox.database.fetch_value(
        "SELECT count(edit_after) FROM delivery"
    )
    assert found == 0


async def test_a_correction_without_embed_links_takes_nothing_away(
    sandbox: Sandbox, noon: RunningSteward, moderator: Person, site: Site
) -> None:
    await add(moderator, site.put("/feed", feed_of(1)), "news")
    await publish(noon, site, rss(item(2, title="Strke"), item(1)))
    await sandbox.until(lambda: titles(sandbox, "news") == ["Strke"])
    await deny(sandbox, noon, "news", Permission.EMBED_LINKS)
    await publish(noon, site, rss(item(2, title="Strike"), item(1)))
    await no_edit_is_due(noon)
    assert titles(sandbox, "news") == ["Strke"]
    assert edits(sandbox) == 0
    assert sandbox.messages("moderators") == []


def edits(sandbox: Sandbox) -> int:
    """How many requests to change a message Discord took."""
    return sum(
        r.method == "PATCH" and "/messages/" in r.path and r.status == 200 for r in sandbox.requests
    )


async def test_when_discord_takes_no_more_edits_of_old_messages_it_is_tried_in_an_hour(
    sandbox: Sandbox, noon: RunningSteward, moderator: Person, site: Site
) -> None:
    await add(moderator, site.put("/feed", feed_of(1)), "news")
    await publish(noon, site, rss(item(2, title="Strke"), item(1)))
    await sandbox.until(lambda: titles(sandbox, "news") == ["Strke"])
    sandbox.faults.order("PATCH", r"/messages/\d+$", "429:30046", times=5)
    now = int(noon.bot.clock.now().timestamp())
    await publish(noon, site, rss(item(2, title="Strike"), item(1)))
    outbox = noon.bot.services.feeds.outbox
    await sandbox.until(lambda: sum(r.method == "PATCH" for r in sandbox.requests) == 5)
    await sandbox.until(lambda: not outbox.busy)
    due = await outbox.database.fetch_value("SELECT edit_after FROM delivery")
    assert now + 3600 <= due <= now + 3660
    assert titles(sandbox, "news") == ["Strke"]


async def test_an_edit_with_a_picture_that_discord_refuses_is_made_without_it(
    sandbox: Sandbox, noon: RunningSteward, moderator: Person, site: Site
) -> None:
    picture = '<enclosure url="https://example.org/p.png" type="image/png"/></item>'
    await add(moderator, site.put("/feed", feed_of(1)), "news")
    await publish(noon, site, rss(item(2, title="Strke"), item(1)))
    await sandbox.until(lambda: titles(sandbox, "news") == ["Strke"])
    sandbox.faults.order("PATCH", r"/messages/\d+$", "400:50035", times=1)
    await publish(noon, site, rss(item(2, title="Strike").replace("</item>", picture), item(1)))
    await sandbox.until(lambda: titles(sandbox, "news") == ["Strike"])
    assert "image" not in embed(sandbox.messages("news")[0])
