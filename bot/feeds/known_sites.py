"""Sites that keep their feeds by a rule: from the address of a page to that of its feed.

Only rules that the sites document, or show in their own published source, stand here. A rule is a
guess as to this page, though: whoever uses one looks at the page itself when it leads nowhere.
"""

import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, quote, urlsplit

_CHANNEL_ID = r"UC[\w-]{22}"
_YOUTUBE = "https://www.youtube.com/feeds/videos.xml"
# How a page of YouTube says which channel it is about, the surest first.
_YOUTUBE_IN_PAGE = tuple(
    re.compile(pattern.replace("ID", f"({_CHANNEL_ID})").encode())
    for pattern in (
        r'<link[^>]+rel="canonical"[^>]+href="https?://www\.youtube\.com/channel/ID',
        r'<meta[^>]+itemprop="(?:channelId|identifier)"[^>]+content="ID"',
        r'"externalId"\s*:\s*"ID"',
        r'"channelId"\s*:\s*"ID"',
    )
)
# GOV.UK has a feed beside these pages at the same address with ".atom", query and all.
_GOVUK = re.compile(
    r"/(?:government/(?:organisations|topical-events|people|ministers)/[\w-]+(?:\.[a-z]{2})?"
    r"|world/[\w-]+(?:/news)?|search/[\w/-]+|topic/[\w/-]+)"
)
_BLOGGER = re.compile(r"[\w-]+\.blogspot\.[a-z.]{2,6}")
_GITHUB_PAGES = {"about", "features", "marketplace", "orgs", "pricing", "search", "settings",
                 "sponsors", "topics", "trending"}  # fmt: skip


def known_place(url: str) -> str:
    """The feed of a page whose site keeps them by a rule, or ""."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    path = parts.path.rstrip("/")
    rule = _HOSTS.get(host)
    if rule is not None:
        return rule(path, parts.query)
    if _BLOGGER.fullmatch(host):
        return "" if path.startswith("/feeds/") else f"https://{host}/feeds/posts/default"
    domain = host.partition(".")[2]
    if domain in ("substack.com", "wordpress.com", "medium.com"):
        return "" if re.search(r"(?:\A|/)feed\Z", path) else f"https://{host}/feed"
    return ""


def _youtube(path: str, query: str) -> str:
    channel = re.match(rf"/channel/({_CHANNEL_ID})(?:/|\Z)", path)
    if channel:
        return f"{_YOUTUBE}?channel_id={channel[1]}"
    user = re.match(r"/user/([\w.-]+)", path)
    if user:
        return f"{_YOUTUBE}?user={user[1]}"
    lists = parse_qs(query).get("list")
    if path == "/playlist" and lists and re.fullmatch(r"[\w-]{2,64}", lists[0]):
        return f"{_YOUTUBE}?playlist_id={lists[0]}"
    return ""  # of a handle only the page itself says whose it is: see youtube_channel


def youtube_channel(url: str, page: bytes) -> str:
    """The feed of the channel that a page of YouTube is about, or ""."""
    host = (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("m.")
    if host != "youtube.com":
        return ""
    for pattern in _YOUTUBE_IN_PAGE:
        found = pattern.search(page)
        if found:
            return f"{_YOUTUBE}?channel_id={found[1].decode()}"
    return ""


def _govuk(path: str, query: str) -> str:
    if path.endswith(".atom") or not _GOVUK.fullmatch(path):
        return ""
    asked = f"?{query}" if query and path.startswith("/search/") else ""
    return f"https://www.gov.uk{path}.atom{asked}"


def _github(path: str, query: str) -> str:
    names = path.strip("/").split("/")
    if path.endswith(".atom") or not names[0] or names[0] in _GITHUB_PAGES:
        return ""
    if len(names) == 1:
        return f"https://github.com/{names[0]}.atom"
    repository = f"https://github.com/{names[0]}/{names[1].removesuffix('.git')}"
    if names[2:3] == ["tags"]:
        return f"{repository}/tags.atom"
    if names[2:3] == ["commits"]:
        return "/".join([repository, "commits", *names[3:]]).rstrip("/") + ".atom"
    return f"{repository}/releases.atom"


def _reddit(path: str, query: str) -> str:
    if path.endswith(".rss") or not re.match(r"/(?:r|u|user)/[\w-]+", path):
        return ""
    return f"https://www.reddit.com{path}/.rss"


def _medium(path: str, query: str) -> str:
    name = path.strip("/").partition("/")[0]
    if not name or path.startswith("/feed"):
        return ""
    return f"https://medium.com/feed/{quote(name, safe='@-_.')}"


_HOSTS: Mapping[str, Callable[[str, str], str]] = {
    "youtube.com": _youtube,
    "gov.uk": _govuk,
    "github.com": _github,
    "reddit.com": _reddit,
    "old.reddit.com": _reddit,
    "medium.com": _medium,
}
