"""How articles look in channels: threads, forum posts, digests; and how they change afterwards."""

import asyncio
import copy
from datetime import timedelta
from typing import Any

import discord
import pytest

from bot.feeds.model import Style
from bot.sandbox import Message, Person, Sandbox
from bot.sandbox.constants import Permission
from cogs.feeds.tags import Tags
from tests.conftest import HandClock
from tests.feeds.site import Site, feed_of, item, rss
from tests.harness import RunningSteward


async def add(
    steward: RunningSteward,
    moderator: Person,
    url: str,
    channel: str,
    style: Style = Style.EMBED,
    **choices: Any,
) -> None:
    """Add a feed in a style before anything of it is posted."""
    reply = await moderator.run("feeds add", url=url, channel=channel, **choices)
    assert "is added" in reply.text
    await set_style(steward, style)


async def set_style(steward: RunningSteward, style: Style) -> None:
    async with steward.bot.services.feeds.outbox.database.transaction() as tx:
        await tx.execute("UPDATE subscription SET style = ?", (style,))


def embed(message: Message) -> dict[str, Any]:
    (found,) = message.raw["embeds"]
    return dict(found)


def titles(sandbox: Sandbox, where: str | int) -> list[str]:
    return [embed(message)["title"] for message in sandbox.messages(where) if message.raw["embeds"]]


def edits(sandbox: Sandbox) -> int:
    """How many requests to change a message Discord took."""
    return sum(
        r.method == "PATCH" and "/messages/" in r.path and r.status == 200 for r in sandbox.requests
    )


# Threads


async def test_the_thread_style_starts_a_thread_named_like_the_article(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site
) -> None:
    await add(steward, moderator, site.put("/feed", feed_of(1)), "news", Style.THREAD)
    site.put("/feed", rss(item(2, title="Strike *ballot* " + "of all staff " * 20), item(1)))
    await sandbox.until(lambda: sandbox.threads("news"))
    (thread,) = sandbox.threads("news")
    (message,) = sandbox.messages("news")
    assert thread.id == message.id
    assert thread.name.startswith("Strike *ballot* of all staff")
    assert len(thread.name) <= 100
    assert thread.name.endswith(" of…")


async def test_a_lost_answer_to_a_thread_makes_no_second_one(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site
) -> None:
    await add(steward, moderator, site.put("/feed", feed_of(1)), "news", Style.THREAD)
    sandbox.faults.order("POST", r"/messages/\d+/threads$", "lost", times=1)
    site.put("/feed", feed_of(2, 1))
    await sandbox.until(lambda: _asked(sandbox, "/threads") == 2)
    site.put("/feed", feed_of(3, 2, 1))
    await sandbox.until(lambda: len(sandbox.threads("news")) == 2)
    assert titles(sandbox, "news") == ["Article number 2", "Article number 3"]
    assert sandbox.messages("moderators") == []


def _asked(sandbox: Sandbox, end: str) -> int:
    return sum(r.method == "POST" and r.path.endswith(end) for r in sandbox.requests)


async def test_a_message_deleted_before_its_thread_needs_none(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site
) -> None:
    await add(steward, moderator, site.put("/feed", feed_of(1)), "news", Style.THREAD)
    sandbox.faults.order("POST", r"/messages/\d+/threads$", "404:10008", times=1)
    site.put("/feed", feed_of(2, 1))
    await sandbox.until(lambda: _asked(sandbox, "/threads") == 1)
    site.put("/feed", feed_of(3, 2, 1))
    await sandbox.until(lambda: len(sandbox.threads("news")) == 1)
    assert sandbox.threads("news")[0].name == "Article number 3"


async def test_without_create_public_threads_nothing_is_posted_and_it_is_told_once(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site
) -> None:
    await add(steward, moderator, site.put("/feed", feed_of(1)), "news", Style.THREAD)
    sandbox.deny_bot("news", Permission.CREATE_PUBLIC_THREADS)
    site.put("/feed", feed_of(3, 2, 1))
    await sandbox.until(lambda: sandbox.messages("moderators"))
    (notice,) = sandbox.messages("moderators")
    assert "Create Public Threads" in notice.content
    assert titles(sandbox, "news") == []
    sandbox.overwrite("news", sandbox.bot.name)
    await moderator.press(notice, "Resume")
    await sandbox.until(lambda: len(sandbox.threads("news")) == 2)
    assert titles(sandbox, "news") == ["Article number 2", "Article number 3"]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("400:160006", "as many open threads"),
        ("403:50013", "no longer post"),
        ("400:50024", "refuses"),
    ],
)
async def test_a_refused_thread_pauses_that_feed_alone_and_stays_due(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site, fault: str, words: str
) -> None:
    url = site.put("/feed", feed_of(1))
    await add(steward, moderator, url, "general")
    await add(steward, moderator, url, "news", Style.THREAD)
    await set_style_of(steward, "general", sandbox, Style.EMBED)
    sandbox.faults.order("POST", r"/messages/\d+/threads$", fault, times=1)
    site.put("/feed", feed_of(2, 1))
    await sandbox.until(lambda: sandbox.messages("moderators"))
    (notice,) = sandbox.messages("moderators")
    assert words in notice.content
    site.put("/feed", feed_of(3, 2, 1))
    await sandbox.until(lambda: len(titles(sandbox, "general")) == 2)
    assert titles(sandbox, "news") == ["Article number 2"]
    await moderator.press(notice, "Resume")
    await sandbox.until(lambda: len(sandbox.threads("news")) == 2)
    assert titles(sandbox, "news") == ["Article number 2", "Article number 3"]
    assert len(sandbox.messages("moderators")) == 1


async def set_style_of(
    steward: RunningSteward, channel: str, sandbox: Sandbox, style: Style
) -> None:
    async with steward.bot.services.feeds.outbox.database.transaction() as tx:
        await tx.execute(
            "UPDATE subscription SET style = ? WHERE channel_id = ?",
            (style, sandbox.channel(channel).id),
        )


# Errors


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("400:160006", "as many open threads"),
        ("403:160005", "locked"),
        ("403:50013", "no longer post"),
        ("403:50001", "no longer look"),
        ("404:10003", "been deleted"),
        ("400:40066", "Discord refuses"),
    ],
)
async def test_what_is_wrong_with_a_channel_pauses_it_and_loses_nothing(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site, fault: str, words: str
) -> None:
    await add(steward, moderator, site.put("/feed", feed_of(1)), "library")
    sandbox.faults.order("POST", r"/channels/\d+/threads$", fault, times=1)
    site.put("/feed", feed_of(3, 2, 1))
    await sandbox.until(lambda: sandbox.messages("moderators"))
    (notice,) = sandbox.messages("moderators")
    assert words in notice.content
    await moderator.press(notice, "Resume")
    await sandbox.until(lambda: len(sandbox.threads("library")) == 2)
    names = [thread.name for thread in sandbox.threads("library")]
    assert names == ["Article number 2", "Article number 3"]


@pytest.mark.parametrize("fault", ["400:50035", "403:240000", "400:50006"])
async def test_what_is_wrong_with_an_article_leaves_it_out_and_is_told(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site, fault: str
) -> None:
    await add(steward, moderator, site.put("/feed", feed_of(1)), "news")
    news = sandbox.channel("news").id
    sandbox.faults.order("POST", rf"/channels/{news}/messages$", fault, times=1)
    site.put("/feed", feed_of(3, 2, 1))
    await sandbox.until(lambda: titles(sandbox, "news") and sandbox.messages("moderators"))
    assert titles(sandbox, "news") == ["Article number 3"]
    (notice,) = sandbox.messages("moderators")
    assert "“Article number 2”, so it was left out" in notice.content


@pytest.mark.parametrize("fault", ["500", "503", "429"])
async def test_trouble_of_discords_own_is_waited_out(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site, fault: str
) -> None:
    await add(steward, moderator, site.put("/feed", feed_of(1)), "news")
    news = sandbox.channel("news").id
    sandbox.faults.order("POST", rf"/channels/{news}/messages$", fault, times=2)
    site.put("/feed", feed_of(3, 2, 1))
    await sandbox.until(lambda: len(titles(sandbox, "news")) == 2, timeout=20)
    assert titles(sandbox, "news") == ["Article number 2", "Article number 3"]
    assert sandbox.messages("moderators") == []


# Edits


async def test_a_corrected_article_is_corrected_in_its_channel_and_mentions_nobody_again(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site
) -> None:
    role = sandbox.add_role("News readers", mentionable=True)
    url = site.put("/feed", feed_of(1))
    await add(steward, moderator, url, "news", role="News readers")
    site.put("/feed", rss(item(2, title="Strke"), item(1)))
    await sandbox.until(lambda: titles(sandbox, "news") == ["Strke"])
    (before,) = [message.raw for message in sandbox.messages("news")]
    site.put("/feed", rss(item(2, title="Strike"), item(1)))
    await sandbox.until(lambda: titles(sandbox, "news") == ["Strike"])
    (message,) = sandbox.messages("news")
    assert message.content == f"<@&{role.id}>"
    assert embed(message)["author"] == before["embeds"][0]["author"]
    (sent,) = [r for r in sandbox.requests if r.method == "PATCH"]
    assert sent.body.keys() == {"embeds", "allowed_mentions"}
    assert sent.body["allowed_mentions"] == {"parse": []}


@pytest.mark.parametrize("archived", [False, True])
async def test_a_corrected_forum_post_is_renamed_also_when_it_is_archived(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site, archived: bool
) -> None:
    await add(steward, moderator, site.put("/feed", feed_of(1)), "library")
    site.put("/feed", rss(item(2, title="Strke"), item(1)))
    await sandbox.until(lambda: sandbox.threads("library"))
    (thread,) = sandbox.threads("library")
    assert thread.thread is not None
    thread.thread.archived = archived
    site.put("/feed", rss(item(2, title="Strike"), item(1)))
    await sandbox.until(lambda: titles(sandbox, thread.id) == ["Strike"])
    await sandbox.until(lambda: thread.thread and thread.thread.archived is archived)
    assert thread.name == "Strike"


@pytest.mark.parametrize("archived", [False, True])
async def test_a_locked_post_is_left_as_it_is(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site, archived: bool
) -> None:
    await add(steward, moderator, site.put("/feed", feed_of(1)), "library")
    site.put("/feed", rss(item(2, title="Strke"), item(1)))
    await sandbox.until(lambda: sandbox.threads("library"))
    (thread,) = sandbox.threads("library")
    assert thread.thread is not None
    thread.thread.locked, thread.thread.archived = True, archived
    site.put("/feed", rss(item(3), item(2, title="Strike"), item(1)))
    await sandbox.until(lambda: len(sandbox.threads("library")) == 2)
    await no_edit_is_due(steward, sandbox)
    assert titles(sandbox, thread.id) == ["Strke"]
    assert thread.name == "Strke"
    assert sandbox.messages("moderators") == []


async def test_a_name_that_people_gave_a_post_stays(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site
) -> None:
    await add(steward, moderator, site.put("/feed", feed_of(1)), "library")
    site.put("/feed", rss(item(2, title="Strke"), item(1)))
    await sandbox.until(lambda: sandbox.threads("library"))
    (thread,) = sandbox.threads("library")
    thread.name = "The strike of Tuesday"
    site.put("/feed", rss(item(2, title="Strike"), item(1)))
    await sandbox.until(lambda: titles(sandbox, thread.id) == ["Strike"])
    assert thread.name == "The strike of Tuesday"


async def test_a_thread_is_renamed_with_its_article_and_archived_again(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site
) -> None:
    await add(steward, moderator, site.put("/feed", feed_of(1)), "news", Style.THREAD)
    site.put("/feed", rss(item(2, title="Strke"), item(1)))
    await sandbox.until(lambda: sandbox.threads("news"))
    (thread,) = sandbox.threads("news")
    assert thread.thread is not None
    thread.thread.archived = True
    site.put("/feed", rss(item(2, title="Strike"), item(1)))
    await sandbox.until(lambda: titles(sandbox, "news") == ["Strike"])
    await sandbox.until(lambda: thread.thread and thread.thread.archived)
    assert thread.name == "Strike"


@pytest.mark.parametrize("channel", ["news", "library"])
async def test_the_message_of_a_corrected_article_may_be_gone(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site, channel: str
) -> None:
    await add(steward, moderator, site.put("/feed", feed_of(1)), channel)
    site.put("/feed", rss(item(2, title="Strke"), item(1)))
    await sandbox.until(lambda: _asked(sandbox, "/messages") + _asked(sandbox, "/threads") == 1)
    sandbox.faults.order("PATCH", r"/messages/\d+$", "404:10008", times=1)
    sandbox.faults.order("GET", r"/messages/\d+$", "404:10008", times=1)
    site.put("/feed", rss(item(2, title="Strike"), item(1)))
    await sandbox.until(lambda: any("/messages/" in r.path for r in sandbox.requests))
    await no_edit_is_due(steward, sandbox)
    assert sandbox.messages("moderators") == []


async def no_edit_is_due(steward: RunningSteward, sandbox: Sandbox) -> None:
    outbox = steward.bot.services.feeds.outbox
    while outbox.busy:
        await asyncio.wait(outbox.busy)
    found = await outbox.database.fetch_value("SELECT count(edit_after) FROM delivery")
    assert found == 0


async def test_a_correction_without_embed_links_takes_nothing_away(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site
) -> None:
    await add(steward, moderator, site.put("/feed", feed_of(1)), "news")
    site.put("/feed", rss(item(2, title="Strke"), item(1)))
    await sandbox.until(lambda: titles(sandbox, "news") == ["Strke"])
    asked = len(site.requests)
    sandbox.deny_bot("news", Permission.EMBED_LINKS)
    site.put("/feed", rss(item(2, title="Strike"), item(1)))
    await sandbox.until(lambda: len(site.requests) > asked + 1)
    await no_edit_is_due(steward, sandbox)
    assert titles(sandbox, "news") == ["Strke"]
    assert edits(sandbox) == 0
    assert sandbox.messages("moderators") == []


async def test_when_discord_takes_no_more_edits_of_old_messages_it_is_tried_in_an_hour(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site
) -> None:
    await add(steward, moderator, site.put("/feed", feed_of(1)), "news")
    site.put("/feed", rss(item(2, title="Strke"), item(1)))
    await sandbox.until(lambda: titles(sandbox, "news") == ["Strke"])
    sandbox.faults.order("PATCH", r"/messages/\d+$", "429:30046", times=5)
    now = int(steward.bot.clock.now().timestamp())
    site.put("/feed", rss(item(2, title="Strike"), item(1)))
    outbox = steward.bot.services.feeds.outbox
    await sandbox.until(lambda: sum(r.method == "PATCH" for r in sandbox.requests) == 5)
    await sandbox.until(lambda: not outbox.busy)
    due = await outbox.database.fetch_value("SELECT edit_after FROM delivery")
    assert now + 3600 <= due <= now + 3660
    assert titles(sandbox, "news") == ["Strke"]


async def test_an_edit_with_a_picture_that_discord_refuses_is_made_without_it(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site
) -> None:
    picture = '<enclosure url="https://example.org/p.png" type="image/png"/></item>'
    await add(steward, moderator, site.put("/feed", feed_of(1)), "news")
    site.put("/feed", rss(item(2, title="Strke"), item(1)))
    await sandbox.until(lambda: titles(sandbox, "news") == ["Strke"])
    sandbox.faults.order("PATCH", r"/messages/\d+$", "400:50035", times=1)
    site.put("/feed", rss(item(2, title="Strike").replace("</item>", picture), item(1)))
    await sandbox.until(lambda: titles(sandbox, "news") == ["Strike"])
    assert "image" not in embed(sandbox.messages("news")[0])


# Forum tags


async def test_a_forum_gets_a_tag_named_like_the_feed_where_the_bot_may(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site
) -> None:
    own = sandbox.role(sandbox.bot.name)
    sandbox.set_role_permissions(own.name, own.permissions | Permission.MANAGE_CHANNELS)
    title = "The Probation Institute's news"
    await add(steward, moderator, site.put("/feed", feed_of(1, title=title)), "library")
    sandbox.faults.order("POST", r"/channels/\d+/threads$", "lost", times=1)
    site.put("/feed", feed_of(3, 2, 1, title=title))
    await sandbox.until(lambda: len(sandbox.threads("library")) == 2)
    tags = [tag for tag in sandbox.channel("library").tags if tag["name"] == "The Probation Instit"]
    assert len(tags) == 1
    posts = [thread.thread for thread in sandbox.threads("library")]
    assert [post and post.applied_tags for post in posts] == [[int(tags[0]["id"])]] * 2
    assert {"News", "Research", "Campaigns"} < {t["name"] for t in sandbox.channel("library").tags}


async def test_a_tag_that_we_have_not_been_told_of_yet_is_not_made_again(
    sandbox: Sandbox, steward: RunningSteward
) -> None:
    own = sandbox.role(sandbox.bot.name)
    sandbox.set_role_permissions(own.name, own.permissions | Permission.MANAGE_CHANNELS)
    forum = steward.bot.get_channel(sandbox.channel("library").id)
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
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site, why: str
) -> None:
    if why != "no permission":
        own = sandbox.role(sandbox.bot.name)
        sandbox.set_role_permissions(own.name, own.permissions | Permission.MANAGE_CHANNELS)
    room = 20 if why == "no room" else 3
    sandbox.add_channel("full", "forum", tags=[f"Tag {number}" for number in range(room)])
    await sandbox.until(lambda: steward.bot.get_channel(sandbox.channel("full").id) is not None)
    await add(steward, moderator, site.put("/feed", feed_of(1)), "full")
    if why == "refused":
        sandbox.faults.order("PATCH", r"/channels/\d+$", "403:50013", times=1)
    site.put("/feed", feed_of(2, 1))
    await sandbox.until(lambda: sandbox.threads("full"))
    post = sandbox.threads("full")[0].thread
    assert post is not None
    assert post.applied_tags == []
    assert len(sandbox.channel("full").tags) == room
    assert sandbox.messages("moderators") == []


# Digests


async def next_morning(steward: RunningSteward, days: int = 1) -> None:
    assert isinstance(steward.bot.clock, HandClock)
    steward.bot.clock.advance(timedelta(days=days) - timedelta(hours=4))
    await steward.bot.services.feeds.digests.look_at_clock()


async def test_a_digest_is_one_message_with_linked_titles_and_one_mention(
    sandbox: Sandbox, noon: RunningSteward, site: Site
) -> None:
    moderator = sandbox.person("moderator")
    role = sandbox.add_role("News readers", mentionable=True)
    url = site.put("/feed", feed_of(1))
    await add(noon, moderator, url, "news", Style.DAILY, role="News readers")
    site.put("/feed", feed_of(4, 3, 2, 1))
    await moderator.run("feeds check", feed="sample")
    assert sandbox.messages("news") == []
    await next_morning(noon)
    await sandbox.until(lambda: sandbox.messages("news"))
    (message,) = sandbox.messages("news")
    assert message.content == f"<@&{role.id}>"
    assert message.raw["mention_roles"] == [str(role.id)]
    shown = embed(message)
    assert shown["title"] == "Tuesday 3 March"
    assert shown["author"]["name"] == "Sample news"
    assert shown["description"].split("\n\n") == [
        f"**[Article number {n}](https://example.org/articles/{n})** · 2 Mar\n"
        f"What article {n} says at some length."
        for n in (2, 3, 4)
    ]


async def test_a_digest_whose_answer_was_lost_is_not_posted_twice(
    sandbox: Sandbox, noon: RunningSteward, site: Site
) -> None:
    moderator = sandbox.person("moderator")
    await add(noon, moderator, site.put("/feed", feed_of(1)), "news", Style.DAILY)
    site.put("/feed", feed_of(4, 3, 2, 1))
    await moderator.run("feeds check", feed="sample")
    sandbox.faults.order("POST", r"/channels/\d+/messages$", "lost", times=1)
    await next_morning(noon)
    await sandbox.until(lambda: sandbox.messages("news"))
    sandbox.forget_nonces()
    await sandbox.until(
        lambda: any(r.method == "GET" and "after" in r.query for r in sandbox.requests)
    )
    await sandbox.until(lambda: not noon.bot.services.feeds.outbox.busy)
    assert len(sandbox.messages("news")) == 1
    site.put("/feed", feed_of(4, 3, 2, 1).replace("number 3", "number three"))
    await moderator.run("feeds check", feed="sample")
    await sandbox.until(lambda: "number three" in embed(sandbox.messages("news")[0])["description"])


async def test_in_a_forum_a_digest_is_one_post_named_by_its_week(
    sandbox: Sandbox, noon: RunningSteward, site: Site
) -> None:
    moderator = sandbox.person("moderator")
    await add(noon, moderator, site.put("/feed", feed_of(1)), "library", Style.WEEKLY)
    site.put("/feed", feed_of(3, 2, 1))
    await moderator.run("feeds check", feed="sample")
    await next_morning(noon, days=7)
    await sandbox.until(lambda: sandbox.threads("library"))
    (post,) = sandbox.threads("library")
    assert post.name == "Sample news: week of 2 March"
    (first,) = sandbox.messages(post.id)
    assert embed(first)["title"] == "Week of 2 March"
    assert embed(first)["description"].count("**[") == 2
