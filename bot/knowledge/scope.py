"""What a question is compared with on each server, kept in memory.

The words of the content are one for all; what a server has of its own is added for it alone, so
that no word of another server's weighs anything here, or is known here.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from bot.knowledge.model import Kind
from bot.knowledge.store import KnowledgeStore
from bot.knowledge.vocabulary import Vocabulary
from bot.knowledge.words import Words

KEPT = 32  # servers


@dataclass(frozen=True, slots=True)
class Scope:
    """How questions are read on a server. Rows are those of the index, of events negative.

    Attributes:
        kinds: of the rows that it sees.
        lengths: of those and of what it has hidden or replaced, in tokens.
        average: of them.
    """

    words: Words
    vocabulary: Vocabulary
    kinds: Mapping[int, Kind]
    lengths: Mapping[int, int]
    average: float


class Scopes:
    """The scopes of the servers that asked last; each is read when it is first asked for."""

    def __init__(self, store: KnowledgeStore) -> None:
        self._store = store
        self._content: Scope | None = None
        self._own: OrderedDict[int, Scope] = OrderedDict()
        self._loading = asyncio.Lock()
        self.changes = 0  # counted, so that a reader can tell whether any came between

    def replaced(self) -> None:
        """The content is another."""
        self.changes += 1
        self._content = None
        self._own.clear()

    def changed(self, guild_id: int) -> None:
        """What a server has of its own is another."""
        self.changes += 1
        self._own.pop(guild_id, None)

    async def content(self) -> Scope:
        """That of a server with nothing of its own."""
        if self._content is not None:
            return self._content
        async with self._loading:
            return await self._read_content()

    async def of(self, guild_id: int) -> Scope:
        """That of a server."""
        if (kept := self._own.get(guild_id)) is not None:
            self._own.move_to_end(guild_id)
            return kept
        async with self._loading:  # of several that wait, the first reads it for all
            if (kept := self._own.get(guild_id)) is not None:
                return kept
            changes = self.changes
            scope = await self._read(guild_id, await self._read_content())
            if changes == self.changes:  # else it has changed while it was read
                self._own[guild_id] = scope
                if len(self._own) > KEPT:
                    self._own.popitem(last=False)
            return scope

    async def _read(self, guild_id: int, content: Scope) -> Scope:
        own = await self._store.tokens_of(guild_id)
        if not own.lengths:
            return content
        vocabulary = await asyncio.to_thread(
            content.vocabulary.with_own, own.counts, len(own.lengths)
        )
        lengths = {**content.lengths, **own.lengths}
        kinds = await self._store.visible(guild_id)
        return Scope(content.words, vocabulary, kinds, lengths, _average(lengths))

    async def _read_content(self) -> Scope:
        if self._content is not None:
            return self._content
        changes, store = self.changes, self._store
        words = await asyncio.to_thread(Words.build, await store.list_of("same"))
        spelt = words.spellings.union(await store.list_of("spellings"))
        built_in = await store.tokens_of(None)
        lengths = built_in.lengths
        vocabulary = await asyncio.to_thread(Vocabulary, built_in.counts, len(lengths), spelt)
        scope = Scope(words, vocabulary, await store.visible(0), lengths, _average(lengths))
        if changes == self.changes:
            self._content = scope
        return scope


def _average(lengths: Mapping[int, int]) -> float:
    return sum(lengths.values()) / len(lengths) if lengths else 0.0
