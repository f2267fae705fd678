"""feedparser's own reading of a well-formed document, watched for what an item leaves behind.

feedparser reads a feed as one stream and keeps what it has seen in one object. So before an item
is left out it must be known that the next one is read the same without it. That is not reasoned
but looked at: after each item everything that the reader holds must be as it was before the first.
"""

from xml.parsers.expat import ExpatError
from xml.sax import SAXException

from bot.feeds.quick import QuickReader

_ITEMS = ("item", "entry")
# Results; what each item sets anew when it begins; and what is looked at in a way of its own.
_APART = frozenset({
    "entries", "property_depth_map", "title_depth", "guidislink", "elementstack", "feeddata",
    "namespacemap", "namespaces_in_use", "_first", "_stack", "_prefixes", "_spaces", "state",
    "independent", "_seen", "_names", "_safe_base", "_starts", "_ends", "_parts",
})  # fmt: skip
_PLAIN = (str, int, float, bool, list, dict, tuple, type(None))

_SIMPLE = (str, int, float, bool, type(None))

_Held = tuple[tuple[str, ...], tuple[object, ...], tuple[object, ...]]


class Reading(QuickReader):
    """What feedparser read.

    Attributes:
        entries, feeddata, version: as in feedparser's result.
        state: all that an item's meaning depends on outside itself, as text; "" without items.
        independent: each item left everything as it found it, so that all have the same state.
    """

    def __init__(self) -> None:
        super().__init__()
        self._first: _Held = ((), (), ())
        self._seen: set[str] = set()
        self._names: list[str] = []
        self._stack: list[str] = []
        self._prefixes: dict[str | None, str] = {}
        self._spaces: dict[str, str] = {}
        self.state = ""
        self.independent = True

    def begin(self, tag: str) -> None:
        """An element without attributes begins."""
        self._note_item(tag)
        super().begin(tag)

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        """An element begins."""
        self._note_item(tag)
        super().unknown_starttag(tag, attrs)

    def _note_item(self, tag: str) -> None:
        """At the first item, note how everything stands."""
        if tag in _ITEMS and not self.state:
            self._first = self._held()
            self._stack = [element[0] for element in self.elementstack]
            self._prefixes = dict(self.namespacemap)
            self._spaces = dict(self.namespaces_in_use)
            # Of the feed's own values an item can touch these two, if they are there.
            pictures = [name for name in ("image", "textinput") if name in self.feeddata]
            held = self._first[:2], self._stack, pictures, self._prefixes, self._spaces
            self.state = repr(held)

    def unknown_endtag(self, tag: str) -> None:
        """An element ends."""
        super().unknown_endtag(tag)
        if tag in _ITEMS and self.independent:
            self.independent = (
                self._held() == self._first
                and [element[0] for element in self.elementstack[: len(self._stack)]] == self._stack
                and self._names_are_tame()
            )

    def _held(self) -> _Held:
        """What the reader holds now, of itself and of the feed."""
        held = vars(self)
        if len(held) != len(self._seen):
            self._seen = set(held)
            self._names = sorted(self._seen - _APART)
        own = [
            value if isinstance(value, _SIMPLE) else repr(value)
            for value in map(held.get, self._names)
            if isinstance(value, _PLAIN)
        ]
        feed = [
            (name, len(value) if isinstance(value, list | dict) else value)
            for name, value in self.feeddata.items()
        ]
        return tuple(self._names), tuple(own), tuple(feed)

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
    try:
        reading.read(document)
    except (ExpatError, SAXException):
        return None
    return reading
