"""Asking for pictures: drawn by a worker, kept for a while, and refused in plain words."""

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bot.charts.bars import BarChart
from bot.charts.model import LaneChart
from bot.errors import Unavailable
from bot.workers.frames import Header
from bot.workers.pool import WorkerDied, WorkerPool

log = logging.getLogger(__name__)

WORKER = "bot.charts.worker"
LIBRARY = "matplotlib"  # the extra `charts` brings it
IDLE_S = 20.0  # somebody who looks at one part asks for the next one soon
TIMEOUT_S = 30.0  # a first start on a Raspberry Pi takes five
KEPT = 4 * 2**20  # bytes of pictures in memory; one has about 120,000
WAITING = 8  # requests at once; more are told to come back

MOST_ITEMS = 400  # beyond, a picture has forty parts, which nobody leafs through

NOT_INSTALLED = "Pictures are not installed on this bot."
BUSY = "Many pictures are being drawn just now. Try again in a minute."
FAILED = "The picture could not be drawn just now. Try again in a minute."
TOO_MANY = "That is too much for a picture. Choose a year or a topic."


@dataclass(frozen=True, slots=True)
class Picture:
    """One of the pictures of a chart.

    Attributes:
        png: the file.
        part, parts: which it is, counted from 0, and how many there are.
        first, last: the numbers of the items on it; None for a glance at the whole.
    """

    png: bytes
    part: int
    parts: int
    first: int | None
    last: int | None


class Painter:
    """Draws charts where the library for it is installed.

    Args:
        folder: where the worker may keep what it found out about fonts; made when first needed.
    """

    def __init__(
        self, folder: Path, *, idle_s: float = IDLE_S, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._folder = folder
        # Looking where it is does not import it.
        self.available = find_spec(LIBRARY) is not None
        self._workers = WorkerPool(
            WORKER,
            size=1,
            idle_s=idle_s,
            timeout_s=timeout_s,
            environment={
                "MPLCONFIGDIR": str(folder.absolute()),
                "OPENBLAS_NUM_THREADS": "1",  # each thread would reserve memory, for nothing
            },
        )
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._kept: OrderedDict[tuple[str, int], Picture] = OrderedDict()

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers that run now."""
        return self._workers.pids

    async def draw(self, chart: LaneChart | BarChart, part: int = 0) -> Picture:
        """One picture of a chart with at least one item or bar; a part too far is the last.

        Raises:
            Unavailable: it is not drawn; says why, and what to do where that helps.
        """
        if not self.available:
            raise Unavailable(NOT_INSTALLED)
        header: Header = {"part": part}
        if isinstance(chart, BarChart):
            header["bars"] = chart.to_json()
        elif len(chart.items) > MOST_ITEMS:
            raise Unavailable(TOO_MANY)
        else:
            header["chart"] = chart.to_json()
        key = (chart.digest, part)
        if key not in self._kept:
            await self._draw(header, key)
        self._kept.move_to_end(key)
        return self._kept[key]

    async def close(self) -> None:
        """End the worker."""
        await self._workers.close()

    async def _draw(self, header: Header, key: tuple[str, int]) -> None:
        if self._waiting >= WAITING:
            raise Unavailable(BUSY)
        self._waiting += 1
        try:
            async with self._turn:
                if key not in self._kept:  # else somebody before us asked for the same
                    self._keep(key, await self._ask(header))
        finally:
            self._waiting -= 1

    async def _ask(self, header: Header) -> Picture:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                answer, png = await self._workers.ask(header)
            except WorkerDied:  # perhaps while it was idle, so a new one gets a try
                answer, png = await self._workers.ask(header)
        except (TimeoutError, WorkerDied, OSError) as error:
            log.warning("A picture could not be drawn: %s", type(error).__name__)
            raise Unavailable(FAILED) from error
        if not answer["ok"]:
            log.error("A picture could not be drawn: %s", answer["error"])
            raise Unavailable(FAILED)
        return Picture(png, answer["part"], answer["parts"], answer["first"], answer["last"])

    def _keep(self, key: tuple[str, int], picture: Picture) -> None:
        self._kept[key] = picture
        while sum(len(each.png) for each in self._kept.values()) > KEPT and len(self._kept) > 1:
            self._kept.popitem(last=False)
