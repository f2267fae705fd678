"""Entries that are being written: kept between form and preview, and looked at."""

import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.clock import Clock
from bot.errors import Forgotten, InvalidInput
from bot.knowledge.editing import checking
from bot.knowledge.editing.entries import Entries
from bot.knowledge.editing.model import Draft, Review, State, Table
from bot.knowledge.editing.store import EditingStore
from bot.knowledge.editing.tables import EDITABLE, table_of
from bot.knowledge.model import Confidence, Entry, Kind
from bot.knowledge.reading import QUESTION_LIMIT
from bot.knowledge.service import Knowledge
from bot.text import cut

SLUG_LIMIT = 50
ENTRIES = 5_000  # a server's own: moderators could otherwise fill the disk
DRAFT_GONE = (
    "This draft has been saved or discarded already, or it is more than a day old. What was saved "
    "is in `/knowledge history`; to write anew, run `/knowledge edit` or `/knowledge add`."
)
FULL = (
    "This server has as many entries of its own as I keep (5,000). Edit one instead, or ask "
    "whoever runs me to put yours into the files: `/knowledge export` gives them."
)


class Drafts:
    """What moderators are writing. Each is its writer's alone and is there for a day."""

    def __init__(
        self, store: EditingStore, clock: Clock, knowledge: Knowledge, entries: Entries
    ) -> None:
        self._store = store
        self._clock = clock
        self._knowledge = knowledge
        self._entries = entries

    async def need_room(self, guild_id: int) -> None:
        """Raises InvalidInput if the server has as many entries as it may have."""
        await self._knowledge.ready()
        if await self._store.count_own(guild_id) >= ENTRIES:
            raise InvalidInput(FULL)

    async def begin(
        self, guild_id: int, moderator_id: int, kind: Kind, typed: Table, *, asked: str = ""
    ) -> Draft:
        """A draft of a new entry, with what was typed first.

        Raises:
            InvalidInput: the server has as many entries as it may have.
        """
        await self.need_room(guild_id)
        identifier = await self._new_id(str(typed.get("question", "")))
        typed = {"checked": self._clock.now().date().isoformat(), **typed, "id": identifier}
        draft = Draft(_token(), guild_id, moderator_id, identifier, kind, State(), typed, asked)
        return await self.keep(draft)

    async def edit(self, guild_id: int, moderator_id: int, given: str, *, asked: str = "") -> Draft:
        """A draft of an entry as it is.

        Args:
            asked: the question without an answer that led here.

        Raises:
            NotFound: there is none.
        """
        identifier, state = await self._entries.state(guild_id, given)
        assert state.entry is not None
        typed, kind = table_of(state.entry), state.entry.kind
        draft = Draft(_token(), guild_id, moderator_id, identifier, kind, state, typed, asked)
        return await self.keep(draft)

    async def keep(self, draft: Draft) -> Draft:
        """Write a draft down; it is there after a restart, for a day."""
        await self._store.keep(draft, self._clock.now())
        return draft

    async def get(self, guild_id: int, moderator_id: int, draft_id: str) -> Draft:
        """A moderator's own draft.

        Raises:
            Forgotten: it is gone, or somebody else's.
        """
        found = await self._store.draft(guild_id, moderator_id, draft_id, self._clock.now())
        if found is None:
            raise Forgotten(DRAFT_GONE)
        return found

    async def fill(self, draft: Draft, typed: Table) -> Draft:
        """A draft with some of its keys typed anew."""
        return await self.keep(replace(draft, typed={**draft.typed, **typed}))

    async def discard(self, draft: Draft) -> None:
        """Drop a draft."""
        await self._store.discard(draft.id)

    async def checked_today(self, draft: Draft) -> Draft:
        """Note that the entry was compared with its sources today."""
        return await self.fill(draft, {"checked": self._clock.now().date().isoformat()})

    async def resolve(self, guild_id: int, typed: list[str]) -> list[str]:
        """Ids of the entries that a moderator means by ids or questions; unknown ones stay."""
        resolved = []
        for each in typed:
            state = await self._store.state(guild_id, each)
            entry = state.entry or await self._knowledge.asking(guild_id, each)
            if entry is None:
                entry = (await self._knowledge.answer(guild_id, each)).entry
            usable = entry is not None and entry.kind in EDITABLE
            resolved.append(entry.id if entry is not None and usable else each)
        return list(dict.fromkeys(resolved))

    async def questions_of(self, guild_id: int, ids: list[str]) -> list[str]:
        """The questions of some entries as a form shows them; an unknown id stands for itself."""
        found = []
        for identifier in ids:
            entry = (await self._store.state(guild_id, identifier)).entry
            found.append(entry.question if entry else identifier)
        return found

    async def review(self, draft: Draft) -> Review:
        """Look at a draft: what it would be, what stands in its way, what is like it."""
        entry, mistakes = await self.read(draft)
        alike: dict[str, Entry] = {}
        for asked in filter(None, (entry.question, entry.name)) if draft.is_new else ():
            found = (await self._knowledge.answer(draft.guild_id, asked)).entry
            if found is not None and found.id != entry.id:
                alike.setdefault(found.id, found)
        shown = checking.shown(entry)
        return Review(
            draft,
            shown,
            tuple(mistakes),
            tuple(alike.values()),
            await self._knowledge.related(draft.guild_id, shown),
            same=not mistakes and entry == draft.base.entry,
            built_in=await self._entries.built_in_changed(draft.entry_id, draft.base),
        )

    async def read(self, draft: Draft) -> tuple[Entry, list[str]]:
        typed = draft.typed
        guild_id, identifier = draft.guild_id, draft.entry_id
        phrasings = filter(None, [typed.get("question", ""), *typed.get("also", [])])
        texts = [" ".join(str(phrasing).split()) for phrasing in phrasings]
        asked = await self._askers(guild_id, identifier, texts)
        known = {
            other
            for other in typed.get("related", [])
            if (await self._store.state(guild_id, other)).entry is not None
        }
        around = checking.Surroundings(
            await self._knowledge.topics(),
            frozenset(known),
            asked,
            "",
            self._latest(draft),
        )
        entry, mistakes = checking.read(typed, draft.kind, around)
        if entry.name:
            named = await self._store.named(guild_id, identifier, draft.kind, entry.name)
            if named:
                entry, mistakes = checking.read(typed, draft.kind, replace(around, named=named))
        return entry, mistakes

    async def taken_since(self, guild_id: int, before: State, after: State) -> str:
        """What another entry has by now of what an entry is to have or to show again, in a
        sentence; or ''.

        Args:
            before, after: the entry as it is, and as it is to be.
        """
        entry, shown = after.entry, before.visible
        if entry is None:
            return ""
        held = (shown.question, *shown.also) if shown else ()
        known = {text.casefold() for text in held}
        texts = [text for text in (entry.question, *entry.also) if text.casefold() not in known]
        for text, other in (await self._askers(guild_id, entry.id, texts)).items():
            return f"“{text}” is asked by “{other}” by now."
        if not entry.name or (shown and shown.name == entry.name):
            return ""
        other = await self._store.named(guild_id, entry.id, entry.kind, entry.name)
        return f"“{entry.name}” is the name of “{other}” by now." if other else ""

    async def _askers(
        self, guild_id: int, identifier: str, phrasings: Sequence[str]
    ) -> dict[str, str]:
        """For the phrasings, in small letters, that another entry has: that entry's question."""
        asked: dict[str, str] = {}
        for text in phrasings:
            tokens = await self._knowledge.tokens(text)
            if other := await self._store.asked(guild_id, identifier, text, tokens):
                asked[text.casefold()] = other
        return asked

    def _latest(self, draft: Draft) -> date:
        """The day after which nothing can have been."""
        # Whoever writes may live where it is tomorrow already.
        tomorrow = self._clock.now().date() + timedelta(days=1)
        # A small computer that has lost its clock must not stop anybody from editing.
        return max(tomorrow, draft.base.entry.checked) if draft.base.entry else tomorrow

    async def _new_id(self, question: str) -> str:
        """An id that no server and no later version of the content has for something else."""
        while True:
            identifier = f"{slug(question)}-{secrets.token_hex(2)}"
            if not await self._store.taken(identifier):
                return identifier


def slug(text: str) -> str:
    """A text as small letters, digits and hyphens, at most 50."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", folded.replace("'", ""))
    kept = ""
    for word in words:
        longer = f"{kept}-{word}" if kept else word[:SLUG_LIMIT]
        if len(longer) > SLUG_LIMIT:
            break
        kept = longer
    return kept or "entry"


def asked_table(asked: str) -> Table:
    """What is filled in for a question without an answer: it, as a question and as it was asked."""
    question = asked[:1].upper() + asked[1:]
    if question and question[-1].isalnum():
        question += "?"
    typed: Table = {"confidence": str(Confidence.CORROBORATED), "question": question}
    if len(question) > QUESTION_LIMIT:
        typed["question"] = cut(question, QUESTION_LIMIT)
    return {**typed, "also": [asked]}


def _token() -> str:
    return secrets.token_hex(8)
