"""What a digest says: one short paragraph for each article, within Discord's limits."""

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.feeds.links import markdown_target
from bot.feeds.model import Article
from bot.text import cut, escape, one_line, utf16_len

MOST = 15  # articles in one message; more is hard to read on a phone
ROOM = 4_000  # UTF-16 units; Discord allows 4,096 in an embed's description
TITLE_LIMIT = 120
SENTENCE_LIMIT = 140
ENOUGH = 25  # characters that a sentence has; "Mr." and "1." are none

_LINK = re.compile(r"\[((?:\\.|[^\]\\])*)\]\([^()\s]*\)")
_MARKERS = re.compile(r"(\\.)|[*~_`]+|^- ", re.MULTILINE)
_SENTENCE = re.compile(rf".{{{ENOUGH},}}?[.!?…](?=\s|\Z)")
_ADDRESS_LIKE = re.compile(r"(?:https?|www)\b|\b[\w-]+\.[a-z]{2,}/", re.IGNORECASE)


def bundles(articles: Sequence[Article], zone: ZoneInfo) -> list[int]:
    """How many of the articles, in their order, go into each message."""
    counts: list[int] = []
    used = ROOM + 1
    for article in articles:
        length = utf16_len(_paragraph(article, zone)) + 2
        if used + length > ROOM or counts[-1] == MOST:
            counts.append(0)
            used = 0
        counts[-1] += 1
        used += length
    return counts


def text(articles: Sequence[Article], zone: ZoneInfo) -> str:
    """The digest of some articles as Markdown within Discord's limit.

    They fit when they are bundled; those that have grown since do without their sentences, and,
    should that not do, without links.
    """
    shown = [_paragraph(article, zone) for article in articles]
    for shorter in (_headline, _plain_title):
        for at in reversed(range(len(articles))):
            if utf16_len("\n\n".join(shown)) <= ROOM:
                break
            shown[at] = shorter(articles[at], zone)
    return "\n\n".join(shown)


def _paragraph(article: Article, zone: ZoneInfo) -> str:
    sentence = first_sentence(article.summary)
    headline = _headline(article, zone)
    return f"{headline}\n{escape(sentence)}" if sentence else headline


def _headline(article: Article, zone: ZoneInfo) -> str:
    title = cut(article.title, TITLE_LIMIT)
    link = markdown_target(article.link)
    if _ADDRESS_LIKE.search(title):  # Discord shows no link behind a text that looks like one
        return f"**{escape(title)}** · [open]({link}){_date(article, zone)}"
    # Brackets would end the link's text.
    title = title.replace("[", "(").replace("]", ")")
    return f"**[{escape(title)}]({link})**{_date(article, zone)}"


def _plain_title(article: Article, zone: ZoneInfo) -> str:
    return f"**{escape(cut(article.title, TITLE_LIMIT))}**{_date(article, zone)}"


def _date(article: Article, zone: ZoneInfo) -> str:
    published = article.published
    if published is None or not 2000 <= published.year < 2100:
        return ""
    day: datetime = published.astimezone(zone)
    return f" · {day.day} {day:%b}"


def first_sentence(summary: str) -> str:
    """The first sentence of a summary in Discord's Markdown, as plain text, cut if it is long."""
    text = _LINK.sub(r"\1", summary.partition("\n\n")[0])
    text = _MARKERS.sub(lambda match: match[1][1:] if match[1] else "", text)
    text = one_line(text)
    sentence = _SENTENCE.match(text)
    return cut(sentence[0] if sentence else text, SENTENCE_LIMIT)
