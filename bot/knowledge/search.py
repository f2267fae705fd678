"""Reading a question: what it asks for, as tokens of the index, and how much each tells.

``proposing`` then finds what may answer in SQLite's full-text index, ``judging`` says how well each
does, ``store`` runs the SQL and ``service`` joins them.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from bot.knowledge.dates import Named, take_out, text_tokens
from bot.knowledge.elsewhere import subjects
from bot.knowledge.english import is_english
from bot.knowledge.vocabulary import Vocabulary, is_mark, whole_token
from bot.knowledge.words import (
    LIGHT_STEMS,
    TYPED_LIMIT,
    Unit,
    Words,
    intents,
    is_stop,
    raw_tokens,
    stem,
)

# All of these were chosen by measuring on the first set of tests/knowledge/phrasings/tuned.py.
SYNONYM_QUALITY = 0.9
SAME_MONTH_QUALITY = 0.5
TYPO_QUALITY = 0.85

SEARCHED_TOKENS, SEARCHED_ENTRIES = 120, 2_500
MARKS = " / "
COMPOUND_LEAST, HALF_LEAST = 7, 4  # letters of a compound, and of each of its parts


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for: the tokens that satisfy it, each with how well, and its weight."""

    tokens: Mapping[str, float]
    weight: float
    covers: frozenset[str] = frozenset()
    is_known: bool = True
    is_name: bool = False
    is_elsewhere: bool = False
    is_phrase: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A question, ready to be compared.

    Attributes:
        by_token: which terms a token satisfies, by number, and how well.
        tokens: all of them.
        asked: the weights of all terms together.
        phrasing: as ``phrasing_tokens`` gives it.
        whole: its last token, which stands for all of the question; empty without a word.
    """

    terms: tuple[Term, ...]
    intents: frozenset[str]
    by_token: Mapping[str, Sequence[tuple[int, float]]]
    tokens: frozenset[str]
    asked: float
    phrasing: frozenset[str]
    whole: str

    @classmethod
    def of(cls, terms: Sequence[Term], wanted: frozenset[str], phrasing: Sequence[str]) -> Self:
        """A question for its terms, the kinds of answer that it wants, and its tokens."""
        # What is said twice is asked once.
        terms = list({tuple(term.tokens): term for term in terms}.values())
        by_token: dict[str, list[tuple[int, float]]] = {}
        for number, term in enumerate(terms):
            for token, quality in term.tokens.items():
                by_token.setdefault(token, []).append((number, quality))
        asked = sum(term.weight for term in terms)
        tokens = frozenset(by_token)
        whole = phrasing[-1] if phrasing else ""
        return cls(tuple(terms), wanted, by_token, tokens, asked, frozenset(phrasing), whole)

    def share(self, met: Sequence[float]) -> float:
        """How much of the question is met, from 0 to 1, rare words counting more.

        Args:
            met: how well each term is.
        """
        return (
            sum(t.weight * quality for t, quality in zip(self.terms, met, strict=True)) / self.asked
        )

    def met_by(
        self, tokens: frozenset[str], factor: Callable[[str], float] = lambda _: 1.0
    ) -> list[float]:
        """How well each term is met by some tokens.

        Args:
            factor: what each token counts for.
        """
        met = [0.0] * len(self.terms)
        for token in tokens & self.tokens:
            for number, quality in self.by_token[token]:
                met[number] = max(met[number], quality * factor(token))
        return met

    def searched(self, vocabulary: "Vocabulary") -> list[str]:
        """The tokens to look up in the index.

        None where nothing can be searched for. Those of very many entries are left out where there
        are others: they would cost the index time and tell it nothing. For the same reason no more
        than some thousands of entries are looked at, those with the rarest tokens.
        """
        asked = dict.fromkeys(token for term in self.terms for token in term.tokens)
        known = sorted((token for token in asked if token in vocabulary), key=vocabulary.count)
        telling = [token for token in known if not vocabulary.is_common(token)] or known
        within = itertools.accumulate(map(vocabulary.count, telling))
        enough = sum(total <= SEARCHED_ENTRIES for total in within)
        searched = [self.whole] if self.whole else []
        return searched + telling[: min(max(enough, 1), SEARCHED_TOKENS)]


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One way to ask, as the index keeps it: its text, and all tokens of that."""

    text: str
    tokens: frozenset[str]

    @classmethod
    def read(cls, text: str) -> Self:
        """Read what ``phrasing_text`` wrote."""
        return cls(text, frozenset(text.replace(MARKS, " ").split()))

    @property
    def words(self) -> frozenset[str]:
        """The tokens that are words; few phrasings are ever asked for them."""
        return frozenset(self.text.partition(MARKS)[0].split())


def phrasing_text(tokens: Iterable[str]) -> str:
    """The tokens of a phrasing as the index keeps them: words, and after a stroke the others."""
    once = list(dict.fromkeys(tokens))
    words = [token for token in once if not is_mark(token)]
    return " ".join(words) + MARKS + " ".join(token for token in once if is_mark(token))


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the index keeps of an entry: the tokens of its texts.

    Attributes:
        phrasings: the question and its variants.
    """

    phrasings: tuple[Phrasing, ...]
    answer: frozenset[str]
    topics: frozenset[str]


def phrasing_tokens(text: str, words: Words) -> list[str]:
    """The tokens of a question, ours or a person's: words, groups, dates, kinds of answer; and one
    that stands for all of it, small words included."""
    tokens = [*words.indexed(text), *text_tokens(text), *sorted(intents(text))]
    whole = whole_token(text)
    return [*tokens, whole] if whole else []


def prepare(words: Words, vocabulary: Vocabulary, text: str, *, partial: bool = False) -> Query:
    """Read a question. ``partial``: its last word may not be typed to the end."""
    asked, days = take_out(text[:TYPED_LIMIT])
    tokens = raw_tokens(asked)
    unfinished = partial and asked[-1:].isalnum() and bool(tokens)
    mended, slips = _mended(tokens[:-1] if unfinished else tokens, words, vocabulary)
    terms = [_term(unit, vocabulary, slips) for unit in words.grouped(mended)]
    if unfinished:
        # Together with the word before it, the last one may complete a phrase.
        whole = words.grouped([*mended, tokens[-1]])
        terms = [_term(unit, vocabulary, slips) for unit in whole]
        terms = _completed(terms, whole, tokens[-1], vocabulary)
    terms += [_day_term(day, vocabulary) for day in days]
    return Query.of(terms, intents(text), phrasing_tokens(text[:TYPED_LIMIT], words))


def _day_term(day: Named, vocabulary: Vocabulary) -> Term:
    """A date in a question; of a day, something in the same month is a weak match."""
    exact, *wider = day.tokens
    tokens = {exact: 1.0, **dict.fromkeys(wider, 1.0 if day.either else SAME_MONTH_QUALITY)}
    # Of "dec 14" perhaps only one of the two is a date that we know.
    known = [token for token in tokens if day.either and token in vocabulary] or [exact]
    weight = min(vocabulary.weights[token] for token in known)
    return Term(tokens, weight, frozenset(tokens), is_name=True)


def _mended(
    tokens: Sequence[str], words: Words, vocabulary: Vocabulary
) -> tuple[list[str], frozenset[str]]:
    """The words with slips of the keyboard mended, and the stems that were put in."""
    mended: list[str] = []
    slips: set[str] = set()
    for token in tokens:
        if is_stop(token) or _is_known(token, words, vocabulary):
            read = [token]
        elif near := vocabulary.correction(token):
            slips.add(stem(near))
            read = [near]
        else:
            read = _taken_apart(token, words, vocabulary) or [token]
        if mended and _is_compound(mended[-1], read[0], words, vocabulary):
            mended[-1] += read[0]
        else:
            mended += read
    return mended, frozenset(slips)


def _is_known(word: str, words: Words, vocabulary: Vocabulary) -> bool:
    return stem(word) in vocabulary or stem(word) in words.parts


def _is_compound(first: str, second: str, words: Words, vocabulary: Vocabulary) -> bool:
    """Whether two words are one that we write together: "test gate", "pre sentence"."""
    if not (first.isalpha() and second.isalpha()) or len(first + second) < COMPOUND_LEAST:
        return False
    apart = all(is_stop(w) or _is_known(w, words, vocabulary) for w in (first, second))
    return _is_known(first + second, words, vocabulary) and not apart


def _taken_apart(word: str, words: Words, vocabulary: Vocabulary) -> list[str]:
    """Two words that were written together: "riskregister"; none where it is no such word."""
    if len(word) < COMPOUND_LEAST or not word.isalpha() or is_english(word):
        return []
    for end in range(HALF_LEAST, len(word) - HALF_LEAST + 1):
        halves = [word[:end], word[end:]]
        if all(_is_known(half, words, vocabulary) for half in halves):
            return halves
    return []


def _term(unit: Unit, vocabulary: Vocabulary, slips: frozenset[str]) -> Term:
    tokens = dict.fromkeys(unit.concepts, SYNONYM_QUALITY)
    if len(unit.words) == 1:
        tokens[unit.words[0]] = 1.0
    if not slips.isdisjoint(unit.words):
        tokens = {token: quality * TYPO_QUALITY for token, quality in tokens.items()}
    known = [token for token in tokens if token in vocabulary]
    # By its own word too where that is a light one: the group's others may be rare.
    weighed = [*known, *unit.words] if LIGHT_STEMS.issuperset(unit.words) else known
    weight = min(vocabulary.weights[token] for token in weighed or unit.words)
    return Term(
        tokens,
        weight,
        frozenset((*tokens, *unit.words)),
        is_known=bool(known),
        is_name=any(map(vocabulary.is_name, unit.words)),
        is_elsewhere=not subjects().isdisjoint(unit.words),
        is_phrase=len(unit.words) > 1,
    )


def _completed(
    terms: list[Term], units: Sequence[Unit], typed: str, vocabulary: Vocabulary
) -> list[Term]:
    """The terms with the last word also taken as the beginning of one."""
    ending = stem(typed)
    begun = vocabulary.beginning(typed) or vocabulary.beginning(ending)
    # "privatisat" on the way to "privatisation", whose stem is shorter than what is typed.
    begun += [typed[:end] for end in range(len(typed), 4, -1) if typed[:end] in vocabulary][:1]
    tokens = dict.fromkeys(begun, SYNONYM_QUALITY)
    if units and units[-1].words[-1] == ending:
        tokens |= terms.pop().tokens
    known = [vocabulary.weights[token] for token in tokens if token in vocabulary]
    return [*terms, Term(tokens, min(known), frozenset(tokens))] if known else terms
