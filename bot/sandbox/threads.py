"""Threads and forum posts: started, joined, archived, locked."""

from bot.sandbox import messages, payloads
from bot.sandbox.constants import POST_KINDS, ChannelKind, MessageFlag, Permission
from bot.sandbox.core import Core
from bot.sandbox.errors import api_error
from bot.sandbox.events import Event
from bot.sandbox.message_forms import Draft
from bot.sandbox.permissions import can, require
from bot.sandbox.validation import Form, Json, as_snowflake
from bot.sandbox.world import Channel, Message, Thread, User

ARCHIVE_MINUTES = (60, 1440, 4320, 10080)
REQUIRE_TAG = 1 << 4
PINNED_POST = 1 << 1
_THREAD_CREATED = 18
_PARENTS = (ChannelKind.TEXT, ChannelKind.ANNOUNCEMENT)


def from_message(core: Core, author: User, parent: Channel, message: Message, form: Form) -> Json:
    """Start a thread from a message; its id is the message's."""
    name = _read_name(form)
    if parent.kind not in _PARENTS:
        raise api_error(50024)
    wanted = Permission.CREATE_PUBLIC_THREADS | Permission.READ_MESSAGE_HISTORY
    require(core.world, author.id, parent, wanted)
    if message.thread_channel is not None or message.id in core.world.channels:
        raise api_error(160004)
    news = parent.kind == ChannelKind.ANNOUNCEMENT
    kind = ChannelKind.ANNOUNCEMENT_THREAD if news else ChannelKind.PUBLIC_THREAD
    thread = _make(core, message.id, kind, name, author, parent, form)
    message.thread_channel = thread
    message.raw["flags"] |= int(MessageFlag.HAS_THREAD)
    created = _announce(core, thread)
    answer = payloads.message(message, message.author_id, core.world)
    messages.publish(core, "MESSAGE_UPDATE", parent, message, answer)
    return created


def without_message(core: Core, author: User, parent: Channel, form: Form) -> Json:
    """Start a thread with no message; private unless asked otherwise, as Discord has it."""
    kind = form.choice("type", (10, 11, 12)) or ChannelKind.PRIVATE_THREAD
    form.boolean("invitable")
    name = _read_name(form)
    if parent.kind not in _PARENTS:
        raise api_error(50024)
    private = kind == ChannelKind.PRIVATE_THREAD
    wanted = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
    require(core.world, author.id, parent, wanted)
    thread = _make(core, core.ids(), kind, name, author, parent, form)
    created = _announce(core, thread)
    if not private:
        reference = {"type": 0, "channel_id": str(thread.id)}
        extra: Json = {"message_reference": reference | {"guild_id": str(core.world.guild.id)}}
        messages.send(core, parent, author, Draft(name), kind=_THREAD_CREATED, extra=extra)
    return created


def read_post(core: Core, author_id: int, parent: Channel, form: Form) -> list[int]:
    """Check a forum post's name and tags; returns the tags."""
    _read_name(form)
    tags = read_tags(core, author_id, parent, form)
    if parent.flags & REQUIRE_TAG and not tags:
        raise api_error(40067)
    return tags


def read_tags(core: Core, author_id: int, parent: Channel, form: Form) -> list[int]:
    """``applied_tags``: at most five of the forum's, moderated ones for moderators only."""
    by_id = {int(each["id"]): each for each in parent.tags}
    found: list[int] = []
    for index, value in enumerate(form.items("applied_tags", most=5)):
        path = (*form.path, "applied_tags", index)
        tag = as_snowflake(value, form.problems, path)
        if tag is None:
            continue
        if tag not in by_id:
            form.problems.add(path, "THREAD_TAG_UNKNOWN", "Unknown tag")
        elif tag not in found:
            found.append(tag)
    form.problems.raise_any()
    moderates = can(core.world, author_id, parent, Permission.MANAGE_THREADS)
    if not moderates and any(by_id[tag]["moderated"] for tag in found):
        raise api_error(50013)
    return found


def post(
    core: Core, author: User, parent: Channel, form: Form, tags: list[int], draft: Draft
) -> Json:
    """Start a forum post with its first message, which has the post's id."""
    name = str(form.value["name"]).strip()
    thread = _make(core, core.ids(), ChannelKind.PUBLIC_THREAD, name, author, parent, form)
    assert thread.thread is not None
    thread.thread.applied_tags = tags
    created = _announce(core, thread)
    _, first = messages.send(core, thread, author, draft, message_id=thread.id)
    return created | payloads.channel(core.world, thread, author.id) | {"message": first}


def _read_name(form: Form) -> str:
    name = form.string("name", most=100, least=1, required=True, strip=True)
    form.choice("auto_archive_duration", ARCHIVE_MINUTES)
    form.integer("rate_limit_per_user", least=0, most=21600)
    form.problems.raise_any()
    return name or ""


def _make(
    core: Core, thread_id: int, kind: int, name: str, owner: User, parent: Channel, form: Form
) -> Channel:
    state = Thread(owner.id, created_at=core.now, changed_at=core.now, members=[owner.id])
    state.auto_archive_minutes = form.value.get("auto_archive_duration") or 4320
    state.invitable = form.value.get("invitable") is not False
    thread = Channel(thread_id, kind, name, parent.guild_id, parent.id, thread=state)
    thread.slowmode_s = int(form.value.get("rate_limit_per_user") or 0)
    core.world.channels[thread_id] = thread
    if parent.kind in POST_KINDS:
        parent.last_message_id = thread_id
    return thread


def _announce(core: Core, thread: Channel) -> Json:
    created = payloads.channel(core.world, thread, thread.thread.owner_id if thread.thread else 0)
    core.hub.publish(Event("THREAD_CREATE", created | {"newly_created": True}, thread))
    core.saver.touch()
    return created


def update(core: Core, actor_id: int, thread: Channel, form: Form) -> Json:
    """PATCH a thread, with Discord's rules on who may change what and in which state."""
    state = thread.thread
    assert state is not None
    parent = core.world.channels[thread.parent_id or 0]
    name = form.string("name", most=100, least=1, strip=True)
    archived, locked = form.boolean("archived"), form.boolean("locked")
    minutes = form.choice("auto_archive_duration", ARCHIVE_MINUTES)
    slowmode = form.integer("rate_limit_per_user", least=0, most=21600)
    flags = form.integer("flags", least=0, most=2**31 - 1)
    form.boolean("invitable")
    form.problems.raise_any()
    tags = None
    if form.value.get("applied_tags") is not None:
        tags = read_tags(core, actor_id, parent, form)
        if parent.flags & REQUIRE_TAG and not tags:
            raise api_error(40067)
    manages = can(core.world, actor_id, thread, Permission.MANAGE_THREADS)
    needs_manager = locked not in (None, state.locked) or slowmode is not None or flags is not None
    if (needs_manager or state.owner_id != actor_id) and not manages:
        only_reopening = set(form.value) == {"archived"} and archived is False
        sends = can(core.world, actor_id, thread, Permission.SEND_MESSAGES_IN_THREADS)
        if not (only_reopening and not state.locked and sends):
            raise api_error(50013)
    if state.locked and not manages:
        raise api_error(50013)
    if state.archived and archived is not False:
        raise api_error(50083)
    thread.name = name or thread.name
    state.auto_archive_minutes = minutes or state.auto_archive_minutes
    thread.slowmode_s = thread.slowmode_s if slowmode is None else slowmode
    thread.flags = thread.flags if flags is None else flags & PINNED_POST
    state.applied_tags = state.applied_tags if tags is None else tags
    state.locked = state.locked if locked is None else locked
    if archived is not None and archived != state.archived:
        state.archived = archived
        state.changed_at = core.now
    return _tell(core, thread)


def _tell(core: Core, thread: Channel) -> Json:
    data = payloads.channel(core.world, thread, core.world.bot.id)
    core.hub.publish(Event("THREAD_UPDATE", data, thread))
    core.saver.touch()
    return data


def join(core: Core, thread: Channel, user_id: int, *, inside: bool) -> None:
    """Add someone to a thread or take them out."""
    state = thread.thread
    assert state is not None
    if state.archived:
        raise api_error(50083)
    if inside == (user_id in state.members):
        return
    if inside:
        state.members.append(user_id)
    else:
        state.members.remove(user_id)
    data: Json = {
        "id": str(thread.id),
        "guild_id": str(thread.guild_id),
        "member_count": len(state.members),
    }
    if inside:
        data["added_members"] = [payloads.thread_member(thread, user_id)]
    else:
        data["removed_member_ids"] = [str(user_id)]
    core.hub.publish(Event("THREAD_MEMBERS_UPDATE", data, thread))
    core.saver.touch()


def remove(core: Core, thread: Channel) -> None:
    """Delete a thread and what was said in it."""
    del core.world.channels[thread.id]
    for message in core.world.messages.pop(thread.id, {}).values():
        message.deleted = True
    data = {
        "id": str(thread.id),
        "guild_id": str(thread.guild_id),
        "parent_id": str(thread.parent_id),
        "type": int(thread.kind),
    }
    for held in core.world.messages.get(thread.parent_id or 0, {}).values():
        if held.thread_channel is thread:
            held.thread_channel = None
    core.hub.publish(Event("THREAD_DELETE", data, thread))
    core.saver.touch()
