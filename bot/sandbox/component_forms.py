"""Message components, of both generations: Discord's limits, and ids given out as Discord does."""

from collections.abc import Callable, Collection

from bot.sandbox.constants import SELECTS, Component
from bot.sandbox.validation import Form, Json, units
from bot.sandbox.world import walk

MOST_ROWS = 5
MOST_IN_V2 = 40
MOST_TEXT_IN_V2 = 4000
_V1_TOP = {Component.ACTION_ROW}
_V2_TOP = {
    Component.ACTION_ROW,
    Component.SECTION,
    Component.TEXT_DISPLAY,
    Component.MEDIA_GALLERY,
    Component.FILE,
    Component.SEPARATOR,
    Component.CONTAINER,
}
_IN_CONTAINER = _V2_TOP - {Component.CONTAINER}


def read_components(body: Form, *, v2: bool, files: dict[str, str]) -> list[Json]:
    """Check ``components`` of a message and number those that have no id yet."""
    most = MOST_IN_V2 if v2 else MOST_ROWS
    reader = _Reader(files)
    for form in body.forms("components", most=most):
        reader.read(form, _V2_TOP if v2 else _V1_TOP)
    found: list[Json] = body.value.get("components") or []
    if v2:
        if reader.count > MOST_IN_V2:
            message = f"The total number of components cannot exceed {MOST_IN_V2}."
            body.problem("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message)
        if reader.text > MOST_TEXT_IN_V2:
            message = f"The total text of components cannot exceed {MOST_TEXT_IN_V2} characters."
            body.problem("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)
    if body.problems:
        return []
    return number(found, files)


def number(components: list[Json], files: dict[str, str]) -> list[Json]:
    """A copy as Discord keeps it: with ids, and attachment:// is where the file is served."""
    copied = [_copy(each, files) for each in components]
    taken = {each["id"] for each in walk(copied) if each.get("id")}
    following = 1
    for each in walk(copied):
        if not each.get("id"):
            while following in taken:
                following += 1
            each["id"] = following
            following += 1
    return copied


def _copy(component: Json, files: dict[str, str]) -> Json:
    fresh = {key: value for key, value in component.items() if value is not None}
    for key in ("component", "accessory"):
        if key in fresh:
            fresh[key] = _copy(fresh[key], files)
    for key in ("components", "items"):
        if key in fresh:
            fresh[key] = [_copy(each, files) for each in fresh[key]]
    if "default_values" in fresh:
        # Discord takes numbers as well, and gives texts: a browser rounds numbers of that size.
        fresh["default_values"] = [
            {**each, "id": str(each["id"])} for each in fresh["default_values"]
        ]
    for key in ("media", "file"):
        if isinstance(fresh.get(key), dict) and "url" in fresh[key]:
            url = fresh[key]["url"]
            name = url.removeprefix("attachment://")
            served = files.get(name, url) if name != url else url
            fresh[key] = {**fresh[key], "url": served, "proxy_url": served}
    return fresh


class _Reader:
    """Walks components once, noting what is wrong."""

    def __init__(self, files: dict[str, str]) -> None:
        self.count = 0
        self.text = 0
        self._files = files
        self._custom_ids: set[str] = set()
        self._ids: set[int] = set()
        self._readers: dict[int, Callable[[Form], None]] = {
            Component.ACTION_ROW: self._row,
            Component.BUTTON: self._button,
            Component.SECTION: self._section,
            Component.TEXT_DISPLAY: self._text_display,
            Component.THUMBNAIL: self._thumbnail,
            Component.MEDIA_GALLERY: self._gallery,
            Component.FILE: self._file,
            Component.SEPARATOR: self._separator,
            Component.CONTAINER: self._container,
            **dict.fromkeys(SELECTS, self._select),
        }

    def read(self, form: Form, allowed: Collection[int]) -> None:
        kind = form.choice("type", allowed, required=True)
        if kind is None:
            return
        self.count += 1
        own = form.integer("id", least=0, most=2**31 - 1)
        if own:
            if own in self._ids:
                form.problem("id", "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
            self._ids.add(own)
        self._readers[kind](form)

    def custom_id(self, form: Form) -> None:
        found = form.string("custom_id", most=100, least=1, required=True)
        if found is None:
            return
        if found in self._custom_ids:
            message = "Component custom id cannot be duplicated"
            form.problem("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", message)
        self._custom_ids.add(found)

    def _row(self, form: Form) -> None:
        children = form.forms("components", most=5, least=1, required=True)
        selects = [each for each in children if each.value.get("type") in tuple(SELECTS)]
        if selects and len(children) > 1:
            message = "The specified component exceeds the maximum width"
            form.problem("components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)
        for each in children:
            self.read(each, {Component.BUTTON, *SELECTS})

    def _button(self, form: Form) -> None:
        style = form.choice("style", range(1, 7), required=True)
        label = form.string("label", most=80)
        form.boolean("disabled")
        check_emoji(form)
        if style == 5:
            form.url("url", required=True, attachment=False)
            form.string("url", most=512)
            if form.has("custom_id"):
                message = "A custom id and url cannot both be specified"
                form.problem("custom_id", "BUTTON_COMPONENT_CUSTOM_ID_URL_EXCLUSIVE", message)
        elif style == 6:
            form.snowflake("sku_id", required=True)
            return
        elif style is not None:
            self.custom_id(form)
            if form.has("url"):
                message = "A custom id and url cannot both be specified"
                form.problem("url", "BUTTON_COMPONENT_CUSTOM_ID_URL_EXCLUSIVE", message)
        if not label and not form.has("emoji"):
            message = "A button must have a label or an emoji"
            form.problem("label", "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", message)

    def _select(self, form: Form) -> None:
        self.custom_id(form)
        check_select(form)

    def _section(self, form: Form) -> None:
        for each in form.forms("components", most=3, least=1, required=True):
            self.read(each, {Component.TEXT_DISPLAY})
        accessory = form.form("accessory", required=True)
        if accessory:
            self.read(accessory, {Component.BUTTON, Component.THUMBNAIL})

    def _text_display(self, form: Form) -> None:
        text = form.string("content", most=4000, least=1, required=True)
        self.text += units(text or "")

    def _media(self, form: Form, key: str) -> None:
        media = form.form(key, required=True)
        url = media.url("url", required=True) if media else None
        name = (url or "").removeprefix("attachment://")
        if media and url and name != url and name not in self._files:
            message = "The referenced attachment was not found"
            media.problem("url", "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", message)

    def _thumbnail(self, form: Form) -> None:
        self._media(form, "media")
        form.string("description", most=1024)
        form.boolean("spoiler")

    def _gallery(self, form: Form) -> None:
        for each in form.forms("items", most=10, least=1, required=True):
            self._media(each, "media")
            each.string("description", most=1024)
            each.boolean("spoiler")

    def _file(self, form: Form) -> None:
        self._media(form, "file")
        form.boolean("spoiler")

    def _separator(self, form: Form) -> None:
        form.boolean("divider")
        form.choice("spacing", (1, 2))

    def _container(self, form: Form) -> None:
        form.integer("accent_color", least=0, most=0xFFFFFF)
        form.boolean("spoiler")
        for each in form.forms("components", most=40, least=1, required=True):
            self.read(each, _IN_CONTAINER)


def check_emoji(form: Form) -> None:
    """Note an emoji that is neither a character nor a custom one."""
    emoji = form.form("emoji")
    if emoji is None:
        return
    emoji.snowflake("id")
    name = emoji.string("name", most=32)
    if not emoji.has("id") and (not name or not _is_emoji(name)):
        emoji.problem("name", "COMPONENT_INVALID_EMOJI", "Invalid emoji")


def _is_emoji(name: str) -> bool:
    # No table of emojis: what has a letter of a script in it is certainly none.
    return not any(letter.isalpha() or letter.isspace() for letter in name)


def check_select(form: Form, *, in_modal: bool = False) -> None:
    """Note what is wrong with a select menu of any kind but its custom id."""
    form.string("placeholder", most=150)
    least = form.integer("min_values", least=0, most=25)
    most = form.integer("max_values", least=1, most=25)
    if form.boolean("disabled") and in_modal:
        form.problem("disabled", "BASE_TYPE_INVALID", "Cannot be disabled in a modal")
    least = 1 if least is None else least
    most = 1 if most is None else most
    if least > most:
        message = "min_values must be less than or equal to max_values"
        form.problem("min_values", "BASE_TYPE_MIN_MAX", message)
    if form.value.get("type") == Component.STRING_SELECT:
        _check_options(form, least, most)
        return
    if form.value.get("type") == Component.CHANNEL_SELECT:
        for index, kind in enumerate(form.items("channel_types", most=25)):
            if kind not in range(17):
                form.problems.add(
                    (*form.path, "channel_types", index), "BASE_TYPE_CHOICES", "Unknown type"
                )
    defaults = form.forms("default_values", most=25)
    for each in defaults:
        each.snowflake("id", required=True)
        if each.value.get("type") not in ("user", "role", "channel"):
            each.problem("type", "BASE_TYPE_CHOICES", "Value must be one of ...")
    if defaults and not least <= len(defaults) <= most:
        message = f"Number of default values must be between {least} and {most}"
        form.problem("default_values", "SELECT_COMPONENT_INVALID_DEFAULT_VALUES", message)


def _check_options(form: Form, least: int, most: int) -> None:
    options = form.forms("options", most=25, least=1, required=True)
    if options and most > len(options):
        message = f"max_values must be less than or equal to the {len(options)} options"
        form.problem("max_values", "SELECT_COMPONENT_MAX_VALUES_TOO_MANY", message)
    if options and least > len(options):
        message = f"min_values must be less than or equal to the {len(options)} options"
        form.problem("min_values", "SELECT_COMPONENT_MIN_VALUES_TOO_MANY", message)
    values: set[str] = set()
    defaults = 0
    for each in options:
        each.string("label", most=100, least=1, required=True)
        value = each.string("value", most=100, least=1, required=True)
        each.string("description", most=100)
        check_emoji(each)
        defaults += bool(each.boolean("default"))
        if value in values:
            message = "The specified option value is already used"
            each.problem("value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)
        if value:
            values.add(value)
    if defaults > most:
        message = "The number of default options exceeds the maximum number of values"
        form.problem("options", "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", message)
