"""What a test or a demonstration sees of the world, and how it sets the stage."""

from collections.abc import Callable, Iterable

from bot.sandbox import commands, messages, payloads
from bot.sandbox.constants import ChannelKind, Permission
from bot.sandbox.core import Core, Request, Violation
from bot.sandbox.events import Event
from bot.sandbox.interactions import Interactions
from bot.sandbox.message_forms import Draft, Mentions
from bot.sandbox.people import Person, Place
from bot.sandbox.validation import Json
from bot.sandbox.world import Channel, Guild, Member, Message, Overwrite, Role, User, World

_KINDS = {
    "text": ChannelKind.TEXT,
    "announcement": ChannelKind.ANNOUNCEMENT,
    "forum": ChannelKind.FORUM,
    "media": ChannelKind.MEDIA,
    "voice": ChannelKind.VOICE,
    "category": ChannelKind.CATEGORY,
}


def _bits(permissions: int | Iterable[str]) -> int:
    """Permissions as a number, also from names such as "manage_guild"."""
    if isinstance(permissions, int):
        return int(permissions)
    bits = 0
    for name in permissions:
        bits |= Permission[name.upper()]
    return bits


class Stage:
    """The world from outside: looked at, waited for, and changed as an administrator would."""

    def __init__(self, core: Core, interactions: Interactions) -> None:
        self._core = core
        self.interactions = interactions
        self._people: dict[int, Person] = {}

    # What happened

    @property
    def requests(self) -> list[Request]:
        """Every request of the bot so far."""
        return self._core.requests

    @property
    def violations(self) -> list[Violation]:
        """What Discord would not have let pass; tests assert that there is none."""
        return self._core.violations

    async def until(self, predicate: Callable[[], object], timeout: float = 30.0) -> None:
        """Wait until it holds, looking again at each event; AssertionError if it never does."""
        if not await self._core.hub.until(predicate, timeout):
            raise AssertionError(f"did not become true within {timeout:g} s")

    def forget_nonces(self) -> None:
        """As if the few minutes had passed for which Discord remembers nonces."""
        self._core.nonces.forget()

    # The world

    @property
    def world(self) -> World:
        """All state, for tests that look closely."""
        return self._core.world

    @property
    def guild(self) -> Guild:
        """The server; `.id`."""
        return self._core.world.guild

    @property
    def bot(self) -> User:
        """The bot's user."""
        return self._core.world.bot

    def channel(self, name: str) -> Channel:
        """A channel or thread by name."""
        return self._core.world.channel_named(name)

    def role(self, name: str) -> Role:
        """A role by name; the bot's own is called like it."""
        return self._core.world.role_named(name)

    def person(self, name: str) -> Person:
        """Somebody by name: member, colleague, moderator, administrator, or one added."""
        for member in self._core.world.guild.members.values():
            if member.user.name == name and not member.user.bot:
                return self._person(member.user)
        raise KeyError(f"nobody is called {name!r}")

    def _person(self, user: User) -> Person:
        if user.id not in self._people:
            self._people[user.id] = Person(self._core, self.interactions, user)
        return self._people[user.id]

    def _person_by_id(self, user_id: int) -> Person | None:
        member = self._core.world.guild.members.get(user_id)
        return self._person(member.user) if member and not member.user.bot else None

    def people(self) -> list[Person]:
        """Everybody but the bot."""
        held = self._core.world.guild.members.values()
        return [self._person(each.user) for each in held if not each.user.bot]

    def messages(self, where: Place) -> list[Message]:
        """Everything in a channel that is not for one person alone, oldest first."""
        channel = where if isinstance(where, Channel) else self._find(where)
        held = self._core.world.messages.get(channel.id, {}).values()
        return sorted((each for each in held if not each.ephemeral), key=lambda each: each.id)

    def _find(self, where: str | int) -> Channel:
        if isinstance(where, str) and not where.isdigit():
            return self.channel(where)
        return self._core.world.channels[int(where)]

    def threads(self, where: str | int) -> list[Channel]:
        """The threads or posts of a channel, oldest first."""
        return self._core.world.threads_of(self._find(where).id)

    def add_person(
        self,
        name: str,
        *,
        roles: list[str] | None = None,
        permissions: int | Iterable[str] = 0,
        member: bool = True,
        bot: bool = False,
    ) -> Person:
        """Somebody new, with the Members role unless ``member`` is false, further roles by name,
        and ``permissions`` through a role of their own; another bot if ``bot``."""
        user = User(self._core.ids(), name, bot=bot, display=name.capitalize())
        held = [self.role("Members").id] if member else []
        held += [self.role(each).id for each in roles or []]
        if permissions:
            held.append(self.add_role(f"{name}'s own", permissions=permissions).id)
        joined = Member(user, held, joined_at=self._core.now)
        self._core.world.users[user.id] = user
        self._core.world.guild.members[user.id] = joined
        data = payloads.member(joined) | {"guild_id": str(self.guild.id)}
        self._core.hub.publish(Event("GUILD_MEMBER_ADD", data))
        return self._person(user)

    def say_by_webhook(self, text: str, where: str | int = "general") -> Message:
        """A message of a webhook, as other services send them: its author is no member."""
        channel = self._find(where)
        name, webhook_id = "Webhook", self._core.ids()
        author = User(webhook_id, name, bot=True)
        extra: Json = {"webhook_id": str(webhook_id)}
        message, _ = messages.send(
            self._core, channel, author, Draft(text, mentions=Mentions()), extra=extra
        )
        return message

    def add_role(
        self,
        name: str,
        *,
        permissions: int | Iterable[str] = 0,
        mentionable: bool = False,
        position: int | None = None,
        managed: bool = False,
    ) -> Role:
        """A new role; just above Members (below Moderators and the bot) unless placed."""
        at = 2 if position is None else position
        for each in self.guild.roles.values():
            each.position += each.position >= at
        role = Role(self._core.ids(), name, _bits(permissions), at, 0, managed, mentionable)
        self.guild.roles[role.id] = role
        data = {"guild_id": str(self.guild.id), "role": payloads.role(role)}
        self._core.hub.publish(Event("GUILD_ROLE_CREATE", data))
        self._core.saver.touch()
        return role

    def set_roles(self, person: Person, roles: list[str]) -> None:
        """Give somebody exactly these roles."""
        member = self.guild.members[person.id]
        member.roles = [self.role(each).id for each in roles]
        data = payloads.member(member) | {"guild_id": str(self.guild.id)}
        self._core.hub.publish(Event("GUILD_MEMBER_UPDATE", data))

    def set_role_permissions(self, name: str, permissions: int) -> None:
        """Change what a role may do, e.g. the bot's own."""
        role = self.role(name)
        role.permissions = permissions
        data = {"guild_id": str(self.guild.id), "role": payloads.role(role)}
        self._core.hub.publish(Event("GUILD_ROLE_UPDATE", data))

    def remove_role(self, name: str) -> None:
        """Delete a role, as an administrator would."""
        role = self.role(name)
        del self.guild.roles[role.id]
        for member in self.guild.members.values():
            member.roles = [each for each in member.roles if each != role.id]
        data = {"guild_id": str(self.guild.id), "role_id": str(role.id)}
        self._core.hub.publish(Event("GUILD_ROLE_DELETE", data))
        self._core.saver.touch()

    def add_channel(
        self, name: str, kind: str = "text", *, tags: list[str] | None = None, flags: int = 0
    ) -> Channel:
        """A new channel: text, announcement, forum, media, voice or category."""
        made = Channel(self._core.ids(), _KINDS[kind], name, self.guild.id, flags=flags)
        made.position = len(self._core.world.channels)
        made.tags = [
            {"id": str(self._core.ids()), "name": each, "moderated": False}
            | {"emoji_id": None, "emoji_name": None}
            for each in tags or []
        ]
        self._core.world.channels[made.id] = made
        self._tell_channel("CHANNEL_CREATE", made)
        return made

    def remove_channel(self, name: str) -> None:
        """Delete a channel, as an administrator would."""
        channel = self.channel(name)
        del self._core.world.channels[channel.id]
        for message in self._core.world.messages.pop(channel.id, {}).values():
            message.deleted = True
        self._tell_channel("CHANNEL_DELETE", channel)

    def overwrite(
        self, channel: str, target: str | Person, *, allow: int = 0, deny: int = 0
    ) -> None:
        """Set a channel's exception for a role (by name) or a person."""
        found = self.channel(channel)
        kind, target_id = (1, target.id) if isinstance(target, Person) else self._role_id(target)
        found.overwrites = [each for each in found.overwrites if each.id != target_id]
        found.overwrites.append(Overwrite(target_id, kind, int(allow), int(deny)))
        self._tell_channel("CHANNEL_UPDATE", found)

    def _role_id(self, name: str) -> tuple[int, int]:
        return 0, self.role(name).id

    def _tell_channel(self, name: str, channel: Channel) -> None:
        data = payloads.channel(self._core.world, channel, self.bot.id)
        self._core.hub.publish(Event(name, data, channel))
        self._core.saver.touch()

    def deny_bot(self, channel: str, permissions: Permission) -> None:
        """Take permissions from the bot in one channel."""
        self.overwrite(channel, self.bot.name, deny=int(permissions))

    @property
    def commands(self) -> list[Json]:
        """The registered application commands."""
        return list(self._core.world.commands.values())

    def command(self, name: str) -> Json:
        """A registered chat command by its own name."""
        return commands.by_path(self._core, name, 1)[0]

    def allow_command(self, name: str, role: str, allowed: bool = True) -> None:
        """Server Settings -> Integrations: let a role use a command that Discord would hide."""
        command, _ = commands.by_path(self._core, name, 1)
        command_id, role_id = int(command["id"]), str(self.role(role).id)
        rules = self._core.world.overrides.get(command_id, [])
        rules = [each for each in rules if each["id"] != role_id]
        rule: Json = {"id": role_id, "type": 1, "permission": allowed}
        commands.set_overrides(self._core, command_id, [*rules, rule])
