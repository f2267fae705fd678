"""Sample feeds for the sandbox: invented articles, marked as such, that appear now and then.

What is published depends on the time alone, so a restart shows the same articles again and
nothing has to be remembered.
"""

import functools
import math
import struct
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import Literal

from aiohttp import web

from bot.sandbox.server import Sandbox

EVERY_S = 60.0  # how often each feed has a new article
SHOWN = 8  # articles in a feed; after a pause no more than these are new
PREFIX = "/samples"

_SKY_SHADES, _HILLS = 48, 3  # of a picture

# Nothing here happened. Each is a title and a text, used in turn with a number.
_NEWS = (
    (
        "Branch meeting moves to Thursday",
        "The room was double booked. Tea from six, talk at half past.",
    ),
    (
        "Workload survey: one week left",
        "So far two in three members have answered. It takes four minutes.",
    ),
    (
        "New health and safety rep elected",
        "She covers the three northern offices and starts on Monday.",
    ),
    (
        "Car parking charge withdrawn",
        "After forty letters the landlord has dropped the plan for good.",
    ),
    (
        "Training day on recording overtime",
        "Bring a laptop if you have one. Places are limited to twenty.",
    ),
    (
        "Heating in the east office is mended",
        "Nineteen degrees this morning. Tell the rep if it drops again.",
    ),
    ("Minutes of the last meeting", "Pay, lone working and the summer picnic were on the agenda."),
)
_BULLETIN = (
    (
        "Pay talks: where we are",
        "The employers have asked for two more weeks. Members will be consulted on any offer.",
    ),
    (
        "Guidance on lone visits, revised",
        "A short list to read before going, and whom to call afterwards.",
    ),
    (
        "Conference motions are open",
        "Branches may send three each. The deadline is the end of the month.",
    ),
    (
        "Know your rights: flexible hours",
        "You can ask from the first day. The reply must come within two months.",
    ),
    (
        "A minute for the new members",
        "Seventeen colleagues joined us this week. Say hello when you see them.",
    ),
)
_BLOG = (
    ("Notes from a long Tuesday", "Eleven appointments, two no-shows, one thank-you card."),
    (
        "What the old files tell us",
        "A cupboard was cleared out, and with it thirty years of training notes.",
    ),
    ("The kettle question", "Why every reorganisation begins by moving the kitchen."),
    ("Reading group: the first chapter", "We met, we disagreed, and we will meet again."),
)


@dataclass(frozen=True, slots=True)
class SampleArticle:
    """One invented article; ``number`` counts from 1970."""

    number: int
    title: str
    text: str
    published: datetime

    @property
    def name(self) -> str:
        """Its place below its feed."""
        return f"{self.number}"


@dataclass(frozen=True, slots=True)
class SampleFeed:
    """One feed of the samples.

    Attributes:
        path: of the address to subscribe to, below PREFIX.
        every_s: seconds between two articles; ``offset_s`` keeps feeds from publishing together.
    """

    path: str
    title: str
    kind: Literal["rss", "atom", "page"]
    stock: tuple[tuple[str, str], ...]
    every_s: float = EVERY_S
    offset_s: float = 0.0

    def articles(self, now: float) -> list[SampleArticle]:
        """What the feed shows at a moment, newest first."""
        newest = int((now - self.offset_s) // self.every_s)
        return [self._article(number) for number in range(newest, newest - SHOWN, -1)]

    def _article(self, number: int) -> SampleArticle:
        title, text = self.stock[number % len(self.stock)]
        at = datetime.fromtimestamp(int(number * self.every_s + self.offset_s), UTC)
        return SampleArticle(number, f"Sample: {title} (no. {number % 1000})", text, at)


FEEDS = (
    SampleFeed("/branch.rss", "Sample branch news", "rss", _NEWS),
    SampleFeed("/bulletin.atom", "Sample union bulletin", "atom", _BULLETIN, offset_s=EVERY_S / 3),
    SampleFeed("/blog", "Sample practice blog", "page", _BLOG, offset_s=EVERY_S * 2 / 3),
)


class Samples:
    """Serves the sample feeds from the sandbox's own address.

    Args:
        clock: unix seconds; the host's unless a test gives another.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._base = ""

    def attach(self, sandbox: Sandbox) -> None:
        """Add the routes; call it before the sandbox starts."""
        for feed in FEEDS:
            sandbox.add_route("GET", PREFIX + feed.path, self._answer(feed))
        sandbox.add_route("GET", f"{PREFIX}/blog/feed", self._answer(FEEDS[2], as_feed=True))
        sandbox.add_route("GET", PREFIX + "/picture/{number:[0-9]+}.png", self._picture)
        sandbox.add_route("GET", PREFIX + "/article/{number:[0-9]+}", self._article)

    def addresses(self, sandbox: Sandbox) -> dict[str, str]:
        """The addresses to subscribe to, by title, once the sandbox runs."""
        root = sandbox.page_url.rstrip("/") + PREFIX
        return {feed.title: root + feed.path for feed in FEEDS}

    def _answer(
        self, feed: SampleFeed, *, as_feed: bool = False
    ) -> "Callable[[web.Request], object]":
        async def answer(request: web.Request) -> web.Response:
            root = f"{request.scheme}://{request.host}{PREFIX}"
            articles = feed.articles(self._clock())
            if feed.kind == "page" and not as_feed:
                return web.Response(text=_page(feed, articles), content_type="text/html")
            body = (
                _atom(feed, articles, root) if feed.kind == "atom" else _rss(feed, articles, root)
            )
            etag = f'"{articles[0].number}"'
            headers = {"ETag": etag, "Cache-Control": "max-age=0"}
            if request.headers.get("If-None-Match") == etag:
                return web.Response(status=304, headers=headers)
            kind = "application/atom+xml" if feed.kind == "atom" else "application/rss+xml"
            return web.Response(text=body, content_type=kind, charset="utf-8", headers=headers)

        return answer

    async def _picture(self, request: web.Request) -> web.Response:
        return web.Response(
            body=picture(int(request.match_info["number"])), content_type="image/png"
        )

    async def _article(self, request: web.Request) -> web.Response:
        text = (
            "<!doctype html><meta charset=utf-8><title>Sample article</title>"
            "<p>This is a sample. Nothing in it happened; real feeds lead to real articles.</p>"
        )
        return web.Response(text=text, content_type="text/html")


def _rss(feed: SampleFeed, articles: list[SampleArticle], root: str) -> str:
    items = "".join(
        "<item>"
        f'<guid isPermaLink="false">sample:{feed.path}:{article.name}</guid>'
        f"<title>{escape(article.title)}</title>"
        f"<link>{root}/article/{article.name}?utm_source=sample</link>"
        f"<pubDate>{format_datetime(article.published)}</pubDate>"
        f"<description>{escape(_html(article))}</description>"
        + (
            f'<enclosure url="{root}/picture/{article.name}.png" type="image/png" length="0"/>'
            if article.number % 2 == 0
            else ""
        )
        + "</item>"
        for article in articles
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{escape(feed.title)}</title><link>{root}/blog</link>"
        f"<description>Invented articles for trying Steward.</description>{items}</channel></rss>"
    )


def _atom(feed: SampleFeed, articles: list[SampleArticle], root: str) -> str:
    entries = "".join(
        "<entry>"
        f"<id>tag:sample.invalid,2026:{feed.path}:{article.name}</id>"
        f"<title>{escape(article.title)}</title>"
        f'<link href="{root}/article/{article.name}"/>'
        f"<updated>{article.published.isoformat()}</updated>"
        f"<published>{article.published.isoformat()}</published>"
        "<author><name>The sample desk</name></author>"
        f'<content type="html">{escape(_html(article))}</content>'
        "</entry>"
        for article in articles
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>tag:sample.invalid,2026:{feed.path}</id><title>{escape(feed.title)}</title>"
        f'<link href="{root}/blog"/><updated>{articles[0].published.isoformat()}</updated>'
        f"{entries}</feed>"
    )


def _html(article: SampleArticle) -> str:
    return (
        f"<p>{escape(article.text)}</p>"
        "<p><em>An invented article:</em> it shows how "
        f'<a href="{PREFIX}/blog">a feed</a> looks.</p>'
    )


def _page(feed: SampleFeed, articles: list[SampleArticle]) -> str:
    listed = "".join(f"<li>{escape(article.title)}</li>" for article in articles)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(feed.title)}</title>"
        f'<link rel="alternate" type="application/rss+xml" href="{PREFIX}/blog/feed">'
        f"</head><body><h1>{escape(feed.title)}</h1><ul>{listed}</ul></body></html>"
    )


@functools.lru_cache(maxsize=16)
def picture(number: int, width: int = 480, height: int = 240) -> bytes:
    """A PNG of hills under a sky, in colours that follow from the number."""
    hue = number * 37 % 120
    sky = bytes(y * _SKY_SHADES // height for y in range(height))
    columns = bytearray()
    for x in range(width):
        column = sky
        for layer in range(_HILLS):
            top = _hill_top(number, layer, x / width, height)
            column = column[:top] + bytes((_SKY_SHADES + layer,)) * (height - top)
        columns += column
    # One byte of filter, which is none, before each row of one byte for each pixel.
    rows = b"".join(b"\0" + columns[y::height] for y in range(height))
    palette = b"".join(
        bytes((150 + shade * 2, 180 + hue // 4 + shade // 2, 205 + shade))
        for shade in range(_SKY_SHADES)
    ) + b"".join(
        bytes((96 - 28 * layer + hue // 3, 150 - 30 * layer + hue // 4, 120 - 24 * layer))
        for layer in range(_HILLS)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = [
        (b"IHDR", header),
        (b"PLTE", palette),
        (b"IDAT", zlib.compress(rows, 1)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _hill_top(number: int, layer: int, along: float, height: int) -> int:
    """The row in which a hill begins, at a place from 0 to 1 along the picture."""
    phase = number * 1.7 + layer * 2.3
    wave = math.sin(along * math.tau * (0.8 + 0.3 * layer) + phase)
    wave += 0.4 * math.sin(along * math.tau * (1.9 + 0.4 * layer) + phase * 2)
    return round(height * (0.45 + 0.17 * layer + 0.08 * wave))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
