"""Modals: Discord's limits on them."""

from collections.abc import Callable

from bot.sandbox.component_forms import check_emoji, check_select, number
from bot.sandbox.constants import SELECTS, Component
from bot.sandbox.validation import Form, Json, units

MOST_COMPONENTS = 5
_IN_LABEL = {
    Component.TEXT_INPUT,
    *SELECTS,
    Component.FILE_UPLOAD,
    Component.RADIO_GROUP,
    Component.CHECKBOX_GROUP,
    Component.CHECKBOX,
}


def read_modal(data: Form) -> Json:
    """Check a modal and number its components."""
    custom_id = data.string("custom_id", most=100, least=1, required=True)
    title = data.string("title", most=45, least=1, required=True)
    reader = _Reader()
    for form in data.forms("components", most=MOST_COMPONENTS, least=1, required=True):
        reader.top(form)
    data.problems.raise_any()
    components = number(data.value["components"], {})
    return {"custom_id": custom_id, "title": title, "components": components}


class _Reader:
    def __init__(self) -> None:
        self._custom_ids: set[str] = set()
        self._fields: dict[int, Callable[[Form], None]] = {
            Component.TEXT_INPUT: self._text_input,
            Component.FILE_UPLOAD: self._file_upload,
            Component.RADIO_GROUP: self._radio_group,
            Component.CHECKBOX_GROUP: self._checkbox_group,
            Component.CHECKBOX: self._checkbox,
            **dict.fromkeys(SELECTS, self._select),
        }

    def top(self, form: Form) -> None:
        kind = form.choice(
            "type", (Component.ACTION_ROW, Component.LABEL, Component.TEXT_DISPLAY), required=True
        )
        form.integer("id", least=0, most=2**31 - 1)
        if kind == Component.ACTION_ROW:
            for child in form.forms("components", most=1, least=1, required=True):
                if child.choice("type", (Component.TEXT_INPUT,), required=True) is not None:
                    child.string("label", most=45, least=1, required=True)
                    self._text_input(child)
        elif kind == Component.LABEL:
            form.string("label", most=45, least=1, required=True)
            form.string("description", most=100)
            child_form = form.form("component", required=True)
            if child_form:
                self._labelled(child_form)
        elif kind == Component.TEXT_DISPLAY:
            form.string("content", most=4000, least=1, required=True)

    def _labelled(self, form: Form) -> None:
        kind = form.choice("type", _IN_LABEL, required=True)
        if kind is None:
            return
        if kind == Component.TEXT_INPUT and form.has("label"):
            message = "A text input inside a label cannot have a label of its own"
            form.problem("label", "COMPONENT_LABEL_NOT_ALLOWED", message)
        self._fields[kind](form)

    def _custom_id(self, form: Form) -> None:
        found = form.string("custom_id", most=100, least=1, required=True)
        if found in self._custom_ids:
            message = "Component custom id cannot be duplicated"
            form.problem("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", message)
        if found:
            self._custom_ids.add(found)
        form.boolean("required")

    def _text_input(self, form: Form) -> None:
        self._custom_id(form)
        form.choice("style", (1, 2), required=True)
        form.string("placeholder", most=100)
        value = form.string("value", most=4000)
        least = form.integer("min_length", least=0, most=4000)
        most = form.integer("max_length", least=1, most=4000)
        if least is not None and most is not None and least > most:
            message = "min_length must be less than or equal to max_length"
            form.problem("min_length", "BASE_TYPE_MIN_MAX", message)
        if value and most is not None and units(value) > most:
            form.problem("value", "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")

    def _select(self, form: Form) -> None:
        self._custom_id(form)
        check_select(form, in_modal=True)
        self._required_means_some(form)

    def _required_means_some(self, form: Form) -> None:
        if form.value.get("required", True) is not False and form.value.get("min_values") == 0:
            message = "min_values must be at least 1 when the component is required"
            form.problem("min_values", "COMPONENT_REQUIRED_MIN_VALUES", message)

    def _file_upload(self, form: Form) -> None:
        self._custom_id(form)
        least = form.integer("min_values", least=0, most=10)
        most = form.integer("max_values", least=1, most=10)
        if (1 if least is None else least) > (1 if most is None else most):
            message = "min_values must be less than or equal to max_values"
            form.problem("min_values", "BASE_TYPE_MIN_MAX", message)
        self._required_means_some(form)

    def _radio_group(self, form: Form) -> None:
        self._custom_id(form)
        self._options(form, least=2, most_default=1)

    def _checkbox_group(self, form: Form) -> None:
        self._custom_id(form)
        count = self._options(form, least=1, most_default=10)
        least = form.integer("min_values", least=0, most=10)
        most = form.integer("max_values", least=1, most=10)
        if max(least or 0, most or 0) > max(count, 1):
            form.problem("max_values", "BASE_TYPE_MIN_MAX", "More values than options")
        self._required_means_some(form)

    def _options(self, form: Form, *, least: int, most_default: int) -> int:
        options = form.forms("options", most=10, least=least, required=True)
        values = [each.string("value", most=100, least=1, required=True) for each in options]
        for each in options:
            each.string("label", most=100, least=1, required=True)
            each.string("description", most=100)
            check_emoji(each)
        if len(set(values)) < len(values):
            message = "The specified option value is already used"
            form.problem("options", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)
        if sum(bool(each.boolean("default")) for each in options) > most_default:
            message = "The number of default options exceeds the maximum number of values"
            form.problem("options", "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", message)
        return len(options)

    def _checkbox(self, form: Form) -> None:
        self._custom_id(form)
        form.boolean("default")
