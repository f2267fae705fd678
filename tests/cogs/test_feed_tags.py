"""Forum posts get the tag that is named like their feed."""

import copy

import discord
import pytest

from bot.sandbox import Person, Sandbox
from cogs.feeds.tags import Tags
from tests.cogs.feed_tools import add, may_make_tags, publish
from tests.feeds.site import Site, feed_of
from tests.harness import RunningSteward

pytestmark = pytest.mark.usefixtures("notices")


async def test_a_forum_gets_a_tag_named_like_the_feed_where_the_bot_may(
    sandbox: Sandbox, noon: RunningSteward, moderator: Person, site: Site
) -> None:
    may_make_tags(sandbox)
    title = "The Probation Institute's news"
    await add(moderator, site.put("/feed", feed_of(1, title=title)), "library")
    sandbox.faults.order("POST", r"/channels/\d+/threads$", "lost", times=1)
    await publish(noon, site, feed_of(3, 2, 1, title=title))
    await sandbox.until(lambda: len(sandbox.threads("library")) == 2)
    tags = [tag for tag in sandbox.channel("library").tags if tag["name"] == "The Probation Instit"]
    assert len(tags) == 1
    posts = [thread.thread for thread in sandbox.threads("library")]
    assert [post and post.applied_tags for post in posts] == [[int(tags[0]["id"])]] * 2
    assert {"News", "Research", "Campaigns"} < {t["name"] for t in sandbox.channel("library").tags}


async def test_a_tag_that_we_have_not_been_told_of_yet_is_not_made_again(
    sandbox: Sandbox, noon: RunningSteward
) -> None:
    may_make_tags(sandbox)
    forum = noon.bot.get_channel(sandbox.channel("library").id)
    assert isinstance(forum, discord.ForumChannel)
    await sandbox.until(lambda: forum.permissions_for(forum.guild.me).manage_channels)
    as_before, tags = copy.copy(forum), Tags()
    made = await tags.of_post(as_before, "Sample news")
    assert made
    assert await tags.of_post(as_before, "Sample news") == made
    assert [tag["name"] for tag in sandbox.channel("library").tags].count("Sample news") == 1
    assert sum(r.method == "PATCH" for r in sandbox.requests) == 1


@pytest.mark.parametrize("why", ["no permission", "no room", "refused"])
async def test_a_forum_goes_without_the_tag_where_it_cannot_be_made(
    sandbox: Sandbox, noon: RunningSteward, moderator: Person, site: Site, why: str
) -> None:
    if why != "no permission":
        may_make_tags(sandbox)
    room = 20 if why == "no room" else 3
    sandbox.add_channel("full", "forum", tags=[f"Tag {number}" for number in range(room)])
    await sandbox.until(lambda: noon.bot.get_channel(sandbox.channel("full").id) is not None)
    await add(moderator, site.put("/feed", feed_of(1)), "full")
    if why == "refused":
        sandbox.faults.order("PATCH", r"/channels/\d+$", "403:50013", times=1)
    await publish(noon, site, feed_of(2, 1))
    await sandbox.until(lambda: sandbox.threads("full"))
    post = sandbox.threads("full")[0].thread
    assert post is not None
    assert post.applied_tags == []
    assert len(sandbox.channel("full").tags) == room
    assert sandbox.messages("moderators") == []
