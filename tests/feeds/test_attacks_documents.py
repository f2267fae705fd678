"""Documents built to cost memory, time or sense: read in part, or refused in words."""

import time
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.bounds import CATEGORIES_LIMIT, ENTRY_LIMIT, PARTS_LIMIT, bounded
from bot.feeds.clean import author_name, title_text, to_markdown, to_text
from bot.feeds.model import ParsedFeed
from bot.feeds.parse import parse_feed
from bot.feeds.pictures import first_picture
from bot.feeds.pool import ParsePool
from bot.feeds.problems import FeedProblem, ProblemKind
from tests.feeds.memory import peak_mb
from tests.feeds.site import feed_of, item, rss

URL = "https://example.org/feed"
DECLARATION = '<?xml version="1.0" encoding="{}"?>'
LAUGHS = "<!DOCTYPE x [" + '<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
) + "]>"  # fmt: skip
QUADRATIC = '<!DOCTYPE x [<!ENTITY a "' + "A" * 50_000 + '">]>'
OUTSIDE = (
    '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;'
    '<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b SYSTEM "http://127.0.0.1:1/">]>'
)


def document(doctype: str, title: str, encoding: str = "utf-8") -> bytes:
    """A feed of one article, with a document type of its own."""
    body = rss(item(1).replace("Article number 1", title)).partition("?>")[2]
    return (DECLARATION.format(encoding) + doctype + body).encode(encoding, "xmlcharrefreplace")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-32", "cp037", "utf-7"])
@pytest.mark.parametrize(
    ("doctype", "title"),
    [(LAUGHS, "&a9;"), (QUADRATIC, "&a;" * 20_000), (OUTSIDE, "a &a; &b; z")],
    ids=["billion laughs", "quadratic", "outside"],
)
def test_entities_neither_grow_nor_fetch_in_any_encoding(
    doctype: str, title: str, encoding: str
) -> None:
    feed = parse_feed(document(doctype, title, encoding), URL)
    (entry,) = feed.entries
    said = f"{entry.title} {entry.text} {entry.summary}"
    assert len(said) < 3000
    assert "root:" not in said
    assert "haha" not in said
    assert "AAAA" not in said


def test_an_ordinary_feed_is_read_in_each_of_those_encodings() -> None:
    for encoding in ("utf-8", "utf-16", "utf-32", "cp037", "utf-7", "iso-8859-1"):
        (entry,) = parse_feed(document("", "Streik für alle", encoding), URL).entries
        assert entry.title == "Streik für alle"


def many(count: int, piece: Callable[[int], str]) -> str:
    return "".join(piece(number) for number in range(count))


ODDLY_BUILT = {
    "deep": rss("<item>" + "<a>" * 300_000),
    "deep and closed": rss("<item>" + "<a>" * 50_000 + "</a>" * 50_000 + "</item>"),
    "attributes": rss("<item " + many(50_000, lambda n: f'a{n}="1" ') + "></item>"),
    "namespaces": rss(many(20_000, lambda n: f'<a{n}:x xmlns:a{n}="http://x/{n}"/>') + item(1)),
    "elements": rss("<x/>" * 300_000 + item(1)),
    "json": '{"version":"https://jsonfeed.org/version/1","items":[' + "{}," * 300_000 + "{}]}",
    "json numbers": '{"version":"1","items":[' + "1," * 1_000_000 + "1]}",
}


@pytest.mark.parametrize("body", ODDLY_BUILT.values(), ids=ODDLY_BUILT)
def test_what_no_feed_looks_like_is_refused_before_it_is_read(body: str) -> None:
    began = time.process_time()
    with pytest.raises(FeedProblem) as caught:
        parse_feed(body.encode(), URL)
    assert caught.value.kind is ProblemKind.UNREADABLE
    assert "built so oddly" in str(caught.value)
    assert time.process_time() - began < 5


def read(body: str) -> ParsedFeed:
    return parse_feed(body.encode(), URL)


def test_of_a_hundred_thousand_articles_the_first_thousand_are_read() -> None:
    short = many(100_000, lambda n: f"<item><title>Title {n}</title><guid>{n}</guid></item>")
    feed = read(rss(short, title="Long"))
    assert [entry.title for entry in feed.entries] == [f"Title {n}" for n in range(ENTRY_LIMIT)]
    assert (feed.title, feed.cut_off) == ("Long", False)


def test_of_a_hundred_thousand_categories_the_first_are_kept_and_the_article_too() -> None:
    categories = many(100_000, lambda n: f"<category>c{n}</category>")
    feed = read(rss(item(1).replace("<title>", categories + "<title>"), item(2)))
    assert [len(entry.categories) for entry in feed.entries] == [20, 0]
    assert PARTS_LIMIT > CATEGORIES_LIMIT > 20
    began = time.process_time()
    words = item(1).replace("<title>", f"<tags>{many(50_000, lambda n: f'k{n},')}</tags><title>")
    (entry,) = read(rss(words)).entries
    assert (entry.title, len(entry.categories)) == ("Article number 1", 20)
    assert time.process_time() - began < 3


def test_titles_texts_and_links_of_a_megabyte_are_cut_or_left_out() -> None:
    megabyte = "x" * 2**20
    long = item(1, title=megabyte, link=f"https://example.org/{megabyte}", guid=megabyte)
    (entry,) = read(rss(long.replace("What", megabyte), title=megabyte)).entries
    assert len(entry.title) == 256
    assert entry.link == "https://example.org/"
    assert len(entry.guid) == 1000
    assert len(entry.summary) <= 1000
    assert len(entry.text) <= 2000
    (entry,) = read(rss(item(1, title="<b>" * 300_000, link=""))).entries
    assert entry.title.startswith("What article 1 says")


SLOW = {
    "a beginning of comments": "<!--",
    "comments and tags": "<!--<p>",
    "tags that do not end": "<a ",
    "quotations that do not end": '<a href="',
    "bold": "<b>",
    "bold and slanted": "<b><i>x</b>",
    "list items": "<li>",
    "footers": "The post x appeared first on ",
    "paragraphs and footers": "<p>The post ",
    "declarations": "<!",
    "references": "&#1",
    "blanks": " \n",
    "joiners": "<\u200d",
    "accents": "a\u0301\u0302\u0303\u0304",
    "addresses": "a@b (",
    "dots": "a.",
}


@pytest.mark.parametrize("unit", SLOW.values(), ids=SLOW)
def test_no_text_takes_time_that_grows_with_its_square(unit: str) -> None:
    began = time.process_time()
    for source in (unit * (120_000 // len(unit)), unit * (120_000 // len(unit)) + "x>"):
        to_markdown(source, 420, URL)
        to_markdown(source, 420, is_html=False)
        to_text(source, 2000)
        title_text(source, 256)
        first_picture(source, URL)
        author_name(source, 100)
    # About a tenth of this; with the square it is minutes.
    assert time.process_time() - began < 8


@pytest.mark.parametrize(
    "ending", ["<!-- -->" * 200 + "x", "<!--" * 400, "</rss>" * 300 + "x", " " * 1_900 + "x"]
)
def test_the_end_of_a_broken_document_is_found_quickly(ending: str) -> None:
    began = time.process_time()
    assert parse_feed((rss(item(1), item(2)) + ending).encode(), URL).entries
    assert time.process_time() - began < 5


BOMBS = {
    "billion laughs": document(LAUGHS, "&a9;"),
    "declarations": b"<!DOCTYPE a [" + b"<!ENTITY " * 100_000 + b">",
    "quotations": b'<?xml version="1.0"?><!DOCTYPE a [' + b'<!ENTITY "' * 100_000,
    "deep": b'<?xml version="1.0"?><svg>' + b"<g>" * 500_000,
    "titles": rss(item(1, title="x" * 2**20), title="y" * 2**20).encode(),
    "json": ODDLY_BUILT["json"].encode(),
    "deep json": b'{"items":' + b"[" * 1_000_000,
}


async def test_no_bomb_takes_much_memory_or_the_worker(pool: ParsePool) -> None:
    await pool.feed(feed_of(*range(50)).encode(), URL)
    (worker,) = pool.pids
    before = peak_mb(worker)
    for bomb in BOMBS.values():
        try:
            feed = await pool.feed(bomb, URL)
        except FeedProblem as problem:
            assert problem.kind in (ProblemKind.UNREADABLE, ProblemKind.NOT_A_FEED)
        else:
            assert len(feed.entries) == 1
    assert pool.pids == [worker]
    grown = peak_mb(worker) - before
    print(f"\nthe worker's peak grew by {grown:.0f} MB")  # noqa: T201 - asked for
    assert grown < 40


# Bounds change nothing in what is within them.

names = st.sampled_from(["item", "entry", "a", "b:c", "channel", "rss", "description"])
pieces = st.recursive(
    st.sampled_from(
        ["text", "<![CDATA[<item><a>]]>", "<!-- <item> -->", "<a/>", '<a b=">"/>', "&lt;"]
    ),
    lambda inner: st.builds(
        lambda n, parts: f"<{n}>{''.join(parts)}</{n}>", names, st.lists(inner)
    ),
    max_leaves=20,
)


@given(st.lists(pieces | st.sampled_from(["<", ">", "<!", "<![CDATA[", "</a>", "<item", '"', "'"])))
def test_what_is_within_the_bounds_stays_as_it_is(parts: list[str]) -> None:
    body = ("<rss>" + "".join(parts) + "</rss>").encode()
    # As many blanks as make the document suspicious, in a place where none matters.
    assert bounded(body + b"<!--" + b"<=" * 10_000 + b"-->").startswith(body)


def test_half_characters_in_json_cost_no_article() -> None:
    half = "\\ud800x\\udfff"
    body = (
        '{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": ['
        f'{{"id": "{half}", "url": "https://example.org/{half}", "title": "{half}",'
        f' "image": "https://example.org/{half}.png", "content_html": "<a href={half}>{half}"}}]}}'
    )
    (entry,) = parse_feed(body.encode(), URL).entries
    for text in (entry.title, entry.link, entry.guid, entry.summary, entry.picture, entry.text):
        text.encode()
    assert entry.title == "x"


def test_entities_that_could_grow_are_gone_before_any_parser_sees_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import feedparser

    handed: list[bytes] = []
    real = feedparser.parse

    def parse(source: BytesIO, **options: object) -> object:
        handed.append(source.getvalue())
        return real(source, **options)

    monkeypatch.setattr(feedparser, "parse", parse)
    for doctype in (LAUGHS, QUADRATIC, OUTSIDE):
        parse_feed(document(doctype, "x"), URL)
    assert len(handed) == 3
    for seen in handed:
        declared = seen.partition(b"<rss")[0]
        assert b"SYSTEM" not in declared
        assert declared.count(b"&") == 0
        assert len(declared) < 300
