"""feedparser's own reading of a well-formed document, watched for what an item leaves behind.

feedparser reads a feed as one stream and keeps what it has seen in one object. So before an item
is left out it must be known that the next one is read the same without it. That is not reasoned
but looked at: after each item everything that the reader holds must be as it was before the first.
"""

import contextlib
import io
import xml.sax
from typing import Any
from xml.sax.xmlreader import InputSource

from feedparser import FeedParserDict
from feedparser.api import PREFERRED_XML_PARSERS, StrictFeedParser

_ITEMS = ("item", "entry")
# Results; what each item sets anew when it begins; and what is looked at in a way of its own.
_APART = frozenset({
    "entries", "property_depth_map", "title_depth", "guidislink", "elementstack", "feeddata",
    "namespacemap", "namespaces_in_use", "_first", "_stack", "_prefixes", "_spaces", "state",
    "independent",
})  # fmt: skip
_PLAIN = (str, int, float, bool, list, dict, tuple, type(None))

_Held = tuple[tuple[object, ...], tuple[object, ...]]


class _Content(FeedParserDict):  # type: ignore[misc]  # feedparser is untyped
    """What an element says of its text: as feedparser's own, but quickly asked and copied.

    feedparser asks this dictionary some hundred times for each item; of its names none has another
    meaning than in a plain dictionary, and its values are texts and numbers.
    """

    get = dict.get

    def __deepcopy__(self, _: object) -> FeedParserDict:
        return FeedParserDict(self)


class Reading(StrictFeedParser):  # type: ignore[misc]  # feedparser is untyped
    """What feedparser read.

    Attributes:
        entries, feeddata, version: as in feedparser's result.
        state: all that an item's meaning depends on outside itself, as text; "" without items.
        independent: each item left everything as it found it, so that all have the same state.
    """

    def __init__(self) -> None:
        super().__init__("", None, "utf-8")
        self.resolve_relative_uris = False
        self.sanitize_html = False
        self._first: _Held = ((), ())
        self._stack: list[str] = []
        self._prefixes: dict[str | None, str] = {}
        self._spaces: dict[str, str] = {}
        self.state = ""
        self.independent = True

    def push_content(self, *arguments: object) -> None:
        """An element with text begins."""
        super().push_content(*arguments)
        self.contentparams: FeedParserDict = _Content(self.contentparams)

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        """An element begins."""
        if tag in _ITEMS and not self.state:
            self._first = self._held()
            self._stack = [element[0] for element in self.elementstack]
            self._prefixes = dict(self.namespacemap)
            self._spaces = dict(self.namespaces_in_use)
            # Of the feed's own values an item can touch these two, if they are there.
            pictures = [name for name in ("image", "textinput") if name in self.feeddata]
            held = self._first[0], self._stack, pictures, self._prefixes, self._spaces
            self.state = repr(held)
        super().unknown_starttag(tag, attrs)

    def unknown_endtag(self, tag: str) -> None:
        """An element ends."""
        super().unknown_endtag(tag)
        if tag in _ITEMS and self.independent:
            self.independent = (
                self._held() == self._first
                and [element[0] for element in self.elementstack[: len(self._stack)]] == self._stack
                and self._names_are_tame()
            )

    def _held(self) -> "_Held":
        """What the reader holds now, of itself and of the feed."""
        own = [
            (name, repr(value))
            for name, value in sorted(vars(self).items())
            if name not in _APART and isinstance(value, _PLAIN)
        ]
        feed = [
            (name, len(value) if isinstance(value, list | dict) else value)
            for name, value in self.feeddata.items()
        ]
        return tuple(own), tuple(feed)

    def _names_are_tame(self) -> bool:
        """Whether the namespaces that items declare mean nothing to other items.

        That is so for those that feedparser knows, under its own names for them, and for default
        ones, of which it does not ask again.
        """
        for prefix, name in self.namespacemap.items():
            if prefix is not None and self._prefixes.get(prefix, prefix) != name:
                return False
        for name, uri in self.namespaces_in_use.items():
            before = self._spaces.get(name, uri)
            if (
                name
                and before != uri
                and not (self._known(name, before) and self._known(name, uri))
            ):
                return False
            if name and name not in self._spaces and not self._known(name, uri):
                return False
        return True

    def _known(self, name: str, uri: str) -> bool:
        return bool(self._matchnamespaces.get(uri.lower()) == name)


def read(document: bytes) -> Reading | None:
    """Read a document in UTF-8 without a document type; None if feedparser cannot strictly."""
    reading = Reading()
    # Hostile documents are kept from it: it sees none with a document type.
    parser: Any = xml.sax.make_parser(PREFERRED_XML_PARSERS)  # noqa: S317
    parser.setFeature(xml.sax.handler.feature_namespaces, 1)
    with contextlib.suppress(xml.sax.SAXNotSupportedException):
        parser.setFeature(xml.sax.handler.feature_external_ges, 0)
    parser.setContentHandler(reading)
    parser.setErrorHandler(reading)
    source = InputSource()
    source.setByteStream(io.BytesIO(document))
    try:
        parser.parse(source)
    except xml.sax.SAXException:
        return None
    return reading
