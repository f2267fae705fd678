"""Reads JSON Feed 1.0 and 1.1 (jsonfeed.org), which feedparser does not."""

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.feeds import oddities, scan
from bot.feeds.bounds import ENTRY_LIMIT
from bot.feeds.clean import author_name, title_text, to_markdown, to_text
from bot.feeds.identity import digest
from bot.feeds.links import clean_link, host_of, same_place
from bot.feeds.model import SUMMARY_LIMIT, TEXT_LIMIT, TITLE_LIMIT, Entry, ParsedFeed
from bot.feeds.pictures import first_picture
from bot.feeds.problems import FeedProblem, ProblemKind
from bot.text import cut, one_line


def parse(
    body: bytes,
    url: str,
    content_type: str = "",
    known: Collection[str] = (),
    context: str = "",
) -> ParsedFeed:
    """Read a JSON Feed document, or what is new in it; see ``parse.parse_feed``.

    Raises:
        FeedProblem: it is not one.
    """
    try:
        data = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise FeedProblem(
            ProblemKind.UNREADABLE,
            "The address answers with broken JSON, from which no feed could be read.",
        ) from error
    if not isinstance(data, dict) or not isinstance(data.get("items"), list):
        raise FeedProblem(
            ProblemKind.NOT_A_FEED, "The address answers with data (JSON) that is not a feed."
        )
    site = clean_link(_text(data, "home_page_url"), url) or clean_link(url)
    title = title_text(_text(data, "title"), 200, literal=True) or host_of(site)
    items = [item for item in data["items"][:ENTRY_LIMIT] if isinstance(item, dict)]
    found = digest("json", site, title)
    left_out: dict[int, str] = {}
    entries: list[Entry] = []
    skipped = frozenset(known if found == context else ())
    for place, item in enumerate(items):
        canonical = json.dumps(item, sort_keys=True, separators=(",", ":"))
        fragment = scan.fragment(canonical.encode())
        if fragment in skipped:
            left_out[place] = fragment
        else:
            entries.append(replace(_entry(item, title, site), fragment=fragment))
    return ParsedFeed(
        title=title,
        site=site,
        language=one_line(_text(data, "language"))[:20],
        entries=tuple(entries),
        context=found,
        unchanged=tuple(left_out.values()),
        unchanged_at=tuple(left_out),
        oddities=() if left_out else _oddities(entries, content_type, len(data["items"])),
    )


def _oddities(entries: list[Entry], content_type: str, total: int) -> tuple[str, ...]:
    found = oddities.of_entries(entries, ENTRY_LIMIT, total)
    kind = content_type.partition(";")[0].strip().lower()
    if kind and "json" not in kind:
        return (oddities.wrong_type(kind), *found)
    return found


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    return str(value) if isinstance(value, str | int | float) else ""


def _entry(item: dict[str, Any], feed_title: str, site: str) -> Entry:
    own = _text(item, "url") or _text(item, "external_url")
    link = clean_link(own, site) if own else ""
    source = _text(item, "content_html")
    plain_source = _text(item, "summary") or _text(item, "content_text")
    base = link or site
    if plain_source:
        text = to_text(plain_source, TEXT_LIMIT, is_html=False)
        summary = to_markdown(plain_source, SUMMARY_LIMIT, is_html=False)
    else:
        text = to_text(source, TEXT_LIMIT)
        summary = to_markdown(source, SUMMARY_LIMIT, base)
    title = title_text(_text(item, "title"), TITLE_LIMIT, literal=True) or cut(text, 80)
    pictures = (clean_link(_text(item, name), base) for name in ("image", "banner_image"))
    return Entry(
        guid=one_line(_text(item, "id"))[:1_000],
        link=link or site,
        own_link=bool(link) and same_place(link) != same_place(site),
        title=title or f"New from {cut(feed_title, 200)}",
        summary="" if text == title else summary,
        text=text,
        picture=next(filter(None, pictures), "") or first_picture(source, base),
        author=author_name(_author(item), 100),
        categories=_tags(item),
        published=_moment(_text(item, "date_published") or _text(item, "date_modified")),
    )


def _list(item: dict[str, Any], name: str) -> list[Any]:
    value = item.get(name)
    return value if isinstance(value, list) else []


def _tags(item: dict[str, Any]) -> tuple[str, ...]:
    tags = (title_text(tag, 100) for tag in _list(item, "tags") if isinstance(tag, str))
    return tuple(tag for tag in tags if tag)[:20]


def _author(item: dict[str, Any]) -> str:
    for author in [*_list(item, "authors"), item.get("author")]:
        if isinstance(author, dict) and isinstance(author.get("name"), str):
            return str(author["name"])
    return ""


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not 1970 < moment.year < 9999:
        return None
    return moment.astimezone(UTC).replace(microsecond=0)  # as finely as it is remembered
