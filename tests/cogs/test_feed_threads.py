"""The thread style: a discussion is started from each article's message."""

import pytest

from bot.feeds.model import Style
from bot.sandbox import Person, Sandbox
from bot.sandbox.constants import Permission
from tests.cogs.feed_tools import add, asked, deny, publish, titles
from tests.feeds.site import Site, feed_of, item, rss
from tests.harness import RunningSteward

pytestmark = pytest.mark.usefixtures("notices")


async def test_the_thread_style_starts_a_thread_named_like_the_article(
    sandbox: Sandbox, noon: RunningSteward, moderator: Person, site: Site
) -> None:
    await add(moderator, site.put("/feed", feed_of(1)), "news", Style.THREAD)
    await publish(
        noon, site, rss(item(2, title="Strike *ballot* " + "of all staff " * 20), item(1))
    )
    await sandbox.until(lambda: sandbox.threads("news"))
    (thread,) = sandbox.threads("news")
    (message,) = sandbox.messages("news")
    assert thread.id == message.id
    assert thread.name.startswith("Strike *ballot* of all staff")
    assert len(thread.name) <= 100
    assert thread.name.endswith(" of…")


async def test_a_lost_answer_to_a_thread_makes_no_second_one(
    sandbox: Sandbox, noon: RunningSteward, moderator: Person, site: Site
) -> None:
    await add(moderator, site.put("/feed", feed_of(1)), "news", Style.THREAD)
    sandbox.faults.order("POST", r"/messages/\d+/threads$", "lost", times=1)
    await publish(noon, site, feed_of(2, 1))
    await sandbox.until(lambda: asked(sandbox, "/threads") == 2)
    await publish(noon, site, feed_of(3, 2, 1))
    await sandbox.until(lambda: len(sandbox.threads("news")) == 2)
    assert titles(sandbox, "news") == ["Article number 2", "Article number 3"]
    assert sandbox.messages("moderators") == []


async def test_a_message_deleted_before_its_thread_needs_none(
    sandbox: Sandbox, noon: RunningSteward, moderator: Person, site: Site
) -> None:
    await add(moderator, site.put("/feed", feed_of(1)), "news", Style.THREAD)
    sandbox.faults.order("POST", r"/messages/\d+/threads$", "404:10008", times=1)
    await publish(noon, site, feed_of(2, 1))
    await sandbox.until(lambda: asked(sandbox, "/threads") == 1)
    await publish(noon, site, feed_of(3, 2, 1))
    await sandbox.until(lambda: len(sandbox.threads("news")) == 1)
    assert sandbox.threads("news")[0].name == "Article number 3"


async def test_without_create_public_threads_nothing_is_posted_and_it_is_told_once(
    sandbox: Sandbox, noon: RunningSteward, moderator: Person, site: Site
) -> None:
    await add(moderator, site.put("/feed", feed_of(1)), "news", Style.THREAD)
    await deny(sandbox, noon, "news", Permission.CREATE_PUBLIC_THREADS)
    await publish(noon, site, feed_of(3, 2, 1))
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
    sandbox: Sandbox, noon: RunningSteward, moderator: Person, site: Site, fault: str, words: str
) -> None:
    url = site.put("/feed", feed_of(1))
    await add(moderator, url, "general")
    await add(moderator, url, "news", Style.THREAD)
    sandbox.faults.order("POST", r"/messages/\d+/threads$", fault, times=1)
    await publish(noon, site, feed_of(2, 1))
    await sandbox.until(lambda: sandbox.messages("moderators"))
    (notice,) = sandbox.messages("moderators")
    assert words in notice.content
    await publish(noon, site, feed_of(3, 2, 1))
    await sandbox.until(lambda: len(titles(sandbox, "general")) == 2)
    assert titles(sandbox, "news") == ["Article number 2"]
    await moderator.press(notice, "Resume")
    await sandbox.until(lambda: len(sandbox.threads("news")) == 2)
    assert titles(sandbox, "news") == ["Article number 2", "Article number 3"]
    assert len(sandbox.messages("moderators")) == 1
