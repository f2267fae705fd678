"""Finding the feed of a site from one of its pages."""

import contextlib
import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from bot.feeds.links import clean_link

PAGE_LIMIT = 1_000_000  # bytes of a page that are looked at
TRIES = 8

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json",
               "application/rdf+xml")  # fmt: skip
_FEED_PATH = re.compile(
    r"(?:/(?:feed|rss|atom)s?/?|\.(?:rss|atom|rdf)|/(?:feed|rss|atom|index)\.xml)\Z", re.IGNORECASE
)
_COMMON_PATHS = ("feed", "rss", "rss.xml", "atom.xml", "feed.xml", "index.xml",
                 "feeds/posts/default")  # fmt: skip
_YOUTUBE_CHANNEL = re.compile(r"/channel/(UC[\w-]{22})")


class _Links(HTMLParser):
    """The feeds that a page names, and links that look like feeds."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.base = ""
        self.named: list[tuple[str, str]] = []
        self.looking_like: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        href = given.get("href", "")
        if tag == "base" and href and not self.base:
            self.base = href
        elif tag == "link" and "alternate" in given.get("rel", "").lower().split() and href:
            if given.get("type", "").partition(";")[0].strip().lower() in _FEED_TYPES:
                self.named.append((given.get("title", ""), href))
        elif tag == "a" and _FEED_PATH.search(href.partition("?")[0]):
            self.looking_like.append(href)


def feed_links(body: bytes, url: str) -> list[str]:
    """Addresses named in a page that should be feeds, the most likely first."""
    page = _Links()
    # html.parser gives up on some broken declarations; what was found before them stays.
    with contextlib.suppress(AssertionError, ValueError):
        page.feed(body[:PAGE_LIMIT].decode("utf-8", "replace"))
    base = urljoin(url, page.base)
    # Comments come last: hardly anyone wants them, and they are often named beside the articles.
    named = sorted(page.named, key=lambda found: "comment" in " ".join(found).lower())
    links = [clean_link(href, base) for _, href in named]
    links += [clean_link(href, base) for href in page.looking_like]
    return list(dict.fromkeys(link for link in links if link))[:TRIES]


def usual_places(url: str) -> list[str]:
    """Where sites commonly keep their feed, for a page that names none."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}/"
    places = [urljoin(root, path) for path in _COMMON_PATHS]
    path = parts.path.rstrip("/")
    if path:
        # A blog below the site's root, as in example.org/blog.
        places.insert(0, f"{root.rstrip('/')}{path}/feed")
        places.insert(1, f"{root.rstrip('/')}{path}.atom")
    return places[:TRIES]


def known_place(url: str) -> str:
    """The feed of a page whose site keeps them by a rule, or ""."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    channel = _YOUTUBE_CHANNEL.match(parts.path)
    if host == "youtube.com" and channel:
        return f"https://www.youtube.com/feeds/videos.xml?channel_id={channel[1]}"
    return ""
