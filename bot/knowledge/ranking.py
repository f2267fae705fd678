"""Which of the candidates that fit a question comes first.

Nine things are weighed against each other. The weights were fitted to some 900 questions, written
without a look at the content, so that the entries that answer a question come before all others
that the index proposes for it (docs/decisions/0006-fitted-weights.md).
"""

from typing import NamedTuple

# An entry says more: it comes before an event of the timeline that fits as well.
EVENT_LESS = 1.0


class Fit(NamedTuple):
    """How an entry fits a question; shares are from 0 to 1, rare words counting more.

    Attributes:
        coverage: the share of the question that the entry has anywhere.
        likeness: how like the question is to the nearest phrasing of those that the entry gives.
        third: the same of the third nearest: one phrasing may be near by chance.
        headed: the share that the entry's own question has.
        told: the share that its answer has.
        named: the share that its name has, where the kind of answer wanted is this entry's.
        wanted: whether the nearest phrasing wants the kind of answer that the question wants.
        missing: the share of names and phrases that the entry has nowhere.
        length: of the answer, as the logarithm of the number of its words.
    """

    coverage: float
    likeness: float
    third: float
    headed: float
    told: float
    named: float
    wanted: float
    missing: float
    length: float

    @property
    def rank(self) -> float:
        """For sorting: the best is the greatest."""
        return sum(w * value for w, value in zip(WEIGHTS, self, strict=True))


WEIGHTS = Fit(
    coverage=5.1,
    likeness=4.0,
    third=4.4,
    headed=2.5,
    told=2.8,
    named=1.6,
    wanted=1.1,
    missing=-3.8,
    length=0.4,
)
