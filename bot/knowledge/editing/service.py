"""Changes of entries by moderators, their history, and what follows from each."""

import asyncio
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.errors import Forgotten, InvalidInput, NotFound, Unavailable
from bot.knowledge.editing.copies import Copies
from bot.knowledge.editing.differences import changed_keys
from bot.knowledge.editing.drafts import DRAFT_GONE, Drafts
from bot.knowledge.editing.entries import Entries
from bot.knowledge.editing.export import Export, export
from bot.knowledge.editing.model import Action, Change, Conflict, Draft, Past, Saved, State
from bot.knowledge.editing.questions import Questions
from bot.knowledge.editing.store import ChangedMeanwhileError, DraftGoneError, EditingStore
from bot.knowledge.editing.tables import table_of
from bot.knowledge.service import Knowledge
from bot.storage import Database

OVERTAKEN = "Somebody has changed this entry since. Look at `/knowledge history` again."


@dataclass(frozen=True, slots=True)
class _Wish:
    """A change that a moderator wants of an entry which is ``before``; of a draft, by its id."""

    guild_id: int
    moderator_id: int
    action: Action
    before: State
    after: State
    identifier: str
    draft: str | None = None


class Editing:
    """What a server's moderators do to its entries; nothing of it is seen on other servers.

    Attributes:
        entries: which can be chosen.
        drafts: what is being written.
        copies: answers that were posted in channels, which follow each change.
        questions: those that found no answer.
    """

    def __init__(self, database: Database, clock: Clock, knowledge: Knowledge) -> None:
        self._store = EditingStore(database)
        self._clock = clock
        self._knowledge = knowledge
        self._saving = asyncio.Lock()
        self.entries = Entries(self._store, knowledge)
        self.drafts = Drafts(self._store, clock, knowledge, self.entries)
        self.copies = Copies(database, clock, knowledge)
        self.questions = Questions(database, knowledge)

    # Changes

    async def save(self, draft: Draft, *, mend: bool = False) -> Saved | Conflict:
        """Put a draft in place.

        Args:
            mend: it only mends a slip of the pen; public copies are changed without a date.

        Raises:
            InvalidInput: it has mistakes, or changes nothing.
            Forgotten: it was saved or discarded meanwhile.
        """
        # Two that ask the same must not be saved beside each other.
        async with self._saving:
            return await self._save(draft, mend)

    async def _save(self, draft: Draft, mend: bool) -> Saved | Conflict:
        entry, mistakes = await self.drafts.read(draft)
        if mistakes:
            raise InvalidInput("Not saved yet. " + " ".join(mistakes[:3]))
        if entry == draft.base.entry:
            raise InvalidInput("That is how it is already, so nothing was changed.")
        base = draft.base
        built_in = base.built_in if base.own else base.entry
        after = State(entry, own=True, hidden=base.hidden, built_in=built_in)
        action = Action.ADD if draft.is_new else Action.MEND if mend else Action.EDIT
        try:
            change = await self._change(
                _Wish(draft.guild_id, draft.moderator_id, action, base, after, entry.id, draft.id)
            )
        except DraftGoneError as error:
            raise Forgotten(DRAFT_GONE) from error
        except ChangedMeanwhileError as error:
            return await self._conflict(draft, error.state)
        return await self._saved(change, draft.asked)

    async def _conflict(self, draft: Draft, now: State) -> Conflict:
        """Build a draft anew on what somebody else has made of the entry meanwhile."""
        base = draft.base.entry
        old = table_of(base) if base else {}
        theirs = table_of(now.entry) if now.entry else {}
        we, they = changed_keys(old, draft.typed), changed_keys(old, theirs)
        merged = {**draft.typed}
        for key in they - we:
            if key in theirs:
                merged[key] = theirs[key]
            else:
                merged.pop(key, None)
        both = {key for key in we & they if draft.typed.get(key) != theirs.get(key)}
        rebased = await self.drafts.keep(replace(draft, base=now, typed=merged))
        latest = await self._store.nth_change(draft.guild_id, draft.entry_id, 0)
        if latest is not None and latest.after != now:
            latest = None  # it was not a moderator who changed it last
        return Conflict(rebased, latest, base, now.entry, tuple(sorted(both)))

    async def hide(self, guild_id: int, moderator_id: int, given: str) -> Saved:
        """Have members see an entry no more; nothing of it is lost.

        Raises:
            NotFound: there is none.
            InvalidInput: it is hidden already.
        """
        identifier, state = await self.entries.state(guild_id, given)
        if state.hidden:
            raise InvalidInput("It is hidden already. `/knowledge history` shows it again.")
        built_in = state.built_in if state.own else state.entry
        after = State(state.entry, own=True, hidden=True, built_in=built_in)
        wish = _Wish(guild_id, moderator_id, Action.HIDE, state, after, identifier)
        return await self._now(wish)

    async def restore(self, guild_id: int, moderator_id: int, identifier: str) -> Saved:
        """Have members see a hidden entry again; a built-in one as it is in the files now.

        Raises:
            NotFound: there is none.
            InvalidInput: it is not hidden, or another entry is asked in the same words.
        """
        identifier, state = await self.entries.state(guild_id, identifier)
        if not state.hidden:
            raise InvalidInput("It is not hidden, so nothing was changed.")
        after = replace(state, hidden=False)
        if state.entry == state.built_in:  # it was only hidden, never edited
            current = await self._store.built_in(identifier)
            after = State(current) if current is not None else replace(after, built_in=None)
        wish = _Wish(guild_id, moderator_id, Action.RESTORE, state, after, identifier)
        return await self._now(wish)

    async def take_built_in(self, guild_id: int, moderator_id: int, identifier: str) -> Saved:
        """Give up the server's own copy for the built-in entry.

        Raises:
            NotFound: there is none.
            InvalidInput: the server has no copy of its own, or another entry is asked in the same
                words.
        """
        identifier, state = await self.entries.state(guild_id, identifier)
        built_in = await self._store.built_in(identifier)
        if built_in is None or not state.own:
            raise InvalidInput("There is no built-in answer to take instead. Nothing was changed.")
        after = State(built_in)
        wish = _Wish(guild_id, moderator_id, Action.TAKE_BUILT_IN, state, after, identifier)
        return await self._now(wish)

    async def keep_ours(self, guild_id: int, identifier: str) -> None:
        """Keep the server's own copy, and tell of the built-in one when it changes again."""
        await self._store.look_at_built_in(guild_id, identifier)

    async def undo(self, guild_id: int, moderator_id: int, change_id: int) -> Saved:
        """Take the latest change of an entry back; that can be taken back too.

        Raises:
            NotFound: there is no such change.
            Unavailable: the entry has been changed since.
            InvalidInput: another entry is asked in the same words by now.
        """
        change = await self._change_by_id(guild_id, change_id)
        latest = await self._store.nth_change(guild_id, change.entry_id, 0)
        if latest is None or latest.id != change.id:
            raise Unavailable(OVERTAKEN)
        state = await self._store.state(guild_id, change.entry_id)
        after = await self._as_it_was(change.before, change.entry_id)
        wish = _Wish(guild_id, moderator_id, Action.UNDO, state, after, change.entry_id)
        return await self._now(wish)

    async def go_back(self, guild_id: int, moderator_id: int, change_id: int) -> Saved:
        """Make an entry what it was after an earlier change.

        Raises:
            NotFound: there is no such change.
            InvalidInput: it is that way already, or another entry is asked in the same words.
        """
        change = await self._change_by_id(guild_id, change_id)
        state = await self._store.state(guild_id, change.entry_id)
        after = await self._as_it_was(change.after, change.entry_id)
        if after == state:
            raise InvalidInput("That is how it is already, so nothing was changed.")
        wish = _Wish(guild_id, moderator_id, Action.BACK, state, after, change.entry_id)
        return await self._now(wish)

    async def _as_it_was(self, former: State, identifier: str) -> State:
        """An earlier state; where that was the built-in entry, as it is in the files now."""
        return former if former.own else State(await self._store.built_in(identifier))

    async def _change_by_id(self, guild_id: int, change_id: int) -> Change:
        change = await self._store.change_by_id(guild_id, change_id)
        if change is None:
            raise NotFound("I know no such change. Look at `/knowledge history` again.")
        return change

    async def _now(self, wish: _Wish) -> Saved:
        # What was given up may have been taken by another entry, or be on its way into one.
        async with self._saving:
            if taken := await self.drafts.taken_since(wish.guild_id, wish.before, wish.after):
                raise InvalidInput(f"Not changed: {taken} Take it out of that one first.")
            try:
                change = await self._change(wish)
            except ChangedMeanwhileError as error:
                raise Unavailable(OVERTAKEN) from error
        return await self._saved(change)

    async def _change(self, wish: _Wish) -> Change:
        # What has been written must be seen, also when whoever pressed has gone meanwhile.
        return await asyncio.shield(self._written(wish))

    async def _written(self, wish: _Wish) -> Change:
        change = await self._store.change(
            wish.guild_id,
            wish.identifier,
            wish.moderator_id,
            wish.action,
            self._clock.now(),
            expected=wish.before,
            after=wish.after,
            draft=wish.draft,
        )
        self._knowledge.changed(wish.guild_id)
        return change

    async def _saved(self, change: Change, asked: str = "") -> Saved:
        dated = change.action is not Action.MEND
        copies = await self.copies.follow(change.guild_id, change.entry_id, dated=dated)
        findable = True
        if change.after.visible is None:
            await self.questions.reopen(change.guild_id, change.entry_id)
        elif asked:
            findable = await self.questions.settle(change.guild_id, asked)
        return Saved(change, copies, asked, findable)

    # History

    async def past(self, guild_id: int, given: str, number: int = 0) -> Past:
        """One change of an entry, counted from the newest; the last one if there are fewer.

        Raises:
            NotFound: there is no such entry, and never was one.
        """
        identifier = given.strip()
        total = await self._store.changes(guild_id, identifier)
        if not total:
            identifier, state = await self.entries.state(guild_id, given)
            total = await self._store.changes(guild_id, identifier)
        else:
            state = await self._store.state(guild_id, identifier)
        number = max(0, min(number, total - 1))
        change = await self._store.nth_change(guild_id, identifier, number)
        known = state.entry or (change and (change.before.entry or change.after.entry))
        return Past(
            identifier,
            state,
            change,
            number,
            total,
            await self.entries.built_in_changed(identifier, state),
            known.question if known else identifier,
        )

    async def export(self, guild_id: int) -> Export:
        """A server's own entries as files for the content folder."""
        await self._knowledge.ready()
        own, today = await self._store.own(guild_id), self._clock.now().date()
        return await asyncio.to_thread(export, self._knowledge.content, own, today)

    async def forget_old(self) -> None:
        """Drop drafts of more than a day ago."""
        await self._store.forget_old(self._clock.now())
