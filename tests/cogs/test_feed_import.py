"""/feeds import and export through the real client: many feeds, failures, a stop, a restart."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

import aiohttp
import pytest
from aiohttp import web

from bot.feeds.opml import ListedFeed, write
from bot.sandbox import Message, Person, Reply, Sandbox
from bot.sandbox.constants import Permission
from tests.cogs.reporting import pressed
from tests.feeds.site import Site, feed_of
from tests.harness import RunningSteward

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def moderator(sandbox: Sandbox, steward: RunningSteward) -> Person:
    steward.bot.services.feeds.imports.show_every_s = 0.02
    return sandbox.person("moderator")


def opml(*urls: str) -> tuple[str, bytes]:
    feeds = [ListedFeed(url, f"Feed {number}") for number, url in enumerate(urls)]
    return "feeds.opml", write("Mine", {"All": feeds}, NOW).encode()


def feeds(site: Site, count: int, *, start: int = 0) -> list[str]:
    """Addresses of good feeds, each of one article."""
    return [
        site.put(f"/{number}.xml", feed_of(1, title=f"Title {number}"))
        for number in range(start, start + count)
    ]


def progress(sandbox: Sandbox, where: str = "general") -> Message:
    """The one message that shows the import."""
    (message,) = [each for each in sandbox.messages(where) if "Import" in each.text]
    return message


async def over(sandbox: Sandbox, where: str = "general", timeout: float = 60) -> Message:
    """The message, once the import is over."""
    words = ("Import finished", "Import stopped")
    await sandbox.until(
        lambda: any(w in m.text for m in sandbox.messages(where) for w in words), timeout
    )
    return progress(sandbox, where)


def held(site: Site, path: str, body: str) -> tuple[str, asyncio.Event]:
    """A feed that is answered only when the event is set."""
    free = asyncio.Event()

    async def answer(_: web.Request) -> web.Response:
        await free.wait()
        return web.Response(text=body, content_type="application/rss+xml")

    return site.serve(path, answer), free


async def count(steward: RunningSteward, sandbox: Sandbox) -> int:
    return len(await steward.bot.services.feeds.overview.listing(sandbox.guild.id))


async def test_two_hundred_feeds_are_imported_in_one_message_with_what_failed_and_why(
    sandbox: Sandbox, moderator: Person, steward: RunningSteward, site: Site
) -> None:
    good = feeds(site, 188)
    known = feeds(site, 2, start=500)
    for url in known:
        await moderator.run("feeds add", url=url, channel="news")
    site.put("/gone", "", status=410)
    site.put("/closed", "", status=403)
    site.put("/page", "<html><body>Nothing here", content_type="text/html")
    site.put("/broken", "<?xml version='1.0'?><rss><channel><item>")
    site.put("/trouble", "", status=500)
    bad = [site.url + path for path in ("/missing", "/gone", "/closed", "/page", "/broken",
                                        "/trouble")]  # fmt: skip
    dead = "http://127.0.0.1:9/feed"
    repeated = good[0] + "#again"
    name, body = opml(*good, *known, *bad, dead, repeated, "ftp://example.org/feed")
    reply = await moderator.run("feeds import", file=(name, body), channel="news")
    assert reply.ephemeral
    assert "Importing 197 feeds into" in reply.text
    assert "1 line named a feed twice" in reply.text
    message = await over(sandbox)
    assert message.only_for is None
    assert "**188** added · **2** already here · **8** failed" in message.text
    for said in (
        "nothing at that address", "gone for good", "does not let programs read", "not with a feed",
        "broken XML", "trouble of its own", "cannot be reached", "not a web address",
    ):  # fmt: skip
        assert said in message.text, said
    assert await count(steward, sandbox) == 190
    assert sandbox.messages("news") == []  # nothing of the archive is posted
    edits = [
        r for r in sandbox.requests if r.method == "PATCH" and r.path.endswith(str(message.id))
    ]
    assert len(edits) >= 2
    assert any("■" in str(r.body) for r in edits)
    # What appears later is posted, as with /feeds add.
    site.put("/7.xml", feed_of(2, 1, title="Title 7"))
    await sandbox.until(lambda: len(sandbox.messages("news")) == 1)


async def test_few_requests_at_a_time_go_to_one_host(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site
) -> None:
    inside = most = 0
    free, elsewhere = asyncio.Event(), asyncio.Event()

    async def answer(_: web.Request) -> web.Response:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await free.wait()
        inside -= 1
        return web.Response(text=feed_of(1), content_type="application/rss+xml")

    async def other(_: web.Request) -> web.Response:
        elsewhere.set()
        return web.Response(text=feed_of(1), content_type="application/rss+xml")

    urls = [site.serve(f"/{number}", answer) for number in range(12)]
    urls.append(site.serve("/other", other).replace("127.0.0.1", "localhost"))
    await moderator.run("feeds import", file=opml(*urls), channel="news")
    # The last line's host is asked while the others wait for their turn at the first one.
    await asyncio.wait_for(elsewhere.wait(), 10)
    assert inside == 2
    free.set()
    await over(sandbox)
    assert most == 2
    assert await count(steward, sandbox) == 13


async def test_a_host_that_asks_for_a_rest_gets_it_and_is_asked_once_more(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    turns = {"/a": 0, "/b": 0}

    def busy(times: int) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            turns[request.path] += 1
            if turns[request.path] <= times:
                return web.Response(status=429, headers={"Retry-After": "1"})
            return web.Response(text=feed_of(1), content_type="application/rss+xml")

        return answer

    urls = [site.serve("/a", busy(1)), site.serve("/b", busy(9))]
    await moderator.run("feeds import", file=opml(*urls), channel="news")
    message = await over(sandbox)
    assert "**1** added · **1** failed" in message.text
    assert "visited less often" in message.text
    assert turns == {"/a": 2, "/b": 2}


async def test_stop_leaves_the_rest_untried_and_go_on_takes_it_up(
    sandbox: Sandbox, moderator: Person, steward: RunningSteward, site: Site
) -> None:
    slow, free = held(site, "/slow", feed_of(1, title="Slow"))
    slow2, free2 = held(site, "/slow2", feed_of(1, title="Slow 2"))
    rest = feeds(site, 10)
    await moderator.run("feeds import", file=opml(slow, slow2, *rest), channel="news")
    await sandbox.until(lambda: len(site.requests) == 2 and sandbox.messages("general"))
    pressed(moderator, progress(sandbox), "Stop")
    await sandbox.until(lambda: "still finished" in progress(sandbox).text)
    free.set()
    free2.set()
    message = await over(sandbox)
    assert "**2** added · **10** not tried" in message.text
    assert {request.path for request in site.requests} == {"/slow", "/slow2"}
    pressed(moderator, message, "Go on")
    await sandbox.until(lambda: "**12** added" in progress(sandbox).text)
    await sandbox.until(lambda: "finished" in progress(sandbox).text)
    assert await count(steward, sandbox) == 12


async def test_members_neither_stop_nor_undo_nor_repeat(
    sandbox: Sandbox, moderator: Person, steward: RunningSteward, site: Site
) -> None:
    slow, free = held(site, "/slow", feed_of(1))
    member = sandbox.person("member")
    await moderator.run("feeds import", file=opml(slow, site.url + "/404"), channel="news")
    await sandbox.until(lambda: sandbox.messages("general"))
    assert "Only moderators" in (await member.press(progress(sandbox), "Stop")).text
    free.set()
    message = await over(sandbox)
    for button in ("Undo", "Try the failed ones again"):
        assert "Only moderators" in (await member.press(message, button)).text
    assert await count(steward, sandbox) == 1


async def test_an_import_goes_on_after_a_restart_in_the_same_message(
    sandbox: Sandbox, moderator: Person, steward: RunningSteward, site: Site
) -> None:
    first = feeds(site, 20)
    slow, free = held(site, "/slow", feed_of(1, title="Slow"))
    slow2, free2 = held(site, "/slow2", feed_of(1, title="Slow 2"))
    more = feeds(site, 20, start=100)
    await moderator.run("feeds import", file=opml(*first, slow, slow2, *more), channel="news")
    await sandbox.until(lambda: any("**20** added" in m.text for m in sandbox.messages("general")))
    await steward.restart()
    free.set()
    free2.set()
    message = await over(sandbox)
    assert "**42** added" in message.text
    assert await count(steward, sandbox) == 42
    fetched = [request.path for request in site.requests if request.path in ("/0.xml", "/19.xml")]
    polls = [r for r in site.requests if r.path == "/0.xml" and "If-None-Match" not in r.headers]
    assert fetched and polls  # polled, and not added once more: it would be "already here"
    assert "already here" not in message.text
    # Everything that it added can still be undone, what was added before the restart included.
    message = await press_and_read(moderator, message, "Undo")
    assert "42 feeds are no longer posted" in message.text
    assert await count(steward, sandbox) == 0
    pressed(moderator, message, "Import them again")
    await sandbox.until(lambda: "**42** added" in progress(sandbox).text, timeout=60)


async def press_and_read(person: Person, message: Message, button: str) -> Message:
    await person.press(message, button)
    return message


async def test_undo_takes_only_what_this_import_added_and_for_a_week(
    sandbox: Sandbox, moderator: Person, steward: RunningSteward, site: Site
) -> None:
    mine, theirs = feeds(site, 2)
    await moderator.run("feeds add", url=mine, channel="news")
    await moderator.run("feeds import", file=opml(mine, theirs), channel="news")
    message = await over(sandbox)
    assert "**1** added · **1** already here" in message.text
    await moderator.press(message, "Undo")
    assert "1 feed is no longer posted" in message.text
    assert message.raw["attachments"] == []
    (left,) = await steward.bot.services.feeds.overview.listing(sandbox.guild.id)
    assert left.subscription.url == mine


async def test_what_failed_can_be_tried_again_and_a_long_list_is_a_file(
    sandbox: Sandbox, moderator: Person, steward: RunningSteward, site: Site
) -> None:
    urls = [f"{site.url}/{number}.xml" for number in range(30)]
    await moderator.run("feeds import", file=opml(*urls), channel="news")
    message = await over(sandbox)
    assert "**0** added · **30** failed" in message.text
    assert "**Feed 7** and 22 more" in message.text
    assert "are in the file" in message.text
    (attached,) = message.raw["attachments"]
    assert attached["filename"] == "failed-feeds.txt"
    text = (await content(attached)).decode()
    assert text.count("nothing at that address") == 30
    feeds(site, 29)
    pressed(moderator, message, "Try the failed ones again")
    await sandbox.until(lambda: "**29** added · **1** failed" in progress(sandbox).text, timeout=60)
    await sandbox.until(lambda: "finished" in progress(sandbox).text)
    assert message.raw["attachments"] == []
    assert await count(steward, sandbox) == 29


async def test_a_file_that_is_none_of_ours_is_refused_in_a_sentence(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    for file, said in (
        (("big.opml", b"<opml>" + bytes(2 * 2**20)), "larger than 2 MB"),
        (("cat.png", b"\x89PNG\r\n\x1a\n\x00\x00"), "not a list of feeds"),
        (("feed.xml", feed_of(1).encode()), "a feed itself"),
        (("list.txt", "\n".join(f"a.example/{n}" for n in range(1001)).encode()), "1,000 at once"),
    ):
        reply = await moderator.run("feeds import", file=file, channel="news")
        assert said in reply.text
        assert reply.ephemeral
        assert "reference" not in reply.text
    assert sandbox.messages("general") == []


async def test_a_text_file_of_addresses_and_of_sites_will_do(
    sandbox: Sandbox, moderator: Person, steward: RunningSteward, site: Site
) -> None:
    (feed,) = feeds(site, 1)
    link = '<link rel="alternate" type="application/rss+xml" href="/found.xml">'
    page = site.put("/blog", f"<html><head>{link}", content_type="text/html")
    site.put("/found.xml", feed_of(1, title="Found"))
    text = f"# mine\n{feed}\n\n{page}\n".encode()
    await moderator.run("feeds import", file=("list.txt", text), channel="news")
    assert "**2** added" in (await over(sandbox)).text
    listed = await steward.bot.services.feeds.overview.listing(sandbox.guild.id)
    assert {each.subscription.title for each in listed} == {"Title 0", "Found"}


async def test_a_channel_that_the_moderator_or_the_bot_may_not_write_in_is_refused(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    file = opml(*feeds(site, 1))
    sandbox.deny_bot("news", Permission.EMBED_LINKS)
    reply = await moderator.run("feeds import", file=file, channel="news")
    assert "I lack Embed Links" in reply.text
    sandbox.overwrite("general", "Members", deny=Permission.SEND_MESSAGES)
    sandbox.overwrite("general", "Moderators", deny=Permission.SEND_MESSAGES)
    reply = await moderator.run("feeds import", file=file, channel="general", where="news")
    assert "You may not write" in reply.text
    assert site.requests == []


async def test_where_the_bot_may_not_post_progress_is_private_and_the_outcome_a_notice(
    sandbox: Sandbox, moderator: Person, steward: RunningSteward, site: Site
) -> None:
    sandbox.deny_bot("general", Permission.SEND_MESSAGES)
    urls = [*feeds(site, 3), site.url + "/missing"]
    reply = await moderator.run("feeds import", file=opml(*urls), channel="news")
    assert "to you alone" in reply.text
    private = reply.messages[-1]
    await sandbox.until(lambda: "Import finished" in private.text)
    assert "**3** added · **1** failed" in private.text
    # The notice waits until there is a channel for notices.
    notices = sandbox.channel("moderators").id
    await steward.bot.services.servers.change(sandbox.guild.id, notice_channel_id=notices)
    steward.bot.services.feeds.outbox.tell()
    await sandbox.until(lambda: sandbox.messages("moderators"))
    (notice,) = sandbox.messages("moderators")
    assert "The import of 4 feeds into" in notice.text
    assert "nothing at that address" in notice.text
    site.put("/missing", feed_of(1, title="Found after all"))
    pressed(moderator, notice, "Try the failed ones again")
    await sandbox.until(lambda: "Import finished" in notice.text)
    assert "**4** added" in notice.text


async def test_a_message_that_was_deleted_does_not_hide_the_outcome(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    slow, free = held(site, "/slow", feed_of(1))
    await moderator.run("feeds import", file=opml(slow), channel="news")
    await sandbox.until(lambda: sandbox.messages("general"))
    first = progress(sandbox)
    await sandbox.person("administrator").delete(first)
    free.set()
    message = await over(sandbox)
    assert message.id != first.id
    assert "**1** added" in message.text


async def test_discord_in_trouble_delays_the_outcome_only(
    sandbox: Sandbox, moderator: Person, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.feeds.imports.service.SHOW_RETRIES_S", (0.01,) * 40)
    monkeypatch.setattr("discord.http.asyncio.sleep", _at_once(asyncio.sleep))
    slow, free = held(site, "/slow", feed_of(1))
    await moderator.run("feeds import", file=opml(slow), channel="news")
    await sandbox.until(lambda: sandbox.messages("general"))
    sandbox.faults.order("PATCH", r"/channels/\d+/messages/\d+", "503", times=11)
    free.set()
    assert "**1** added" in (await over(sandbox)).text


def _at_once(sleep: Callable[[float], Awaitable[None]]) -> Callable[[float], Awaitable[None]]:
    """discord.py's waits before it repeats a request, cut short."""

    async def short(seconds: float) -> None:
        await sleep(min(seconds, 0.01))

    return short


async def test_one_import_at_a_time(sandbox: Sandbox, moderator: Person, site: Site) -> None:
    slow, free = held(site, "/slow", feed_of(1))
    await moderator.run("feeds import", file=opml(slow), channel="news")
    again = await moderator.run("feeds import", file=opml(slow), channel="general")
    assert "An import is at work" in again.text
    free.set()
    await over(sandbox)


async def test_the_audit_says_who_imported_stopped_and_undid(
    sandbox: Sandbox, moderator: Person, steward: RunningSteward, site: Site
) -> None:
    await moderator.run("feeds import", file=opml(*feeds(site, 1)), channel="news")
    await moderator.press(await over(sandbox), "Undo")
    entries = await steward.bot.services.servers.audit(sandbox.guild.id)
    assert {(entry.actor_id, entry.action) for entry in entries} == {
        (moderator.id, "feeds.import"),
        (moderator.id, "feeds.import-undo"),
    }


async def test_what_is_exported_can_be_imported_again(
    sandbox: Sandbox, moderator: Person, steward: RunningSteward, site: Site
) -> None:
    assert "no feeds here to export" in (await moderator.run("feeds export")).text
    one, two = feeds(site, 2)
    await moderator.run("feeds add", url=one, channel="news")
    await moderator.run("feeds add", url=two, channel="library")
    reply = await moderator.run("feeds export")
    assert reply.ephemeral
    file = await exported(reply)
    folders = {
        str(folder.get("text")): [feed.get("xmlUrl") for feed in folder]
        for folder in ET.fromstring(file).findall("body/outline")
    }
    assert folders == {"#news": [one], "#library": [two]}
    await moderator.run("feeds import", file=("feeds.opml", file), channel="general")
    assert "**2** added" in (await over(sandbox)).text
    assert await count(steward, sandbox) == 4


async def exported(reply: Reply) -> bytes:
    (attached,) = reply.messages[-1].raw["attachments"]
    assert attached["filename"] == "feeds.opml"
    return await content(attached)


async def content(attached: dict[str, Any]) -> bytes:
    async with aiohttp.ClientSession() as session, session.get(attached["url"]) as response:
        return await response.read()
