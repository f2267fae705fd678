"""What feeds write is made fit for Discord, and cannot do harm."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.clean import (
    LINK_ROOM,
    author_name,
    title_text,
    to_markdown,
    to_text,
)
from bot.text import utf16_len

BASE = "https://example.org/blog/post"


def markdown(html: str, limit: int = 400) -> str:
    return to_markdown(html, limit, BASE)


def test_paragraphs_emphasis_lists_and_links_become_markdown() -> None:
    html = (
        "<h2>News</h2><p>Some <b>bold </b>and <em>slanted</em> text with "
        '<a href="/more?utm_source=rss">a link</a>.</p><ul><li>one</li><li>two</li></ul>'
    )
    assert markdown(html) == (
        "**News**\n\nSome **bold** and *slanted* text with "
        "[a link](https://example.org/more).\n\n- one\n- two"
    )


def test_lists_in_lists_have_one_mark_a_line_and_what_was_encoded_twice_reads_well() -> None:
    assert markdown("<ul><li><ul><li>in</li></ul></li><li>out</li></ul>") == "- in\n\n- out"
    assert markdown("<p>Merck &amp;amp; Co. and <code>&amp;lt;b></code></p>") == (
        "Merck & Co. and &lt;b\\>"
    )


def test_markdown_and_mentions_in_the_text_are_defused() -> None:
    text = markdown("**x** @everyone &lt;@123&gt; [y](https://evil.example) `z` > # a")
    assert "@everyone" not in text.replace("\\@everyone", "")
    assert "<@123>" not in text
    assert "](" not in text


def test_a_link_text_that_looks_like_an_address_cannot_lead_elsewhere() -> None:
    text = markdown('<a href="https://evil.example/">https://bank.example/login</a>')
    assert "evil.example" not in text


def test_brackets_in_link_texts_and_addresses_cannot_end_the_link() -> None:
    text = markdown('<a href="https://example.org/a(b)">x](/y) z</a>')
    assert text.endswith("(https://example.org/a%28b%29)")
    assert text.count("](") == 1 + text.count("\\](")


def test_invisible_characters_and_scripts_are_dropped() -> None:
    assert markdown("a\u200bb\u202ec<script>alert(1)</script><style>p{}</style>d") == "abcd"


def test_unclosed_script_or_odd_declarations_do_not_swallow_the_article() -> None:
    assert "kept" in markdown("<p>kept</p><select><option>x")
    assert "kept" in markdown("<svg><p>kept</p>")
    assert "kept" in markdown("<![bogus <p>kept</p>")


def test_wordpress_footers_and_read_more_are_left_out() -> None:
    html = (
        '<p>The strike is on.</p><p>The post <a href="x">The strike</a> appeared first on '
        '<a href="y">A blog</a>.</p>'
    )
    assert markdown(html) == "The strike is on."
    assert markdown("The strike is [&#8230;]") == "The strike is…"
    assert markdown('It is … <a href="/x">Continue reading <b>“The strike”</b> →</a>') == "It is…"
    assert markdown('<p>It is on.</p><p><a href="/x">Read more</a></p>') == "It is on."
    assert "Read more books" in markdown('<a href="/x">Read more books</a> is the motto')


def test_long_text_is_cut_at_a_word_with_every_marker_closed() -> None:
    text = markdown("<p><b>" + "word " * 400 + "</b></p>", 100)
    assert text.startswith("**word")
    assert text.endswith("word…**")
    assert utf16_len(text) <= 110


@given(st.text(alphabet="<>/abi phref=\"'&;#x1![]*_~`@\\\n é🙂-") | st.text(), st.integers(1, 500))
def test_any_html_gives_markdown_within_the_limit_and_no_mention(html: str, limit: int) -> None:
    text = to_markdown(html, limit, BASE)
    assert utf16_len(text) <= 3 * limit + LINK_ROOM + 200
    assert not re.search(r"(?<!\\)@(everyone|here)|(?<!\\)<[@#:]", text)
    assert text.count("**") % 2 == 0 or "\\*" in text


@given(st.text(alphabet="<>/abi p&;#x1![]*\n é🙂") | st.text(), st.integers(1, 300))
def test_any_title_is_one_line_within_the_limit(source: str, limit: int) -> None:
    for literal in (False, True):
        title = title_text(source, limit, literal=literal)
        assert utf16_len(title) <= limit
        assert "\n" not in title
    assert utf16_len(to_text(source, limit)) <= limit


def test_titles_lose_their_tags_and_keep_what_only_looks_like_one() -> None:
    assert title_text("Don&#8217;t <b>panic</b> &amp; strike", 100) == "Don’t panic & strike"
    assert title_text("Review: <Foo> by Bar", 100) == "Review: <Foo> by Bar"
    assert title_text("Using <b> in HTML", 100, literal=True) == "Using <b> in HTML"
    assert title_text("Q&amp;amp;A: it&amp;#8217;s on", 100) == "Q&A: it’s on"
    assert title_text("Why &amp;lt; matters", 100) == "Why &lt; matters"
    assert title_text("x" * 1_000_000, 256).endswith("…")


def test_authors_lose_their_addresses() -> None:
    assert author_name("noreply@blogger.com (J. Brown)", 100) == "J. Brown"
    assert author_name("herman (hidden)", 100) == "herman"
    assert author_name("someone@example.org", 100) == ""
