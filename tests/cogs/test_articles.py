"""/articles through the real client: the newest, and full-text search of what was posted."""

import asyncio
import re
import time
from html import escape

import pytest

from bot.sandbox import Person, Sandbox
from bot.sandbox.constants import ChannelKind, Permission
from bot.sandbox.replies import Reply
from tests.feeds.site import Site, rss
from tests.harness import RunningSteward

HOSTILE = "@everyone [x](https://evil.example) **b** ](https://evil.example) <@&1> `c` \\"


@pytest.fixture
def member(sandbox: Sandbox) -> Person:
    return sandbox.person("member")


def article(number: int, title: str, text: str = "Nothing more.", link: str = "") -> str:
    link = link or f"https://example.org/articles/{number}"
    return (
        f"<item><guid>urn:sample:{number}</guid><link>{escape(link)}</link>"
        f"<title>{escape(escape(title))}</title><description>{escape(text)}</description>"
        f"<pubDate>Mon, 02 Mar 2026 10:{number:02}:00 GMT</pubDate></item>"
    )


class Newsroom:
    """Has articles posted through the bot, and waits for them."""

    def __init__(self, sandbox: Sandbox, steward: RunningSteward, site: Site) -> None:
        self._sandbox, self._steward, self._site = sandbox, steward, site

    async def post(self, channel: str, *articles: str, feed: str = "One") -> None:
        """Add a feed with at most ten articles to a channel, all of which are posted."""
        before = self._posted(channel)
        url = self._site.put(f"/{feed}", rss(*articles, title=f"Feed {feed}"))
        moderator = self._sandbox.person("moderator")
        await moderator.run("feeds add", url=url, channel=channel, backlog=10)
        await self._sandbox.until(lambda: self._posted(channel) == before + len(articles))
        outbox = self._steward.bot.services.feeds.outbox
        while outbox.busy:  # until it has noted that they have been sent
            await asyncio.wait(outbox.busy)

    def _posted(self, channel: str) -> int:
        if self._sandbox.channel(channel).kind == ChannelKind.FORUM:
            return len(self._sandbox.threads(channel))
        return len(self._sandbox.messages(channel))


@pytest.fixture
def newsroom(sandbox: Sandbox, steward: RunningSteward, site: Site) -> Newsroom:
    return Newsroom(sandbox, steward, site)


def shown(reply: Reply) -> str:
    """The list itself, as Markdown."""
    assert reply.message is not None
    return str(reply.message.raw["embeds"][0]["description"])


def titles(reply: Reply) -> list[str]:
    """The titles of a list, without the marks of their hits."""
    found = re.findall(r"^\[(.*)\]\(https://example\.org", shown(reply), re.MULTILINE)
    return [re.sub(r"\*\*|\\(?=[:~])", "", title) for title in found]


async def test_latest_shows_the_newest_first_to_the_asker_alone(
    sandbox: Sandbox, member: Person, newsroom: Newsroom
) -> None:
    names = [f"Title {number}" for number in range(1, 9)]
    articles = [article(number, name) for number, name in enumerate(names, 1)]
    await newsroom.post("news", *articles)
    reply = await member.run("articles latest")
    assert reply.ephemeral
    assert titles(reply) == names[:-6:-1]
    assert reply.buttons == ["Post in channel"]
    newest = sandbox.messages("news")[-1]
    place = f"{sandbox.guild.id}/{sandbox.channel('news').id}/{newest.id}"
    assert f"Feed One · <t:1772446080:d> · [#news](https://discord.com/channels/{place})" in shown(
        reply
    )
    more = await member.run("articles latest", count=8)
    assert more.buttons == ["Back", "More", "Post in channel"]
    more = await member.press(more, "More")
    assert titles(more) == ["Title 3", "Title 2", "Title 1"]
    assert "Page 2 of 2" in more.text
    more = await member.press(more, "Back")
    assert titles(more) == names[:-6:-1]
    assert titles(await member.run("articles latest", count=1)) == ["Title 8"]


async def test_latest_knows_what_was_there_before_the_feed_was_added(
    sandbox: Sandbox, moderator: Person, member: Person, site: Site
) -> None:
    assert "No feed is posted" in (await member.run("articles latest")).text
    url = site.put("/feed", rss(article(1, "Old"), article(2, "Older job"), title="Feed One"))
    await moderator.run("feeds add", url=url, channel="news")
    reply = await member.run("articles latest")
    assert titles(reply) == ["Older job", "Old"]
    assert "news" not in shown(reply)  # there is no message to lead to
    # Search is of what was posted.
    assert (
        "Nothing has been posted yet" not in (await member.run("articles search", query="x")).text
    )
    assert "No article" in (await member.run("articles search", query="old")).text


async def test_latest_of_one_feed_and_only_of_those_that_can_be_seen(
    moderator: Person, member: Person, newsroom: Newsroom
) -> None:
    await newsroom.post("news", article(1, "For all"))
    await newsroom.post("moderators", article(2, "Secret"), feed="Two")
    assert titles(await member.run("articles latest")) == ["For all"]
    assert titles(await moderator.run("articles latest")) == ["Secret", "For all"]
    assert [each["name"] for each in await member.autocomplete("articles latest", "feed", "")] == [
        "Feed One (127.0.0.1)"
    ]
    choices = await moderator.autocomplete("articles latest", "feed", "two")
    assert [each["name"] for each in choices] == ["Feed Two (127.0.0.1)"]
    secret = choices[0]["value"]
    reply = await moderator.run("articles latest", feed=secret)
    assert titles(reply) == ["Secret"]
    assert "Newest from Feed Two" in reply.text
    for typed in (secret, "Feed Two", "nonsense"):
        refused = await member.run("articles latest", feed=typed)
        assert "do not know which feed" in refused.text
    assert titles(await member.run("articles latest", feed="feed one")) == ["For all"]


async def test_search_finds_words_phrases_and_beginnings_and_marks_them(
    member: Person, newsroom: Newsroom
) -> None:
    await newsroom.post(
        "news",
        article(1, "Officers vote", "The ballot for a strike over pay closes on Friday."),
        article(2, "A pay rise", "Nothing was said of a strike."),
        article(3, "Job of the week", "Strike pay is not part of it."),
        article(4, "Café opens", "In Leeds."),
    )  # fmt: skip
    found = {
        "strike": ["Job of the week", "A pay rise", "Officers vote"],
        "strik* pay -job": ["A pay rise", "Officers vote"],
        '"pay rise"': ["A pay rise"],
        "“strike over”": ["Officers vote"],
        "cafe": ["Café opens"],
        "LEEDS, café": ["Café opens"],
    }
    for query, expected in found.items():
        reply = await member.run("articles search", query=query)
        assert titles(reply) == expected, query
        assert reply.ephemeral
        assert f"Search: {query}" in reply.text
    reply = await member.run("articles search", query="pay ball*")
    assert "“The **ballot** for a strike over **pay** closes on Friday.”" in shown(reply)
    reply = await member.run("articles search", query="pay")
    assert "[A **pay** rise](https://example.org/articles/2)" in shown(reply)


async def test_the_best_come_first_and_the_newest_among_equals(
    member: Person, newsroom: Newsroom
) -> None:
    await newsroom.post(
        "news",
        article(1, "All in the title: probation strike"),
        article(2, "Strike, probation: all here"),
        article(3, "A strike", "Of probation officers."),
        article(4, "Neither", "A probation strike is near."),
        article(5, "Far apart", "Probation goes on without a strike."),
        article(6, "Far apart again", "Probation goes on without any strike."),
    )  # fmt: skip
    reply = await member.run("articles search", query="probation strike")
    assert titles(reply) == [
        "Strike, probation: all here",
        "All in the title: probation strike",
        "Neither",
        "A strike",
        "Far apart again",
    ]
    assert "6 articles found" in reply.text


async def test_what_stands_in_a_hidden_or_deleted_channel_is_not_found(
    sandbox: Sandbox, moderator: Person, member: Person, newsroom: Newsroom
) -> None:
    sandbox.add_channel("short-lived")
    await newsroom.post("news", article(1, "Strike for all"))
    await newsroom.post("moderators", article(2, "Strike secret"), feed="Two")
    await newsroom.post("short-lived", article(3, "Strike gone"), feed="Three")
    await newsroom.post("library", article(4, "Strike kept"), feed="Four")
    sandbox.remove_channel("short-lived")
    seen = await member.run("articles search", query="strike")
    assert titles(seen) == ["Strike kept", "Strike for all"]
    assert "1 article" not in seen.text
    (kept,) = sandbox.threads("library")
    assert f"https://discord.com/channels/{sandbox.guild.id}/{kept.id})" in shown(seen)
    seen = await moderator.run("articles search", query="strike")
    assert titles(seen) == ["Strike kept", "Strike secret", "Strike for all"]
    # The words of what is hidden are not given away either.
    nothing = await member.run("articles search", query="strike secret")
    assert "“secret” is in none" in nothing.text
    sandbox.overwrite("news", "Members", deny=Permission.READ_MESSAGE_HISTORY)
    assert titles(await member.run("articles search", query="strike")) == ["Strike kept"]
    sandbox.overwrite("library", "Members", deny=Permission.VIEW_CHANNEL)
    assert "Nothing has been posted yet" in (await member.run("articles search", query="x")).text
    assert "No feed is posted" in (await member.run("articles latest")).text


async def test_what_was_posted_is_found_after_its_feed_was_removed(
    moderator: Person, member: Person, newsroom: Newsroom
) -> None:
    await newsroom.post("news", article(1, "Strike"))
    await moderator.run("feeds remove", feed="feed one")
    assert titles(await member.run("articles search", query="strike")) == ["Strike"]
    assert "No feed is posted" in (await member.run("articles latest")).text


async def test_nothing_found_names_the_next_step_and_what_comes_nearest(
    member: Person, newsroom: Newsroom
) -> None:
    assert "Nothing has been posted yet" in (await member.run("articles search", query="x")).text
    await newsroom.post(
        "news",
        article(1, "A strike"), article(2, "The pay"), article(3, "A job"),
    )  # fmt: skip
    reply = await member.run("articles search", query="strike pay strkie*")
    assert "“strkie\\*” is in none" in reply.text
    assert "Nearest: some of the words" in reply.text
    assert titles(reply) == ["The pay", "A strike"]
    reply = await member.run("articles search", query="strike pay")
    assert "Leave out a word" in reply.text
    reply = await member.run("articles search", query="zebra “white lion”")
    assert "“zebra”, “white lion” are in none" in reply.text
    assert not reply.message or not reply.message.raw["embeds"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ('pay "', "quotation mark without its partner"),
        ("*", "goes right after the word"),
        ("-job", "Name at least one"),
        ("p*", "at least two"),
        ("&&", "no word in that"),
        ("pay NEAR(x) OR job", "AND, OR and NOT"),
    ],
)
async def test_what_cannot_be_understood_is_answered_with_what_to_do(
    steward: RunningSteward, member: Person, query: str, said: str
) -> None:
    assert steward.bot.connected.is_set()
    reply = await member.run("articles search", query=query)
    assert said in reply.text
    assert reply.ephemeral


async def test_the_pages_of_a_search_survive_a_restart_however_long_it_is(
    steward: RunningSteward, member: Person, newsroom: Newsroom
) -> None:
    articles = [article(number, f"Strike {number} of: ~ten") for number in range(1, 11)]
    await newsroom.post("news", *articles)
    query = "stri* of ~ten: -" + " -".join(f"without{number}" for number in range(30))
    assert len(query) > 300
    first = await member.run("articles search", query=query)
    latest = await member.run("articles latest", count=10)
    assert first.buttons == ["Back", "More", "Post in channel"]
    await steward.restart()
    assert first.message is not None
    assert latest.message is not None
    second = await member.press(first.message, "More")
    assert titles(second) == [f"Strike {number} of: ~ten" for number in range(5, 0, -1)]
    back = await member.press(first.message, "Back")
    assert titles(back)[0] == "Strike 10 of: ~ten"
    older = await member.press(latest.message, "More")
    assert titles(older)[0] == "Strike 5 of: ~ten"


async def test_a_page_is_posted_once_without_the_askers_name(
    sandbox: Sandbox, member: Person, newsroom: Newsroom
) -> None:
    articles = [article(number, f"Strike {number}") for number in range(1, 8)]
    await newsroom.post("news", *articles)
    reply = await member.run("articles search", query="strike")
    second = await member.press(reply, "More")
    assert titles(second) == ["Strike 2", "Strike 1"]
    # A finger that trembles presses twice before the first press is answered.
    done, _ = await asyncio.gather(
        member.press(second, "Post in channel"), member.press(second, "Post in channel")
    )
    assert done.buttons == ["Back", "More", "Posted"]
    (message,) = sandbox.messages("general")
    assert message.raw["embeds"][0]["description"] == shown(second)
    assert message.author_id == sandbox.bot.id
    assert message.raw.get("interaction_metadata") is None
    assert member.user.name not in str(message.raw)
    newest = await member.run("articles latest", count=25)
    await member.press(newest, "Post in channel")
    assert len(sandbox.messages("general")) == 2
    assert sandbox.messages("general")[1].raw["embeds"][0]["description"].count("Strike") == 5


async def test_nothing_is_posted_where_the_asker_may_not_write(
    sandbox: Sandbox, member: Person, newsroom: Newsroom
) -> None:
    await newsroom.post("news", article(1, "Strike"))
    asked = {
        "/articles latest": await member.run("articles latest"),
        "/articles search": await member.run("articles search", query="strike"),
    }
    sandbox.overwrite("general", "Members", deny=Permission.SEND_MESSAGES)
    for command, reply in asked.items():
        refused = await member.press(reply, "Post in channel")
        assert "You may not write in this channel" in refused.text
        assert command in refused.text
    assert sandbox.messages("general") == []


async def test_hostile_titles_stay_text(
    sandbox: Sandbox, member: Person, newsroom: Newsroom
) -> None:
    title = f"Strike \ue001{HOSTILE} \ue000 end"
    text = f"The strike {HOSTILE} goes on \ue000."
    link = "https://example.org/a(b)c_(d)?q=[1]&x=**"
    await newsroom.post("news", article(1, title, text, link=link))
    (message,) = sandbox.messages("news")
    place = f"https://discord.com/channels/{sandbox.guild.id}/{message.channel_id}/{message.id}"
    for reply in (
        await member.run("articles search", query="strike"),
        await member.run("articles latest"),
    ):
        description = shown(reply)
        assert re.findall(r"\]\((.*?)\)", description) == [
            "https://example.org/a%28b%29c_%28d%29?q=%5B1%5D&x=%2A%2A",
            place,
        ]
        label = description[1 : description.index("](")]
        assert "[" not in label
        assert "://" not in label
        assert "evil.example" in label
        assert description.count("@everyone") == description.count("\\@everyone")
        assert not re.search("[\ue000\ue001]", description)
        posted = await member.press(reply, "Post in channel")
        assert "Posted" in posted.buttons
    for message in sandbox.messages("general"):
        assert not message.raw["mention_everyone"]
        assert not message.raw["mention_roles"]


async def test_long_articles_fit_a_page(member: Person, newsroom: Newsroom) -> None:
    articles = [
        article(
            number,
            f"Strike {number} " + "*_" * 120,
            "strike " + "`|" * 700,
            link=f"https://example.org/{number}?" + "x" * (560 if number < 5 else 1900),
        )
        for number in range(1, 6)
    ]
    await newsroom.post("news", *articles)
    reply = await member.run("articles search", query="strike")
    assert "5 articles found" in reply.text
    assert all(f"Strike** {number} " in shown(reply) for number in range(1, 6))


async def test_ten_thousand_articles_are_searched(
    sandbox: Sandbox, steward: RunningSteward, member: Person, newsroom: Newsroom
) -> None:
    await newsroom.post("news", article(1, "Strike"))
    now = int(time.time())
    async with steward.bot.services.articles._store._database.transaction() as tx:
        await tx.executemany(
            "INSERT INTO article (feed_id, key, guid, guid_shared, place, content, title_hash,"
            " link, title, summary, text, picture, author, categories, seen_at)"
            " VALUES (1, ?, '', 0, '', ?, '', ?, ?, '', ?, '', '', '', ?)",
            [
                (
                    f"key{number}", f"content{number}", f"https://example.org/{number}",
                    f"Common title {number}", f"Common words {number % 100} " * 20, now - number,
                )
                for number in range(10_000)
            ],
        )  # fmt: skip
        await tx.execute(
            "INSERT INTO delivery (guild_id, subscription_id, article_id, state, message_id,"
            " created_at) SELECT ?, 1, id, 'sent', id, ? FROM article WHERE id > 1",
            (sandbox.guild.id, now),
        )
    reply = await member.run("articles search", query="common")
    assert "10,000 articles found" in reply.text
    assert titles(reply) == [f"Common title {number}" for number in range(5)]
    assert "Page 1 of 2000" in reply.text
    reply = await member.run("articles search", query='"title 77" com*')
    assert titles(reply) == ["Common title 77"]
    reply = await member.run("articles latest")
    assert titles(reply)[0] == "Common title 0"
