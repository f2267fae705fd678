"""Real feeds: all are read, and what feedparser finds in them is what we find."""

import io
from pathlib import Path

import pytest

from bot.feeds.identity import identify
from bot.feeds.links import clean_link
from bot.feeds.model import SUMMARY_LIMIT, TITLE_LIMIT
from bot.feeds.parse import parse_feed
from bot.text import utf16_len
from cogs.feeds.embeds import article_embed
from tests.conftest import SHARED

URL = "https://example.org/feed"
FEEDS = sorted((SHARED / "feeds").glob("*.xml")) if (SHARED / "feeds").exists() else []


@pytest.mark.skipif(not FEEDS, reason="the collection of real feeds is not here")
@pytest.mark.parametrize("path", FEEDS, ids=lambda path: path.stem)
def test_a_real_feed_is_read_whole(path: Path) -> None:
    import feedparser

    body = path.read_bytes()
    feed = parse_feed(body, URL)
    plain = feedparser.parse(io.BytesIO(body), resolve_relative_uris=False, sanitize_html=False)
    assert len(feed.entries) == len(plain.entries)
    for ours, theirs in zip(feed.entries, plain.entries, strict=True):
        assert ours.title.strip()
        assert ours.link == clean_link(ours.link)
        assert utf16_len(ours.title) <= TITLE_LIMIT
        assert utf16_len(ours.summary) <= 2 * SUMMARY_LIMIT + 1500
        assert ours.guid == " ".join(theirs.get("id", "").split())[:1000]
        embed = article_embed(ours, feed.title, feed.site, "m" * 16)
        assert len(embed) <= 6000
        assert utf16_len(embed.title or "") <= 256
        assert utf16_len(embed.description or "") <= 4096
    assert len(identify(feed.entries, [])) >= len(feed.entries) * 0.9
