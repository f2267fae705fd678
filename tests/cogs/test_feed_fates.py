"""What is said of new articles is what becomes of them: posted, waiting, or kept back."""

from typing import Any

import pytest

from bot.sandbox import Sandbox
from tests.cogs.conftest import send_notices
from tests.conftest import HandClock
from tests.feeds.site import Site, feed_of
from tests.harness import RunningSteward

TUESDAY = "<t:1772524800:F>"  # 3 March 2026, 8:00 in London
WAITS_FOR_A_WORD = "for a moderator's word in the channel for notices (`/setup` chooses it)"

COMING = "now on the way to {place}"
DIGEST = "waiting for the digest in {place} of {hour}"
FILTERED = "kept back by the filter for {place}"
CHECKED: list[tuple[dict[str, Any], str]] = [
    ({}, f", {COMING}"),
    ({"style": "digest-daily"}, f", {DIGEST}"),
    ({"exclude": "article"}, f", {FILTERED}"),
    ({"include": '"number 3"'}, f": 1 {COMING} and 2 {FILTERED}"),
    ({"style": "digest-daily", "exclude": '"number 3"'}, f": 2 {DIGEST} and 1 {FILTERED}"),
]


@pytest.mark.parametrize(("chosen", "said"), CHECKED)
async def test_after_asking_a_feed_it_is_said_what_becomes_of_each_article(
    sandbox: Sandbox, noon: RunningSteward, site: Site, chosen: dict[str, Any], said: str
) -> None:
    moderator, place = sandbox.person("moderator"), f"<#{sandbox.channel('news').id}>"
    url = site.put("/feed", feed_of(1))
    await moderator.run("feeds add", url=url, channel="news", **chosen)
    site.put("/feed", feed_of(4, 3, 2, 1))
    reply = await moderator.run("feeds check", feed="sample")
    what = said.format(place=place, hour=TUESDAY)
    assert reply.text == f"**Sample news** has 3 new articles{what}."


async def test_what_waits_for_a_pause_or_a_word_is_said_also_when_nothing_is_new(
    sandbox: Sandbox, noon: RunningSteward, site: Site
) -> None:
    moderator, place = sandbox.person("moderator"), f"<#{sandbox.channel('news').id}>"
    await moderator.run("feeds add", url=site.put("/feed", feed_of(1)), channel="news")
    await moderator.run("feeds pause", feed="sample")
    site.put("/feed", feed_of(2, 1))
    reply = await moderator.run("feeds check", feed="sample")
    waits = f"waiting until `/feeds resume`, since it is paused in {place}."
    assert reply.text == f"**Sample news** has 1 new article, {waits}"
    site.put("/feed", feed_of(*range(30, 0, -1)))
    reply = await moderator.run("feeds check", feed="sample")
    assert reply.text == f"**Sample news** has 28 new articles, waiting {WAITS_FOR_A_WORD}."
    site.put("/feed", feed_of(31, *range(30, 0, -1)))
    reply = await moderator.run("feeds check", feed="sample")
    still = f"28 earlier articles wait {WAITS_FOR_A_WORD}."
    assert reply.text == f"**Sample news** has 1 new article, {waits} {still}"
    reply = await moderator.run("feeds check", feed="sample")
    assert reply.text == f"**Sample news** answers, and has nothing new. {still}"


@pytest.mark.parametrize("button", ["Post all", "Post the newest", "Skip them"])
async def test_after_a_decision_it_is_said_what_becomes_of_the_articles_in_each_channel(
    sandbox: Sandbox, noon: RunningSteward, site: Site, button: str
) -> None:
    await send_notices(sandbox, noon, "moderators")
    moderator = sandbox.person("moderator")
    sandbox.add_channel("paused")
    news, general, paused, library = (
        f"<#{sandbox.channel(name).id}>" for name in ("news", "general", "paused", "library")
    )
    url = site.put("/feed", feed_of(1))
    await moderator.run("feeds add", url=url, channel="news", include='"number 7"')
    await moderator.run("feeds add", url=url, channel="general", style="digest-daily")
    await moderator.run("feeds add", url=url, channel="paused")
    (choice,) = await moderator.autocomplete("feeds pause", "feed", "#paused")
    await moderator.run("feeds pause", feed=choice["value"])
    await moderator.run("feeds add", url=url, channel="library")
    assert isinstance(noon.clock, HandClock)
    noon.clock.advance(60)
    site.put("/feed", feed_of(*range(30, 0, -1)))
    await moderator.run("feeds check", feed=choice["value"])
    await sandbox.until(lambda: sandbox.messages("moderators"))
    (notice,) = sandbox.messages("moderators")
    await moderator.press(notice, button)
    done = {
        "Post all": (
            f"1 article now on the way to {news} and 28 articles kept back by the filter for "
            f"{news}; 29 articles waiting for the digest in {general} of {TUESDAY}; 29 articles "
            f"waiting until `/feeds resume`, since it is paused in {paused}; 29 articles now on "
            f"the way to {library}"
        ),
        "Post the newest": (
            f"1 article now on the way to {news}; 1 article waiting for the digest in {general} of "
            f"{TUESDAY}; 1 article waiting until `/feeds resume`, since it is paused in "
            f"{paused}; 1 article now on the way to {library}"
        ),
        "Skip them": "Nothing was posted",
    }
    (message,) = sandbox.messages("moderators")
    later = "Later articles are posted as usual."
    assert message.text == f"{done[button]}, as <@{moderator.id}> decided. {later}"
