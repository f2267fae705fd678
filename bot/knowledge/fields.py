"""Reading the keys of one table strictly: every mistake becomes a problem, nothing raises."""

import re
from datetime import date, datetime
from typing import Any

from bot.knowledge.model import Confidence, PartialDate
from bot.knowledge.toml_blocks import Block, Problem
from bot.text import utf16_len

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ID_LIMIT = 60  # it goes into buttons, whose custom_id may have 100 characters
FIRST_YEAR = 1800


class Fields:
    """The keys of one table. A value that cannot be used is reported and read as empty.

    Args:
        today: dates after it are mistakes; None where the clock is not to be trusted with that.
    """

    def __init__(self, block: Block, known: frozenset[str], today: date | None) -> None:
        self.block = block
        self.problems: list[Problem] = []
        self._today = today
        for key in block.data:
            if key not in known:
                listed = ", ".join(sorted(known))
                self.problem(f"unknown key {key!r}. The keys are: {listed}.", key)

    def problem(self, text: str, key: str | None = None) -> None:
        """Report a mistake at one of the keys."""
        self.problems.append(self.block.problem(text, key))

    def missing(self, key: str, description: str) -> None:
        """Report that a required key is not there; ``description`` says what it could hold."""
        self.problem(f"{key!r} is missing. Add {key} = {description}.")

    def _value(self, key: str, kind: type, description: str, *, required: bool) -> Any:  # noqa: ANN401
        value = self.block.data.get(key)
        if value is None:
            if required:
                self.missing(key, description)
            return None
        if not isinstance(value, kind) or isinstance(value, bool):
            self.problem(f"{key!r} must be {description}.", key)
            return None
        return value

    def text(self, key: str, limit: int, *, required: bool = True) -> str:
        """A text of at most ``limit`` characters; lines join, an empty line parts paragraphs."""
        value = self._value(key, str, '"some text"', required=required)
        if value is None:
            return ""
        paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", value)]
        joined = "\n\n".join(part for part in paragraphs if part)
        if not joined and required:
            self.problem(f"{key!r} is empty. Write something.", key)
        if utf16_len(joined) > limit:
            self.problem(
                f"{key!r} has {utf16_len(joined)} characters, {limit} are the most. Shorten it.",
                key,
            )
        return joined

    def identifier(self) -> str:
        """The id: small letters, digits and hyphens."""
        value = self._value("id", str, '"some-id"', required=True)
        if value is None:
            return ""
        if not ID.fullmatch(value) or len(value) > ID_LIMIT:
            self.problem(
                f"'id' must be small letters, digits and hyphens, at most {ID_LIMIT}: "
                "for example 'pay-deal-2018'.",
                "id",
            )
            return ""
        return str(value)

    def texts(self, key: str, limit: int, *, required: bool = True) -> tuple[str, ...]:
        """A list of different texts."""
        value = self._value(key, list, '["one", "two"]', required=required)
        if value is None:
            return ()
        if not all(isinstance(item, str) and item.strip() for item in value):
            self.problem(f"{key!r} must hold texts in quotation marks, none of them empty.", key)
            return ()
        if required and not value:
            self.problem(f"{key!r} is empty. Name at least one.", key)
        for item in value:
            if utf16_len(item) > limit:
                self.problem(f"{key!r}: {item[:40]!r}… is longer than {limit} characters.", key)
            if value.count(item) > 1:
                self.problem(f"{key!r} names {item!r} twice. Remove one.", key)
                break
        return tuple(dict.fromkeys(" ".join(item.split()) for item in value))

    def dates(self, key: str) -> tuple[PartialDate, ...]:
        """A list of partial dates; may be missing."""
        found = (self._parsed(key, item) for item in self.texts(key, 20, required=False))
        return tuple(item for item in found if item)

    def partial_date(self, key: str, *, required: bool = True) -> PartialDate | None:
        """One partial date."""
        value = self.text(key, 20, required=required)
        return self._parsed(key, value) if value else None

    def _parsed(self, key: str, text: str) -> PartialDate | None:
        try:
            read = PartialDate.parse(text)
        except ValueError as error:
            self.problem(f"{key!r}: {error}.", key)
            return None
        future = self._today and read.order > PartialDate.of(self._today).order
        if read.year < FIRST_YEAR or future:
            self.problem(f"{key!r}: {text} cannot be: before {FIRST_YEAR} or in the future.", key)
        return read

    def checked(self) -> date:
        """The day on which the table was last compared with its sources."""
        value = self._value(
            "checked", date, "a day without quotation marks, as 2026-01-31", required=True
        )
        if isinstance(value, datetime):
            value = value.date()
        if not isinstance(value, date):
            return date.min
        if self._today and value > self._today:
            self.problem(
                "'checked' lies in the future. Give the day on which you checked it.", "checked"
            )
        return value

    def confidence(self) -> Confidence:
        """How sure we are."""
        value = self._value("confidence", str, '"corroborated"', required=True)
        try:
            return Confidence(value) if value is not None else Confidence.NOT_FOUND
        except ValueError:
            listed = ", ".join(Confidence)
            self.problem(f"'confidence' is {value!r}. It must be one of: {listed}.", "confidence")
            return Confidence.NOT_FOUND
