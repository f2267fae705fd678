"""How well an entry answers a question: how much of it the entry covers, rare words counting more,
and how like it the entry's own question and its other phrasings are. A best candidate that covers
too little is no answer: the bot then says that it does not know.
"""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

from bot.knowledge.dates import is_date_token
from bot.knowledge.decision import Evidence, weigh
from bot.knowledge.ranking import EVENT_LESS, Fit
from bot.knowledge.search import Indexed, Phrasing, Query
from bot.knowledge.vocabulary import Vocabulary
from bot.knowledge.words import INTENTS

# All of these were chosen by measuring on the first set of tests/knowledge/phrasings/tuned.py.
OF_KIND_COVERAGE = 0.55
COVERAGE_SHARE = 0.65  # of the total; the rest is likeness
ALL_COVERAGE = 0.72
EVERYTHING = 0.95
NEAR_SHARE = 0.6
ABOUT_FACTOR = 0.9
KIND_BONUS = 0.12
TOPIC_FACTOR = 0.77
ANSWER_FACTOR = 0.75
INTENT_WEIGHT = 1.1
EXTRA_SHARE = 0.45


@dataclass(frozen=True, slots=True)
class Score:
    """How well an entry fits: ``coverage`` of the question and ``total``, both from 0 to 1.

    Attributes:
        evidence: what speaks for it and against it; nothing where nothing is asked.
        alike: 2 when the question is one of those that the entry gives, word for word; 1 when it
            has the same words, small ones aside; else 0.
        rank: what it is sorted by, where neither is ``alike``; see ``ranking``.
    """

    coverage: float
    total: float
    alike: int = 0
    rank: float = -math.inf
    evidence: Callable[[], Evidence] | None = None

    @property
    def good_enough(self) -> bool:
        """Whether to give it as the answer."""
        if self.alike > 0 or self.evidence is None:
            return self.alike > 0
        return self.evidence().confidence > 0

    @property
    def good_enough_of_kind(self) -> bool:
        """Whether to give it where only a person, a term or the like can be meant: the words of a
        look-up are fewer, and may stand in the answer alone."""
        if self.good_enough or self.evidence is None:
            return self.good_enough
        return self.coverage >= OF_KIND_COVERAGE and not self.evidence().lone

    @property
    def order(self) -> tuple[int, float]:
        """For sorting: the best is the greatest."""
        return self.alike, self.rank

    @property
    def answers_all(self) -> bool:
        """Whether little of the question is left over."""
        return self.coverage >= ALL_COVERAGE and self.good_enough

    @property
    def word_for_word(self) -> bool:
        """Whether the question is one of those that the entry gives."""
        return self.alike > 1

    def answers_more_than(self, whole: "Score") -> bool:
        """Whether this answer to a part of a question fits it so much better than one to the whole
        question does that the whole is better taken apart."""
        return self.total > whole.total and whole.coverage < EVERYTHING

    def is_near(self, best: "Score") -> bool:
        """Whether it may be what was meant where another is the answer."""
        return self.total >= NEAR_SHARE * best.total


def judge(query: Query, entry: Indexed, vocabulary: Vocabulary, *, event: bool = False) -> Score:
    """How well an entry, or an event of the timeline, answers a question."""
    alike = max(_alike(query, phrasing.tokens) for phrasing in entry.phrasings)
    if not query.asked:
        return Score(0.0, 0.0, alike=alike)
    nothing = [0.0] * len(query.terms)
    nearest, likenesses, best = nothing, [0.0], nothing
    headed, contained, wanted = 0.0, 0.0, False
    # What an event is asked by is its date alone; its text counts as that of an answer does.
    own = ANSWER_FACTOR if event else 1.0
    for number, phrasing in enumerate(entry.phrasings):
        if query.tokens.isdisjoint(phrasing.tokens):
            continue
        met, like, held = _compared(query, phrasing, vocabulary)
        contained = max(contained, held)
        if like > max(likenesses):
            nearest, wanted = met, not query.intents.isdisjoint(phrasing.tokens)
        likenesses.append(like)
        if not number:
            headed = query.share(met)
        share = own if number else 1.0
        best = [max(one, share * other) for one, other in zip(best, met, strict=True)]
    told = query.met_by(entry.answer)
    about = query.met_by(entry.topics, lambda t: ABOUT_FACTOR if is_date_token(t) else TOPIC_FACTOR)
    best = [max(b, a, ANSWER_FACTOR * t) for b, a, t in zip(best, about, told, strict=True)]
    coverage = query.share(best)
    *_, third, _, likeness = [0.0, 0.0, *sorted(likenesses)]
    total = COVERAGE_SHARE * coverage + (1 - COVERAGE_SHARE) * likeness
    named = 0.0
    if query.intents & entry.topics:
        # A person where "who" is asked, a term where "what does it mean": if it is this one.
        named = query.share(_compared(query, entry.phrasings[1], vocabulary)[0])
    fit = Fit(
        coverage=coverage,
        likeness=likeness,
        third=third,
        headed=headed,
        told=query.share(told),
        named=named,
        wanted=float(wanted),
        missing=query.share(
            [
                (term.is_name or term.is_phrase) and not q
                for term, q in zip(query.terms, best, strict=True)
            ]
        ),
        length=math.log(len(entry.answer) + 1),
    )
    evidence = functools.partial(
        weigh,
        query.terms,
        best,
        nearest,
        likeness=likeness,
        contained=contained,
        greatest=vocabulary.greatest,
        rank=fit.rank,
    )
    rank = fit.rank - EVENT_LESS if event else fit.rank
    return Score(coverage, total + KIND_BONUS * named, alike, rank, evidence)


def _alike(query: Query, tokens: frozenset[str]) -> int:
    if not query.whole or not tokens:
        return 0
    if query.whole in tokens:
        return 2
    # Each has one token more, which stands for the whole of it.
    same = len(tokens) == len(query.phrasing) and len(tokens & query.phrasing) == len(tokens) - 1
    return int(same and bool(query.terms))


def _compared(
    query: Query, phrasing: Phrasing, vocabulary: Vocabulary
) -> tuple[list[float], float, float]:
    """How well each term is met by a phrasing, how like it the question is, and how much of the
    phrasing stands in the question, of at least two words."""
    met = [0.0] * len(query.terms)
    left = phrasing.words
    for token in phrasing.tokens & query.tokens:
        for number, quality in query.by_token[token]:
            met[number] = max(met[number], quality)
            left -= query.terms[number].covers
    weighed = zip(query.terms, met, strict=True)
    shared = sum(term.weight * quality for term, quality in weighed if quality)
    wanted = phrasing.tokens & INTENTS
    extra = sum(map(vocabulary.weights.__getitem__, left))
    # Half of what the phrasing has and the question lacks: people ask in fewer words than we write.
    intended = INTENT_WEIGHT * len(wanted & query.intents)
    total = query.asked + EXTRA_SHARE * extra + INTENT_WEIGHT * len(query.intents | wanted)
    several = sum(quality > 0 for quality in met) > 1
    held = shared / (shared + extra) if several else 0.0
    return met, (shared + intended) / total if total else 0.0, held
