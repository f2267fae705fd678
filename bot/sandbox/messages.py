"""Messages: sent, edited, deleted, pinned, with the events that tell of it."""

import re
from dataclasses import replace

from bot.sandbox import payloads
from bot.sandbox.constants import POST_KINDS, ChannelKind, MessageFlag, Permission
from bot.sandbox.core import Core
from bot.sandbox.errors import api_error, invalid
from bot.sandbox.events import Event
from bot.sandbox.message_forms import Draft
from bot.sandbox.permissions import can, in_channel, require, sending_permission
from bot.sandbox.snowflakes import created_at, iso
from bot.sandbox.validation import Json
from bot.sandbox.world import Channel, Message, User, walk

REPLY = 19
OLD_AFTER_S = 3600.0
OLD_EDITS = 3
OLD_EDITS_WINDOW_S = 20.0
"""Edits of messages more than an hour old: about three per channel in twenty seconds, as observed
by bot authors; Discord publishes no figure."""
MOST_PINS = 250
_TEXTLESS = {ChannelKind.CATEGORY, *POST_KINDS}
_USER_MENTION = re.compile(r"<@!?([0-9]{1,20})>")
_ROLE_MENTION = re.compile(r"<@&([0-9]{1,20})>")
_EVERYONE = re.compile(r"@(everyone|here)\b")


def may_send(core: Core, author_id: int, channel: Channel, draft: Draft) -> Draft:
    """What of a draft its author may send here; raises where nothing may be sent."""
    if channel.kind in _TEXTLESS:
        require(core.world, author_id, channel, 0)
        raise api_error(50008)
    require(core.world, author_id, channel, sending_permission(channel))
    _check_thread_open(core, author_id, channel)
    if draft.tts and not can(core.world, author_id, channel, Permission.SEND_TTS_MESSAGES):
        draft.tts = False
    if draft.attachments:
        require(core.world, author_id, channel, Permission.ATTACH_FILES)
    if draft.reference and not can(core.world, author_id, channel, Permission.READ_MESSAGE_HISTORY):
        raise api_error(160002)
    if draft.embeds and not can(core.world, author_id, channel, Permission.EMBED_LINKS):
        # Discord refuses a message that is nothing but embeds, and drops them from one that
        # has something else to show.
        if not (draft.content or draft.attachments or draft.components):
            raise api_error(50013)
        draft.embeds = []
    return draft


def _check_thread_open(core: Core, author_id: int, channel: Channel) -> None:
    state = channel.thread
    if state is None:
        return
    if state.locked and not can(core.world, author_id, channel, Permission.MANAGE_THREADS):
        raise api_error(160005)
    parent = core.world.channels.get(channel.parent_id or 0)
    is_post = parent is not None and parent.kind in POST_KINDS
    if is_post and state.total_sent == 0 and author_id != state.owner_id:
        raise api_error(40058)


def send(
    core: Core,
    channel: Channel,
    author: User,
    draft: Draft,
    *,
    kind: int = 0,
    only_for: int | None = None,
    extra: Json | None = None,
    message_id: int | None = None,
) -> tuple[Message, Json]:
    """Put a message into a channel; returns it and the JSON that answers the request."""
    core_id = message_id if message_id is not None else core.ids()
    raw: Json = {
        "id": str(core_id),
        "channel_id": str(channel.id),
        "type": kind,
        "content": draft.content or "",
        "author": payloads.user(author),
        "attachments": draft.attachments or [],
        "embeds": draft.embeds or [],
        "components": draft.components or [],
        "timestamp": iso(created_at(core_id)),
        "edited_timestamp": None,
        "flags": draft.flags,
        "tts": draft.tts,
        **_mentions(core, channel, author.id, draft),
    }
    if author.id == core.world.bot.id:
        raw["application_id"] = str(core.world.application_id)
    if draft.reference:
        raw |= _reply(core, channel, draft)
        _mention_replied(raw, draft)
    raw |= extra or {}
    message = Message(core_id, channel.id, author.id, raw, only_for=only_for)
    core.world.messages.setdefault(channel.id, {})[core_id] = message
    if only_for is None:
        _count(core, channel, message)
    answer = payloads.message(message, author.id, core.world)
    if draft.nonce is not None:
        answer["nonce"] = draft.nonce
    publish(core, "MESSAGE_CREATE", channel, message, answer)
    return message, answer


def _count(core: Core, channel: Channel, message: Message) -> None:
    channel.last_message_id = message.id
    state = channel.thread
    if state is None:
        return
    message.raw["position"] = state.message_count
    # The message that a post or thread begins with has the thread's own id and is not counted.
    if message.id != channel.id:
        state.message_count += 1
    state.total_sent += 1
    if message.author_id not in state.members:
        state.members.append(message.author_id)
    if state.archived:
        state.archived = False
        state.changed_at = core.now
        data = payloads.channel(core.world, channel, core.world.bot.id)
        core.hub.publish(Event("THREAD_UPDATE", data, channel))


def _mention_replied(raw: Json, draft: Draft) -> None:
    replied = (raw.get("referenced_message") or {}).get("author")
    if replied and draft.mentions.replied_user and replied not in raw["mentions"]:
        raw["mentions"].append(replied)


def _reply(core: Core, channel: Channel, draft: Draft) -> Json:
    reference = draft.reference or {}
    wanted = reference["channel_id"]
    found = core.world.message(channel.id, reference["message_id"] or 0)
    if found is not None and found.ephemeral:
        found = None
    if found is None or wanted not in (None, channel.id):
        if reference["fail_if_not_exists"]:
            raise invalid(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        return {}
    return reply_fields(core, channel, found)


def reply_fields(core: Core, channel: Channel, found: Message) -> Json:
    """What marks a message as a reply to another in its channel."""
    reference = {"type": 0, "message_id": str(found.id), "channel_id": str(channel.id)}
    if channel.guild_id is not None:
        reference["guild_id"] = str(channel.guild_id)
    quoted = payloads.message(found, found.author_id, core.world)
    quoted.pop("referenced_message", None)
    return {"type": REPLY, "message_reference": reference, "referenced_message": quoted}


def _mentions(core: Core, channel: Channel, author_id: int, draft: Draft) -> Json:
    """Who is really notified, after allowed_mentions and permissions."""
    world, allowed = core.world, draft.mentions
    texts = [draft.content or ""]
    texts += [str(each.get("content") or "") for each in walk(draft.components or [])]
    text = "\n".join(texts)
    may_mention_all = can(world, author_id, channel, Permission.MENTION_EVERYONE)
    users = dict.fromkeys(int(each) for each in _USER_MENTION.findall(text))
    notified = [
        world.users[each]
        for each in users
        if each in world.users and (allowed.users is None or each in allowed.users)
    ]
    roles: list[str] = []
    for role_id in dict.fromkeys(int(each) for each in _ROLE_MENTION.findall(text)):
        role = world.guild.roles.get(role_id)
        if role is None or not (allowed.roles is None or role_id in allowed.roles):
            continue
        if role.mentionable or may_mention_all:
            roles.append(str(role_id))
    everyone = allowed.everyone and may_mention_all and bool(_EVERYONE.search(text))
    return {
        "mentions": [payloads.user(each) for each in notified],
        "mention_roles": roles,
        "mention_everyone": everyone,
    }


def edit(core: Core, channel: Channel, message: Message, draft: Draft) -> Json:
    """Apply an edit; returns the JSON that answers the request."""
    raw = dict(message.raw)
    for key in ("content", "embeds", "components", "attachments"):
        value = getattr(draft, key)
        if value is not None:
            raw[key] = value
    suppress = int(MessageFlag.SUPPRESS_EMBEDS)
    keep = ~suppress if draft.given_flags else ~0
    raw["flags"] = (int(raw["flags"]) & keep & ~MessageFlag.LOADING) | draft.flags
    if raw["flags"] & suppress:
        raw["embeds"] = []
    if draft.content is not None or draft.components is not None:
        whole = replace(draft, content=raw["content"], components=raw["components"])
        raw |= _mentions(core, channel, message.author_id, whole)
    raw["edited_timestamp"] = iso(core.now)
    message.raw = raw
    answer = payloads.message(message, message.author_id, core.world)
    publish(core, "MESSAGE_UPDATE", channel, message, answer)
    return answer


def check_editable(core: Core, channel: Channel, message: Message) -> None:
    """Raise 50005, 50083 or 30046 where the bot may not edit this message now."""
    if message.author_id != core.world.bot.id:
        raise api_error(50005)
    if channel.thread and channel.thread.archived:
        raise api_error(50083)
    if core.now - created_at(message.id) <= OLD_AFTER_S:
        return
    held = core.world.messages[channel.id].values()
    recent = [
        when for each in held for when in each.late_edits if core.now - when < OLD_EDITS_WINDOW_S
    ]
    if len(recent) >= OLD_EDITS:
        wait = OLD_EDITS_WINDOW_S - (core.now - min(recent))
        raise api_error(30046, retry_after=round(max(wait, 0.001), 3))
    message.late_edits = [
        when for when in message.late_edits if core.now - when < OLD_EDITS_WINDOW_S
    ] + [core.now]


def delete(core: Core, channel: Channel, message: Message, *, tell: bool = True) -> None:
    """Remove a message."""
    core.world.messages.get(channel.id, {}).pop(message.id, None)
    message.deleted = True
    if channel.thread and not message.ephemeral:
        channel.thread.message_count = max(0, channel.thread.message_count - 1)
    if tell:
        data: Json = {"id": str(message.id), "channel_id": str(channel.id)}
        if channel.guild_id is not None and not message.ephemeral:
            data["guild_id"] = str(channel.guild_id)
        core.hub.publish(Event("MESSAGE_DELETE", data, channel, message, message.only_for))
    core.saver.touch()


def pin(core: Core, channel: Channel, message: Message, *, pinned: bool) -> None:
    """Pin or unpin; 30003 when the channel has as many pins as it may."""
    if pinned == (message.pinned_at is not None):
        return
    if pinned:
        held = core.world.messages.get(channel.id, {}).values()
        if sum(each.pinned_at is not None for each in held) >= MOST_PINS:
            raise api_error(30003)
    message.pinned_at = core.now if pinned else None
    channel.last_pin_at = core.now
    answer = payloads.message(message, message.author_id, core.world)
    publish(core, "MESSAGE_UPDATE", channel, message, answer)
    data: Json = {"channel_id": str(channel.id), "last_pin_timestamp": iso(core.now)}
    if channel.guild_id is not None:
        data["guild_id"] = str(channel.guild_id)
    core.hub.publish(Event("CHANNEL_PINS_UPDATE", data, channel))


def publish(core: Core, name: str, channel: Channel, message: Message, data: Json) -> None:
    """Tell of a message as the gateway does."""
    data = dict(data)
    if channel.guild_id is not None and not message.ephemeral:
        data["guild_id"] = str(channel.guild_id)
        author = core.world.guild.members.get(message.author_id)
        if author is not None:
            data["member"] = payloads.member(author, with_user=False)
    data["channel_type"] = int(channel.kind)
    core.hub.publish(Event(name, data, channel, message, message.only_for))
    core.saver.touch()


def visible(core: Core, channel: Channel, viewer_id: int) -> list[Message]:
    """The messages someone can see in a channel, oldest first."""
    if not in_channel(core.world, viewer_id, channel) & Permission.VIEW_CHANNEL:
        return []
    return [
        each
        for each in sorted(core.world.messages.get(channel.id, {}).values(), key=lambda m: m.id)
        if each.only_for in (None, viewer_id) and not each.dismissed
    ]
