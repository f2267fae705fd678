"""Who may do what: Discord's computation from owner, roles, overwrites and threads."""

from bot.sandbox.constants import ALL_PERMISSIONS, ChannelKind, Permission
from bot.sandbox.errors import api_error
from bot.sandbox.world import Channel, Role, World

_DM_PERMISSIONS = int(
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.PIN_MESSAGES
    | Permission.USE_APPLICATION_COMMANDS
)
_NEEDS_SEND = int(
    Permission.MENTION_EVERYONE
    | Permission.SEND_TTS_MESSAGES
    | Permission.ATTACH_FILES
    | Permission.EMBED_LINKS
)


def in_guild(world: World, user_id: int) -> int:
    """A member's permissions before any channel's overwrites; 0 for strangers."""
    guild = world.guild
    member = guild.members.get(user_id)
    if member is None:
        return 0
    if user_id == guild.owner_id:
        return ALL_PERMISSIONS
    bits = guild.roles[guild.id].permissions
    for role_id in member.roles:
        role = guild.roles.get(role_id)
        bits |= role.permissions if role else 0
    return ALL_PERMISSIONS if bits & Permission.ADMINISTRATOR else bits


def in_channel(world: World, user_id: int, channel: Channel) -> int:
    """A member's permissions in a channel; a thread has its parent's."""
    if channel.kind == ChannelKind.DM:
        both = {channel.recipient_id, world.bot.id}
        return _DM_PERMISSIONS if user_id in both else 0
    if channel.is_thread:
        return _in_thread(world, user_id, channel)
    bits = in_guild(world, user_id)
    member = world.guild.members.get(user_id)
    if member is None or bits & Permission.ADMINISTRATOR:
        return bits
    everyone = world.guild.id
    by_target = {(each.kind, each.id): each for each in channel.overwrites}
    if overwrite := by_target.get((0, everyone)):
        bits = bits & ~overwrite.deny | overwrite.allow
    allow = deny = 0
    for role_id in member.roles:
        if overwrite := by_target.get((0, role_id)):
            allow |= overwrite.allow
            deny |= overwrite.deny
    bits = bits & ~deny | allow
    if overwrite := by_target.get((1, user_id)):
        bits = bits & ~overwrite.deny | overwrite.allow
    if not bits & Permission.VIEW_CHANNEL:
        return 0
    if not bits & Permission.SEND_MESSAGES:
        bits &= ~_NEEDS_SEND
    return bits


def _in_thread(world: World, user_id: int, thread: Channel) -> int:
    parent = world.channels.get(thread.parent_id or 0)
    if parent is None:
        return 0
    bits = in_channel(world, user_id, parent)
    state = thread.thread
    private = thread.kind == ChannelKind.PRIVATE_THREAD
    if private and state and user_id not in state.members:
        return bits if bits & Permission.MANAGE_THREADS else 0
    return bits


def can(world: World, user_id: int, channel: Channel, wanted: int) -> bool:
    """Whether someone holds all of these permissions in a channel."""
    return in_channel(world, user_id, channel) & wanted == wanted


def require(world: World, user_id: int, channel: Channel, wanted: int) -> None:
    """Raise 50001 where the channel cannot be seen, 50013 where a permission is missing."""
    bits = in_channel(world, user_id, channel)
    if not bits & Permission.VIEW_CHANNEL:
        raise api_error(50001)
    if bits & wanted != wanted:
        raise api_error(50013)


def require_in_guild(world: World, user_id: int, wanted: int) -> None:
    """Raise 50013 where a permission is missing in the whole server."""
    if in_guild(world, user_id) & wanted != wanted:
        raise api_error(50013)


def sending_permission(channel: Channel) -> int:
    """What sending here takes: a thread has a permission of its own."""
    if channel.is_thread:
        return int(Permission.SEND_MESSAGES_IN_THREADS)
    return int(Permission.SEND_MESSAGES)


def top_role(world: World, user_id: int) -> Role:
    """A member's highest role; @everyone for those without any."""
    guild = world.guild
    member = guild.members.get(user_id)
    mine = [guild.roles[each] for each in (member.roles if member else []) if each in guild.roles]
    # Of two roles in the same position Discord ranks the older one higher.
    return max(mine, key=lambda each: (each.position, -each.id), default=guild.roles[guild.id])


def outranks(world: World, user_id: int, role: Role) -> bool:
    """Whether someone stands above a role and so may hand it out or change it."""
    if user_id == world.guild.owner_id:
        return True
    top = top_role(world, user_id)
    return (top.position, -top.id) > (role.position, -role.id)
