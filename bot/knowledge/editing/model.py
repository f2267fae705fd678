"""What moderators' editing consists of: states, changes, drafts."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.knowledge.model import Entry, Kind

Table = dict[str, Any]
"""The keys of an entry as in its file's table, but with each source in place of its key: a list of
tables with title, publisher, date, link. ``checked`` is text. JSON can hold all of it."""


class Action(StrEnum):
    """What a moderator did to an entry."""

    ADD = "add"
    EDIT = "edit"
    MEND = "mend"  # a slip of the pen: public copies are changed without a date
    HIDE = "hide"
    RESTORE = "restore"
    TAKE_BUILT_IN = "take-built-in"
    UNDO = "undo"
    BACK = "back"  # to an earlier version


@dataclass(frozen=True, slots=True)
class State:
    """An entry as it is on one server.

    Attributes:
        entry: the server's own, or else the built-in one; None where there is neither.
        own: it is the server's own.
        hidden: members do not see it; only of an own one.
        built_in: of an own one that stands in the place of a built-in one: that one as it was when
            the moderators last looked at it. It does not count when states are compared.
    """

    entry: Entry | None = None
    own: bool = False
    hidden: bool = False
    built_in: Entry | None = field(default=None, compare=False)

    @property
    def visible(self) -> Entry | None:
        """What members see."""
        return None if self.hidden else self.entry


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an entry on a server; ``at`` is aware UTC."""

    id: int
    guild_id: int
    entry_id: str
    at: datetime
    moderator_id: int
    action: Action
    before: State
    after: State


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that a moderator is writing.

    Attributes:
        id: random, part of the buttons' custom_ids.
        base: the entry as it was when the moderator began.
        typed: its keys as typed so far, which may be wrong or missing.
        asked: the question without an answer that led to it, or empty.
    """

    id: str
    guild_id: int
    moderator_id: int
    entry_id: str
    kind: Kind
    base: State
    typed: Table
    asked: str = ""

    @property
    def is_new(self) -> bool:
        """There is no such entry yet."""
        return self.base.entry is None


@dataclass(frozen=True, slots=True)
class Review:
    """A draft, looked at.

    Attributes:
        entry: as it would be saved; where something is missing, as far as it goes.
        mistakes: what stands in the way of saving, a plain sentence each.
        alike: entries that seem to answer the same question already.
        same: it does not differ from what is there.
        built_in: the built-in entry, where it has changed since this server made its own.
    """

    draft: Draft
    entry: Entry
    mistakes: tuple[str, ...]
    alike: tuple[Entry, ...] = ()
    related: tuple[Entry, ...] = ()
    same: bool = False
    built_in: Entry | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else changed the entry while a draft of it was being written.

    The draft now builds on their version: what only they changed is taken over, and where both
    changed the same, the draft keeps its own words.

    Attributes:
        theirs: their change; None where a new version of the bot changed a built-in entry.
        before, after: the entry before and after it.
        both: the keys that both changed.
    """

    draft: Draft
    theirs: Change | None
    before: Entry | None
    after: Entry | None
    both: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """A change that was made, and what came of it.

    Attributes:
        copies: how many posted answers are being changed.
        findable: False where the question that led to it would still find no answer.
    """

    change: Change
    copies: int = 0
    asked: str = ""
    findable: bool = True


@dataclass(frozen=True, slots=True)
class Past:
    """One change out of an entry's history.

    Attributes:
        number: counted from 0, the newest first.
        state: of the entry now.
        built_in: the built-in entry, where it has changed since this server made its own.
    """

    entry_id: str
    state: State
    change: Change | None
    number: int = 0
    total: int = 0
    built_in: Entry | None = None
    question: str = field(default="")
