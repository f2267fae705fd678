"""Addresses: absolute, safe and without tracking."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidInput
from bot.feeds.links import clean_link, same_place, typed_address


@pytest.mark.parametrize(
    ("given_link", "base", "expected"),
    [
        ("/a?b=1", "https://example.org/x/", "https://example.org/a?b=1"),
        ("a b.png", "https://example.org/x/", "https://example.org/x/a%20b.png"),
        ("//cdn.example.org/p.png", "https://example.org/", "https://cdn.example.org/p.png"),
        ("https://example.org/?utm_source=rss&id=4&fbclid=x", "", "https://example.org/?id=4"),
        ("https://example.org/100%", "", "https://example.org/100%25"),
        ("https://bücher.example/ä", "", "https://xn--bcher-kva.example/%C3%A4"),
        ("javascript:alert(1)", "https://example.org/", ""),
        ("data:image/png;base64,AAAA", "https://example.org/", ""),
        ("https://user:secret@example.org/", "", ""),
        ("https:///nowhere", "", ""),
        ("https://[::1/", "", ""),
        ("https://example.org/" + "x" * 3000, "", ""),
    ],
)
def test_a_link_becomes_absolute_safe_and_without_tracking(
    given_link: str, base: str, expected: str
) -> None:
    assert clean_link(given_link, base) == expected


@given(st.text(), st.sampled_from(["", "https://example.org/a/b"]))
def test_whatever_a_feed_gives_a_cleaned_link_is_plain_http_or_nothing(
    link: str, base: str
) -> None:
    cleaned = clean_link(link, base)
    if cleaned:
        assert cleaned.isascii()
        assert not re.search(r"[\s<>\"\\]", cleaned)
        assert urlsplit(cleaned).scheme in ("http", "https")
        assert urlsplit(cleaned).hostname
        assert clean_link(cleaned) == cleaned


def test_two_spellings_of_one_page_are_the_same_place() -> None:
    assert same_place("http://www.example.org/a/?b=1&a=2") == same_place(
        "https://example.org/a?a=2&b=1"
    )
    assert same_place("https://example.org/a") != same_place("https://example.org/b")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("example.org/feed", "https://example.org/feed"),
        (" <https://example.org/feed> ", "https://example.org/feed"),
        ("feed://example.org/rss", "https://example.org/rss"),
        ("feed:https://example.org/rss", "https://example.org/rss"),
        ("localhost:8080/feed", "https://localhost:8080/feed"),
        ("https://example.org/feed#top", "https://example.org/feed"),
    ],
)
def test_what_a_moderator_types_becomes_an_address(typed: str, expected: str) -> None:
    assert typed_address(typed) == expected


@pytest.mark.parametrize(
    "typed", ["", "hello", "not a url", "mailto:a@b.org", "ftp://example.org/x", "https://", "🙂"]
)
def test_nonsense_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(InvalidInput, match=r"such as `https://example\.org/"):
        typed_address(typed)


def test_an_address_with_a_password_is_refused() -> None:
    with pytest.raises(InvalidInput, match="password"):
        typed_address("https://me:secret@example.org/feed")
