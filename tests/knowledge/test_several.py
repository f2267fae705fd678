"""Questions that ask for several things at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import several


@pytest.mark.parametrize(
    ("asked", "parts"),
    [
        (
            "was seetec an owner and did it take wales",
            ["was seetec an owner", "did it take wales, was seetec an owner"],
        ),
        ("What is a RAR? Who ran Napo?", ["What is a RAR", "Who ran Napo"]),
        ("what is a RAR?", []),
        ("thanks, what is a RAR?", []),
        ("England and Wales", ["England", "Wales"]),
        ("sdr and oasys what are they", ["sdr", "oasys what are they"]),
    ],
)
def test_several_questions_in_one_are_told_apart(asked: str, parts: list[str]) -> None:
    assert several.parts_of(asked) == parts


@given(st.text(max_size=600))
def test_any_text_is_taken_apart_without_an_error(text: str) -> None:
    parts = several.parts_of(text)
    assert len(parts) != 1
    assert len(parts) <= several.PARTS
    assert all(part.partition(",")[0] in text for part in parts)


@pytest.mark.parametrize(
    ("parts", "apart"),
    [
        (["who was Irwin", "when did Working Links fail"], True),
        (["whats a crc", "whats the nps"], True),
        (["when did trusts end", "crcs begin"], False),
        (["who was Irwin"], False),
    ],
)
def test_parts_that_each_begin_as_a_question_ask_apart(parts: list[str], apart: bool) -> None:
    assert several.ask_apart(parts) is apart
