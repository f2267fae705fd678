"""Edits the answers that stand in channels when their entry has changed.

An edit may be made twice without harm, so it is noted after it was made; a crash in between has it
made again. What a copy is to say is not stored but read when it is edited, so it is never out of
date.
"""

import asyncio
import hashlib
import json
import logging
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.clock import Clock
from bot.errors import NotFound, StorageTrouble, Unavailable
from bot.knowledge.editing.copies.store import CopyStore, PostedRow, Posting
from bot.knowledge.editing.copies.waits import Waits
from bot.knowledge.model import Entry
from bot.knowledge.service import Knowledge
from bot.storage import Database

log = logging.getLogger(__name__)

RETRY_S, RETRY_LIMIT_S = 2.0, 900.0
AT_A_TIME = 50


class TryLater(Exception):
    """Discord has trouble, or asks to wait.

    Attributes:
        after_s: how long it asks to wait, or None.
    """

    def __init__(self, after_s: float | None = None) -> None:
        super().__init__()
        self.after_s = after_s


class GiveUp(Exception):
    """The copy cannot be edited, as when a permission was taken away; the text says why."""


class CopyGone(Exception):
    """The message or its channel has been deleted; of one that is looked for, we may also not be on
    its server any more."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What a posted answer is to say.

    Attributes:
        entry: None when the answer was withdrawn.
        question: of the entry when it was posted.
        dated: when it was corrected or withdrawn; None where it says what it said at first, or was
            only mended.
    """

    guild_id: int
    channel_id: int
    message_id: int
    question: str
    entry: Entry | None
    dated: datetime | None


class CopyEditor(Protocol):
    """The way to Discord; implemented with discord.py in ``cogs.knowledge.editing``."""

    async def edit_copy(self, copy: Copy) -> None:
        """Have the message say what it is to say; nobody is notified.

        Raises:
            TryLater, GiveUp, CopyGone: as they say.
        """
        ...

    async def find_copies(self, posting: Posting) -> list[int]:
        """The ids of our messages that were posted then and say the answer.

        Raises:
            TryLater, GiveUp, CopyGone: as they say.
        """
        ...


class Copies:
    """Answers that the bot posted for everybody. One task edits them, and sleeps meanwhile."""

    def __init__(
        self, database: Database, clock: Clock, knowledge: Knowledge, *, retry_s: float = RETRY_S
    ) -> None:
        self._store = CopyStore(database)
        self._clock = clock
        self._knowledge = knowledge
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._waits = Waits[int](clock.monotonic, retry_s, RETRY_LIMIT_S)  # by message
        self._given_up: set[int] = set()
        self._idle = asyncio.Event()
        # What this run is posting, and what is to be looked for in its channel, by attempt.
        self._on_their_way: dict[str, Posting] = {}
        self._lost: dict[str, Posting] = {}
        # What could not be noted: posted answers and their messages.
        self._unnoted: list[tuple[Posting, int]] = []
        self._trouble = Waits[None](clock.monotonic, retry_s, RETRY_LIMIT_S)  # with storing
        self._lost_waits = Waits[str](clock.monotonic, retry_s, RETRY_LIMIT_S)

    def start(self, editor: CopyEditor) -> None:
        """Begin with what an earlier run left, and with what the content has changed since."""
        if self._task is None:
            self._woken.set()
            self._task = asyncio.create_task(self._run(editor))

    async def close(self) -> None:
        """Stop; what is due stays due."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None

    async def until_idle(self) -> None:
        """Wait until nothing can be done at present."""
        await self._idle.wait()

    async def intend(self, guild_id: int, channel_id: int, after: int, entry: Entry) -> str:
        """Note that an answer is about to be posted; by what this attempt is known.

        Should the bot end before it has noted the message too, the next start looks for it in the
        channel. Where it cannot be noted, it may be posted all the same.

        Args:
            after: an id that is older than the message will be, and leads to nobody; 0 for none
                known.
        """
        attempt, text = secrets.token_hex(8), says(entry)
        posting = Posting(attempt, guild_id, channel_id, after, entry.id, entry.question, text)
        self._on_their_way[attempt] = posting
        try:
            await self._store.intend(posting)
        except StorageTrouble as error:
            log.error("An answer is posted that is not noted before. %s", error)
        return attempt

    async def posted(
        self, guild_id: int, channel_id: int, message_id: int, entry: Entry, attempt: str = ""
    ) -> None:
        """Remember that an answer was posted, so that corrections reach it; later, if it cannot be
        noted now.

        Args:
            attempt: by which it was intended.
        """
        text = says(entry)
        posting = Posting(attempt, guild_id, channel_id, 0, entry.id, entry.question, text)
        try:
            await self._note(posting, message_id)
        except StorageTrouble as error:
            log.error("A posted answer is noted later. %s", error)
            self._unnoted.append((posting, message_id))
            self._wake()
        self._on_their_way.pop(attempt, None)

    async def _note(self, posting: Posting, message_id: int) -> None:
        await self._store.settle(posting, [message_id])
        # It may have changed while it was sent.
        await self.follow(posting.guild_id, posting.entry_id)

    async def not_posted(self, attempt: str) -> None:
        """Discord has refused to post it."""
        try:
            await self._store.give_up(attempt)
        except StorageTrouble:
            self.perhaps_posted(attempt)
        else:
            self._on_their_way.pop(attempt, None)

    def perhaps_posted(self, attempt: str) -> None:
        """Discord's answer was lost, or is none: it is looked for in a moment."""
        self._lost[attempt] = self._on_their_way.pop(attempt)
        self._lost_waits.failed(attempt)
        self._wake()

    async def _look(self, editor: CopyEditor) -> float | None:
        """Look for what was posted, and is not noted; seconds until that is tried again, or None.

        One server that cannot be asked keeps nothing else waiting.
        """
        waiting = self._lost_waits.waiting()
        for attempt, posting in list(self._lost.items()):
            if attempt in waiting:
                continue
            found: list[int] = []
            try:
                found = await editor.find_copies(posting)
            except TryLater as later:
                self._lost_waits.failed(attempt, later.after_s)
                continue
            except GiveUp as reason:
                log.info("A posted answer is looked for again at the next start: %s", reason)
            except CopyGone:
                await self._store.give_up(attempt)
            else:
                await self._store.settle(posting, found)
            del self._lost[attempt]
            self._lost_waits.done(attempt)
            if found:
                await self.follow(posting.guild_id, posting.entry_id)
        return self._lost_waits.next_s()

    async def follow(self, guild_id: int, entry_id: str, *, dated: bool = True) -> int:
        """An entry may have changed: have its copies say what it says now; how many will."""
        try:
            text = says(await self._knowledge.entry(guild_id, entry_id))
        except NotFound:
            text = ""
        now = self._clock.now() if dated else None
        count = await self._store.follow(guild_id, entry_id, text, now)
        if count:
            # Whatever hindered an edit may have gone with it.
            self._given_up.clear()
            self._wake()
        return count

    def _wake(self) -> None:
        self._idle.clear()
        self._woken.set()

    async def follow_all(self) -> None:
        """Look at every entry of which a copy stands somewhere, as after a new version."""
        for guild_id, entry_id in await self._store.entries():
            await self.follow(guild_id, entry_id)

    async def _run(self, editor: CopyEditor) -> None:
        looked = False
        while True:
            self._woken.clear()
            wait: float | None
            try:
                if not looked:
                    await self._knowledge.ready()
                    for posting in await self._store.postings():
                        if posting.attempt not in self._on_their_way:
                            self._lost[posting.attempt] = posting
                    await self.follow_all()
                    looked = True
                while self._unnoted:
                    await self._note(*self._unnoted[0])
                    del self._unnoted[0]
                waits = [await self._look(editor), await self._round(editor)]
                wait = min((each for each in waits if each is not None), default=None)
                self._trouble.done(None)
            except (StorageTrouble, Unavailable) as error:
                log.error("Posted answers are looked at again later. %s", error)
                self._trouble.failed(None)
                wait = self._trouble.next_s()
            except Exception:
                log.exception("Posted answers are looked at again later")
                wait = RETRY_LIMIT_S
            if not self._woken.is_set():
                self._idle.set()
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._woken.wait()

    async def _round(self, editor: CopyEditor) -> float | None:
        """Edit what is due; seconds until something is to be tried again, or None."""
        while True:
            waiting = {*self._waits.waiting(), *self._given_up}
            rows = await self._store.due(AT_A_TIME, waiting)
            if not rows:
                return self._waits.next_s()
            for row in rows:
                await self._edit(editor, row)

    async def _edit(self, editor: CopyEditor, row: PostedRow) -> None:
        try:
            await editor.edit_copy(await self._copy(row))
        except TryLater as later:
            self._waits.failed(row.message_id, later.after_s)
            return
        except CopyGone:
            await self._store.forget(row.message_id)
        except GiveUp as reason:
            log.info("A posted answer keeps its old text until the next start: %s", reason)
            self._given_up.add(row.message_id)
        else:
            await self._store.edited(row)
        self._waits.done(row.message_id)

    async def _copy(self, row: PostedRow) -> Copy:
        entry: Entry | None
        try:
            entry = await self._knowledge.entry(row.guild_id, row.entry_id)
        except NotFound:
            entry = None
        unchanged = entry is not None and says(entry) == row.posted
        return Copy(
            row.guild_id,
            row.channel_id,
            row.message_id,
            row.question,
            entry,
            None if unchanged else row.changed_at,
        )


def says(entry: Entry) -> str:
    """A digest of what a reader sees of an entry.

    Of its bare fields, so that a new version of the bot, which may lay an answer out differently,
    corrects nothing.
    """
    parts = [
        *(entry.question, entry.name, entry.stands_for, entry.answer, entry.confidence, entry.note),
        [day.iso if day else None for day in (entry.when, entry.until)],
        [day.iso for day in entry.dates],
        list(entry.steps),
        [[section.heading, section.text] for section in entry.sections],
        [[each.title, each.publisher, each.date, each.link] for each in entry.sources],
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
