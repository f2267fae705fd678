"""What a moderator chooses with /feeds add, and what /feeds preview and list say of it."""

from typing import Any

from bot.feeds.model import Options, Style
from bot.sandbox import Person, Reply, Sandbox
from bot.sandbox.constants import Permission
from tests.feeds.site import Site, feed_of, item, rss
from tests.harness import RunningSteward


def plainly(reply: Reply) -> str:
    """What a person reads: without the signs that keep text from being Markdown."""
    return reply.text.replace("\\", "")


async def options(sandbox: Sandbox, steward: RunningSteward) -> Options:
    (listed,) = await steward.bot.services.feeds.overview.listing(sandbox.guild.id)
    return listed.subscription.options


async def test_everything_that_can_be_chosen_is_kept_and_told(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site
) -> None:
    role = sandbox.add_role("News readers", mentionable=True)
    pay = [item(n, title=f"Pay offer {n}") for n in (30, 20, 10)]
    rest = [item(n) for n in range(27, 9, -1) if n not in (20, 10)]
    url = site.put("/feed", rss(*pay[:1], *rest[:8], *pay[1:2], *rest[8:], *pay[2:]))
    reply = await moderator.run(
        "feeds add",
        url=url,
        channel="news",
        role="News readers",
        style="thread",
        include="pay, strike*",
        exclude='job -"job done"',
        backlog=2,
    )
    assert reply.latency_s < 3
    assert "is added: new articles are posted in" in reply.text
    assert "The newest 2 are on their way." in reply.text
    assert "Style: a card with a thread to discuss it." in reply.text
    assert "with any of: pay, strike*; without: job, unless with: “job done”" in plainly(reply)
    assert "Of the newest 19, 3 would have been posted." in reply.text
    assert f"Each mentions <@&{role.id}>." in reply.text
    assert "This is how the newest of those looks:" in reply.text
    assert "Pay offer 30" in reply.text
    assert reply.buttons == ["Looks right", "Undo", "Place a sign-up button"]
    assert await options(sandbox, steward) == Options(
        Style.THREAD, role.id, moderator.id, "pay, strike*", 'job -"job done"'
    )
    (entry,) = await steward.bot.services.servers.audit(sandbox.guild.id)
    assert entry.action == "feeds.add"
    assert "style thread" in entry.target
    assert "include pay, strike*" in entry.target
    await sandbox.until(lambda: len(sandbox.messages("news")) >= 2)
    titles = [message.raw["embeds"][0]["title"] for message in sandbox.messages("news")]
    assert titles == ["Pay offer 20", "Pay offer 30"]


async def test_a_filter_that_nothing_passes_says_so_and_looks_at_twenty(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    url = site.put("/feed", feed_of(*range(25, 0, -1)))
    reply = await moderator.run("feeds add", url=url, channel="news", include="pension", backlog=3)
    assert "Of the newest 20, none would have been posted." in reply.text
    assert "the newest one, which is left out, looks" in reply.text
    assert "on their way" not in reply.text


STYLES: list[tuple[dict[str, Any], str, Style, str]] = [
    ({}, "news", Style.EMBED, ""),
    ({}, "library", Style.FORUM, ""),
    ({"style": "embed"}, "library", Style.FORUM, "In a forum each article is a post"),
    ({"style": "thread"}, "library", Style.FORUM, "In a forum each article is a post"),
    ({"style": "digest-weekly"}, "library", Style.WEEKLY, "one message a week"),
    ({"style": "Digest daily"}, "news", Style.DAILY, "one message a day"),
    ({"style": "thread: a card with a thread"}, "news", Style.THREAD, "a card with"),
]


async def test_the_style_follows_the_kind_of_channel(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site
) -> None:
    url = site.put("/feed", feed_of(1))
    for chosen, channel, style, said in STYLES:
        reply = await moderator.run("feeds add", url=url, channel=channel, **chosen)
        assert said in reply.text
        assert (await options(sandbox, steward)).style is style
        await moderator.press(reply, "Undo")


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"style": "forum"}, "goes with forum channels only"),
    ({"style": "carrier pigeon"}, "There is no style"),
    ({"include": '"pay'}, "quotation mark without its partner"),
    ({"exclude": "-pay"}, "`exclude`"),
    ({"role": "@everyone"}, "do not mention @everyone"),
    ({"role": "Secret"}, "may not mention"),
]


async def test_what_cannot_be_chosen_is_refused_before_the_site_is_asked(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    sandbox.add_role("Secret")
    url = site.put("/feed", feed_of(1))
    for chosen, said in REFUSED:
        reply = await moderator.run("feeds add", url=url, channel="news", **chosen)
        assert said in reply.text
        assert reply.ephemeral
    assert site.requests == []
    assert "no feeds here yet" in (await moderator.run("feeds list")).text


async def test_a_role_that_not_everybody_may_mention_takes_that_both_may(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site
) -> None:
    secret = sandbox.add_role("Secret")
    url = site.put("/feed", feed_of(1))

    async def attempt() -> Reply:
        return await moderator.run("feeds add", url=url, channel="news", role="Secret")

    assert f"I may not mention <@&{secret.id}>. Allow anyone to" in (await attempt()).text
    permit(sandbox, sandbox.bot.name)
    assert f"You may not mention <@&{secret.id}> yourself" in (await attempt()).text
    permit(sandbox, "Moderators")
    assert f"Each mentions <@&{secret.id}>." in (await attempt()).text
    assert (await options(sandbox, steward)).role_id == secret.id


def permit(sandbox: Sandbox, role: str) -> None:
    """Let those with a role mention everyone, and so any role."""
    permissions = sandbox.role(role).permissions | Permission.MENTION_EVERYONE
    sandbox.set_role_permissions(role, permissions)


async def test_a_thread_needs_a_permission_more_than_a_card(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    url = site.put("/feed", feed_of(1))
    sandbox.deny_bot("news", Permission.CREATE_PUBLIC_THREADS)
    refused = await moderator.run("feeds add", url=url, channel="news", style="thread")
    assert "I lack Create Public Threads" in refused.text
    assert "is added" in (await moderator.run("feeds add", url=url, channel="news")).text


async def test_suggested_styles_fit_the_channel_and_say_what_they_are(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    async def offered(typed: str = "", **given: str) -> list[str]:
        found = await moderator.autocomplete("feeds add", "style", typed, **given)
        assert all(each["name"].startswith(each["value"]) for each in found)
        return [each["value"] for each in found]

    assert await offered() == ["embed", "thread", "forum", "digest-daily", "digest-weekly"]
    assert await offered(channel="news") == ["embed", "thread", "digest-daily", "digest-weekly"]
    assert await offered(channel="library") == ["forum", "digest-daily", "digest-weekly"]
    assert await offered("discuss", channel="news") == ["thread"]
    await moderator.run("feeds add", url=site.put("/feed", feed_of(1)), channel="library")
    found = await moderator.autocomplete("feeds edit", "style", "", feed="sample")
    assert [each["value"] for each in found] == ["forum", "digest-daily", "digest-weekly"]
    sandbox.allow_command("feeds", "Members")
    assert await sandbox.person("member").autocomplete("feeds add", "style", "") == []


async def test_a_digest_says_that_the_backlog_waits_for_it(moderator: Person, site: Site) -> None:
    url = site.put("/feed", feed_of(3, 2, 1))
    reply = await moderator.run(
        "feeds add", url=url, channel="news", style="digest-daily", backlog=2
    )
    assert "The newest 2 will be in the first digest." in reply.text
    assert "one message a day with the new articles. The first comes <t:" in reply.text


async def test_preview_says_how_often_it_publishes_and_what_else_the_site_has(
    moderator: Person, site: Site
) -> None:
    site.put("/feed", feed_of(180, 120, 60, 0))
    site.put("/other.xml", feed_of(9))
    link = '<link rel="alternate" type="application/rss+xml" title="{}" href="{}">'
    page = "<html><head>" + link.format("News", "/feed") + link.format("Jobs", "/other.xml")
    url = site.put("/", page + "</head></html>", content_type="text/html")
    reply = await moderator.run("feeds preview", url=url)
    assert "Found 4 articles at" in reply.text
    assert "It publishes every hour or more often." in reply.text
    assert "The newest article is from <t:" in reply.text
    assert "The site has another feed: `" in reply.text
    assert "/other.xml" in reply.text
    assert "Article number 180" in reply.text
    assert reply.ephemeral
    assert "no feeds here yet" in (await moderator.run("feeds list")).text
    added = await moderator.run("feeds add", url=url, channel="news")
    assert "The site has another feed: `" in added.text


async def test_the_list_names_style_role_and_filter_briefly(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    role = sandbox.add_role("News readers", mentionable=True)
    url = site.put("/feed", feed_of(1))
    chosen: dict[str, Any] = {"style": "thread", "role": "News readers", "exclude": "job*"}
    await moderator.run("feeds add", url=url, channel="news", **chosen)
    await moderator.run("feeds add", url=url, channel="general")
    lines = plainly(await moderator.run("feeds list")).splitlines()
    news = sandbox.channel("news").id
    (line,) = [each for each in lines if f"<#{news}>" in each]
    assert line.endswith(f"<#{news}>, thread, mentions <@&{role.id}>")
    assert "-# only articles without: job*" in lines
    (plain,) = [each for each in lines if f"<#{sandbox.channel('general').id}>" in each]
    assert plain.endswith(">")


async def test_looks_right_leaves_the_sign_up_button_where_a_role_is_mentioned(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    sandbox.add_role("News readers", mentionable=True)
    url = site.put("/feed", feed_of(1))
    reply = await moderator.run("feeds add", url=url, channel="news", role="News readers")
    reply = await moderator.press(reply, "Looks right")
    assert reply.buttons == ["Place a sign-up button"]
