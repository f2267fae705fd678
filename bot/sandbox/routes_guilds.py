"""REST: the bot itself, its gateway, the server with its members and roles, the audit log."""

from bot.sandbox import payloads
from bot.sandbox.calls import Answer, Call, Routes
from bot.sandbox.constants import Intent, Permission
from bot.sandbox.errors import api_error
from bot.sandbox.events import Event
from bot.sandbox.permissions import in_guild, outranks, require_in_guild
from bot.sandbox.validation import Json
from bot.sandbox.world import Member, Role

routes = Routes()
_MEMBER_ROLES, _ROLE_CREATED, _ROLE_CHANGED, _ROLE_DELETED = 25, 30, 31, 32


@routes.add("GET", "/users/@me")
def me(call: Call) -> Answer:
    return payloads.user(call.world.bot) | {"verified": True, "mfa_enabled": False}


@routes.add("GET", "/users/@me/guilds")
def my_guilds(call: Call) -> Answer:
    guild = call.world.guild
    about: Json = {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "banner": None,
        "owner": False,
        "permissions": str(in_guild(call.world, call.bot_id)),
        "features": ["COMMUNITY", "NEWS"],
    }
    return [about]


@routes.add("GET", "/users/{user_id}")
def user(call: Call) -> Answer:
    found = call.world.users.get(call.snowflake("user_id"))
    if found is None:
        raise api_error(10013)
    return payloads.user(found)


@routes.add("GET", "/oauth2/applications/@me")
@routes.add("GET", "/applications/@me")
def application(call: Call) -> Answer:
    return payloads.application(call.world)


@routes.add("GET", "/gateway", needs_token=False)
def gateway(call: Call) -> Answer:
    return {"url": call.core.gateway_url}


@routes.add("GET", "/gateway/bot")
def gateway_bot(call: Call) -> Answer:
    left = max(0, 1000 - call.gateway.identified)
    return {
        "url": call.core.gateway_url,
        "shards": 1,
        "session_start_limit": {
            "total": 1000,
            "remaining": left,
            "reset_after": 14_400_000,
            "max_concurrency": 1,
        },
    }


@routes.add("GET", "/guilds/{guild_id}")
def guild(call: Call) -> Answer:
    call.guild()
    found = payloads.guild(call.world)
    if call.query.get("with_counts", "").lower() not in ("true", "1"):
        del found["approximate_member_count"], found["approximate_presence_count"]
    return found


@routes.add("GET", "/guilds/{guild_id}/channels")
def channels(call: Call) -> Answer:
    call.guild()
    return [
        payloads.channel(call.world, each, call.bot_id)
        for each in call.world.channels.values()
        if each.guild_id is not None and not each.is_thread
    ]


# Members


def _member(call: Call) -> Member:
    call.guild()
    found = call.world.guild.members.get(call.snowflake("user_id"))
    if found is None:
        raise api_error(10007 if call.snowflake("user_id") in call.world.users else 10013)
    return found


@routes.add("GET", "/guilds/{guild_id}/members/search")
def search(call: Call) -> Answer:
    call.guild()
    limit, typed = call.limit(1, 1000), call.query.get("query", "").lower()
    found = [
        payloads.member(each)
        for each in call.world.guild.members.values()
        if (each.nick or each.user.name).lower().startswith(typed)
    ]
    return found[:limit]


@routes.add("GET", "/guilds/{guild_id}/members")
def members(call: Call) -> Answer:
    call.guild()
    if not call.core.privileged_intents & Intent.GUILD_MEMBERS:
        raise api_error(50001)
    limit, after = call.limit(1, 1000), call.query_snowflake("after") or 0
    held = sorted(call.world.guild.members.values(), key=lambda each: each.user.id)
    return [payloads.member(each) for each in held if each.user.id > after][:limit]


@routes.add("GET", "/users/@me/guilds/{guild_id}/member")
@routes.add("GET", "/guilds/{guild_id}/members/{user_id}")
def member(call: Call) -> Answer:
    call.params.setdefault("user_id", "@me")
    return payloads.member(_member(call))


@routes.add("PATCH", "/guilds/{guild_id}/members/@me")
def rename_me(call: Call) -> Answer:
    call.guild()
    form = call.form()
    nick = form.string("nick", most=32)
    form.problems.raise_any()
    require_in_guild(call.world, call.bot_id, Permission.CHANGE_NICKNAME)
    found = call.world.guild.members[call.bot_id]
    found.nick = nick or None
    _tell_member(call, found)
    return payloads.member(found)


def _tell_member(call: Call, member: Member) -> None:
    data = payloads.member(member) | {"guild_id": str(call.world.guild.id)}
    call.core.hub.publish(Event("GUILD_MEMBER_UPDATE", data))
    call.core.saver.touch()


@routes.add("PUT", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}")
def give_role(call: Call) -> Answer:
    return _change_role(call, has=True)


@routes.add("DELETE", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}")
def take_role(call: Call) -> Answer:
    return _change_role(call, has=False)


def _change_role(call: Call, *, has: bool) -> Answer:
    member, role = _member(call), call.role()
    require_in_guild(call.world, call.bot_id, Permission.MANAGE_ROLES)
    # A managed role belongs to its integration, and @everyone to everyone.
    if (
        role.managed
        or role.id == call.world.guild.id
        or not outranks(call.world, call.bot_id, role)
    ):
        raise api_error(50013)
    if has != (role.id in member.roles):
        if has:
            member.roles.append(role.id)
        else:
            member.roles.remove(role.id)
        call.core.audit(call.bot_id, _MEMBER_ROLES, member.user.id, call.reason)
        _tell_member(call, member)
    return None


# Roles


@routes.add("GET", "/guilds/{guild_id}/roles")
def roles(call: Call) -> Answer:
    call.guild()
    held = call.world.guild.roles.values()
    return [payloads.role(each) for each in sorted(held, key=lambda each: each.position)]


@routes.add("GET", "/guilds/{guild_id}/roles/{role_id}")
def role(call: Call) -> Answer:
    call.guild()
    return payloads.role(call.role())


@routes.add("GET", "/guilds/{guild_id}/roles/member-counts")
def role_counts(call: Call) -> Answer:
    call.guild()
    held = call.world.guild.members.values()
    return {
        str(role_id): sum(role_id in each.roles for each in held)
        for role_id in call.world.guild.roles
        if role_id != call.world.guild.id
    }


@routes.add("POST", "/guilds/{guild_id}/roles")
def create_role(call: Call) -> Answer:
    call.guild()
    require_in_guild(call.world, call.bot_id, Permission.MANAGE_ROLES)
    made = Role(call.core.ids(), "new role")
    _read_role(call, made)
    for each in call.world.guild.roles.values():
        # New roles come just above @everyone.
        each.position += each.position > 0
    call.world.guild.roles[made.id] = made
    return _tell_role(call, made, "GUILD_ROLE_CREATE", _ROLE_CREATED)


@routes.add("PATCH", "/guilds/{guild_id}/roles/{role_id}")
def change_role(call: Call) -> Answer:
    call.guild()
    found = call.role()
    require_in_guild(call.world, call.bot_id, Permission.MANAGE_ROLES)
    if not outranks(call.world, call.bot_id, found):
        raise api_error(50013)
    _read_role(call, found)
    return _tell_role(call, found, "GUILD_ROLE_UPDATE", _ROLE_CHANGED)


def _read_role(call: Call, role: Role) -> None:
    form = call.form()
    name = form.string("name", most=100, least=1)
    permissions = form.integer("permissions", least=0, most=2**63)
    colour = form.integer("color", least=0, most=0xFFFFFF)
    mentionable = form.boolean("mentionable")
    form.problems.raise_any()
    if (permissions or 0) & ~in_guild(call.world, call.bot_id):
        raise api_error(50013)
    role.name = name or role.name
    role.permissions = role.permissions if permissions is None else permissions
    role.colour = role.colour if colour is None else colour
    role.mentionable = role.mentionable if mentionable is None else mentionable


def _tell_role(call: Call, role: Role, name: str, action: int) -> Json:
    raw = payloads.role(role)
    call.core.audit(call.bot_id, action, role.id, call.reason)
    data = {"guild_id": str(call.world.guild.id), "role": raw}
    call.core.hub.publish(Event(name, data))
    call.core.saver.touch()
    return raw


@routes.add("DELETE", "/guilds/{guild_id}/roles/{role_id}")
def delete_role(call: Call) -> Answer:
    call.guild()
    found = call.role()
    require_in_guild(call.world, call.bot_id, Permission.MANAGE_ROLES)
    if found.managed or found.id == call.world.guild.id:
        raise api_error(50028)
    if not outranks(call.world, call.bot_id, found):
        raise api_error(50013)
    remove_role(call, found)
    return None


def remove_role(call: Call, role: Role) -> None:
    """Take a role from everybody and from the server."""
    del call.world.guild.roles[role.id]
    for each in call.world.guild.members.values():
        if role.id in each.roles:
            each.roles.remove(role.id)
    call.core.audit(call.bot_id, _ROLE_DELETED, role.id, call.reason)
    data = {"guild_id": str(call.world.guild.id), "role_id": str(role.id)}
    call.core.hub.publish(Event("GUILD_ROLE_DELETE", data))
    call.core.saver.touch()


@routes.add("GET", "/guilds/{guild_id}/audit-logs")
def audit_log(call: Call) -> Answer:
    call.guild()
    require_in_guild(call.world, call.bot_id, Permission.VIEW_AUDIT_LOG)
    limit = call.limit(50, 100)
    entries = call.world.audit
    if call.query.get("action_type"):
        entries = [e for e in entries if str(e["action_type"]) == call.query["action_type"]]
    users = {each["user_id"] for each in entries[:limit]}
    return {
        "audit_log_entries": entries[:limit],
        "users": [payloads.user(u) for u in call.world.users.values() if str(u.id) in users],
        "application_commands": [],
        "auto_moderation_rules": [],
        "guild_scheduled_events": [],
        "integrations": [],
        "threads": [],
        "webhooks": [],
    }
