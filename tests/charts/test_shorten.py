"""Texts are shortened where it hurts least."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.charts.shorten import first_sentence, shorten
from bot.charts.style import wrap
from tests.charts.conftest import roughly


@pytest.mark.parametrize(
    ("text", "room", "kept"),
    [
        ("It fits.", 20, "It fits."),
        ("The first part. The second part is long.", 20, "The first part. …"),
        ("One. Two. Three is far too long for that.", 14, "One. Two. …"),
        ("The trusts end, and the work is divided by risk.", 18, "The trusts end…"),
        ("Mr Justice Irwin orders the documents out.", 22, "Mr Justice Irwin…"),
        ("He said “no.” Then he left the room for good.", 18, "He said “no.” …"),
        ("A word, then quite a few others come", 30, "A word, then quite a few…"),
        ("Incomprehensibilities", 10, "…"),
    ],
)  # fmt: skip
def test_a_text_is_cut_at_a_sentence_a_clause_or_a_word(text: str, room: int, kept: str) -> None:
    assert shorten(text, lambda part: len(part) <= room) == kept


def test_the_first_sentence_says_that_there_is_more() -> None:
    assert first_sentence("It began. It ended.") == "It began. …"
    assert first_sentence("It began.") == "It began."
    assert first_sentence("It cost £4.5 million. No more.") == "It cost £4.5 million. …"


@given(st.text(max_size=300), st.integers(1, 100))
def test_what_remains_fits(text: str, room: int) -> None:
    assert len(shorten(text, lambda part: len(part) <= room)) <= room


@given(st.text("ab c", max_size=200), st.integers(60, 400), st.integers(0, 300))
def test_lines_fit_and_lose_no_letter(text: str, width: int, indent: int) -> None:
    lines = wrap(text, width, 20, roughly, indent=indent)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for number, line in enumerate(lines):
        assert roughly(line, 20, bold=False) <= width - (indent if number == 0 and line else 0)
