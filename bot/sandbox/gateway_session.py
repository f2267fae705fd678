"""One gateway session: what the bot identified as, and the events it may still ask for again."""

from collections import deque
from collections.abc import Callable

from bot.sandbox import payloads
from bot.sandbox.constants import ChannelKind, Intent, Permission
from bot.sandbox.core import Core
from bot.sandbox.events import Event
from bot.sandbox.permissions import in_channel
from bot.sandbox.validation import Json, JsonValue
from bot.sandbox.world import Channel

_KEPT = 2000
_GUILD_INTENT = {
    "MESSAGE_CREATE": Intent.GUILD_MESSAGES,
    "MESSAGE_UPDATE": Intent.GUILD_MESSAGES,
    "MESSAGE_DELETE": Intent.GUILD_MESSAGES,
    "MESSAGE_DELETE_BULK": Intent.GUILD_MESSAGES,
    "MESSAGE_REACTION_ADD": Intent.GUILD_MESSAGE_REACTIONS,
    "MESSAGE_REACTION_REMOVE": Intent.GUILD_MESSAGE_REACTIONS,
    "TYPING_START": Intent.GUILD_MESSAGE_TYPING,
    "GUILD_MEMBER_ADD": Intent.GUILD_MEMBERS,
    "GUILD_MEMBER_UPDATE": Intent.GUILD_MEMBERS,
    "GUILD_MEMBER_REMOVE": Intent.GUILD_MEMBERS,
    "CHANNEL_CREATE": Intent.GUILDS,
    "CHANNEL_UPDATE": Intent.GUILDS,
    "CHANNEL_DELETE": Intent.GUILDS,
    "CHANNEL_PINS_UPDATE": Intent.GUILDS,
    "THREAD_CREATE": Intent.GUILDS,
    "THREAD_UPDATE": Intent.GUILDS,
    "THREAD_DELETE": Intent.GUILDS,
    "THREAD_MEMBERS_UPDATE": Intent.GUILDS,
    "GUILD_ROLE_CREATE": Intent.GUILDS,
    "GUILD_ROLE_UPDATE": Intent.GUILDS,
    "GUILD_ROLE_DELETE": Intent.GUILDS,
    "GUILD_UPDATE": Intent.GUILDS,
}
_DIRECT_INTENT = {
    "MESSAGE_CREATE": Intent.DIRECT_MESSAGES,
    "MESSAGE_UPDATE": Intent.DIRECT_MESSAGES,
    "MESSAGE_DELETE": Intent.DIRECT_MESSAGES,
    "CHANNEL_PINS_UPDATE": Intent.DIRECT_MESSAGES,
    "MESSAGE_REACTION_ADD": Intent.DIRECT_MESSAGE_REACTIONS,
    "MESSAGE_REACTION_REMOVE": Intent.DIRECT_MESSAGE_REACTIONS,
    "TYPING_START": Intent.DIRECT_MESSAGE_TYPING,
}
_NO_INTENT = {"INTERACTION_CREATE", "APPLICATION_COMMAND_PERMISSIONS_UPDATE"}


class Session:
    """Numbers events, keeps them for a resume, and hands them to the socket while there is one."""

    def __init__(self, session_id: str, core: Core, intents: int, shard: tuple[int, int]) -> None:
        self.id = session_id
        self.intents = intents
        self.shard = shard
        self.sequence = 0
        self.ready = False
        self._core = core
        self._sent: deque[tuple[int, Json]] = deque(maxlen=_KEPT)
        self.out: Callable[[Json], None] | None = None

    @property
    def connected(self) -> bool:
        """Whether a socket is there."""
        return self.out is not None

    def dispatch(self, name: str, data: JsonValue) -> None:
        """Send an event, or keep it until the bot resumes."""
        self.sequence += 1
        payload: Json = {"op": 0, "t": name, "s": self.sequence, "d": data}
        self._sent.append((self.sequence, payload))
        if self.out is not None:
            self.out(payload)

    def missed(self, after: int) -> list[Json] | None:
        """The events after a sequence number; None if they are no longer all kept."""
        if after > self.sequence:
            return None
        found = [payload for number, payload in self._sent if number > after]
        return found if len(found) == self.sequence - after else None

    def takes(self, event: Event) -> bool:
        """Whether intents, shard and permissions let this event through."""
        world = self._core.world
        if event.name in _NO_INTENT:
            return self._on_shard(event.data.get("guild_id"))
        direct = event.only_for is not None or (
            event.channel is not None and event.channel.kind == ChannelKind.DM
        )
        intent = (_DIRECT_INTENT if direct else _GUILD_INTENT).get(event.name)
        if intent is None or not self._on_shard(None if direct else world.guild.id):
            return False
        if event.name == "GUILD_MEMBER_UPDATE" and event.data["user"]["id"] == str(world.bot.id):
            return True
        if not self.intents & intent:
            return False
        if event.only_for is not None:
            # Ephemeral messages reach their person and the bot that sent them.
            return event.message is not None and event.message.author_id == world.bot.id
        return event.channel is None or self._sees(event.channel, event)

    def _sees(self, channel: Channel, event: Event) -> bool:
        world = self._core.world
        if event.name in ("CHANNEL_DELETE", "THREAD_DELETE"):
            return True
        bits = in_channel(world, world.bot.id, channel)
        if event.name.startswith("CHANNEL_"):
            # Channels themselves are told to bots that cannot see into them, too.
            return True
        return bool(bits & Permission.VIEW_CHANNEL)

    def _on_shard(self, guild_id: object) -> bool:
        number, count = self.shard
        if guild_id is None:
            return number == 0
        return (int(str(guild_id)) >> 22) % count == number

    def payload(self, event: Event) -> Json:
        """The event's data as this session may see it."""
        if event.message is None or "content" not in event.data:
            return event.data
        if self.intents & Intent.MESSAGE_CONTENT:
            return event.data
        return without_content(event.data, self._core)


def without_content(data: Json, core: Core) -> Json:
    """A message as bots without the message content intent get it: others' words are empty,
    unless said to the bot directly or with a mention of it."""
    bot_id = str(core.world.bot.id)
    channel = core.world.channels.get(int(data["channel_id"]))
    if (
        data["author"]["id"] == bot_id
        or (channel is not None and channel.kind == ChannelKind.DM)
        or any(each["id"] == bot_id for each in data["mentions"])
    ):
        return data
    return data | {"content": "", "embeds": [], "attachments": [], "components": []}


def ready_payload(core: Core, session: Session) -> Json:
    """READY: the servers are named as unavailable and come one by one after it."""
    guild_id = core.world.guild.id
    mine = (guild_id >> 22) % session.shard[1] == session.shard[0]
    bot = payloads.user(core.world.bot)
    return {
        "v": 10,
        "user": bot | {"verified": True, "mfa_enabled": False, "email": None},
        "user_settings": {},
        "session_type": "normal",
        "session_id": session.id,
        "resume_gateway_url": core.gateway_url,
        "relationships": [],
        "private_channels": [],
        "presences": [],
        "guilds": [{"id": str(guild_id), "unavailable": True}] if mine else [],
        "guild_join_requests": [],
        "geo_ordered_rtc_regions": [],
        "auth": {},
        "application": {"id": str(core.world.application_id), "flags": 0},
        "shard": list(session.shard),
        "_trace": ["sandbox"],
    }
