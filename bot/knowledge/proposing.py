"""Which rows of the index are worth comparing with a question.

Chosen as SQLite's own bm25 would, but counted over the rows of one server alone: what another
server has must not decide which of ours is found. Of those that are chosen, the most that
``judging.judge`` can give each follows from where its tokens are, so once enough are compared that
are better than that, the rest need not be read.
"""

import heapq
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from bot.knowledge.dates import is_date_token
from bot.knowledge.indexing import ASKED_OF
from bot.knowledge.judging import ABOUT_FACTOR, ANSWER_FACTOR, INTENT_WEIGHT, TOPIC_FACTOR
from bot.knowledge.model import Kind
from bot.knowledge.ranking import EVENT_LESS, Fit
from bot.knowledge.search import Query

# The columns of the index by the second letters of their names, as ``store`` gives them.
QUESTION, ALSO, ANSWER, TOPICS = "u", "l", "n", "o"
PHRASINGS = frozenset((QUESTION, ALSO))
COLUMN_WEIGHTS = {QUESTION: 4.0, ALSO: 3.0, ANSWER: 1.0, TOPICS: 1.5}
# As in SQLite, https://www.sqlite.org/fts5.html#the_bm25_function
K1, B = 1.2, 0.75
LEAST_IDF = 1e-6
ROUNDING = 1e-9

Place = tuple[int, str]  # a row, of events negative; and a column
Places = Mapping[str, Sequence[Place]]  # by token


class Proposal(NamedTuple):
    """A row of the index.

    Attributes:
        at_most: no ``Score.order`` of it is greater.
        match: as ``matching`` gives it.
    """

    row: int
    at_most: tuple[int, float]
    match: float


def matching(places: Places, lengths: Mapping[int, int], average: float) -> dict[int, float]:
    """How well rows match, by row; the greatest is the best.

    Args:
        places: where each token that is looked for is; one that comes again in a column, again.
        lengths: of the server's rows, in tokens; no others count.
        average: of them.
    """
    scores: dict[int, float] = {}
    flat, steep = K1 * (1 - B), K1 * B / average if average else 0.0
    for some in places.values():
        often: dict[int, float] = {}
        for row, column in some:
            if row in lengths:
                often[row] = often.get(row, 0.0) + COLUMN_WEIGHTS[column]
        rarity = (len(lengths) - len(often) + 0.5) / (len(often) + 0.5)
        idf = math.log(rarity) if rarity > 1 else 0.0
        share = max(idf, LEAST_IDF) * (K1 + 1)
        for row, times in often.items():
            gained = share * times / (times + flat + steep * lengths[row])
            scores[row] = scores.get(row, 0.0) + gained
    return scores


def best_of(scores: Mapping[int, float], rows: Iterable[int], most: int) -> list[int]:
    """Those of some rows that match best, the earlier one where two match as well."""
    return heapq.nsmallest(most, rows, key=lambda row: (-scores[row], row))


def proposals(
    query: Query,
    places: Places,
    left_out: Collection[str],
    chosen: Mapping[int, Kind],
    scores: Mapping[int, float],
    lengths: Mapping[int, int],
) -> list[Proposal]:
    """The chosen rows, those that may be the best first.

    Args:
        places: where those tokens are that were looked up.
        left_out: tokens that were not; each row is taken to have them.
        chosen: rows with their kinds.
        scores: how well they match.
        lengths: of rows, in tokens.
    """
    met = {row: _Met() for row in chosen}
    in_questions = dict.fromkeys(chosen, 0)
    alike = dict.fromkeys(chosen, 0)
    for token, some in places.items():
        found = {place for place in some if place[0] in chosen}
        for row in {row for row, column in found if column in PHRASINGS}:
            in_questions[row] += token in query.phrasing
            if token == query.whole:
                alike[row] = 2
        for row, column in found:
            met[row].add(query, token, column, event=row < 0)
    same = sum(token in query.phrasing for token in places if token != query.whole)
    for row, number in in_questions.items():
        if not alike[row] and query.terms and number >= same:
            alike[row] = 1
    unread = {n for token in left_out for n, _ in query.by_token.get(token, ())}
    most = _Most(query, unread)
    found_all = [
        Proposal(row, (alike[row], most.rank(met[row], kind, lengths[row])), scores[row])
        for row, kind in chosen.items()
    ]
    return sorted(found_all, key=lambda proposal: proposal.at_most, reverse=True)


class _Met:
    """How well a row can meet each term, by number.

    Attributes:
        anywhere: in any of its texts, each counting as much as it can.
        asked: in what it asks.
        headed: in its own question.
        told: in its answer.
    """

    __slots__ = ("anywhere", "asked", "headed", "told")

    def __init__(self) -> None:
        self.anywhere: dict[int, float] = {}
        self.asked: dict[int, float] = {}
        self.headed: dict[int, float] = {}
        self.told: dict[int, float] = {}

    def add(self, query: Query, token: str, column: str, *, event: bool) -> None:
        """Take in that a token is in a column."""
        share, into = ANSWER_FACTOR, [self.anywhere]
        if column == TOPICS:
            share = ABOUT_FACTOR if is_date_token(token) else TOPIC_FACTOR
        elif column == ANSWER:
            into.append(self.told)
        else:
            into += [self.asked, self.headed] if column == QUESTION else [self.asked]
            # What an event says of itself beside its date counts as the text of an answer does.
            share = ANSWER_FACTOR if event and column == ALSO else 1.0
        for number, quality in query.by_token.get(token, ()):
            for met in into:
                counts = quality * share if met is self.anywhere else quality
                met[number] = max(met.get(number, 0.0), counts)


class _Most:
    """The most that ``judging.judge`` can give a row as ``Score.rank``.

    Args:
        unread: the numbers of terms of which nobody has looked whether a row has them.
    """

    def __init__(self, query: Query, unread: Collection[int]) -> None:
        self._query = query
        self._always = dict.fromkeys(unread, 1.0)
        self._of_kind = [kind for kind, asked in ASKED_OF.items() if asked in query.intents]
        self._intents = INTENT_WEIGHT * len(query.intents)

    def rank(self, met: _Met, kind: Kind, length: int) -> float:
        """For a row of some kind and a number of tokens in all."""
        query = self._query
        if not query.asked:
            return -math.inf
        asked = self._share(met.asked)
        likeness = (asked * query.asked + self._intents) / (query.asked + self._intents)
        there = {**met.anywhere, **self._always}
        names = [
            number not in there and (term.is_name or term.is_phrase)
            for number, term in enumerate(query.terms)
        ]
        fit = Fit(
            coverage=self._share(met.anywhere),
            likeness=likeness,
            third=likeness,
            headed=self._share(met.headed),
            told=self._share(met.told),
            named=asked if kind in self._of_kind else 0.0,
            wanted=float(bool(query.intents)),
            missing=query.share(names),
            length=math.log(length + 1),
        )
        return fit.rank + ROUNDING - (EVENT_LESS if kind is Kind.EVENT else 0.0)

    def _share(self, met: Mapping[int, float]) -> float:
        together = {**met, **self._always} if self._always else met
        return self._query.share([together.get(n, 0.0) for n in range(len(self._query.terms))])
