"""`python -m bot check --online` asks Discord, the starter feeds and the subscribed feeds."""

from pathlib import Path

from bot.sandbox import Sandbox
from tests.feeds.site import Site, feed_of
from tests.feeds.test_starter import write
from tests.harness import RunningSteward
from tests.test_command_line import environment, run


def starters(site: Site, path: Path, *names: str) -> Path:
    return write(
        path,
        *(
            {
                "text": name,
                "xmlUrl": f"{site.url}/{name}",
                "htmlUrl": None,
                "steward:confirmed": how,
            }
            for name, how in zip(names, ["documentation", *["no"] * len(names)], strict=False)
        ),
    )


async def test_feeds_that_answer_are_in_order(tmp_path: Path, sandbox: Sandbox, site: Site) -> None:
    site.put("/a", feed_of(1))
    path = starters(site, tmp_path / "starter.opml", "a")
    env = environment(tmp_path, sandbox, STARTER_FEEDS=str(path), FEED_ALLOW_PRIVATE="on")
    status, out, errors = await run("check", "--online", env=env, cwd=tmp_path)
    assert (status, errors) == (0, "")
    assert "Everything is in order." in out
    assert [request.path for request in site.requests] == ["/a"]


async def test_each_that_does_not_is_one_line_starters_and_subscribed_alike(
    tmp_path: Path, sandbox: Sandbox, steward: RunningSteward, site: Site
) -> None:
    site.put("/good", feed_of(1))
    site.put("/blog", "<html><head><link rel=alternate type=application/rss+xml href=/good>",
             content_type="text/html")  # fmt: skip
    site.put("/plain", "<html><body>Nothing", content_type="text/html")
    subscribed = site.put("/subscribed", feed_of(1))
    await sandbox.person("moderator").run("feeds add", url=subscribed, channel="news")
    await steward.stop()
    site.put("/subscribed", "<?xml version='1.0'?><rss><channel><item>")
    path = starters(site, tmp_path / "starter.opml", "missing", "blog", "plain", "good")
    folder = steward.config.database.parent
    env = environment(folder, sandbox, STARTER_FEEDS=str(path), FEED_ALLOW_PRIVATE="on")
    status, out, errors = await run("check", "--online", env=env, cwd=tmp_path)
    assert status == 1
    lines = dict(line.split(": ", 1) for line in errors.splitlines())
    assert set(lines) == {subscribed}
    lines |= dict(line.split(": ", 1) for line in out.splitlines())
    assert set(lines) == {
        f"{site.url}/missing (starter feed)",
        f"{site.url}/blog (starter feed, not confirmed)",
        f"{site.url}/plain (starter feed, not confirmed)",
        subscribed,
    }
    assert "nothing at that address" in lines[f"{site.url}/missing (starter feed)"]
    assert lines[f"{site.url}/blog (starter feed, not confirmed)"].endswith(f"{site.url}/good")
    assert "broken XML" in lines[subscribed]


async def test_a_starter_feed_that_nobody_uses_is_named_and_fails_nothing(
    tmp_path: Path, sandbox: Sandbox, site: Site
) -> None:
    path = starters(site, tmp_path / "starter.opml", "missing")
    env = environment(tmp_path, sandbox, STARTER_FEEDS=str(path), FEED_ALLOW_PRIVATE="on")
    status, out, errors = await run("check", "--online", env=env, cwd=tmp_path)
    assert (status, errors) == (0, "")
    assert "missing (starter feed)" in out
    assert "Everything is in order." in out


async def test_a_file_of_starters_that_is_not_there_is_a_wrong_setting(tmp_path: Path) -> None:
    env = environment(tmp_path, STARTER_FEEDS=str(tmp_path / "nowhere.opml"))
    status, _, errors = await run("check", env=env, cwd=tmp_path)
    assert status == 2
    assert errors.startswith("STARTER_FEEDS: there is no file")
