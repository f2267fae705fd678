"""TOML with line numbers: tomllib says what is in a file, this says where."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.\"'-]+)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')\s*=")
# Where a text over several lines may begin, and what only looks so: one in a line, a remark.
_QUOTES = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*')
_END = {
    '"""': re.compile(r'(?:\\.|[^"\\]|"(?!""))*"{3,5}'),
    "'''": re.compile(r"(?:[^']|'(?!''))*'{3,5}"),
}
_POSITION = re.compile(r"\(at line (\d+), column \d+\)")


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in the content, told so that a volunteer can mend it.

    Attributes:
        file: the file's name.
        line: counted from 1.
        entry: the id of the entry, event or source, or "" where the file as a whole is meant.
        text: what is wrong, and what to do.
    """

    file: str
    line: int
    entry: str
    text: str

    def __str__(self) -> str:
        entry = f"{self.entry!r}: " if self.entry else ""
        return f"{self.file}, line {self.line}: {entry}{self.text}"


@dataclass(frozen=True, slots=True)
class Block:
    """One table of a file: ``[name]`` or ``[[name]]``, with the lines of its keys."""

    file: str
    name: str
    line: int
    data: dict[str, Any]
    key_lines: dict[str, int]

    @property
    def label(self) -> str:
        """What a person calls it: its id, or its name."""
        return str(self.data.get("id") or self.name)

    def problem(self, text: str, key: str | None = None) -> Problem:
        """A problem of this table, at the line of one of its keys where that is known."""
        line = self.key_lines.get(key, self.line) if key else self.line
        return Problem(self.file, line, self.label, text)


def read_blocks(path: Path) -> tuple[list[Block], list[Problem]]:
    """The tables of a file in order; a file that is not TOML gives one problem and no tables."""
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except UnicodeDecodeError:
        return [], [Problem(path.name, 1, "", "Not UTF-8 text. Save the file as UTF-8.")]
    except tomllib.TOMLDecodeError as error:
        return [], [_syntax_problem(path.name, str(error))]
    blocks, problems = [], []
    seen: dict[str, int] = {}
    for line, name, listed, key_lines in _headers(text):
        value = data.get(name)
        if listed and isinstance(value, list):
            value = value[seen.get(name, 0)]
            seen[name] = seen.get(name, 0) + 1
        if isinstance(value, dict):
            blocks.append(Block(path.name, name, line, value, key_lines))
    for key, value in data.items():
        if not isinstance(value, dict | list) or (isinstance(value, list) and key not in seen):
            lines = (n for n, row in enumerate(text.splitlines(), 1) if _key_of(row) == key)
            advice = f"{key!r} stands outside any [[entry]]. Move it into one."
            problems.append(Problem(path.name, next(lines, 1), "", advice))
    return blocks, problems


def _syntax_problem(file: str, message: str) -> Problem:
    match = _POSITION.search(message)
    line = int(match[1]) if match else 1
    what = _POSITION.sub("", message).strip().rstrip(".")
    advice = "Look for a missing quotation mark, comma or bracket here or just above."
    return Problem(file, line, "", f"Not valid TOML: {what}. {advice}")


def _headers(text: str) -> list[tuple[int, str, bool, dict[str, int]]]:
    """Line, name, whether double brackets, and the lines of the keys below, for each table."""
    found: list[tuple[int, str, bool, dict[str, int]]] = []
    inside: str | None = None  # the quotes that end the string we are in
    for number, line in enumerate(text.split("\n"), 1):
        if inside is None:
            if match := _HEADER.fullmatch(line):
                found.append((number, match[2].strip("\"'"), match[1] == "[[", {}))
                continue
            if found and (key := _key_of(line)):
                found[-1][3].setdefault(key, number)
        inside = _inside_after(line, inside)
    return found


def _inside_after(line: str, inside: str | None) -> str | None:
    """The quotes that end the string we are in after a line, or None outside any."""
    at = 0
    while True:
        if inside is not None:
            end = _END[inside].match(line, at)
            if end is None:
                return inside
            at, inside = end.end(), None
        match = _QUOTES.search(line, at)
        if match is None:
            return None
        at = match.end()
        if match[0] in _END:
            inside = match[0]


def _key_of(line: str) -> str | None:
    match = _KEY.match(line)
    return match[1].strip("\"'") if match else None
