"""Lists of feeds: read as people have them, written as readers take them."""

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import listparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds import opml
from bot.feeds.links import clean_link, same_place
from bot.feeds.opml import BROKEN_LIST, ITEM_LIMIT, FeedList, ListedFeed, read, write
from bot.feeds.pool import ParsePool
from bot.feeds.problems import FeedProblem

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def document(*outlines: str, head: str = "") -> bytes:
    return f'<?xml version="1.0"?>{head}<opml version="2.0"><body>{"".join(outlines)}'.encode()


def urls(body: bytes) -> list[str]:
    return [feed.url for feed in read(body).feeds]


def test_nested_outlines_titles_and_repetitions() -> None:
    found = read(
        document(
            '<outline text="Folder"><outline text="Deeper">',
            '<outline type="rss" text="First &amp; foremost" xmlUrl="https://a.example/feed"/>',
            "</outline></outline>",
            '<outline xmlUrl="https://b.example/rss?a=1&amp;b=2"></outline>',
            '<outline title="By title" xmlUrl=" https://c.example/rss "/>',
            '<outline text="Again" xmlUrl="http://www.a.example/feed/"/>',
        )
    )
    assert found.feeds == (
        ListedFeed("https://a.example/feed", "First & foremost"),
        ListedFeed("https://b.example/rss?a=1&b=2", "b.example"),
        ListedFeed("https://c.example/rss", "By title"),
    )
    assert found.repeated == 1


def test_what_cannot_be_used_is_named_and_the_rest_is_taken() -> None:
    found = read(
        document(
            '<outline text="Good" xmlUrl="https://a.example/feed"/>',
            '<outline text="Relative" xmlUrl="/feed"/>',
            '<outline text="Mail" xmlUrl="mailto:x@example.org"/>',
            '<outline text="File" xmlUrl="file:///etc/passwd"/>',
            '<outline text="Secret" xmlUrl="https://me:word@example.org/feed"/>',
            '<outline htmlUrl="https://site.example/"/>',
        )
    )
    assert [feed.url for feed in found.feeds] == ["https://a.example/feed", "https://site.example/"]
    assert [what for what, _ in found.refused] == ["Relative", "Mail", "File", "Secret"]
    assert "password" in found.refused[-1][1]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("iso-8859-1", "iso-8859-1"),
        ("windows-1252", "utf-8"),  # says one thing and is another
        ("utf-8", "us-ascii"),
    ],
)
def test_encodings_true_and_false(encoding: str, declared: str) -> None:
    text = (
        f'<?xml version="1.0" encoding="{declared}"?><opml version="1.0"><body>'
        '<outline text="Gwasanaeth prawf – tŷ" xmlUrl="https://a.example/feed"/>'
        "</body></opml>"
    ).replace("ŷ", "y")
    text = text.replace("–", "-") if encoding == "iso-8859-1" else text
    assert urls(text.encode(encoding)) == ["https://a.example/feed"]
    title = read(text.encode(encoding)).feeds[0].title
    assert title.startswith("Gwasanaeth prawf")
    assert "\ufffd" not in title


def test_a_plain_list_of_addresses() -> None:
    text = (
        "# my feeds\r\n"
        "https://a.example/feed\r\n\r\n"
        "b.example/rss\n"
        "A title, https://c.example/rss\n"
        "https://d.example/rss   Another title\n"
        "- <https://e.example/x>\n"
        "feed://f.example/atom\n"
        "not an address\n"
    )
    found = read(text.encode())
    assert [(feed.url, feed.title) for feed in found.feeds] == [
        ("https://a.example/feed", "a.example"),
        ("https://b.example/rss", "b.example"),
        ("https://c.example/rss", "A title"),
        ("https://d.example/rss", "Another title"),
        ("https://e.example/x", "e.example"),
        ("https://f.example/atom", "f.example"),
    ]
    assert [what for what, _ in found.refused] == ["not an address"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not a list of feeds"),
        (b"PK\x03\x04rest", "packed"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not a list"),
        (b"<!DOCTYPE html><html><body>https://a.example</body></html>", "not a list"),
        (b'<?xml version="1.0"?><rss version="2.0"><channel></channel></rss>', "a feed itself"),
        (b"hello, how are you?", "not a list"),
        (document(), "not a list"),
        (document("</outline></outline>", '<outline text="x"></outline></outline>'), "broken"),
    ],
)
def test_other_files_are_refused_in_a_sentence(body: bytes, said: str) -> None:
    with pytest.raises(FeedProblem, match=said):
        read(body)


def test_too_many_feeds_are_refused_and_the_most_are_taken() -> None:
    lines = [f"https://a.example/{number}" for number in range(ITEM_LIMIT)]
    assert len(read("\n".join(lines).encode()).feeds) == ITEM_LIMIT
    with pytest.raises(FeedProblem, match=r"names 1,001 feeds; I take 1,000"):
        read("\n".join([*lines, "https://b.example"]).encode())


def test_entities_do_not_grow_and_no_file_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever parser listparser uses: it takes lxml where that is installed."""
    handed: list[bytes] = []
    parse = listparser.parse

    def listening(document: bytes) -> object:
        handed.append(document)
        return parse(document)

    monkeypatch.setattr(listparser, "parse", listening)
    head = (
        '<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    )
    found = read(document('<outline text="&b;&f;" xmlUrl="https://a.example/x"/>', head=head))
    assert "aaa" not in found.feeds[0].title
    assert "root:" not in found.feeds[0].title
    assert b"<!ENTITY" not in handed[0]
    assert isinstance(handed[0], bytes)  # text that begins like an address would be fetched


async def test_hostile_files_end_in_a_sentence_and_the_worker_goes_on(pool: ParsePool) -> None:
    deep = '<outline text="x">' * 40_000 + '<outline text="y" xmlUrl="https://a.example/{}"/>'
    hostile = document(deep * 2 + "".join(deep[-50:].format(n) for n in range(20_000)))
    with pytest.raises(FeedProblem) as caught:
        await pool.feed_list(hostile)
    assert "\n" not in str(caught.value)
    with pytest.raises(FeedProblem, match="broken"):
        await pool.feed_list(document('<outline text="x"></outline></outline>'))
    assert await pool.feed_list(b"a.example/rss") == FeedList(
        (ListedFeed("https://a.example/rss", "a.example"),)
    )
    assert "/feeds" not in BROKEN_LIST


@given(st.binary(max_size=300))
def test_no_file_breaks_it(body: bytes) -> None:
    for file in (body, b"<opml><body>" + body, b"<opml><outline " + body):
        try:
            found = read(file)
        except FeedProblem:
            continue
        assert all(feed.url.startswith("http") and feed.title for feed in found.feeds)


ADDRESSES = st.builds(
    lambda host, path, query: f"https://{host}.example/{path}?q={query}",
    st.from_regex(r"[a-z]{1,8}", fullmatch=True),
    st.text(max_size=12),
    st.text(max_size=12),
).map(clean_link)
LISTED = st.builds(ListedFeed, ADDRESSES.filter(bool), st.text(max_size=60), ADDRESSES)


@given(
    st.text(max_size=30),
    st.dictionaries(st.text(max_size=20), st.lists(LISTED, max_size=4), max_size=4),
)
def test_what_is_written_is_read_back_by_us_and_by_others(
    title: str, groups: dict[str, list[ListedFeed]]
) -> None:
    """Whatever titles and addresses contain: one outline each, titles as one line of text."""
    text = write(title, groups, NOW)
    feeds = [feed for group in groups.values() for feed in group]
    root = ET.fromstring(text)
    outlines = root.findall(".//outline[@type='rss']")
    assert [outline.get("xmlUrl") for outline in outlines] == [feed.url for feed in feeds]
    assert all(outline.get("text") for outline in outlines)
    other = listparser.parse(text.encode())
    assert other.version == "opml2"
    assert not other.bozo
    assert {item.url for item in other.feeds} == {feed.url for feed in feeds}
    if not feeds:
        return
    # Two addresses that lead to one place, such as x and x/, are one to us.
    places = {same_place(feed.url.partition("#")[0]) for feed in feeds}
    again = read(text.encode())
    assert {same_place(feed.url) for feed in again.feeds} == places
    assert len(again.feeds) + again.repeated >= len(again.feeds)
    assert again.refused == ()


def test_titles_survive_the_round_trip() -> None:
    titles = ["A & B <c> \"d\" 'e'", "Tŷ – 𝔘nion &amp; co", "&copy; literally"]
    feeds = [ListedFeed(f"https://a.example/{n}", text) for n, text in enumerate(titles)]
    assert list(read(write("Steward", {"news": feeds}, NOW).encode()).feeds) == feeds
    assert FeedList.from_json(FeedList(tuple(feeds)).to_json()).feeds == tuple(feeds)


def test_folders_and_sites_are_written() -> None:
    feed = ListedFeed("https://a.example/feed", "A", "https://a.example/")
    root = ET.fromstring(write("Feeds of a server", {"#news": [feed], "#blogs": [feed]}, NOW))
    assert root.get("version") == "2.0"
    assert root.findtext("head/title") == "Feeds of a server"
    assert root.findtext("head/dateCreated") == "Mon, 02 Mar 2026 12:00:00 GMT"
    assert [each.get("text") for each in root.findall("body/outline")] == ["#news", "#blogs"]
    assert root.find("body/outline/outline").attrib == {  # type: ignore[union-attr]
        "type": "rss",
        "text": "A",
        "title": "A",
        "xmlUrl": "https://a.example/feed",
        "htmlUrl": "https://a.example/",
    }
    assert opml.FILE_LIMIT == 2 * 1024 * 1024
