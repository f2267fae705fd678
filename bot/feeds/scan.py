"""Where a feed document's items stand, byte for byte, so that those known already can be left out.

An item's *fragment* is a hash of its bytes. Equal bytes in an equal context are the same article,
so of a changed document only what is new needs to be read. This holds for plain documents only:
well-formed, without a document type, all items side by side and nothing but blanks and comments
between and after them. ``items`` finds none in any other, and the document is read whole.
"""

import hashlib
import re
from collections.abc import Collection, Sequence
from xml.parsers import expat

Range = tuple[int, int]  # of bytes, the end excluded

_ITEMS = frozenset({"item", "entry"})
_END_TAG = re.compile(rb"</(?:[^\s:>]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_ROOTS = frozenset({"rss", "rdf", "feed"})


class _NotPlainError(Exception):
    """The document is not of the kind whose items can be left out."""


def items(document: bytes) -> list[Range] | None:
    """The items of an RSS, RDF or Atom document, in its order; None if it is not a plain one.

    Args:
        document: in UTF-8.
    """
    try:
        return _Scanner(document).ranges()
    except (_NotPlainError, expat.ExpatError, ValueError):
        return None


def fragment(raw: bytes) -> str:
    """The hash by which an item is known again."""
    return hashlib.blake2b(raw, digest_size=8).hexdigest()


def without(document: bytes, ranges: Sequence[Range], left_out: Collection[int]) -> bytes:
    """The document without some of its items, named by their places in ``ranges``."""
    pieces: list[bytes] = []
    position = 0
    for place in sorted(left_out):
        start, end = ranges[place]
        pieces.append(document[position:start])
        position = end
    pieces.append(document[position:])
    return b"".join(pieces)


class _Scanner:
    """Notes where items begin and end while expat reads."""

    def __init__(self, document: bytes) -> None:
        self._document = document
        self._depth = 0
        self._item_depth = 0  # of the elements that are items; 0 until the first
        self._start = -1  # of the item that is open
        self._found: list[Range] = []
        self._parser = parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.StartElementHandler = self._began
        parser.EndElementHandler = self._ended
        parser.StartDoctypeDeclHandler = self._refuse

    def ranges(self) -> list[Range]:
        self._parser.Parse(self._document, True)
        return self._found

    def _refuse(self, *_: object) -> None:
        raise _NotPlainError

    def _began(self, name: str, _: dict[str, str]) -> None:
        self._depth += 1
        local = name.rpartition(" ")[2].lower()
        if self._depth == 1 and local not in _ROOTS:
            raise _NotPlainError
        if local not in _ITEMS:
            if self._found and self._start < 0:
                raise _NotPlainError  # something else between or after the items
            return
        # Children of the root or, in RSS, of the channel, all of the same parent.
        if self._start >= 0 or self._depth not in (2, 3):
            raise _NotPlainError
        if self._item_depth not in (0, self._depth):
            raise _NotPlainError
        self._item_depth = self._depth
        self._start = self._parser.CurrentByteIndex

    def _ended(self, _: str) -> None:
        if self._start >= 0 and self._depth == self._item_depth:
            tag = _END_TAG.match(self._document, self._parser.CurrentByteIndex)
            if tag is None:
                raise _NotPlainError  # <item/>
            self._found.append((self._start, tag.end()))
            self._start = -1
        self._depth -= 1
