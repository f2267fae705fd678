"""Importing many feeds into a channel, some at a time, with progress for all to see."""

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol

from bot.clock import Clock
from bot.errors import InvalidInput, NotFound, StorageTrouble, Unavailable, UserError
from bot.feeds.finding import Found
from bot.feeds.imports.model import Board, Import, Item, ItemState, NotShown, Progress
from bot.feeds.imports.store import ImportStore
from bot.feeds.imports.turns import Turns
from bot.feeds.imports.words import outcome
from bot.feeds.links import same_place
from bot.feeds.model import Subscription
from bot.feeds.opml import FILE_LIMIT, FeedList
from bot.feeds.pool import ParsePool
from bot.feeds.problems import AlreadyAdded, FeedProblem, ProblemKind
from bot.storage.database import Transaction

log = logging.getLogger(__name__)

AT_ONCE = 8  # lines that are fetched side by side, of all imports
SHOW_EVERY_S = 2.5  # Discord takes about five edits in five seconds for a whole channel
REST_S = (30.0, 120.0)  # for a host that asks for one: unless it says how long, and at most
STORAGE_RETRY_S = 60.0
BROKEN = "Something broke on my side with this one. Add it by itself with `/feeds add`."
SHOW_RETRIES_S = (5.0, 30.0, 120.0, 600.0)  # of the outcome, while Discord has trouble

Noting = Callable[[Transaction, int], Awaitable[None]]


class Subscribing(Protocol):
    """What imports need of the feed job."""

    async def add(
        self, guild_id: int, channel_id: int, typed: str, *, since_id: int, noting: Noting
    ) -> tuple[Subscription, Found]:
        """Subscribe a channel to a feed, noting its id in the same transaction."""
        ...

    async def places(self, guild_id: int, channel_id: int) -> set[str]:
        """What a channel has already, in the form of ``same_place``."""
        ...

    async def forget_unwanted(self) -> None:
        """Stop polling what no channel wants any more."""
        ...

    def tell(self) -> None:
        """Have the notices that wait sent."""
        ...


class Imports:
    """Begins, shows, stops, repeats and undoes imports; goes on with them after a restart."""

    def __init__(
        self, store: ImportStore, feeds: Subscribing, pool: ParsePool, clock: Clock
    ) -> None:
        self._store = store
        self._feeds = feeds
        self._pool = pool
        self._clock = clock
        self._board: Board | None = None
        self._free = asyncio.Semaphore(AT_ONCE)
        self._beginning = asyncio.Lock()
        self._running: dict[int, tuple[Import, asyncio.Task[None]]] = {}
        self._turns: dict[int, Turns] = {}
        self.show_every_s = SHOW_EVERY_S

    async def start(self, board: Board) -> None:
        """Go on with what an earlier process left."""
        self._board = board
        for about in await self._store.unfinished():
            self._launch(about)

    async def close(self) -> None:
        """Stop for now; the next start goes on."""
        tasks = [task for _, task in self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._board = None

    async def read(self, body: bytes) -> FeedList:
        """The feeds that a file lists.

        Raises:
            InvalidInput: it lists none, or cannot be read; the text says what to do.
        """
        if len(body) > FILE_LIMIT:
            raise too_large()
        try:
            return await self._pool.feed_list(body)
        except FeedProblem as problem:
            raise InvalidInput(str(problem)) from problem

    async def begin(
        self, guild_id: int, channel_id: int, actor_id: int, place_id: int, listed: FeedList
    ) -> Import:
        """Import a list of feeds into a channel; returns at once.

        Args:
            place_id: the channel in which progress is shown, or 0.

        Raises:
            Unavailable: the server has an import at work.
        """
        items = _items(listed)
        async with self._beginning:
            self._require_idle(guild_id)
            about = await self._store.create(
                guild_id=guild_id,
                channel_id=channel_id,
                actor_id=actor_id,
                place_id=place_id,
                items=items,
                now=self._clock.now(),
            )
            self._launch(about)
        return about

    async def stop(self, guild_id: int, import_id: int) -> None:
        """Try nothing more; what is being fetched just now is still finished.

        Raises:
            NotFound: it is not at work.
        """
        if import_id not in self._running or self._running[import_id][0].guild_id != guild_id:
            raise NotFound("That import is over already.")
        await self._store.stop(guild_id, import_id)
        if (turns := self._turns.get(import_id)) is not None:
            await turns.clear()

    async def try_again(
        self, guild_id: int, import_id: int, place_id: int, message_id: int | None
    ) -> Import:
        """Try what failed or was not tried once more, shown in the place given.

        Raises:
            NotFound: there is nothing to try, or nobody remembers it.
            Unavailable: the server has an import at work.
        """
        async with self._beginning:
            self._require_idle(guild_id)
            number = await self._store.try_again(guild_id, import_id, place_id, message_id)
            about = await self._store.get(guild_id, import_id)
            if about is None or not number:
                raise NotFound("There is nothing left to try. `/feeds list` shows what is here.")
            self._launch(about)
        return about

    async def get(self, guild_id: int, import_id: int) -> Import:
        """One of a server's imports.

        Raises:
            NotFound: it was over a month ago.
        """
        about = await self._store.get(guild_id, import_id)
        if about is None:
            raise NotFound("I no longer know that import. `/feeds list` shows what is here.")
        return about

    async def undo(self, guild_id: int, import_id: int) -> int:
        """Remove every feed that an import has added; how many there were.

        Raises:
            NotFound: it is at work, or it is too late.
        """
        removed = await self._store.undo(guild_id, import_id, self._clock.now())
        if removed is None:
            raise NotFound(
                "That can no longer be undone, or is still at work. `/feeds remove` takes a feed "
                "away at any time."
            )
        await self._feeds.forget_unwanted()
        return removed

    async def progress(self, guild_id: int, import_id: int) -> Progress:
        """How far an import is.

        Raises:
            NotFound: it was over a month ago.
        """
        about = await self.get(guild_id, import_id)
        counts = await self._store.counts(guild_id, import_id)
        return Progress(
            about,
            added=counts.get(ItemState.ADDED, 0),
            known=counts.get(ItemState.KNOWN, 0),
            failed=counts.get(ItemState.FAILED, 0),
            stopped=counts.get(ItemState.STOPPED, 0),
            waiting=counts.get(ItemState.WAITING, 0),
        )

    # The work

    def _require_idle(self, guild_id: int) -> None:
        if any(about.guild_id == guild_id for about, _ in self._running.values()):
            raise Unavailable(
                "An import is at work on this server. Wait until it is over, or stop it."
            )

    def _launch(self, about: Import) -> None:
        if self._board is None or about.id in self._running:
            return  # it is begun at the start
        task = asyncio.create_task(self._run(about, self._board))
        self._running[about.id] = (about, task)
        task.add_done_callback(functools.partial(self._over, about.id))

    def _over(self, import_id: int, task: asyncio.Task[None]) -> None:
        self._running.pop(import_id, None)
        if not task.cancelled() and (error := task.exception()):
            log.error("An import failed; the next start goes on with it", exc_info=error)

    async def _run(self, about: Import, board: Board) -> None:
        showing = asyncio.create_task(self._keep_showing(about, board))
        try:
            while True:
                try:
                    await self._work(about, board)
                    break
                except StorageTrouble as error:
                    log.error("An import waits for the disk. %s", error)
                    await asyncio.sleep(STORAGE_RETRY_S)
        finally:
            showing.cancel()
            await asyncio.gather(showing, return_exceptions=True)
            self._turns.pop(about.id, None)
        await self._finish(about, board)

    async def _work(self, about: Import, board: Board) -> None:
        turns = Turns(await self._store.items(about.guild_id, about.id, ItemState.WAITING))
        self._turns[about.id] = turns
        have = await self._feeds.places(about.guild_id, about.channel_id)
        hands = [
            asyncio.create_task(self._take_turns(about, board, turns, have)) for _ in range(AT_ONCE)
        ]
        try:
            await asyncio.gather(*hands)
        finally:
            for hand in hands:
                hand.cancel()
            await asyncio.gather(*hands, return_exceptions=True)

    async def _take_turns(self, about: Import, board: Board, turns: Turns, have: set[str]) -> None:
        while (item := await turns.take()) is not None:
            try:
                async with self._free:
                    await self._add(about, board, turns, have, item)
            finally:
                await turns.done(item)

    async def _add(
        self, about: Import, board: Board, turns: Turns, have: set[str], item: Item
    ) -> None:
        if same_place(item.url) in have:  # known without asking anybody
            await self._store.settle(about.id, item.position, ItemState.KNOWN, "")
            return
        noting = functools.partial(self._note, about.id, item.position)
        try:
            await self._feeds.add(
                about.guild_id,
                about.channel_id,
                item.url,
                since_id=board.position(about.channel_id),
                noting=noting,
            )
        except AlreadyAdded:
            await self._store.settle(about.id, item.position, ItemState.KNOWN, "")
        except StorageTrouble:
            raise
        except UserError as error:
            rest = _rest_s(error)
            if rest is not None and await turns.later(item, rest):
                return
            await self._store.settle(about.id, item.position, ItemState.FAILED, str(error))
        except Exception:  # one feed must not end the import of all others
            log.exception("A feed of an import could not be added")
            await self._store.settle(about.id, item.position, ItemState.FAILED, BROKEN)

    async def _note(
        self, import_id: int, position: int, tx: Transaction, subscription_id: int
    ) -> None:
        await self._store.note_added(tx, import_id, position, subscription_id)

    # Showing it

    async def _keep_showing(self, about: Import, board: Board) -> None:
        last: Progress | None = None
        while True:
            try:
                progress = await self.progress(about.guild_id, about.id)
                counted = replace(progress, about=about)  # in which message is no change
                if counted != last:
                    await self._show(progress, board)
                    last = counted
            except (NotShown, StorageTrouble):
                pass  # the next time, or the outcome
            await asyncio.sleep(self.show_every_s)

    async def _show(self, progress: Progress, board: Board) -> bool:
        message_id = await board.show(progress)
        if message_id is not None and message_id != progress.about.message_id:
            await self._store.shown(progress.about.id, message_id)
        return message_id is not None

    async def _finish(self, about: Import, board: Board) -> None:
        """Show the outcome; where that cannot be, leave it to a notice."""
        progress = await self.progress(about.guild_id, about.id)
        failures = await self._store.items(about.guild_id, about.id, ItemState.FAILED)
        progress = replace(progress, done=True, failures=tuple(failures))
        shown = False
        for pause in (*SHOW_RETRIES_S, None):
            try:
                shown = await self._show(progress, board)
                break
            except NotShown:
                if pause is not None:
                    await asyncio.sleep(pause)
        notice = "" if shown else outcome(progress)
        await self._store.end(about, self._clock.now(), notice)
        if notice:
            self._feeds.tell()


def _items(listed: FeedList) -> list[Item]:
    """The lines of a list, those that cannot be used as failed from the start."""
    items = [
        Item(position, feed.url, feed.title, ItemState.WAITING)
        for position, feed in enumerate(listed.feeds)
    ]
    for what, why in listed.refused:
        items.append(Item(len(items), "", what, ItemState.FAILED, why))
    return items


def _rest_s(error: UserError) -> float | None:
    """For how long a host is to be left alone, in seconds, if it asked for that."""
    problem = error.__cause__
    if not isinstance(problem, FeedProblem) or problem.kind is not ProblemKind.BUSY:
        return None
    usual, most = REST_S
    return min(usual if problem.retry_after_s is None else problem.retry_after_s, most)


def too_large() -> InvalidInput:
    """Of a file that nobody needs to read to know that it is none of ours."""
    return InvalidInput(
        f"That file is larger than {FILE_LIMIT // 2**20} MB, too large for a list of feeds. "
        "Split it, or export only the feeds you want."
    )
