"""REST: channels, threads, forum posts, direct messages."""

import re

from bot.sandbox import payloads, threads
from bot.sandbox.calls import Answer, Call, Routes
from bot.sandbox.constants import POST_KINDS, ChannelKind, Permission
from bot.sandbox.errors import api_error
from bot.sandbox.events import Event
from bot.sandbox.message_forms import read_message
from bot.sandbox.people import open_dm
from bot.sandbox.permissions import can, in_guild, require, sending_permission
from bot.sandbox.snowflakes import iso
from bot.sandbox.validation import Form, Json
from bot.sandbox.world import Channel, Overwrite

routes = Routes()
_CREATED, _CHANGED, _DELETED = 10, 11, 12


@routes.add("GET", "/channels/{channel_id}")
def get(call: Call) -> Answer:
    return payloads.channel(call.world, call.channel(), call.bot_id)


@routes.add("PATCH", "/channels/{channel_id}")
def change(call: Call) -> Answer:
    channel, form = call.channel(), call.form()
    if channel.kind == ChannelKind.DM:
        raise api_error(50024)
    if channel.is_thread:
        return threads.update(call.core, call.bot_id, channel, form)
    require(call.world, call.bot_id, channel, Permission.MANAGE_CHANNELS)
    name = form.string("name", most=100, least=1, strip=True)
    topic = form.string("topic", most=4096 if channel.kind in POST_KINDS else 1024)
    position = form.integer("position", least=0, most=2**31 - 1)
    slowmode = form.integer("rate_limit_per_user", least=0, most=21600)
    flags = form.integer("flags", least=0, most=2**31 - 1)
    nsfw = form.boolean("nsfw")
    tags = _read_tags(call, form) if form.has("available_tags") else None
    form.problems.raise_any()
    if tags is not None and channel.kind not in POST_KINDS:
        raise api_error(50024)
    if form.has("permission_overwrites"):
        channel.overwrites = _overwrites(call, form)
    channel.name = name or channel.name
    channel.topic = topic if "topic" in form.value else channel.topic
    channel.position = channel.position if position is None else position
    channel.slowmode_s = channel.slowmode_s if slowmode is None else slowmode
    channel.nsfw = channel.nsfw if nsfw is None else nsfw
    channel.flags = channel.flags if flags is None else flags & threads.REQUIRE_TAG
    channel.tags = channel.tags if tags is None else tags
    return _tell(call, channel, "CHANNEL_UPDATE", _CHANGED)


def _read_tags(call: Call, form: Form) -> list[Json]:
    found: list[Json] = []
    for each in form.forms("available_tags", most=20):
        name = each.string("name", most=20, least=1, required=True)
        tag_id = each.snowflake("id")
        found.append(
            {
                "id": str(tag_id or call.core.ids()),
                "name": name or "",
                "moderated": bool(each.boolean("moderated")),
                "emoji_id": each.value.get("emoji_id"),
                "emoji_name": each.value.get("emoji_name"),
            }
        )
    if len({each["name"] for each in found}) < len(found):
        raise api_error(40061)
    return found


def _overwrites(call: Call, form: Form) -> list[Overwrite]:
    found: list[Overwrite] = []
    for each in form.forms("permission_overwrites", most=500):
        target = each.snowflake("id", required=True)
        kind = each.choice("type", (0, 1), required=True)
        allow = each.integer("allow", least=0, most=2**63) or 0
        deny = each.integer("deny", least=0, most=2**63) or 0
        found.append(Overwrite(target or 0, kind or 0, allow, deny))
    form.problems.raise_any()
    mine = in_guild(call.world, call.bot_id)
    for one in found:
        if (one.allow | one.deny) & ~mine:
            raise api_error(50013)
    return found


def _tell(call: Call, channel: Channel, name: str, action: int) -> Json:
    data = payloads.channel(call.world, channel, call.bot_id)
    call.core.audit(call.bot_id, action, channel.id, call.reason)
    call.core.hub.publish(Event(name, data, channel))
    call.core.saver.touch()
    return data


@routes.add("DELETE", "/channels/{channel_id}")
def delete(call: Call) -> Answer:
    channel = call.channel()
    answer = payloads.channel(call.world, channel, call.bot_id)
    if channel.kind == ChannelKind.DM:
        return answer
    if channel.is_thread:
        require(call.world, call.bot_id, channel, Permission.MANAGE_THREADS)
        threads.remove(call.core, channel)
        return answer
    require(call.world, call.bot_id, channel, Permission.MANAGE_CHANNELS)
    for thread in call.world.threads_of(channel.id):
        threads.remove(call.core, thread)
    del call.world.channels[channel.id]
    for message in call.world.messages.pop(channel.id, {}).values():
        message.deleted = True
    return _tell(call, channel, "CHANNEL_DELETE", _DELETED)


@routes.add("POST", "/guilds/{guild_id}/channels")
def create(call: Call) -> Answer:
    call.guild()
    if not in_guild(call.world, call.bot_id) & Permission.MANAGE_CHANNELS:
        raise api_error(50013)
    form = call.form()
    name = form.string("name", most=100, least=1, required=True, strip=True)
    kind = form.choice("type", (0, 2, 4, 5, 15, 16)) or ChannelKind.TEXT
    topic = form.string("topic", most=1024)
    parent_id = form.snowflake("parent_id")
    overwrites = _overwrites(call, form)
    form.problems.raise_any()
    if kind == ChannelKind.TEXT:
        name = re.sub(r"\s+", "-", (name or "").lower())
    made = Channel(call.core.ids(), kind, name or "", call.world.guild.id, parent_id, topic=topic)
    made.overwrites = overwrites
    made.tags = _read_tags(call, form) if form.has("available_tags") else []
    call.world.channels[made.id] = made
    return 201, _tell(call, made, "CHANNEL_CREATE", _CREATED)


@routes.add("POST", "/users/@me/channels")
def direct(call: Call) -> Answer:
    form = call.form()
    recipient = form.snowflake("recipient_id", required=True)
    form.problems.raise_any()
    if recipient == call.bot_id:
        raise api_error(50007)
    if recipient not in call.world.users:
        raise api_error(50033)
    return payloads.channel(call.world, open_dm(call.core, recipient or 0), call.bot_id)


# Threads


@routes.add("POST", "/channels/{channel_id}/messages/{message_id}/threads")
def from_message(call: Call) -> Answer:
    channel = call.channel()
    message = call.message(channel)
    return 201, threads.from_message(call.core, call.world.bot, channel, message, call.form())


@routes.add("POST", "/channels/{channel_id}/threads")
def start(call: Call) -> Answer:
    channel, form = call.channel(), call.form()
    if channel.kind not in POST_KINDS:
        return 201, threads.without_message(call.core, call.world.bot, channel, form)
    require(call.world, call.bot_id, channel, sending_permission(channel))
    inner = form.form("message", required=True)
    tags = threads.read_post(call.core, call.bot_id, channel, form)
    assert inner is not None
    for key in ("nonce", "enforce_nonce"):
        # Posts have no nonces: Discord takes no notice of one.
        inner.value.pop(key, None)
    draft = read_message(call.core, inner, call.files)
    if draft.attachments:
        require(call.world, call.bot_id, channel, Permission.ATTACH_FILES)
    if draft.embeds and not can(call.world, call.bot_id, channel, Permission.EMBED_LINKS):
        if not (draft.content or draft.attachments or draft.components):
            raise api_error(50013)
        draft.embeds = []
    return 201, threads.post(call.core, call.world.bot, channel, form, tags, draft)


def _thread(call: Call) -> Channel:
    channel = call.channel()
    if not channel.is_thread:
        raise api_error(50024)
    return channel


@routes.add("PUT", "/channels/{channel_id}/thread-members/{user_id}")
def add_member(call: Call) -> Answer:
    thread, user_id = _thread(call), call.snowflake("user_id")
    if user_id not in call.world.guild.members:
        raise api_error(10007)
    if user_id != call.bot_id:
        require(call.world, call.bot_id, thread, sending_permission(thread))
    threads.join(call.core, thread, user_id, inside=True)
    return None


@routes.add("DELETE", "/channels/{channel_id}/thread-members/{user_id}")
def remove_member(call: Call) -> Answer:
    thread, user_id = _thread(call), call.snowflake("user_id")
    if user_id != call.bot_id:
        require(call.world, call.bot_id, thread, Permission.MANAGE_THREADS)
    threads.join(call.core, thread, user_id, inside=False)
    return None


@routes.add("GET", "/channels/{channel_id}/thread-members")
def members(call: Call) -> Answer:
    thread = _thread(call)
    inside = thread.thread.members if thread.thread else []
    return [payloads.thread_member(thread, each) for each in inside]


@routes.add("GET", "/channels/{channel_id}/thread-members/{user_id}")
def member(call: Call) -> Answer:
    thread, user_id = _thread(call), call.snowflake("user_id")
    if thread.thread is None or user_id not in thread.thread.members:
        raise api_error(10007)
    return payloads.thread_member(thread, user_id)


@routes.add("GET", "/channels/{channel_id}/threads/archived/public")
def archived_public(call: Call) -> Answer:
    kinds = (ChannelKind.PUBLIC_THREAD, ChannelKind.ANNOUNCEMENT_THREAD)
    return _archived(call, kinds, Permission.READ_MESSAGE_HISTORY)


@routes.add("GET", "/channels/{channel_id}/threads/archived/private")
def archived_private(call: Call) -> Answer:
    wanted = Permission.READ_MESSAGE_HISTORY | Permission.MANAGE_THREADS
    return _archived(call, (ChannelKind.PRIVATE_THREAD,), wanted)


@routes.add("GET", "/channels/{channel_id}/users/@me/threads/archived/private")
def archived_joined(call: Call) -> Answer:
    found = _archived(call, (ChannelKind.PRIVATE_THREAD,), Permission.READ_MESSAGE_HISTORY)
    found["threads"] = [each for each in found["threads"] if "member" in each]
    return found


def _archived(call: Call, kinds: tuple[ChannelKind, ...], wanted: int) -> Json:
    channel = call.channel()
    if channel.is_thread or channel.kind in (ChannelKind.DM, ChannelKind.CATEGORY):
        raise api_error(50024)
    require(call.world, call.bot_id, channel, wanted)
    limit = call.limit(50, 100, least=2)
    found = [
        each
        for each in call.world.threads_of(channel.id)
        if each.kind in kinds and each.thread and each.thread.archived
    ]
    found.sort(key=lambda each: each.thread.changed_at if each.thread else 0.0, reverse=True)
    before = call.query.get("before")
    if before:
        found = [e for e in found if e.thread and iso(e.thread.changed_at) < _utc(before)]
    return _threads_answer(call, found[:limit]) | {"has_more": len(found) > limit}


def _utc(text: str) -> str:
    # A "+" in a query may have been read as a space.
    return text.replace(" ", "+").replace("Z", "+00:00")


def _threads_answer(call: Call, found: list[Channel]) -> Json:
    return {
        "threads": [payloads.channel(call.world, each, call.bot_id) for each in found],
        "members": [
            payloads.thread_member(each, call.bot_id)
            for each in found
            if each.thread and call.bot_id in each.thread.members
        ],
    }


@routes.add("GET", "/guilds/{guild_id}/threads/active")
def active(call: Call) -> Answer:
    call.guild()
    found = [
        each
        for each in call.world.channels.values()
        if each.is_thread
        and each.thread
        and not each.thread.archived
        and can(call.world, call.bot_id, each, Permission.VIEW_CHANNEL)
    ]
    return _threads_answer(call, sorted(found, key=lambda each: each.id, reverse=True))


@routes.add("PUT", "/channels/{channel_id}/permissions/{overwrite_id}")
def set_overwrite(call: Call) -> Answer:
    channel, form = call.channel(), call.form()
    require(call.world, call.bot_id, channel, Permission.MANAGE_ROLES)
    target = call.snowflake("overwrite_id")
    kind = form.choice("type", (0, 1), required=True)
    allow = form.integer("allow", least=0, most=2**63) or 0
    deny = form.integer("deny", least=0, most=2**63) or 0
    form.problems.raise_any()
    if (allow | deny) & ~in_guild(call.world, call.bot_id):
        raise api_error(50013)
    channel.overwrites = [each for each in channel.overwrites if each.id != target]
    channel.overwrites.append(Overwrite(target, kind or 0, allow, deny))
    _tell(call, channel, "CHANNEL_UPDATE", _CHANGED)
    return None


@routes.add("DELETE", "/channels/{channel_id}/permissions/{overwrite_id}")
def drop_overwrite(call: Call) -> Answer:
    channel = call.channel()
    require(call.world, call.bot_id, channel, Permission.MANAGE_ROLES)
    target = call.snowflake("overwrite_id")
    channel.overwrites = [each for each in channel.overwrites if each.id != target]
    _tell(call, channel, "CHANNEL_UPDATE", _CHANGED)
    return None
