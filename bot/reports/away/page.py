"""The inbox of a bundle as a page on this machine alone, under an unguessable address."""

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from bot.errors import InvalidInput, UserError
from bot.reports.away import acts, counting, html, quoting, resealing
from bot.reports.away.file import AnswerFile
from bot.reports.away.style import STYLE
from bot.reports.casework.redacting import Redacted
from bot.reports.figures.tables import Published
from bot.reports.messages import MessageKind
from bot.reports.model import OpenedReport
from bot.text import counted

DONE_BEFORE = (
    "This was pressed before, and was done then. Nothing was taken out a second time; the report "
    "shows how it stands."
)
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
        answers: what is done on the page goes here.
    """

    def __init__(self, answers: AnswerFile) -> None:
        self._answers = answers
        self._token = secrets.token_urlsafe(24)
        self._by_name = {report.name: report.id for report in answers.reports}
        self._pressed: set[str] = set()  # forms that did their work already
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
                web.post("/{token}/", self._undo),
                web.post("/{token}/reseal", self._reseal),
                web.get("/{token}/figures", self._figures),
                web.post("/{token}/figures", self._keep_figures),
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
        return web.Response(text=STYLE, content_type="text/css")

    # The whole bundle

    async def _list(self, request: web.Request) -> web.Response:
        waiting = resealing.waiting(self._answers)
        return _html(html.listing(self._answers, request.query, waiting))

    async def _undo(self, request: web.Request) -> web.Response:
        sent = await _sent(request)
        try:
            if not self._again(sent):
                self._answers.undo()
                # What was taken back may be done again from the screen that did it.
                self._pressed.clear()
                self._did(sent)
        except (UserError, OSError) as problem:
            return _html(html.page("Not done", f"<p>{self._said(problem)}</p>"), 400)
        raise web.HTTPSeeOther(f"/{self._token}/")

    async def _reseal(self, request: web.Request) -> web.Response:
        sent = await _sent(request)
        try:
            if not self._again(sent):
                resealing.write(self._answers)
                self._did(sent)
        except (UserError, OSError) as problem:
            return _html(html.page("Not kept", f"<p>{self._said(problem)}</p>"), 400)
        raise web.HTTPSeeOther(f"/{self._token}/")

    async def _figures(self, _: web.Request) -> web.Response:
        settled: list[Published] = []
        fresh: list[Published] = []
        said = ""
        try:
            settled = counting.settled(self._answers)
            fresh = counting.uncounted(self._answers)
        except InvalidInput as problem:
            said = str(problem)
        if not fresh and not said:
            said = counting.NOTHING
        return _html(html.figures_page(self._answers, settled, fresh, said))

    async def _keep_figures(self, request: web.Request) -> web.Response:
        sent = await _sent(request)
        try:
            if not self._again(sent):
                counting.keep(self._answers)
                self._did(sent)
        except (UserError, OSError) as problem:
            return _html(html.page("Not kept", f"<p>{self._said(problem)}</p>"), 400)
        raise web.HTTPSeeOther(f"/{self._token}/figures")

    # One report

    async def _report(self, request: web.Request) -> web.Response:
        return _html(html.report_page(self._answers, self._named(request)))

    async def _answer(self, request: web.Request) -> web.Response:
        report, sent = self._named(request), await _sent(request)
        try:
            if self._again(sent):
                return self._done_before(report, sent)
            if sent.get("do") == "redact":
                left = acts.left_of(
                    self._answers, report, sent.get("key", ""), sent.get("text", "")
                )
                return _html(html.asking_back(report, sent["key"], left))
            if sent.get("do") == "redacted":
                done = acts.redact(self._answers, report, sent.get("key", ""), sent.get("text", ""))
                self._did(sent)
                return _html(html.redacted_page(report, _redacted(done)))
            self._do(report, sent)
            self._did(sent)
        except (UserError, OSError) as problem:
            shown = html.Problem(self._said(problem), sent)
            return _html(html.report_page(self._answers, self._named(request), shown), 400)
        # A reload of the page must not write it again.
        raise web.HTTPSeeOther(f"/{self._token}/r/{report.name}")

    def _done_before(self, report: OpenedReport, sent: Mapping[str, str]) -> web.Response:
        if sent.get("do") == "redacted":
            return _html(html.redacted_page(report, DONE_BEFORE))
        raise web.HTTPSeeOther(f"/{self._token}/r/{report.name}")

    def _again(self, sent: Mapping[str, str]) -> bool:
        """Whether this very form did its work already, as when its button is clicked twice."""
        return sent.get("once") in self._pressed

    def _did(self, sent: Mapping[str, str]) -> None:
        if once := sent.get("once"):
            self._pressed.add(once)

    def _do(self, report: OpenedReport, sent: Mapping[str, str]) -> None:
        file, text = self._answers, sent.get("text", "")
        match sent.get("do"):
            case "write":
                note = sent.get("kind") == MessageKind.NOTE.value
                acts.write(file, report, MessageKind.NOTE if note else MessageKind.REPLY, text)
            case "used":
                acts.used(file, report, sent.get("fate", ""), text)
            case "status":
                acts.set_status(file, report, sent.get("status", ""))
            case "label":
                acts.set_label(file, report, text)
            case "hand":
                acts.hand(file, report, text)
            case "merge":
                acts.merge(file, report, file.named(sent.get("other", "")))
            case "apart":
                acts.apart(file, report)
            case "quote":
                quoting.propose(file, report, text)
            case "agree" | "ask" | "take" as step:
                done = {"agree": quoting.agree, "ask": quoting.ask, "take": quoting.take}[step]
                done(file, report, _number(sent))
            case "stop":
                acts.stop(file, report, datetime.now(UTC).date())
            case _:
                raise InvalidInput("That cannot be done here.")

    def _said(self, problem: UserError | OSError) -> str:
        if isinstance(problem, UserError):
            return str(problem).replace("`", "")  # as Discord marks commands
        return f"{self._answers.path} could not be written: {problem.strerror}. Not kept."

    def _named(self, request: web.Request) -> OpenedReport:
        report_id = self._by_name.get(request.match_info["name"])
        if report_id is None:
            raise web.HTTPNotFound(text="There is no such report in this bundle.")
        return self._answers.report(report_id)


async def _sent(request: web.Request) -> dict[str, str]:
    form = await request.post()
    # Browsers send a line's end as two characters.
    return {name: str(value).replace("\r\n", "\n") for name, value in form.items()}


def _number(sent: Mapping[str, str]) -> int:
    text = sent.get("number", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _redacted(done: Redacted) -> str:
    text = (
        "Kept. The words are deleted for good when it is brought back with /inbox import. Then "
        "delete this bundle, which has them still, and export again."
    )
    if done.quotations:
        text += f" {counted(done.quotations, 'quotation')} with them went too."
    if done.still:
        text += (
            " Some of those words also stand in: " + "; ".join(done.still)[:600] + ". Look whether "
            "they tell anything there; replies and notes cannot be changed."
        )
    return text


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")
