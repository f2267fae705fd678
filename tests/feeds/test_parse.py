"""Feeds of every kind and state become articles with a link and a title."""

import json
from datetime import UTC, datetime

import pytest

from bot.feeds.model import TITLE_LIMIT
from bot.feeds.parse import parse_feed
from bot.feeds.problems import FeedProblem, ProblemKind
from bot.text import utf16_len
from tests.feeds.site import feed_of, item, rss

URL = "https://example.org/news/feed.xml"

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.org/blog/">
<title type="html">Sample &amp;amp; Co</title><link href="/"/><id>urn:x</id>
<updated>2026-03-02T10:00:00Z</updated>
<entry><title type="text">The &lt;b&gt; tag</title><link href="posts/1?utm_medium=feed"/>
<id>urn:x:1</id><updated>2026-03-01T09:00:00Z</updated>
<published>2026-02-28T09:00:00Z</published>
<author><name>A. Writer</name></author><category term="pay" label="Pay"/>
<content type="html">&lt;p&gt;Hello &lt;img src="p.jpg"&gt;
&lt;b&gt;world&lt;/b&gt;&lt;/p&gt;</content></entry></feed>"""


def test_atom_is_read_with_its_bases_types_and_dates() -> None:
    feed = parse_feed(ATOM.encode(), URL, "application/atom+xml")
    (entry,) = feed.entries
    assert feed.title == "Sample & Co"
    assert feed.site == "https://example.org/"
    assert entry.title == "The <b> tag"
    assert entry.link == "https://example.org/blog/posts/1"
    assert entry.summary == "Hello **world**"
    assert entry.picture == "https://example.org/blog/p.jpg"
    assert entry.author == "A. Writer"
    assert entry.categories == ("Pay",)
    assert entry.published == datetime(2026, 2, 28, 9, tzinfo=UTC)


def test_rdf_is_read() -> None:
    rdf = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://example.org/"><title>Old</title>
    <link>https://example.org/</link></channel><item rdf:about="https://example.org/1">
    <title>One</title><link>https://example.org/1</link></item></rdf:RDF>"""
    (entry,) = parse_feed(rdf.encode(), URL).entries
    assert (entry.title, entry.link) == ("One", "https://example.org/1")


def test_json_feed_is_read() -> None:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Sample",
        "home_page_url": "https://example.org/",
        "items": [
            {
                "id": "1",
                "url": "/a",
                "content_html": "<p>Some <b>text</b></p>",
                "date_published": "2026-03-02T10:00:00+01:00",
                "authors": [{"name": "A. Writer"}],
            },
            {"id": 2, "title": "Two"},
            "nonsense",
        ],
    }
    first, second = parse_feed(json.dumps(document).encode(), URL).entries
    assert (first.link, first.title) == ("https://example.org/a", "Some text")
    assert first.published == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert (second.link, second.own_link, second.guid) == ("https://example.org/", False, "2")


def test_what_is_missing_is_made_up_for() -> None:
    feed = parse_feed(rss(item(1, guid="", link="", title="")).encode(), URL)
    (entry,) = feed.entries
    assert entry.title.startswith("What article 1 says")
    assert (entry.link, entry.own_link) == ("https://example.org/", False)
    bare = parse_feed(rss("<item></item>", title="").encode(), URL)
    assert [e.title for e in bare.entries] == ["New from example.org"]


def test_a_guid_that_is_an_address_stands_in_for_a_missing_link() -> None:
    document = rss("<item><guid>https://example.org/a</guid><title>T</title></item>")
    (entry,) = parse_feed(document.encode(), URL).entries
    assert (entry.link, entry.own_link) == ("https://example.org/a", True)


def test_a_podcast_without_links_leads_to_its_recording() -> None:
    document = rss(
        "<item><title>T</title>"
        '<enclosure url="https://example.org/a.mp3" type="audio/mpeg"/></item>'
    )
    (entry,) = parse_feed(document.encode(), URL).entries
    assert entry.link == "https://example.org/a.mp3"
    assert entry.picture == ""


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-15", "windows-1252", "utf-16"])
def test_the_document_says_how_it_is_encoded_whatever_the_server_says(encoding: str) -> None:
    document = rss(item(1, title="Café – naïve")).replace("utf-8", encoding)
    for content_type in ("", "text/xml", "application/rss+xml", "text/html"):
        (entry,) = parse_feed(
            document.encode(encoding, "xmlcharrefreplace"), URL, content_type
        ).entries
        assert entry.title == "Café – naïve"


def test_a_document_that_breaks_off_loses_only_its_last_half_article() -> None:
    whole = feed_of(1, 2, 3)
    feed = parse_feed(whole[: whole.index("What article 3") + 5].encode(), URL)
    assert feed.cut_off
    assert [entry.title for entry in feed.entries] == ["Article number 1", "Article number 2"]


def test_a_feed_without_articles_is_a_feed() -> None:
    assert parse_feed(rss().encode(), URL).entries == ()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", ProblemKind.NOT_A_FEED),
        (b"<html><body>Hello</body></html>", ProblemKind.NOT_A_FEED),
        (b"<!doctype html><title>x", ProblemKind.NOT_A_FEED),
        (b"just text", ProblemKind.NOT_A_FEED),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), ProblemKind.NOT_A_FEED),
        (b'<?xml version="1.0"?><rss version="2.0"><channel><titl', ProblemKind.UNREADABLE),
        (b'<?xml version="1.0"?><r><a></b></r>', ProblemKind.UNREADABLE),
        (b'{"a": 1}', ProblemKind.NOT_A_FEED),
        (b'{"a": ', ProblemKind.UNREADABLE),
    ],
)
def test_what_is_no_feed_is_named(body: bytes, kind: ProblemKind) -> None:
    with pytest.raises(FeedProblem) as caught:
        parse_feed(body, URL)
    assert caught.value.kind is kind
    assert str(caught.value).endswith((".", "”"))


def test_entities_that_name_a_character_are_read() -> None:
    document = rss(item(1, title="A&B")).replace(
        "?><rss", '?><!DOCTYPE rss [<!ENTITY B "&#233;">]><rss'
    )
    (entry,) = parse_feed(document.replace("A&amp;B", "A&B;").encode(), URL).entries
    assert entry.title == "Aé"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-7"])
def test_entities_are_not_expanded_nor_files_read(encoding: str) -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
        '<rss version="2.0"><channel><item><title>&c;&f;x</title></item></channel></rss>'
    )
    body = bomb.replace("?>", f' encoding="{encoding}"?>', 1).encode(encoding)
    (entry,) = parse_feed(body, URL).entries
    assert "haha" not in entry.title
    assert "root" not in entry.title


def test_a_title_of_a_megabyte_is_cut_to_what_discord_takes() -> None:
    (entry,) = parse_feed(rss(item(1, title="word " * 200_000)).encode(), URL).entries
    assert utf16_len(entry.title) <= TITLE_LIMIT
