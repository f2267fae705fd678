"""What the bot may answer to an interaction: callbacks, follow-ups, edits of what it answered."""

from bot.sandbox import messages, payloads
from bot.sandbox.command_forms import read_choices
from bot.sandbox.constants import CallbackKind, InteractionKind, MessageFlag, Option
from bot.sandbox.core import Core
from bot.sandbox.errors import Problems, api_error, invalid
from bot.sandbox.interactions import Interaction, Interactions
from bot.sandbox.message_forms import Draft, Upload, message_form, read_message
from bot.sandbox.modal_forms import read_modal
from bot.sandbox.validation import Form, Json
from bot.sandbox.world import Message

_CHAT_COMMAND = 20
_MENU_COMMAND = 23
# Beside those that the sandbox can carry out, Discord names 10 and 12 in its refusals.
_MESSAGES = (CallbackKind.MESSAGE, CallbackKind.DEFERRED_MESSAGE)
_UPDATES = (CallbackKind.DEFERRED_UPDATE, CallbackKind.UPDATE)
_ALLOWED = {
    InteractionKind.COMMAND: (*_MESSAGES, CallbackKind.MODAL),
    InteractionKind.COMPONENT: (*_MESSAGES, *_UPDATES, CallbackKind.MODAL),
    InteractionKind.AUTOCOMPLETE: (CallbackKind.CHOICES,),
    InteractionKind.MODAL_SUBMIT: (*_MESSAGES, *_UPDATES),
}


class Answers:
    """Carries out what the bot answers."""

    def __init__(self, core: Core, interactions: Interactions) -> None:
        self._core = core
        self._interactions = interactions

    def callback(self, made: Interaction, body: object, files: list[Upload]) -> Json:
        """The first answer; returns the interaction callback response object."""
        problems = Problems()
        form = Form(body, problems)
        allowed = _ALLOWED[made.kind]
        if made.kind == InteractionKind.MODAL_SUBMIT and made.source is None:
            allowed = _MESSAGES
        kind = form.choice("type", allowed, required=True)
        problems.raise_any()
        callback = CallbackKind(kind or 0)
        data = form.form("data") or Form({}, problems, ("data",))
        if made.channel.thread and made.channel.thread.archived:
            raise api_error(50083)
        resource: Json = {"type": int(callback)}
        if callback == CallbackKind.MESSAGE:
            form.require("data")
            problems.raise_any()
            draft = read_message(self._core, data, files, ephemeral_allowed=True)
            resource["message"] = self._respond(made, draft)
        elif callback == CallbackKind.DEFERRED_MESSAGE:
            self._defer(made, data)
        elif callback == CallbackKind.UPDATE:
            resource["message"] = self._update_source(made, data, files)
        elif callback == CallbackKind.CHOICES:
            self._choose(made, data)
        elif callback == CallbackKind.MODAL:
            form.require("data")
            problems.raise_any()
            made.modal = read_modal(data)
        self._interactions.acknowledge(made, callback)
        return self._response(made, resource)

    def _response(self, made: Interaction, resource: Json) -> Json:
        about: Json = {"id": str(made.id), "type": int(made.kind)}
        if made.original is not None:
            flags = made.original.raw["flags"]
            about |= {
                "response_message_id": str(made.original.id),
                "response_message_loading": bool(flags & MessageFlag.LOADING),
                "response_message_ephemeral": made.original.ephemeral,
                "channel_id": str(made.channel.id),
            }
            if made.channel.guild_id is not None:
                about["guild_id"] = str(made.channel.guild_id)
        if resource["type"] == CallbackKind.DEFERRED_MESSAGE and made.original is not None:
            viewer = self._core.world.bot.id
            resource["message"] = payloads.message(made.original, viewer, self._core.world)
        return {"interaction": about, "resource": resource}

    def _respond(self, made: Interaction, draft: Draft) -> Json:
        message, answer = self._send(made, draft, self._first_fields(made))
        made.original = message
        return answer

    def _defer(self, made: Interaction, data: Form) -> None:
        flags = data.integer("flags", least=0, most=2**31 - 1) or 0
        data.problems.raise_any()
        kept = flags & MessageFlag.EPHEMERAL
        draft = Draft("", flags=int(kept | MessageFlag.LOADING))
        made.original, _ = self._send(made, draft, self._first_fields(made))

    def _first_fields(self, made: Interaction) -> Json:
        if made.source is not None:
            if made.source.deleted:
                return {}
            return messages.reply_fields(self._core, made.channel, made.source)
        kind = _CHAT_COMMAND if made.command_kind in (1, None) else _MENU_COMMAND
        fields: Json = {"type": kind}
        if made.kind == InteractionKind.COMMAND:
            user = made.metadata["user"]
            about = {"id": str(made.id), "type": 2, "name": made.name, "user": user}
            fields["interaction"] = about
        return fields

    def _send(self, made: Interaction, draft: Draft, fields: Json) -> tuple[Message, Json]:
        world = self._core.world
        extra = {
            **fields,
            "webhook_id": str(world.application_id),
            "interaction_metadata": dict(made.metadata),
        }
        if made.original is not None:
            extra["interaction_metadata"]["original_response_message_id"] = str(made.original.id)
        only_for = made.person_id if draft.flags & MessageFlag.EPHEMERAL else None
        return messages.send(
            self._core, made.channel, world.bot, draft, only_for=only_for, extra=extra
        )

    def _update_source(self, made: Interaction, data: Form, files: list[Upload]) -> Json:
        source = made.source
        if source is None or source.deleted:
            raise api_error(10008)
        draft = read_message(self._core, data, files, editing=source)
        made.updates += 1
        return messages.edit(self._core, made.channel, source, draft)

    def _choose(self, made: Interaction, data: Form) -> None:
        data.require("choices")
        choices = read_choices(data, _focused_kind(made.data) or Option.STRING)
        data.problems.raise_any()
        made.choices = choices

    def follow_up(self, made: Interaction, body: object, files: list[Upload]) -> Json:
        """A further message; the first one fills in a deferred answer."""
        form = message_form(body)
        if made.loading and made.original is not None:
            # Discord ignores the ephemeral flag here: the deferral has decided.
            if isinstance(form.value.get("flags"), int):
                form.value["flags"] &= ~int(MessageFlag.EPHEMERAL)
            return self._edit(made, made.original, form, files)
        self._check_open(made)
        draft = read_message(self._core, form, files, ephemeral_allowed=True)
        shown = made.original or made.source
        fields: Json = {}
        if shown is not None and not shown.deleted:
            fields = messages.reply_fields(self._core, made.channel, shown)
        message, answer = self._send(made, draft, fields)
        made.followups.append(message)
        return answer

    def find(self, made: Interaction, which: str) -> Message:
        """@original or a message of this interaction by its id; 10008 if there is none."""
        if which == "@original":
            original = made.original
            if made.callback in _UPDATES:
                original = made.source
            if original is None or original.deleted:
                raise api_error(10008)
            return original
        if not which.isdigit():
            raise invalid(
                ("message_id",), "NUMBER_TYPE_COERCE", f'Value "{which}" is not snowflake.'
            )
        for each in (made.original, made.source, *made.followups):
            if each is not None and each.id == int(which) and not each.deleted:
                return each
        raise api_error(10008)

    def edit(self, made: Interaction, which: str, body: object, files: list[Upload]) -> Json:
        """Change @original or another message of this interaction."""
        return self._edit(made, self.find(made, which), message_form(body), files)

    def _edit(self, made: Interaction, message: Message, form: Form, files: list[Upload]) -> Json:
        self._check_open(made)
        was_loading = bool(message.raw["flags"] & MessageFlag.LOADING)
        draft = read_message(self._core, form, files, editing=message)
        made.updates += 1
        answer = messages.edit(self._core, made.channel, message, draft)
        if was_loading:
            message.raw["edited_timestamp"] = answer["edited_timestamp"] = None
        return answer

    def delete(self, made: Interaction, which: str) -> None:
        """Delete @original or another message of this interaction."""
        message = self.find(made, which)
        made.updates += 1
        messages.delete(self._core, made.channel, message)

    def _check_open(self, made: Interaction) -> None:
        if made.channel.thread and made.channel.thread.archived:
            raise api_error(50083)


def _focused_kind(data: Json) -> int:
    for option in data.get("options") or []:
        if option.get("focused"):
            return int(option["type"])
        found = _focused_kind(option)
        if found:
            return found
    return 0
