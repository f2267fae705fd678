"""The feeds that a community is offered at the start: an OPML file that comes with the bot.

Its attributes beyond OPML's own are in the namespace NAMESPACE: ``why`` says in a few words what
the feed is good for, ``confirmed`` whether its address stands in somebody's documentation.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from bot.feeds.links import clean_link, same_place
from bot.feeds.opml import FeedList, ListedFeed

NAMESPACE = "urn:steward:starter-feeds"
LIMIT = 25  # Discord: options in one select
WHY_LIMIT = 100  # Discord: an option's description
TITLE_LIMIT = 100  # Discord: an option's label


@dataclass(frozen=True, slots=True)
class StarterFeed:
    """A feed that is offered.

    Attributes:
        key: a short name for it that stays the same while its address does.
        confirmed: its address stands in documentation; the others are offered unchosen.
    """

    key: str
    url: str
    title: str
    site: str
    why: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Starters:
    """What the file offers, in its order, and what is wrong with it in words."""

    feeds: tuple[StarterFeed, ...] = ()
    problems: tuple[str, ...] = ()

    def chosen(self, keys: set[str]) -> FeedList:
        """Some of the feeds, to be imported."""
        return FeedList(
            tuple(
                ListedFeed(feed.url, feed.title, feed.site)
                for feed in self.feeds
                if feed.key in keys
            )
        )


class Offer:
    """The file's feeds as the rest of the bot asks for them.

    Args:
        load: reads the file; takes milliseconds.
        places: what a channel has already, in the form of ``same_place``.
    """

    def __init__(
        self,
        load: Callable[[], Starters],
        places: Callable[[int, int], Awaitable[set[str]]],
    ) -> None:
        self._load = load
        self._places = places

    async def all(self) -> Starters:
        """Everything on offer."""
        return await asyncio.to_thread(self._load)

    async def missing(self, guild_id: int, channel_id: int) -> list[StarterFeed]:
        """What is on offer and a channel does not have."""
        have = await self._places(guild_id, channel_id)
        return [feed for feed in (await self.all()).feeds if same_place(feed.url) not in have]


def load(path: Path, *, insecure: bool = False) -> Starters:
    """Read the file; feeds with a mistake are left out.

    Args:
        insecure: http will do, as for feeds on this machine.
    """
    try:
        root = ET.fromstring(path.read_bytes())  # noqa: S314 - our own file, not a stranger's
    except (OSError, ET.ParseError) as error:
        return Starters(problems=(f"{path.name} cannot be read: {error}.",))
    feeds: dict[str, StarterFeed] = {}
    problems = []
    for outline in root.iter("outline"):
        if outline.get("xmlUrl") is None and outline.get("type") is None:
            continue  # a folder
        feed = _feed(outline)
        wrong = _mistakes(feed, outline, insecure=insecure)
        place = same_place(feed.url)
        if place in feeds:
            wrong.append("is listed twice")
        if wrong:
            problems += [f"{path.name}: {feed.title or feed.url or '?'} {each}." for each in wrong]
        else:
            feeds[place] = feed
    if len(feeds) > LIMIT:
        problems.append(f"{path.name} lists more than {LIMIT} feeds, as many as can be chosen of.")
    if not feeds and not problems:
        problems.append(f"{path.name} lists no feeds.")
    return Starters(tuple(feeds.values())[:LIMIT], tuple(problems))


def _feed(outline: ET.Element) -> StarterFeed:
    url = outline.get("xmlUrl", "")
    return StarterFeed(
        key=hashlib.blake2s(url.encode(), digest_size=6).hexdigest(),
        url=url,
        title=outline.get("text", "").strip(),
        site=outline.get("htmlUrl", ""),
        why=outline.get(f"{{{NAMESPACE}}}why", "").strip(),
        confirmed=outline.get(f"{{{NAMESPACE}}}confirmed") == "documentation",
    )


def _mistakes(feed: StarterFeed, outline: ET.Element, *, insecure: bool) -> list[str]:
    wrong = []
    schemes = ("https", "http") if insecure else ("https",)
    for name, address in (("xmlUrl", feed.url), ("htmlUrl", feed.site)):
        if not address and name == "htmlUrl":
            continue
        if urlsplit(address).scheme not in schemes or clean_link(address) != address:
            wrong.append(f"has no proper https address in {name}")
    for name, text, limit in (("text", feed.title, TITLE_LIMIT), ("why", feed.why, WHY_LIMIT)):
        if not 0 < len(text) <= limit:
            wrong.append(f"needs a {name} of at most {limit} characters")
    if outline.get("type") != "rss":
        wrong.append('needs type="rss"')
    if outline.get(f"{{{NAMESPACE}}}confirmed") not in ("documentation", "no"):
        wrong.append('needs confirmed="documentation" or "no"')
    return wrong
