"""A server's own entries as content files, for whoever keeps the repository."""

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from bot.knowledge import library
from bot.knowledge.editing.drafts import slug
from bot.knowledge.editing.model import State
from bot.knowledge.editing.toml_writer import entry_table, remark, sources_table
from bot.knowledge.fields import Fields
from bot.knowledge.library import SOURCES_FILE, TOPICS_FILE, WORDS_FILE
from bot.knowledge.model import Entry, Kind, Source
from bot.knowledge.reading import SOURCE_KEYS, read_source
from bot.knowledge.toml_blocks import Block, read_blocks

LOCAL_FILE = "local.toml"


@dataclass(frozen=True, slots=True)
class Export:
    """Files to be put into the content folder, in place of those with the same name.

    Attributes:
        files: their text by name; empty when the server has nothing of its own.
        new, changed, hidden: how many entries of each kind.
        problems: what `python -m bot check` would say of the folder with them; none as a rule.
    """

    files: dict[str, str]
    new: int = 0
    changed: int = 0
    hidden: int = 0
    problems: tuple[str, ...] = ()


def export(folder: Path, own: Iterable[State], today: date) -> Export:
    """The content with a server's own entries put in; takes a while, not for the event loop.

    Args:
        folder: the content as it came.
        today: which is written into the opening remark.
    """
    return _Exporter(folder, today).export([state for state in own if state.entry is not None])


@dataclass(slots=True)
class _File:
    """A content file: its lines, and where each table stands."""

    lines: list[str]
    blocks: list[Block]
    changed: bool = False

    def span(self, block: Block) -> tuple[int, int]:
        """The first line of a table, and the one after its last, counted from 0."""
        begin = block.line - 1
        later = [other.line - 1 for other in self.blocks if other.line > block.line]
        end = min(later, default=len(self.lines))
        # Remarks above the next table belong to that.
        while end > begin + 1 and _is_remark(self.lines[end - 1]):
            end -= 1
        return begin, end


@dataclass(slots=True)
class _Exporter:
    folder: Path
    today: date
    files: dict[str, _File] = field(default_factory=dict)
    source_keys: dict[Source, str] = field(default_factory=dict)
    added_sources: list[Source] = field(default_factory=list)

    def export(self, own: Sequence[State]) -> Export:
        if not own:
            return Export({})
        self._read()
        places = {
            block.data.get("id"): (file, block)
            for file in self.files.values()
            for block in file.blocks
            if block.name in {kind.value for kind in Kind}
        }
        shown = [state.entry for state in own if state.entry and not state.hidden]
        hidden = [state.entry for state in own if state.entry and state.hidden]
        known = {*places, *(entry.id for entry in shown)}
        shown = [
            replace(entry, related=tuple(other for other in entry.related if other in known))
            for entry in shown
        ]
        changed = [entry for entry in shown if entry.id in places]
        new = [entry for entry in shown if entry.id not in places]
        texts = {entry.id: entry_table(entry, self._keys(entry)) for entry in shown}
        # From the end, so that the lines above stay where they are.
        for entry in sorted(changed, key=lambda each: -places[each.id][1].line):
            file, block = places[entry.id]
            begin, end = file.span(block)
            file.lines[begin:end] = texts[entry.id].rstrip("\n").split("\n")
            file.changed = True
        gone = {entry.id for entry in changed}
        self._write_local(new, hidden, texts)
        self._write_sources(shown, replaced=gone)
        files = {
            name: "\n".join(file.lines).rstrip("\n") + "\n"
            for name, file in self.files.items()
            if file.changed
        }
        problems = self._check(files)
        return Export(files, len(new), len(changed), len(hidden), problems)

    def _read(self) -> None:
        for path in sorted(self.folder.glob("*.toml")):
            blocks, _ = read_blocks(path)
            self.files[path.name] = _File(path.read_text(encoding="utf-8").split("\n"), blocks)
        for block in self.files[SOURCES_FILE].blocks:
            source = read_source(Fields(block, SOURCE_KEYS, None))
            self.source_keys.setdefault(source, block.name)

    def _keys(self, entry: Entry) -> dict[Source, str]:
        for source in entry.sources:
            if source not in self.source_keys:
                self.source_keys[source] = self._new_key(source)
                self.added_sources.append(source)
        return {source: self.source_keys[source] for source in entry.sources}

    def _new_key(self, source: Source) -> str:
        wanted = slug(f"{source.publisher} {source.date[:4] or source.title}")
        taken = {*self.source_keys.values(), *(b.name for b in self.files[SOURCES_FILE].blocks)}
        number, key = 2, wanted
        while key in taken:
            key, number = f"{wanted}-{number}", number + 1
        return key

    def _write_local(
        self, new: Sequence[Entry], hidden: Sequence[Entry], texts: dict[str, str]
    ) -> None:
        if not new and not hidden:
            return
        file = self.files.setdefault(LOCAL_FILE, _File([], []))
        text = "\n".join(file.lines).rstrip("\n")
        text += "\n\n" if text else ""
        text += remark(f"From a server's own entries, {self.today.isoformat()}.")
        if hidden:
            text += remark("Hidden there; nothing was done about them here:")
            text += "".join(remark(f"{entry.id}: {entry.question}") for entry in hidden)
        text += "".join(f"\n{texts[entry.id]}" for entry in new)
        file.lines, file.changed = text.split("\n"), True

    def _write_sources(self, shown: Sequence[Entry], replaced: set[str]) -> None:
        """Add the sources that are new, and take out those that nothing names any more."""
        used = {self.source_keys[source] for entry in shown for source in entry.sources}
        before: set[str] = set()
        for name, other in self.files.items():
            if name in (SOURCES_FILE, TOPICS_FILE, WORDS_FILE):
                continue
            for block in other.blocks:
                named = set(map(str, block.data.get("sources", [])))
                before |= named
                if block.data.get("id") not in replaced:
                    used |= named
        file = self.files[SOURCES_FILE]
        for block in sorted(file.blocks, key=lambda each: -each.line):
            if block.name in before and block.name not in used:
                begin, end = file.span(block)
                del file.lines[begin:end]
                file.changed = True
        if self.added_sources:
            text = "\n".join(file.lines).rstrip("\n") + "\n\n"
            text += remark("Of a server's own entries.")
            added = (sources_table(self.source_keys[each], each) for each in self.added_sources)
            file.lines, file.changed = (text + "\n".join(added)).split("\n"), True

    def _check(self, files: dict[str, str]) -> tuple[str, ...]:
        """What a check of the whole folder says."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for path in self.folder.glob("*.toml"):
                (folder / path.name).write_bytes(path.read_bytes())
            for file_name, text in files.items():
                (folder / file_name).write_text(text, encoding="utf-8", newline="")
            return tuple(map(str, library.check_content(folder)))


def _is_remark(line: str) -> bool:
    bare = line.strip()
    return not bare or (bare.startswith("#") and '"""' not in bare and "'''" not in bare)
