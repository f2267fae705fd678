"""The file of starter feeds: true to its own rules, and strict about mistakes."""

from pathlib import Path

import listparser
import pytest

from bot import checks
from bot.config import Config
from bot.feeds import opml
from bot.feeds.starter import LIMIT, load
from bot.knowledge.library import STARTER_FEEDS

GOOD = {
    "type": "rss",
    "text": "Good",
    "xmlUrl": "https://a.example/feed",
    "htmlUrl": "https://a.example/",
    "steward:why": "Because it is good",
    "steward:confirmed": "documentation",
}


def write(path: Path, *outlines: dict[str, str | None]) -> Path:
    lines = []
    for changes in outlines:
        given = {**GOOD, **changes}
        attributes = " ".join(
            f'{name}="{text}"' for name, text in given.items() if text is not None
        )
        lines.append(f"<outline {attributes}/>")
    path.write_text(
        '<opml version="2.0" xmlns:steward="urn:steward:starter-feeds"><body>'
        f'<outline text="Folder">{"".join(lines)}</outline></body></opml>'
    )
    return path


def test_the_file_that_comes_with_the_bot_is_sound_and_offers_the_blog_first() -> None:
    starters = load(STARTER_FEEDS)
    assert starters.problems == ()
    assert 10 <= len(starters.feeds) <= LIMIT
    first = starters.feeds[0]
    assert first.url == "https://probationmatters.blogspot.com/feeds/posts/default"
    assert first.confirmed
    assert {feed.confirmed for feed in starters.feeds} == {True, False}
    assert all(feed.url.startswith("https://") for feed in starters.feeds)


def test_feed_readers_read_it_too() -> None:
    text = STARTER_FEEDS.read_bytes()
    wanted = [feed.url for feed in load(STARTER_FEEDS).feeds]
    assert [item.url for item in listparser.parse(text).feeds] == wanted
    assert [feed.url for feed in opml.read(text).feeds] == wanted


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"xmlUrl": "http://a.example/feed"}, "no proper https address in xmlUrl"),
        ({"xmlUrl": "feed"}, "no proper https address in xmlUrl"),
        ({"htmlUrl": "ftp://a.example"}, "no proper https address in htmlUrl"),
        ({"text": None}, "needs a text"),
        ({"steward:why": "x" * 101}, "needs a why of at most 100"),
        ({"steward:confirmed": "perhaps"}, 'needs confirmed="documentation" or "no"'),
        ({"steward:confirmed": None}, 'needs confirmed="documentation" or "no"'),
        ({"type": "link"}, 'needs type="rss"'),
    ],
)
def test_each_mistake_is_a_sentence_and_the_rest_is_offered(
    tmp_path: Path, changes: dict[str, str | None], said: str
) -> None:
    path = write(tmp_path / "feeds.opml", changes, {"xmlUrl": "https://b.example/feed"})
    starters = load(path)
    assert [feed.url for feed in starters.feeds] == ["https://b.example/feed"]
    (problem,) = starters.problems
    assert said in problem
    assert problem.startswith("feeds.opml")


def test_the_same_address_twice_too_many_none_and_broken_files(tmp_path: Path) -> None:
    twice = load(write(tmp_path / "a.opml", {}, {"xmlUrl": "https://www.a.example/feed/"}))
    assert [problem for problem in twice.problems if "listed twice" in problem]
    many = [{"xmlUrl": f"https://a.example/{number}"} for number in range(LIMIT + 1)]
    too_many = load(write(tmp_path / "b.opml", *many))  # type: ignore[arg-type]
    assert "more than 25" in too_many.problems[0]
    assert "lists no feeds" in load(write(tmp_path / "c.opml")).problems[0]
    (tmp_path / "d.opml").write_text("<opml>")
    assert "cannot be read" in load(tmp_path / "d.opml").problems[0]
    assert "cannot be read" in load(tmp_path / "missing.opml").problems[0]


def test_the_check_names_mistakes_without_the_network(tmp_path: Path) -> None:
    path = write(tmp_path / "feeds.opml", {"xmlUrl": "http://127.0.0.1/feed"})
    config = Config(database=tmp_path / "steward.db", starter_feeds=path)
    assert any("no proper https address" in problem for problem in checks.offline(config))
    sound = Config(database=tmp_path / "steward.db")
    assert checks.offline(sound) == []
