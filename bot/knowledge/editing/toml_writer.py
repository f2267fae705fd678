"""Entries and sources as tables of a content file, which reads them back as they were."""

import re
import textwrap
from collections.abc import Mapping

from bot.knowledge.editing.model import Table
from bot.knowledge.editing.tables import SOURCE_LABELS, source_table, table_of
from bot.knowledge.model import Entry, Source

WIDTH = 100
LONG = ("answer", "careful", "took_part", "outcome")  # written over several lines

_CONTROL = re.compile("[\x00-\x1f\x7f]")


def entry_table(entry: Entry, source_keys: Mapping[Source, str]) -> str:
    """The table of an entry, ending with a line break.

    Args:
        source_keys: the key of each of its sources.
    """
    table = {**table_of(entry), "sources": [source_keys[source] for source in entry.sources]}
    lines = [_line(key, value) for key, value in table.items()]
    return f"[[{entry.kind}]]\n" + "".join(lines)


def sources_table(key: str, source: Source) -> str:
    """The table of a source, ending with a line break."""
    table = source_table(source)
    lines = [_line(name, table[name]) for name in SOURCE_LABELS if name in table]
    return f"[{key}]\n" + "".join(lines)


def remark(text: str) -> str:
    """A line that nobody reads but people."""
    return f"# {_CONTROL.sub(' ', ' '.join(text.split()))}\n"


def _line(key: str, value: Table | str | list[str]) -> str:
    if key == "checked":
        return f"checked = {value}\n"  # a date, without quotation marks
    if key in LONG:
        return f'{key} = """\n{_paragraphs(str(value))}\n"""\n'
    if isinstance(value, list):
        items = [_quoted(item) for item in value]
        inline = f"{key} = [{', '.join(items)}]"
        if len(inline) <= WIDTH:
            return f"{inline}\n"
        return f"{key} = [\n" + "".join(f"    {item},\n" for item in items) + "]\n"
    return f"{key} = {_quoted(str(value))}\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_without_control(escaped)}"'


def _paragraphs(text: str) -> str:
    escaped = text.replace("\\", "\\\\")
    if '""' in escaped:
        escaped = escaped.replace('"', '\\"')
    return "\n\n".join(
        "\n".join(
            textwrap.wrap(
                _without_control(part), WIDTH, break_long_words=False, break_on_hyphens=False
            )
        )
        for part in escaped.split("\n\n")
    )


def _without_control(text: str) -> str:
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
