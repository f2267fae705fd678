"""Reads feed documents with feedparser, the arbiter of what a feed says, and cleans the result.

Runs in the parse worker only: feedparser holds the interpreter for up to seconds.
"""

import calendar
import io
import re
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from bot.feeds import bounds, jsonfeed, oddities, pictures, scan
from bot.feeds.bounds import ENTRY_LIMIT
from bot.feeds.charset import as_utf8
from bot.feeds.clean import author_name, title_text, to_markdown, to_text
from bot.feeds.identity import digest
from bot.feeds.links import clean_link, host_of, same_place
from bot.feeds.model import SUMMARY_LIMIT, TEXT_LIMIT, TITLE_LIMIT, Entry, ParsedFeed
from bot.feeds.problems import FeedProblem, ProblemKind
from bot.text import cut, one_line

GUID_LIMIT = 1_000
OFTEN_LIMIT = 200  # characters of a category or an author that may be remembered
ENTITY_ROOM = 100_000  # bytes that a document's own entities may add to it
_UTF8 = "application/xml; charset=utf-8"

_END = re.compile(
    rb"</\s*(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\s*+>\s*+(?:<!--(?:[^-]|-(?!->))*+-->\s*+)*+\Z",
    re.IGNORECASE,
)
# A quotation that does not end is no reason to look for its end from each declaration anew.
_ENTITY = re.compile(rb"<!ENTITY\b(?:\"[^\"<]*+\"|'[^'<]*+'|[^<>\"']++)*+[\"']?>?")
_SHORT_ENTITY = re.compile(
    rb"<!ENTITY\s+\w+\s+(?:\"(?:&#\w{1,8};|[^&\"%]){0,8}\"|'[^'&%]{0,8}')\s*>"
)
_HTML = re.compile(r"<(?:/?[a-zA-Z][^<>]*|!--.{,2000}?--)>|&(?:#\d+|#x[\da-f]+|\w+);")
_TEXT_ENTITY = re.compile(rb"<!ENTITY\s+(\w{1,40})\s+\"([^&%<\"]{1,200})\"\s*>")


@dataclass(frozen=True, slots=True)
class _Text:
    """A piece of text of a feed and how it is meant."""

    value: str
    is_html: bool
    literal: bool
    base: str


def parse_feed(
    body: bytes,
    url: str,
    content_type: str = "",
    known: Collection[str] = (),
    context: str = "",
) -> ParsedFeed:
    """Read a feed document, or what is new in it.

    Args:
        url: where it came from; relative links without another base start there.
        content_type: as the server sent it, for the character set; may be "" or wrong.
        known: fragments of items that need not be read again, if the document turns out to have
            this ``context``; see ``ParsedFeed``.

    Raises:
        FeedProblem: it is not a feed, or cannot be read.
    """
    if body[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return jsonfeed.parse(bounds.bounded_json(body), url, content_type, known, context)
    document = as_utf8(body, content_type)
    data = bounds.bounded(document.data)
    bounds.tame_feedparser()
    # What feedparser would have read otherwise is not left to a shorter way.
    plain = document.known and not document.mended
    fragments = frozenset(known)
    items = scan.items(data, fragments) if plain else None
    feed = _by_items(data, items, url, fragments, context) if items else None
    if feed is None:
        headers = {"content-type": _UTF8 if document.known else content_type}
        feed = _whole(body, _without_entities(data), headers, url)
    if feed.unchanged:
        return feed  # of a part nothing is said about the whole
    return replace(feed, oddities=(*document.oddities, *feed.oddities))


def _by_items(
    document: bytes, items: Sequence[scan.Item], url: str, known: frozenset[str], context: str
) -> ParsedFeed | None:
    """Read a plain document without the items that are known; None if feedparser finds it broken.

    Args:
        items: as ``scan.items`` finds them.
    """
    from bot.feeds import strict  # heavy, and only wanted in the worker

    looked_at = min(len(items), ENTRY_LIMIT)
    fragments = [item.fragment for item in items[:looked_at]]
    skipped = [place for place, each in enumerate(fragments) if each in known]
    new = sorted(set(range(looked_at)).difference(skipped))
    # One is always read: it shows whether the context is the same.
    read = new or [0]
    reading = strict.read(scan.without(document, items, set(range(len(items))).difference(read)))
    if reading is None or not reading.entries:
        return None
    feed = clean_feed(reading.feeddata, reading.version, url)
    sound = reading.independent and len(reading.entries) == len(read)
    found = digest(reading.state, reading.version, url, feed.site, feed.title) if sound else ""
    if skipped and (not sound or found != context):
        return _by_items(document, items, url, frozenset(), "")
    if not sound and looked_at < len(items):
        return None
    entries = [
        clean_entry(item, feed.title, feed.site, url, reading.version)
        for item in (reading.entries if new else ())
    ]
    if not skipped:
        feed = replace(feed, oddities=oddities.of_entries(entries, ENTRY_LIMIT, len(items)))
    if not sound:
        return replace(feed, entries=tuple(entries))
    return replace(
        feed,
        entries=tuple(
            replace(entry, fragment=fragments[place])
            for entry, place in zip(entries, new, strict=True)
        ),
        context=found,
        unchanged=tuple(fragments[place] for place in skipped),
        unchanged_at=tuple(skipped),
    )


def _whole(body: bytes, document: bytes, headers: dict[str, str], url: str) -> ParsedFeed:
    """Read a document of any kind and state."""
    import feedparser  # heavy, and only wanted in the worker

    result = feedparser.parse(
        # A file object: given bytes, feedparser tries to open a file of that name.
        io.BytesIO(document),
        response_headers=headers,
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if not result.get("version") and not result.entries:
        raise _no_feed(body, result.get("bozo_exception"))
    cut_off = bool(result.bozo) and not _END.search(document[-2_000:])
    # Of an article that broke off the next poll brings the whole.
    raw = result.entries[: -1 if cut_off else None][:ENTRY_LIMIT]
    if cut_off and not raw:
        raise FeedProblem(
            ProblemKind.UNREADABLE,
            "The address answers with a feed in broken XML, from which no article could be read. "
            "Tell the site, or try another of its feeds.",
        )
    feed = clean_feed(result.feed, result.version, url)
    entries = [clean_entry(item, feed.title, feed.site, url, result.version) for item in raw]
    odd = oddities.of_entries(entries, ENTRY_LIMIT, len(result.entries))
    if result.bozo:
        odd = (oddities.CUT_OFF if cut_off else oddities.BROKEN, *odd)
    return replace(feed, cut_off=cut_off, entries=tuple(entries), oddities=odd)


def clean_feed(feed: Any, version: str, url: str) -> ParsedFeed:  # noqa: ANN401
    """The feed itself as feedparser gives it, cleaned, without its entries."""
    site = clean_link(feed.get("link", ""), url) or clean_link(url)
    return ParsedFeed(
        title=_title(feed, version, 200) or host_of(site),
        site=site,
        language=one_line(str(feed.get("language", "")))[:20],
        ttl_s=_ttl(feed.get("ttl")),
    )


def _without_entities(body: bytes) -> bytes:
    """The document without declarations of entities that could make it grow.

    Left are short ones that name a character or two, as ``<!ENTITY nbsp "&#160;">``, and plain
    texts that do not add up to much; those that contain other entities or stand for a file go.
    """
    if b"<!ENTITY" not in body:
        return body
    room = ENTITY_ROOM

    def judged(found: re.Match[bytes]) -> bytes:
        nonlocal room
        if _SHORT_ENTITY.fullmatch(found[0]):
            return found[0]
        text = _TEXT_ENTITY.fullmatch(found[0])
        if text is None or room <= 0:
            return b""
        # Looking for its uses takes time as well.
        room -= max(ENTITY_ROOM // 50, len(text[2]) * body.count(b"&%s;" % text[1]))
        return found[0] if room >= 0 else b""

    return _ENTITY.sub(judged, body)


def _no_feed(body: bytes, error: object) -> FeedProblem:
    start = body[:4_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start:
        return FeedProblem(ProblemKind.NOT_A_FEED, "The address answers with an empty page.")
    xml = start.startswith((b"<?xml", b"<rss", b"<feed", b"<rdf")) and b"<html" not in start
    if xml and error is not None:
        return FeedProblem(
            ProblemKind.UNREADABLE,
            "The address answers with broken XML, from which no feed could be read. "
            "Tell the site, or try another of its feeds.",
        )
    return FeedProblem(
        ProblemKind.NOT_A_FEED,
        "The address answers, but not with a feed. Look for “RSS” or “feed” on the site.",
    )


def clean_entry(item: Any, feed_title: str, site: str, url: str, version: str) -> Entry:  # noqa: ANN401
    """One article of feedparser's, cleaned."""
    item = dict(item)  # of the names that are asked for none is another's in feedparser's own
    link, own_link = _link(item, site, url)
    summary, content = _bodies(item, version)
    base = link if own_link else site
    text = _first(
        to_text(part.value, TEXT_LIMIT, is_html=part.is_html) for part in (summary, content)
    )
    markdown = _first(
        to_markdown(part.value, SUMMARY_LIMIT, part.base or base, is_html=part.is_html)
        for part in (summary, content)
    )
    title = _title(item, version, TITLE_LIMIT) or cut(text, 80)
    return Entry(
        guid=one_line(str(item.get("id") or ""))[:GUID_LIMIT],
        link=link,
        own_link=own_link,
        title=title or f"New from {cut(feed_title, 200)}",
        summary="" if text == title else markdown,
        text=text,
        picture=pictures.of_item(
            item,
            [(part.value, part.base or base) for part in (summary, content) if part.is_html],
            base,
        ),
        author=_author(str(item.get("author") or "")),
        categories=_categories(item),
        published=_published(item),
    )


def _link(item: Any, site: str, url: str) -> tuple[str, bool]:  # noqa: ANN401
    """The article's address, and whether it is its own rather than the site's."""
    links = item.get("links") or []
    wanted = [item.get("feedburner_origlink"), item.get("link")]
    for relation in ("alternate", "via", "related", "enclosure"):
        wanted += [entry.get("href") for entry in links if entry.get("rel") == relation]
    if item.get("guidislink") or str(item.get("id", "")).startswith(("http://", "https://")):
        wanted.append(item.get("id"))
    for candidate in wanted:
        link = clean_link(str(candidate), site) if candidate else ""
        if link:
            return link, same_place(link) not in (same_place(site), same_place(url))
    return site, False


def _detail(item: Any, name: str, version: str) -> _Text:  # noqa: ANN401
    detail = dict(item.get(f"{name}_detail") or {})
    kind = str(detail.get("type") or "")
    value = str(detail.get("value") or item.get(name) or "")
    atom_text = version.startswith("atom") and kind == "text/plain"
    return _Text(
        value,
        is_html=kind != "text/plain" or (not atom_text and _looks_like_html(value)),
        literal=atom_text,
        base=str(detail.get("base") or ""),
    )


def _looks_like_html(value: str) -> bool:
    return bool(_HTML.search(value[:20_000]))


def _title(item: Any, version: str, limit: int) -> str:  # noqa: ANN401
    detail = _detail(item, "title", version)
    return title_text(detail.value, limit, literal=detail.literal)


def _bodies(item: Any, version: str) -> tuple[_Text, _Text]:  # noqa: ANN401
    """The summary and the full content, either of which may be empty."""
    content = _Text("", is_html=True, literal=False, base="")
    for part in item.get("content") or []:
        kind = str(part.get("type") or "")
        if part.get("value") and (kind.startswith("text/") or "html" in kind):
            value = str(part["value"])
            is_html = kind != "text/plain" or _looks_like_html(value)
            content = _Text(value, is_html, literal=False, base=str(part.get("base") or ""))
            break
    summary = _detail(item, "summary", version)
    if item.get("yt_videoid") and "<" not in summary.value:
        summary = replace(summary, is_html=False)  # its lines are meant as lines
    # Where there is no summary feedparser gives the content for one.
    return (content if summary.value == content.value else summary), content


def _first(texts: Iterator[str]) -> str:
    return next((text for text in texts if text), "")


def _categories(item: Any) -> tuple[str, ...]:  # noqa: ANN401
    terms = (
        _category(str(tag.get("label") or tag.get("term") or "")) for tag in item.get("tags") or []
    )
    return tuple(dict.fromkeys(term for term in terms if term))[:20]


def _category(source: str) -> str:
    return _seen_category(source) if len(source) <= OFTEN_LIMIT else title_text(source, 100)


def _author(source: str) -> str:
    return _seen_author(source) if len(source) <= OFTEN_LIMIT else author_name(source, 100)


# A feed has few of either, and repeats them in each article.
@lru_cache(maxsize=200)
def _seen_category(source: str) -> str:
    return title_text(source, 100)


@lru_cache(maxsize=200)
def _seen_author(source: str) -> str:
    return author_name(source, 100)


def _published(item: Any) -> datetime | None:  # noqa: ANN401
    for name in ("published_parsed", "created_parsed", "updated_parsed"):
        moment = dict.get(item, name)  # without feedparser's stand-ins for what is missing
        if isinstance(moment, time.struct_time):
            try:
                seconds = calendar.timegm(moment)
                if seconds > 0:
                    return datetime.fromtimestamp(seconds, UTC)
            except (ValueError, OverflowError, OSError):
                continue
    return None


def _ttl(text: object) -> int | None:
    """RSS ``<ttl>``, in minutes, as seconds."""
    match = re.fullmatch(r"\s*(\d{1,6})\s*", str(text or ""))
    return int(match[1]) * 60 if match else None
