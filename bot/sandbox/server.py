"""The sandbox: everything together behind one address on this machine alone."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.sandbox import commands, payloads
from bot.sandbox.constants import INVITE_PERMISSIONS, ChannelKind, Permission
from bot.sandbox.core import Core, Request, SandboxClock, Violation
from bot.sandbox.events import Event
from bot.sandbox.faults import Faults
from bot.sandbox.gateway import HEARTBEAT_MS, Gateway
from bot.sandbox.interactions import Interactions
from bot.sandbox.openapi import OpenApi
from bot.sandbox.page_api import PageApi
from bot.sandbox.people import Person, Place
from bot.sandbox.ratelimits import RateLimits
from bot.sandbox.rest import PREFIX, Rest
from bot.sandbox.saving import DiskSaver, world_from_json, world_to_json
from bot.sandbox.seed import default_world
from bot.sandbox.snowflakes import Snowflakes
from bot.sandbox.validation import Json
from bot.sandbox.world import Channel, Guild, Member, Message, Overwrite, Role, User, World

_KINDS = {
    "text": ChannelKind.TEXT,
    "announcement": ChannelKind.ANNOUNCEMENT,
    "forum": ChannelKind.FORUM,
    "media": ChannelKind.MEDIA,
    "voice": ChannelKind.VOICE,
    "category": ChannelKind.CATEGORY,
}
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
_MOST_BODY = 32 * 1024 * 1024


class Sandbox:
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
        ids = Snowflakes(self.clock.time, saved["last_id"] if saved else 0)
        if saved is not None:
            token = token or saved["token"]
            world = world_from_json(saved)
        else:
            world = default_world(ids, bot_permissions)
        token = token or f"sandbox.{world.bot.id}.{secrets.token_urlsafe(24)}"
        self._core = Core(world, ids, self.clock, token)
        self._core.answer_within_s = answer_within_s
        self._core.privileged_intents = privileged_intents
        if self._disk is not None:
            self._core.saver = self._disk
            self._core.files = self._disk.load_files()
            self._disk.snapshot = lambda: world_to_json(world, self.token, ids.last)
        document = openapi or os.environ.get("DISCORD_OPENAPI")
        checker = OpenApi(Path(document)) if document else None
        self.gateway = Gateway(self._core, heartbeat_ms)
        self.faults = Faults()
        self.rate_limits = RateLimits(enforced=enforce_rate_limits)
        self.interactions = Interactions(self._core)
        self._rest = Rest(
            self._core, self.interactions, self.gateway, self.faults, self.rate_limits, checker
        )
        self._page = PageApi(self._core, self.gateway, self._person_by_id)
        self._people: dict[int, Person] = {}
        self._runner: web.AppRunner | None = None
        self._extra_routes: list[web.RouteDef] = []

    # Life

    def add_route(self, method: str, path: str, handler: Callable[..., Any]) -> None:
        """Serve something beside (sample feeds); call it before `start`."""
        self._extra_routes.append(web.route(method, path, handler))

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 takes any that is free."""
        application = web.Application(middlewares=[self._guarded], client_max_size=_MOST_BODY)
        application.add_routes(
            [
                web.route("*", PREFIX + "/{tail:.*}", self._rest.serve),
                web.get("/gateway", self.gateway.serve),
                web.get("/gateway/", self.gateway.serve),
                web.get("/page/ws", self._page.socket),
                web.post("/page/uploads", self._page.upload),
                web.get("/attachments/{id}/{name}", self._page.attachment),
                *self._extra_routes,
                web.get("/", self._static),
                web.get("/{name:[A-Za-z0-9._/-]+}", self._static),
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
        self._core.gateway_url = f"ws://127.0.0.1:{port}/gateway"

    async def close(self) -> None:
        """Stop listening, close every connection, and write what is kept."""
        self.interactions.close()
        await self.gateway.close()
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

    @web.middleware
    async def _guarded(
        self, request: web.Request, handler: Callable[[web.Request], Any]
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

    async def _static(self, request: web.Request) -> web.StreamResponse:
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

    # What happened

    @property
    def requests(self) -> list[Request]:
        """Every request of the bot so far."""
        return self._core.requests

    @property
    def violations(self) -> list[Violation]:
        """What Discord would not have let pass; tests assert that there is none."""
        return self._core.violations

    async def until(self, predicate: Callable[[], object], timeout: float = 10.0) -> None:
        """Wait until it holds, looking again at each event; AssertionError if it never does."""
        if not await self._core.hub.until(predicate, timeout):
            raise AssertionError(f"did not become true within {timeout:g} s")

    def forget_nonces(self) -> None:
        """As if the few minutes had passed for which Discord remembers nonces."""
        self._core.nonces.forget()

    # The world

    @property
    def world(self) -> World:
        """All state, for tests that look closely."""
        return self._core.world

    @property
    def guild(self) -> Guild:
        """The server; `.id`."""
        return self._core.world.guild

    @property
    def bot(self) -> User:
        """The bot's user."""
        return self._core.world.bot

    def channel(self, name: str) -> Channel:
        """A channel or thread by name."""
        return self._core.world.channel_named(name)

    def role(self, name: str) -> Role:
        """A role by name; the bot's own is called like it."""
        return self._core.world.role_named(name)

    def person(self, name: str) -> Person:
        """Somebody by name: member, colleague, moderator, administrator, or one added."""
        for member in self._core.world.guild.members.values():
            if member.user.name == name and not member.user.bot:
                return self._person(member.user)
        raise KeyError(f"nobody is called {name!r}")

    def _person(self, user: User) -> Person:
        if user.id not in self._people:
            self._people[user.id] = Person(self._core, self.interactions, user)
        return self._people[user.id]

    def _person_by_id(self, user_id: int) -> Person | None:
        member = self._core.world.guild.members.get(user_id)
        return self._person(member.user) if member and not member.user.bot else None

    def people(self) -> list[Person]:
        """Everybody but the bot."""
        held = self._core.world.guild.members.values()
        return [self._person(each.user) for each in held if not each.user.bot]

    def messages(self, where: Place) -> list[Message]:
        """Everything in a channel that is not for one person alone, oldest first."""
        channel = where if isinstance(where, Channel) else self._find(where)
        held = self._core.world.messages.get(channel.id, {}).values()
        return sorted((each for each in held if not each.ephemeral), key=lambda each: each.id)

    def _find(self, where: str | int) -> Channel:
        if isinstance(where, str) and not where.isdigit():
            return self.channel(where)
        return self._core.world.channels[int(where)]

    def threads(self, where: str | int) -> list[Channel]:
        """The threads or posts of a channel, oldest first."""
        return self._core.world.threads_of(self._find(where).id)

    def add_person(
        self,
        name: str,
        *,
        roles: list[str] | None = None,
        permissions: int = 0,
        member: bool = True,
    ) -> Person:
        """Somebody new, with the Members role unless ``member`` is false, further roles by name,
        and ``permissions`` through a role of their own."""
        user = User(self._core.ids(), name, display=name.capitalize())
        held = [self.role("Members").id] if member else []
        held += [self.role(each).id for each in roles or []]
        if permissions:
            held.append(self.add_role(f"{name}'s own", permissions=permissions).id)
        joined = Member(user, held, joined_at=self._core.now)
        self._core.world.users[user.id] = user
        self._core.world.guild.members[user.id] = joined
        data = payloads.member(joined) | {"guild_id": str(self.guild.id)}
        self._core.hub.publish(Event("GUILD_MEMBER_ADD", data))
        return self._person(user)

    def add_role(
        self,
        name: str,
        *,
        permissions: int = 0,
        mentionable: bool = False,
        position: int | None = None,
        managed: bool = False,
    ) -> Role:
        """A new role; just above Members (below Moderators and the bot) unless placed."""
        at = 2 if position is None else position
        for each in self.guild.roles.values():
            each.position += each.position >= at
        role = Role(self._core.ids(), name, permissions, at, 0, managed, mentionable)
        self.guild.roles[role.id] = role
        data = {"guild_id": str(self.guild.id), "role": payloads.role(role)}
        self._core.hub.publish(Event("GUILD_ROLE_CREATE", data))
        self._core.saver.touch()
        return role

    def set_roles(self, person: Person, roles: list[str]) -> None:
        """Give somebody exactly these roles."""
        member = self.guild.members[person.id]
        member.roles = [self.role(each).id for each in roles]
        data = payloads.member(member) | {"guild_id": str(self.guild.id)}
        self._core.hub.publish(Event("GUILD_MEMBER_UPDATE", data))

    def set_role_permissions(self, name: str, permissions: int) -> None:
        """Change what a role may do, e.g. the bot's own."""
        role = self.role(name)
        role.permissions = permissions
        data = {"guild_id": str(self.guild.id), "role": payloads.role(role)}
        self._core.hub.publish(Event("GUILD_ROLE_UPDATE", data))

    def add_channel(
        self, name: str, kind: str = "text", *, tags: list[str] | None = None, flags: int = 0
    ) -> Channel:
        """A new channel: text, announcement, forum, media, voice or category."""
        made = Channel(self._core.ids(), _KINDS[kind], name, self.guild.id, flags=flags)
        made.position = len(self._core.world.channels)
        made.tags = [
            {"id": str(self._core.ids()), "name": each, "moderated": False}
            | {"emoji_id": None, "emoji_name": None}
            for each in tags or []
        ]
        self._core.world.channels[made.id] = made
        self._tell_channel("CHANNEL_CREATE", made)
        return made

    def remove_channel(self, name: str) -> None:
        """Delete a channel, as an administrator would."""
        channel = self.channel(name)
        del self._core.world.channels[channel.id]
        for message in self._core.world.messages.pop(channel.id, {}).values():
            message.deleted = True
        self._tell_channel("CHANNEL_DELETE", channel)

    def overwrite(
        self, channel: str, target: str | Person, *, allow: int = 0, deny: int = 0
    ) -> None:
        """Set a channel's exception for a role (by name) or a person."""
        found = self.channel(channel)
        kind, target_id = (1, target.id) if isinstance(target, Person) else self._role_id(target)
        found.overwrites = [each for each in found.overwrites if each.id != target_id]
        found.overwrites.append(Overwrite(target_id, kind, int(allow), int(deny)))
        self._tell_channel("CHANNEL_UPDATE", found)

    def _role_id(self, name: str) -> tuple[int, int]:
        return 0, self.role(name).id

    def _tell_channel(self, name: str, channel: Channel) -> None:
        data = payloads.channel(self._core.world, channel, self.bot.id)
        self._core.hub.publish(Event(name, data, channel))
        self._core.saver.touch()

    def deny_bot(self, channel: str, permissions: Permission) -> None:
        """Take permissions from the bot in one channel."""
        self.overwrite(channel, self.bot.name, deny=int(permissions))

    @property
    def commands(self) -> list[Json]:
        """The registered application commands."""
        return list(self._core.world.commands.values())

    def allow_command(self, name: str, role: str, allowed: bool = True) -> None:
        """Server Settings -> Integrations: let a role use a command that Discord would hide."""
        command, _ = commands.by_path(self._core, name, 1)
        command_id, role_id = int(command["id"]), str(self.role(role).id)
        rules = self._core.world.overrides.get(command_id, [])
        rules = [each for each in rules if each["id"] != role_id]
        rule: Json = {"id": role_id, "type": 1, "permission": allowed}
        commands.set_overrides(self._core, command_id, [*rules, rule])
