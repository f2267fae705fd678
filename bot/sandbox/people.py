"""People: what they can do and see. Tests use them directly, the page through its WebSocket."""

from typing import Any

from bot.sandbox import commands, files, messages, payloads
from bot.sandbox.asking import (
    CannotUse,
    Resolver,
    command_options,
    nested,
    select_values,
    target_data,
)
from bot.sandbox.constants import (
    POST_KINDS,
    SELECTS,
    CallbackKind,
    ChannelKind,
    Component,
    InteractionKind,
    MessageFlag,
    Permission,
)
from bot.sandbox.core import Core, StoredFile
from bot.sandbox.errors import ApiError
from bot.sandbox.events import Event
from bot.sandbox.interactions import Interaction, Interactions
from bot.sandbox.message_forms import Draft, Mentions, message_form
from bot.sandbox.permissions import can, in_channel, in_guild
from bot.sandbox.replies import Modal, NoAnswer, Reply, find_component
from bot.sandbox.threads import post, read_post
from bot.sandbox.validation import Json, JsonValue
from bot.sandbox.world import Channel, Message, User

Place = str | int | Channel
FILL_TIMEOUT_S = 30.0
UPDATE_TIMEOUT_S = 5.0
"""How long a deferred answer is waited for; Discord itself would wait 15 minutes."""


class Person:
    """One person with a client: runs commands, presses, fills in, reads, writes."""

    def __init__(self, core: Core, interactions: Interactions, user: User) -> None:
        self._core = core
        self._interactions = interactions
        self.user = user
        self.id = user.id
        self.name = user.name

    @property
    def permissions(self) -> int:
        """The person's permissions in the server as a whole."""
        return in_guild(self._core.world, self.id)

    def place(self, where: Place) -> Channel:
        """A channel by name, id or itself; "dm" is the direct-message channel with the bot."""
        world = self._core.world
        if isinstance(where, Channel):
            return where
        if where == "dm":
            return self.open_dm()
        if isinstance(where, str) and not where.isdigit():
            return world.channel_named(where)
        return world.channels[int(where)]

    # Commands

    async def run(
        self,
        command: str,
        /,
        *,
        where: Place | None = None,
        target: "Message | Person | None" = None,
        **options: JsonValue,
    ) -> Reply:
        """Run "faq", "feeds add" or, with a target, a context menu command; wait for the answer.

        Channels, roles and people may be given by name, files as (name, bytes). ``channel``
        means ``where`` for a command that has no such option.

        Raises:
            CannotUse: Discord would not offer this command or not send these options.
            NoAnswer: no answer within three seconds, or a deferred one never filled in.
        """
        kind = 1 if target is None else 2 if isinstance(target, Person) else 3
        found, names = self._find(command, kind)
        leaf = self._leaf(found, names)
        known = {each["name"] for each in leaf.get("options") or []}
        if where is None and "channel" in options and "channel" not in known:
            where = options.pop("channel")
        channel = self.place("general" if where is None else where)
        aim = target.user if isinstance(target, Person) else target
        return await self.settle(self.start_command(found, names, channel, options, aim))

    def _find(self, command: str, kind: int) -> tuple[Json, list[str]]:
        try:
            return commands.by_path(self._core, command, kind)
        except KeyError as missing:
            raise CannotUse(str(missing.args[0])) from None

    def start_command(
        self,
        command: Json,
        names: list[str],
        channel: Channel,
        options: dict[str, Any],
        target: Message | User | None = None,
    ) -> Interaction:
        """Send a command without waiting for the answer."""
        self._check_offered(command, channel)
        resolver = Resolver(self._core, channel, self.id)
        data = self._command_data(command)
        if target is not None:
            data |= target_data(self._core, resolver, target)
        else:
            found = command_options(resolver, self._leaf(command, names), options)
            data["options"] = nested(names, found)
        if resolver.resolved:
            data["resolved"] = resolver.resolved
        return self._interactions.start(
            InteractionKind.COMMAND,
            self.id,
            channel,
            data,
            name=" ".join([command["name"], *names]),
            command_kind=command["type"],
        )

    def _leaf(self, command: Json, names: list[str]) -> Json:
        try:
            return commands.leaf(command, names)
        except KeyError as missing:
            raise CannotUse(str(missing.args[0])) from None

    def _check_offered(self, command: Json, channel: Channel) -> None:
        self._check_sees(channel)
        if channel.kind in (*POST_KINDS, ChannelKind.CATEGORY):
            raise CannotUse(f"commands cannot be used in {channel.name} itself")
        if command not in commands.offered(self._core, self.id, channel):
            raise CannotUse(f"Discord does not offer /{command['name']} to {self.name} here")

    def _check_sees(self, channel: Channel) -> None:
        if not can(self._core.world, self.id, channel, Permission.VIEW_CHANNEL):
            raise CannotUse(f"{self.name} does not see {channel.name}")

    def _command_data(self, command: Json) -> Json:
        data: Json = {"id": command["id"], "name": command["name"], "type": command["type"]}
        if "guild_id" in command:
            data["guild_id"] = command["guild_id"]
        return data

    async def autocomplete(
        self,
        command: str,
        option: str,
        typed: str,
        /,
        *,
        where: Place = "general",
        **others: JsonValue,
    ) -> list[Json]:
        """The choices offered while ``option`` reads ``typed``."""
        found, names = self._find(command, 1)
        given = {**others, option: typed}
        made = self.start_autocomplete(found, names, self.place(where), given, option)
        await self._answered(made)
        return made.choices or []

    def start_autocomplete(
        self, command: Json, names: list[str], channel: Channel, given: Json, focused: str
    ) -> Interaction:
        """Ask for choices without waiting for them."""
        self._check_offered(command, channel)
        leaf = self._leaf(command, names)
        option: Json = next((e for e in leaf.get("options") or [] if e["name"] == focused), {})
        if not option.get("autocomplete"):
            raise CannotUse(f"{focused!r} does not complete itself")
        resolver = Resolver(self._core, channel, self.id)
        data = self._command_data(command)
        data["options"] = nested(names, command_options(resolver, leaf, given, focused))
        if resolver.resolved:
            data["resolved"] = resolver.resolved
        return self._interactions.start(
            InteractionKind.AUTOCOMPLETE, self.id, channel, data, name=command["name"]
        )

    # Components and forms

    async def press(self, on: Reply | Message, button: str) -> Reply:
        """Press a button, by label, emoji or custom id."""
        message, component = find_component(self._held(on), button, {Component.BUTTON})
        return await self.settle(self.start_press(message, component))

    async def choose(self, on: Reply | Message, menu: str, *values: JsonValue) -> Reply:
        """Choose in a select menu, by placeholder or custom id; values, labels or names."""
        message, component = find_component(self._held(on), menu, set(SELECTS))
        return await self.settle(self.start_choose(message, component, list(values)))

    def _held(self, on: Reply | Message) -> list[Message]:
        return on.messages if isinstance(on, Reply) else [on]

    def start_press(self, message: Message, component: Json) -> Interaction:
        """Press without waiting for the answer."""
        if component.get("style") in (5, 6):
            raise CannotUse("that button only opens a link")
        return self._component(message, component, {})

    def start_choose(self, message: Message, component: Json, values: list[Any]) -> Interaction:
        """Choose without waiting for the answer."""
        channel = self._core.world.channels[message.channel_id]
        resolver = Resolver(self._core, channel, self.id)
        data: Json = {"values": select_values(resolver, component, values)}
        if resolver.resolved:
            data["resolved"] = resolver.resolved
        return self._component(message, component, data)

    def _component(self, message: Message, component: Json, more: Json) -> Interaction:
        channel = self._core.world.channels[message.channel_id]
        self._check_sees(channel)
        if message.deleted or message.dismissed or message.only_for not in (None, self.id):
            raise CannotUse("that message is not there for this person")
        if message.author_id != self._core.world.bot.id:
            raise CannotUse("that message is not the bot's")
        data: Json = {
            "component_type": component["type"],
            "custom_id": component["custom_id"],
            "id": component.get("id", 0),
            **more,
        }
        return self._interactions.start(
            InteractionKind.COMPONENT, self.id, channel, data, source=message
        )

    async def submit(self, modal: Modal | None, values: dict[str, Any]) -> Reply:
        """Fill in a form (by custom id or label) and send it; it may be sent again."""
        if modal is None:
            raise CannotUse("there is no form to fill in")
        return await self.settle(self.start_submit(modal, values))

    def start_submit(self, modal: Modal, values: dict[str, Any]) -> Interaction:
        """Send a form without waiting for the answer."""
        before = modal.interaction
        if before.person_id != self.id:
            raise CannotUse("that form was opened for somebody else")
        resolver = Resolver(self._core, before.channel, self.id)
        components = modal.filled(values, resolver)
        data: Json = {"custom_id": modal.custom_id, "components": components}
        if resolver.resolved:
            data["resolved"] = resolver.resolved
        return self._interactions.start(
            InteractionKind.MODAL_SUBMIT,
            self.id,
            before.channel,
            data,
            source=before.source,
            trigger=before,
        )

    # Waiting

    async def settle(self, made: Interaction) -> Reply:
        """Wait until an interaction is answered, and filled in if that was deferred."""
        await self._answered(made)
        hub = self._core.hub
        if made.callback == CallbackKind.DEFERRED_MESSAGE:
            if not await hub.until(lambda: not made.loading, FILL_TIMEOUT_S):
                raise NoAnswer(f"{self._told(made)} was deferred and never filled in")
        elif made.callback == CallbackKind.DEFERRED_UPDATE:
            # The bot may well have nothing to add; then there is nothing to wait for.
            limit = min(self._core.answer_within_s, UPDATE_TIMEOUT_S)
            await hub.until(lambda: made.updates or made.followups, limit)
        return Reply(made)

    async def _answered(self, made: Interaction) -> None:
        limit = self._core.answer_within_s + 1
        await self._core.hub.until(lambda: made.acknowledged or made.failed, limit)
        if not made.acknowledged:
            raise NoAnswer(f"{self._told(made)}: {made.failed}")

    def _told(self, made: Interaction) -> str:
        return made.name or str(made.data.get("custom_id"))

    # Reading and writing

    def channels(self) -> list[Channel]:
        """The channels and threads this person sees, without direct messages."""
        world = self._core.world
        return [
            each
            for each in world.channels.values()
            if each.guild_id is not None
            and in_channel(world, self.id, each) & Permission.VIEW_CHANNEL
        ]

    def messages(self, where: Place = "general") -> list[Message]:
        """What this person sees in a channel, oldest first, with what only they see."""
        return messages.visible(self._core, self.place(where), self.id)

    async def say(
        self,
        text: str,
        where: Place = "general",
        *,
        reply_to: Message | None = None,
        attachments: list[StoredFile] | None = None,
    ) -> Message:
        """Write a message."""
        channel = self.place(where)
        draft = Draft(text.strip(), mentions=Mentions())
        draft.attachments = [files.attachment(self._core, each) for each in attachments or []]
        if not draft.content and not draft.attachments:
            raise CannotUse("there is nothing to send")
        if len(text) > 2000:
            raise CannotUse("that is longer than 2000 characters")
        if reply_to is not None:
            draft.reference = {
                "message_id": reply_to.id,
                "channel_id": channel.id,
                "fail_if_not_exists": True,
            }
        try:
            draft = messages.may_send(self._core, self.id, channel, draft)
            message, _ = messages.send(self._core, channel, self.user, draft)
        except ApiError as refusal:
            raise CannotUse(refusal.message) from None
        return message

    async def post(
        self, title: str, text: str, where: Place, tags: tuple[str, ...] = ()
    ) -> Channel:
        """Start a post in a forum."""
        forum = self.place(where)
        ids = [each["id"] for each in forum.tags if each["name"] in tags]
        form = message_form({"name": title, "applied_tags": ids})
        try:
            chosen = read_post(self._core, self.id, forum, form)
            made = post(self._core, self.user, forum, form, chosen, Draft(text))
        except ApiError as refusal:
            raise CannotUse(refusal.message) from None
        return self._core.world.channels[int(made["id"])]

    async def edit(self, message: Message, text: str) -> None:
        """Change one of one's own messages."""
        if message.author_id != self.id:
            raise CannotUse("only one's own messages can be edited")
        channel = self._core.world.channels[message.channel_id]
        messages.edit(self._core, channel, message, Draft(text.strip()))

    async def delete(self, message: Message) -> None:
        """Delete one's own message, or another's with Manage Messages."""
        channel = self._core.world.channels[message.channel_id]
        own = message.author_id == self.id
        if not own and not can(self._core.world, self.id, channel, Permission.MANAGE_MESSAGES):
            raise CannotUse("only one's own messages can be deleted")
        messages.delete(self._core, channel, message)

    def dismiss(self, message: Message) -> None:
        """Hide a message that only this person sees."""
        if message.only_for != self.id or message.raw["flags"] & MessageFlag.LOADING:
            raise CannotUse("only one's own private messages can be dismissed")
        message.dismissed = True
        data = {"id": str(message.id), "channel_id": str(message.channel_id)}
        channel = self._core.world.channels[message.channel_id]
        self._core.hub.publish(Event("DISMISSED", data, channel, message, self.id))

    def open_dm(self) -> Channel:
        """The direct-message channel with the bot."""
        return open_dm(self._core, self.id)


def open_dm(core: Core, user_id: int) -> Channel:
    """The bot's direct-message channel with someone, made if there is none yet."""
    found = core.world.dm_with(user_id)
    if found is None:
        found = Channel(core.ids(), ChannelKind.DM, "", recipient_id=user_id)
        core.world.channels[found.id] = found
        data = payloads.channel(core.world, found)
        core.hub.publish(Event("CHANNEL_CREATE", data, found))
        core.saver.touch()
    return found
