"""Finding the entry that answers a question, and knowing when none does.

SQLite's full-text index proposes candidates. They are then judged by how much of the question they
cover, rare words counting more, and by how like it their own question and its variants are. A best
candidate that covers too little is no answer: the bot then says that it does not know.

Everything here is pure; ``store`` runs the SQL and ``service`` joins the two.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.knowledge.words import Unit, Words, intents, is_stop, raw_tokens, stem

# All of these were chosen by measuring on the first set of tests/knowledge/phrasings.py.
COVERAGE_NEEDED = 0.45
SCORE_NEEDED = 0.47
COVERAGE_SHARE = 0.7  # of the score; the rest is likeness
SYNONYM_QUALITY = 0.9
TYPO_QUALITY = 0.85
TOPIC_FACTOR = 0.7
ANSWER_FACTOR = 0.75
INTENT_WEIGHT = 1.0
# The rarest words are mostly rare by chance.
RARITY_CAP = 0.77
# A word that occurs nowhere speaks against every candidate, though less than a rare known one.
UNKNOWN_FACTOR = 0.65

EXPRESSION_TERMS = 120
PREFIX_TERMS = 12
COMMON_LEAST, COMMON_SHARE = 200, 0.05


class Vocabulary:
    """The tokens of the index, with the number of entries in which each occurs."""

    def __init__(self, counts: Mapping[str, int], documents: int) -> None:
        self._counts = counts
        self._documents = documents
        self._sorted = sorted(counts)

    def __contains__(self, token: str) -> bool:
        return token in self._counts

    def weight(self, token: str) -> float:
        """How much a token tells: high for a rare one."""
        count = self._counts.get(token, 0)
        rarity = math.log((self._documents + 1) / (count + 0.5))
        rarity = min(rarity, RARITY_CAP * math.log(self._documents + 1))
        return max(rarity, 0.2) * (1 if count else UNKNOWN_FACTOR)

    def is_common(self, token: str) -> bool:
        """Whether a token occurs in so many entries that it hardly narrows a search."""
        return self._counts.get(token, 0) > max(COMMON_LEAST, self._documents * COMMON_SHARE)

    def beginning(self, prefix: str) -> list[str]:
        """The most frequent tokens that begin so."""
        found = []
        for token in self._sorted[bisect_left(self._sorted, prefix) :]:
            if not token.startswith(prefix):
                break
            found.append(token)
        return sorted(found, key=lambda token: -self._counts[token])[:PREFIX_TERMS]

    def correction(self, word: str, spellings: Iterable[str]) -> str | None:
        """The known word that this one is most likely a slip of, if any is near enough."""
        if len(word) < 4 or any(c.isdigit() for c in word):
            return None
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        allowed = 1 if len(word) < 7 else 2
        choices = [
            known
            for known in (*self._sorted, *spellings)
            if len(known) > 3
            and abs(len(known) - len(word)) <= allowed
            and not known.startswith(("iq", "qq"))
        ]
        close = process.extract(word, choices, scorer=OSA.distance, score_cutoff=allowed, limit=8)
        near = [
            (distance, -self._counts.get(known, 0), known)
            for known, distance, _ in close
            if known[0] == word[0] or distance == 1
        ]
        return min(near)[2] if near else None


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for: the tokens that satisfy it, each with how well, and its weight."""

    tokens: Mapping[str, float]
    weight: float


@dataclass(frozen=True, slots=True)
class Query:
    """A question, ready to be compared."""

    terms: tuple[Term, ...]
    intents: frozenset[str]

    def expression(self, vocabulary: "Vocabulary") -> str:
        """The FTS5 expression for the candidates; empty when nothing in it is known.

        Tokens are letters and digits, and quoted. Those of very many entries are left out where
        there are others: they would cost the index time and tell it nothing.
        """
        asked = dict.fromkeys(token for term in self.terms for token in term.tokens)
        known = [token for token in asked if token in vocabulary]
        telling = [token for token in known if not vocabulary.is_common(token)]
        return " OR ".join(f'"{token}"' for token in (telling or known)[:EXPRESSION_TERMS])


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the index keeps of an entry: the tokens of its texts.

    Attributes:
        phrasings: the question and its variants, one set of tokens each, with their intents.
    """

    phrasings: tuple[frozenset[str], ...]
    answer: frozenset[str]
    topics: frozenset[str]


@dataclass(frozen=True, slots=True)
class Score:
    """How well an entry fits: ``coverage`` of the question and ``total``, both from 0 to 1."""

    coverage: float
    total: float

    @property
    def good_enough(self) -> bool:
        """Whether to give it as the answer."""
        return self.coverage >= COVERAGE_NEEDED and self.total >= SCORE_NEEDED


def prepare(words: Words, vocabulary: Vocabulary, text: str, *, partial: bool = False) -> Query:
    """Read a question. ``partial``: its last word may not be typed to the end."""
    tokens = raw_tokens(text)
    unfinished = partial and text[-1:].isalnum() and bool(tokens)
    mended, slips = _mended(tokens[:-1] if unfinished else tokens, words, vocabulary)
    terms = [_term(unit, vocabulary, slips) for unit in words.grouped(mended)]
    if unfinished:
        # Together with the word before it, the last one may complete a phrase.
        whole = words.grouped([*mended, tokens[-1]])
        terms = [_term(unit, vocabulary, slips) for unit in whole]
        terms = _completed(terms, whole, tokens[-1], vocabulary)
    return Query(tuple(terms), intents(text))


def _mended(
    tokens: Sequence[str], words: Words, vocabulary: Vocabulary
) -> tuple[list[str], frozenset[str]]:
    """The words with slips of the keyboard mended, and the stems that were put in."""
    mended, slips = [], set()
    for token in tokens:
        known = is_stop(token) or stem(token) in vocabulary or stem(token) in words.parts
        near = None if known else vocabulary.correction(token, words.spellings)
        if near:
            slips.add(stem(near))
        mended.append(near or token)
    return mended, frozenset(slips)


def _term(unit: Unit, vocabulary: Vocabulary, slips: frozenset[str]) -> Term:
    tokens = dict.fromkeys(unit.concepts, SYNONYM_QUALITY)
    if len(unit.words) == 1:
        tokens[unit.words[0]] = 1.0
    if not slips.isdisjoint(unit.words):
        tokens = {token: quality * TYPO_QUALITY for token, quality in tokens.items()}
    known = [token for token in tokens if token in vocabulary]
    return Term(tokens, min(vocabulary.weight(token) for token in known or unit.words))


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
    known = [vocabulary.weight(token) for token in tokens if token in vocabulary]
    return [*terms, Term(tokens, min(known))] if known else terms


def judge(query: Query, entry: Indexed, vocabulary: Vocabulary) -> Score:
    """How well an entry answers a question."""
    asked = sum(term.weight for term in query.terms)
    if not asked:
        return Score(0.0, 0.0)
    everywhere = frozenset().union(*entry.phrasings)
    coverage = (
        sum(
            term.weight
            * max(
                _quality(term, everywhere),
                TOPIC_FACTOR * _quality(term, entry.topics),
                ANSWER_FACTOR * _quality(term, entry.answer),
            )
            for term in query.terms
        )
        / asked
    )
    likeness = max(_likeness(query, phrasing, vocabulary, asked) for phrasing in entry.phrasings)
    return Score(coverage, COVERAGE_SHARE * coverage + (1 - COVERAGE_SHARE) * likeness)


def _quality(term: Term, tokens: frozenset[str]) -> float:
    return max((quality for token, quality in term.tokens.items() if token in tokens), default=0.0)


def _likeness(
    query: Query, phrasing: frozenset[str], vocabulary: Vocabulary, asked: float
) -> float:
    shared = 0.0
    met: set[str] = set()
    for term in query.terms:
        if quality := _quality(term, phrasing):
            shared += term.weight * quality
            met.update(term.tokens)
    wanted = {token for token in phrasing if token.startswith("iq")}
    common = len(wanted & query.intents)
    extra = sum(
        vocabulary.weight(token)
        for token in phrasing
        if token not in met and not token.startswith(("iq", "qq"))
    )
    # Half of what the phrasing has and the question lacks: people ask in fewer words than we write.
    total = asked + 0.5 * extra + INTENT_WEIGHT * len(query.intents | wanted)
    return (shared + INTENT_WEIGHT * common) / total if total else 0.0
