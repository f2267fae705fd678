"""The inbox of a bundle as a page on this machine alone, under an unguessable address."""

import secrets
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.errors import UserError
from bot.reports.away import html
from bot.reports.away.answers import AnswerFile
from bot.reports.bundle import Bundle
from bot.reports.messages import MessageKind
from bot.reports.model import OpenedReport

HOST = "127.0.0.1"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Not "no-referrer": browsers then say "Origin: null" with a form, as a foreign page would.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class InboxPage:
    """Serves one opened bundle until it is stopped. Nothing but answers is written.

    Args:
        answers: what is written on the page goes here.
    """

    def __init__(self, bundle: Bundle, answers: AnswerFile) -> None:
        self._bundle = bundle
        self._answers = answers
        self._token = secrets.token_urlsafe(24)
        self._by_name = {report.name: report for report in bundle.reports}
        self._runner: web.AppRunner | None = None
        self._origin = ""

    async def start(self, port: int = 0) -> str:
        """Listen on loopback; the address to open, which is the key to the page.

        Raises:
            OSError: the port is taken.
        """
        app = web.Application(middlewares=[self._guarded], client_max_size=64 * 1024)
        app.add_routes(
            [
                web.get("/style.css", self._style),
                web.get("/{token}/", self._list),
                web.get("/{token}/r/{name}", self._report),
                web.post("/{token}/r/{name}", self._answer),
            ]
        )
        # No log: addresses hold the token.
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, port)
        await site.start()
        self._origin = f"http://{HOST}:{self._runner.addresses[0][1]}"
        return f"{self._origin}/{self._token}/"

    async def close(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    @web.middleware
    async def _guarded(
        self, request: web.Request, handler: Callable[[web.Request], Any]
    ) -> web.StreamResponse:
        """Refuse other names for this machine (DNS rebinding), other sites, and wrong tokens."""
        origin = request.headers.get("Origin")
        if f"http://{request.host}" != self._origin or origin not in (None, self._origin):
            raise web.HTTPForbidden(text="This page is only for this machine.")
        if request.method == "POST" and origin is None:
            raise web.HTTPForbidden(text="Only the page itself may do this.")
        token = request.match_info.get("token")
        if token is not None and not secrets.compare_digest(token.encode(), self._token.encode()):
            raise web.HTTPNotFound(text="There is nothing here.")
        response: web.StreamResponse = await handler(request)
        response.headers.update(_HEADERS)
        return response

    async def _style(self, _: web.Request) -> web.Response:
        return web.Response(text=html.STYLE, content_type="text/css")

    async def _list(self, request: web.Request) -> web.Response:
        status = request.query.get("status", "")
        bundle = self._bundle
        return _html(html.listing(bundle.reports, status, bundle.week, self._answers.path.name))

    async def _report(self, request: web.Request) -> web.Response:
        report = self._named(request)
        return _html(html.report_page(report, self._written(report)))

    async def _answer(self, request: web.Request) -> web.Response:
        report = self._named(request)
        form = {name: str(value) for name, value in (await request.post()).items()}
        text = form.get("text", "")
        try:
            match form.get("do"):
                case "status":
                    self._answers.set_status(report, form.get("status", ""))
                case "used":
                    self._answers.write(report, MessageKind.USED, text, form.get("fate", ""))
                case _:
                    note = form.get("kind") == MessageKind.NOTE.value
                    kind = MessageKind.NOTE if note else MessageKind.REPLY
                    self._answers.write(report, kind, text)
        except (UserError, OSError) as problem:
            said = (
                str(problem)
                if isinstance(problem, UserError)
                else (f"{self._answers.path} could not be written: {problem.strerror}. Not kept.")
            )
            return _html(html.report_page(report, self._written(report), said, text), 400)
        # A reload of the page must not write it again.
        raise web.HTTPSeeOther(f"/{self._token}/r/{report.name}")

    def _named(self, request: web.Request) -> OpenedReport:
        report = self._by_name.get(request.match_info["name"])
        if report is None:
            raise web.HTTPNotFound(text="There is no such report in this bundle.")
        return report

    def _written(self, report: OpenedReport) -> list[str]:
        return [text for report_id, text in self._answers.written if report_id == report.id]


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")
