"""The sandbox: everything together behind one address on this machine alone."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.sandbox.constants import INVITE_PERMISSIONS
from bot.sandbox.core import Core, SandboxClock
from bot.sandbox.faults import Faults
from bot.sandbox.gateway import HEARTBEAT_MS, Gateway
from bot.sandbox.interactions import Interactions
from bot.sandbox.openapi import open_api
from bot.sandbox.page_api import PageApi
from bot.sandbox.ratelimits import RateLimits
from bot.sandbox.rest import PREFIX, Rest
from bot.sandbox.saving import DiskSaver, move, world_from_json, world_to_json
from bot.sandbox.seed import default_world
from bot.sandbox.snowflakes import Snowflakes
from bot.sandbox.stage import Stage
from bot.sandbox.web_guard import guarded, static

_MOST_BODY = 32 * 1024 * 1024


class Sandbox(Stage):
    """A local stand-in for Discord.

    ``data`` keeps the world in a folder; without it nothing is kept. ``openapi`` (or the
    environment's DISCORD_OPENAPI) names Discord's OpenAPI document, against which every request
    is then checked. ``enforce_rate_limits`` makes it refuse what goes over Discord's limits.
    """

    def __init__(
        self,
        *,
        data: Path | None = None,
        openapi: Path | str | None = None,
        bot_permissions: int = INVITE_PERMISSIONS,
        enforce_rate_limits: bool = False,
        privileged_intents: int = 0,
        answer_within_s: float = 3.0,
        heartbeat_ms: int = HEARTBEAT_MS,
        token: str | None = None,
    ) -> None:
        self.clock = SandboxClock()
        self._disk = DiskSaver(data) if data is not None else None
        saved = self._disk.load() if self._disk else None
        self._last_base_url: str = saved.get("base_url", "") if saved else ""
        ids = Snowflakes(self.clock.time, saved["last_id"] if saved else 0)
        if saved is not None:
            token = token or saved["token"]
            world = world_from_json(saved)
        else:
            world = default_world(ids, bot_permissions)
        token = token or f"sandbox.{world.bot.id}.{secrets.token_urlsafe(24)}"
        core = Core(world, ids, self.clock, token)
        super().__init__(core, Interactions(core))
        self._core.answer_within_s = answer_within_s
        self._core.privileged_intents = privileged_intents
        if self._disk is not None:
            self._core.saver = self._disk
            self._core.files = self._disk.load_files()
            self._disk.snapshot = lambda: world_to_json(
                world, self.token, ids.last, core.base_url or self._last_base_url
            )
        document = openapi or os.environ.get("DISCORD_OPENAPI")
        checker = open_api(Path(document)) if document else None
        self.gateway = Gateway(self._core, heartbeat_ms)
        self.faults = Faults()
        self.rate_limits = RateLimits(enforced=enforce_rate_limits)
        self._rest = Rest(
            self._core, self.interactions, self.gateway, self.faults, self.rate_limits, checker
        )
        self._page = PageApi(self._core, self.gateway, self._person_by_id)
        self._runner: web.AppRunner | None = None
        self._extra_routes: list[web.RouteDef] = []

    # Life

    def add_route(self, method: str, path: str, handler: Callable[..., Any]) -> None:
        """Serve something beside (sample feeds); call it before `start`."""
        self._extra_routes.append(web.route(method, path, handler))

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 takes any that is free."""
        application = web.Application(middlewares=[guarded], client_max_size=_MOST_BODY)
        application.add_routes(
            [
                web.route("*", PREFIX + "/{tail:.*}", self._rest.serve),
                web.get("/gateway", self.gateway.serve),
                web.get("/gateway/", self.gateway.serve),
                web.get("/page/ws", self._page.socket),
                web.post("/page/uploads", self._page.upload),
                web.get("/attachments/{id}/{name}", self._page.attachment),
                *self._extra_routes,
                web.get("/", static),
                web.get("/{name:[A-Za-z0-9._/-]+}", static),
            ]
        )
        self._runner = web.AppRunner(
            application, access_log=None, handler_cancellation=True, shutdown_timeout=1.0
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        port = self._runner.addresses[0][1]
        self._core.base_url = f"http://127.0.0.1:{port}"
        move(self._core.world, self._last_base_url, self._core.base_url)
        self._core.gateway_url = f"ws://127.0.0.1:{port}/gateway"

    async def close(self) -> None:
        """Stop listening, close every connection, and write what is kept."""
        self.interactions.close()
        await self.gateway.close()
        await self._page.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        if self._disk is not None:
            self._disk.flush()

    async def __aenter__(self) -> "Sandbox":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    # Addresses

    @property
    def page_url(self) -> str:
        """The page, for a browser."""
        return self._core.base_url + "/"

    @property
    def api_url(self) -> str:
        """For DISCORD_API_URL."""
        return self._core.base_url + PREFIX

    @property
    def gateway_url(self) -> str:
        """For DISCORD_GATEWAY_URL."""
        return self._core.gateway_url

    @property
    def token(self) -> str:
        """For DISCORD_TOKEN."""
        return self._core.token
