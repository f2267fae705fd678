"""A page names its feeds in one of several ways."""

from bot.feeds.discover import feed_links, known_place, usual_places

URL = "https://example.org/blog/"


def test_named_feeds_come_first_and_comments_last() -> None:
    page = b"""<!doctype html><head><base href="/x/">
    <link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
    <link rel="stylesheet" href="a.css"><link rel="alternate" hreflang="de" href="/de">
    <link rel="Alternate Home" type="application/atom+xml; charset=utf-8" href="atom.xml">
    </head><a href="/rss">RSS</a><a href="/about">About</a>"""
    assert feed_links(page, URL) == [
        "https://example.org/x/atom.xml",
        "https://example.org/comments/feed",
        "https://example.org/rss",
    ]


def test_broken_pages_give_what_came_before() -> None:
    page = b'<link rel=alternate type=application/rss+xml href=/feed><![x <a href="/rss">'
    assert feed_links(page, URL)[0] == "https://example.org/feed"
    assert feed_links(b"\x00\xff" * 100, URL) == []


def test_usual_places_and_rules_of_known_sites() -> None:
    assert "https://example.org/blog/feed" in usual_places(URL)
    assert "https://example.org/feeds/posts/default" in usual_places("https://example.org")
    channel = "UC" + "x" * 22
    assert known_place(f"https://m.youtube.com/channel/{channel}/videos").endswith(channel)
    assert known_place(URL) == ""
