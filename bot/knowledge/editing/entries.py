"""Which entry a moderator means, and how it stands on their server."""

from dataclasses import replace

from bot.errors import NotFound
from bot.knowledge.editing.model import State
from bot.knowledge.editing.store import EditingStore
from bot.knowledge.editing.tables import EDITABLE
from bot.knowledge.model import Entry
from bot.knowledge.service import Knowledge

GONE = "I know no such entry. Choose one from the list as you type."


class Entries:
    """The entries that moderators can choose from."""

    def __init__(self, store: EditingStore, knowledge: Knowledge) -> None:
        self._store = store
        self._knowledge = knowledge

    async def choices(
        self, guild_id: int, typed: str, limit: int, *, hidden: bool
    ) -> list[tuple[str, str, bool]]:
        """Id, question and whether hidden of the entries that match what is typed so far."""
        await self._knowledge.ready()
        found = await self._store.choices(guild_id, typed.strip(), limit, hidden=hidden)
        if typed.strip():
            known = {identifier for identifier, _, _ in found}
            for question in await self._knowledge.suggest(guild_id, typed):
                entry = await self._knowledge.asking(guild_id, question)
                if entry and entry.id not in known and entry.kind in EDITABLE:
                    known.add(entry.id)
                    found.append((entry.id, entry.question, False))
                if len(found) >= limit:
                    break
        return found[:limit]

    async def state(self, guild_id: int, given: str) -> tuple[str, State]:
        """The id and state of the entry that was chosen, or whose question was typed.

        Raises:
            NotFound: there is none.
        """
        await self._knowledge.ready()
        given = given.strip()
        state = await self._store.state(guild_id, given)
        if state.entry is not None:
            return given, state
        entry = await self._knowledge.asking(guild_id, given)
        if entry is None or entry.kind not in EDITABLE:
            raise NotFound(GONE)
        return entry.id, await self._store.state(guild_id, entry.id)

    async def built_in_changed(self, identifier: str, state: State) -> Entry | None:
        """The built-in entry, if it says something else than when the server's own was made."""
        if not state.own or state.built_in is None:
            return None
        current = await self._store.built_in(identifier)
        if current is None or replace(current, checked=state.built_in.checked) == state.built_in:
            return None
        return current
