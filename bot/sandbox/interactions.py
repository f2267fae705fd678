"""Interactions: from a person's click to the bot, and what became of each."""

import asyncio
import secrets
from dataclasses import dataclass, field

from bot.sandbox import payloads
from bot.sandbox.constants import (
    ATTACHMENT_LIMIT,
    CallbackKind,
    ChannelKind,
    InteractionKind,
    MessageFlag,
)
from bot.sandbox.core import Core
from bot.sandbox.errors import api_error
from bot.sandbox.events import Event
from bot.sandbox.permissions import in_channel
from bot.sandbox.validation import Json
from bot.sandbox.world import Channel, Message

TOKEN_LIFE_S = 15 * 60
NO_RESPONSE = "The application did not respond"


@dataclass
class Interaction:
    """One thing that a person asked of the bot, and what it answered."""

    id: int
    token: str
    kind: InteractionKind
    person_id: int
    channel: Channel
    data: Json
    metadata: Json
    created_at: float
    sent_at: float
    """By the event loop's clock, for the latency."""
    name: str | None = None
    command_kind: int | None = None
    source: Message | None = None
    """The message whose component was used."""
    callback: CallbackKind | None = None
    answered_at: float | None = None
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    modal: Json | None = None
    choices: list[Json] | None = None
    updates: int = 0
    """Edits of the original answer, or of the message that the component sits on."""
    failed: str | None = None

    @property
    def acknowledged(self) -> bool:
        """Whether the bot has answered in any way."""
        return self.callback is not None

    @property
    def loading(self) -> bool:
        """Whether a deferred answer still has to be filled in."""
        original = self.original
        return (
            self.callback == CallbackKind.DEFERRED_MESSAGE
            and original is not None
            and not original.deleted
            and bool(original.raw["flags"] & MessageFlag.LOADING)
        )

    @property
    def messages(self) -> list[Message]:
        """The answer and what followed it, without what was deleted since."""
        found = [self.original] if self.original is not None else []
        return [each for each in [*found, *self.followups] if not each.deleted]


class Interactions:
    """All interactions whose tokens may still be used."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._by_id: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}
        self._deadlines: set[asyncio.TimerHandle] = set()

    def start(
        self,
        kind: InteractionKind,
        person_id: int,
        channel: Channel,
        data: Json,
        *,
        name: str | None = None,
        command_kind: int | None = None,
        source: Message | None = None,
        trigger: Interaction | None = None,
    ) -> Interaction:
        """Send an interaction to the bot."""
        core, loop = self._core, asyncio.get_running_loop()
        interaction_id = core.ids()
        metadata: Json = {
            "id": str(interaction_id),
            "type": int(kind),
            "user": payloads.user(core.world.users[person_id]),
            "authorizing_integration_owners": {"0": _owner(core, channel)},
        }
        if kind == InteractionKind.COMMAND:
            metadata |= {"name": name, "command_type": command_kind}
        if source is not None and kind == InteractionKind.COMPONENT:
            metadata["interacted_message_id"] = str(source.id)
        if trigger is not None:
            metadata["triggering_interaction_metadata"] = trigger.metadata
            name, command_kind = trigger.name, trigger.command_kind
        made = Interaction(
            interaction_id,
            f"sandbox.{interaction_id}.{secrets.token_urlsafe(48)}",
            kind,
            person_id,
            channel,
            data,
            metadata,
            core.now,
            loop.time(),
            name,
            command_kind,
            source,
        )
        self._forget_old()
        self._by_id[made.id] = self._by_token[made.token] = made
        core.hub.publish(Event("INTERACTION_CREATE", self._payload(made)))
        self._give_up_later(made)
        return made

    def _give_up_later(self, made: Interaction) -> None:
        def give_up() -> None:
            self._deadlines.discard(handle)
            if not made.acknowledged:
                made.failed = NO_RESPONSE
                self._core.hub.changed()

        loop = asyncio.get_running_loop()
        handle = loop.call_later(self._core.answer_within_s, give_up)
        self._deadlines.add(handle)

    def _payload(self, made: Interaction) -> Json:
        core, world, channel = self._core, self._core.world, made.channel
        place = payloads.channel(world, channel, made.person_id)
        place["permissions"] = str(in_channel(world, made.person_id, channel))
        payload: Json = {
            "id": str(made.id),
            "application_id": str(world.application_id),
            "type": int(made.kind),
            "data": made.data,
            "channel": place,
            "channel_id": str(channel.id),
            "token": made.token,
            "version": 1,
            "app_permissions": str(in_channel(world, world.bot.id, channel)),
            "locale": "en-GB",
            "entitlements": [],
            "authorizing_integration_owners": {"0": _owner(core, channel)},
            "context": 1 if channel.kind == ChannelKind.DM else 0,
            "attachment_size_limit": ATTACHMENT_LIMIT,
        }
        if channel.guild_id is None:
            payload["user"] = payloads.user(world.users[made.person_id])
        else:
            member = payloads.member(world.guild.members[made.person_id])
            member["permissions"] = str(in_channel(world, made.person_id, channel))
            payload |= {
                "guild_id": str(channel.guild_id),
                "guild_locale": "en-GB",
                "guild": {
                    "id": str(channel.guild_id),
                    "locale": "en-GB",
                    "features": ["COMMUNITY", "NEWS"],
                },
                "member": member,
            }
        if made.source is not None:
            payload["message"] = payloads.message(made.source, world.bot.id, world)
        return payload

    def awaiting(self, interaction_id: int, token: str) -> Interaction:
        """The interaction that a callback is for; 10062 when unknown or too late, 40060 when
        it is already answered."""
        found = self._by_id.get(interaction_id)
        if found is None or found.token != token:
            raise api_error(10062)
        if found.acknowledged:
            raise api_error(40060)
        if found.failed:
            raise api_error(10062)
        return found

    def answered(self, application_id: int, token: str) -> Interaction:
        """The interaction whose token serves as a webhook's; 10015 when unknown or not yet
        answered, 50027 when its 15 minutes are over."""
        found = self._by_token.get(token)
        if found is None or application_id != self._core.world.application_id:
            raise api_error(10015)
        if self._core.now - found.created_at > TOKEN_LIFE_S:
            raise api_error(50027)
        if not found.acknowledged or found.kind == InteractionKind.AUTOCOMPLETE:
            raise api_error(10015)
        return found

    def acknowledge(self, made: Interaction, callback: CallbackKind) -> None:
        """Note that the bot has answered."""
        made.callback = callback
        made.answered_at = asyncio.get_running_loop().time()
        self._core.hub.changed()

    def changed(self) -> None:
        """Something changed outside: those who wait look again."""
        self._core.hub.changed()

    def close(self) -> None:
        """Wait for no more answers."""
        for handle in self._deadlines:
            handle.cancel()
        self._deadlines.clear()

    def _forget_old(self) -> None:
        # Kept longer than the token lives, so that late use gets the right error.
        limit = self._core.now - 4 * TOKEN_LIFE_S
        while self._by_id:
            oldest = next(iter(self._by_id.values()))  # they are kept in the order of their making
            if oldest.created_at >= limit:
                return
            del self._by_id[oldest.id]
            del self._by_token[oldest.token]


def _owner(core: Core, channel: Channel) -> str:
    return "0" if channel.guild_id is None else str(core.world.guild.id)
