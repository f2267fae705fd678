"""Bounds on a feed document before it is read: what would take minutes is cut or refused.

feedparser compares each category of an article with all others, copies what stands around each
element, and holds a whole document of items of which a thousand are looked at. A feed never gets
near these bounds by itself.
"""

import functools
import re
from typing import Any

from bot.feeds.problems import FeedProblem, ProblemKind

ENTRY_LIMIT = 1_000  # articles of one document that are looked at
ELEMENTS_LIMIT = 200_000  # of one document; feedparser spends about 40 microseconds on each
DEPTH_LIMIT = 1_000  # elements inside each other
PARTS_LIMIT = 500  # elements directly inside an article; what follows is left out
ATTRIBUTES_LIMIT = 200  # of one element
NAMESPACES_LIMIT = 1_000  # declared in one document
CATEGORIES_LIMIT = 200  # of one article, of which 20 are kept

# A document with fewer of these costs little however they are arranged, and is not looked at.
_INNOCENT = ((b"<", 10_000), (b"=", 5_000), (b"xmlns", 1_000))
_TAG = re.compile(
    rb"<(/?)([A-Za-z_][^\s/><\"'=]{0,200})((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>?"
)
_ITEM = re.compile(rb"(?:[A-Za-z_][\w.-]*:)?(?:item|entry)\Z", re.IGNORECASE)
_SKIPPED = ((b"<![CDATA[", b"]]>"), (b"<!--", b"-->"), (b"<?", b"?>"))


def bounded(document: bytes) -> bytes:
    """The document as far as it is looked at: with the first articles alone, well-formed as before.

    Args:
        document: XML in UTF-8 or another encoding that has ASCII in it.

    Raises:
        FeedProblem: it is built in a way that no feed is.
    """
    if all(document.count(part) < enough for part, enough in _INNOCENT):
        return document
    return _Walk(document).result()


def bounded_json(document: bytes) -> bytes:
    """A JSON document as it is.

    Raises:
        FeedProblem: reading it would take far more memory than a feed of its size can want.
    """
    if document.count(b"{") + document.count(b"[") > ELEMENTS_LIMIT or (
        document.count(b",") > 2 * ELEMENTS_LIMIT
    ):
        raise _oddly_built()
    return document


class _Walk:
    """Goes from tag to tag, as far as the articles that are looked at go."""

    def __init__(self, document: bytes) -> None:
        self._document = document
        self._open: list[bytes] = []
        self._elements = 0
        self._items = 0
        self._item_start = 0
        self._item_depth = 0  # of the item that is open, 0 if none is
        self._parts = 0
        self._namespaces = 0
        self._surplus = -1  # where what is left out of the open item begins
        self._copied = 0
        self._pieces: list[bytes] = []
        self._unclosed: set[bytes] = set()

    def result(self) -> bytes:
        document, position = self._document, 0
        while (position := document.find(b"<", position)) >= 0:
            if (end := self._skip(position)) > 0:
                position = end
                continue
            tag = _TAG.match(document, position)
            if tag is None:
                position += 1
                continue
            if tag[1]:
                self._end(tag)
            elif (cut := self._start(tag)) >= 0:
                return self._cut_at(cut)
            position = tag.end()
        return b"".join([*self._pieces, document[self._copied :]])

    def _skip(self, position: int) -> int:
        """The end of what begins here and is no tag; 0 if it is one."""
        for begin, end in _SKIPPED:
            if self._document.startswith(begin, position) and end not in self._unclosed:
                found = self._document.find(end, position + len(begin))
                if found >= 0:
                    return found + len(end)
                self._unclosed.add(end)
        return 0

    def _start(self, tag: re.Match[bytes]) -> int:
        """An element begins; where the document is to be cut if it is one too many, else -1."""
        self._elements += 1
        if self._elements > ELEMENTS_LIMIT:
            if self._items < 2:
                raise _oddly_built()
            return self._item_start
        attributes = tag[3]
        if attributes.count(b"=") > ATTRIBUTES_LIMIT and _pairs(attributes) > ATTRIBUTES_LIMIT:
            raise _oddly_built()
        self._namespaces += attributes.count(b"xmlns:")
        if self._namespaces > NAMESPACES_LIMIT:
            raise _oddly_built()
        if not self._item_depth and _ITEM.match(tag[2]):
            self._items += 1
            if self._items > ENTRY_LIMIT:
                return tag.start()
            self._item_start, self._item_depth, self._parts = tag.start(), len(self._open) + 1, 0
        elif self._item_depth and len(self._open) == self._item_depth:
            self._parts += 1
            if self._parts > PARTS_LIMIT and self._surplus < 0:
                self._surplus = tag.start()
        if not attributes.endswith(b"/"):
            self._open.append(tag[2])
            if len(self._open) > DEPTH_LIMIT:
                raise _oddly_built()
        elif self._item_depth > len(self._open):
            self._item_depth = 0
        return -1

    def _end(self, tag: re.Match[bytes]) -> None:
        # In broken XML an end may belong to an element further out, or to none.
        if tag[2] in self._open:
            while self._open.pop() != tag[2]:
                pass
        if self._item_depth and len(self._open) < self._item_depth:
            if self._surplus >= 0:
                self._pieces.append(self._document[self._copied : self._surplus])
                self._copied, self._surplus = tag.start(), -1
            self._item_depth = 0

    def _cut_at(self, position: int) -> bytes:
        """The document up to an article, with everything closed that is open around it."""
        around = self._open[: self._item_depth - 1] if self._item_depth else self._open
        ends = [b"</" + name + b">" for name in reversed(around)]
        return b"".join([*self._pieces, self._document[self._copied : position], *ends])


def _pairs(attributes: bytes) -> int:
    return len(re.findall(rb"=\s*(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'])", attributes))


def _oddly_built() -> FeedProblem:
    return FeedProblem(
        ProblemKind.UNREADABLE,
        "The feed is built so oddly that I do not read it. Tell the site, "
        "or try another of its feeds.",
    )


@functools.cache
def tame_feedparser() -> None:
    """Keep feedparser from comparing a hundred thousand categories with each other."""
    from feedparser.mixin import _FeedParserMixin

    add: Any = _FeedParserMixin._add_tag

    def add_tag(self: Any, term: object, scheme: object, label: object) -> None:  # noqa: ANN401
        if len(self._get_context().get("tags", ())) < CATEGORIES_LIMIT:
            add(self, term, scheme, label)

    _FeedParserMixin._add_tag = add_tag
