"""A feed that attacks with every word it says, seen through all commands and every message."""

import asyncio
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator
from html import escape as xml
from typing import Any

from bot.sandbox import Message, Person, Sandbox
from tests.feeds.discord_text import alive, closed, unlinked
from tests.feeds.site import Site, rss
from tests.harness import RunningSteward

ACTS = (
    "@everyone @here <@{member}> <@&{role}> <#{channel}> </feeds add:{channel}> <t:1:R> <:x:1> "
    "[bank.example](https://evil.example) https://discord.gg/evil discord://x `a` ```b``` ||c|| "
    "**d __e ~~f \u202eg\u2066 \u200bh Z\u0301\u0302\u0303\u0304\u0305\u0306\u0307 \x1b[31mi "
    "\U000e0041 j\u2028# k"
)  # fmt: skip
LINES = "\n# head\n> quote\n-# small\n>>> all\n- item\n"


def hostile_item(number: int, acts: str) -> str:
    """One article in which every field attacks."""
    said = xml(f"{number} {acts}".replace("\x1b", "&#27;"))
    html = f"<![CDATA[<p>{acts}</p>{LINES}<b><a href='javascript:alert(1)'>x</a>{acts}]]>"
    return (
        f"<item><guid>{said} {number}</guid><link>https://example.org/{number}?{said}</link>"
        f"<title>{said}</title><author>{said}</author><description>{html}</description>"
        f"<category>{said}</category>"
        f'<enclosure url="https://example.org/{number}.png?{said}" type="image/png"/>'
        f"<pubDate>Mon, 02 Mar 2026 00:{number:02}:00 GMT</pubDate></item>"
    ).replace("\x1b", "")


def messages_in(body: Any) -> Iterator[dict[str, Any]]:
    """The messages that a request to Discord posts or changes."""
    if not isinstance(body, dict):
        return
    if body.get("type") in (4, 7) and "data" in body:
        yield body["data"]
    elif isinstance(body.get("message"), dict):
        yield body["message"]
    elif {"content", "embeds"} & body.keys():
        yield body


def sent(sandbox: Sandbox) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every message of a run, with the path that it went to."""
    for request in sandbox.requests:
        if request.method in ("POST", "PATCH") and "/commands" not in request.path:
            for message in messages_in(request.body):
                yield f"{request.method} {request.path}", message


def markdown_in(message: dict[str, Any]) -> Iterator[str]:
    """The parts of a message that Discord reads as Markdown."""
    for embed in message.get("embeds") or ():
        yield embed.get("title") or ""
        yield embed.get("description") or ""
        for field in embed.get("fields") or ():
            yield field["name"]
            yield field["value"]


def plain_in(message: Any) -> Iterator[str]:
    """All texts of a message, at any depth."""
    if isinstance(message, str):
        yield message
    elif isinstance(message, dict):
        for value in message.values():
            yield from plain_in(value)
    elif isinstance(message, list):
        for value in message:
            yield from plain_in(value)


async def run_everything(
    sandbox: Sandbox, moderator: Person, site: Site, acts: str, role: str
) -> None:
    """All that a moderator does with a feed, in each style, with a flood and a lost permission."""
    titles = {"news": "embed", "general": "thread", "library": "forum"}
    for place, style in titles.items():
        document = rss(hostile_item(1, acts), title=f"{place} {acts}")
        reply = await moderator.run(
            "feeds add",
            url=site.put(f"/{place}", document),
            channel=place,
            style=style,
            role=role if place == "news" else None,
            backlog=1,
        )
        assert "is added" in reply.text
    await sandbox.until(lambda: len(articles(sandbox)) == 3, 20)
    await moderator.run("feeds add", url=f"{site.url}/news", channel="news")
    await moderator.run("feeds preview", url=f"{site.url}/news")
    await moderator.run("feeds list")
    await moderator.run("feeds health")
    await moderator.run("articles latest")
    await moderator.run("articles search", query="head")
    choices = await moderator.autocomplete("feeds check", "feed", "")
    assert len(choices) == 3
    for choice in choices:
        assert unicodedata.normalize("NFC", choice["name"]) == choice["name"]
        assert choice["name"].isprintable()
    for choice in choices:
        await moderator.run("feeds check", feed=choice["value"])
    # An edit, a flood, and a refusal by Discord, which makes a notice.
    edited = [hostile_item(1, f"corrected {acts}")]
    site.put("/news", rss(*edited, title=f"news {acts}"))
    await moderator.run("feeds check", feed=choices[0]["value"])
    flood = [hostile_item(number, acts) for number in range(30, 0, -1)]
    site.put("/general", rss(*flood, title=f"general {acts}"))
    sandbox.faults.order("POST", r"/channels/\d+/messages", "400:50035", times=2)
    site.put("/news", rss(hostile_item(2, acts), *edited, title=f"news {acts}"))
    await sandbox.until(lambda: len(sandbox.messages("moderators")) >= 2, 20)
    removed = await moderator.run("feeds remove", feed=choices[2]["value"])
    await moderator.press(removed, "Undo")


def articles(sandbox: Sandbox) -> list[Message]:
    """What stands in the three places."""
    found = [m for place in ("news", "general") for m in sandbox.messages(place) if m.raw["embeds"]]
    for post in sandbox.threads("library"):
        found += sandbox.messages(str(post.id))
    return found


async def test_in_a_whole_run_nothing_is_mentioned_and_nothing_breaks_out(
    sandbox: Sandbox, steward: RunningSteward, site: Site, log_text: Callable[[], str]
) -> None:
    moderator, member = sandbox.person("moderator"), sandbox.person("member")
    await steward.bot.services.servers.change(
        sandbox.guild.id, notice_channel_id=sandbox.channel("moderators").id
    )
    role = sandbox.add_role("News readers", mentionable=True)
    other = sandbox.add_role("Everybody else", mentionable=True)
    news = sandbox.channel("news").id
    acts = ACTS.format(member=member.id, role=other.id, channel=news)
    await run_everything(sandbox, moderator, site, acts, "News readers")
    await asyncio.wait_for(steward.stop(), 20)

    for message in itertools.chain.from_iterable(
        sandbox.messages(place) for place in ("news", "general", "moderators")
    ):
        assert not message.raw["mention_everyone"]
        assert not message.raw["mentions"]
        assert set(message.raw["mention_roles"]) <= {str(role.id)}
    live_mention = re.compile(
        rf"(?<!\\)(?:@everyone|@here|<@!?{member.id}|<@&{other.id}|</|<t:1:|<a?:x|\]\(|\|\||`{{3}})"
    )
    checked = 0
    for path, posted in sent(sandbox):
        allowed = posted.get("allowed_mentions")
        assert allowed is not None, path
        assert not allowed.get("parse"), path
        assert not allowed.get("users"), path
        assert not allowed.get("replied_user"), path
        assert {int(each) for each in allowed.get("roles") or ()} <= {role.id}, path
        if allowed.get("roles"):
            assert f"/channels/{news}/" in path
        for text in markdown_in(posted):
            assert not live_mention.search(unlinked(text)), path
        for text in plain_in(posted):
            assert not set(text) & set("\x00\x1b\u200b\u202e\u2066\u2028\U000e0041"), path
        checked += 1
    assert checked > 20
    for message_ in articles(sandbox):
        for embed in message_.raw["embeds"]:
            assert alive(embed.get("title", "")) == ""
            assert alive(embed.get("description", "")) == ""
            assert closed(embed.get("description", ""))
            assert embed["url"].startswith("https://example.org/")
    log = log_text()
    assert not any(unicodedata.category(c) == "Cc" and c != "\n" for c in log)
    assert "\u2028" not in log
