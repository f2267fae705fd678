"""The drawing worker: a process of its own, since what draws takes more memory than the bot has.

Started by ``bot.charts.painter`` as ``python -m bot.charts.worker``; ``bot.workers.serving`` says
how it lives and ends.

A request's header has ``chart``, a LaneChart's JSON, or ``bars``, a BarChart's, and ``part``,
counted from 0; one too far is the last. An answer's header is {"ok": true, "part": ...,
"parts": how many there are, "first": ..., "last": the numbers of the items on it, both null for
bars and for the glance at the whole}, and its body is a PNG file; or
{"ok": false, "error": what broke}.
"""

from dataclasses import replace
from functools import lru_cache

from bot.charts import bars, drawing
from bot.charts.bars import BarChart, bars_sheet
from bot.charts.model import LaneChart
from bot.charts.parts import Parts
from bot.workers.frames import Header
from bot.workers.serving import serve

MEMORY_LIMIT = 768 * 2**20  # bytes of address space; matplotlib alone reserves 270 MB
FILE_LIMIT = 16 * 2**20  # bytes; matplotlib writes down which fonts there are
SECONDS_LIMIT = 40  # a request that takes longer ends the process, in case nobody else does


def answer(header: Header, body: bytes) -> tuple[Header, bytes]:
    """Header and body of the answer to one request."""
    try:
        if "bars" in header:
            return _bars(BarChart.from_json(header["bars"]))
        parts = laid_out(LaneChart.from_json(header["chart"]))
        part = max(0, min(header["part"], parts.count - 1))
        picture = drawing.png(parts.sheet(part))
    except Exception as error:  # one odd chart must not end the worker
        return {"ok": False, "error": repr(error)}, b""
    items = parts.items(part)
    about = {
        "ok": True,
        "part": part,
        "parts": parts.count,
        "first": items and items[0],
        "last": items and items[-1],
    }
    return about, picture


def _bars(chart: BarChart) -> tuple[Header, bytes]:
    sheet = bars_sheet(bars.drawable(chart, drawing.drawable), drawing.measure)
    about = {"ok": True, "part": 0, "parts": 1, "first": None, "last": None}
    return about, drawing.png(sheet)


@lru_cache(maxsize=2)
def laid_out(chart: LaneChart) -> Parts:
    """The parts of a chart; somebody who looks at one asks for the next one soon."""
    return Parts(drawable(chart), drawing.measure)


def drawable(chart: LaneChart) -> LaneChart:
    """The chart with only what the font can draw."""
    return replace(
        chart,
        title=drawing.drawable(chart.title),
        about=drawing.drawable(chart.about),
        lanes=tuple(drawing.drawable(lane) for lane in chart.lanes),
        items=tuple(
            replace(
                item, text=drawing.drawable(item.text), landmark=drawing.drawable(item.landmark)
            )
            for item in chart.items
        ),
    )


def main() -> None:
    """Answer requests until the input closes."""
    serve(answer, memory=MEMORY_LIMIT, seconds=SECONDS_LIMIT, file_size=FILE_LIMIT)


if __name__ == "__main__":
    main()
