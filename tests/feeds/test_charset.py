"""Texts are legible whatever a site says of their character set, and what is odd is named."""

import codecs

import pytest

from bot.feeds.charset import as_utf8
from bot.feeds.parse import parse_feed
from bot.feeds.pool import ParsePool
from tests.feeds.site import feed_of, item, rss

URL = "https://example.org/feed"
TITLE = "Café – “naïve” žluť"


def titled(declared: str, encoding: str, title: str = TITLE) -> bytes:
    """A document whose declaration and bytes are made apart; no declaration for ""."""
    document = rss(*(item(number, title=title) for number in range(20)))
    declaration = f'encoding="{declared}"' if declared else ""
    return document.replace('encoding="utf-8"', declaration).encode(encoding, "xmlcharrefreplace")


@pytest.mark.parametrize(
    ("declared", "encoding", "content_type"),
    [
        ("utf-8", "windows-1250", ""),
        ("utf-8", "utf-8", "text/xml; charset=iso-8859-1"),
        ("windows-1252", "utf-8", "application/xml"),
        ("iso-8859-2", "utf-8", ""),
        ("", "utf-8", "text/xml"),
        ("", "utf-8", "application/rss+xml; charset=windows-1252"),
        ("", "windows-1250", "text/xml; charset=windows-1250"),
        ("windows-1250", "windows-1250", "text/html"),
        ("utf-16", "utf-16", ""),
        ("utf-8", "utf-16", "application/rss+xml"),
        ("", "utf-16", ""),
        ("no-such-set", "utf-8", ""),
    ],
)
def test_it_is_read_right_where_it_can_be(declared: str, encoding: str, content_type: str) -> None:
    title = TITLE
    if encoding == "windows-1250" and declared == "utf-8":
        title = "Café – “naïve”"  # nobody can tell 1250 from 1252 in what both have
        encoding = "windows-1252"
    feed = parse_feed(titled(declared, encoding, title), URL, content_type)
    assert {entry.title for entry in feed.entries} == {title}


def test_one_wrong_byte_or_an_end_amid_a_letter_leaves_the_rest_legible() -> None:
    whole = titled("utf-8", "utf-8")
    spoilt = whole.replace(b"What article 7", b"What \xff article 7")
    entries = parse_feed(spoilt, URL).entries
    assert {entry.title for entry in entries} == {TITLE}
    assert len(entries) == 20
    broken_off = whole[: whole.rindex("é".encode()) + 1]
    feed = parse_feed(broken_off, URL)
    assert feed.cut_off
    assert {entry.title for entry in feed.entries} == {TITLE}


def test_a_text_that_is_not_utf8_is_not_taken_for_it() -> None:
    document = titled("iso-8859-1", "iso-8859-1", "Ã© and more like it: Ä Ö ß é")
    assert not as_utf8(document, "").mended
    assert not as_utf8(codecs.BOM_UTF8 + titled("utf-8", "utf-8"), "text/xml").mended


@pytest.mark.parametrize(
    ("body", "content_type", "sentences"),
    [
        (titled("utf-8", "utf-8"), "application/rss+xml", []),
        (titled("utf-8", "utf-8"), "text/xml", []),
        (titled("", "utf-8"), "", []),
        (titled("utf-8", "utf-8"), "text/html; charset=utf-8", ["sends it as “text/html”"]),
        (titled("utf-8", "windows-1252"), "", ["says that its text is utf-8, but it is WINDOWS"]),
        (titled("iso-8859-1", "utf-8"), "", ["text is iso-8859-1, but it is UTF-8. I read it so."]),
        (titled("", "windows-1252"), "", ["does not say what character set"]),
        (feed_of(1, 2).replace("</title>", "", 1).encode(), "", ["XML is broken"]),
        (feed_of(1, 2)[:-60].encode(), "", ["breaks off before its end"]),
        (
            rss(item(1, guid=""), item(2), "<item><title>T</title></item>").encode(),
            "",
            ["1 of its 3 articles has no date.", "2 of its 3 articles have no id", "1 of its 3"],
        ),
        (
            rss(item(1, guid="a"), item(2, guid="a")).encode(),
            "",
            ["1 id (guid) is used for several articles."],
        ),
        (
            rss("<item><title>T</title></item>").encode(),
            "",
            ["articles have no date, so", "have no id (guid); I", "no link of their own;"],
        ),
        (
            b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "url": "/a"}]}',
            "text/plain",
            ["sends it as “text/plain”", "no date"],
        ),
    ],
)  # fmt: skip
async def test_what_is_odd_about_a_feed_is_said_and_survives_the_worker(
    body: bytes, content_type: str, sentences: list[str], pool: ParsePool
) -> None:
    feed = await pool.feed(body, URL, content_type)
    assert len(feed.oddities) == len(sentences), feed.oddities
    for said, expected in zip(feed.oddities, sentences, strict=True):
        assert expected in said
        assert said.endswith(".")


def test_nothing_is_said_of_a_whole_of_which_a_part_was_read() -> None:
    body = rss(item(1, guid=""), item(2)).encode()
    whole = parse_feed(body, URL)
    assert whole.oddities
    known = [whole.entries[1].fragment]
    assert parse_feed(body, URL, "", known, whole.context).oddities == ()
