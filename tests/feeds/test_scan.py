"""What is left out because its bytes are known changes nothing in what is read."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.feeds import scan
from bot.feeds.bounds import ENTRY_LIMIT
from bot.feeds.model import ParsedFeed
from bot.feeds.parse import parse_feed
from tests.feeds.plainly import bare, plain_entries, put_back
from tests.feeds.site import feed_of, item, rss

URL = "https://example.org/feed"
SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:itunes="http://www.itunes.com/dtds/'
    'podcast-1.0.dtd" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:odd="https://example.org/odd" '
)
MRSS = "http://search.yahoo.com/mrss/"
# Children of items: the usual, and all that is known to leave something behind in feedparser.
CHILDREN = [
    "<title>A title &amp; more</title>",
    "<title>Another &lt;b>one&lt;/b></title>",
    "<link>https://example.org/a?utm_source=x</link>",
    '<link rel="alternate" href="b" type="text/html"/>',
    "<guid>urn:a</guid>",
    "<id>tag:b</id>",
    "<pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>",
    "<updated>2026-03-02T10:00:00Z</updated>",
    "<dc:creator>Someone</dc:creator>",
    "<dc:language>fr</dc:language>",
    "<author><name>A. Writer</name></author>",
    "<description>First &lt;p>text&lt;/p></description>",
    "<description><![CDATA[Second <b>text</b> ]]></description>",
    "<itunes:summary>Summed up</itunes:summary>",
    '<itunes:image href="https://example.org/i.jpg"/>',
    "<content:encoded><![CDATA[<p>Long</p><img src='c.png'>]]></content:encoded>",
    '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>X</p></div></content>',
    '<content type="html">&lt;i>H&lt;/i><div>inline</div></content>',
    "<summary>Short</summary>",
    '<content type="xhtml"><p><summary>s</summary></p></content>',
    '<y:creator xmlns:y="https://example.org/not-dc">Y</y:creator>',
    '<category term="pay"/>',
    "<category>Unions</category>",
    f'<media:thumbnail xmlns:media="{MRSS}" url="https://example.org/t.jpg"/>',
    f'<m:group xmlns:m="{MRSS}"><m:title>G</m:title><m:description>D</m:description></m:group>',
    '<enclosure url="https://example.org/a.mp3" type="audio/mpeg"/>',
    "<image><url>https://example.org/p.png</url><title>P</title></image>",
    "<textinput><name>q</name></textinput>",
    '<source url="https://example.org/s">Elsewhere</source>',
    "<source><title>Else</title><id>urn:s</id></source>",
    "<odd:thing>odd</odd:thing>",
    '<x:thing xmlns:x="https://example.org/x">x</x:thing>',
    '<dc:title xmlns:dc="https://example.org/not-dc">?</dc:title>',
    '<g xml:base="https://other.example/"><link>rel</link></g>',
    '<svg xmlns="http://www.w3.org/2000/svg"><title>S</title></svg>',
    "<channel/>",
    '<rss version="0.91"/>',
]
HEADS = [
    "<title>Feed</title><link>https://example.org/</link>",
    "<title>Feed</title><image><url>https://example.org/i.png</url></image>",
    "<language>en</language><description>D</description><ttl>60</ttl>",
    "",
]
bodies = st.lists(st.sampled_from(CHILDREN), max_size=6).map("".join)


@st.composite
def frames(draw: st.DrawFn) -> tuple[str, str, str]:
    """What stands before and after the items, and the items' name."""
    head = draw(st.sampled_from(HEADS))
    base = draw(st.sampled_from(["", 'xml:base="https://base.example/x/" ']))
    kind = draw(st.sampled_from(["rss", "atom", "rdf"]))
    start = '<?xml version="1.0" encoding="utf-8"?>\n'
    if kind == "rss":
        version = draw(st.sampled_from(["2.0", "0.91", "0.92", ""]))
        opening = f'<rss version="{version}" {SPACES}{base}><channel>{head}'
        return start + opening, "</channel></rss>", "item"
    if kind == "atom":
        name = 'xmlns="http://www.w3.org/2005/Atom" '
        return f"{start}<feed {name}{SPACES}{base}>{head}", "</feed>", "entry"
    spaces = (
        'xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
    )
    return f"{start}<r:RDF {spaces} {SPACES}{base}><channel>{head}</channel>", "</r:RDF>", "item"


def document(frame: tuple[str, str, str], items: list[str]) -> bytes:
    before, after, name = frame
    written = (f"<{name}>{each}</{name}>" if each else f"<{name}/>" for each in items)
    return (before + "\n".join(written) + after).encode()


def read(body: bytes, known: list[str], context: str) -> ParsedFeed | None:
    """The document, or None where plain feedparser cannot read it either."""
    try:
        return parse_feed(body, URL, "application/xml", known, context)
    except KeyError:
        with pytest.raises(KeyError):
            plain_entries(body, URL, "application/xml")
        return None


@settings(max_examples=200)
@given(frames(), st.lists(bodies, min_size=1, max_size=5), st.lists(bodies, max_size=3), st.data())
def test_an_edited_document_reads_the_same_whatever_of_it_is_known(
    frame: tuple[str, str, str], items: list[str], others: list[str], data: st.DataObject
) -> None:
    first = document(frame, items)
    before = read(first, [], "")
    later = document(frame, data.draw(st.permutations(items + others)))
    whole = read(later, [], "")
    if before is None or whole is None:
        return
    assert bare(before.entries) == plain_entries(first, URL, "application/xml")
    assert bare(whole.entries) == plain_entries(later, URL, "application/xml")
    fragments = [entry.fragment for entry in before.entries if entry.fragment]
    known = data.draw(st.sets(st.sampled_from(fragments)) if fragments else st.just(set[str]()))
    partly = parse_feed(later, URL, "application/xml", sorted(known), before.context)
    remembered = {entry.fragment: entry for entry in before.entries}
    assert put_back(partly, remembered) == whole.entries
    assert (partly.title, partly.site, partly.ttl_s) == (whole.title, whole.site, whole.ttl_s)
    assert partly.context == whole.context
    assert not set(partly.unchanged) - known


@pytest.mark.parametrize(
    ("behind", "victim"),
    [
        # A prefix that an item declares is found again by its address, under the first name.
        (
            '<dc:title xmlns:dc="https://example.org/not-dc">?</dc:title>',
            '<title>T</title><y:creator xmlns:y="https://example.org/not-dc">Y</y:creator>',
        ),
        # An element inside HTML that said it was text is never closed, and its base stays.
        (
            '<content type="html" xml:base="https://other.example/">H<div>in</div></content>',
            '<title>T</title><link href="relative"/>',
        ),
    ],
    ids=["prefix", "base"],
)
def test_what_an_item_leaves_behind_for_the_next_is_not_lost(behind: str, victim: str) -> None:
    frame = (f"<feed {SPACES}><title>F</title>", "</feed>", "entry")
    first = document(frame, [behind, "<title>Old</title>"])
    later = document(frame, [behind, victim, "<title>Old</title>"])
    plain = plain_entries(later, URL, "application/xml")
    assert plain[1:] != plain_entries(document(frame, [victim, "<title>Old</title>"]), URL)
    before = parse_feed(first, URL)
    known = [each.fragment for each in scan.items(first) or []]
    for context in (before.context, "anything"):
        read = parse_feed(later, URL, "application/xml", known, context)
        assert bare(read.entries) == plain


def test_only_what_is_new_is_read() -> None:
    before = parse_feed(feed_of(1, 2, 3).encode(), URL)
    known = [entry.fragment for entry in before.entries]
    later = rss(item(4), item(1, title="Mended"), item(2), item(5), item(3), item(6)).encode()
    read = parse_feed(later, URL, "", known, before.context)
    assert [entry.title[-6:] for entry in read.entries] == ["mber 4", "Mended", "mber 5", "mber 6"]
    assert (read.unchanged, read.unchanged_at) == (tuple(known[1:]), (2, 4))
    whole = parse_feed(later, URL).entries
    assert read.entries == tuple(whole[place] for place in (0, 1, 3, 5))
    same = parse_feed(rss(item(1), item(2), item(3)).encode(), URL, "", known, before.context)
    assert (same.entries, same.unchanged) == ((), tuple(known))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("https://example.org/</link>", "https://example.net/</link>"),
        ("Sample news", "Other news"),
        ('<rss version="2.0">', '<rss version="0.91">'),
        ("<channel>", '<channel xml:base="https://example.net/">'),
        ("<channel>", '<channel xmlns:media="https://example.org/not-media">'),
        ("<item>", "<image><url>u</url></image><item>"),
    ],
    ids=["site", "title", "version", "base", "namespace", "picture"],
)
def test_in_another_context_all_is_read_anew(old: str, new: str) -> None:
    body = feed_of(1, 2, 3)
    before = parse_feed(body.encode(), URL)
    known = [entry.fragment for entry in before.entries]
    changed = parse_feed(body.replace(old, new, 1).encode(), URL, "", known, before.context)
    assert len(changed.entries) == 3
    assert changed.context != before.context
    elsewhere = parse_feed(body.encode(), "https://example.net/", "", known, before.context)
    assert len(elsewhere.entries) == 3


@pytest.mark.parametrize(
    "odd",
    [
        '<!DOCTYPE rss [<!ENTITY a "b">]>',
        "<rss><channel><item><item><title>in</title></item></item></channel></rss>",
        "<rss><channel><item><title>a</title></item><title>T</title></channel></rss>",
        "<rss><channel><item><title>a</title></item></channel><item/></rss>",
        "<rss><channel><item/></channel></rss>",
        "<rss><channel><item>&nbsp;</item></channel></rss>",
        "<html><body><item>a</item></body></html>",
        "<rss><channel><item>a</item></channel>",
        "<rss><item>a</item></rss> trailing",
    ],
)
def test_documents_that_are_not_plain_are_left_to_feedparser(odd: str) -> None:
    assert scan.items(odd.encode()) is None


def test_an_item_is_all_bytes_from_its_first_bracket_to_its_last() -> None:
    body = "<rss><!-- <item> --><channel>é<item a='>'>ü<![CDATA[</item>]]></item ><item>2</item>"
    raw = (body + "</channel></rss>").encode()
    found = scan.items(raw)
    assert found is not None
    assert [raw[each.start : each.end].decode() for each in found] == [
        "<item a='>'>ü<![CDATA[</item>]]></item >",
        "<item>2</item>",
    ]
    assert scan.without(raw, found, [0]).decode() == (
        "<rss><!-- <item> --><channel>é<item>2</item></channel></rss>"
    )


@pytest.mark.parametrize(
    "around",
    [
        "<!-- {} -->",
        "<item><title>T</title><description><![CDATA[{}]]></description></item>",
        "<item><title>T</title>{}</item>",
        "<item><title>T</title></item><cloud>{}</cloud>",
        "<item><title>T <![CDATA[</item>]]></title><a><![CDATA[{}]]></a></item>",
        "<?steward-known-item?>{}",
        "<item><?steward-known-item?><title>T</title></item>{}",
        "</channel>{}<channel>",
        "<?other {} ?>",
        '<x:item xmlns:x="https://example.org/x">{}</x:item>',
        "<cloud>{}</cloud>",
        "<!-- {} --><?steward-known-item?>",
    ],
)
def test_known_bytes_count_only_where_an_item_may_stand(around: str) -> None:
    before = parse_feed(feed_of(1, 2).encode(), URL)
    known = [entry.fragment for entry in before.entries]
    remembered = {entry.fragment: entry for entry in before.entries}
    for items in ((around.format(item(1)), item(2)), (item(2), around.format(item(1)))):
        body = rss(*items).encode()
        read = parse_feed(body, URL, "", known, before.context)
        assert bare(put_back(read, remembered)) == plain_entries(body, URL)


def test_of_a_huge_archive_the_first_thousand_are_looked_at() -> None:
    body = feed_of(*range(ENTRY_LIMIT + 50)).encode()
    read = parse_feed(body, URL)
    assert bare(read.entries) == plain_entries(body, URL)
    assert read.context


values = st.text(max_size=20) | st.integers() | st.none() | st.lists(st.text(max_size=5))
names = ["id", "url", "title", "content_html", "content_text", "summary", "date_published", "tags"]
json_items = st.dictionaries(st.sampled_from([*names, "authors", "image"]), values, max_size=5)


@given(st.lists(json_items | st.text(max_size=3), max_size=6), st.data())
def test_json_feeds_read_the_same_whatever_of_them_is_known(
    items: list[Any], data: st.DataObject
) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "T"}
    before = parse_feed(json.dumps({**feed, "items": items}).encode(), URL)
    later = json.dumps({**feed, "items": data.draw(st.permutations(items))}, indent=1).encode()
    whole = parse_feed(later, URL)
    fragments = [entry.fragment for entry in before.entries]
    known = data.draw(st.sets(st.sampled_from(fragments)) if fragments else st.just(set[str]()))
    partly = parse_feed(later, URL, "", sorted(known), before.context)
    remembered = {entry.fragment: entry for entry in before.entries}
    assert put_back(partly, remembered) == whole.entries
    assert set(partly.unchanged) == known
