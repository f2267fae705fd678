"""What may answer a question, best first: proposed from the index, and then judged word by word."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Collection

from bot.knowledge import judging, search
from bot.knowledge.model import Kind
from bot.knowledge.proposing import Proposal, best_of, matching, proposals
from bot.knowledge.scope import Scope, Scopes
from bot.knowledge.store import KnowledgeStore

AT_A_TIME = 16  # candidates that are read and judged before others have their turn
# Of 900 questions the best entry was among the 21 that match best, the best event the first.
CANDIDATES, EVENT_CANDIDATES = 35, 10
SUGGESTED = 40  # for an autocomplete, which shows 25 and has a twentieth of a second

Ranked = tuple[int, str, judging.Score]


class Comparing:
    """Compares a text with all that a server knows.

    Args:
        ready: waits for the content.
    """

    def __init__(
        self, store: KnowledgeStore, scopes: Scopes, ready: Callable[[], Awaitable[None]]
    ) -> None:
        self._store = store
        self._scopes = scopes
        self._ready = ready

    async def ranked(
        self,
        guild_id: int,
        text: str,
        *,
        wanted: int,
        partial: bool = False,
        kinds: Collection[Kind] = (),
    ) -> list[Ranked]:
        """Row, question and score of what may answer, best first; of all kinds if none is named.

        Args:
            wanted: so many are certainly the best; what follows them is worse, but may not be all.
        """
        await self._ready()
        scope = await self._scopes.of(guild_id)
        query = search.prepare(scope.words, scope.vocabulary, text, partial=partial)
        proposed = await self._proposed(query, scope, kinds, partial=partial)
        matches = {each.row: each.match for each in proposed}
        scored: list[Ranked] = []
        for first in range(0, len(proposed), AT_A_TIME):
            some = proposed[first : first + AT_A_TIME]
            if len(scored) >= wanted:
                enough = heapq.nlargest(wanted, (score.order for *_, score in scored))[-1]
                some = [each for each in some if each.at_most >= enough]
            if not some:
                break
            for each in await self._store.candidates(guild_id, [each.row for each in some]):
                score = judging.judge(query, each.indexed, scope.vocabulary, event=each.is_event)
                scored.append((each.row, each.question, score))
            await asyncio.sleep(0)  # a long question takes half a millisecond with each
        return sorted(scored, key=lambda item: (item[2].order, matches[item[0]]), reverse=True)

    async def _proposed(
        self,
        query: search.Query,
        scope: Scope,
        kinds: Collection[Kind],
        *,
        partial: bool,
    ) -> list[Proposal]:
        """What may answer, with the most that it can be worth, in order."""
        searched = query.searched(scope.vocabulary)
        if not searched:
            return []
        titles = partial and not kinds  # whoever has begun to type chooses among questions
        places = await self._store.places(searched, in_questions=titles)
        scores = matching(places, scope.lengths, scope.average)
        seen = [row for row in scores if row in scope.kinds]
        if kinds:
            seen = [row for row in seen if scope.kinds[row] in kinds]
        entries = [row for row in seen if row > 0]
        events = [] if titles else [row for row in seen if row < 0]
        best = best_of(scores, entries, SUGGESTED if titles else CANDIDATES)
        best += best_of(scores, events, EVENT_CANDIDATES)
        known = {token for token in query.tokens if token in scope.vocabulary}
        chosen = {row: scope.kinds[row] for row in best}
        return proposals(query, places, known.difference(searched), chosen, scores, scope.lengths)
