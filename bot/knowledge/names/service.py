"""Entries by their names, one kind at a time: /glossary, /who, /figures and /actions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.errors import InvalidInput
from bot.knowledge.answering import NEAREST, Answer
from bot.knowledge.asking import similar
from bot.knowledge.model import Entry, Kind, titled
from bot.knowledge.names.store import NameStore
from bot.knowledge.service import SUGGESTIONS, Knowledge
from bot.knowledge.words import TYPED_LIMIT
from bot.storage import Database
from bot.text import one_line

ACTIONS = 5  # on a page, which a phone shows without scrolling far
ALIKE_AMONG = 500  # names that are compared letter by letter, where nothing else is near


@dataclass(frozen=True, slots=True)
class ActionPage:
    """Some of the union's actions.

    Attributes:
        number: which page this is, from 0.
        pages: how many there are, at least 1.
        total: how many actions there are on all of them.
    """

    actions: tuple[Entry, ...]
    number: int
    pages: int
    total: int


class Names:
    """What has a name, for each server: its own entries, and not what it has hidden."""

    def __init__(self, database: Database, knowledge: Knowledge) -> None:
        self._store = NameStore(database)
        self._knowledge = knowledge

    async def look_up(self, guild_id: int, kinds: Collection[Kind], typed: str) -> Answer:
        """The entry of some kinds with a name, or the one that is meant; else what comes nearest.

        Raises:
            InvalidInput: there is nothing to read in what was typed.
        """
        asked = one_line(typed)
        if not asked:
            raise InvalidInput("Please type a name; a part of it is enough.")
        await self._knowledge.ready()
        entry = await self._store.entry_named(guild_id, kinds, asked)
        if entry is None:
            found, sure = await self._knowledge.nearest_of(guild_id, kinds, asked, limit=NEAREST)
            if not sure:
                return Answer(asked, None, await self._filled(guild_id, kinds, asked, found))
            entry = found[0]
        return Answer(asked, entry, await self._knowledge.related(guild_id, entry))

    async def _filled(
        self, guild_id: int, kinds: Collection[Kind], asked: str, found: Sequence[Entry]
    ) -> tuple[Entry, ...]:
        """What was found, and up to three in all of those whose names are spelt most alike."""
        if len(found) == NEAREST:
            return tuple(found)
        named = await self._store.named(guild_id, kinds, "", ALIKE_AMONG)
        alike = similar(asked, [each.name for each in named])
        more = await self._knowledge.entries(guild_id, [named[number].id for number in alike])
        return tuple(dict.fromkeys([*found, *more]))[:NEAREST]

    async def suggest(
        self, guild_id: int, kinds: Collection[Kind], typed: str
    ) -> list[tuple[str, str]]:
        """At most 25 names of some kinds for what has been typed so far, best first.

        Names that begin with it come first, then those that contain it, then what a search finds.

        Returns:
            What to show, which for a term says what its letters stand for; and the name itself.
        """
        await self._knowledge.ready()
        text = one_line(typed[:TYPED_LIMIT])
        found = {
            each.id: (titled(each.name, each.stands_for), each.name)
            for each in await self._store.named(guild_id, kinds, text, SUGGESTIONS)
        }
        if text and len(found) < SUGGESTIONS:
            more, _ = await self._knowledge.nearest_of(guild_id, kinds, text, partial=True)
            for entry in more:
                found.setdefault(entry.id, (entry.title, entry.name))
        return list(found.values())[:SUGGESTIONS]

    async def actions(self, guild_id: int, number: int = 0) -> ActionPage:
        """One page of the union's actions that are on record, the newest first.

        Args:
            number: from 0; where there is no such page any more, the first is given.
        """
        await self._knowledge.ready()
        number = max(number, 0)
        found, total = await self._store.actions(guild_id, ACTIONS, number * ACTIONS)
        if not found and number:
            return await self.actions(guild_id, 0)
        return ActionPage(tuple(found), number, max(1, -(-total // ACTIONS)), total)
