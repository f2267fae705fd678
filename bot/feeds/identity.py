"""Which entry of a feed is which article: pure functions over what is known and what arrives.

A feed's guid decides where it can be trusted, else the link, else title and text. Each remembered
article keeps all three, so a feed that begins to give guids, stops, changes them all, or repeats
one by mistake, is still recognised, and an archive is not posted again.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.feeds.links import same_place
from bot.feeds.model import Entry

ENOUGH_TEXT = 40  # characters of title and text that two different articles hardly share


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of an article, for recognising it.

    Attributes:
        guid: as last given, or "". ``guid_shared`` says that it stood for several articles.
        place: the link as ``same_place`` gives it, or "" when it had none of its own.
        content: hash of title and text.
        title: hash of the title.
    """

    article_id: int
    guid: str
    guid_shared: bool
    place: str
    content: str
    title: str
    published: datetime | None


@dataclass(frozen=True, slots=True)
class Identified:
    """An entry with all that may identify it.

    Attributes:
        key: what the article is remembered by, unique within its feed.
        article_id: the remembered article that it is, or None when it is new.
    """

    entry: Entry
    key: str
    guid: str
    guid_shared: bool
    place: str
    content: str
    title: str
    article_id: int | None = None


def digest(*parts: str) -> str:
    """A short hash of some texts, equal on every machine and in every version."""
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=12).hexdigest()


def mark(token: str, key: str) -> str:
    """The 16 characters by which a delivery's message is known again.

    Derived from the subscription and the article, so the same after a restored backup.
    Discord allows 25 characters in a nonce.
    """
    hashed = hashlib.blake2b(key.encode(), key=token.encode()[:64], digest_size=10).digest()
    return base64.b32encode(hashed).decode().lower()


def aspects(
    entries: Sequence[Entry], reckoned: Mapping[str, tuple[str, str, str]] | None = None
) -> list[Identified]:
    """Each entry of one document with what may identify it; exact repetitions are dropped.

    Args:
        reckoned: place, content and title of entries for which this was done before, by fragment.
    """
    before = reckoned or {}
    unique: dict[tuple[str, str, str], tuple[Entry, str, str, str]] = {}
    for entry in entries:
        place, content, title = before.get(entry.fragment) or _reckon(entry)
        unique.setdefault((entry.guid, place, content), (entry, place, content, title))
    # A guid that stands for entries with different links is no identity; with one link, the
    # later ones are older or newer versions of the same article.
    links_of_guid: dict[str, set[str]] = {}
    for entry, place, content, _ in unique.values():
        links_of_guid.setdefault(entry.guid, set()).add(place or content)
    places = Counter(place for _, place, _, _ in unique.values() if place)
    found: list[Identified] = []
    keys: set[str] = set()
    for entry, place, content, title in unique.values():
        shared = bool(entry.guid) and len(links_of_guid[entry.guid]) > 1
        if entry.guid and not shared:
            key = f"g:{digest(entry.guid)}"
        elif place and (places[place] == 1 or shared):
            key = f"l:{digest(place)}"
        else:
            key = f"c:{content}"
        if key in keys:
            continue
        keys.add(key)
        found.append(Identified(entry, key, entry.guid, shared, place, content, title))
    return found


def _reckon(entry: Entry) -> tuple[str, str, str]:
    """What identifies an entry whatever else is in its document: place, content and title."""
    place = same_place(entry.link) if entry.own_link else ""
    return place, digest(entry.title, entry.text), digest(entry.title.casefold())


def identify(entries: Sequence[Entry], known: Iterable[Known]) -> list[Identified]:
    """Recognise the entries of one document, in its order; see ``recognise``."""
    return recognise(aspects(entries), known)


def recognise(candidates: Sequence[Identified], known: Iterable[Known]) -> list[Identified]:
    """Say which remembered article each entry is, if any; no two become the same one.

    Args:
        candidates: the ``aspects`` of all entries of a document.
        known: remembered articles of this feed that share a guid, place or content with them.
    """
    index = _Index(known)
    taken: set[int] = set()
    answers: dict[str, int] = {}
    # Strong evidence first, so that a weak match cannot take an article from its rightful entry.
    for rule in (_by_all, _by_guid, _by_link, _by_content):
        for candidate in candidates:
            if candidate.key in answers:
                continue
            article_id = rule(candidate, index, taken)
            if article_id is not None:
                answers[candidate.key] = article_id
                taken.add(article_id)
    settled = [_settled(candidate, answers.get(candidate.key), index) for candidate in candidates]
    return list({item.key: item for item in reversed(settled)}.values())[::-1]


def _settled(candidate: Identified, article_id: int | None, index: "_Index") -> Identified:
    if article_id is None and candidate.guid in index.by_guid and not candidate.guid_shared:
        # The guid already stands for another article, so it cannot be the key of this one.
        free = candidate.place and candidate.place not in index.by_place
        key = f"l:{digest(candidate.place)}" if free else f"c:{candidate.content}"
        return replace(candidate, key=key, guid_shared=True)
    if article_id is None:
        return candidate
    return Identified(
        candidate.entry,
        candidate.key,
        candidate.guid,
        candidate.guid_shared,
        candidate.place,
        candidate.content,
        candidate.title,
        article_id,
    )


class _Index:
    """Remembered articles by each thing they may be recognised by."""

    def __init__(self, known: Iterable[Known]) -> None:
        self.by_guid: dict[str, list[Known]] = {}
        self.by_place: dict[str, list[Known]] = {}
        self.by_content: dict[str, list[Known]] = {}
        for article in known:
            if article.guid:
                self.by_guid.setdefault(article.guid, []).append(article)
            if article.place:
                self.by_place.setdefault(article.place, []).append(article)
            self.by_content.setdefault(article.content, []).append(article)


def _by_all(candidate: Identified, index: _Index, taken: set[int]) -> int | None:
    """An article that is the same in everything: nothing that is like it comes before it."""
    for article in index.by_content.get(candidate.content, []):
        same = (article.guid, article.place) == (candidate.guid, candidate.place)
        if same and article.article_id not in taken:
            return article.article_id
    return None


def _by_guid(candidate: Identified, index: _Index, taken: set[int]) -> int | None:
    if not candidate.guid or candidate.guid_shared:
        return None
    articles = index.by_guid.get(candidate.guid, [])
    if len(articles) != 1 or articles[0].guid_shared or articles[0].article_id in taken:
        return None
    return articles[0].article_id


def _by_link(candidate: Identified, index: _Index, taken: set[int]) -> int | None:
    if not candidate.place:
        return None
    articles = [a for a in index.by_place.get(candidate.place, []) if a.article_id not in taken]
    trusted = bool(candidate.guid) and not candidate.guid_shared
    trusted = trusted and not any(a.guid_shared for a in index.by_guid.get(candidate.guid, []))
    if len(articles) == 1 and not trusted:
        article = articles[0]
        # Several articles of one document may share a page; then the title has the last word.
        shared_page = candidate.key.startswith("c:")
        if not shared_page or article.title == candidate.title:
            return article.article_id
    # A new guid on a known link: the site changed its guids, unless the article is another one.
    for article in articles:
        same_day = candidate.entry.published and candidate.entry.published == article.published
        if article.title == candidate.title or same_day:
            return article.article_id
    return None


def _by_content(candidate: Identified, index: _Index, taken: set[int]) -> int | None:
    entry = candidate.entry
    for article in index.by_content.get(candidate.content, []):
        if article.article_id in taken:
            continue
        if candidate.key.startswith("c:"):  # there is nothing better to know it by
            return article.article_id
        # A post that is repeated word for word has another date, or the earlier one beside it.
        enough = len(entry.title) + len(entry.text) >= ENOUGH_TEXT
        if enough and article.published == entry.published:
            return article.article_id
    return None
