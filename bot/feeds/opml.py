"""Lists of feeds as files: OPML read with listparser and written, or addresses one a line.

``read`` gets what a stranger wrote, so it runs in the parse worker only.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree as ET

from bot.errors import InvalidInput
from bot.feeds.links import host_of, same_place, typed_address
from bot.feeds.problems import FeedProblem, ProblemKind
from bot.text import counted, cut, one_line

FILE_LIMIT = 2 * 1024 * 1024  # bytes
ITEM_LIMIT = 1_000  # feeds of one list
TITLE_LIMIT = 200

_LIST = re.compile(rb"<\s*(?:opml|outline)\b|xmlns:foaf", re.IGNORECASE)
_FEED = re.compile(rb"<\s*(?:rss|feed|rdf:RDF)\b", re.IGNORECASE)
_PAGE = re.compile(rb"<\s*(?:!doctype html|html|body)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?|feed)://\S+|feed:\S+", re.IGNORECASE)
_DECLARATION = re.compile(rb"\A<\?xml[^>]*\?>")  # feedparser writes one before any text
_ENTITY = re.compile(rb"<!ENTITY\b(?:\"[^\"]*\"|'[^']*'|[^>\"'])*>?", re.IGNORECASE)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

NOT_A_LIST = (
    "That file is not a list of feeds. Export OPML from your feed reader, or put the addresses "
    "into a text file, one a line."
)
BROKEN_LIST = (
    "That file is broken, so no feeds could be read from it. Export it anew, or put the addresses "
    "into a text file, one a line."
)


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """One line of a list of feeds.

    Attributes:
        url: an absolute http(s) address, of a feed or of a site that has one.
        title: plain text; the host's name where the list gives none.
        site: address of the site, or "".
    """

    url: str
    title: str
    site: str = ""


@dataclass(frozen=True, slots=True)
class FeedList:
    """What a file names, in its order.

    Attributes:
        refused: lines that cannot be used as they are, with the reason in words.
        repeated: how many lines named what an earlier line had named.
    """

    feeds: tuple[ListedFeed, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    repeated: int = 0

    def to_json(self) -> dict[str, Any]:
        """The form in which it leaves the parse worker."""
        return {
            "feeds": [[feed.url, feed.title, feed.site] for feed in self.feeds],
            "refused": [list(pair) for pair in self.refused],
            "repeated": self.repeated,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "FeedList":
        """Undo ``to_json``."""
        return cls(
            tuple(ListedFeed(*fields) for fields in data["feeds"]),
            tuple((what, why) for what, why in data["refused"]),
            data["repeated"],
        )


def read(body: bytes) -> FeedList:
    """The feeds that a file names.

    Raises:
        FeedProblem: it is no list, or names too many feeds; the text says what to do.
    """
    if body[:2] in (b"PK", b"\x1f\x8b"):
        raise _not_a_list("That file is packed. Unpack it first and send the OPML file in it.")
    body = _as_utf8(body)
    if b"\x00" in body:
        raise _not_a_list(NOT_A_LIST)
    start = body[:20_000]
    if _LIST.search(body):
        lines = _opml_lines(body)
    elif _FEED.search(start):
        raise _not_a_list(
            "That file is a feed itself, not a list of feeds. Add its address with `/feeds add`."
        )
    elif _PAGE.search(start):
        raise _not_a_list(NOT_A_LIST)
    else:
        lines = _text_lines(_DECLARATION.sub(b"", body).decode("utf-8", "replace"))
    found = _sorted_out(lines)
    if not found.feeds:
        raise _not_a_list(NOT_A_LIST)
    if len(found.feeds) + len(found.refused) > ITEM_LIMIT:
        raise _not_a_list(
            f"That list names {counted(len(found.feeds), 'feed')}; I take {ITEM_LIMIT:,} at once. "
            "Split the file and import one part after the other."
        )
    return found


def _as_utf8(body: bytes) -> bytes:
    """The file as UTF-8, whatever it says or does not say about its characters."""
    from feedparser.encodings import convert_to_utf8  # only wanted in the worker

    outcome: dict[str, Any] = {}
    converted: bytes = convert_to_utf8({}, body, outcome) if body else body
    return converted if outcome.get("encoding") else body


def _not_a_list(text: str) -> FeedProblem:
    return FeedProblem(ProblemKind.NOT_A_FEED, text)


def _opml_lines(body: bytes) -> Iterable[tuple[str, str]]:
    """Addresses and titles in an OPML file."""
    import listparser  # only wanted in the worker

    # Bytes, never text: text that begins like an address would be fetched.
    try:
        result = listparser.parse(_ENTITY.sub(b"", body))
    except (LookupError, ValueError, AssertionError) as error:  # as its handlers raise them
        raise FeedProblem(ProblemKind.UNREADABLE, BROKEN_LIST) from error
    lines = [(str(item.url), str(item.title)) for item in result.feeds]
    # A site without a feed's address: its feed is looked for, as with /feeds add.
    lines += [(str(item.url), str(item.title)) for item in result.opportunities]
    return lines


def _text_lines(text: str) -> Iterable[tuple[str, str]]:
    """Addresses and titles in a text of one address a line; # begins a comment."""
    for line in text.splitlines():
        line = one_line(line)
        if not line or line.startswith(("#", ";", "//")):
            continue
        address = _ADDRESS.search(line)
        if address:
            url = address[0].rstrip(",;|\"'>)")
            before, _, after = line.partition(url)
            yield url, (before.strip(" ,;|\"'<(-") or after.strip(" ,;|\"'>)-"))
        else:
            yield line, ""


def _sorted_out(lines: Iterable[tuple[str, str]]) -> FeedList:
    feeds: dict[str, ListedFeed] = {}
    refused: dict[str, str] = {}
    repeated = 0
    for typed, title in lines:
        try:
            url = typed_address(typed)
        except InvalidInput as error:
            # Its first sentence: what to do next is for somebody who types an address.
            what = cut(one_line(title or typed), TITLE_LIMIT) or "A line"
            refused[what] = str(error).partition(". ")[0].rstrip(".") + "."
            continue
        place = same_place(url)
        if place in feeds:
            repeated += 1
            continue
        feeds[place] = ListedFeed(url, cut(one_line(title), TITLE_LIMIT) or host_of(url))
    return FeedList(tuple(feeds.values()), tuple(refused.items()), repeated)


def write(title: str, groups: Mapping[str, Sequence[ListedFeed]], created: datetime) -> str:
    """An OPML 2.0 document, as feed readers import it.

    Args:
        groups: feeds by the name of the folder in which a reader shows them.
    """
    root = ET.Element("opml", version="2.0")
    head = ET.SubElement(root, "head")
    ET.SubElement(head, "title").text = _xml(title)
    ET.SubElement(head, "dateCreated").text = format_datetime(created, usegmt=True)
    ET.SubElement(head, "docs").text = "https://opml.org/spec2.opml"
    body = ET.SubElement(root, "body")
    for name, feeds in groups.items():
        folder = ET.SubElement(body, "outline", text=_xml(name), title=_xml(name))
        for feed in feeds:
            shown = _xml(feed.title) or host_of(feed.url)
            outline = ET.SubElement(
                folder, "outline", type="rss", text=shown, title=shown, xmlUrl=feed.url
            )
            if feed.site:
                outline.set("htmlUrl", feed.site)
    ET.indent(root)
    written = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'


def _xml(text: str) -> str:
    """One line of what XML allows; no escape stands for the rest."""
    return _NOT_XML.sub("", one_line(text)).strip()
