# ruff: noqa: S608 - what is put into SQL here is this module's own constants; values are parameters
"""A server's own entries, what was changed in them, and what is being written."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.clock import from_unix, unix
from bot.knowledge.editing.model import Action, Change, Draft, State
from bot.knowledge.editing.own.store import drop_own, put_own
from bot.knowledge.model import Entry, Kind
from bot.knowledge.rows import entry_of, packed, unpacked
from bot.knowledge.store import ENTRY_COUNTS
from bot.storage import Database
from bot.storage.database import Row, Transaction

DRAFT_LIFETIME = timedelta(days=1)
DRAFTS = 20  # of one moderator; beyond that the oldest goes


class ChangedMeanwhileError(Exception):
    """The entry is not as it was expected to be; ``state`` is what it is now."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self.state = state


class DraftGoneError(Exception):
    """The draft has been saved, discarded or dropped."""


class EditingStore:
    """The tables knowledge_change and knowledge_draft, and the own rows of knowledge_entry."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Entries

    async def state(self, guild_id: int, identifier: str) -> State:
        """An entry as it is on a server."""
        return await self._database.run(lambda tx: _state(tx, guild_id, identifier))

    async def built_in(self, identifier: str) -> Entry | None:
        """The built-in entry with an id."""
        return await self._database.run(lambda tx: _built_in(tx, identifier))

    async def change(
        self,
        guild_id: int,
        identifier: str,
        moderator_id: int,
        action: Action,
        now: datetime,
        *,
        expected: State,
        after: State,
        draft: str | None = None,
    ) -> Change:
        """Put an entry from one state into another and keep both.

        Args:
            draft: which goes with it.

        Raises:
            ChangedMeanwhileError: it is in another state than expected; nothing was changed.
            DraftGoneError: there is no such draft, as after a second press of Save.
        """
        async with self._database.transaction() as tx:
            if draft is not None and not await tx.execute(
                "DELETE FROM knowledge_draft WHERE draft = ?", [draft]
            ):
                raise DraftGoneError
            before = await _state(tx, guild_id, identifier)
            if before != expected:
                raise ChangedMeanwhileError(before)
            if after.own and after.entry is not None:
                built_in = packed(after.built_in) if after.built_in else None
                await put_own(tx, guild_id, after.entry, hidden=after.hidden, built_in=built_in)
            else:
                await drop_own(tx, guild_id, identifier)
            number = await tx.insert(
                """INSERT INTO knowledge_change
                   (guild_id, id, at, moderator_id, action, before, after)
                   VALUES (?, ?, ?, ?, ?, ?, ?)""",
                (
                    guild_id,
                    identifier,
                    unix(now),
                    moderator_id,
                    action,
                    _state_json(before),
                    _state_json(after),
                ),
            )
        return Change(number, guild_id, identifier, now, moderator_id, action, before, after)

    async def look_at_built_in(self, guild_id: int, identifier: str) -> None:
        """Note that the moderators have seen the built-in entry as it is now."""
        async with self._database.transaction() as tx:
            if (built_in := await _built_in(tx, identifier)) is not None:
                await tx.execute(
                    "UPDATE knowledge_entry SET built_in = ? WHERE guild_id = ? AND id = ?",
                    (packed(built_in), guild_id, identifier),
                )

    async def taken(self, identifier: str) -> bool:
        """Whether any server, or the content, has an entry with this id, or had one."""
        return bool(
            await self._database.fetch_value(
                "SELECT EXISTS (SELECT 1 FROM knowledge_entry WHERE id = :id)"
                " OR EXISTS (SELECT 1 FROM knowledge_change WHERE id = :id)"
                " OR EXISTS (SELECT 1 FROM knowledge_draft WHERE id = :id)",
                {"id": identifier},
            )
        )

    async def own(self, guild_id: int) -> list[State]:
        """Everything that a server has of its own, in the order of its making."""
        rows = await self._database.fetch_all(
            "SELECT * FROM knowledge_entry WHERE guild_id = ? ORDER BY position, entry", [guild_id]
        )
        return [_own(row) for row in rows]

    async def count_own(self, guild_id: int) -> int:
        """How many entries a server has of its own."""
        sql = "SELECT count(*) FROM knowledge_entry WHERE guild_id = ?"
        return int(await self._database.fetch_value(sql, [guild_id]))

    async def asked(
        self, guild_id: int, identifier: str, phrasing: str, tokens: Sequence[str]
    ) -> str:
        """The question of another entry that is asked by exactly this phrasing, or ''.

        Args:
            tokens: of the phrasing in the index; without any, every entry is looked at.
        """
        matching = ""
        values: dict[str, Any] = {"guild": guild_id, "id": identifier}
        if tokens:
            matching = """AND e.entry IN (SELECT rowid FROM knowledge_search
                          WHERE knowledge_search MATCH :expression)"""
            together = " AND ".join(f'"{token}"' for token in tokens)
            values["expression"] = f"{{question also}} : ({together})"
        rows = await self._database.fetch_all(
            f"""SELECT e.question, e.details FROM knowledge_entry e
                WHERE {ENTRY_COUNTS} AND e.id != :id {matching}""",
            values,
        )
        wanted = phrasing.casefold()
        for row in rows:
            also = json.loads(row["details"])["also"]
            if wanted in (text.casefold() for text in (row["question"], *also)):
                return str(row["question"])
        return ""

    async def named(self, guild_id: int, identifier: str, kind: Kind, name: str) -> str:
        """The question of another entry of the kind with this name, or ''."""
        rows = await self._database.fetch_all(
            f"""SELECT e.question, e.name FROM knowledge_entry e
                WHERE e.kind = :kind AND e.name = :name AND {ENTRY_COUNTS} AND e.id != :id""",
            {"guild": guild_id, "id": identifier, "kind": kind, "name": name},
        )
        return str(rows[0]["question"]) if rows else ""

    async def choices(
        self, guild_id: int, containing: str, limit: int, *, hidden: bool
    ) -> list[tuple[str, str, bool]]:
        """Id, question and whether hidden of the entries whose question, name or id contains a
        text: a server's own first, the latest changed before others.

        Args:
            hidden: only hidden ones are wanted last; False leaves them out.
        """
        rows = await self._database.fetch_all(
            f"""SELECT e.id, e.question, e.hidden FROM knowledge_entry e
                WHERE {ENTRY_COUNTS} AND e.hidden <= :hidden AND (
                    instr(lower(e.question), lower(:containing))
                    OR instr(lower(e.name), lower(:containing)) OR e.id = :containing)
                ORDER BY e.guild_id IS NULL, (SELECT max(c.change) FROM knowledge_change c
                    WHERE c.guild_id = :guild AND c.id = e.id) DESC, e.position LIMIT :limit""",
            {"guild": guild_id, "containing": containing, "limit": limit, "hidden": hidden},
        )
        return [(row["id"], row["question"], bool(row["hidden"])) for row in rows]

    # History

    async def changes(self, guild_id: int, identifier: str) -> int:
        """How many changes an entry has seen."""
        return int(
            await self._database.fetch_value(
                "SELECT count(*) FROM knowledge_change WHERE guild_id = ? AND id = ?",
                (guild_id, identifier),
            )
        )

    async def nth_change(self, guild_id: int, identifier: str, number: int) -> Change | None:
        """One change of an entry; 0 is the newest."""
        row = await self._database.fetch_one(
            """SELECT * FROM knowledge_change WHERE guild_id = ? AND id = ?
               ORDER BY change DESC LIMIT 1 OFFSET ?""",
            (guild_id, identifier, number),
        )
        return None if row is None else _change(row)

    async def change_by_id(self, guild_id: int, change_id: int) -> Change | None:
        """A change of this server by its number."""
        row = await self._database.fetch_one(
            "SELECT * FROM knowledge_change WHERE guild_id = ? AND change = ?",
            (guild_id, change_id),
        )
        return None if row is None else _change(row)

    # Drafts

    async def keep(self, draft: Draft, now: datetime) -> None:
        """Write a draft down, in place of its earlier version; old ones go."""
        async with self._database.transaction() as tx:
            await _forget_old(tx, now)
            await tx.execute(
                """INSERT OR REPLACE INTO knowledge_draft
                   (draft, guild_id, moderator_id, id, kind, base, typed, asked, kept_at)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                (
                    draft.id,
                    draft.guild_id,
                    draft.moderator_id,
                    draft.entry_id,
                    draft.kind,
                    _state_json(draft.base),
                    json.dumps(draft.typed, ensure_ascii=False),
                    draft.asked,
                    unix(now),
                ),
            )
            await tx.execute(
                """DELETE FROM knowledge_draft WHERE draft IN (
                       SELECT draft FROM knowledge_draft WHERE guild_id = ? AND moderator_id = ?
                       ORDER BY kept_at DESC, draft = ? DESC LIMIT -1 OFFSET ?)""",
                (draft.guild_id, draft.moderator_id, draft.id, DRAFTS),
            )

    async def draft(
        self, guild_id: int, moderator_id: int, draft_id: str, now: datetime
    ) -> Draft | None:
        """A draft of this moderator that is not too old."""
        row = await self._database.fetch_one(
            """SELECT * FROM knowledge_draft
               WHERE draft = ? AND guild_id = ? AND moderator_id = ? AND kept_at >= ?""",
            (draft_id, guild_id, moderator_id, unix(now - DRAFT_LIFETIME)),
        )
        return None if row is None else _draft(row)

    async def discard(self, draft_id: str) -> None:
        """Drop a draft."""
        async with self._database.transaction() as tx:
            await tx.execute("DELETE FROM knowledge_draft WHERE draft = ?", [draft_id])

    async def forget_old(self, now: datetime) -> None:
        """Drop the drafts of more than a day ago."""
        async with self._database.transaction() as tx:
            await _forget_old(tx, now)


async def _forget_old(tx: Transaction, now: datetime) -> None:
    await tx.execute("DELETE FROM knowledge_draft WHERE kept_at < ?", [unix(now - DRAFT_LIFETIME)])


async def _state(tx: Transaction, guild_id: int, identifier: str) -> State:
    row = await tx.fetch_one(
        "SELECT * FROM knowledge_entry WHERE guild_id = ? AND id = ?", (guild_id, identifier)
    )
    return _own(row) if row is not None else State(await _built_in(tx, identifier))


async def _built_in(tx: Transaction, identifier: str) -> Entry | None:
    row = await tx.fetch_one(
        "SELECT * FROM knowledge_entry WHERE guild_id IS NULL AND id = ?", [identifier]
    )
    return None if row is None else entry_of(row)


def _own(row: Row) -> State:
    built_in = unpacked(row["built_in"]) if row["built_in"] else None
    return State(entry_of(row), own=True, hidden=bool(row["hidden"]), built_in=built_in)


def _state_json(state: State) -> str:
    return json.dumps(
        {
            "entry": state.entry and packed(state.entry),
            "own": state.own,
            "hidden": state.hidden,
            "built_in": state.built_in and packed(state.built_in),
        },
        ensure_ascii=False,
    )


def _state_of(text: str) -> State:
    held = json.loads(text)
    entry, built_in = (held[key] and unpacked(held[key]) for key in ("entry", "built_in"))
    return State(entry, held["own"], held["hidden"], built_in)


def _change(row: Row) -> Change:
    return Change(
        row["change"],
        row["guild_id"],
        row["id"],
        from_unix(row["at"]),
        row["moderator_id"],
        Action(row["action"]),
        _state_of(row["before"]),
        _state_of(row["after"]),
    )


def _draft(row: Row) -> Draft:
    return Draft(
        row["draft"],
        row["guild_id"],
        row["moderator_id"],
        row["id"],
        Kind(row["kind"]),
        _state_of(row["base"]),
        json.loads(row["typed"]),
        row["asked"],
    )
