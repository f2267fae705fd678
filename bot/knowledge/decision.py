"""Whether the best candidate answers a question, or nothing does.

Nine things are weighed against each other, as in logistic regression. The weights were fitted by
it, with a penalty on great ones, on some 1,200 questions about the content, in every manner, and
340 about anything else, most of which use words of the content in another sense. Giving an answer
to what has none counts for twice as much as giving none to what has one. Of sets of
questions that were left out in turn, 9 of 338 about anything else were answered, and 20 of 1,224
about the content were not. ``python -m benchmarks knowledge`` shows how many questions are
declined, of those that have an answer and of those that have none.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

BASE = -10.2
MOST_ELSEWHERE, MOST_WEIGHT = 2, 2.0


class Asked(Protocol):
    """One thing asked for: its weight, and what sort of word it is."""

    @property
    def weight(self) -> float: ...
    @property
    def is_known(self) -> bool: ...
    @property
    def is_name(self) -> bool: ...
    @property
    def is_elsewhere(self) -> bool: ...
    @property
    def is_phrase(self) -> bool: ...


class Evidence(NamedTuple):
    """What speaks for an answer and against it.

    Attributes:
        coverage: the share of the question that the entry has, from 0 to 1.
        likeness: how like the question is to the nearest of those that the entry gives.
        contained: how much of one of those stands in the question, whatever else it says.
        names: whether one of our names, acronyms, phrases, numbers or dates is met.
        weight: how much is met, in words of the rarest.
        elsewhere: how many words of everyday subjects the nearest phrasing has not.
        unknown: how much of the question occurs nowhere in the content.
        lone: only one of several words is met, and it is no name and no phrase.
        rank: what it was sorted by among the candidates; see ``ranking``.
    """

    coverage: float
    likeness: float
    contained: float
    names: float
    weight: float
    elsewhere: float
    unknown: float
    lone: float
    rank: float

    @property
    def confidence(self) -> float:
        """Above 0 where an answer is more likely than not to be one."""
        return BASE + sum(w * value for w, value in zip(WEIGHTS, self, strict=True))


WEIGHTS = Evidence(
    coverage=1.4,
    likeness=0.6,
    contained=1.1,
    names=1.5,
    weight=2.4,
    elsewhere=-1.6,
    unknown=-2.8,
    lone=-0.7,
    rank=0.55,
)


def weigh(
    asked: Sequence[Asked],
    met: Sequence[float],
    in_one: Sequence[float],
    *,
    likeness: float,
    contained: float,
    greatest: float,
    rank: float,
) -> Evidence:
    """The evidence for an entry.

    Args:
        asked: the terms of the question.
        met: how well the entry meets each.
        in_one: how well that of its phrasings does which is nearest to the question.
        greatest: the weight of the rarest word.
        rank: of the entry among the candidates.
    """
    terms = list(zip(asked, met, in_one, strict=True))
    total = sum(term.weight for term in asked)
    found = sum(term.weight * quality for term, quality, _ in terms)
    hits = [term for term, quality, _ in terms if quality]
    lone = len(terms) > 1 and len(hits) == 1 and not (hits[0].is_name or hits[0].is_phrase)
    away = sum(term.is_elsewhere and not quality for term, _, quality in terms)
    unknown = sum(term.weight for term in asked if not term.is_known)
    return Evidence(
        coverage=found / total if total else 0.0,
        likeness=likeness,
        contained=contained,
        names=float(any(term.is_name or term.is_phrase for term in hits)),
        weight=min(found / greatest, MOST_WEIGHT),
        elsewhere=float(min(away, MOST_ELSEWHERE)),
        unknown=min(unknown / greatest, 1.0),
        lone=float(lone),
        rank=rank,
    )
