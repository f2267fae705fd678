"""The quick reader reads every document as feedparser's own strict reader does."""

import io
import xml.sax
from typing import Any
from xml.parsers.expat import ExpatError
from xml.sax.saxutils import escape, quoteattr
from xml.sax.xmlreader import InputSource

from feedparser.api import StrictFeedParser
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.feeds.quick import QuickReader
from tests.conftest import SHARED

SPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "atom": "http://www.w3.org/2005/Atom",
    "userland": "http://backend.userland.com/rss2",
    "odd": "https://example.org/odd",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "svg": "http://www.w3.org/2000/svg",
}
NAMES = (
    "title", "link", "guid", "id", "description", "summary", "content", "content:encoded", "author",
    "name", "email", "dc:creator", "dc:date", "pubDate", "updated", "published", "category",
    "source", "image", "url", "width", "textInput", "comments", "enclosure", "media:content",
    "media:group", "media:thumbnail", "itunes:image", "itunes:keywords", "atom:link", "odd:thing",
    "userland:title", "xhtml:div", "div", "p", "svg:svg", "svg:title", "unknown", "tags", "license",
)  # fmt: skip
ATTRIBUTES = {
    "type": ("text", "html", "xhtml", "text/plain", "text/html", "application/xhtml+xml", "odd"),
    "mode": ("base64", "escaped"),
    "rel": ("self", "alternate", "ENCLOSURE"),
    "href": ("http://example.org/a", "../b", "javascript:x"),
    "isPermaLink": ("true", "false"),
    "xml:base": ("http://example.org/base/", "deeper/"),
    "xml:lang": ("en", "", "de_AT"),
    "term": ("Pay",),
    "media:odd": ("1",),
}
TEXTS = (
    "", " ", "Plain words", "<b>bold</b> & more", "&amp;amp; twice", "http://example.org/one",
    "one/two?a=1&b=2", "2014-06-01T12:00:00Z", "Fri, 27 Nov 2026 09:00:00 GMT", "caf\u00e9 \u2026",
    "\u00e2\u0080\u0099 twice encoded", "\u0093quoted\u0094", "PGI+", "a.b@example.org (A. Baker)",
)  # fmt: skip

Tree = tuple[str, dict[str, str], list[Any]]


def trees() -> st.SearchStrategy[Tree]:
    attributes = st.dictionaries(st.sampled_from(sorted(ATTRIBUTES)), st.integers(0, 9), max_size=2)
    chosen = attributes.map(
        lambda given: {
            name: ATTRIBUTES[name][n % len(ATTRIBUTES[name])] for name, n in given.items()
        }
    )
    leaf = st.tuples(st.sampled_from(NAMES), chosen, st.lists(st.sampled_from(TEXTS), max_size=2))
    return st.recursive(
        leaf,
        lambda inner: st.tuples(
            st.sampled_from(NAMES),
            chosen,
            st.lists(st.one_of(inner, st.sampled_from(TEXTS)), max_size=3),
        ),
        max_leaves=6,
    )


def written(part: Tree | str) -> str:
    if isinstance(part, str):
        return escape(part)
    name, attributes, parts = part
    given = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{given}>{''.join(map(written, parts))}</{name}>"


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    spaces = "".join(f' xmlns:{name}="{uri}"' for name, uri in SPACES.items())
    atom = draw(st.booleans())
    item = "entry" if atom else "item"
    head = "".join(map(written, draw(st.lists(trees(), max_size=3))))
    items = "".join(
        f"<{item}>{''.join(map(written, each))}</{item}>"
        for each in draw(st.lists(st.lists(trees(), max_size=5), max_size=3))
    )
    if atom:
        return f'<feed xmlns="{SPACES["atom"]}"{spaces}>{head}{items}</feed>'.encode()
    return f'<rss version="2.0"{spaces}><channel>{head}{items}</channel></rss>'.encode()


def plainly(document: bytes) -> StrictFeedParser | Exception | None:
    """As feedparser itself goes about it."""
    reader = StrictFeedParser("", None, "utf-8")
    reader.resolve_relative_uris = reader.sanitize_html = False
    parser: Any = xml.sax.make_parser()
    parser.setFeature(xml.sax.handler.feature_namespaces, 1)
    parser.setContentHandler(reader)
    parser.setErrorHandler(reader)
    source = InputSource()
    source.setByteStream(io.BytesIO(document))
    try:
        parser.parse(source)
    except xml.sax.SAXException:
        return None
    except Exception as error:  # feedparser's own mistake, in both
        return error
    return reader


def quickly(document: bytes) -> QuickReader | Exception | None:
    reader = QuickReader()
    try:
        reader.read(document)
    except (ExpatError, xml.sax.SAXException):
        return None
    except Exception as error:
        return error
    return reader


def result(reader: StrictFeedParser | Exception | None) -> object:
    if reader is None or isinstance(reader, Exception):
        return repr(reader)
    held = (reader.version, reader.namespaces_in_use, reader.baseuri, reader.lang, reader.depth)
    return repr((dict(reader.feeddata), [dict(entry) for entry in reader.entries], held))


@settings(max_examples=400)
@given(documents())
@example(b'<rss version="2.0"><channel><item><title>a</title><link/></item></channel></rss>')
@example(b"<rss><channel><item><title>broken</channel></rss>")
def test_any_document_is_read_as_feedparser_reads_it(document: bytes) -> None:
    assert result(quickly(document)) == result(plainly(document))


def test_real_feeds_are_read_as_feedparser_reads_them() -> None:
    for path in sorted((SHARED / "feeds").glob("*.xml")):
        document = path.read_bytes()
        if b"<!DOCTYPE" not in document:
            assert result(quickly(document)) == result(plainly(document)), path.name
