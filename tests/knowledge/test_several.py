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
        ("What is a RAR? And who ran Napo?", ["What is a RAR", "who ran Napo"]),
        ("what is a RAR?", []),
        ("thanks, what is a RAR?", []),
        ("England and Wales", ["England", "Wales"]),
        ("sdr and oasys what are they", ["sdr", "oasys what are they"]),
        # What leads in is no question,
        ("In the bidding, what was meant by a mutual?", []),
        ("According to the NAO, how much did TR cost and who said so?", []),
        ("Irwin, when did he resign", ["Irwin", "when did he resign, Irwin"]),
        # and a list of names is one ...
        ("did Sodexo, Interserve and MTC make a profit?", []),
        ("what happened to Sodexo, Interserve & the MTC", []),
        ("did the strikes of 2013, 2014, and 2015 work", []),
        ("thanks, did Napo, Unison and GMB strike, and when was it?", []),
        # ... unless the same is asked of each, or nothing is asked of all,
        (
            "who were Irwin, Chris Grayling and Spurr?",
            ["who were Irwin", "who were Chris Grayling", "who were Spurr"],
        ),
        ("what's OMIC, NPS, and RAR", ["what's OMIC", "what's NPS", "what's RAR"]),
        ("Sodexo, Interserve, MTC", ["Sodexo", "Interserve", "MTC"]),
        # ... and takes no other question in.
        (
            "did Sodexo, Interserve and MTC make a profit and who was Irwin?",
            ["did Sodexo, Interserve and MTC make a profit", "who was Irwin"],
        ),
        (
            "what is a RAR, when was the vote and who ran Napo",
            ["what is a RAR", "when was the vote", "who ran Napo"],
        ),
        (
            "when did the trusts end, and who ran Napo?",
            ["when did the trusts end", "who ran Napo"],
        ),
    ],
)
def test_several_questions_in_one_are_told_apart(asked: str, parts: list[str]) -> None:
    assert several.parts_of(asked) == parts


@given(st.text(max_size=600))
def test_any_text_is_taken_apart_without_an_error(text: str) -> None:
    parts = several.parts_of(text)
    assert len(parts) != 1
    assert len(parts) <= several.PARTS
    assert all(word in text for part in parts for word in part.replace(",", " ").split())


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
