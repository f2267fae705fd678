"""The page's routes: its WebSocket, its uploads, and the uploaded files."""

from collections.abc import Callable

from aiohttp import WSCloseCode, web

from bot.sandbox import files
from bot.sandbox.constants import ATTACHMENT_LIMIT
from bot.sandbox.core import Core
from bot.sandbox.gateway import Gateway
from bot.sandbox.page_connection import Connection
from bot.sandbox.people import Person


class PageApi:
    """The page's routes."""

    def __init__(
        self, core: Core, gateway: Gateway, person_of: Callable[[int], Person | None]
    ) -> None:
        self._core = core
        self._gateway = gateway
        self._person_of = person_of
        self._sockets: set[web.WebSocketResponse] = set()

    async def close(self) -> None:
        """Close every page's socket; the pages come back when there is a sandbox again."""
        for ws in list(self._sockets):
            await ws.close(code=WSCloseCode.GOING_AWAY)

    async def socket(self, request: web.Request) -> web.StreamResponse:
        """/page/ws?as=<user id>"""
        wanted = request.query.get("as", "")
        person = self._person_of(int(wanted)) if wanted.isdigit() else None
        if person is None:
            people = self._core.world.guild.members.values()
            first = next(e.user.id for e in people if not e.user.bot)
            person = self._person_of(first) if not wanted else None
        if person is None:
            raise web.HTTPNotFound(text="There is no such person.")
        ws = web.WebSocketResponse(heartbeat=30, max_msg_size=1 << 20)
        await ws.prepare(request)
        self._sockets.add(ws)
        try:
            await Connection(self._core, self._gateway, person, ws).run()
        finally:
            self._sockets.discard(ws)
        return ws

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """POST /page/uploads?name=..."""
        data = await request.read()
        if len(data) > ATTACHMENT_LIMIT:
            raise web.HTTPRequestEntityTooLarge(ATTACHMENT_LIMIT, len(data))
        name = request.query.get("name") or "file"
        kind = request.headers.get("Content-Type")
        file = files.store(self._core, name, data, kind)
        return web.json_response({"id": str(file.id)})

    async def attachment(self, request: web.Request) -> web.StreamResponse:
        """GET /attachments/{id}/{name}"""
        number = request.match_info["id"]
        file = self._core.files.get(int(number)) if number.isdigit() else None
        if file is None or file.name != request.match_info["name"]:
            raise web.HTTPNotFound(text="There is no such file.")
        shown = file.content_type.startswith(("image/", "video/", "audio/"))
        disposition = "inline" if shown and "svg" not in file.content_type else "attachment"
        headers = {
            "Content-Type": file.content_type,
            "Content-Disposition": f'{disposition}; filename="{file.name}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        return web.Response(body=file.data, headers=headers)
