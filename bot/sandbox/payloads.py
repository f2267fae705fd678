"""Discord's JSON for what the world holds, as a client or a bot is sent it."""

from bot.sandbox.constants import ChannelKind
from bot.sandbox.snowflakes import iso
from bot.sandbox.world import Channel, Guild, Json, Member, Message, Role, User, World


def user(who: User) -> Json:
    """A user object."""
    return {
        "id": str(who.id),
        "username": who.name,
        "discriminator": "0000" if who.bot else "0",
        "global_name": None if who.bot else (who.display or who.name),
        "avatar": None,
        "bot": who.bot,
        "public_flags": 0,
        "flags": 0,
    }


def role(each: Role) -> Json:
    """A role object."""
    raw: Json = {
        "id": str(each.id),
        "name": each.name,
        "description": None,
        "color": each.colour,
        "colors": {"primary_color": each.colour, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": each.position,
        "permissions": str(each.permissions),
        "managed": each.managed,
        "mentionable": each.mentionable,
        "flags": 0,
    }
    if each.bot_id is not None:
        raw["tags"] = {"bot_id": str(each.bot_id)}
    return raw


def member(each: Member, *, with_user: bool = True) -> Json:
    """A guild member object."""
    raw: Json = {
        "roles": [str(role_id) for role_id in each.roles],
        "nick": each.nick,
        "avatar": None,
        "banner": None,
        "joined_at": iso(each.joined_at),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": None,
    }
    if with_user:
        raw["user"] = user(each.user)
    return raw


def channel(world: World, each: Channel, viewer_id: int | None = None) -> Json:
    """A channel object: of a server, a thread or direct messages."""
    raw: Json = {
        "id": str(each.id),
        "type": int(each.kind),
        "flags": each.flags,
        "last_message_id": _text(each.last_message_id),
    }
    if each.kind == ChannelKind.DM:
        raw["recipients"] = [user(world.users[each.recipient_id or 0])]
        if each.last_pin_at is not None:
            raw["last_pin_timestamp"] = iso(each.last_pin_at)
        return raw
    raw |= {
        "guild_id": _text(each.guild_id),
        "name": each.name,
        "parent_id": _text(each.parent_id),
        "rate_limit_per_user": each.slowmode_s,
    }
    if each.kind != ChannelKind.CATEGORY:
        raw["last_pin_timestamp"] = None if each.last_pin_at is None else iso(each.last_pin_at)
    if each.is_thread:
        return raw | _thread(each, viewer_id)
    raw |= {
        "position": each.position,
        "nsfw": each.nsfw,
        "topic": each.topic,
        "permission_overwrites": [
            {
                "id": str(one.id),
                "type": one.kind,
                "allow": str(one.allow),
                "deny": str(one.deny),
            }
            for one in each.overwrites
        ],
    }
    if each.kind in (ChannelKind.FORUM, ChannelKind.MEDIA):
        raw |= {
            "available_tags": each.tags,
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
            "default_thread_rate_limit_per_user": 0,
            "template": "",
        }
    return raw


def _thread(each: Channel, viewer_id: int | None) -> Json:
    state = each.thread
    assert state is not None
    raw: Json = {
        "owner_id": str(state.owner_id),
        "message_count": state.message_count,
        "total_message_sent": state.total_sent,
        "member_count": min(len(state.members), 50),
        "thread_metadata": {
            "archived": state.archived,
            "archive_timestamp": iso(state.changed_at),
            "auto_archive_duration": state.auto_archive_minutes,
            "locked": state.locked,
            "create_timestamp": iso(state.created_at),
        },
    }
    if each.kind == ChannelKind.PRIVATE_THREAD:
        raw["thread_metadata"]["invitable"] = state.invitable
    if state.applied_tags:
        raw["applied_tags"] = [str(tag) for tag in state.applied_tags]
    if viewer_id in state.members:
        raw["member"] = thread_member(each, viewer_id or 0)
    return raw


def thread_member(thread: Channel, user_id: int) -> Json:
    """A thread member object."""
    joined_at = thread.thread.created_at if thread.thread else 0.0
    return {
        "id": str(thread.id),
        "user_id": str(user_id),
        "join_timestamp": iso(joined_at),
        "flags": 1,
    }


def message(each: Message, viewer_id: int, world: World) -> Json:
    """A message object, with reactions and thread as they are now."""
    raw = {key: value for key, value in each.raw.items() if key != "thread"}
    raw["pinned"] = each.pinned_at is not None
    if each.reactions:
        raw["reactions"] = [
            {
                "emoji": emoji(name),
                "count": len(users),
                "count_details": {"burst": 0, "normal": len(users)},
                "burst_colors": [],
                "me_burst": False,
                "burst_me": False,
                "me": viewer_id in users,
                "burst_count": 0,
            }
            for name, users in each.reactions.items()
            if users
        ]
    if each.thread_channel is not None:
        raw["thread"] = channel(world, each.thread_channel, viewer_id)
    return raw


def emoji(name: str) -> Json:
    """A partial emoji from its address form: the character, or name:id."""
    if ":" in name:
        label, _, number = name.rpartition(":")
        return {"id": number, "name": label}
    return {"id": None, "name": name}


def guild(world: World) -> Json:
    """A guild object as REST gives it."""
    each = world.guild
    return {
        **_guild_basics(each),
        "roles": [role(one) for one in sorted(each.roles.values(), key=lambda r: r.position)],
        "emojis": [],
        "stickers": [],
        "approximate_member_count": len(each.members),
        "approximate_presence_count": len(each.members),
    }


def _guild_basics(each: Guild) -> Json:
    return {
        "id": str(each.id),
        "name": each.name,
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": ["COMMUNITY", "NEWS"],
        "banner": None,
        "owner_id": str(each.owner_id),
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 1,
        "default_message_notifications": 1,
        "mfa_level": 0,
        "explicit_content_filter": 2,
        "max_presences": None,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": "en-GB",
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "incidents_data": None,
    }


def guild_create(world: World, visible: list[Channel], members: list[Member]) -> Json:
    """The GUILD_CREATE event: the server, its channels, active threads, and members known."""
    everything = guild(world)
    for key in ("approximate_member_count", "approximate_presence_count"):
        del everything[key]
    threads = [
        each for each in visible if each.is_thread and each.thread and not each.thread.archived
    ]
    return everything | {
        "joined_at": iso(world.guild.members[world.bot.id].joined_at),
        "large": False,
        "unavailable": False,
        "member_count": len(world.guild.members),
        "voice_states": [],
        "members": [member(each) for each in members],
        "channels": [channel(world, each) for each in visible if not each.is_thread],
        "threads": [channel(world, each, world.bot.id) for each in threads],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def application(world: World) -> Json:
    """The application object of /applications/@me."""
    owner = world.users[world.guild.owner_id]
    return {
        "id": str(world.application_id),
        "name": world.bot.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user(world.bot),
        "summary": "",
        "guild_id": None,
        "bot_public": False,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "hook": True,
        "owner": user(owner),
        "team": None,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "integration_types_config": {"0": {}},
        "tags": [],
        "rpc_origins": [],
    }


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)
