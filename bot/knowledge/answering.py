"""Which entries answer a question, and what is offered beside them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.knowledge import several
from bot.knowledge.comparing import Comparing, Ranked
from bot.knowledge.model import Entry, Kind
from bot.knowledge.scope import Scopes
from bot.knowledge.store import KnowledgeStore

NEAREST = 3
MEANT = 2  # beside an answer, that come nearest to the question
BESIDE = 4  # beside an answer, all told: with the other buttons they fill two rows


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


class Answering:
    """Chooses among what may answer."""

    def __init__(self, store: KnowledgeStore, scopes: Scopes, comparing: Comparing) -> None:
        self._store = store
        self._scopes = scopes
        self._comparing = comparing

    async def answer(self, guild_id: int, asked: str) -> Answer:
        """The best answer to what is on one line, or an honest none with what comes nearest."""
        answer, stands = await self._answer(guild_id, asked)
        if not stands:
            answer, _ = await self._answer(guild_id, asked)
        return answer

    async def first(self, guild_id: int, ranked: list[Ranked]) -> tuple[Entry, ...]:
        """The three best, whether or not they answer."""
        rows = [row for row, _, _ in ranked[:NEAREST]]
        return tuple((await self._store.by_row(guild_id, rows)).values()) if rows else ()

    async def _answer(self, guild_id: int, asked: str) -> tuple[Answer, bool]:
        """The answer, and whether nothing of it has been changed before it could be read."""
        changes = self._scopes.changes
        ranked = await self._comparing.ranked(guild_id, asked, wanted=1 + NEAREST)
        given, besides, unknown = await self._choose(guild_id, asked, ranked)
        entry = await self._store.entry_asking(guild_id, asked)
        near = [row for row, _, _ in _near(ranked)]
        rows = list(dict.fromkeys([*given, *besides, *near])) if entry or given else []
        found = await self._store.by_row(guild_id, rows) if rows else {}
        told = [entry] if entry else [found[row] for row in given if row in found]
        # A row's number may also be another entry's by now.
        unchanged = changes == self._scopes.changes
        stands = unchanged and (entry is not None or len(told) == len(given))
        if not told:
            return Answer(asked, None, await self.first(guild_id, ranked)), stands
        beside = await self._beside(guild_id, told, list(found.values()))
        others = () if entry else tuple(told[1:])
        return Answer(asked, told[0], beside, others, () if entry else unknown), stands

    async def _choose(
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
            first = (await self._comparing.ranked(guild_id, part, wanted=1))[:1]
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
            together = (await self._comparing.ranked(guild_id, f"{words}, {first}", wanted=1))[:1]
            if not any(row in answered and score.answers_all for row, _, score in together):
                unknown.append(words)
        return tuple(unknown)

    async def _beside(
        self, guild_id: int, given: Sequence[Entry], found: Sequence[Entry]
    ) -> tuple[Entry, ...]:
        """What is offered beside answers: two that may have been meant, what the first points
        to, and then others that come near."""
        pointed_to = given[0].related
        related = await self._store.entries(guild_id, pointed_to) if pointed_to else []
        told = {entry.id for entry in given}
        near = [other for other in found if not any(_told_in(entry, other) for entry in given)]
        offered = {other.id: other for other in (*near[:MEANT], *related, *near[MEANT:])}
        return tuple(other for other in offered.values() if other.id not in told)[:BESIDE]


def _told_in(entry: Entry, other: Entry) -> bool:
    """Whether the other is an event of which the entry itself tells: no other answer, then."""
    event = other.kind is Kind.EVENT and entry.kind is not Kind.EVENT
    return event and not set(entry.dates).isdisjoint(other.dates)


def _near(ranked: list[Ranked]) -> list[Ranked]:
    """The best, and up to three that come near it."""
    return [each for each in ranked[: 1 + NEAREST] if each[2].is_near(ranked[0][2])]
