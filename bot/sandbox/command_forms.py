"""Application commands: Discord's limits on them, and the form in which it gives them back."""

import unicodedata

from bot.sandbox.constants import Option
from bot.sandbox.errors import Problems
from bot.sandbox.validation import Form, Json, JsonValue, units

MOST_IN_ALL = 8000
"""Units of names, descriptions and choice values of one command, its options included."""
_LOCALES_TEXT = """
id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi
th zh-CN ja zh-TW ko
"""
LOCALES = frozenset(_LOCALES_TEXT.split())
_WITH_CHOICES = (Option.STRING, Option.INTEGER, Option.NUMBER)
_SINGLE = {each for each in Option if each > Option.SUB_COMMAND_GROUP}


def read_command(form: Form, *, partial: Json | None = None) -> Json:
    """Check a command; with ``partial``, the command that a PATCH changes."""
    if partial is not None:
        form.value = {**partial, **form.value}
    kind = form.choice("type", (1, 2, 3)) or 1
    chat = kind == 1
    name = _name(form, chat=chat)
    description = form.string("description", most=100, least=1 if chat else 0, required=chat)
    if not chat and description:
        form.problem("description", "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION", "Must be empty")
    if not chat and form.has("options") and form.value["options"]:
        message = "Context menu commands cannot have options"
        form.problem("options", "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS", message)
    permissions = _permissions(form)
    options = _options(form, depth=0) if chat else []
    contexts = _kinds(form, "contexts", (0, 1, 2))
    installs = _kinds(form, "integration_types", (0, 1))
    command: Json = {
        "type": kind,
        "name": name or "",
        "name_localizations": _localised(form, "name_localizations", 32),
        "description": description or "",
        "description_localizations": _localised(form, "description_localizations", 100),
        "default_member_permissions": permissions,
        "dm_permission": form.boolean("dm_permission") is not False,
        "contexts": contexts,
        "integration_types": installs or [0],
        "nsfw": bool(form.boolean("nsfw")),
    }
    if chat:
        command["options"] = options
    if _size(command) > MOST_IN_ALL:
        message = f"Command exceeds maximum size ({MOST_IN_ALL})"
        form.problem(None, "APPLICATION_COMMAND_TOO_LARGE", message)
    return command


def _name(form: Form, *, chat: bool) -> str | None:
    name = form.string("name", most=32, least=1, required=True)
    if (name and chat and not _is_chat_name(name)) or (name and not chat and name.strip() != name):
        message = "Command name is invalid"
        form.problem("name", "APPLICATION_COMMAND_INVALID_NAME", message)
    return name


def _is_chat_name(name: str) -> bool:
    def fits(letter: str) -> bool:
        # Letters and numbers of any script, the marks that Devanagari and Thai need, - _ and '.
        return letter in "-_'" or unicodedata.category(letter)[0] in "LNM"

    return name == name.lower() and all(fits(letter) for letter in name)


def _permissions(form: Form) -> str | None:
    given = form.value.get("default_member_permissions")
    if given is None:
        return None
    if isinstance(given, str) and given.isdigit():
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < 1 << 54:
        form.problem(
            "default_member_permissions", "NUMBER_TYPE_COERCE", f'Value "{given}" is not int.'
        )
        return None
    return str(given)


def _kinds(form: Form, key: str, allowed: tuple[int, ...]) -> list[int] | None:
    if not form.has(key):
        return None
    found = form.items(key, most=len(allowed), least=1)
    if any(each not in allowed for each in found) or len(found) > len(set(map(str, found))):
        listed = ", ".join(map(str, allowed))
        form.problem(key, "BASE_TYPE_CHOICES", f"Value must be one of {{{listed}}}.")
    return found


def _localised(form: Form, key: str, most: int) -> dict[str, str] | None:
    texts = form.form(key)
    if texts is None:
        return None
    for locale in texts.value:
        if locale not in LOCALES:
            texts.problem(locale, "BASE_TYPE_CHOICES", "Unknown locale")
        text = texts.string(locale, most=most, least=1)
        if key == "name_localizations" and text and text != text.lower():
            texts.problem(locale, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    return {locale: str(text) for locale, text in texts.value.items() if text is not None}


def _options(form: Form, *, depth: int) -> list[Json]:
    forms = form.forms("options", most=25)
    allowed = [each for each in Option if depth == 0 or each != Option.SUB_COMMAND_GROUP]
    if depth == 2:
        allowed = [each for each in allowed if each != Option.SUB_COMMAND]
    found = [_option(each, allowed, depth) for each in forms]
    nested = [each["type"] in (1, 2) for each in found]
    if any(nested) and not all(nested):
        message = "Sub-commands and values cannot be mixed"
        form.problem("options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    names = [each["name"] for each in found]
    optional_seen = False
    for one, option in zip(forms, found, strict=True):
        if names.count(option["name"]) > 1:
            message = "Option name is already used in this command"
            one.problem("name", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", message)
        if option.get("required") and optional_seen:
            message = "Required options must be placed before non-required options"
            one.problem("required", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional_seen = optional_seen or not option.get("required")
    return found


def _option(form: Form, allowed: list[Option], depth: int) -> Json:
    kind = form.choice("type", allowed, required=True) or Option.STRING
    raw: Json = {
        "type": int(kind),
        "name": _name(form, chat=True) or "",
        "description": form.string("description", most=100, least=1, required=True) or "",
    }
    for key, most in (("name_localizations", 32), ("description_localizations", 100)):
        texts = _localised(form, key, most)
        if texts:
            raw[key] = texts
    if kind == Option.SUB_COMMAND_GROUP:
        raw["options"] = _options(form, depth=1)
        if any(each["type"] != Option.SUB_COMMAND for each in raw["options"]):
            message = "A group may only hold sub-commands"
            form.problem("options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
        return raw
    if kind == Option.SUB_COMMAND:
        raw["options"] = _options(form, depth=2)
        return raw
    if form.boolean("required"):
        raw["required"] = True
    _extras(form, raw)
    return raw


def _extras(form: Form, raw: Json) -> None:
    kind = raw["type"]
    choices = _choices(form, kind)
    if choices:
        raw["choices"] = choices
    if form.boolean("autocomplete"):
        raw["autocomplete"] = True
        if choices or kind not in _WITH_CHOICES:
            message = "Autocomplete is for text and numbers without choices"
            form.problem("autocomplete", "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE", message)
    _bounds(form, raw)
    if form.has("channel_types"):
        kinds = form.items("channel_types", most=25)
        raw["channel_types"] = kinds
        if kind != Option.CHANNEL or any(each not in range(17) for each in kinds):
            form.problem("channel_types", "BASE_TYPE_CHOICES", "Unknown channel type")


def _bounds(form: Form, raw: Json) -> None:
    kind = raw["type"]
    limits = {"min_length": (0, 6000), "max_length": (1, 6000)}
    for key, (least, most) in limits.items():
        if form.has(key) and kind != Option.STRING:
            form.problem(key, "APPLICATION_COMMAND_OPTIONS_LENGTH", "Only text has a length")
        number = form.integer(key, least=least, most=most)
        if number is not None:
            raw[key] = number
    for key in ("min_value", "max_value"):
        if not form.has(key):
            continue
        value = form.value[key]
        whole = kind == Option.INTEGER
        if kind not in (Option.INTEGER, Option.NUMBER) or not _is_number(value, whole=whole):
            form.problem(key, "NUMBER_TYPE_COERCE", f'Value "{value}" is not a number.')
            continue
        raw[key] = value
    for low, high in (("min_length", "max_length"), ("min_value", "max_value")):
        if low in raw and high in raw and raw[low] > raw[high]:
            form.problem(low, "BASE_TYPE_MIN_MAX", f"{low} must not exceed {high}")


def _choices(form: Form, kind: int) -> list[Json]:
    if form.has("choices") and form.value["choices"] and kind not in _WITH_CHOICES:
        form.problem("choices", "APPLICATION_COMMAND_OPTIONS_CHOICES", "Not for this type")
    return read_choices(form, kind)


def read_choices(form: Form, kind: int) -> list[Json]:
    """At most 25 choices with names of 1 to 100 units and values of the option's type."""
    found: list[Json] = []
    for each in form.forms("choices", most=25):
        name = each.string("name", most=100, least=1, required=True)
        raw: Json = {"name": name or "", "value": each.value.get("value")}
        texts = _localised_names(each)
        if texts is not None:
            raw["name_localizations"] = texts
        _check_value(each, kind)
        found.append(raw)
    return found


def _localised_names(form: Form) -> dict[str, str] | None:
    texts = form.form("name_localizations")
    if texts is None:
        return None
    for locale in texts.value:
        texts.string(locale, most=100, least=1)
    return {locale: str(text) for locale, text in texts.value.items() if text is not None}


def _check_value(form: Form, kind: int) -> None:
    if not form.require("value"):
        return
    value = form.value["value"]
    if kind == Option.STRING:
        if not isinstance(value, str):
            form.problem("value", "STRING_TYPE_CONVERT", "Could not interpret value as string.")
        else:
            form.string("value", most=100, least=1)
    elif not _is_number(value, whole=kind == Option.INTEGER):
        form.problem("value", "NUMBER_TYPE_COERCE", f'Value "{value}" is not a number.')


def _is_number(value: JsonValue, *, whole: bool) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    # Discord keeps numbers that JavaScript holds exactly.
    return abs(value) <= 2**53 and (isinstance(value, int) or not whole)


def _size(command: Json) -> int:
    def longest(raw: Json, key: str) -> int:
        texts = [str(raw.get(key) or ""), *((raw.get(f"{key}_localizations") or {}).values())]
        return max(units(text) for text in texts)

    total = longest(command, "name") + longest(command, "description")
    for choice in command.get("choices") or []:
        total += longest(choice, "name") + units(str(choice["value"]))
    return total + sum(_size(each) for each in command.get("options") or [])


def read_commands(body: JsonValue) -> list[Json]:
    """A whole list of commands, as bulk overwriting takes it: names unique per type, few enough."""
    problems = Problems()
    if not isinstance(body, list):
        problems.add((), "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        problems.raise_any()
    found = [read_command(Form(each, problems, (index,))) for index, each in enumerate(body)]
    seen: set[tuple[int, str]] = set()
    for index, each in enumerate(found):
        key = (each["type"], each["name"])
        if key in seen:
            message = "Application command names must be unique"
            problems.add((index,), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
        seen.add(key)
    problems.raise_any()
    return found
