"""One page's WebSocket: what it is told and what it asks for.

What a page may do is what its person may do: the same `Person` that tests use.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

from aiohttp import WSMsgType, web

from bot.sandbox import commands, payloads
from bot.sandbox.asking import CannotUse
from bot.sandbox.constants import SELECTS, ChannelKind, Component, Permission
from bot.sandbox.core import Core
from bot.sandbox.errors import ApiError
from bot.sandbox.events import Event
from bot.sandbox.gateway import Gateway
from bot.sandbox.interactions import Interaction
from bot.sandbox.people import Person
from bot.sandbox.permissions import in_channel, in_guild
from bot.sandbox.replies import Modal
from bot.sandbox.validation import Json, JsonValue
from bot.sandbox.world import Channel, Message, User, walk

_PAGE_OF_HISTORY = 50
_AS_THEY_ARE = {"MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "CHANNEL_CREATE"}
_NAMES = {
    "TYPING_START": "TYPING",
    "PAGE_MESSAGE_UPDATE": "MESSAGE_UPDATE",
    "MESSAGE_REACTION_ADD": "MESSAGE_UPDATE",
    "MESSAGE_REACTION_REMOVE": "MESSAGE_UPDATE",
    "GUILD_MEMBER_UPDATE": "MEMBERS_UPDATE",
    "GUILD_ROLE_CREATE": "ROLES_UPDATE",
    "GUILD_ROLE_UPDATE": "ROLES_UPDATE",
    "GUILD_ROLE_DELETE": "ROLES_UPDATE",
    "THREAD_DELETE": "CHANNEL_DELETE",
    "DISMISSED": "MESSAGE_DELETE",
}
_PASSED_ON = _AS_THEY_ARE | {
    "CHANNEL_UPDATE",
    "CHANNEL_DELETE",
    "THREAD_CREATE",
    "THREAD_UPDATE",
    "COMMANDS_UPDATE",
    "BOT_STATUS",
}


class Connection:
    """One page, as one person."""

    def __init__(
        self, core: Core, gateway: Gateway, person: Person, ws: web.WebSocketResponse
    ) -> None:
        self._core = core
        self._gateway = gateway
        self._person = person
        self._ws = ws
        self._outgoing: asyncio.Queue[Json] = asyncio.Queue()
        self._interactions: dict[str, Interaction] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._handlers: dict[str, Callable[[Json], None]] = {
            "open": self._open,
            "older": self._open,
            "say": self._say,
            "command": self._command,
            "autocomplete": self._autocomplete,
            "press": self._use,
            "choose": self._use,
            "submit": self._submit,
            "dismiss": self._dismiss,
            "dm": self._dm,
            "override": self._override,
        }

    async def run(self) -> None:
        """Serve until the page leaves."""
        stop = self._core.hub.listen(self._event)
        writer = asyncio.create_task(self._write())
        self._send(self._hello())
        try:
            async for message in self._ws:
                if message.type is WSMsgType.TEXT:
                    self._read(message.data)
        finally:
            stop()
            writer.cancel()
            for task in self._tasks:
                task.cancel()

    async def _write(self) -> None:
        while True:
            payload = await self._outgoing.get()
            try:
                await self._ws.send_str(json.dumps(payload))
            except ConnectionError:
                return

    def _send(self, payload: Json) -> None:
        self._outgoing.put_nowait(payload)

    def _read(self, text: str) -> None:
        try:
            payload = json.loads(text)
            handler = self._handlers[payload["type"]]
        except (ValueError, KeyError, TypeError):
            self._send({"type": "error", "message": "The page sent something unreadable."})
            return
        try:
            handler(payload)
        except (CannotUse, ApiError) as refusal:
            self._refuse(payload, str(getattr(refusal, "message", refusal)))
        except (KeyError, ValueError, TypeError, AttributeError):
            self._refuse(payload, "That is no longer there. Reload the page and try again.")

    def _refuse(self, payload: Json, reason: str) -> None:
        if "nonce" in payload and payload["type"] != "autocomplete":
            self._state(payload["nonce"], "failed", reason)
        elif payload["type"] == "autocomplete":
            self._send({"type": "choices", "nonce": payload.get("nonce"), "choices": []})
        else:
            self._send({"type": "error", "message": reason})

    def _state(self, nonce: JsonValue, state: str, error: str | None = None) -> None:
        payload: Json = {"type": "interaction", "nonce": nonce, "state": state}
        self._send(payload | ({"error": error} if error else {}))

    # What the page is told

    def _hello(self) -> Json:
        world, person = self._core.world, self._person
        member = world.guild.members.get(person.id)
        dm = world.dm_with(person.id)
        return {
            "type": "hello",
            "me": {
                "user": payloads.user(person.user),
                "roles": [str(each) for each in (member.roles if member else [])],
                "permissions": str(in_guild(world, person.id)),
                "nick": member.nick if member else None,
            },
            "people": [
                {
                    "id": str(each.user.id),
                    "name": each.user.display or each.user.name,
                    "roles": [str(role) for role in each.roles],
                }
                for each in world.guild.members.values()
                if not each.user.bot
            ],
            "bot": payloads.user(world.bot),
            "online": self._gateway.online,
            "guild": {"id": str(world.guild.id), "name": world.guild.name, "icon": None},
            "channels": [self._channel(each) for each in person.channels()],
            "roles": [payloads.role(each) for each in world.guild.roles.values()],
            **self._commands(),
            "members": self._members(),
            "dms": [payloads.channel(world, dm)] if dm else [],
        }

    def _commands(self) -> Json:
        """The commands offered, and to an administrator what was changed about them."""
        world, person = self._core.world, self._person
        told: Json = {"commands": commands.offered(self._core, person.id)}
        if person.permissions & Permission.ADMINISTRATOR:
            told["overrides"] = {str(key): rules for key, rules in world.overrides.items()}
        return told

    def _channel(self, channel: Channel) -> Json:
        bits = in_channel(self._core.world, self._person.id, channel)
        raw = payloads.channel(self._core.world, channel, self._person.id)
        return raw | {"permissions": str(bits)}

    def _members(self) -> list[Json]:
        return [
            {"user": payloads.user(each.user), "roles": [str(role) for role in each.roles]}
            for each in self._core.world.guild.members.values()
        ]

    def _event(self, event: Event) -> None:
        name = _NAMES.get(event.name, event.name)
        if event.name not in _PASSED_ON and event.name not in _NAMES:
            return
        if event.only_for not in (None, self._person.id):
            return
        if event.channel is not None and not self._sees(event):
            return
        data = self._data(name, event)
        if data is not None:
            self._send({"type": "event", "t": name, "d": data})

    def _sees(self, event: Event) -> bool:
        assert event.channel is not None
        if event.name in ("CHANNEL_DELETE", "THREAD_DELETE"):
            return True
        bits = in_channel(self._core.world, self._person.id, event.channel)
        return bool(bits & Permission.VIEW_CHANNEL)

    def _data(self, name: str, event: Event) -> Json | None:
        world = self._core.world
        if name == "COMMANDS_UPDATE":
            return self._commands()
        if name == "ROLES_UPDATE":
            return {"roles": [payloads.role(each) for each in world.guild.roles.values()]}
        if name == "MEMBERS_UPDATE":
            return {"members": self._members()}
        if name == "MESSAGE_UPDATE" or (name == "MESSAGE_CREATE" and event.message):
            message = event.message or self._message_of(event.data)
            return None if message is None else self._message(message)
        if event.channel is not None and name.endswith(("CREATE", "UPDATE")):
            return self._channel(event.channel)
        return event.data

    def _message_of(self, data: Json) -> Message | None:
        return self._core.world.message(int(data["channel_id"]), int(data["message_id"]))

    def _message(self, message: Message) -> Json:
        return payloads.message(message, self._person.id, self._core.world)

    # What the page asks for

    def _place(self, payload: Json) -> Channel:
        channel = self._core.world.channels[int(payload["channel_id"])]
        bits = in_channel(self._core.world, self._person.id, channel)
        if not bits & Permission.VIEW_CHANNEL:
            raise CannotUse("You cannot see that channel.")
        return channel

    def _open(self, payload: Json) -> None:
        channel = self._place(payload)
        found: list[Message] = []
        if channel.kind not in (ChannelKind.CATEGORY, ChannelKind.FORUM, ChannelKind.MEDIA):
            found = self._person.messages(channel)
        if payload.get("before"):
            found = [each for each in found if each.id < int(payload["before"])]
        self._send(
            {
                "type": "history",
                "channel_id": str(channel.id),
                "messages": [self._message(each) for each in found[-_PAGE_OF_HISTORY:]],
                "more": len(found) > _PAGE_OF_HISTORY,
            }
        )

    def _say(self, payload: Json) -> None:
        channel = self._place(payload)
        held = [self._core.files[int(each)] for each in payload.get("attachments") or []]
        reply_to = None
        if payload.get("reply_to"):
            reply_to = self._core.world.message(channel.id, int(payload["reply_to"]))
        content = str(payload.get("content") or "")

        async def say() -> None:
            try:
                await self._person.say(content, channel, reply_to=reply_to, attachments=held)
            except CannotUse as refusal:
                self._send({"type": "error", "message": str(refusal)})

        self._spawn(say())

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _follow(self, nonce: JsonValue, made: Interaction) -> None:
        self._interactions[str(made.id)] = made
        self._state(nonce, "sent")

        async def follow() -> None:
            limit = self._core.answer_within_s + 1
            await self._core.hub.until(lambda: made.acknowledged or made.failed, limit)
            if not made.acknowledged:
                self._state(nonce, "failed", made.failed or "This interaction failed")
                return
            if made.modal is not None:
                modal = {"type": "modal", "nonce": nonce, "d": made.modal}
                self._send(modal | {"interaction_id": str(made.id)})
            self._state(nonce, "acknowledged")

        self._spawn(follow())

    def _asked(self, payload: Json) -> tuple[Json, list[str], Channel, dict[str, Any]]:
        command = self._core.world.commands[int(payload["command_id"])]
        path = [str(each) for each in payload.get("path") or []]
        # The path may begin with the command's own name.
        names = path[1:] if path[:1] == [command["name"]] else path
        options = {each["name"]: each.get("value") for each in payload.get("options") or []}
        return command, names, self._place(payload), options

    def _command(self, payload: Json) -> None:
        command, names, channel, options = self._asked(payload)
        world = self._core.world
        target: Message | User | None = None
        if command["type"] == 3:
            target = world.message(channel.id, int(payload["target_id"]))
        elif command["type"] == 2:
            target = world.users[int(payload["target_id"])]
        if command["type"] != 1 and target is None:
            raise CannotUse("That is no longer there.")
        made = self._person.start_command(command, names, channel, options, target)
        self._follow(payload["nonce"], made)

    def _autocomplete(self, payload: Json) -> None:
        command, names, channel, options = self._asked(payload)
        focused = str(payload["focused"])
        options.setdefault(focused, "")
        made = self._person.start_autocomplete(command, names, channel, options, focused)

        async def follow() -> None:
            limit = self._core.answer_within_s + 1
            await self._core.hub.until(lambda: made.acknowledged or made.failed, limit)
            choices = {"nonce": payload.get("nonce"), "choices": made.choices or []}
            self._send({"type": "choices", **choices})

        self._spawn(follow())

    def _use(self, payload: Json) -> None:
        channel = self._place(payload)
        message = self._core.world.message(channel.id, int(payload["message_id"]))
        if message is None:
            raise CannotUse("That message is gone.")
        for component in walk(message.components):
            if component.get("custom_id") == payload["custom_id"] and not component.get("disabled"):
                break
        else:
            raise CannotUse("That can no longer be used.")
        if component["type"] in SELECTS:
            values = list(payload.get("values") or [])
            made = self._person.start_choose(message, component, values)
        elif component["type"] == Component.BUTTON:
            made = self._person.start_press(message, component)
        else:
            raise CannotUse("That cannot be used.")
        self._follow(payload["nonce"], made)

    def _submit(self, payload: Json) -> None:
        before = self._interactions.get(str(payload["interaction_id"]))
        if before is None or before.modal is None:
            raise CannotUse("That form is no longer open.")
        modal = Modal(before)
        given = _given(payload["components"])
        made = self._person.start_submit(modal, given)
        self._follow(payload["nonce"], made)

    def _dismiss(self, payload: Json) -> None:
        wanted = int(payload["message_id"])
        for held in self._core.world.messages.values():
            if wanted in held:
                self._person.dismiss(held[wanted])
                return

    def _dm(self, payload: Json) -> None:
        channel = self._person.open_dm()
        data = payloads.channel(self._core.world, channel)
        self._send({"type": "event", "t": "CHANNEL_CREATE", "d": data})

    def _override(self, payload: Json) -> None:
        if not self._person.permissions & Permission.ADMINISTRATOR:
            raise CannotUse("Only administrators can change who may use a command.")
        commands.set_overrides(self._core, int(payload["command_id"]), payload["permissions"])


def _given(components: list[Json]) -> dict[str, Any]:
    """The values of a submitted form by custom id."""
    return {
        each["custom_id"]: each["values"] if "values" in each else each.get("value")
        for each in walk(components)
        if "custom_id" in each
    }
