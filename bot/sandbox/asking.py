"""What a person's client sends: command options, chosen values and forms, checked as it would.

A client does not let a person send what Discord would refuse, so neither does the sandbox:
`CannotUse` says what stood in the way.
"""

from typing import Any

from bot.sandbox import files, payloads
from bot.sandbox.constants import Component, Option
from bot.sandbox.core import Core, StoredFile
from bot.sandbox.permissions import in_channel
from bot.sandbox.validation import Json, JsonValue, units
from bot.sandbox.world import Channel, Message, User

_ENTITY_SELECTS = {
    Component.USER_SELECT: Option.USER,
    Component.ROLE_SELECT: Option.ROLE,
    Component.CHANNEL_SELECT: Option.CHANNEL,
    Component.MENTIONABLE_SELECT: Option.MENTIONABLE,
}


class CannotUse(Exception):
    """A person's client would not let them do this."""


class Resolver:
    """Turns what a person means into values, and collects the objects these stand for."""

    def __init__(self, core: Core, channel: Channel, person_id: int) -> None:
        self._core = core
        self._channel = channel
        self._person_id = person_id
        self.resolved: Json = {}

    def value(self, kind: int, given: JsonValue) -> JsonValue:
        """The value to send for an option or a select of this type."""
        if kind == Option.USER:
            return self._user(given)
        if kind == Option.ROLE:
            return self._role(given)
        if kind == Option.CHANNEL:
            return self._place(given)
        if kind == Option.MENTIONABLE:
            try:
                return self._role(given)
            except CannotUse:
                return self._user(given)
        if kind == Option.ATTACHMENT:
            return self._file(given)
        return given

    def _keep(self, key: str, object_id: int, raw: Json) -> str:
        self.resolved.setdefault(key, {})[str(object_id)] = raw
        return str(object_id)

    def _user(self, given: JsonValue) -> str:
        world = self._core.world
        wanted = getattr(given, "id", given)
        for user in world.users.values():
            if str(user.id) == str(wanted) or user.name == wanted:
                member = world.guild.members.get(user.id)
                if member is not None:
                    raw = payloads.member(member, with_user=False)
                    raw["permissions"] = str(in_channel(world, user.id, self._channel))
                    self._keep("members", user.id, raw)
                return self._keep("users", user.id, payloads.user(user))
        raise CannotUse(f"there is nobody called {given!r}")

    def _role(self, given: JsonValue) -> str:
        wanted = getattr(given, "id", given)
        for role in self._core.world.guild.roles.values():
            if str(wanted) in (str(role.id), role.name, f"@{role.name}"):
                return self._keep("roles", role.id, payloads.role(role))
        raise CannotUse(f"there is no role {given!r}")

    def _place(self, given: JsonValue) -> str:
        wanted = getattr(given, "id", given)
        for channel in self._core.world.channels.values():
            if channel.guild_id is None:
                continue
            if str(channel.id) == str(wanted) or channel.name == str(wanted).removeprefix("#"):
                return self._keep("channels", channel.id, self.place_payload(channel))
        raise CannotUse(f"there is no channel {given!r}")

    def place_payload(self, channel: Channel) -> Json:
        """A resolved channel: partial, with what the person may do there."""
        world, who = self._core.world, self._person_id
        raw = payloads.channel(world, channel, who)
        raw.pop("permission_overwrites", None)
        return raw | {"permissions": str(in_channel(world, who, channel))}

    def _file(self, given: JsonValue) -> str:
        core = self._core
        if isinstance(given, str) and given.isdigit() and int(given) in core.files:
            file = core.files[int(given)]
        elif isinstance(given, StoredFile):
            file = given
        elif isinstance(given, tuple) and len(given) == 2:
            file = files.store(core, given[0], given[1])
        else:
            raise CannotUse("give a file as (name, bytes)")
        return self._keep("attachments", file.id, files.attachment(core, file))


def command_options(
    resolver: Resolver, leaf: Json, given: dict[str, Any], focused: str | None = None
) -> list[Json]:
    """The options of a command as its interaction carries them."""
    known = {each["name"]: each for each in leaf.get("options") or []}
    for name in given:
        if name not in known:
            listed = ", ".join(known) or "none"
            raise CannotUse(f"there is no option {name!r}; there are: {listed}")
    found: list[Json] = []
    for name, option in known.items():
        if given.get(name) is None:
            if option.get("required") and focused is None:
                raise CannotUse(f"the option {name!r} is required")
            continue
        raw: Json = {"name": name, "type": option["type"]}
        if name == focused:
            found.append(raw | {"value": str(given[name]), "focused": True})
            continue
        try:
            raw["value"] = _checked(option, resolver.value(option["type"], given[name]), resolver)
        except CannotUse:
            # While typing, a half-written option is simply left out.
            if focused is None:
                raise
            continue
        found.append(raw)
    return found


def _checked(option: Json, value: JsonValue, resolver: Resolver) -> JsonValue:
    kind, name = option["type"], option["name"]
    if kind == Option.BOOLEAN and not isinstance(value, bool):
        raise CannotUse(f"{name!r} takes true or false")
    if option.get("choices"):
        for choice in option["choices"]:
            if value in (choice["value"], choice["name"]):
                return choice["value"]
        raise CannotUse(f"{value!r} is not among the choices of {name!r}")
    if kind == Option.STRING:
        value = str(value)
        if not option.get("min_length", 0) <= units(value) <= option.get("max_length", 6000):
            raise CannotUse(f"{name!r} is too short or too long")
        if not value:
            raise CannotUse(f"{name!r} is empty")
    elif kind in (Option.INTEGER, Option.NUMBER):
        value = _number(value, name, whole=kind == Option.INTEGER)
        least, most = option.get("min_value", -(2**53)), option.get("max_value", 2**53)
        if not least <= value <= most:
            raise CannotUse(f"{name!r} must be from {least} to {most}")
    elif kind == Option.CHANNEL:
        allowed = option.get("channel_types")
        if allowed and resolver.resolved["channels"][value]["type"] not in allowed:
            raise CannotUse(f"{name!r} does not take this type of channel")
    return value


def _number(value: JsonValue, name: str, *, whole: bool) -> int | float:
    try:
        return int(str(value)) if whole else float(str(value))
    except ValueError:
        raise CannotUse(f"{name!r} takes a number, not {value!r}") from None


def nested(names: list[str], options: list[Json]) -> list[Json]:
    """Options wrapped in the group and sub-command that they belong to."""
    wrapped = options
    kinds = [Option.SUB_COMMAND_GROUP, Option.SUB_COMMAND][-len(names) :] if names else []
    for name, kind in reversed(list(zip(names, kinds, strict=True))):
        wrapped = [{"name": name, "type": int(kind), "options": wrapped}]
    return wrapped


def select_values(resolver: Resolver, component: Json, given: list[Any]) -> list[str]:
    """The values of a select menu, by value, label, name or object."""
    kind = component["type"]
    if kind in _ENTITY_SELECTS:
        values = [str(resolver.value(_ENTITY_SELECTS[kind], each)) for each in given]
        allowed = component.get("channel_types")
        if allowed and any(
            resolver.resolved["channels"][each]["type"] not in allowed for each in values
        ):
            raise CannotUse("this menu does not offer that type of channel")
    else:
        values = [_option_value(component, each) for each in given]
    least, most = component.get("min_values", 1), component.get("max_values", 1)
    if component.get("required") is False and not values:
        return values
    if kind == Component.CHECKBOX_GROUP:
        most = component.get("max_values", len(component["options"]))
    if not least <= len(values) <= most:
        raise CannotUse(f"choose {least} to {most} of these, not {len(values)}")
    return values


def _option_value(component: Json, given: JsonValue) -> str:
    for option in component["options"]:
        if given in (option["value"], option["label"]):
            return str(option["value"])
    listed = ", ".join(option["label"] for option in component["options"])
    raise CannotUse(f"{given!r} is not offered; there are: {listed}")


def target_data(core: Core, resolver: Resolver, target: Message | User) -> Json:
    """What a context menu command is used on."""
    if isinstance(target, Message):
        raw = payloads.message(target, core.world.bot.id, core.world)
        resolver.resolved["messages"] = {str(target.id): raw}
    else:
        resolver.value(Option.USER, target)
    return {"target_id": str(target.id)}
