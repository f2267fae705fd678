"""Feeds to be polled, served on loopback."""

from collections import Counter
from typing import Self

from aiohttp import web

ITEM = "<item><title>Article {n}</title><link>http://example.org/{feed}/{n}</link></item>"
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Feed {feed}</title>'
    "<link>http://example.org/{feed}</link><description>d</description>{items}</channel></rss>"
)


class Site:
    """As many feeds as are asked for; with ``changing``, a new article at every second request."""

    def __init__(self, *, changing: bool) -> None:
        self._changing = changing
        self._asked: Counter[str] = Counter()
        self._runner: web.AppRunner | None = None
        self._base = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{feed}", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    def feed(self, number: int) -> str:
        """The address of a feed."""
        return f"{self._base}/{number}"

    async def _answer(self, request: web.Request) -> web.Response:
        feed = request.match_info["feed"]
        self._asked[feed] += 1
        newest = self._asked[feed] // 2 if self._changing else 1
        items = "".join(
            ITEM.format(feed=feed, n=n) for n in range(newest, max(newest - 50, -1), -1)
        )
        text = FEED.format(feed=feed, items=items)
        return web.Response(text=text, content_type="application/rss+xml")
