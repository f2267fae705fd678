"""A channel's history as Discord keeps it, with everything that can go wrong on the way there."""

import random
from collections.abc import Awaitable, Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from bot.feeds.model import Article, Delivery, Notice, Subscription
from bot.feeds.outbox.publisher import Blocked, Busy, Lost, Rejected, TooManyEdits


@dataclass(slots=True)
class Posted:
    """A message as it stands in the channel.

    Attributes:
        articles: what it shows, oldest first.
        thread: the name of the thread that was started from it, or None.
    """

    id: int
    channel_id: int
    marks: tuple[str, ...]
    articles: tuple[Article, ...]
    thread: str | None = None

    @property
    def title(self) -> str:
        """The title of what it shows; of a digest, all of them."""
        return " + ".join(article.title for article in self.articles)


@dataclass
class History:
    """The publisher that the outbox talks to; it outlives the bot's crashes.

    Attributes:
        faults: what happens to the next requests, in order: "lost" (done, answer cut), "cut" (not
            done, answer cut), "busy", "blocked", "rejected", of edits also "too many"; anything
            else goes well.
        nonces: what Discord remembers for a few minutes.
        refused: titles of articles that Discord does not take.
        sent: what became a message, in order.
        while_editing: what happens between the next edits and their being noted.
    """

    faults: list[str] = field(default_factory=list)
    posted: list[Posted] = field(default_factory=list)
    nonces: dict[str, int] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    unreadable: set[int] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    sent: list[Delivery] = field(default_factory=list)
    edits: list[Delivery] = field(default_factory=list)
    while_editing: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    threads_asked: int = 0
    notice_channel: bool = True
    looks: int = 0
    last_id: int = 1000

    def position(self, channel_id: int) -> int:
        ids = [message.id for message in self.posted if message.channel_id == channel_id]
        return max(ids, default=0)

    def _fail(self) -> str:
        """Raise what the next fault says; "lost" is returned, since it is done first."""
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
        return fault

    async def send(self, delivery: Delivery, marks: Sequence[str]) -> int:
        fault = self._fail()
        articles = delivery.bundle or (delivery.article,)
        if self.refused & {article.title for article in articles}:
            raise Rejected("it is not allowed.")
        nonce = "-".join(marks)
        if nonce not in self.nonces:
            self.last_id += 1
            self.nonces[nonce] = self.last_id
            self.posted.append(
                Posted(self.last_id, delivery.subscription.channel_id, tuple(marks), articles)
            )
            self.sent.append(delivery)
        if fault == "lost":
            raise Lost("done, but the answer was cut")
        return self.nonces[nonce]

    def _message(self, delivery: Delivery) -> Posted | None:
        """A delivery's message, which must stand in the delivery's channel."""
        found = [message for message in self.posted if message.id == delivery.message_id]
        assert all(each.channel_id == delivery.subscription.channel_id for each in found)
        return found[0] if found else None

    async def start_thread(self, delivery: Delivery) -> None:
        fault = self._fail()
        self.threads_asked += 1
        message = self._message(delivery)
        if message and message.thread is None:
            message.thread = delivery.article.title
        if fault == "lost":
            raise Lost("done, but the answer was cut")

    async def edit(self, delivery: Delivery, marks: Sequence[str]) -> None:
        if self.faults and self.faults[0] == "too many":
            self.faults.pop(0)
            raise TooManyEdits("not now")
        fault = self._fail()
        self.edits.append(delivery)
        if message := self._message(delivery):
            assert set(message.marks) == set(marks), "an edit keeps the marks"
            message.articles = delivery.bundle or (delivery.article,)
        if self.while_editing:
            await self.while_editing.pop()()
        if fault == "lost":
            raise Lost("done, but the answer was cut")

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
            mark: message.id
            for message in self.posted
            for mark in message.marks
            if message.channel_id == subscription.channel_id
            and mark in marks
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

    def threads(self, channel_id: int) -> list[str | None]:
        """The threads of a channel's messages, in the messages' order."""
        return [message.thread for message in self.posted if message.channel_id == channel_id]

    def articles(self, channel_id: int) -> list[str]:
        """The articles in a channel, in order, also those that are shown in one message."""
        shown = [each.articles for each in self.posted if each.channel_id == channel_id]
        return [article.title for articles in shown for article in articles]

    def misbehave(self, chance: random.Random, share: float) -> None:
        """Let a share of the next requests go wrong, and forget nonces now and then."""
        kinds = ["lost", "cut", "busy", "look fails"]
        self.faults = [chance.choice(kinds) if chance.random() < share else "" for _ in range(200)]
        if chance.random() < 0.5:
            self.nonces.clear()
