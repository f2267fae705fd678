"""How a question is read before anything is compared: slips, compounds, several in one."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import judging, search
from bot.knowledge.english import everyday, is_english
from bot.knowledge.vocabulary import Vocabulary
from bot.knowledge.words import Words, raw_tokens, stem

KNOWN = [
    "rehabilitation", "testgate", "grayling", "administration", "community", "presentence",
    "probation", "register", "working", "strike", "napo", "risk", "links", "report", "united",
]  # fmt: skip
WORDS = Words.build([("jr", "judicial review")])
VOCABULARY = Vocabulary({stem(word): 3 for word in KNOWN}, 200, KNOWN)


def read(text: str) -> list[str]:
    """The stems that are looked for."""
    query = search.prepare(WORDS, VOCABULARY, text)
    return [token for term in query.terms for token in term.tokens]


@given(st.sampled_from([word for word in KNOWN if len(word) > 6]), st.randoms(), st.booleans())
def test_two_letters_that_changed_places_and_a_lost_letter_are_mended(
    word: str, chance: random.Random, swap: bool
) -> None:
    at = chance.randrange(1, len(word) - 2)
    slip = (
        word[:at] + word[at + 1] + word[at] + word[at + 2 :] if swap else word[:at] + word[at + 1 :]
    )
    if not is_english(slip):
        assert read(slip) == [stem(word)], slip


@given(st.text(max_size=300))
def test_any_text_is_read_and_searched_for_without_an_error(text: str) -> None:
    for partial in (False, True):
        query = search.prepare(WORDS, VOCABULARY, text, partial=partial)
        assert all(token.isalnum() for token in query.searched(VOCABULARY))


@pytest.mark.parametrize(
    ("typed", "stems"),
    [
        ("whne did teh stirke", ["strik"]),
        ("wich register", ["register"]),
        ("test gate", ["testgat"]),
        ("pre sentence report", ["presentenc", "report"]),
        ("riskregister", ["risk", "register"]),
        ("untied", ["unit"]),
    ],
)
def test_small_words_and_compounds_are_read_as_they_are_meant(typed: str, stems: list[str]) -> None:
    assert read(typed) == stems


@pytest.mark.parametrize("word", ["weather", "cats", "pizza", "lions", "stroke", "marathon"])
def test_an_english_word_is_not_taken_for_a_slip(word: str) -> None:
    assert VOCABULARY.correction(word) is None


def test_the_list_of_english_words_holds_those_of_every_day_and_others() -> None:
    assert {stem("weather"), stem("people")} <= everyday()
    assert stem("marathon") not in everyday()
    assert all(is_english(word) for word in ("weather", "marathon", "behaviour", "labor"))
    assert not is_english("grayling")


def test_the_same_words_are_alike_and_word_for_word_more_so() -> None:
    def indexed(text: str) -> search.Indexed:
        kept = search.phrasing_text(search.phrasing_tokens(text, WORDS))
        return search.Indexed((search.Phrasing.read(kept),), frozenset(), frozenset())

    query = search.prepare(WORDS, VOCABULARY, "When was the strike at Napo?")
    alike = [
        judging.judge(query, indexed(text), VOCABULARY).alike
        for text in ("when was the strike at napo", "When did Napo strike?", "When did it strike?")
    ]
    assert alike == [2, 1, 0]
    assert raw_tokens("When was the strike at Napo?") == raw_tokens("when was the strike at napo")
