"""Real feeds, and feedparser's own test documents: all are read, as feedparser reads them.

The latter are fetched by ``make corpus``.
"""

import random
from pathlib import Path

import pytest

from bot.feeds.charset import as_utf8
from bot.feeds.identity import identify
from bot.feeds.links import clean_link
from bot.feeds.model import SUMMARY_LIMIT, TITLE_LIMIT, Entry, ParsedFeed
from bot.feeds.parse import parse_feed
from bot.feeds.problems import FeedProblem
from bot.sandbox.embed_forms import read_embeds
from bot.sandbox.errors import Problems
from bot.sandbox.validation import Form
from bot.text import utf16_len
from cogs.feeds.embeds import article_embed, thread_name
from tests.conftest import SHARED
from tests.feeds.plainly import bare, plain_entries, put_back

URL = "https://example.org/feed"
FEEDS = sorted((SHARED / "feeds").glob("*")) if (SHARED / "feeds").exists() else []
CORPUS = Path(__file__).parents[2] / ".corpus" / "tests"
KINDS = ["encoding", "entities", "illformed", "wellformed"]


def documents(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def check(path: Path) -> ParsedFeed | None:
    """All that is promised of one document; the feed, or None if it is none."""
    body = path.read_bytes()
    try:
        feed = parse_feed(body, URL)
    except FeedProblem as problem:
        assert str(problem).endswith((".", "”"))
        return None
    for entry in feed.entries:
        check_entry(entry, feed)
    if not as_utf8(body, "").mended:
        plain = plain_entries(body, URL)
        assert bare(feed.entries) == (plain[:-1] if feed.cut_off else plain)
    if feed.context:
        check_what_is_known(body, feed)
    return feed


def check_entry(entry: Entry, feed: ParsedFeed) -> None:
    assert entry.title.strip()
    assert entry.link
    assert entry.link == clean_link(entry.link)
    assert entry.picture == clean_link(entry.picture)
    assert utf16_len(entry.title) <= TITLE_LIMIT
    assert utf16_len(entry.summary) <= 2 * SUMMARY_LIMIT + 1500
    assert thread_name(entry.title).strip()
    problems = Problems()
    embed = article_embed(entry, feed.title, feed.site, "m" * 16).to_dict()
    (sent,) = read_embeds(Form({"embeds": [embed]}, problems), {})
    problems.raise_any()
    assert sent["title"].strip()


def check_what_is_known(body: bytes, feed: ParsedFeed) -> None:
    """Whichever items are known, what is read of the others is the same."""
    chance = random.Random(len(body))
    remembered = {entry.fragment: entry for entry in feed.entries}
    for share in (0.0, 0.1, 0.5, 1.0):
        known = [fragment for fragment in remembered if chance.random() >= share]
        read = parse_feed(body, URL, "", known, feed.context)
        assert put_back(read, remembered) == feed.entries
        assert set(read.unchanged) == set(known)


@pytest.mark.skipif(not FEEDS, reason="the collection of real feeds is not here")
@pytest.mark.parametrize("batch", range(4))
def test_real_feeds_are_read_whole(batch: int) -> None:
    quick = 0
    paths = FEEDS[batch::4]
    for path in paths:
        feed = check(path)
        assert feed is not None, path
        assert len(identify(feed.entries, [])) >= len(feed.entries) * 0.9
        quick += bool(feed.context)
    assert quick >= len(paths) * 0.9  # for most feeds a poll reads only what is new


@pytest.mark.skipif(not CORPUS.exists(), reason="make corpus fetches feedparser's test documents")
@pytest.mark.parametrize("kind", KINDS)
def test_feedparsers_own_documents_are_read_as_feedparser_reads_them(kind: str) -> None:
    paths = documents(CORPUS / kind)
    read = [feed for feed in map(check, paths) if feed is not None]
    assert len(read) >= len(paths) * 0.7
