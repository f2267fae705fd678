"""The picture of an article, found the way readers find it."""

import contextlib
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any

from bot.feeds.clean import HTML_LIMIT, without_open_tags
from bot.feeds.links import clean_link

SMALL = 200  # pixels; a narrower thumbnail is shown only where the article has no better picture
TINY = 40  # pixels; what is narrower is an icon or a counter

_IMAGE_NAME = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:\?|\Z)", re.IGNORECASE)
_TRACKER = re.compile(
    r"feeds\.feedburner\.com/~|/pixel\b|\brss-pixel\b|[/.]gravatar\.com|pixel\.wp\.com"
    r"|s\.w\.org/images/core/emoji|/twemoji/|doubleclick\.net|feedsportal\.com|\bstats?\.|/1x1\."
    r"|/images/tracking/|\bimg\.shields\.io/|badge\.fury\.io/|\bavatars\d*\.githubusercontent\.com/"
    r"|\.svg(?:\?|\Z)|(?:twitter|facebook|linkedin|mastodon|whatsapp|share)[_-]?(?:icon|button|logo)",
    re.IGNORECASE,
)
# Blogger's addresses say how large the picture is to be: /s72-c/ or =s72-w400-h243-c.
_BLOGGER = re.compile(
    r"(\.bp\.blogspot\.com/|\.googleusercontent\.com/)(.+)([/=])s\d{1,3}(?:-[\w-]+)?(/[^/]*|)\Z"
)
_EMOJI = re.compile(r"\b(?:emoji|wp-smiley)\b")
_TAG = re.compile(r"<(?:img|video|iframe)\b", re.IGNORECASE)
# A picture whose attributes mean what they say.
_PLAIN_PICTURE = re.compile(r"<img((?:\s+[a-z][a-z-]*=\"[^\"<>&]*+\")*+)\s*/?>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([A-Za-z-]+)=\"([^\"]*)\"")
_YOUTUBE = re.compile(r"(?:youtube(?:-nocookie)?\.com/embed/|youtu\.be/)([\w-]{11})\b")
# Text, and whole tags of elements whose content is read as HTML; neither comments nor the like.
_PLAIN_HTML = re.compile(
    r"(?:[^<]++|</?(?:a|b|i|p|h[1-6]|em|strong|br|div|span|ul|ol|li|figure|center|section|article"
    r"|blockquote|header|table|tbody|tr|td)(?:\s[^<>\"']*+(?:\"[^\"<>]*+\"[^<>\"']*+)*+)?/?>)*+",
    re.IGNORECASE,
)


def is_picture(link: str) -> bool:
    """Whether an address is one that Discord can show, and no counter, avatar or emoji."""
    return not _TRACKER.search(link)


def of_item(item: Any, bodies: Sequence[tuple[str, str]], base: str) -> str:  # noqa: ANN401
    """The address of an article's picture, or "".

    Args:
        item: feedparser's.
        bodies: its texts in HTML, each with the address that its links start from.
        base: the address that its other links start from.
    """
    media = [part for part in item.get("media_content") or [] if _is_image(part)]
    media.sort(key=lambda part: -_pixels(part.get("width")))
    thumbnails = list(item.get("media_thumbnail") or [])
    small = [part for part in thumbnails if 0 < _pixels(part.get("width")) < SMALL]
    large = [part for part in thumbnails if part not in small]
    enclosures = [
        part
        for part in item.get("links") or []
        if part.get("rel") == "enclosure" and _is_image(part)
    ]
    image = item.get("image")
    own = [image] if isinstance(image, dict) else []
    return (
        _first_of([*media, *large, *enclosures, *own], base)
        or next(filter(None, (first_picture(text, start) for text, start in bodies)), "")
        or _first_of(small, base)
    )


def _first_of(parts: Sequence[Any], base: str) -> str:
    for part in parts:
        if any(0 < _pixels(part.get(side)) < TINY for side in ("width", "height")):
            continue
        if link := _shown(str(part.get("url") or part.get("href") or ""), base):
            return link
    return ""


def _shown(address: str, base: str) -> str:
    link = clean_link(address, base)
    return _BLOGGER.sub(r"\1\2\3s640\4", link) if link and is_picture(link) else ""


def _is_image(part: Any) -> bool:  # noqa: ANN401
    kind = str(part.get("type") or part.get("medium") or "")
    address = str(part.get("url") or part.get("href") or "")
    return kind.startswith("image") or (not kind and bool(_IMAGE_NAME.search(address)))


def _pixels(size: object, unknown: int = 0) -> int:
    match = re.match(r"\s*(\d{1,5})\s*(?:px)?\s*\Z", str(size or ""))
    return int(match[1]) if match else unknown


class _FoundError(Exception):
    """What was looked for has been found; the rest need not be read."""


class _PictureFinder(HTMLParser):
    """The first picture of an article that is meant to be seen.

    Attributes:
        instead: the still picture of the first film, for where there is no other.
    """

    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self._base = base
        self.found = ""
        self.instead = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("img", "video", "iframe"):
            return
        given = dict(attrs)
        if tag != "img":
            film = _YOUTUBE.search(given.get("src") or "") if tag == "iframe" else None
            still = f"https://i.ytimg.com/vi/{film[1]}/hqdefault.jpg" if film else ""
            self.instead = self.instead or still or self._link(given.get("poster"))
            return
        if any(_pixels(given.get(side), TINY) < TINY for side in ("width", "height")):
            return  # a tracking pixel, an emoji or an icon
        if _EMOJI.search(given.get("class") or ""):
            return
        srcset = (given.get("srcset") or given.get("data-srcset") or "").split()
        names = ("src", "data-src", "data-lazy-src", "data-original")
        for source in (*(given.get(name) for name in names), *srcset[:1]):
            self.found = self._link(source)
            if self.found:
                raise _FoundError

    def _link(self, source: str | None) -> str:
        return _shown(source or "", self._base)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)


def first_picture(source: str, base: str = "") -> str:
    """The address of the first real picture in some HTML, else of a film's, or ""."""
    source = source[:HTML_LIMIT]
    first = _TAG.search(source)
    if first is None:
        return ""
    finder = _PictureFinder(base)
    # In plain HTML nothing before the first such tag can matter.
    start = first.start() if _PLAIN_HTML.fullmatch(source, 0, first.start()) else 0
    # Found, or html.parser gives up on a broken declaration.
    with contextlib.suppress(_FoundError, AssertionError, ValueError):
        if start == first.start() and (picture := _PLAIN_PICTURE.match(source, start)):
            given = [(name.lower(), text) for name, text in _ATTRIBUTE.findall(picture[1])]
            finder.handle_starttag("img", given)
        finder.feed(without_open_tags(source[start:]))
    return finder.found or finder.instead
