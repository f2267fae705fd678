"""feedparser's strict reader with shorter ways for what most elements of a feed are.

feedparser stays the arbiter: what an element means is left to its own methods. Shortened is only
what it does around them for every element, where the outcome is certain beforehand, as for an
element without attributes or a text in plain ASCII. In any other case its own code runs. The tests
compare the two over all documents they have.
"""

import contextlib
import re
from typing import Any
from xml.parsers import expat
from xml.sax.xmlreader import AttributesNSImpl

from feedparser import FeedParserDict
from feedparser.api import StrictFeedParser
from feedparser.mixin import _cp1252
from feedparser.urls import _urljoin, make_safe_absolute_uri

from bot.feeds.links import is_plain_address

_REFERENCE = re.compile(r"&([A-Za-z0-9_]+);")
_ITSELF = ("category", "tags", "itunes_keywords")
_WITH_NAMESPACE = ("math", "svg")
_ROOTS = ("feed", "rss", "rdf:RDF")
_OF_TEXT_INPUT = ("title", "link", "description", "name")
_OF_IMAGE = ("title", "link", "description", "url", "href", "width", "height")


# The names that feedparser's dictionaries take for others, or work out.
_MAPPED = frozenset({
    *FeedParserDict.keymap, "category", "enclosures", "license", "updated", "updated_parsed",
})  # fmt: skip


class QuickDict(FeedParserDict):  # type: ignore[misc]  # feedparser is untyped
    """As feedparser's own, but quick at names that have no other meaning than in any dictionary."""

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401
        return super().__getitem__(key) if key in _MAPPED else dict.__getitem__(self, key)

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) if key in _MAPPED else dict.__contains__(self, key)

    def __setitem__(self, key: str, value: Any) -> None:  # noqa: ANN401
        if key in _MAPPED:
            super().__setitem__(key, value)
        else:
            dict.__setitem__(self, key, value)

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401
        """The value of a name, or a stand-in."""
        return super().get(key, default) if key in _MAPPED else dict.get(self, key, default)

    def setdefault(self, key: str, default: Any) -> Any:  # noqa: ANN401
        """The value of a name, which is set if it has none."""
        if key in _MAPPED:
            return super().setdefault(key, default)
        return dict.setdefault(self, key, default)

    __hash__ = FeedParserDict.__hash__


class QuickReader(StrictFeedParser):  # type: ignore[misc]  # feedparser is untyped
    """Reads a document in UTF-8 without a document type, without expat's detour through SAX."""

    def __init__(self) -> None:
        super().__init__("", None, "utf-8")
        self.baseuri: str
        self.resolve_relative_uris = False
        self.sanitize_html = False
        self._safe_base: dict[str, str] = {}
        self._starts: dict[str, str] = {}  # tags by expat's names, for elements that begin
        self._ends: dict[str, str] = {}
        self._parts: dict[str, tuple[str, str, bool]] = {}  # methods' names by tags

    def read(self, document: bytes) -> None:
        """Read a whole document.

        Raises:
            ExpatError: it is not well-formed.
            SAXException: feedparser does not read it strictly.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.namespace_prefixes = True
        parser.buffer_text = True
        parser.StartElementHandler = self._begins
        parser.EndElementHandler = self._ends_here
        parser.CharacterDataHandler = self.handle_data
        parser.StartNamespaceDeclHandler = self.startPrefixMapping
        parser.Parse(document, True)

    # From expat to feedparser

    def track_namespace(self, prefix: str | None, uri: str) -> None:
        """Names may mean something else from here on."""
        super().track_namespace(prefix, uri)
        self._starts.clear()
        self._ends.clear()
        self._parts.clear()

    def _begins(self, name: str, attrs: dict[str, str]) -> None:
        if attrs or self.decls or self.incontent or self.svgOK:
            self.startElementNS(_pair(name), None, _attributes(attrs))
            return
        tag = self._starts.get(name)
        if tag is None:
            namespace, local = _pair(name)
            if local.lower() in _WITH_NAMESPACE:
                self.startElementNS((namespace, local), None, _attributes(attrs))
                return
            tag = self._starts[name] = self._tag(namespace, local, missing=None)
        self.begin(tag)

    def _ends_here(self, name: str) -> None:
        tag = self._ends.get(name)
        if tag is None:
            tag = self._ends[name] = self._tag(*_pair(name), missing="")
        self.unknown_endtag(tag)

    def _tag(self, namespace: str | None, local: str, *, missing: str | None) -> str:
        """What feedparser calls an element, as its own two handlers find it out."""
        lower = (namespace or "").lower()
        if missing is None and "backend.userland.com/rss" in lower:
            namespace = lower = "http://backend.userland.com/rss"
        prefix = self._matchnamespaces.get(lower, missing)
        if prefix:
            local = f"{prefix.lower() if missing is None else prefix}:{local}"
        elif namespace:
            for name, value in self.namespaces_in_use.items():
                if name and value == namespace:
                    local = f"{name}:{local}"
                    break
        return local.lower()

    def begin(self, tag: str) -> None:
        """An element without attributes begins, outside of any text."""
        self.depth += 1
        base = self.baseuri
        safe = self._safe_base.get(base)
        if safe is None:
            safe = (make_safe_absolute_uri(base, base) or base) if base else _urljoin(base, base)
            self._safe_base[base] = safe
        self.baseuri = safe
        lang = self.lang
        if lang and tag in _ROOTS:
            self.feeddata["language"] = lang.replace("_", "-")
        self.basestack.append(safe)
        self.langstack.append(lang)
        known = self._parts.get(tag)
        if known is None:
            known = self._parts[tag] = self._method(tag)
        method, unknown, bare = known
        if bare:
            if tag not in _OF_TEXT_INPUT:
                self.intextinput = 0
            if tag not in _OF_IMAGE:
                self.inimage = 0
        attrs: dict[str, str] = {}
        try:
            getattr(self, method)(attrs)
        except AttributeError:
            if attrs:
                self._get_context()[unknown] = attrs
            else:
                self.push(unknown, 1)

    def unknown_endtag(self, tag: str) -> None:
        """An element ends."""
        if self.svgOK:
            super().unknown_endtag(tag)
            return
        known = self._parts.get(tag)
        if known is None:
            known = self._parts[tag] = self._method(tag)
        _, name, _ = known
        try:
            getattr(self, f"_end_{name}")()
        except AttributeError:
            self.pop(name)
        if self.incontent and self._inside(tag):
            return
        bases, langs = self.basestack, self.langstack
        if bases:
            bases.pop()
            if bases and bases[-1]:
                self.baseuri = bases[-1]
        if langs:
            langs.pop()
            if langs:
                self.lang = langs[-1]
        self.depth -= 1

    def _inside(self, tag: str) -> bool:
        """An element has ended inside a text; whether feedparser overlooks it, as TypePad's div."""
        if not self.contentparams.get("type", "xml").endswith("xml"):
            if tag in ("xhtml:div", "div"):
                return True
            self.contentparams["type"] = "application/xhtml+xml"
        if self.contentparams.get("type") == "application/xhtml+xml":
            self.handle_data(f"</{tag.split(':')[-1]}>", escape=0)
        return False

    def _method(self, tag: str) -> tuple[str, str, bool]:
        prefix, suffix = tag.split(":", 1) if ":" in tag else ("", tag)
        prefix = self.namespacemap.get(prefix, prefix)
        name = f"{prefix}_{suffix}" if prefix else suffix
        return f"_start_{name}", name, not prefix

    # What feedparser does with every text

    def push_content(
        self, tag: str, attrs_d: dict[str, str], default_content_type: str, expecting_text: int
    ) -> None:
        """An element with text begins."""
        self.incontent += 1
        if self.lang:
            self.lang = self.lang.replace("_", "-")
        kind = self.map_content_type(attrs_d.get("type", default_content_type))
        params = QuickDict({"type": kind, "language": self.lang, "base": self.baseuri})
        self.contentparams: FeedParserDict = params
        params["base64"] = self._is_base64(attrs_d, params)
        self.push(tag, expecting_text)

    def _start_item(self, attrs_d: dict[str, str]) -> None:
        super()._start_item(attrs_d)
        self.entries[-1] = QuickDict(self.entries[-1])

    _start_entry = _start_item

    def resolve_uri(self, uri: str) -> str:
        """An address made absolute."""
        if is_plain_address(uri):
            return uri
        return str(super().resolve_uri(uri))

    @staticmethod
    def looks_like_html(s: str) -> bool:
        """Whether a text that claims to be plain is HTML."""
        return ("</" in s or "&" in s) and bool(StrictFeedParser.looks_like_html(s))

    def pop(self, element: str, strip_whitespace: int = 1) -> Any:  # noqa: ANN401
        """An element ends; its text, which is kept where it belongs."""
        stack, params = self.elementstack, self.contentparams
        if not stack or stack[-1][0] != element:
            return None
        as_xml = params.get("type", "text") == "application/xhtml+xml"
        if as_xml or params.get("base64", 0) or not self.inentry or self.insource:
            return super().pop(element, strip_whitespace)
        _, expecting_text, pieces = stack.pop()
        output = "".join(pieces)
        if strip_whitespace:
            output = output.strip()
        if not expecting_text:
            return output
        if element in self.can_be_relative_uri and output and (element != "id" or self.guidislink):
            output = self.resolve_uri(output)
        if (
            params.get("type") == "text/plain"
            and not self.version.startswith("atom")
            and self.looks_like_html(output)
        ):
            params["type"] = "text/html"
        params.pop("mode", None)
        params.pop("base64", None)
        if not output.isascii():
            with contextlib.suppress(UnicodeError):  # encoded twice
                output = output.encode("iso-8859-1").decode("utf-8")
            output = output.translate(_cp1252)
        if element not in _ITSELF and not (
            element == "title" and -1 < self.title_depth <= self.depth
        ):
            self._keep(element, output)
        return output

    def _keep(self, element: str, output: str) -> None:
        """Store the text of an item's element."""
        entry = self.entries[-1]
        if element == "content":
            entry.setdefault(element, []).append(self._detail(output))
            return
        if element == "link":
            if not self.inimage:
                if "&" in output:
                    output = _REFERENCE.sub(r"&\g<1>", output.replace("&amp;", "&"))
                entry[element] = output
                if output:
                    entry["links"][-1]["href"] = output
            return
        if element == "description":
            element = "summary"
        depths = self.property_depth_map.setdefault(entry, {})
        before = depths.get(element)
        if before is None or self.depth <= before:
            depths[element] = self.depth
            entry[element] = output
        if self.incontent:
            entry[f"{element}_detail"] = self._detail(output)

    def _detail(self, output: str) -> FeedParserDict:
        detail = QuickDict(self.contentparams)
        detail["value"] = output
        return detail


def _pair(name: str) -> tuple[str | None, str]:
    """Namespace and local name of what expat calls an element, as SAX takes it apart."""
    parts = name.split()
    return (None, name) if len(parts) == 1 else (parts[0], parts[1])


def _attributes(attrs: dict[str, str]) -> AttributesNSImpl:
    values: dict[tuple[str | None, str], str] = {}
    names: dict[tuple[str | None, str], str] = {}
    for name, value in attrs.items():
        parts = name.split()
        pair: tuple[str | None, str] = (None, name) if len(parts) == 1 else (parts[0], parts[1])
        values[pair] = value
        names[pair] = f"{parts[2]}:{parts[1]}" if len(parts) == 3 else pair[1]
    return AttributesNSImpl(values, names)
