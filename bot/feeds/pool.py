"""Parsing off the event loop, in worker processes that exist only while there is work."""

import asyncio
import contextlib
import json
import os
from collections.abc import Sequence

from bot.feeds.model import Entry, ParsedFeed
from bot.feeds.opml import BROKEN_LIST, FeedList
from bot.feeds.problems import FeedProblem, ProblemKind
from bot.workers.frames import Header
from bot.workers.pool import WorkerDied, WorkerPool

WORKER = "bot.feeds.worker"
IDLE_S = 5.0
PARSE_TIMEOUT_S = 20.0
# For glibc: what one large document took is given back when it has been read.
_GIVE_BACK = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(512 * 1024),
    "MALLOC_TRIM_THRESHOLD_": str(512 * 1024),
}
LARGE_ANSWER = 64 * 1024  # bytes of JSON that take long enough to be read in a thread


def usual_size() -> int:
    """How many workers are worth having here: two where they do not take each other's time."""
    with contextlib.suppress(AttributeError):
        return min(2, len(os.sched_getaffinity(0)))
    return min(2, os.cpu_count() or 1)


class ParsePool:
    """Up to ``size`` workers, started when wanted and ended when idle."""

    def __init__(
        self, *, size: int | None = None, idle_s: float = IDLE_S, timeout_s: float = PARSE_TIMEOUT_S
    ) -> None:
        self._workers = WorkerPool(
            WORKER,
            size=size or usual_size(),
            idle_s=idle_s,
            timeout_s=timeout_s,
            environment=_GIVE_BACK,
        )

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers that run now."""
        return self._workers.pids

    async def feed(
        self,
        body: bytes,
        url: str,
        content_type: str = "",
        known: Sequence[str] = (),
        context: str = "",
    ) -> ParsedFeed:
        """Read a feed document, or what is new in it; the arguments are ``parse_feed``'s.

        Raises:
            FeedProblem: it is not a feed, cannot be read, or takes too long.
        """
        header = {
            "kind": "feed",
            "url": url,
            "content_type": content_type,
            "known": known,
            "context": context,
        }
        answer = await self._ask(header, body)
        if len(answer) > LARGE_ANSWER:
            return await asyncio.to_thread(_feed, answer)
        return _feed(answer)

    async def page(self, body: bytes, url: str) -> list[str]:
        """The feeds that an HTML page names, the most likely first."""
        answer = await self._ask({"kind": "page", "url": url, "content_type": ""}, body)
        return [str(json.loads(line)) for line in answer.split(b"\n") if line]

    async def feed_list(self, body: bytes) -> FeedList:
        """Read a file that lists feeds: OPML, or addresses one a line.

        Raises:
            FeedProblem: it is no such list, cannot be read, or names too many.
        """
        try:
            answer = await self._ask({"kind": "opml", "url": "", "content_type": ""}, body)
        except FeedProblem as problem:
            if problem.kind is not ProblemKind.UNREADABLE:
                raise
            raise FeedProblem(problem.kind, BROKEN_LIST) from problem
        return FeedList.from_json(json.loads(answer))

    async def close(self) -> None:
        """End all workers at once, also those at work."""
        await self._workers.close()

    async def _ask(self, header: Header, body: bytes) -> bytes:
        try:
            outcome, answer = await self._workers.ask(header, body)
        except TimeoutError as error:
            raise FeedProblem(
                ProblemKind.UNREADABLE,
                "The feed takes too long to read; it is far too large or oddly written. "
                "Look for a smaller feed of the site.",
            ) from error
        except WorkerDied as error:
            raise FeedProblem(
                ProblemKind.UNREADABLE,
                "The feed could not be read: it needed more memory than it may have. "
                "Look for a smaller feed of the site.",
            ) from error
        if not outcome["ok"]:
            raise FeedProblem(ProblemKind(outcome["kind"]), outcome["text"])
        return answer


def _feed(answer: bytes) -> ParsedFeed:
    about, *entries = (json.loads(line) for line in answer.split(b"\n"))
    for name in ("unchanged", "unchanged_at", "oddities"):
        about[name] = tuple(about[name])
    about["entries"] = tuple(Entry.from_json(entry) for entry in entries)
    return ParsedFeed(**about)
