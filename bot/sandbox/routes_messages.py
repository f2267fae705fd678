"""REST: messages, reactions, pins, typing."""

from urllib.parse import unquote

from bot.sandbox import messages, payloads
from bot.sandbox.calls import Answer, Call, Routes
from bot.sandbox.constants import POST_KINDS, ChannelKind, Intent, MessageFlag, Permission
from bot.sandbox.errors import api_error, invalid
from bot.sandbox.events import Event
from bot.sandbox.gateway_session import without_content
from bot.sandbox.message_forms import read_message
from bot.sandbox.permissions import can, require, sending_permission
from bot.sandbox.snowflakes import created_at, iso
from bot.sandbox.validation import Form, Json
from bot.sandbox.world import Channel, Message

routes = Routes()
_TWO_WEEKS_S = 14 * 24 * 3600
_MOST_REACTIONS = 20
_TEXTLESS = {ChannelKind.CATEGORY, *POST_KINDS}


def shown(call: Call, message: Message) -> Json:
    """A message as this bot is shown it."""
    raw = payloads.message(message, call.bot_id, call.world)
    if call.core.privileged_intents & Intent.MESSAGE_CONTENT:
        return raw
    return without_content(raw, call.core)


def _history(call: Call, channel: Channel) -> list[Message]:
    if not can(call.world, call.bot_id, channel, Permission.READ_MESSAGE_HISTORY):
        return []
    held = call.world.messages.get(channel.id, {}).values()
    return sorted((each for each in held if not each.ephemeral), key=lambda each: each.id)


@routes.add("POST", "/channels/{channel_id}/messages")
def create(call: Call) -> Answer:
    channel, core = call.channel(), call.core
    draft = read_message(core, call.form(), call.files)
    draft = messages.may_send(core, call.bot_id, channel, draft)
    if draft.enforce_nonce and draft.nonce is not None:
        made = core.nonces.find(call.bot_id, draft.nonce, core.now)
        if made is not None:
            found = core.world.message(*made)
            if found is None:
                # Made before, and deleted since.
                raise api_error(10008)
            answer = payloads.message(found, call.bot_id, call.world)
            return answer | {"nonce": draft.nonce}
    message, answer = messages.send(core, channel, call.world.bot, draft)
    if draft.nonce is not None:
        core.nonces.remember(call.bot_id, draft.nonce, channel.id, message.id, core.now)
    return answer


@routes.add("GET", "/channels/{channel_id}/messages")
def listing(call: Call) -> Answer:
    channel = call.channel()
    if channel.kind in _TEXTLESS:
        raise api_error(50008)
    limit = call.limit(50, 100)
    found = _history(call, channel)
    around = call.query_snowflake("around")
    before, after = call.query_snowflake("before"), call.query_snowflake("after")
    if sum(each is not None for each in (around, before, after)) > 1:
        raise invalid((), "BASE_TYPE_MUTUALLY_EXCLUSIVE", "Use one of around, before and after")
    if around is not None:
        earlier = [each for each in found if each.id < around][-(limit // 2) or len(found) :]
        later = [each for each in found if each.id >= around][: limit - len(earlier)]
        found = earlier + later
    elif after is not None:
        found = [each for each in found if each.id > after][:limit]
    else:
        found = [each for each in found if before is None or each.id < before][-limit:]
    return [shown(call, each) for each in reversed(found)]


@routes.add("GET", "/channels/{channel_id}/messages/{message_id}")
def get(call: Call) -> Answer:
    channel = call.channel()
    require(call.world, call.bot_id, channel, Permission.READ_MESSAGE_HISTORY)
    return shown(call, call.message(channel))


@routes.add("PATCH", "/channels/{channel_id}/messages/{message_id}")
def edit(call: Call) -> Answer:
    channel = call.channel()
    message = call.message(channel)
    form = call.form()
    if message.author_id != call.bot_id:
        return _suppress_others(call, channel, message, form)
    draft = read_message(call.core, form, call.files, editing=message, may_be_empty=True)
    if draft.embeds and not can(call.world, call.bot_id, channel, Permission.EMBED_LINKS):
        # In an edit the embeds are dropped, unlike in a new message.
        draft.embeds = []
    if draft.attachments and call.files:
        require(call.world, call.bot_id, channel, Permission.ATTACH_FILES)
    kept = {
        key: getattr(draft, key) if getattr(draft, key) is not None else message.raw[key]
        for key in ("content", "embeds", "components", "attachments")
    }
    if not any(kept.values()):
        raise api_error(50006)
    messages.check_editable(call.core, channel, message)
    return messages.edit(call.core, channel, message, draft)


def _suppress_others(call: Call, channel: Channel, message: Message, form: Form) -> Answer:
    """Of others' messages, only flags may be changed, and only with Manage Messages."""
    if set(form.value) - {"flags", "allowed_mentions", "tts"}:
        raise api_error(50005)
    require(call.world, call.bot_id, channel, Permission.MANAGE_MESSAGES)
    flags = form.integer("flags", least=0, most=2**31 - 1) or 0
    form.problems.raise_any()
    suppress = int(MessageFlag.SUPPRESS_EMBEDS)
    message.raw["flags"] = int(message.raw["flags"]) & ~suppress | flags & suppress
    answer = payloads.message(message, call.bot_id, call.world)
    messages.publish(call.core, "MESSAGE_UPDATE", channel, message, answer)
    return answer


@routes.add("DELETE", "/channels/{channel_id}/messages/{message_id}")
def delete(call: Call) -> Answer:
    channel = call.channel()
    message = call.message(channel)
    if channel.thread and channel.thread.archived:
        raise api_error(50083)
    if message.author_id != call.bot_id:
        if channel.kind == ChannelKind.DM:
            raise api_error(50003)
        require(call.world, call.bot_id, channel, Permission.MANAGE_MESSAGES)
    messages.delete(call.core, channel, message)
    return None


@routes.add("POST", "/channels/{channel_id}/messages/bulk-delete")
def bulk_delete(call: Call) -> Answer:
    channel, form = call.channel(), call.form()
    if channel.kind == ChannelKind.DM:
        raise api_error(50003)
    require(call.world, call.bot_id, channel, Permission.MANAGE_MESSAGES)
    given = form.value.get("messages")
    if not isinstance(given, list) or not 2 <= len(given) <= 100:
        raise api_error(50016)
    ids = [int(each) for each in given if str(each).isdigit()]
    if any(call.core.now - created_at(each) > _TWO_WEEKS_S for each in ids):
        raise api_error(50034)
    found = [call.world.message(channel.id, each) for each in ids]
    gone = [each for each in found if each is not None and not each.ephemeral]
    for message in gone:
        messages.delete(call.core, channel, message, tell=False)
        # The page is told of each.
        about = {"id": str(message.id), "channel_id": str(channel.id)}
        call.core.hub.publish(Event("DISMISSED", about, channel, message))
    data: Json = {"ids": [str(each.id) for each in gone], "channel_id": str(channel.id)}
    data["guild_id"] = str(channel.guild_id)
    call.core.hub.publish(Event("MESSAGE_DELETE_BULK", data, channel))
    return None


@routes.add("POST", "/channels/{channel_id}/messages/{message_id}/crosspost")
def crosspost(call: Call) -> Answer:
    channel = call.channel()
    message = call.message(channel)
    if channel.kind != ChannelKind.ANNOUNCEMENT:
        raise api_error(50024)
    wanted = Permission.SEND_MESSAGES
    if message.author_id != call.bot_id:
        wanted |= Permission.MANAGE_MESSAGES
    require(call.world, call.bot_id, channel, wanted)
    if message.raw["flags"] & MessageFlag.CROSSPOSTED:
        raise invalid(
            (), "MESSAGE_ALREADY_CROSSPOSTED", "This message has already been crossposted."
        )
    message.raw["flags"] |= int(MessageFlag.CROSSPOSTED)
    answer = payloads.message(message, call.bot_id, call.world)
    messages.publish(call.core, "MESSAGE_UPDATE", channel, message, answer)
    return answer


@routes.add("POST", "/channels/{channel_id}/typing")
def typing(call: Call) -> Answer:
    channel = call.channel()
    if channel.kind in _TEXTLESS:
        raise api_error(50024)
    require(call.world, call.bot_id, channel, sending_permission(channel))
    data: Json = {"channel_id": str(channel.id), "user_id": str(call.bot_id)}
    data["timestamp"] = int(call.core.now)
    if channel.guild_id is not None:
        data["guild_id"] = str(channel.guild_id)
    call.core.hub.publish(Event("TYPING_START", data, channel))
    return None


# Pins: the routes of old, and those that replaced them in 2025.


@routes.add("GET", "/channels/{channel_id}/pins")
def old_pins(call: Call) -> Answer:
    return [shown(call, each) for each in _pinned(call, call.channel())]


def _pinned(call: Call, channel: Channel) -> list[Message]:
    found = [each for each in _history(call, channel) if each.pinned_at is not None]
    return sorted(found, key=lambda each: each.pinned_at or 0.0, reverse=True)


@routes.add("GET", "/channels/{channel_id}/messages/pins")
def pins(call: Call) -> Answer:
    found = _pinned(call, call.channel())
    limit = call.limit(50, 50)
    before = call.query.get("before")
    if before:
        found = [each for each in found if iso(each.pinned_at or 0.0) < before]
    return {
        "items": [
            {"pinned_at": iso(each.pinned_at or 0.0), "message": shown(call, each)}
            for each in found[:limit]
        ],
        "has_more": len(found) > limit,
    }


@routes.add("PUT", "/channels/{channel_id}/pins/{message_id}")
@routes.add("PUT", "/channels/{channel_id}/messages/pins/{message_id}")
def pin(call: Call) -> Answer:
    return _pin(call, pinned=True)


@routes.add("DELETE", "/channels/{channel_id}/pins/{message_id}")
@routes.add("DELETE", "/channels/{channel_id}/messages/pins/{message_id}")
def unpin(call: Call) -> Answer:
    return _pin(call, pinned=False)


def _pin(call: Call, *, pinned: bool) -> Answer:
    channel = call.channel()
    # Manage Messages no longer includes this: Pin Messages is a permission of its own.
    require(call.world, call.bot_id, channel, Permission.PIN_MESSAGES)
    message = call.message(channel)
    if channel.thread and channel.thread.archived:
        raise api_error(50083)
    messages.pin(call.core, channel, message, pinned=pinned)
    return None


# Reactions


def _emoji(call: Call) -> str:
    name = unquote(call.params["emoji"])
    custom = ":" in name
    if not custom and any(letter.isalpha() for letter in name):
        raise api_error(10014)
    return name


@routes.add("PUT", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me")
def react(call: Call) -> Answer:
    channel = call.channel()
    message, emoji = call.message(channel), _emoji(call)
    wanted = Permission.READ_MESSAGE_HISTORY
    if not message.reactions.get(emoji):
        wanted |= Permission.ADD_REACTIONS
    require(call.world, call.bot_id, channel, wanted)
    if channel.thread and channel.thread.archived:
        raise api_error(50083)
    if emoji not in message.reactions and len(message.reactions) >= _MOST_REACTIONS:
        raise api_error(30010)
    users = message.reactions.setdefault(emoji, [])
    if call.bot_id not in users:
        users.append(call.bot_id)
        _tell_reaction(call, "MESSAGE_REACTION_ADD", channel, message, emoji)
    return None


@routes.add("DELETE", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/{user_id}")
def unreact(call: Call) -> Answer:
    channel = call.channel()
    message, emoji, user_id = call.message(channel), _emoji(call), call.snowflake("user_id")
    if user_id != call.bot_id:
        require(call.world, call.bot_id, channel, Permission.MANAGE_MESSAGES)
    users = message.reactions.get(emoji, [])
    if user_id not in users:
        raise api_error(10014)
    users.remove(user_id)
    if not users:
        del message.reactions[emoji]
    _tell_reaction(call, "MESSAGE_REACTION_REMOVE", channel, message, emoji)
    return None


def _tell_reaction(call: Call, name: str, channel: Channel, message: Message, emoji: str) -> None:
    data: Json = {
        "user_id": str(call.bot_id),
        "channel_id": str(channel.id),
        "message_id": str(message.id),
        "message_author_id": str(message.author_id),
        "emoji": payloads.emoji(emoji),
        "burst": False,
        "type": 0,
    }
    if channel.guild_id is not None:
        data["guild_id"] = str(channel.guild_id)
        if name == "MESSAGE_REACTION_ADD":
            data["member"] = payloads.member(call.world.guild.members[call.bot_id])
    call.core.hub.publish(Event(name, data, channel))
    call.core.saver.touch()


@routes.add("GET", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}")
def reactors(call: Call) -> Answer:
    channel = call.channel()
    require(call.world, call.bot_id, channel, Permission.READ_MESSAGE_HISTORY)
    users = call.message(channel).reactions.get(_emoji(call), [])
    return [payloads.user(call.world.users[each]) for each in users[: call.limit(25, 100)]]


@routes.add("DELETE", "/channels/{channel_id}/messages/{message_id}/reactions")
@routes.add("DELETE", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}")
def clear_reactions(call: Call) -> Answer:
    channel = call.channel()
    message = call.message(channel)
    require(call.world, call.bot_id, channel, Permission.MANAGE_MESSAGES)
    if "emoji" in call.params:
        message.reactions.pop(_emoji(call), None)
    else:
        message.reactions.clear()
    answer = payloads.message(message, call.bot_id, call.world)
    call.core.hub.publish(Event("PAGE_MESSAGE_UPDATE", answer, channel, message))
    return None
