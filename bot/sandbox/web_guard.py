"""Who may talk to the sandbox, and the page's own files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

_PAGE = Path(__file__).with_name("page")
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
}
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' http: https: data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_LOCAL = {"127.0.0.1", "localhost", "::1"}


@web.middleware
async def guarded(
    request: web.Request, handler: Callable[[web.Request], Any]
) -> web.StreamResponse:
    """Refuse other names for this machine (DNS rebinding) and pages of other sites."""
    host = urlsplit(f"//{request.host}").hostname
    origin = request.headers.get("Origin")
    own = {f"http://{request.host}"}
    foreign = origin is not None and origin not in own
    site = request.headers.get("Sec-Fetch-Site", "none")
    cross = site not in ("none", "same-origin") and request.path != "/"
    if host not in _LOCAL or foreign or cross:
        raise web.HTTPForbidden(text="The sandbox only answers this machine.")
    if request.path.startswith("/page/") and request.method != "GET" and origin is None:
        raise web.HTTPForbidden(text="Only the sandbox's own page may do this.")
    if request.path == "/page/ws" and origin is None:
        raise web.HTTPForbidden(text="Only the sandbox's own page may do this.")
    response: web.StreamResponse = await handler(request)
    return response


async def static(request: web.Request) -> web.StreamResponse:
    name = request.match_info.get("name") or "index.html"
    path = (_PAGE / name).resolve()
    if not path.is_relative_to(_PAGE) or path.suffix not in _TYPES or not path.is_file():
        raise web.HTTPNotFound(text="There is nothing here.")
    headers = {
        "Content-Type": _TYPES[path.suffix],
        "Cache-Control": "no-store",
        "Content-Security-Policy": _CSP,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    return web.Response(body=path.read_bytes(), headers=headers)
