"""What an import is made of, and what it needs of whoever shows it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class ItemState(StrEnum):
    """What has become of one line of a list."""

    WAITING = "waiting"
    ADDED = "added"
    KNOWN = "known"  # the channel has had it before
    FAILED = "failed"
    STOPPED = "stopped"  # not tried, because a moderator said so; or removed again


@dataclass(frozen=True, slots=True)
class Import:
    """Many feeds on their way into one channel.

    Attributes:
        channel_id: where the articles will go.
        actor_id: the moderator who asked for it.
        place_id: the channel in which its progress is shown; 0 while there is none.
        message_id: the message that shows it, once there is one.
        ended: when all was done and had been shown, or None.
    """

    id: int
    guild_id: int
    channel_id: int
    actor_id: int
    place_id: int
    message_id: int | None
    created: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list.

    Attributes:
        reason: why it failed, in words; "" where it did not.
    """

    position: int
    url: str
    title: str
    state: ItemState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is.

    Attributes:
        done: nothing is left to do.
        failures: every line that failed, in the list's order; told only when all is done.
    """

    about: Import
    added: int = 0
    known: int = 0
    failed: int = 0
    stopped: int = 0
    waiting: int = 0
    done: bool = False
    failures: tuple[Item, ...] = field(default=())

    @property
    def total(self) -> int:
        """How many lines there are."""
        return self.added + self.known + self.failed + self.stopped + self.waiting


class NotShown(Exception):
    """Discord had trouble of its own; showing it again later may work."""


class Board(Protocol):
    """Shows imports to people; implemented with discord.py in ``cogs.feeds``."""

    def position(self, channel_id: int) -> int:
        """The newest message or post known in a channel, as ``Publisher.position`` gives it."""
        ...

    async def show(self, progress: Progress) -> int | None:
        """Show how far an import is, in one message for all of it.

        Returns the id of that message, or None where its place is closed to us or gone.

        Raises:
            NotShown: try again later.
        """
        ...
