"""Nothing that a feed writes acts in Discord, hides what follows, or reads as something else."""

import contextlib
import unicodedata
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidInput
from bot.feeds.clean import author_name, title_text, to_markdown, to_text
from bot.feeds.links import LINK_LIMIT, clean_link, typed_address
from bot.feeds.pictures import first_picture
from bot.text import MARKS_LIMIT, cut, escape, one_line, plain, utf16_len
from tests.feeds.discord_text import alive, closed

BASE = "https://example.org/blog/post"

ACTING = [
    "@everyone", "@here", "<@1>", "<@!1>", "<@&1>", "<#1>", "</feeds add:1>", "<t:1:R>", "<:x:1>",
    "<a:x:1>", "<id:customize>", "[bank](https://evil.example)", "https://discord.gg/evil",
    "discord://x", "javascript:alert(1)", "`code`", "```py\nx\n```", "||spoiler||", "> quote",
    ">>> quote", "# head", "### head", "-# small", "**bold", "__under", "~~struck", "*slanted",
    "_slanted", "\\", "\\\\", "\\*", "<https://evil.example>", "<mailto:a@b.example>", "<+4412345>",
]  # fmt: skip
UNSEEN = [
    "\u200b", "\u200e", "\u202e", "\u2066",
    "\u2069", "\u00ad", "\ufeff", "\x00", "\x1b[31m", "\x85",
    "\ud800", "\U000e0041", "\U000e0100", "\U0001d173", "\u2063", "\u3164", "\u180e", "\ufffe",
]  # fmt: skip

texts = st.lists(
    st.sampled_from(
        ACTING + UNSEEN + [" ", "\n", "a", "@", "every", "one", "🙂", "e\u0301", "\u200d"]
    )
    | st.text(max_size=3)
).map("".join)
tags = st.sampled_from(
    [
        "b",
        "i",
        "em",
        "s",
        "p",
        "li",
        "a",
        "br",
        "h2",
        "code",
        "pre",
        "script",
        "svg",
        "td",
        "x",
        "!--",
    ]
)
htmls = st.lists(
    texts
    | st.builds("<{}>".format, tags)
    | st.builds("</{}>".format, tags)
    | st.builds('<a href="{}">'.format, st.sampled_from(ACTING) | st.just("/x_(y)"))
).map("".join)


@given(htmls | st.text(), st.integers(1, 600))
def test_no_html_becomes_markdown_that_acts_or_stays_open(html: str, limit: int) -> None:
    for is_html in (True, False):
        markdown = to_markdown(html, limit, BASE, is_html=is_html)
        assert alive(markdown) == ""
        assert closed(markdown)


@pytest.mark.parametrize("said", ACTING)
@pytest.mark.parametrize(
    "wrapped", ["{}", "<b>{}</b>", "<b><i>x</i>{}</b> y", "<li>{}", "<a href='/x'>{}"]
)
def test_each_construct_is_defused_wherever_it_stands(said: str, wrapped: str) -> None:
    for source in (said, unicodedata.normalize("NFC", said), said.replace("<", "&lt;")):
        markdown = to_markdown(wrapped.format(source), 420, BASE)
        assert alive(markdown) == ""
        assert closed(markdown)
        assert alive(escape(title_text(source, 256))) == ""
        assert alive(escape(author_name(source, 100))) == ""


@given(texts | st.text())
def test_an_escaped_text_has_nothing_left_that_acts(text: str) -> None:
    escaped = escape(plain(text))
    assert alive(escaped) == ""
    assert escaped.replace("\\", "") == plain(text).replace("\\", "")


@given(texts | htmls | st.text(), st.integers(1, 300))
def test_what_is_read_has_nothing_unseen_and_no_line_breaks_where_none_may_be(
    source: str, limit: int
) -> None:
    for literal in (False, True):
        lines = [
            title_text(source, limit, literal=literal),
            to_text(source, limit, is_html=not literal),
            author_name(source, limit),
        ]
        for line in lines:
            assert utf16_len(line) <= limit
            assert not line or line.isprintable() or _soft(line)
            assert not set(line) & set("\n\r\x1b\x00\u2028\u2029\u200b\u202e\u2066\ufeff")
            line.encode()  # no lone surrogate
    markdown = to_markdown(source, limit, BASE)
    assert not any(unicodedata.category(c) in ("Cc", "Cs") and c != "\n" for c in markdown)


def _soft(line: str) -> bool:
    """Whether all that does not print is a joiner, part of a flag, or not yet in Unicode."""
    rest = (c for c in line if not c.isprintable())
    return all(
        c == "\u200d"
        or "\U000e0020" <= c <= "\U000e007f"
        or unicodedata.category(c) in ("Cn", "Co", "Cf")
        for c in rest
    )


@given(st.text(alphabet="aZ \u0301\u0302\u0323\u0489\u20dd\u0e49e") | texts)
def test_no_letter_carries_more_marks_than_any_language_stacks(text: str) -> None:
    run = 0
    for character in plain(text):
        run = run + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        assert run <= MARKS_LIMIT + 1  # composed with its letter one may be none


def test_writing_that_needs_marks_joiners_and_flags_stays_whole() -> None:
    for text in (
        "हिन्दी में समाचार", "สวัสดีชาวโลก", "Tiếng Việt", "שָׁלוֹם", "العَرَبِيَّة",
        "👩\u200d👩\u200d👧\u200d👦 🏳️\u200d🌈",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f 🇬🇧", "naïve café",
    ):  # fmt: skip
        assert one_line(text) == unicodedata.normalize("NFC", text)


CLUSTERS = [
    "a",
    " ",
    "\n",
    "é",
    "e\u0323\u0302",
    "🇬🇧",
    "👩\u200d👩\u200d👧",
    "👍🏽",
    "❤\ufe0f",
    "שׁ",
]


@given(st.lists(st.sampled_from(CLUSTERS), min_size=1), st.integers(20, 60))
def test_a_cut_never_goes_through_what_is_seen_as_one_character(
    parts: list[str], limit: int
) -> None:
    text = "".join(parts)
    shown = cut(text, limit)
    assert utf16_len(shown) <= limit
    if shown != text:
        kept = shown.removesuffix("…")
        whole = "".join(parts)
        ends = {0}
        for part in parts:
            ends.add(max(ends) + len(part))
        blanks = len(whole) - len(whole[len(kept) :].lstrip(" \n"))
        assert whole.startswith(kept)
        assert len(kept) in ends or blanks in ends


def test_links_lead_only_into_the_web_and_say_where() -> None:
    for bad in (
        "javascript:alert(1)", "java\nscript:alert(1)", "discord://x", "data:text/html,x", "file:///x",
        "https://user:pw@example.org/", "https://bank.example@evil.example/", "//", "http://",
        "mailto:x",
        "https://exa mple.org/", "https://[::1/", "http://a:99999/", "https://./",
    ):  # fmt: skip
        assert clean_link(bad, BASE) in ("", BASE), bad
    assert clean_link("https://b\u0430nk.example/") == "https://xn--bnk-6cd.example/"
    assert "\u202e" not in clean_link("https://example.org/\u202egnp.exe")


@given(texts | st.text() | st.builds("https://{}".format, st.text()), st.booleans())
def test_any_link_is_an_address_in_plain_ascii_or_none(link: str, based: bool) -> None:
    found = clean_link(link, BASE if based else "")
    if found:
        parts = urlsplit(found)
        assert parts.scheme in ("http", "https")
        assert parts.hostname
        assert parts.username is None
        assert found.isascii()
        assert len(found) <= LINK_LIMIT
        assert not set(found) & set(' <>"`\\\n\t{}|^')
        assert clean_link(found) == found
    picture = first_picture(f'<img src="{link}">', BASE)
    assert not picture or picture.startswith(("http://", "https://"))
    with contextlib.suppress(InvalidInput):
        assert typed_address(link).startswith(("http://", "https://"))


@pytest.mark.parametrize(
    "text",
    [
        "https://bank.example/login", "bank.example", "www.bank.example", "BANK.EXAMPLE/x",
        "bank\u2024example", "bank\u3002example", "bank\uff0eexample", "see bank.example now",
        "h\u200bttps://bank.example", "ｂａｎｋ.ｅｘａｍｐｌｅ",
        "<b>bank</b>.example", "bank.\u200dexample",
    ],
)  # fmt: skip
def test_a_link_whose_text_names_another_site_is_no_link(text: str) -> None:
    markdown = to_markdown(f'<a href="https://evil.example/">{text}</a>', 420, BASE)
    assert "evil.example" not in markdown
    assert "](" not in markdown


def test_a_link_whose_text_names_its_own_site_stays_one() -> None:
    html = (
        '<a href="https://www.news.example.org/a">news.example.org</a> <a href="/b">Version 2.0</a>'
    )
    assert to_markdown(html, 420, BASE) == (
        "[news.example.org](https://www.news.example.org/a) [Version 2.0](https://example.org/b)"
    )


def test_markers_that_would_run_into_each_other_are_kept_apart_or_joined() -> None:
    assert to_markdown("<b>a</b><b>b</b>", 99) == "**ab**"
    assert to_markdown("<b>a</b><i>b</i>", 99) == "**a** *b*"
    assert to_markdown("<i>re</i>view", 99) == "*re*view"
    assert closed(to_markdown("<b><i>x</b>" * 3, 99))
