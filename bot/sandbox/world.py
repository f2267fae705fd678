"""What the stand-in for Discord knows: servers, roles, people, channels, messages, commands."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.constants import THREAD_KINDS, ChannelKind

Json = dict[str, Any]


@dataclass
class User:
    """An account, a person's or a bot's."""

    id: int
    name: str
    bot: bool = False
    display: str | None = None


@dataclass
class Role:
    """A role of the server; the higher the position, the more it may manage."""

    id: int
    name: str
    permissions: int = 0
    position: int = 1
    colour: int = 0
    managed: bool = False
    mentionable: bool = False
    bot_id: int | None = None


@dataclass
class Member:
    """A user in the server."""

    user: User
    roles: list[int] = field(default_factory=list)
    nick: str | None = None
    joined_at: float = 0.0


@dataclass
class Overwrite:
    """A channel's exception for a role (kind 0) or a member (kind 1)."""

    id: int
    kind: int
    allow: int = 0
    deny: int = 0


@dataclass
class Thread:
    """What a thread has beyond a channel."""

    owner_id: int
    archived: bool = False
    locked: bool = False
    auto_archive_minutes: int = 4320
    changed_at: float = 0.0
    created_at: float = 0.0
    invitable: bool = True
    applied_tags: list[int] = field(default_factory=list)
    members: list[int] = field(default_factory=list)
    message_count: int = 0
    total_sent: int = 0


@dataclass
class Channel:
    """A channel, a thread or a direct-message channel."""

    id: int
    kind: int
    name: str
    guild_id: int | None = None
    parent_id: int | None = None
    position: int = 0
    topic: str | None = None
    nsfw: bool = False
    flags: int = 0
    slowmode_s: int = 0
    overwrites: list[Overwrite] = field(default_factory=list)
    tags: list[Json] = field(default_factory=list)
    last_message_id: int | None = None
    last_pin_at: float | None = None
    thread: Thread | None = None
    recipient_id: int | None = None

    @property
    def is_thread(self) -> bool:
        """Whether this is a thread or a forum post."""
        return self.kind in THREAD_KINDS


@dataclass
class Message:
    """A message; ``raw`` is Discord's own JSON, replaced as the message changes."""

    id: int
    channel_id: int
    author_id: int
    raw: Json
    only_for: int | None = None
    """Set for an ephemeral message: the one person who sees it. Never kept on disk."""
    reactions: dict[str, list[int]] = field(default_factory=dict)
    pinned_at: float | None = None
    late_edits: list[float] = field(default_factory=list)
    """When it was edited while more than an hour old (Discord allows few of these)."""
    dismissed: bool = False
    deleted: bool = False
    thread_channel: Channel | None = None

    @property
    def content(self) -> str:
        """The text outside embeds and components."""
        return str(self.raw["content"])

    @property
    def embeds(self) -> list[Json]:
        """Discord's embed objects."""
        return list(self.raw["embeds"])

    @property
    def components(self) -> list[Json]:
        """Discord's component objects, top level."""
        return list(self.raw["components"])

    @property
    def attachments(self) -> list[Json]:
        """Discord's attachment objects."""
        return list(self.raw["attachments"])

    @property
    def ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return self.only_for is not None

    @property
    def thread(self) -> Channel | None:
        """The thread that was started from this message."""
        return self.thread_channel

    @property
    def text(self) -> str:
        """Everything readable: content, embeds, component texts, file names."""
        return readable(self.raw)


def readable(raw: Json) -> str:
    """All text a person could read in a message or a modal, one piece to a line."""
    pieces: list[str] = [str(raw.get("title") or ""), str(raw.get("content") or "")]
    for embed in raw.get("embeds") or []:
        pieces.append((embed.get("author") or {}).get("name") or "")
        pieces += [embed.get("title") or "", embed.get("description") or ""]
        for each in embed.get("fields") or []:
            pieces += [each["name"], each["value"]]
        pieces.append((embed.get("footer") or {}).get("text") or "")
    for component in walk(raw.get("components") or []):
        pieces += [str(component.get(key) or "") for key in ("content", "label", "description")]
        pieces.append(str(component.get("placeholder") or ""))
        pieces += [str(option["label"]) for option in component.get("options") or []]
    pieces += [each["filename"] for each in raw.get("attachments") or []]
    return "\n".join(piece for piece in pieces if piece)


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component, outer before inner."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        for key in ("component", "accessory"):
            if component.get(key):
                yield from walk([component[key]])


@dataclass
class Guild:
    """The server."""

    id: int
    name: str
    owner_id: int
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)


@dataclass
class World:
    """Everything; one server, as many people and channels as wanted."""

    guild: Guild
    bot: User
    application_id: int
    users: dict[int, User] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    messages: dict[int, dict[int, Message]] = field(default_factory=dict)
    """By channel, then by message id in rising order."""
    commands: dict[int, Json] = field(default_factory=dict)
    """Application commands by id; a guild's own carry "guild_id"."""
    overrides: dict[int, list[Json]] = field(default_factory=dict)
    """Command permissions by command id (or the application's), as administrators set them."""
    audit: list[Json] = field(default_factory=list)

    def channel_named(self, name: str) -> Channel:
        """The channel or thread of that name; KeyError if there is none."""
        wanted = name.lstrip("#")
        for channel in self.channels.values():
            if channel.name == wanted and channel.guild_id is not None:
                return channel
        raise KeyError(f"no channel named {wanted!r}")

    def role_named(self, name: str) -> Role:
        """The role of that name; KeyError if there is none."""
        wanted = name.lstrip("@")
        for role in self.guild.roles.values():
            if role.name.lstrip("@") == wanted:
                return role
        raise KeyError(f"no role named {wanted!r}")

    def message(self, channel_id: int, message_id: int) -> Message | None:
        """A message that still exists."""
        return self.messages.get(channel_id, {}).get(message_id)

    def threads_of(self, channel_id: int) -> list[Channel]:
        """The threads under a channel, oldest first."""
        return [
            each
            for each in self.channels.values()
            if each.is_thread and each.parent_id == channel_id
        ]

    def dm_with(self, user_id: int) -> Channel | None:
        """The bot's direct-message channel with a person, once opened."""
        for channel in self.channels.values():
            if channel.kind == ChannelKind.DM and channel.recipient_id == user_id:
                return channel
        return None
