"""/feeds health through the real client: a table that fits a phone, and what to do."""

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest

from bot.feeds.health import Health, State
from bot.feeds.model import Feed
from bot.feeds.overview import Listed
from bot.sandbox import Person, Sandbox
from bot.sandbox.replies import Reply
from cogs.feeds import health
from tests.feeds.site import Site, feed_of
from tests.feeds.test_health import listed
from tests.harness import RunningSteward

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
COLUMNS = 38


def rows(reply: Reply) -> list[str]:
    """The lines of the table, without its heading."""
    assert reply.message is not None
    return str(reply.message.raw["content"]).split("```")[1].strip("\n").split("\n")[1:]


async def add(
    moderator: Person, site: Site, name: str, *numbers: int, channel: str = "news"
) -> str:
    url = site.put(f"/{name}", feed_of(*numbers, title=name))
    reply = await moderator.run("feeds add", url=url, channel=channel)
    assert "is added" in reply.text
    return url


async def test_each_feed_has_a_row_worst_first_and_words_for_what_is_wrong(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    assert "no feeds here yet" in (await moderator.run("feeds health")).text
    for name in ("Well", "Failing", "Ended", "Paused"):
        await add(moderator, site, name, 1)
    await add(moderator, site, "Well", 1, channel="general")
    await moderator.run("feeds pause", feed="paused")
    site.put("/Failing", "", status=404)
    site.put("/Ended", "", status=410)
    for name in ("failing", "ended"):
        await moderator.run("feeds check", feed=name)
    reply = await moderator.run("feeds health")
    assert reply.ephemeral
    assert [row.split()[:2] for row in rows(reply)[:3]] == [
        ["×", "Ended"],
        ["!", "Failing"],
        ["=", "Paused"],
    ]
    assert rows(reply)[3].startswith("  Well ")
    assert len(rows(reply)) == 4  # one for each feed, however many channels want it
    assert all(len(row) == COLUMNS for row in rows(reply))
    ended, failing = rows(reply)[:2]
    assert ended.split()[3] == "-"
    assert failing.split()[2] == "now"
    for said in (
        "`×` ended · `!` failing · `=` paused",
        "**Ended** has ended",
        "There is nothing at that address",
        "**Failing** has failed",
        "since <t:",
        f"**Paused** is paused in <#{sandbox.channel('news').id}>",
    ):
        assert said in str(reply.message and reply.message.raw), said
    assert reply.buttons == ["Refresh", "Ask Ended now", "Ask Failing now"]
    asked = await moderator.press(reply, "Ask Failing now")
    assert "could not be read" in asked.text


async def test_all_in_order_is_said_and_refreshing_shows_what_has_changed(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site
) -> None:
    await add(moderator, site, "Well", 1)
    reply = await moderator.run("feeds health")
    assert health.IN_ORDER in reply.text
    assert reply.message is not None
    assert reply.message.raw["embeds"] == []
    site.put("/Well", "", status=500)
    await moderator.run("feeds check", feed="well")
    await steward.restart()
    again = await moderator.press(reply.message, "Refresh")
    assert health.IN_ORDER not in again.text
    assert "**Well** has failed" in again.text
    assert again.ephemeral
    site.put("/Well", feed_of(1, title="Well"))
    await moderator.run("feeds check", feed="well")
    again = await moderator.press(reply.message, "Refresh")
    assert health.IN_ORDER in again.text
    assert again.message is not None
    assert again.message.raw["embeds"] == []


async def test_many_feeds_come_in_pages_of_ten_that_survive_a_restart(
    sandbox: Sandbox, steward: RunningSteward, moderator: Person, site: Site
) -> None:
    for at in range(12):
        await add(moderator, site, f"Feed {at:02}", 1)
    reply = await moderator.run("feeds health")
    assert len(rows(reply)) == 10
    assert "Page 1 of 2, 12 feeds" in reply.text
    await steward.restart()
    assert reply.message is not None
    more = await moderator.press(reply.message, "More")
    assert [row.split()[1] for row in rows(more)] == ["10", "11"]
    back = await moderator.press(reply.message, "Back")
    assert len(rows(back)) == 10


async def test_members_neither_run_nor_press_it(
    sandbox: Sandbox, moderator: Person, site: Site
) -> None:
    await add(moderator, site, "Secret", 1, channel="moderators")
    member = sandbox.person("member")
    sandbox.allow_command("feeds", "Members")
    assert "Only moderators" in (await member.run("feeds health")).text
    reply = await moderator.run("feeds health")
    sandbox.set_roles(moderator, ["Members"])
    refused = await moderator.press(reply, "Refresh")
    assert "Only moderators" in refused.text


def unhealthy(title: str, state: State, problem: str = "") -> Health:
    feed = Feed(1, "https://example.org/", title, "")
    feed.problem, feed.failures = problem, 1234
    feed.ok_at = feed.failing_since = feed.newest_at = NOW - timedelta(days=4000)
    feed.gap_s = 86_400
    each = listed(feed, paused="p" * 500, held=3)
    each = Listed(each.subscription, feed, 3, 3, 10_000_000.0)
    return Health(feed, state, (each, each, each, each), (99_999,) * 8)


@pytest.mark.parametrize(
    "title",
    [
        "Short",
        "A title that is much too long",
        "``` @everyone ```",
        "新聞新聞新聞新聞新聞",
        "e\u0301" * 30,
        "📰📰📰 News",
    ],
)
def test_no_title_breaks_the_table(title: str) -> None:
    text = health.table([unhealthy(title, state) for state in State], NOW)
    assert text.count("```") == 2
    for row in text.split("```")[1].strip("\n").split("\n")[1:]:
        wide = sum(unicodedata.east_asian_width(character) in "WF" for character in row)
        assert len(row) + wide == COLUMNS


def test_ten_feeds_with_the_worst_of_problems_fit_a_message() -> None:
    for state in set(State) - {State.WELL}:
        shown = [unhealthy("*" * 256, state, problem="p" * 1000)] * 10
        embed = health.problems(shown)
        assert embed is not None
        assert len(embed.description or "") <= 4096
        assert len(health.table(shown, NOW)) <= 1900
    assert health.problems([unhealthy("Well", State.WELL)]) is None
