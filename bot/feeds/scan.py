"""Where a feed document's items stand, byte for byte, so that those known already can be left out.

An item's *fragment* is a hash of its bytes. Equal bytes in an equal context are the same article,
so of a changed document only what is new needs to be read. This holds for plain documents only:
well-formed, without a document type, all items side by side and nothing but blanks and comments
between and after them. ``items`` finds none in any other, and the document is read whole.
"""

import hashlib
import re
from collections.abc import Collection, Container, Sequence
from typing import NamedTuple
from xml.parsers import expat

_ITEMS = frozenset({"item", "entry"})
_BEGIN_TAG = re.compile(rb"<(item|entry)[\s>]")
_END_TAG = re.compile(rb"</(?:[^\s:>]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_ROOTS = frozenset({"rss", "rdf", "feed"})
_MARK = "steward-known-item"
_MARK_BYTES = f"<?{_MARK}?>".encode()


class Item(NamedTuple):
    """One item: its bytes are those from ``start`` to ``end``, the latter excluded."""

    start: int
    end: int
    fragment: str


class _NotPlainError(Exception):
    """The document is not of the kind whose items can be left out."""


def items(document: bytes, known: Container[str] = ()) -> list[Item] | None:
    """The items of an RSS, RDF or Atom document, in its order; None if it is not a plain one.

    Args:
        document: in UTF-8.
        known: fragments of items that have been found in a plain document before.
    """
    try:
        return _quickly(document, known) or _carefully(document)
    except (_NotPlainError, expat.ExpatError, ValueError):
        return None


def fragment(raw: bytes) -> str:
    """The hash by which an item is known again."""
    return hashlib.blake2b(raw, digest_size=8).hexdigest()


def without(document: bytes, found: Sequence[Item], left_out: Collection[int]) -> bytes:
    """The document without some of its items, named by their places in ``found``."""
    pieces: list[bytes] = []
    position = 0
    for place in sorted(left_out):
        pieces.append(document[position : found[place].start])
        position = found[place].end
    pieces.append(document[position:])
    return b"".join(pieces)


def _carefully(document: bytes) -> list[Item]:
    scanner = _Scanner(document)
    scanner.read()
    return [_item(document, start, end) for start, end in scanner.found]


def _item(document: bytes, start: int, end: int) -> Item:
    return Item(start, end, fragment(document[start:end]))


def _quickly(document: bytes, known: Container[str]) -> list[Item] | None:
    """The items, with those that are known looked for by their bytes alone; None if in doubt.

    What was an item once is one again if it stands where items stand. Whether it does (and not in
    a comment, or in another item's text) expat says of a mark that is put in its place.
    """
    passed = _known_items(document, known)
    if not passed or _MARK_BYTES in document:
        return None
    pieces: list[bytes] = []
    position = 0
    for item in passed:
        pieces += (document[position : item.start], _MARK_BYTES)
        position = item.end
    rest = b"".join([*pieces, document[position:]])
    scanner = _Scanner(rest)
    try:
        scanner.read()
    except (_NotPlainError, expat.ExpatError, ValueError):
        return None
    if scanner.marks != len(passed):
        return None
    found: list[Item] = []
    shift, unmarked = 0, iter(passed)
    for start, end in scanner.found:
        if rest.startswith(_MARK_BYTES, start):
            item = next(unmarked)
            shift = item.end - end
        else:
            item = _item(document, start + shift, end + shift)
        found.append(item)
    return found


def _known_items(document: bytes, known: Container[str]) -> list[Item]:
    found: list[Item] = []
    position = 0
    while begin := _BEGIN_TAG.search(document, position):
        end_tag = b"</" + begin[1] + b">"
        end = document.find(end_tag, begin.end())
        if end < 0:
            break
        item = _item(document, begin.start(), end + len(end_tag))
        if item.fragment in known:
            found.append(item)
        position = item.end
    return found


class _Scanner:
    """Notes where items, and marks in their places, begin and end while expat reads.

    Attributes:
        found: of each its first byte, and the first after it.
        marks: how many of them are marks.
    """

    def __init__(self, document: bytes) -> None:
        self.found: list[tuple[int, int]] = []
        self.marks = 0
        self._document = document
        self._depth = 0
        self._item_depth = 0  # of the elements that are items; 0 until the first
        self._start = -1  # of the item that is open
        self._parser = parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.StartElementHandler = self._began
        parser.EndElementHandler = self._ended
        parser.ProcessingInstructionHandler = self._instructed
        parser.StartDoctypeDeclHandler = self._refuse

    def read(self) -> None:
        self._parser.Parse(self._document, True)

    def _refuse(self, *_: object) -> None:
        raise _NotPlainError

    def _began(self, name: str, _: dict[str, str]) -> None:
        self._depth += 1
        local = name.rpartition(" ")[2].lower()
        if self._depth == 1 and local not in _ROOTS:
            raise _NotPlainError
        if local not in _ITEMS:
            if self.found and self._start < 0:
                raise _NotPlainError  # something else between or after the items
            return
        self._place(self._depth)
        self._start = self._parser.CurrentByteIndex

    def _place(self, depth: int) -> None:
        """An item begins; they are children of the root or, in RSS, of the channel, all alike."""
        if self._start >= 0 or depth not in (2, 3) or self._item_depth not in (0, depth):
            raise _NotPlainError
        self._item_depth = depth

    def _instructed(self, target: str, _: str) -> None:
        if target == _MARK:
            self._place(self._depth + 1)
            start = self._parser.CurrentByteIndex
            self.found.append((start, start + len(_MARK_BYTES)))
            self.marks += 1

    def _ended(self, _: str) -> None:
        if self._start >= 0 and self._depth == self._item_depth:
            tag = _END_TAG.match(self._document, self._parser.CurrentByteIndex)
            if tag is None:
                raise _NotPlainError  # <item/>
            self.found.append((self._start, tag.end()))
            self._start = -1
        self._depth -= 1
