"""The REST side of the stand-in: /api/v10, as the bot calls it."""

import asyncio
import json
import logging
from typing import Any
from urllib.parse import unquote

from aiohttp import BodyPartReader, web

from bot.sandbox import routes_channels, routes_commands, routes_guilds, routes_messages
from bot.sandbox.answers import Answers
from bot.sandbox.calls import Answer, Call, Route
from bot.sandbox.core import Core, Request, Violation
from bot.sandbox.errors import ApiError, api_error, not_found, unauthorised
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.gateway import Gateway
from bot.sandbox.interactions import Interactions
from bot.sandbox.message_forms import Upload
from bot.sandbox.openapi import OpenApi
from bot.sandbox.ratelimits import RateLimits
from bot.sandbox.validation import JsonValue

log = logging.getLogger(__name__)

PREFIX = "/api/v10"
_VIA = "1.1 sandbox"
_KEPT_REQUESTS = 50_000
# Refusals that a careful bot never meets: it would not have asked. Those missing here are what
# the world does to it (things deleted, permissions changed) or a race that it may lose.
_CARELESS = {50006, 50013, 50024, 50035, 50109, 40060, 40005, 50008, 50028}


class Rest:
    """Answers the bot's requests, recording each."""

    def __init__(
        self,
        core: Core,
        interactions: Interactions,
        gateway: Gateway,
        faults: Faults,
        limits: RateLimits,
        openapi: OpenApi | None,
    ) -> None:
        self._core = core
        self._interactions = interactions
        self._answers = Answers(core, interactions)
        self._gateway = gateway
        self._faults = faults
        self._limits = limits
        self._openapi = openapi
        tables = (routes_messages, routes_channels, routes_guilds, routes_commands)
        everything = [route for table in tables for route in table.routes.all]
        # A literal step, as in /messages/pins, goes before a parameter.
        self._routes = sorted(everything, key=lambda each: each.template.count("{"))

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        method, path = request.method, request.path.removeprefix(PREFIX)
        fault = self._faults.take(method, path)
        if fault is not None and fault.cuts and not fault.accepts:
            return self._cut(request, Request(method, path, dict(request.query), None, 0))
        body, files, problem = await self._read(request)
        refused = fault.error() if fault and not fault.cuts and not fault.accepts else None
        route, params = self._match(method, path)
        headers, wait = self._limits.count(method, route.template if route else path, path)
        if wait is not None and refused is None:
            extra = {"retry_after": round(wait, 3), "global": False}
            refused = ApiError(429, 0, "You are being rate limited.", extra=extra)
        try:
            if refused is not None:
                raise refused
            if problem is not None:
                raise problem
            if route is None:
                raise self._unknown(method, path)
            if route.needs_token and not self._authorised(request):
                raise unauthorised()
            self._validate(request, route, path, body)
            status, answer = self._handle(request, route, params, body, files)
        except ApiError as error:
            status, answer = error.status, error.body()
            self._note_careless(method, path, error, fault)
        except Exception as bug:
            # Ours, not the bot's; but a 500 alone would be retried and never be seen.
            log.exception("The sandbox broke on %s %s", method, path)
            self._core.violations.append(Violation(method, path, "sandbox", repr(bug)))
            status, answer = 500, {"message": "500: Internal Server Error", "code": 0}
        if fault is not None and fault.accepts and not fault.cuts and status < 400:
            ordered = fault.error()
            status, answer = ordered.status, ordered.body()
        record = self._record(request, path, body, files, status)
        if fault is not None and fault.cuts:
            return self._cut(request, record)
        return self._respond(status, answer, headers, fault)

    def _respond(
        self, status: int, answer: JsonValue, headers: dict[str, str], fault: Fault | None
    ) -> web.Response:
        if status == 429:
            retry_after = str(answer.get("retry_after", 1))
            headers |= {"Retry-After": retry_after, "Via": _VIA, "X-RateLimit-Scope": "user"}
            if answer.get("global"):
                headers |= {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
            if fault is not None:
                headers["X-RateLimit-Reset-After"] = retry_after
        if status == 204:
            return web.Response(status=204, headers=headers)
        # Exactly this content type: discord.py compares it whole.
        return web.Response(
            status=status,
            body=json.dumps(answer).encode(),
            headers=headers | {"Content-Type": "application/json"},
        )

    def _handle(
        self,
        request: web.Request,
        route: Route,
        params: dict[str, str],
        body: JsonValue,
        files: list[Upload],
    ) -> tuple[int, Any]:
        reason = request.headers.get("X-Audit-Log-Reason")
        call = Call(
            self._core,
            self._interactions,
            self._answers,
            self._gateway,
            request.method,
            request.path,
            params,
            dict(request.query),
            body,
            files,
            unquote(reason) if reason else None,
        )
        answer: Answer = route.handler(call)
        if answer is None:
            return 204, None
        if isinstance(answer, tuple):
            return answer
        return 200, answer

    def _match(self, method: str, path: str) -> tuple[Route | None, dict[str, str]]:
        for route in self._routes:
            if route.method == method and (found := route.pattern.match(path)):
                return route, found.groupdict()
        return None, {}

    def _unknown(self, method: str, path: str) -> ApiError:
        where = "the sandbox does not know this route"
        self._core.violations.append(Violation(method, path, "route", where))
        return not_found()

    def _authorised(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Bot {self._core.token}"

    def _validate(self, request: web.Request, route: Route, path: str, body: JsonValue) -> None:
        if self._openapi is None:
            return
        multipart = request.content_type == "multipart/form-data"
        found = self._openapi.problems(
            route.method, path, dict(request.query), body, multipart=multipart
        )
        for where, reason in found:
            self._core.violations.append(Violation(route.method, path, where, reason))

    def _note_careless(self, method: str, path: str, error: ApiError, fault: Fault | None) -> None:
        if error.code in _CARELESS and fault is None:
            where = f"{error.status} {error.code}"
            reason = json.dumps(error.extra.get("errors") or error.message)
            self._core.violations.append(Violation(method, path, where, reason))

    async def _read(self, request: web.Request) -> tuple[Any, list[Upload], ApiError | None]:
        try:
            if request.content_type == "multipart/form-data":
                return await self._read_multipart(request)
            text = await request.text()
        except web.HTTPRequestEntityTooLarge:
            return None, [], api_error(40005)
        if not text:
            return None, [], None
        try:
            return json.loads(text), [], None
        except ValueError:
            return text, [], api_error(50109)

    async def _read_multipart(
        self, request: web.Request
    ) -> tuple[Any, list[Upload], ApiError | None]:
        body: Any = None
        files: list[Upload] = []
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            if not isinstance(part, BodyPartReader):
                return body, files, api_error(50109)
            data = bytes(await part.read(decode=True))
            if part.name == "payload_json":
                try:
                    body = json.loads(data)
                except ValueError:
                    return None, files, api_error(50109)
            elif part.filename is not None:
                kind = part.headers.get("Content-Type", "")
                files.append(Upload(part.name or "", part.filename, data, kind))
        return body, files, None

    def _record(
        self, request: web.Request, path: str, body: JsonValue, files: list[Upload], status: int
    ) -> Request:
        reason = request.headers.get("X-Audit-Log-Reason")
        names = tuple(each.name for each in files)
        record = Request(request.method, path, dict(request.query), body, status, reason, names)
        self._remember(record)
        return record

    def _remember(self, record: Request) -> None:
        self._core.requests.append(record)
        # A demonstration may run for weeks.
        del self._core.requests[:-_KEPT_REQUESTS]
        self._core.hub.changed()

    def _cut(self, request: web.Request, record: Request) -> web.StreamResponse:
        if record.status == 0:
            self._remember(record)
        if request.transport is not None:
            request.transport.abort()
        raise asyncio.CancelledError
