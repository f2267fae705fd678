"""Text is cut, cleaned and defused as Discord measures and reads it."""

from hypothesis import given
from hypothesis import strategies as st

from bot.text import ELLIPSIS, counted, cut, escape, one_line, plain, utf16_len

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@given(TEXT, st.integers(0, 120))
def test_a_cut_text_is_never_too_long_in_utf16(text: str, limit: int) -> None:
    assert len(cut(text, limit).encode("utf-16-le")) // 2 <= limit


@given(TEXT)
def test_utf16_length_is_that_of_the_encoding(text: str) -> None:
    assert utf16_len(text) == len(text.encode("utf-16-le")) // 2


@given(TEXT, st.integers(1, 120))
def test_a_cut_text_begins_like_the_whole_and_short_ones_stay(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert text.startswith(short.removesuffix(ELLIPSIS))
    if utf16_len(text) <= limit:
        assert short == text


def test_words_are_not_cut_in_two() -> None:
    assert cut("Probation was split in two", 16) == "Probation was" + ELLIPSIS
    assert cut("😀" * 10, 9) == "😀" * 4 + ELLIPSIS


def test_invisible_and_turning_characters_go_and_newlines_stay() -> None:
    assert plain("a\u200bb\u202ec\u2066d\x00e\nf\r\ng") == "abcde\nf\ng"
    assert one_line("  a\n\tb\u200b  c ") == "a b c"


@given(st.text())
def test_plain_text_can_always_be_encoded(text: str) -> None:
    plain(text).encode("utf-8")


@given(st.text(max_size=60))
def test_escaped_text_holds_no_mention_and_no_live_markdown(text: str) -> None:
    safe = escape(text)
    assert "@everyone" not in safe
    assert "<@" not in safe
    assert "](" not in safe


def test_counting_in_words() -> None:
    assert [counted(1, "report"), counted(0, "report"), counted(2, "reply", "replies")] == [
        "1 report",
        "0 reports",
        "2 replies",
    ]
