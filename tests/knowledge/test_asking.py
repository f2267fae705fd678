"""What somebody asks, found among other text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.archive.service import read
from bot.knowledge import question_in, readings, says_something, subjects
from bot.knowledge.asking import similar


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("<@123> when did the trusts go?", "when did the trusts go?"),
        ("<@!123>**when**  did\nthe `trusts` go", "when did the trusts go"),
        ("> quoted\n# what a day <:sad:12> <#5> </faq:9> <t:1:R>", "quoted what a day"),
        ("see https://example.org/?a=b and <https://example.org/x> please", "see and please"),
        ("@everyone @here <@&7>", ""),
        ("3 < 4 > 2", "3 < 4 > 2"),
        ("what\u200b is\u202e it", "what is it"),
    ],
)
def test_the_words_are_left_of_a_message(text: str, question: str) -> None:
    assert question_in(text) == question


def test_a_message_of_empty_lines_holds_nothing_up() -> None:
    began = time.process_time()
    assert question_in("a" + "\n\t" * 2000 + "b") == "a b"
    assert time.process_time() - began < 0.1  # it was a second, and grew with the square


@pytest.mark.parametrize(
    ("text", "tried"),
    [
        ("", ()),
        ("What is it?", ("What is it?",)),
        ("No question here.", ("No question here.",)),
        ("Hello. What is it? Thanks!", ("What is it?", "Hello. What is it? Thanks!")),
        ("84.4% voted. Is that so?", ("Is that so?", "84.4% voted. Is that so?")),
        ("A day. " * 60 + "Why?", ("Why?", "A day. " * 60 + "Why?")),
    ],
)
def test_the_questions_of_a_message_are_tried_and_then_all_of_it(
    text: str, tried: tuple[str, ...]
) -> None:
    assert readings(text) == tried


@given(st.text(st.sampled_from("ab.?! \n>*_<@1>:/"), max_size=300), st.text(max_size=300))
def test_no_text_breaks_it_or_takes_long(marks: str, text: str) -> None:
    for each in (marks, text):
        question = question_in(each)
        assert question == " ".join(question.split())
        for reading in readings(question):
            assert reading.strip()


@pytest.mark.parametrize("piece", [".", "?", "a.", "<@", "<t:", "http://", "*_", "> ", "a. b? "])
def test_four_thousand_characters_of_anything_are_read_at_once(piece: str) -> None:
    begun = time.process_time()
    readings(question_in(piece * (4000 // len(piece))))
    assert time.process_time() - begun < 0.2


def test_thanks_say_nothing_and_a_subject_does() -> None:
    assert not any(
        says_something(text) for text in ("", "thanks", "Hello!", "ok, thank you", "???")
    )
    assert says_something("trusts")


def test_the_subjects_of_a_question_leave_endings_open_but_for_short_words() -> None:
    assert subjects("Were the rates for overtime agreed in 2019?") == [
        ("rate", False), ("overtim", False), ("agre", False), ("2019", False),
    ]  # fmt: skip
    assert subjects("policies and policy on pay cuts") == [
        ("polic", False), ("pay", True), ("cut", False),
    ]  # fmt: skip
    assert subjects("why?") == []


@given(st.text(max_size=400))
def test_the_archive_takes_the_subjects_of_any_question(question: str) -> None:
    words = [word if whole else f"{word}*" for word, whole in subjects(question)]
    if words:
        assert read(" ".join(words)).wanted


def test_names_that_are_spelt_alike_are_nearest() -> None:
    names = ["Chris Grayling", "Napo", "Seetec", "Working Links"]
    assert similar("grayson", names)[0] == 0
    assert len(similar("zzz", names)) == 3
    assert similar("x", []) == []
