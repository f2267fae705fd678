"""Whether the best candidate is an answer: what speaks for it, and what against it."""

from dataclasses import dataclass

from bot.knowledge import search
from bot.knowledge.decision import Evidence, weigh
from bot.knowledge.vocabulary import Vocabulary
from bot.knowledge.words import Words, stem

KNOWN = ["grayling", "strike", "trust", "contract", "ballot", "owner", "467m"]
VOCABULARY = Vocabulary({stem(word): 3 for word in KNOWN}, 400, KNOWN)
WORDS = Words.build([])


@dataclass(frozen=True)
class Asked:
    weight: float = 4.0
    is_known: bool = True
    is_name: bool = False
    is_elsewhere: bool = False
    is_phrase: bool = False


def evidence(asked: list[Asked], met: list[float]) -> Evidence:
    return weigh(asked, met, met, likeness=0.5, contained=0.5, greatest=4.0, rank=8.0)


def terms(question: str) -> list[search.Term]:
    return list(search.prepare(WORDS, VOCABULARY, question).terms)


def test_what_is_covered_and_alike_is_an_answer_and_what_is_not_is_none() -> None:
    assert evidence([Asked(), Asked()], [1.0, 1.0]).confidence > 0
    assert evidence([Asked(), Asked()], [0.0, 0.0]).confidence < 0


def test_each_thing_counts_in_its_direction() -> None:
    plain = evidence([Asked(), Asked()], [1.0, 0.0])
    name = evidence([Asked(is_name=True), Asked()], [1.0, 0.0])
    phrase = evidence([Asked(is_phrase=True), Asked()], [1.0, 0.0])
    unknown = evidence([Asked(), Asked(is_known=False)], [1.0, 0.0])
    elsewhere = evidence([Asked(), Asked(is_elsewhere=True)], [1.0, 0.0])
    assert plain.lone
    assert not name.lone
    assert name.confidence == phrase.confidence > plain.confidence
    assert plain.confidence > unknown.confidence
    assert plain.confidence > elsewhere.confidence


def test_a_word_of_another_subject_does_no_harm_where_the_answer_has_it() -> None:
    assert not evidence([Asked(is_elsewhere=True)], [1.0]).elsewhere


def test_names_numbers_and_words_of_other_subjects_are_told_apart() -> None:
    found = {next(iter(term.tokens)): term for term in terms("grayling owner 467m dog zzyx")}
    assert [token for token, term in found.items() if term.is_name] == ["grayl", "467m"]
    assert [token for token, term in found.items() if term.is_elsewhere] == ["dog"]
    assert [token for token, term in found.items() if not term.is_known] == ["dog", "zzyx"]


def test_a_word_that_is_said_twice_is_asked_once() -> None:
    assert len(terms("owner and owner")) == 1


def test_a_word_that_only_judges_weighs_little_known_or_not() -> None:
    (shambles, ballot) = terms("shambles ballot")
    assert shambles.weight < ballot.weight / 5
