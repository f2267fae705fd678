"""What a person got for what they did: a message, a form to fill in, or nothing."""

from typing import Any

from bot.sandbox.asking import CannotUse, Resolver, select_values
from bot.sandbox.constants import SELECTS, CallbackKind, Component
from bot.sandbox.interactions import Interaction
from bot.sandbox.validation import Json, JsonValue, units
from bot.sandbox.world import Message, readable, walk

_FIELDS = {
    Component.TEXT_INPUT,
    *SELECTS,
    Component.FILE_UPLOAD,
    Component.RADIO_GROUP,
    Component.CHECKBOX_GROUP,
    Component.CHECKBOX,
}


class NoAnswer(AssertionError):
    """The bot did not answer in time."""


class Modal:
    """A form that the bot opened."""

    def __init__(self, interaction: Interaction) -> None:
        assert interaction.modal is not None
        self.interaction = interaction
        self.raw: Json = interaction.modal
        self.custom_id: str = self.raw["custom_id"]
        self.title: str = self.raw["title"]
        self.components: list[Json] = self.raw["components"]

    @property
    def fields(self) -> dict[str, Json]:
        """The input components by custom id, in order."""
        return {
            each["custom_id"]: each for each in walk(self.components) if each["type"] in _FIELDS
        }

    @property
    def labels(self) -> dict[str, str]:
        """The labels of the fields by custom id."""
        found: dict[str, str] = {}
        for each in walk(self.components):
            if each["type"] == Component.LABEL:
                found[each["component"]["custom_id"]] = each["label"]
            elif each["type"] == Component.TEXT_INPUT and "label" in each:
                found[each["custom_id"]] = each["label"]
        return found

    @property
    def text(self) -> str:
        """Everything readable in the form."""
        return readable(self.raw)

    def filled(self, values: dict[str, Any], resolver: Resolver) -> list[Json]:
        """The submitted components; values by custom id or label, defaults where none is given."""
        by_label = {label: custom_id for custom_id, label in self.labels.items()}
        given: dict[str, Any] = {}
        for key, value in values.items():
            custom_id = key if key in self.fields else by_label.get(key)
            if custom_id is None:
                listed = ", ".join(f"{a} ({b})" for b, a in by_label.items())
                raise CannotUse(f"the form has no field {key!r}; there are: {listed}")
            given[custom_id] = value
        return [_submitted(each, given, resolver) for each in self.components]


def _submitted(component: Json, given: dict[str, Any], resolver: Resolver) -> Json:
    raw: Json = {"type": component["type"], "id": component.get("id", 0)}
    kind = component["type"]
    if kind == Component.LABEL:
        return raw | {"component": _submitted(component["component"], given, resolver)}
    if kind == Component.ACTION_ROW:
        children = [_submitted(each, given, resolver) for each in component["components"]]
        return raw | {"components": children}
    if kind not in _FIELDS:
        return raw
    custom_id = component["custom_id"]
    raw["custom_id"] = custom_id
    if kind == Component.TEXT_INPUT:
        raw["value"] = _text(component, given.get(custom_id, component.get("value", "")))
    elif kind == Component.CHECKBOX:
        raw["value"] = bool(given.get(custom_id, component.get("default", False)))
    elif kind == Component.RADIO_GROUP:
        raw["value"] = _radio(component, given.get(custom_id, _defaults(component)), resolver)
    elif kind == Component.FILE_UPLOAD:
        uploads = given.get(custom_id, [])
        raw["values"] = [resolver.value(11, each) for each in uploads]
        if component.get("required", True) and not uploads:
            raise CannotUse(f"the field {custom_id!r} is required")
    else:
        chosen = given.get(custom_id, _defaults(component))
        chosen = chosen if isinstance(chosen, list | tuple) else [chosen]
        raw["values"] = select_values(resolver, component, list(chosen))
    return raw


def _radio(component: Json, chosen: JsonValue, resolver: Resolver) -> str | None:
    chosen = list(chosen) if isinstance(chosen, list | tuple) else [chosen]
    values = select_values(resolver, component, chosen)
    return values[0] if values else None


def _defaults(component: Json) -> list[str]:
    chosen = [each["value"] for each in component.get("options") or [] if each.get("default")]
    return chosen or [each["id"] for each in component.get("default_values") or []]


def _text(component: Json, value: JsonValue) -> str:
    text = str(value)
    name = component["custom_id"]
    if not text:
        if component.get("required", True):
            raise CannotUse(f"the field {name!r} is required")
        return text
    least, most = component.get("min_length") or 0, component.get("max_length") or 4000
    if not least <= units(text) <= most:
        raise CannotUse(f"the field {name!r} takes {least} to {most} characters")
    if component["style"] == 1 and "\n" in text:
        raise CannotUse(f"the field {name!r} takes a single line")
    return text


class Reply:
    """The bot's answer to one interaction; it changes as the bot edits and follows up."""

    def __init__(self, interaction: Interaction) -> None:
        self.interaction = interaction

    @property
    def modal(self) -> Modal | None:
        """The form that was opened, if one was."""
        return Modal(self.interaction) if self.interaction.modal is not None else None

    @property
    def form(self) -> Modal:
        """The form that was opened; an assertion fails if none was."""
        modal = self.modal
        assert modal is not None, f"no form was opened; the answer: {self.text!r}"
        return modal

    @property
    def messages(self) -> list[Message]:
        """The answer first, then what followed it."""
        made = self.interaction
        updated = made.callback in (CallbackKind.UPDATE, CallbackKind.DEFERRED_UPDATE)
        if updated and made.source is not None and not made.source.deleted:
            return [made.source, *made.messages]
        return made.messages

    @property
    def message(self) -> Message | None:
        """The answer, or the updated message that the component sits on."""
        found = self.messages
        return found[0] if found else None

    @property
    def text(self) -> str:
        """Everything readable in the form and in the messages."""
        pieces = [self.modal.text] if self.modal is not None else []
        return "\n".join([*pieces, *(each.text for each in self.messages)])

    @property
    def ephemeral(self) -> bool:
        """Whether all of it is for this person alone (a form always is)."""
        return all(each.ephemeral for each in self.messages)

    @property
    def buttons(self) -> list[str]:
        """The labels of all buttons, in order; an emoji's name where there is no label."""
        return [
            button_name(each)
            for message in self.messages
            for each in walk(message.components)
            if each["type"] == Component.BUTTON
        ]

    @property
    def failed(self) -> str | None:
        """What the person reads instead of an answer."""
        return self.interaction.failed

    @property
    def latency_s(self) -> float:
        """From click to first answer, in seconds."""
        made = self.interaction
        return (made.answered_at or float("inf")) - made.sent_at

    def __repr__(self) -> str:
        return f"<Reply {self.text!r}>"


def button_name(component: Json) -> str:
    """How a person would call a button."""
    return str(component.get("label") or (component.get("emoji") or {}).get("name") or "")


def find_component(messages: list[Message], wanted: str, kinds: set[int]) -> tuple[Message, Json]:
    """The newest component of these kinds with that label, placeholder or custom id."""
    seen: list[str] = []
    for message in reversed(messages):
        for each in walk(message.components):
            if each["type"] not in kinds:
                continue
            names = {each.get("custom_id"), each.get("label"), each.get("placeholder")}
            names.add((each.get("emoji") or {}).get("name"))
            if wanted in names:
                if each.get("disabled"):
                    raise CannotUse(f"{wanted!r} is disabled")
                return message, each
            seen.append(button_name(each) or str(each.get("placeholder") or each.get("custom_id")))
    raise CannotUse(f"there is no {wanted!r}; there are: {', '.join(seen) or 'none'}")
