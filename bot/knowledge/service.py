"""Questions in, answers out; and the questions that nobody has answered yet."""

import asyncio
import heapq
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.clock import Clock, iso_week
from bot.errors import InvalidInput, NotFound, Unavailable
from bot.knowledge import judging, library, search, several
from bot.knowledge.history import History
from bot.knowledge.masking import clean_question
from bot.knowledge.model import Entry, Kind
from bot.knowledge.proposing import Proposal, best_of, matching, proposals
from bot.knowledge.scope import Scope, Scopes
from bot.knowledge.store import KnowledgeStore
from bot.knowledge.words import TYPED_LIMIT, Words
from bot.storage import Database
from bot.text import one_line

log = logging.getLogger(__name__)

NEAREST = 3
MEANT = 2  # beside an answer, that come nearest to the question
BESIDE = 4  # beside an answer, all told: with the other buttons they fill two rows
SUGGESTIONS = 25  # Discord: choices of an autocomplete
AT_A_TIME = 16  # candidates that are read and judged before others have their turn
# Of 900 questions the best entry was among the 21 that match best, the best event the first.
CANDIDATES, EVENT_CANDIDATES = 35, 10
SUGGESTED = 40  # for an autocomplete, which shows 25 and has a twentieth of a second

Ranked = tuple[int, str, judging.Score]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found for a question.

    Attributes:
        question: as asked, on one line.
        entry: the answer, or None when we do not know.
        others: the answers to what else was asked, in order: "who was X and when did Y happen".
        unknown: what else was asked and has no answer, in the words of the question.
        nearest: at most four more beside them: what may have been meant instead, then what the
            entry points to. Without an answer, the three that come nearest.

    An event of the timeline is an entry of the kind ``EVENT``, with its date as title.
    """

    question: str
    entry: Entry | None
    nearest: tuple[Entry, ...]
    others: tuple[Entry, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All answers; none when we do not know."""
        return (self.entry, *self.others) if self.entry else ()


class Knowledge:
    """Everything that the bot knows, for each server.

    Call ``start``, or await ``sync``, once before the first question.

    Attributes:
        history: the timeline.
    """

    def __init__(self, database: Database, clock: Clock, content: Path = library.CONTENT) -> None:
        self._store = KnowledgeStore(database)
        self._clock = clock
        self._content = content
        self._syncing: asyncio.Task[None] | None = None
        self._failed = False
        self._scopes = Scopes(self._store)
        self.history = History(self._store, self._words)

    def start(self, after: asyncio.Event | None = None) -> None:
        """Begin ``sync`` beside everything else; questions that come meanwhile wait for it.

        Should it fail, that is logged once, and the next question begins it again.

        Args:
            after: what comes first: new content takes seconds of computing.
        """
        self._syncing = asyncio.create_task(self._take_in(after))

    async def close(self) -> None:
        """Stop taking in content; what is half done is rolled back."""
        if self._syncing is not None:
            self._syncing.cancel()
            await asyncio.wait([self._syncing])

    async def _take_in(self, after: asyncio.Event | None = None) -> None:
        if after is not None:
            await after.wait()
        try:
            await self.sync()
            await self._scopes.content()  # else the first question would wait for it
        except Exception as error:
            if not self._failed:
                log.error(
                    "The knowledge content could not be taken in; the next question tries again.",
                    exc_info=error,
                )
            self._failed = True
        else:
            if self._failed:
                log.info("The knowledge content is taken in now.")
            self._failed = False

    async def _synced(self) -> None:
        """Wait for the content; after a failure try again, and make do with what is there.

        Raises:
            Unavailable: it failed again, and no earlier content is in the tables.
        """
        if self._syncing is None:
            return
        if self._failed and self._syncing.done():
            self.start()
        if self._failed and await self._store.digest() is not None:
            return
        await asyncio.shield(self._syncing)
        if self._failed and await self._store.digest() is None:
            raise Unavailable(
                "I could not load what I know, so I have no answers at present. Please ask again "
                "in a minute. If it stays so, tell whoever runs me: the log says why."
            )

    async def sync(self) -> None:
        """Take in the content files if they have changed; a file with mistakes only in part."""
        digest = await asyncio.to_thread(library.digest, self._content)
        if digest == await self._store.digest():
            return
        loaded = await asyncio.to_thread(library.load, self._content)
        if loaded.problems:
            log.error(
                "The knowledge content has %d mistakes; what they touch is left out. "
                "`python -m bot check` lists them.",
                len(loaded.problems),
            )
        await self._store.replace_built_in(loaded, digest)
        self._scopes.replaced()

    async def ready(self) -> None:
        """Wait until the content is taken in.

        Raises:
            Unavailable: that failed, and nothing earlier is in the tables.
        """
        await self._synced()

    def changed(self, guild_id: int) -> None:
        """A server's own entries have changed: what was kept in memory of them is read anew."""
        self._scopes.changed(guild_id)

    @property
    def content(self) -> Path:
        """The folder from which the content was taken."""
        return self._content

    async def topics(self) -> dict[str, str]:
        """The names of the topics by id."""
        await self._synced()
        return dict(await self._store.list_of("topics"))

    async def tokens(self, text: str) -> list[str]:
        """The tokens under which a text is found in the index."""
        return (await self._words()).indexed(text)

    # Questions

    async def answer(self, guild_id: int, question: str) -> Answer:
        """The best answer, or an honest none with what comes nearest.

        Raises:
            InvalidInput: there is nothing to read in the question.
        """
        asked = one_line(question)
        if not asked:
            raise InvalidInput("Please type a question; a few words are enough.")
        await self._synced()
        answer, stands = await self._answer(guild_id, asked)
        if not stands:
            answer, _ = await self._answer(guild_id, asked)
        return answer

    async def _answer(self, guild_id: int, asked: str) -> tuple[Answer, bool]:
        """The answer, and whether nothing of it has been changed before it could be read."""
        changes = self._scopes.changes
        ranked = await self._ranked(guild_id, asked, wanted=1 + NEAREST)
        given, besides, unknown = await self._answering(guild_id, asked, ranked)
        entry = await self._store.entry_asking(guild_id, asked)
        near = [row for row, _, _ in _near(ranked)]
        rows = list(dict.fromkeys([*given, *besides, *near])) if entry or given else []
        found = await self._store.by_row(guild_id, rows) if rows else {}
        told = [entry] if entry else [found[row] for row in given if row in found]
        # A row's number may also be another entry's by now.
        unchanged = changes == self._scopes.changes
        stands = unchanged and (entry is not None or len(told) == len(given))
        if not told:
            return Answer(asked, None, await self._first(guild_id, ranked)), stands
        beside = await self._beside(guild_id, told, list(found.values()))
        others = () if entry else tuple(told[1:])
        return Answer(asked, told[0], beside, others, () if entry else unknown), stands

    async def _answering(
        self, guild_id: int, asked: str, ranked: list[Ranked]
    ) -> tuple[list[int], list[int], tuple[str, ...]]:
        """The rows that answer a question, rows that answer a part of it only, and the parts that
        have no answer.

        One entry that answers all that was asked is enough. Of parts that are no questions by
        themselves only one is given where some have no answer: a pile of half-fitting ones would
        hide it.
        """
        best = ranked[0][2] if ranked else None
        rows = [ranked[0][0]] if best and best.good_enough else []
        parts = several.parts_of(asked)
        if not parts or (best and best.word_for_word):
            return rows, [], ()
        apart = several.ask_apart(parts)
        of_parts: list[Ranked] = []
        without = []
        for part in parts:
            first = (await self._ranked(guild_id, part, wanted=1))[:1]
            # What is a question by itself is answered as if it had been asked alone.
            good = [r for r in first if (r[2].good_enough if apart else r[2].answers_all)]
            of_parts += good
            without += [] if good else [part]
        answered = list(dict.fromkeys(row for row, _, _ in of_parts))
        unknown: tuple[str, ...] = ()
        if not without and (
            apart or not (best and rows) or all(s.answers_more_than(best) for _, _, s in of_parts)
        ):
            given = answered
        elif best and rows and best.answers_all and not apart:
            given = rows
        elif apart and answered:
            given = answered
            unknown = await self._unknown(guild_id, parts[0], without, answered)
        else:
            # "did X and Y split up" is one question: half of it is none.
            given = [*answered, *rows][:1] if rows or apart else []
        return given, [row for row in (*answered, *rows) if row not in given], unknown

    async def _unknown(
        self, guild_id: int, first: str, parts: Sequence[str], answered: Collection[int]
    ) -> tuple[str, ...]:
        """Those of some parts that the answers to the others do not answer with them, in the words
        of the question."""
        unknown = []
        for part in parts:
            words = several.own_words(part, first)
            together = (await self._ranked(guild_id, f"{words}, {first}", wanted=1))[:1]
            if not any(row in answered and score.answers_all for row, _, score in together):
                unknown.append(words)
        return tuple(unknown)

    async def _beside(
        self, guild_id: int, given: Sequence[Entry], found: Sequence[Entry]
    ) -> tuple[Entry, ...]:
        """What is offered beside answers: two that may have been meant, what the first points
        to, and then others that come near."""
        related = await self.related(guild_id, given[0])
        told = {entry.id for entry in given}
        near = [other for other in found if not any(_told_in(entry, other) for entry in given)]
        offered = {other.id: other for other in (*near[:MEANT], *related, *near[MEANT:])}
        return tuple(other for other in offered.values() if other.id not in told)[:BESIDE]

    async def entry(self, guild_id: int, identifier: str) -> Entry:
        """The entry with an id.

        Raises:
            NotFound: there is none on this server, or not any more.
        """
        await self._synced()
        found = await self._store.entries(guild_id, [identifier])
        if not found:
            raise NotFound("That answer is not there any more. Please ask again with `/faq`.")
        return found[0]

    async def asking(self, guild_id: int, question: str) -> Entry | None:
        """The entry with exactly this question, capitals aside."""
        await self._synced()
        return await self._store.entry_asking(guild_id, one_line(question))

    async def entries(self, guild_id: int, identifiers: Sequence[str]) -> list[Entry]:
        """The entries with some ids in that order, without those that are not there any more."""
        await self._synced()
        return await self._store.entries(guild_id, identifiers)

    async def related(self, guild_id: int, entry: Entry) -> tuple[Entry, ...]:
        """The entries to which an entry points."""
        if not entry.related:
            return ()
        return tuple(await self._store.entries(guild_id, entry.related))

    async def nearest(self, guild_id: int, question: str) -> tuple[Entry, ...]:
        """The three entries that come nearest to a question, however far off."""
        ranked = await self._ranked(guild_id, one_line(question), wanted=NEAREST)
        return await self._first(guild_id, ranked)

    async def nearest_of(
        self,
        guild_id: int,
        kinds: Collection[Kind],
        text: str,
        *,
        partial: bool = False,
        limit: int = SUGGESTIONS,
    ) -> tuple[list[Entry], bool]:
        """The entries of some kinds that come nearest to a text, and whether the first is meant.

        Args:
            partial: the last word may not be typed to the end.
        """
        ranked = await self._ranked(guild_id, text, wanted=limit, partial=partial, kinds=kinds)
        rows = [row for row, _, _ in ranked[:limit]]
        found = await self._store.by_row(guild_id, rows) if rows else {}
        meant = bool(rows) and rows[0] in found and ranked[0][2].good_enough_of_kind
        return list(found.values()), meant

    async def suggest(self, guild_id: int, typed: str) -> list[str]:
        """At most 25 questions for what has been typed so far, best first."""
        ranked = await self._ranked(guild_id, typed, wanted=SUGGESTIONS, partial=True)
        if ranked:
            return [question for _, question, _ in ranked if question][:SUGGESTIONS]
        # Nothing yet, or only words like "when did": the questions that contain it as it stands.
        return await self._store.questions(guild_id, one_line(typed[:TYPED_LIMIT]), SUGGESTIONS)

    async def _first(self, guild_id: int, ranked: list[Ranked]) -> tuple[Entry, ...]:
        rows = [row for row, _, _ in ranked[:NEAREST]]
        return tuple((await self._store.by_row(guild_id, rows)).values()) if rows else ()

    async def _ranked(
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
        await self._synced()
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

    async def _words(self) -> Words:
        await self._synced()
        return (await self._scopes.content()).words

    # Questions without an answer

    async def pass_on(self, guild_id: int, question: str, *, unhelpful: str = "") -> None:
        """Count a question for the moderators, without who asked and with numbers masked; each by
        itself where it is several.

        Args:
            unhelpful: the id of the entry that answered it and did not help, if one did.
        """
        parts = several.parts_of(question)
        asked = [question]
        if several.ask_apart(parts) and not unhelpful:  # each has to find an answer of its own
            asked = [several.own_words(part, parts[0]) for part in parts]
        cleaned = list(dict.fromkeys(filter(None, map(clean_question, asked))))
        if not cleaned:
            raise InvalidInput("There is no question to pass on. Please ask again with `/faq`.")
        week = iso_week(self._clock.now())
        for each in cleaned:
            await self._store.count_unanswered(guild_id, each, week, unhelpful=unhelpful)

    async def unanswered(self, guild_id: int) -> list[tuple[str, int]]:
        """What members asked in vain and passed on, most asked first, with how often."""
        return await self._store.unanswered(guild_id)


def _told_in(entry: Entry, other: Entry) -> bool:
    """Whether the other is an event of which the entry itself tells: no other answer, then."""
    event = other.kind is Kind.EVENT and entry.kind is not Kind.EVENT
    return event and not set(entry.dates).isdisjoint(other.dates)


def _near(ranked: list[Ranked]) -> list[Ranked]:
    """The best, and up to three that come near it."""
    return [each for each in ranked[: 1 + NEAREST] if each[2].is_near(ranked[0][2])]
