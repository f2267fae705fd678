"""The world a fresh sandbox starts with: one server, its channels, roles and four people."""

from bot.sandbox.constants import (
    EVERYONE_PERMISSIONS,
    MEMBER_PERMISSIONS,
    ChannelKind,
    Permission,
)
from bot.sandbox.snowflakes import Snowflakes, created_at
from bot.sandbox.world import Channel, Guild, Member, Overwrite, Role, User, World

_TEXT_CHANNELS = (
    ("general", "Talk about anything."),
    ("news", "New articles."),
    ("bulletins", "The weekly bulletin."),
    ("moderators", "Moderators only."),
    ("front-desk", "Ask, see what is on, report."),
)
_TAGS = ("News", "Research", "Campaigns")
_PEOPLE = (
    ("administrator", "Administrator", False),
    ("moderator", "Moderator", True),
    ("member", "Member", False),
    ("colleague", "Colleague", False),
)


def default_world(ids: Snowflakes, bot_permissions: int) -> World:
    """A world whose bot holds exactly ``bot_permissions``, from its own managed role."""
    guild_id = ids()
    bot = User(ids(), "Steward", bot=True)
    people = [User(ids(), name, display=display) for name, display, _ in _PEOPLE]
    guild = Guild(guild_id, "Sandbox community", owner_id=people[0].id)
    world = World(guild, bot, application_id=bot.id)
    everyone = Role(guild_id, "@everyone", int(EVERYONE_PERMISSIONS), position=0)
    members = Role(ids(), "Members", int(MEMBER_PERMISSIONS), position=1)
    moderators = Role(
        ids(),
        "Moderators",
        int(Permission.MANAGE_GUILD | Permission.MANAGE_MESSAGES | Permission.MANAGE_THREADS),
        position=2,
        colour=0x3BA55D,
    )
    own = Role(ids(), bot.name, bot_permissions, position=3, managed=True, bot_id=bot.id)
    for role in (everyone, members, moderators, own):
        guild.roles[role.id] = role
    joined_at = created_at(guild_id)
    world.users[bot.id] = bot
    guild.members[bot.id] = Member(bot, [own.id], joined_at=joined_at)
    for person, (_, _, moderates) in zip(people, _PEOPLE, strict=True):
        world.users[person.id] = person
        roles = [members.id, moderators.id] if moderates else [members.id]
        guild.members[person.id] = Member(person, roles, joined_at=joined_at)
    _add_channels(world, ids, moderators.id, own.id)
    return world


def _add_channels(world: World, ids: Snowflakes, moderators: int, own: int) -> None:
    guild_id = world.guild.id
    category = Channel(ids(), ChannelKind.CATEGORY, "Community", guild_id)
    world.channels[category.id] = category
    for position, (name, topic) in enumerate(_TEXT_CHANNELS):
        channel = Channel(
            ids(), ChannelKind.TEXT, name, guild_id, category.id, position, topic=topic
        )
        if name == "moderators":
            see = int(Permission.VIEW_CHANNEL)
            channel.overwrites = [
                Overwrite(guild_id, 0, deny=see),
                Overwrite(moderators, 0, allow=see),
                Overwrite(own, 0, allow=see),
            ]
        world.channels[channel.id] = channel
    forum = Channel(
        ids(),
        ChannelKind.FORUM,
        "library",
        guild_id,
        category.id,
        len(_TEXT_CHANNELS),
        topic="One post for each thing worth keeping.",
    )
    forum.tags = [
        {"id": str(ids()), "name": name, "moderated": False, "emoji_id": None, "emoji_name": None}
        for name in _TAGS
    ]
    world.channels[forum.id] = forum
