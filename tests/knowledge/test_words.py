"""From what people type to the words that are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.words import TOKEN_LIMIT, Words, intents, is_stop, raw_tokens, stem


@pytest.mark.parametrize(
    "forms",
    [
        ("privatise", "privatised", "privatising", "privatisation", "privatization", "privatized"),
        ("strike", "strikes", "striking"),
        ("trust", "trusts"),
        ("company", "companies"),
        ("resign", "resigned", "resigning", "resignation"),
        ("bid", "bidding"),
        ("announce", "announced", "announcement"),
    ],
)
def test_the_forms_of_a_word_have_one_stem(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("J.R.", "JR"),
        ("labor offense", "LABOUR OFFENCE"),
        ("Café", "cafe"),
        ("£467m", "467 million"),
        ("100,000", "100000"),
        ("100k", "100000"),
        ("Grayling’s", "grayling"),
        ("eight of ten", "8 of 10"),
    ],
)
def test_spellings_that_mean_the_same_become_the_same(one: str, other: str) -> None:
    assert raw_tokens(one) == raw_tokens(other)


def test_words_of_one_group_share_a_token_and_phrases_are_one_unit() -> None:
    words = Words.build([("jr", "judicial review"), ("dropped", "binned")])
    long = words.units("was the judicial review binned?")
    short = words.units("JR dropped")
    assert [unit.concepts for unit in long] == [unit.concepts for unit in short]
    assert len(long) == 2


def test_an_indexed_text_is_found_under_its_words_and_its_groups() -> None:
    words = Words.build([("jr", "judicial review")])
    assert set(words.indexed("The judicial review")) == {"judicial", "review", "qq0"}


def test_a_small_word_is_not_taken_for_another_word_of_the_same_stem() -> None:
    words = Words.build([("resigned", "quit")])
    assert not words.units("not quite sure")
    assert words.units("they quit")[0].concepts == ("qq0",)
    assert not words.indexed("quite")


@pytest.mark.parametrize(
    "question",
    [
        "what on earth is it in plain english",
        "is it true that, true or false",
        "who the hell are these bloody muppets",
        "whats it when its at home",
    ],
)
def test_fillers_insults_and_turns_of_phrase_say_nothing(question: str) -> None:
    assert not Words.build([]).units(question)


@pytest.mark.parametrize("word", ["car", "cars", "plan", "unit"])
def test_a_word_of_its_own_is_not_small_because_a_small_one_has_its_stem(word: str) -> None:
    assert not is_stop(word)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("When did it start?", "iqwhen"),
        ("what year was that", "iqwhen"),
        ("Who led it?", "iqwho"),
        ("How many were there?", "iqnumber"),
        ("Why was it dropped?", "iqwhy"),
        ("How do I bring a motion?", "iqhow"),
        ("what does RAR mean", "iqterm"),
    ],
)
def test_the_kind_of_answer_is_recognised(question: str, wanted: str) -> None:
    assert wanted in intents(question)


@given(st.text(max_size=6000))
def test_any_text_becomes_a_few_harmless_tokens(text: str) -> None:
    tokens = raw_tokens(text)
    assert len(tokens) <= TOKEN_LIMIT
    for token in tokens:
        assert token.isascii()
        assert token.isalnum()
        is_stop(token)
    intents(text)
