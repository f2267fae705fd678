"""What feeds write, made fit for Discord: HTML to its Markdown, titles to plain text.

Feeds are hostile until cleaned: nothing that leaves here can mention anybody, change the
direction of text, or break out of the part of a message it is put into.
"""

import html
import re
import unicodedata
from html.parser import HTMLParser

from bot.feeds.links import clean_link, host_of, markdown_target
from bot.text import cut, escape, one_line, plain, utf16_len

HTML_LIMIT = 120_000  # characters of one article that are looked at
LINK_ROOM = 1_200  # UTF-16 units that the addresses behind link texts may add to a summary
TITLE_SOURCE_LIMIT = 8_000  # characters of a title that are looked at
NESTING = 20  # markers that are asked for at once; nobody reads text that is bold a hundred times
FOOTER_LIMIT = 4_000  # characters of a footer with its links

_SKIPPED = {
    "script", "style", "iframe", "noscript", "object", "svg", "template", "select", "textarea",
    "button", "figcaption", "video", "audio", "head", "title",
}  # fmt: skip
_BLOCKS = {
    "p", "div", "section", "article", "header", "footer", "ul", "ol", "dl", "blockquote", "table",
    "h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr", "figure", "aside", "form", "main", "nav",
}  # fmt: skip
_LINES = {"br", "li", "tr", "dt", "dd", "option"}
_MARKERS = {
    "b": "**", "strong": "**", "h1": "**", "h2": "**", "h3": "**", "h4": "**", "h5": "**",
    "h6": "**", "i": "*", "em": "*", "cite": "*", "s": "~~", "del": "~~", "strike": "~~",
}  # fmt: skip
_INLINE = {
    "a", "abbr", "acronym", "big", "code", "font", "img", "ins", "kbd", "mark", "q", "samp",
    "small", "span", "sub", "sup", "time", "tt", "u", "var", "wbr", "center", "bdi", "bdo", "td",
    "th", "tbody", "thead", "body", "html", "strike", "picture", "source", "input", "label",
}  # fmt: skip
_KNOWN_TAGS = _SKIPPED | _BLOCKS | _LINES | _INLINE | set(_MARKERS)

_FOOTER = re.compile(r"(?:<p[^<>]{0,200}>\s{0,9})?The post\s", re.IGNORECASE)
# What leads on to the article, at the end of a summary that itself leads there: in Markdown.
_ON = r"(?:continue reading|read more|read the rest|keep reading)"
_MORE = re.compile(
    r"(?:\s*…|\s*\.{3})?\s*(?:\\?\[(?:…|\.{3})\\?\]"
    rf"|\[{_ON}[^\[\]]{{0,250}}\]\([^()\s]+\)|{_ON}\s*(?:…|\.{{3}}|→|»)?)\s*\Z",
    re.IGNORECASE,
)
_MAYBE_MORE = re.compile(r"[\])]\s*\Z|(?:reading|more|rest)\s*(?:…|\.{3}|→|»)?\s*\Z", re.IGNORECASE)
MORE_LIMIT = 100  # characters at the end of a summary in which what leads on shows itself
# Entities that are left when a text was encoded twice; angle brackets may be meant.
_TWICE = re.compile(
    r"&(?:amp|quot|apos|nbsp|hellip|[lr][sd]quo|[mn]dash|#\d{2,5}|#x[\da-f]{2,4});", re.IGNORECASE
)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_PARAGRAPH = re.compile(r"<p>([^<]*+)</p>")  # what needs no reader
# A name of a site, with any of the dots that look like one.
_NAME_LIKE = re.compile(r"(?:[\w-]{1,63}[.․。．｡])+[^\W\d_]{2,24}(?![\w-])")
_UNSAID = re.compile("[\\\\*~\u200d]")  # escapes, markers and joiners inside a link's text
_SCHEME_LIKE = re.compile(r"\b(?:https?|www)\b", re.IGNORECASE)
_BLANKS = re.compile(r"[ ]*\n\s*\n\s*")
_SPACE = re.compile(r"\s+")


class _FullError(Exception):
    """There is no room for more text."""


class _Writer(HTMLParser):
    """Writes Markdown as it reads HTML, and stops at the limit with everything closed."""

    def __init__(self, limit: int, base: str, *, markdown: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._left = limit
        self._link_room = LINK_ROOM
        self._base = base
        self._markdown = markdown
        self._out: list[str] = []
        self._gap = ""
        self._skip: list[str] = []
        self._markers: list[str] = []  # asked for by the tags around us, outermost first
        self._written: list[str] = []  # those of them that have been written
        self._closed: list[str] = []  # those that were closed after the last text
        self._link = ""
        self._link_start = -1

    def result(self) -> str:
        """What was written, with every marker and link closed."""
        self._end_link()
        self._close_markers(0)
        return "".join(self._out).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skip or tag in _SKIPPED:
            if tag in _SKIPPED:
                self._skip.append(tag)
            return
        self._break_for(tag)
        if tag == "li" and self._markdown:
            self._gap = (self._gap.rstrip("- ") or "\n") + "- "
        if tag == "a":
            self._end_link()
            self._link = clean_link(dict(attrs).get("href") or "", self._base)
            self._link_start = -1
        elif tag in _MARKERS and len(self._markers) < NESTING:
            self._markers.append(_MARKERS[tag])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._skip:
            self._break_for(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._skip:
            if tag in self._skip:
                del self._skip[self._skip.index(tag) :]
            return
        if tag == "a":
            self._end_link()
        elif tag in _MARKERS and _MARKERS[tag] in self._markers:
            position = len(self._markers) - 1 - self._markers[::-1].index(_MARKERS[tag])
            self._close_markers(position)
            del self._markers[position]
        if tag in _BLOCKS:
            self._break_for(tag)

    def handle_data(self, data: str) -> None:
        if self._skip:
            return
        if data and not data.strip(" \n\r\t"):
            self._gap = self._gap or " "
            return
        if "&amp; " in data:  # encoded twice
            data = data.replace("&amp; ", "& ")
        text = _SPACE.sub(" ", plain(data))
        if text.startswith(" "):
            self._gap = self._gap or " "
        core = text.strip()
        if core:
            self._write(core)
            if text.endswith(" "):
                self._gap = " "

    def _break_for(self, tag: str) -> None:
        if tag in _BLOCKS:
            gap = "\n\n"
        elif tag in _LINES:
            gap = "\n"
        elif tag in ("td", "th"):
            gap = " "
        else:
            return
        if "\n" in gap:
            self._end_link()
            self._close_markers(0)
        if len(gap) > len(self._gap.rstrip("- ")):
            self._gap = gap

    def _write(self, core: str) -> None:
        gap = self._gap if self._out else self._gap.lstrip()
        self._gap = ""
        self._left -= len(gap)
        if self._left < 1:
            raise _FullError
        shown = cut(core, self._left)
        self._left -= utf16_len(shown)
        if self._markdown:
            self._open_markers(gap)
        else:
            self._out.append(gap)
            self._note_link_start()
        self._out.append(escape(shown) if self._markdown else shown)
        if shown != core:
            raise _FullError

    def _note_link_start(self) -> None:
        if self._link and self._link_start < 0:
            self._link_start = len(self._out)

    def _open_markers(self, gap: str) -> None:
        """Write the gap and the markers that are asked for.

        Markers that stand against each other are read as others: ``**a****b**`` is not bold twice.
        """
        wanted = [marker for marker in dict.fromkeys(self._markers) if marker not in self._written]
        starts_link = bool(self._link) and self._link_start < 0
        while not gap and not starts_link and wanted and self._closed[-1:] == wanted[:1]:
            self._written.append(wanted.pop(0))
            self._closed.pop()
            self._out.pop()
        if not gap and self._closed and wanted and not starts_link:
            gap = " "
        self._closed.clear()
        self._out.append(gap)
        self._note_link_start()
        self._written += wanted
        self._out += wanted

    def _close_markers(self, keep: int) -> None:
        """Close what is written beyond the first ``keep`` markers asked for."""
        kept = self._markers[:keep]
        while self._written and (self._written[-1] not in kept or len(self._written) > len(kept)):
            self._close_one()

    def _close_one(self) -> None:
        marker = self._written.pop()
        self._closed.append(marker)
        self._out.append(marker)

    def _end_link(self) -> None:
        link, start = self._link, self._link_start
        self._link, self._link_start = "", -1
        if not link or start < 0 or not self._markdown:
            return
        # Markers opened inside are closed inside, so that the brackets nest properly.
        while self._written:
            self._close_one()
        text = "".join(self._out[start:])
        target = markdown_target(link)
        if _names_another(_UNSAID.sub("", text), link) or len(target) > self._link_room:
            return
        self._link_room -= len(target)
        self._closed.clear()
        self._out[start:] = [f"[{text}]({target})"]


def _names_another(text: str, link: str) -> bool:
    """Whether a link's text looks like an address that the link does not lead to."""
    if _SCHEME_LIKE.search(unicodedata.normalize("NFKC", text)):
        return True
    host = host_of(link)
    for found in _NAME_LIKE.finditer(text):
        name = unicodedata.normalize("NFKC", found[0]).replace("。", ".").lower()
        if host != name and not host.endswith(f".{name}"):
            return True
    return False


def _without_footer(source: str) -> str:
    """The article without the last line that WordPress adds, "The post ... appeared first on"."""
    end = source[-FOOTER_LIMIT:]
    if "appeared first on" not in end.lower():
        return source
    found = None
    for found in _FOOTER.finditer(end):  # noqa: B007 - the last one is wanted
        pass
    if found is None or "appeared first on" not in end[found.start() :].lower():
        return source
    return source[: len(source) - len(end) + found.start()]


def without_open_tags(source: str) -> str:
    """Tags and comments that never end as text; html.parser looks for the end of each of them."""
    end = source.rfind(">") + 1
    if "<" in source[end:]:
        source = source[:end] + source[end:].replace("<", "&lt;")
    end = source.rfind("-->") + 1
    if "<!--" in source[end:]:
        source = source[:end] + source[end:].replace("<!--", "&lt;!--")
    return source


def _rendered(source: str, limit: int, base: str, *, markdown: bool) -> str:
    writer = _Writer(limit, base, markdown=markdown)
    source = without_open_tags(_without_footer(source)[:HTML_LIMIT])
    try:
        if paragraph := _PARAGRAPH.fullmatch(source):
            writer.handle_data(html.unescape(paragraph[1]))
        else:
            writer.feed(source)
            writer.close()
    except _FullError:
        pass
    except (AssertionError, ValueError):
        # html.parser gives up on some broken declarations; the text is still there.
        return _stripped(source, limit, markdown=markdown)
    text = writer.result()
    if not text and "<" in source:
        # An element that is never closed must not swallow the article.
        return _stripped(source, limit, markdown=markdown)
    return text


def _stripped(source: str, limit: int, *, markdown: bool) -> str:
    without = re.sub(r"(?is)<(script|style)\b.*?(?:</\1>|\Z)", " ", source)
    text = cut(one_line(html.unescape(_TAG.sub(" ", without))), limit)
    return escape(text) if markdown else text


def to_markdown(source: str, limit: int, base: str = "", *, is_html: bool = True) -> str:
    """An article's HTML, or text, as Discord Markdown within about ``limit`` UTF-16 units.

    The limit is on what is read; escapes and the addresses behind links come on top, at most
    about 1,200 units for the latter.
    """
    if not is_html:
        text = _BLANKS.sub("\n\n", plain(html.unescape(source[: limit * 8])))
        return _without_more(escape(cut(text.strip(), limit)))
    return _without_more(_rendered(source, limit, base, markdown=True))


def _without_more(text: str) -> str:
    """A summary without what leads on; it ends with an ellipsis where its sentence does not end."""
    # A long search, and most summaries have nothing of the kind.
    if not _MAYBE_MORE.search(text, max(0, len(text) - MORE_LIMIT)):
        return text
    found = _MORE.search(text)
    if found is None:
        return text
    kept = text[: found.start()]
    return kept if not kept or kept.endswith((".", "!", "?", "…")) else kept + "…"


def to_text(source: str, limit: int, *, is_html: bool = True) -> str:
    """An article's HTML, or text, as one line of plain text within ``limit`` UTF-16 units."""
    if not is_html:
        return cut(one_line(html.unescape(source[: limit * 4])), limit)
    return cut(one_line(_rendered(source, limit, "", markdown=False)), limit)


class _TitleReader(HTMLParser):
    """Drops tags that HTML knows and keeps ``<others>`` as text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _KNOWN_TAGS:
            self.parts.append(self.get_starttag_text() or "")
        elif tag in _BLOCKS | _LINES:
            self.parts.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)


def title_text(source: str, limit: int, *, literal: bool = False) -> str:
    """A title as one line of plain text within ``limit`` UTF-16 units.

    Args:
        literal: angle brackets are meant as they stand, as in Atom's ``type="text"``.
    """
    if len(source) > TITLE_SOURCE_LIMIT:
        source = re.sub(r"<[^<>]*\Z", "", source[:TITLE_SOURCE_LIMIT])  # and no half tag
    if literal:
        return cut(one_line(html.unescape(source)), limit)
    if "<" not in source:
        return cut(one_line(_once(html.unescape(source))), limit)
    reader = _TitleReader()
    try:
        reader.feed(without_open_tags(source))
        reader.close()
    except (AssertionError, ValueError):
        return cut(one_line(_once(html.unescape(_TAG.sub("", source)))), limit)
    return cut(one_line(_once("".join(reader.parts))), limit)


def _once(text: str) -> str:
    """The text without entities that are left because it was encoded twice."""
    return _TWICE.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text


def author_name(source: str, limit: int) -> str:
    """An author's name without the address that RSS asks for, as in ``a@b.org (A. Baker)``."""
    name = title_text(source, limit * 2)
    if match := re.fullmatch(r"\S+@\S+\s*\(([^()]+)\)", name):
        name = match[1]
    name = re.sub(r"\s*[(<](?:hidden|\S+@\S+)[)>]", "", name)
    return "" if "@" in name and " " not in name else cut(name.strip(), limit)
