"""A web server on loopback that serves feeds, well or badly."""

import asyncio
from collections.abc import Awaitable, Callable
from html import escape

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Site:
    """Serves whatever a test puts at a path, and counts the requests."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.requests: list[web.Request] = []
        self.asked = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self) -> None:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        self.asked.set()
        page = self.pages.get(request.path)
        return await page(request) if page else web.Response(status=404)

    def serve(self, path: str, answer: Answer) -> str:
        """Answer a path by a function; its whole address."""
        self.pages[path] = answer
        return self.url + path

    def put(
        self,
        path: str,
        body: str | bytes,
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
        content_type: str = "application/rss+xml",
    ) -> str:
        """Serve the same answer always; its whole address."""
        data = body.encode() if isinstance(body, str) else body

        async def answer(_: web.Request) -> web.Response:
            return web.Response(
                body=data, status=status, headers={"Content-Type": content_type, **(headers or {})}
            )

        return self.serve(path, answer)

    def put_with_etag(self, path: str, body: str) -> str:
        """Serve an answer that says 304 to whoever has it already."""
        etag = f'"{hash(body) & 0xFFFFFFFF:x}"'

        async def answer(request: web.Request) -> web.Response:
            if request.headers.get("If-None-Match") == etag:
                return web.Response(status=304, headers={"ETag": etag})
            return web.Response(
                body=body.encode(), headers={"ETag": etag, "Content-Type": "application/rss+xml"}
            )

        return self.serve(path, answer)


def item(
    number: int, *, guid: str | None = None, link: str | None = None, title: str | None = None
) -> str:
    """One RSS item; what is "" is left out."""
    guid = f"urn:sample:{number}" if guid is None else guid
    link = f"https://example.org/articles/{number}" if link is None else link
    title = f"Article number {number}" if title is None else title
    return (
        "<item>"
        + (f'<guid isPermaLink="false">{escape(guid)}</guid>' if guid else "")
        + (f"<link>{escape(link)}</link>" if link else "")
        + (f"<title>{escape(title)}</title>" if title else "")
        + f"<description>What article {number} says at some length.</description>"
        + f"<pubDate>Mon, 02 Mar 2026 {number // 60 % 24:02}:{number % 60:02}:00 GMT</pubDate>"
        + "</item>"
    )


def rss(*items: str, title: str = "Sample news") -> str:
    """An RSS document of some items."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{escape(title)}</title><link>https://example.org/</link>"
        + "".join(items)
        + "</channel></rss>"
    )


def feed_of(*numbers: int, title: str = "Sample news") -> str:
    """An RSS document with these articles, in this order."""
    return rss(*(item(number) for number in numbers), title=title)
