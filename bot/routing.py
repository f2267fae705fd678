"""Stateless buttons, selects and forms: the ``custom_id`` says everything, a cog method answers.

discord.py keeps a view in memory for each message with buttons, and forgets it on restart. Steward
keeps none. A component's ``custom_id`` is ``job:action`` with arguments after further colons, as in
``feeds:undo:42``; a form's ends with ``~`` and something random, so that a client that remembers
what was typed into one form does not offer it in the next. Discord allows 100 characters.

    @component("feeds:undo")
    async def undo(self, interaction, subscription: str) -> None: ...

    @modal("reports:draft")
    async def drafted(self, interaction, fields: Fields) -> None: ...
"""

import inspect
import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from bot.errors import Forgotten

CUSTOM_ID_LIMIT = 100  # Discord, component reference

Kind = Literal["component", "modal"]
Handler = Callable[..., Awaitable[None]]
HandlerT = TypeVar("HandlerT", bound=Handler)

_MARK = "__steward_route__"


@dataclass(frozen=True, slots=True)
class Route:
    """One handler and what it is called by.

    Attributes:
        kind: whether a pressed component or a submitted form.
        name: the first two parts of the custom_id, as ``job:action``.
        private: it serves someone who must not be found out; nothing is logged about it.
    """

    kind: Kind
    name: str
    private: bool = False


class Fields(Mapping[str, str]):
    """What a person filled into a form, by the fixed ``custom_id`` of each field.

    A field with several values reads as the first; ``values_of`` gives all of them. A field that
    was left empty is the empty string, an unknown field raises ``KeyError``.
    """

    def __init__(self, values: dict[str, list[str]]) -> None:
        self._values = values

    def __getitem__(self, custom_id: str) -> str:
        values = self._values[custom_id]
        return values[0] if values else ""

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def values_of(self, custom_id: str) -> list[str]:
        """All values of a select; empty when nothing was chosen."""
        return list(self._values.get(custom_id, []))

    @classmethod
    def from_payload(cls, components: list[dict[str, Any]]) -> "Fields":
        """Read Discord's ``data.components`` of a submitted form: labels, or the older rows."""
        values: dict[str, list[str]] = {}
        pending = list(components)
        while pending:
            item = pending.pop()
            pending.extend(item.get("components", []))
            if isinstance(inner := item.get("component"), dict):
                pending.append(inner)
            if custom_id := item.get("custom_id"):
                given = item["values"] if "values" in item else [item.get("value")]
                values[custom_id] = [str(value) for value in given or [] if value is not None]
        return cls(values)


def component(name: str, *, private: bool = False) -> Callable[[HandlerT], HandlerT]:
    """Mark a cog method as the answer to buttons and selects called ``name``."""
    return _marked(Route("component", name, private))


def modal(name: str, *, private: bool = False) -> Callable[[HandlerT], HandlerT]:
    """Mark a cog method as the answer to forms called ``name``; its second argument is Fields."""
    return _marked(Route("modal", name, private))


def _marked(route: Route) -> Callable[[HandlerT], HandlerT]:
    def mark(handler: HandlerT) -> HandlerT:
        setattr(handler, _MARK, route)
        return handler

    return mark


def form_id(name: str, *arguments: object) -> str:
    """The custom_id for one showing of a form, fresh each time."""
    return checked_id(":".join([name, *map(str, arguments)]) + "~" + secrets.token_hex(4))


def checked_id(custom_id: str) -> str:
    """The custom_id itself.

    Raises:
        ValueError: it is longer than Discord allows, which is a mistake in our code.
    """
    if len(custom_id) > CUSTOM_ID_LIMIT:
        raise ValueError(f"custom_id longer than {CUSTOM_ID_LIMIT} characters: {custom_id[:40]}…")
    return custom_id


class Router:
    """Finds the handler for a custom_id."""

    def __init__(self) -> None:
        self._handlers: dict[tuple[Kind, str], tuple[Route, Handler]] = {}

    def add_from(self, cog: object) -> None:
        """Take in every marked method of a cog.

        Raises:
            ValueError: two handlers want the same name.
        """
        for _, method in inspect.getmembers(cog, inspect.iscoroutinefunction):
            route = getattr(method, _MARK, None)
            if isinstance(route, Route):
                key = (route.kind, route.name)
                if key in self._handlers:
                    raise ValueError(f"two handlers for {route.kind} {route.name}")
                self._handlers[key] = (route, method)

    def remove_from(self, cog: object) -> None:
        """Forget the methods of a cog that is being unloaded."""
        self._handlers = {
            key: entry
            for key, entry in self._handlers.items()
            if getattr(entry[1], "__self__", None) is not cog
        }

    def find(self, kind: Kind, custom_id: str) -> tuple[Route, Handler, list[str]]:
        """The handler for a custom_id, with its arguments.

        Raises:
            Forgotten: nobody handles it, as with a message from an older version.
        """
        # What the handler is given before the arguments: the interaction, and a form's fields.
        before = (None,) if kind == "component" else (None, None)
        job, _, rest = custom_id.partition("~")[0].partition(":")
        action, *arguments = rest.split(":")
        entry = self._handlers.get((kind, f"{job}:{action}"))
        if entry is None or not _takes(entry[1], *before, *arguments):
            raise Forgotten(
                "I no longer know what this belongs to, probably because I was updated since. "
                "Please run the command again; `/help` lists them."
            )
        route, handler = entry
        return route, handler, arguments


def _takes(handler: Handler, *arguments: object) -> bool:
    try:
        inspect.signature(handler).bind(*arguments)
    except TypeError:
        return False
    return True
