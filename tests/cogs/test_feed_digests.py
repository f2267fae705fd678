"""Digests as they look in channels and forums."""

from bot.feeds.model import Style
from bot.sandbox import Sandbox
from tests.cogs.feed_tools import add, embed, next_morning
from tests.feeds.site import Site, feed_of
from tests.harness import RunningSteward


async def test_a_digest_is_one_message_with_linked_titles_and_one_mention(
    sandbox: Sandbox, noon: RunningSteward, site: Site
) -> None:
    moderator = sandbox.person("moderator")
    role = sandbox.add_role("News readers", mentionable=True)
    url = site.put("/feed", feed_of(1))
    await add(moderator, url, "news", Style.DAILY, role="News readers")
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
    await add(moderator, site.put("/feed", feed_of(1)), "news", Style.DAILY)
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
    await add(moderator, site.put("/feed", feed_of(1)), "library", Style.WEEKLY)
    site.put("/feed", feed_of(3, 2, 1))
    await moderator.run("feeds check", feed="sample")
    await next_morning(noon, days=7)
    await sandbox.until(lambda: sandbox.threads("library"))
    (post,) = sandbox.threads("library")
    assert post.name == "Sample news: week of 2 March"
    (first,) = sandbox.messages(post.id)
    assert embed(first)["title"] == "Week of 2 March"
    assert embed(first)["description"].count("**[") == 2
