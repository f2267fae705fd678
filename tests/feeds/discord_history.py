"""A channel's history as Discord keeps it, with everything that can go wrong on the way there."""

import random
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from bot.feeds.model import Delivery, Notice, Subscription
from bot.feeds.outbox.publisher import Blocked, Busy, Lost, Rejected


@dataclass(frozen=True, slots=True)
class Posted:
    """A message as it stands in the channel."""

    id: int
    channel_id: int
    mark: str
    title: str


@dataclass
class History:
    """The publisher that the outbox talks to; it outlives the bot's crashes.

    Attributes:
        faults: what happens to the next requests, in order: "lost" (done, answer cut), "cut" (not
            done, answer cut), "busy", "blocked", "rejected"; anything else goes well.
        nonces: what Discord remembers for a few minutes.
    """

    faults: list[str] = field(default_factory=list)
    posted: list[Posted] = field(default_factory=list)
    nonces: dict[str, int] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    unreadable: set[int] = field(default_factory=set)
    notice_channel: bool = True
    looks: int = 0
    last_id: int = 1000

    def position(self, channel_id: int) -> int:
        ids = [message.id for message in self.posted if message.channel_id == channel_id]
        return max(ids, default=0)

    async def send(self, delivery: Delivery, mark: str) -> int:
        fault = self.faults.pop(0) if self.faults else ""
        match fault:
            case "cut":
                raise Lost("cut before it was done")
            case "busy":
                raise Busy("wait", 0.0)
            case "blocked":
                raise Blocked("I lack Send Messages.")
            case "rejected":
                raise Rejected("its picture is broken.")
        if mark not in self.nonces:
            self.last_id += 1
            self.nonces[mark] = self.last_id
            self.posted.append(
                Posted(
                    self.last_id,
                    delivery.subscription.channel_id,
                    mark,
                    delivery.article.title,
                )
            )
        if fault == "lost":
            raise Lost("done, but the answer was cut")
        return self.nonces[mark]

    async def find(
        self, subscription: Subscription, marks: AbstractSet[str], after_id: int
    ) -> dict[str, int]:
        self.looks += 1
        if subscription.channel_id in self.unreadable:
            raise Blocked("I lack Read Message History.")
        if self.faults and self.faults[0] == "look fails":
            self.faults.pop(0)
            raise Busy("trouble", 0.0)
        return {
            message.mark: message.id
            for message in self.posted
            if message.channel_id == subscription.channel_id
            and message.mark in marks
            and message.id > after_id
        }

    async def notify(self, notice: Notice) -> bool:
        if not self.notice_channel:
            return False
        self.notices.append(notice)
        return True

    def titles(self, channel_id: int) -> list[str]:
        """The articles in a channel, in order."""
        return [message.title for message in self.posted if message.channel_id == channel_id]

    def misbehave(self, chance: random.Random, share: float) -> None:
        """Let a share of the next requests go wrong, and forget nonces now and then."""
        kinds = ["lost", "cut", "busy", "look fails"]
        self.faults = [chance.choice(kinds) if chance.random() < share else "" for _ in range(200)]
        if chance.random() < 0.5:
            self.nonces.clear()
