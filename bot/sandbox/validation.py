"""Reading a JSON form the way Discord does: every mistake named at its path, all at once.

Discord counts lengths of text in UTF-16 units in its clients and in code points in places of its
server; the sandbox counts UTF-16 units everywhere, which is never the laxer of the two.
"""

import re
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.errors import Problems

Json = dict[str, Any]
JsonValue = Any
"""Any value that JSON has, checked where it is read; also what stands for one in a test."""
Path = tuple[str | int, ...]

SNOWFLAKE = re.compile(r"[0-9]{1,20}\Z")


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text) + sum(1 for letter in text if ord(letter) > 0xFFFF)


class Form:
    """One object of a request body, with the path to it."""

    def __init__(self, value: JsonValue, problems: Problems, path: Path = ()) -> None:
        self.problems = problems
        self.path = path
        if not isinstance(value, dict):
            self.problem(None, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
            value = {}
        self.value: Json = value

    def problem(self, key: str | int | None, code: str, message: str) -> None:
        """Note a problem with one key, or with the object itself."""
        self.problems.add(self.path if key is None else (*self.path, key), code, message)

    def has(self, key: str) -> bool:
        """Whether the key is there and not null."""
        return self.value.get(key) is not None

    def require(self, key: str) -> bool:
        """Note a missing key."""
        if self.has(key):
            return True
        self.problem(key, "BASE_TYPE_REQUIRED", "This field is required")
        return False

    def string(
        self,
        key: str,
        *,
        most: int,
        least: int = 0,
        required: bool = False,
        strip: bool = False,
    ) -> str | None:
        """A text of so many UTF-16 units; with ``strip``, blank text counts as none."""
        if not self.has(key):
            if required:
                self.require(key)
            return None
        text = self.value[key]
        if isinstance(text, bool | int | float):
            text = str(text)
        if not isinstance(text, str):
            self.problem(key, "STRING_TYPE_CONVERT", "Could not interpret value as string.")
            return None
        if strip:
            text = text.strip()
        if not text and (required or least):
            self.problem(key, "BASE_TYPE_REQUIRED", "This field is required")
            return None
        length = units(text)
        if not least <= length <= most:
            if least > 0:
                message = f"Must be between {least} and {most} in length."
                self.problem(key, "BASE_TYPE_BAD_LENGTH", message)
            else:
                message = f"Must be {most} or fewer in length."
                self.problem(key, "BASE_TYPE_MAX_LENGTH", message)
        return text

    def integer(self, key: str, *, least: int, most: int, required: bool = False) -> int | None:
        """A whole number in a range."""
        if not self.has(key):
            if required:
                self.require(key)
            return None
        number = self.value[key]
        if isinstance(number, str) and re.fullmatch(r"-?[0-9]+", number):
            number = int(number)
        if isinstance(number, bool) or not isinstance(number, int):
            self.problem(key, "NUMBER_TYPE_COERCE", f'Value "{number}" is not int.')
            return None
        if number < least:
            message = f"int value should be greater than or equal to {least}."
            self.problem(key, "NUMBER_TYPE_MIN", message)
        elif number > most:
            message = f"int value should be less than or equal to {most}."
            self.problem(key, "NUMBER_TYPE_MAX", message)
        return number

    def choice(self, key: str, allowed: Collection[int], *, required: bool = False) -> int | None:
        """One of a few numbers."""
        if not self.has(key):
            if required:
                self.require(key)
            return None
        number = self.value[key]
        if isinstance(number, bool) or not isinstance(number, int) or number not in allowed:
            listed = ", ".join(str(int(each)) for each in sorted(allowed))
            self.problem(key, "BASE_TYPE_CHOICES", f"Value must be one of {{{listed}}}.")
            return None
        return number

    def boolean(self, key: str) -> bool | None:
        """True or false."""
        if not self.has(key):
            return None
        if not isinstance(self.value[key], bool):
            self.problem(key, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
            return None
        return bool(self.value[key])

    def snowflake(self, key: str, *, required: bool = False) -> int | None:
        """An id, as a number or as text."""
        if not self.has(key):
            if required:
                self.require(key)
            return None
        return as_snowflake(self.value[key], self.problems, (*self.path, key))

    def url(self, key: str, *, required: bool = False, attachment: bool = True) -> str | None:
        """An http(s) address, or attachment:// where a file may be meant; at most 2048 units."""
        text = self.string(key, most=2048, least=1 if required else 0, required=required)
        if not text:
            return None
        check_url(text, self.problems, (*self.path, key), attachment=attachment)
        return text

    def items(self, key: str, *, most: int, least: int = 0, required: bool = False) -> list[Any]:
        """A list of so many things."""
        if not self.has(key):
            if required:
                self.require(key)
            return []
        found = self.value[key]
        if not isinstance(found, list):
            self.problem(key, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        if not least <= len(found) <= most:
            if least:
                message = f"Must be between {least} and {most} in length."
                self.problem(key, "BASE_TYPE_BAD_LENGTH", message)
            else:
                message = f"Must be {most} or fewer in length."
                self.problem(key, "BASE_TYPE_MAX_LENGTH", message)
        return found

    def forms(self, key: str, *, most: int, least: int = 0, required: bool = False) -> "list[Form]":
        """A list of objects."""
        found = self.items(key, most=most, least=least, required=required)
        return [
            Form(each, self.problems, (*self.path, key, index)) for index, each in enumerate(found)
        ]

    def form(self, key: str, *, required: bool = False) -> "Form | None":
        """One object."""
        if not self.has(key):
            if required:
                self.require(key)
            return None
        return Form(self.value[key], self.problems, (*self.path, key))


def as_snowflake(value: JsonValue, problems: Problems, path: Path) -> int | None:
    """An id from a number or a text of digits."""
    if isinstance(value, bool) or not (
        (isinstance(value, int) and value >= 0)
        or (isinstance(value, str) and SNOWFLAKE.match(value))
    ):
        problems.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
        return None
    return int(value)


def check_url(text: str, problems: Problems, path: Path, *, attachment: bool) -> None:
    """Note an address that Discord would not take."""
    schemes = {"http", "https"} | ({"attachment"} if attachment else set())
    try:
        parts = urlsplit(text)
        host = parts.hostname or parts.netloc
    except ValueError:
        problems.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        return
    if parts.scheme.lower() not in schemes:
        listed = ", ".join(f"'{each}'" for each in sorted(schemes))
        message = f'Scheme "{parts.scheme}" is not supported. Scheme must be one of ({listed}).'
        problems.add(path, "URL_TYPE_INVALID_SCHEME", message)
        return
    dotted = attachment and parts.scheme == "attachment"
    loopback = host in {"localhost", "127.0.0.1", "::1"}
    named = dotted or loopback or "." in host.strip(".")
    if not host or not named or any(each.isspace() for each in text):
        problems.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
