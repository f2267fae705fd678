"""A request of the bot and the table of routes that answer them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.answers import Answers
from bot.sandbox.constants import Permission
from bot.sandbox.core import Core
from bot.sandbox.errors import Problems, api_error, invalid
from bot.sandbox.gateway import Gateway
from bot.sandbox.interactions import Interactions
from bot.sandbox.message_forms import Upload, message_form
from bot.sandbox.permissions import in_channel
from bot.sandbox.validation import SNOWFLAKE, Form, Json
from bot.sandbox.world import Channel, Message, Role, World


@dataclass
class Call:
    """One request, with what a handler needs to answer it."""

    core: Core
    interactions: Interactions
    answers: Answers
    gateway: Gateway
    method: str
    path: str
    params: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    files: list[Upload] = field(default_factory=list)
    reason: str | None = None

    @property
    def world(self) -> World:
        """The world."""
        return self.core.world

    @property
    def bot_id(self) -> int:
        """The bot's user id."""
        return self.core.world.bot.id

    def snowflake(self, name: str) -> int:
        """An id in the path; 50035 if it is none."""
        value = self.params[name]
        if value == "@me":
            return self.bot_id
        if not SNOWFLAKE.match(value):
            raise invalid((name,), "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
        return int(value)

    def channel(self, name: str = "channel_id") -> Channel:
        """The channel in the path; 10003 unknown, 50001 where the bot does not see it."""
        found = self.world.channels.get(self.snowflake(name))
        if found is None:
            raise api_error(10003)
        if not in_channel(self.world, self.bot_id, found) & Permission.VIEW_CHANNEL:
            raise api_error(50001)
        return found

    def message(self, channel: Channel) -> Message:
        """The message in the path; 10008 for unknown and for ephemeral ones."""
        found = self.world.message(channel.id, self.snowflake("message_id"))
        if found is None or found.ephemeral:
            raise api_error(10008)
        return found

    def guild(self) -> None:
        """Check the server in the path; 10004 unknown."""
        if self.snowflake("guild_id") != self.world.guild.id:
            raise api_error(10004)

    def role(self) -> Role:
        """The role in the path; 10011 unknown."""
        found = self.world.guild.roles.get(self.snowflake("role_id"))
        if found is None:
            raise api_error(10011)
        return found

    def application(self) -> None:
        """Check the application in the path: a bot sees only its own."""
        if self.snowflake("application_id") != self.world.application_id:
            raise api_error(50001)

    def form(self) -> Form:
        """The body as a form."""
        return message_form(self.body)

    def limit(self, default: int, most: int, least: int = 1) -> int:
        """The ``limit`` of a listing."""
        form = Form(dict(self.query), Problems())
        found = form.integer("limit", least=least, most=most)
        form.problems.raise_any()
        return default if found is None else found

    def query_snowflake(self, name: str) -> int | None:
        """An id in the query."""
        if not self.query.get(name):
            return None
        value = self.query[name]
        if not SNOWFLAKE.match(value):
            raise invalid((name,), "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
        return int(value)


Answer = Json | list[Any] | tuple[int, Any] | None
"""JSON with status 200, a status with JSON, or nothing with 204."""
Handler = Callable[[Call], Answer]


@dataclass(frozen=True)
class Route:
    """A path with parameters, and who answers it."""

    method: str
    template: str
    pattern: re.Pattern[str]
    handler: Handler
    needs_token: bool


class Routes:
    """The table; modules of routes fill one each."""

    def __init__(self) -> None:
        self.all: list[Route] = []

    def add(
        self, method: str, template: str, *, needs_token: bool = True
    ) -> Callable[[Handler], Handler]:
        """Register a handler; ``{name}`` in the template matches one step of the path."""
        pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template) + r"\Z")

        def register(handler: Handler) -> Handler:
            self.all.append(Route(method, template, pattern, handler, needs_token))
            return handler

        return register
