"""Finding the feeds of a site from one of its pages, the most likely first."""

import contextlib
import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from bot.feeds.known_sites import youtube_channel
from bot.feeds.links import clean_link

PAGE_LIMIT = 1_000_000  # bytes of a page that are looked at
NAMED_LIMIT = 12  # feeds of one page that are remembered
PLACES_LIMIT = 6  # guesses: each is a request to a site that has promised nothing

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json",
               "application/rdf+xml")  # fmt: skip
_XML_TYPES = ("application/xml", "text/xml")  # say "feed" only together with the address
_FEED_PATH = re.compile(
    r"(?:/(?:feed|rss|atom)s?/?|\.(?:rss|atom|rdf)|/(?:feed|rss|atom|index)\.xml)\Z", re.IGNORECASE
)
_WORDPRESS = re.compile(
    rb"/wp-(?:content|includes|json)/|<meta[^>]+content=[\"']WordPress", re.IGNORECASE
)
_COMMON_PATHS = ("feed", "rss.xml", "atom.xml", "feed.xml", "rss", "feeds/posts/default")
_ACCOUNT = re.compile(r"/@[\w.-]+")  # a profile of Mastodon, on whatever host


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
        elif tag == "link" and href:
            relations = given.get("rel", "").lower().split()
            kind = given.get("type", "").partition(";")[0].strip().lower()
            if _names_feed(relations, kind, href):
                self.named.append((given.get("title", ""), href))
        elif tag == "a" and _looks_like_feed(href):
            self.looking_like.append(href)


def _names_feed(relations: list[str], kind: str, href: str) -> bool:
    if "alternate" not in relations:
        return "feed" in relations
    return kind in _FEED_TYPES or (kind in _XML_TYPES and _looks_like_feed(href))


def _looks_like_feed(href: str) -> bool:
    return bool(_FEED_PATH.search(href.partition("?")[0]))


def feed_links(body: bytes, url: str) -> list[str]:
    """Addresses named in a page that should be feeds, the most likely first.

    Of several the page's own order counts, with feeds of comments last: hardly anyone wants them,
    and they are often named beside the articles.
    """
    body = body[:PAGE_LIMIT]
    page = _Links()
    # html.parser gives up on some broken declarations; what was found before them stays.
    with contextlib.suppress(AssertionError, ValueError):
        page.feed(body.decode("utf-8", "replace"))
    base = urljoin(url, page.base)
    named = [clean_link(href, base) for _, href in sorted(page.named, key=_is_of_comments)]
    named.append(youtube_channel(url, body))
    if not any(named) and _WORDPRESS.search(body):
        # Pages below the front have a feed of their own comments, so the site's is what is wanted.
        named += [urljoin(base, "/feed/"), urljoin(base, "/?feed=rss2")]
    named += [clean_link(href, base) for href in sorted(page.looking_like, key=is_comments)]
    return list(dict.fromkeys(link for link in named if link))[:NAMED_LIMIT]


def _is_of_comments(named: tuple[str, str]) -> bool:
    return is_comments(" ".join(named))


def is_comments(text: str) -> bool:
    """Whether an address, or a title, is that of a feed of comments."""
    return bool(re.search(r"\bcomments?\b", text, re.IGNORECASE))


def usual_places(url: str) -> list[str]:
    """Where sites commonly keep their feed, for a page that names none."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}"
    places = [f"{root}/{path}" for path in _COMMON_PATHS]
    path = parts.path.rstrip("/")
    if _ACCOUNT.fullmatch(path):
        places.insert(0, f"{root}{path}.rss")
    elif path:
        # A blog below the site's root, as in example.org/blog.
        places[:0] = [f"{root}{path}/feed", f"{root}{path}.atom"]
    return places[:PLACES_LIMIT]
