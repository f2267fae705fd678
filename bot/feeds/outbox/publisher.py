"""What the outbox needs of Discord, and how Discord may answer."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Protocol

from bot.feeds.model import Delivery, Notice, Subscription


class PublishError(Exception):
    """A message was not sent, or it is not known whether it was."""


class Lost(PublishError):
    """The answer did not arrive: look before sending again."""


class Busy(PublishError):
    """Nothing was done, and it may work later.

    Attributes:
        retry_after_s: how long Discord asks to wait, or None.
    """

    def __init__(self, text: str, retry_after_s: float | None = None) -> None:
        super().__init__(text)
        self.retry_after_s = retry_after_s


class Blocked(PublishError):
    """Nothing can be posted in this channel until somebody acts; the text says what is wrong."""


class Gone(Blocked):
    """The channel does not exist any more, nor does what was posted there."""


class Rejected(PublishError):
    """Discord does not take this one article; the text says why."""


class TooManyEdits(PublishError):
    """Discord takes no more edits of messages older than an hour just now; the message stands."""


class Publisher(Protocol):
    """Posts articles and notices; implemented with discord.py in ``cogs.feeds``."""

    def position(self, channel_id: int) -> int:
        """The newest message or post known in a channel, or 0; nothing is asked of Discord."""
        ...

    async def send(self, delivery: Delivery, marks: Sequence[str]) -> int:
        """Post one article, or a digest, with its marks; the message's id, or 0.

        Args:
            marks: one of each article; 0 is returned when the message was deleted at once.

        Raises:
            Lost, Busy, Blocked, Rejected: as they say.
        """
        ...

    async def start_thread(self, delivery: Delivery) -> None:
        """Start a thread from the message of a delivery, unless there is one or no message is left.

        Raises:
            Lost, Busy, Blocked, Rejected: as they say; it may be tried again at any time.
        """
        ...

    async def edit(self, delivery: Delivery, marks: Sequence[str]) -> None:
        """Have the message of a delivery show its articles as they are now; nobody is notified.

        Nothing is done where the message is gone.

        Raises:
            Lost, Busy, Blocked, Rejected: as they say; it may be tried again at any time.
            TooManyEdits: not for a while.
        """
        ...

    async def find(
        self, subscription: Subscription, marks: AbstractSet[str], after_id: int
    ) -> dict[str, int]:
        """Which marks stand in our messages of the channel after ``after_id``, with their ids.

        Raises:
            Lost, Busy: ask again later.
            Blocked: the channel or its history cannot be read; Gone: there is none.
        """
        ...

    async def notify(self, notice: Notice) -> bool:
        """Tell the moderators; False while no channel for notices is chosen or it is closed to us.

        Raises:
            Lost, Busy: try again later.
        """
        ...
