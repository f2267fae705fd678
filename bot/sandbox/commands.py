"""Application commands: kept, offered to whom they are for, and found by what a person types."""

from bot.sandbox.command_forms import read_command, read_commands
from bot.sandbox.constants import ALL_PERMISSIONS, ChannelKind, Permission
from bot.sandbox.core import Core
from bot.sandbox.errors import Problems, api_error
from bot.sandbox.events import Event
from bot.sandbox.permissions import in_channel, in_guild
from bot.sandbox.validation import Form, Json
from bot.sandbox.world import Channel

_MOST = {1: 100, 2: 15, 3: 15}
"""Commands of each type: chat, user menu, message menu."""


def in_scope(core: Core, guild_id: int | None) -> list[Json]:
    """The global commands, or a guild's own."""
    wanted = None if guild_id is None else str(guild_id)
    return [each for each in core.world.commands.values() if each.get("guild_id") == wanted]


def overwrite(core: Core, guild_id: int | None, body: object) -> list[Json]:
    """Replace all commands of a scope; one of the same type and name keeps its id."""
    fresh = read_commands(body)
    for kind, most in _MOST.items():
        if sum(each["type"] == kind for each in fresh) > most:
            raise api_error(30032)
    old = {(each["type"], each["name"]): each for each in in_scope(core, guild_id)}
    for each in old.values():
        del core.world.commands[int(each["id"])]
    kept = [_put(core, guild_id, each, old.get((each["type"], each["name"]))) for each in fresh]
    _changed(core)
    return kept


def create(core: Core, guild_id: int | None, body: object) -> tuple[Json, bool]:
    """Add one command, or replace that of the same type and name; tells which it was."""
    problems = Problems()
    fresh = read_command(Form(body, problems))
    problems.raise_any()
    scope = in_scope(core, guild_id)
    key = (fresh["type"], fresh["name"])
    old = next((each for each in scope if (each["type"], each["name"]) == key), None)
    count = sum(each["type"] == fresh["type"] for each in scope)
    if old is None and count >= _MOST[fresh["type"]]:
        raise api_error(30032)
    made = _put(core, guild_id, fresh, old)
    _changed(core)
    return made, old is None


def find(core: Core, guild_id: int | None, command_id: int) -> Json:
    """One command; 10063 if there is none in this scope."""
    found = core.world.commands.get(command_id)
    if found is None or found.get("guild_id") != (None if guild_id is None else str(guild_id)):
        raise api_error(10063)
    return found


def change(core: Core, guild_id: int | None, command_id: int, body: object) -> Json:
    """PATCH one command."""
    old = find(core, guild_id, command_id)
    problems = Problems()
    fresh = read_command(Form(body, problems), partial=old)
    problems.raise_any()
    changed = _put(core, guild_id, fresh, old)
    _changed(core)
    return changed


def remove(core: Core, guild_id: int | None, command_id: int) -> None:
    """Delete one command."""
    find(core, guild_id, command_id)
    del core.world.commands[command_id]
    core.world.overrides.pop(command_id, None)
    _changed(core)


def _put(core: Core, guild_id: int | None, fresh: Json, old: Json | None) -> Json:
    command_id = int(old["id"]) if old else core.ids()
    same = old is not None and all(old.get(key) == value for key, value in fresh.items())
    command: Json = {
        "id": str(command_id),
        "application_id": str(core.world.application_id),
        "version": old["version"] if old and same else str(core.ids()),
        **fresh,
    }
    if guild_id is not None:
        command["guild_id"] = str(guild_id)
        del command["dm_permission"]
    core.world.commands[command_id] = command
    return command


def _changed(core: Core) -> None:
    core.hub.publish(Event("COMMANDS_UPDATE", {}))
    core.saver.touch()


def offered(core: Core, user_id: int, channel: Channel | None = None) -> list[Json]:
    """The commands that Discord shows someone, permission overrides applied."""
    return [each for each in core.world.commands.values() if _offers(core, each, user_id, channel)]


def _offers(core: Core, command: Json, user_id: int, channel: Channel | None) -> bool:
    direct = channel is not None and channel.kind == ChannelKind.DM
    if direct:
        contexts = command.get("contexts")
        fits = 1 in contexts if contexts is not None else command.get("dm_permission", True)
        return bool(fits) and "guild_id" not in command
    contexts = command.get("contexts")
    if contexts is not None and 0 not in contexts:
        return False
    return may_use(core, command, user_id, channel)


def may_use(core: Core, command: Json, user_id: int, channel: Channel | None) -> bool:
    """Discord's rule: overrides by person, then roles, then everyone, then the default."""
    everywhere = in_guild(core.world, user_id)
    bits = in_channel(core.world, user_id, channel) if channel else everywhere
    if everywhere & Permission.ADMINISTRATOR:
        return True
    if not bits & Permission.USE_APPLICATION_COMMANDS:
        return False
    own = core.world.overrides.get(int(command["id"]))
    rules = own if own is not None else []
    general = core.world.overrides.get(core.world.application_id, [])
    if not _channel_allows(core, rules, channel, _channel_allows(core, general, channel, True)):
        return False
    verdict = _verdict(core, rules, user_id)
    if verdict is not None:
        return verdict
    if _verdict(core, general, user_id) is False:
        return False
    needed = command.get("default_member_permissions")
    if needed is None:
        return True
    # "0" means administrators alone.
    wanted = int(needed)
    return wanted != 0 and bits & wanted == wanted and wanted <= ALL_PERMISSIONS


def _verdict(core: Core, rules: list[Json], user_id: int) -> bool | None:
    by_target = {(each["type"], int(each["id"])): bool(each["permission"]) for each in rules}
    if (2, user_id) in by_target:
        return by_target[2, user_id]
    member = core.world.guild.members.get(user_id)
    mine = [
        by_target[1, each] for each in (member.roles if member else []) if (1, each) in by_target
    ]
    if mine:
        return any(mine)
    return by_target.get((1, core.world.guild.id))


def _channel_allows(core: Core, rules: list[Json], channel: Channel | None, default: bool) -> bool:
    if channel is None:
        return default
    place = channel.parent_id if channel.is_thread else channel.id
    by_channel = {int(each["id"]): bool(each["permission"]) for each in rules if each["type"] == 3}
    # The guild's id less one stands for "all channels".
    return by_channel.get(place or 0, by_channel.get(core.world.guild.id - 1, default))


def set_overrides(core: Core, command_id: int, rules: list[Json]) -> None:
    """Server Settings -> Integrations: replace a command's (or the application's) overrides."""
    kept = [
        {"id": str(each["id"]), "type": int(each["type"]), "permission": bool(each["permission"])}
        for each in rules
    ]
    if kept:
        core.world.overrides[command_id] = kept
    else:
        core.world.overrides.pop(command_id, None)
    data = permissions_payload(core, command_id)
    core.hub.publish(Event("APPLICATION_COMMAND_PERMISSIONS_UPDATE", data))
    _changed(core)


def permissions_payload(core: Core, command_id: int) -> Json:
    """The guild application command permissions object."""
    return {
        "id": str(command_id),
        "application_id": str(core.world.application_id),
        "guild_id": str(core.world.guild.id),
        "permissions": core.world.overrides.get(command_id, []),
    }


def by_path(core: Core, path: str, kind: int) -> tuple[Json, list[str]]:
    """The command that "feeds add" names, and the names below it; KeyError if there is none."""
    words = path.lstrip("/").split() if kind == 1 else [path]
    for command in core.world.commands.values():
        if command["type"] == kind and command["name"] == words[0]:
            return command, words[1:]
    known = ", ".join(sorted(each["name"] for each in core.world.commands.values())) or "none"
    raise KeyError(f"no command {path!r}; registered: {known}")


def leaf(command: Json, names: list[str]) -> Json:
    """The sub-command at a path below a command; KeyError if there is none."""
    node = command
    for name in names:
        nested = [each for each in node.get("options") or [] if each["type"] in (1, 2)]
        node = next((each for each in nested if each["name"] == name), {})
        if not node:
            raise KeyError(f"/{command['name']} has no {' '.join(names)!r}")
    if any(each["type"] in (1, 2) for each in node.get("options") or []):
        below = ", ".join(each["name"] for each in node["options"])
        raise KeyError(f"/{' '.join([command['name'], *names])} needs one of: {below}")
    return node
