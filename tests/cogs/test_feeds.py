"""/feeds through the real client: from the slash command to the article in the channel."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
from aiohttp import web

from bot.feeds.outbox.publisher import Lost
from bot.sandbox import Message, Person, Sandbox
from bot.sandbox.constants import Permission
from bot.sandbox.core import Request
from cogs.feeds.publisher import DiscordPublisher
from tests.feeds.site import Site, feed_of, item, rss
from tests.harness import RunningSteward


def titles(messages: list[Message]) -> list[str]:
    """The articles among some messages, in order."""
    return [embed["title"] for message in messages for embed in message.raw["embeds"]]


async def test_adding_a_feed_previews_it_and_posts_what_is_new_from_then_on(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    url = site.put("/feed", feed_of(2, 1))
    reply = await moderator.run("feeds add", url=url, channel="news")
    assert "Sample news" in reply.text
    assert "Article number 2" in reply.text
    assert reply.ephemeral
    assert reply.buttons == ["Looks right", "Undo"]
    site.put("/feed", feed_of(4, 3, 2, 1))
    await sandbox.until(lambda: len(sandbox.messages("news")) == 2)
    assert titles(sandbox.messages("news")) == ["Article number 3", "Article number 4"]
    reply = await moderator.press(reply, "Looks right")
    assert reply.buttons == []


async def test_the_backlog_comes_at_once_oldest_first(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    url = site.put("/feed", feed_of(5, 4, 3, 2, 1))
    await moderator.run("feeds add", url=url, channel="news", backlog=3)
    await sandbox.until(lambda: len(sandbox.messages("news")) == 3)
    assert titles(sandbox.messages("news")) == [f"Article number {n}" for n in (3, 4, 5)]


async def test_undo_takes_the_feed_away_again(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    url = site.put("/feed", feed_of(1))
    reply = await moderator.run("feeds add", url=url, channel="news")
    await moderator.press(reply, "Undo")
    assert "no feeds here yet" in (await moderator.run("feeds list")).text


async def test_a_page_leads_to_its_feed(sandbox: Sandbox, moderator: Person, site: Site) -> None:
    site.put("/feed.xml", feed_of(1))
    page = '<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head>'
    url = site.put("/blog", page, content_type="text/html")
    reply = await moderator.run("feeds add", url=url, channel="news")
    assert "is added" in reply.text
    listed = await moderator.run("feeds list")
    assert "Sample news" in listed.text


async def test_the_same_feed_twice_in_a_channel_is_refused_kindly(
    moderator: Person, site: Site
) -> None:
    url = site.put("/feed", feed_of(1))
    await moderator.run("feeds add", url=url, channel="news")
    again = await moderator.run("feeds add", url=url + "/", channel="news")
    assert "already" in (await moderator.run("feeds add", url=url, channel="news")).text
    assert "nothing at that address" in again.text
    assert "is added" in (await moderator.run("feeds add", url=url, channel="general")).text


NONSENSE = {
    "/missing": "nothing at that address",
    "/page": "not with a feed",
    "/broken": "broken XML",
    "/huge": "larger than 10 MB",
    "/gone": "gone for good",
    "/trouble": "trouble of its own",
}


async def test_each_kind_of_nonsense_is_answered_in_one_clear_sentence(
    moderator: Person, site: Site
) -> None:
    site.put("/page", "<html><body>Hello</body></html>", content_type="text/html")
    site.put("/broken", '<?xml version="1.0"?><rss><channel><item><title>')
    site.put("/gone", "", status=410)
    site.put("/trouble", "", status=503)

    async def huge(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(50 * 2**20)})
        await response.prepare(request)
        await response.write(bytes(1000))
        return response

    site.serve("/huge", huge)
    for path, said in NONSENSE.items():
        reply = await moderator.run("feeds add", url=site.url + path, channel="news")
        assert said in reply.text
        assert reply.ephemeral
        assert "reference" not in reply.text
    for typed in ("hello", "ftp://example.org/feed", "https://"):
        reply = await moderator.run("feeds add", url=typed, channel="news")
        assert "not a web address" in reply.text
    assert "no feeds here yet" in (await moderator.run("feeds list")).text


async def test_members_neither_run_nor_press_nor_see_any_of_it(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site
) -> None:
    await moderator.run("feeds add", url=site.put("/feed", feed_of(1)), channel="news")
    # As if an administrator had opened the commands to everybody in Discord's settings.
    member = sandbox.person("member")
    sandbox.allow_command("feeds", "Members")
    assert "Only moderators" in (await member.run("feeds list")).text
    assert await member.autocomplete("feeds check", "feed", "") == []
    assert len(await moderator.autocomplete("feeds check", "feed", "")) == 1


async def test_what_is_missing_in_a_channel_is_named_before_anything_is_added(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    url = site.put("/feed", feed_of(1))
    sandbox.overwrite("news", "Members", deny=Permission.SEND_MESSAGES)
    sandbox.overwrite("news", "Moderators", deny=Permission.SEND_MESSAGES)
    assert "You may not write" in (await moderator.run("feeds add", url=url, channel="news")).text
    sandbox.deny_bot("general", Permission.EMBED_LINKS | Permission.READ_MESSAGE_HISTORY)
    refused = await moderator.run("feeds add", url=url, channel="general")
    assert "I lack Embed Links and Read Message History" in refused.text
    assert "Edit Channel" in refused.text
    sandbox.deny_bot("library", Permission.SEND_MESSAGES)
    refused = await moderator.run("feeds add", url=url, channel="library")
    assert "I lack Create Posts" in refused.text
    sandbox.deny_bot("general", Permission.VIEW_CHANNEL)
    assert "View Channel" in (await moderator.run("feeds add", url=url, channel="general")).text
    assert site.requests == []


async def read_with_notices(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site
) -> None:
    """A feed in #news, and notices in #moderators."""
    notices = sandbox.channel("moderators").id
    await steward.bot.services.servers.change(sandbox.guild.id, notice_channel_id=notices)
    await moderator.run("feeds add", url=site.put("/feed", feed_of(1)), channel="news")


async def test_a_lost_permission_pauses_the_feed_and_resume_posts_what_waited(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site
) -> None:
    await read_with_notices(sandbox, steward, moderator, site)
    sandbox.deny_bot("news", Permission.READ_MESSAGE_HISTORY)
    site.put("/feed", feed_of(2, 1))
    await sandbox.until(lambda: sandbox.messages("moderators"))
    (notice,) = sandbox.messages("moderators")
    assert "Read Message History" in notice.text
    assert "paused" in (await moderator.run("feeds list")).text
    sandbox.deny_bot("news", Permission(0))
    await moderator.press(notice, "Resume")
    await sandbox.until(lambda: titles(sandbox.messages("news")) == ["Article number 2"])


async def test_a_flood_is_put_to_the_moderators(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site
) -> None:
    await read_with_notices(sandbox, steward, moderator, site)
    site.put("/feed", feed_of(*range(30, 0, -1)))
    await sandbox.until(lambda: sandbox.messages("moderators"))
    (notice,) = sandbox.messages("moderators")
    assert "29 new articles" in notice.text
    (choice,) = await moderator.autocomplete("feeds check", "feed", "samp")
    listed = await moderator.run("feeds list")
    assert "29 articles waiting for a moderator's word" in listed.text
    checked = await moderator.run("feeds check", feed=choice["value"])
    assert "29 earlier articles wait for a moderator's word" in checked.text
    await moderator.press(notice, "Post the newest")
    await sandbox.until(lambda: titles(sandbox.messages("news")) == ["Article number 30"])
    assert "on the way" in sandbox.messages("moderators")[0].text


async def test_a_deleted_channel_does_not_stop_the_others(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    url = site.put("/feed", feed_of(1))
    sandbox.add_channel("short-lived")
    await moderator.run("feeds add", url=url, channel="short-lived")
    await moderator.run("feeds add", url=url, channel="news")
    sandbox.remove_channel("short-lived")
    site.put("/feed", feed_of(2, 1))
    await sandbox.until(lambda: titles(sandbox.messages("news")) == ["Article number 2"])
    assert "paused" in (await moderator.run("feeds list")).text


async def test_removing_can_be_undone_and_posts_what_came_meanwhile(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    url = site.put("/feed", feed_of(1))
    await moderator.run("feeds add", url=url, channel="news")
    choices = await moderator.autocomplete("feeds remove", "feed", "samp")
    assert "Sample news → #news" in choices[0]["name"]
    reply = await moderator.run("feeds remove", feed=choices[0]["value"])
    assert "no longer posted" in reply.text
    reply = await moderator.press(reply, "Undo")
    assert "again" in reply.text
    site.put("/feed", feed_of(2, 1))
    await sandbox.until(lambda: titles(sandbox.messages("news")) == ["Article number 2"])


async def test_undoing_a_removal_says_that_too_much_waits_for_a_word(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    url = site.put("/feed", feed_of(1))
    await moderator.run("feeds add", url=url, channel="news")
    await moderator.run("feeds add", url=url, channel="general")
    (choice,) = await moderator.autocomplete("feeds remove", "feed", "#news")
    assert await moderator.autocomplete("feeds remove", "feed", choice["name"])
    reply = await moderator.run("feeds remove", feed=choice["value"])
    site.put("/feed", feed_of(*range(30, 0, -1)))
    await moderator.run("feeds check", feed="sample")
    reply = await moderator.press(reply, "Undo")
    assert "29 articles wait for a moderator" in reply.text
    assert titles(sandbox.messages("news")) == []


async def test_check_says_what_came_of_it(sandbox: Sandbox, moderator: Person, site: Site) -> None:
    await moderator.run("feeds add", url=site.put_with_etag("/feed", feed_of(1)), channel="news")
    assert "nothing new" in (await moderator.run("feeds check", feed="sample")).text
    site.put("/feed", "", status=404)
    assert "nothing at that address" in (await moderator.run("feeds check", feed="sample")).text
    assert "do not know which" in (await moderator.run("feeds check", feed="zzz")).text


async def test_nothing_that_a_feed_says_mentions_anybody(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    hostile = "@everyone <@&1> **bold** [x](https://evil.example) \u202e\u200b`"
    url = site.put("/feed", rss(item(1, title=hostile), title=hostile))
    await moderator.run("feeds add", url=url, channel="news", backlog=1)
    await sandbox.until(lambda: len(sandbox.messages("news")) == 1)
    (message,) = sandbox.messages("news")
    assert not message.raw["mentions"]
    assert not message.raw["mention_roles"]
    assert not message.raw["mention_everyone"]
    (sent,) = [r for r in sandbox.requests if r.method == "POST" and r.path.endswith("/messages")]
    assert sent.body["allowed_mentions"] == {"parse": []}
    assert sent.body["enforce_nonce"] is True
    assert len(sent.body["nonce"]) == 16


async def test_an_article_whose_picture_discord_refuses_is_posted_without_it(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    picture = '<enclosure url="https://example.org/p.png" type="image/png"/></item>'
    await moderator.run("feeds add", url=site.put("/feed", feed_of(1)), channel="news")
    sandbox.faults.order("POST", r"/channels/\d+/messages", "400:50035", times=1)
    site.put("/feed", feed_of(2, 1).replace("</item>", picture, 1))
    await sandbox.until(lambda: titles(sandbox.messages("news")) == ["Article number 2"])
    assert "image" not in sandbox.messages("news")[0].raw["embeds"][0]


async def test_the_chosen_role_alone_is_mentioned(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    role = sandbox.add_role("News readers", mentionable=True)
    url = site.put("/feed", feed_of(1))
    await moderator.run("feeds add", url=url, channel="news", role="News readers", backlog=1)
    await sandbox.until(lambda: len(sandbox.messages("news")) == 1)
    assert sandbox.messages("news")[0].raw["mention_roles"] == [str(role.id)]


async def test_in_a_forum_each_article_is_a_post(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    url = site.put("/feed", feed_of(2, 1))
    reply = await moderator.run("feeds add", url=url, channel="library", backlog=2)
    assert "is added" in reply.text
    await sandbox.until(lambda: _posts(sandbox) == {"Article number 1", "Article number 2"})


def _posts(sandbox: Sandbox) -> set[str]:
    return {str(r.body["name"]) for r in sandbox.requests if r.path.endswith("/threads") and r.body}


@pytest.mark.parametrize("channel", ["news", "library"])
async def test_a_lost_answer_and_a_restart_do_not_post_twice(
    sandbox: Sandbox, moderator: Person, steward: RunningSteward, site: Site, channel: str
) -> None:
    url = site.put("/feed", feed_of(1))
    await moderator.run("feeds add", url=url, channel=channel)
    sandbox.faults.order("POST", r"/channels/\d+/(messages|threads)", "lost", times=1)
    site.put("/feed", feed_of(2, 1))
    await sandbox.until(lambda: len(_sent(sandbox)) == 1)
    sandbox.forget_nonces()
    await steward.restart()
    site.put("/feed", feed_of(3, 2, 1))
    await sandbox.until(lambda: len(_sent(sandbox)) == 2)
    await steward.stop()
    assert [_title(request.body) for request in _sent(sandbox)] == [
        "Article number 2",
        "Article number 3",
    ]


async def test_discord_in_trouble_is_not_asked_twice_without_looking(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    await moderator.run("feeds add", url=site.put("/feed", feed_of(1)), channel="library")
    sandbox.faults.order("POST", r"/channels/\d+/threads", "502", times=1, after_accept=True)
    site.put("/feed", feed_of(3, 2, 1))
    await sandbox.until(lambda: len(sandbox.threads("library")) >= 2, timeout=60)
    names = [thread.name for thread in sandbox.threads("library")]
    assert names == ["Article number 2", "Article number 3"]


def _sent(sandbox: Sandbox) -> list[Request]:
    return [
        request
        for request in sandbox.requests
        if request.method == "POST" and request.path.endswith(("/messages", "/threads"))
    ]


def _title(body: dict[str, Any]) -> str:
    return str(body.get("message", body)["embeds"][0]["title"])


async def test_buttons_work_after_a_restart(
    sandbox: Sandbox, moderator: Person, steward: RunningSteward, site: Site
) -> None:
    reply = await moderator.run("feeds add", url=site.put("/feed", feed_of(1)), channel="news")
    await steward.restart()
    answer = await moderator.press(reply, "Undo")
    assert "not added after all" in answer.text
    assert "no feeds here yet" in (await moderator.run("feeds list")).text


def _looks(sandbox: Sandbox) -> list[str]:
    """After which message each page of a channel's history was asked for."""
    return [
        request.query["after"]
        for request in sandbox.requests
        if request.method == "GET" and request.path.endswith("/messages")
    ]


async def test_a_look_at_a_long_history_goes_on_where_it_failed(
    sandbox: Sandbox,
    moderator: Person,
    steward: RunningSteward,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = site.put("/feed", feed_of(2, 1))
    first = await moderator.say("before", where="news")
    await moderator.run("feeds add", url=url, channel="news", backlog=1)
    await sandbox.until(lambda: len(_sent(sandbox)) == 1)
    said = [await moderator.say(f"number {n}", where="news") for n in range(250)]
    (listed,) = await steward.bot.services.feeds.overview.listing(sandbox.guild.id)
    subscription, mark = listed.subscription, str(_sent(sandbox)[0].body["nonce"])
    article = sandbox.messages("news")[1]
    # All pages together may take longer than a request.
    monkeypatch.setattr("cogs.feeds.publisher.SEND_TIMEOUT_S", 0.0)
    publisher = DiscordPublisher(steward.bot)
    sandbox.faults.order("GET", r"/channels/\d+/messages", "503", skip=2)
    marks = {mark, "absent"}
    with pytest.raises(Lost):
        await publisher.find(subscription, marks, int(first.id))
    assert await publisher.find(subscription, marks, int(first.id)) == {mark: int(article.id)}
    second, third = str(said[98].id), str(said[198].id)
    assert _looks(sandbox) == [str(first.id), second, third, third]
    await publisher.find(subscription, marks, int(said[200].id))
    assert _looks(sandbox)[4:] == [str(said[200].id)]


async def test_a_page_of_history_that_never_comes_is_given_up(
    sandbox: Sandbox,
    moderator: Person,
    steward: RunningSteward,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await moderator.run("feeds add", url=site.put("/feed", feed_of(1)), channel="news")
    (listed,) = await steward.bot.services.feeds.overview.listing(sandbox.guild.id)

    async def history(*_: object, **__: object) -> AsyncIterator[discord.Message]:
        await asyncio.Event().wait()
        yield  # type: ignore[misc]

    monkeypatch.setattr("cogs.feeds.history.REQUEST_TIMEOUT_S", 0.05)
    monkeypatch.setattr(discord.TextChannel, "history", history)
    async with asyncio.timeout(30):
        with pytest.raises(Lost):
            await DiscordPublisher(steward.bot).find(listed.subscription, {"absent"}, 1)


async def test_a_look_at_a_forum_does_not_ask_for_a_post_twice(
    sandbox: Sandbox, moderator: Person, steward: RunningSteward, site: Site
) -> None:
    url = site.put("/feed", feed_of(3, 2, 1))
    await moderator.run("feeds add", url=url, channel="library", backlog=3)
    await sandbox.until(lambda: len(_posts(sandbox)) == 3)
    (listed,) = await steward.bot.services.feeds.overview.listing(sandbox.guild.id)
    publisher = DiscordPublisher(steward.bot)
    sandbox.faults.order("GET", r"/channels/\d+/messages/\d+", "503", skip=2)
    mark = str(_sent(sandbox)[0].body["message"]["embeds"][0]["author"]["url"])[-16:]
    with pytest.raises(Lost):
        await publisher.find(listed.subscription, {mark, "absent"}, 1)
    assert (await publisher.find(listed.subscription, {mark, "absent"}, 1)).keys() == {mark}
    asked = [r.path for r in sandbox.requests if r.method == "GET" and "/messages/" in r.path]
    assert (len(asked), len(set(asked))) == (4, 3)
