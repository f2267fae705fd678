"""What Discord refuses: the channel is paused, the article left out, or it is waited for."""

import pytest

from bot.sandbox import Person, Sandbox
from tests.cogs.feed_tools import add, publish, titles
from tests.feeds.site import Site, feed_of
from tests.harness import RunningSteward

pytestmark = pytest.mark.usefixtures("notices")


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
    sandbox: Sandbox, noon: RunningSteward, moderator: Person, site: Site, fault: str, words: str
) -> None:
    await add(moderator, site.put("/feed", feed_of(1)), "library")
    sandbox.faults.order("POST", r"/channels/\d+/threads$", fault, times=1)
    await publish(noon, site, feed_of(3, 2, 1))
    await sandbox.until(lambda: sandbox.messages("moderators"))
    (notice,) = sandbox.messages("moderators")
    assert words in notice.content
    await moderator.press(notice, "Resume")
    await sandbox.until(lambda: len(sandbox.threads("library")) == 2)
    names = [thread.name for thread in sandbox.threads("library")]
    assert names == ["Article number 2", "Article number 3"]


@pytest.mark.parametrize("fault", ["400:50035", "403:240000", "400:50006"])
async def test_what_is_wrong_with_an_article_leaves_it_out_and_is_told(
    sandbox: Sandbox, noon: RunningSteward, moderator: Person, site: Site, fault: str
) -> None:
    await add(moderator, site.put("/feed", feed_of(1)), "news")
    news = sandbox.channel("news").id
    sandbox.faults.order("POST", rf"/channels/{news}/messages$", fault, times=1)
    await publish(noon, site, feed_of(3, 2, 1))
    await sandbox.until(lambda: titles(sandbox, "news") and sandbox.messages("moderators"))
    assert titles(sandbox, "news") == ["Article number 3"]
    (notice,) = sandbox.messages("moderators")
    assert "“Article number 2”, so it was left out" in notice.content


@pytest.mark.parametrize("fault", ["500", "503", "429"])
async def test_trouble_of_discords_own_is_waited_out(
    sandbox: Sandbox, noon: RunningSteward, moderator: Person, site: Site, fault: str
) -> None:
    noon.bot.services.feeds.outbox._retry_s = 0.05
    await add(moderator, site.put("/feed", feed_of(1)), "news")
    news = sandbox.channel("news").id
    sandbox.faults.order("POST", rf"/channels/{news}/messages$", fault, times=2)
    await publish(noon, site, feed_of(3, 2, 1))
    await sandbox.until(lambda: len(titles(sandbox, "news")) == 2, timeout=60)
    assert titles(sandbox, "news") == ["Article number 2", "Article number 3"]
    assert sandbox.messages("moderators") == []
