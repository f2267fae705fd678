"""Feed documents as a news site writes them: long HTML in each entry, the same in every run."""

import hashlib
import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache

ENTRIES = 50
HTML_BYTES = 1_990  # of each entry; with the rest of it 127 KB for fifty
FIRST = datetime(2026, 1, 5, 7, tzinfo=UTC)
STEP = timedelta(minutes=20)  # between two articles, so that polls are as frequent as is allowed

_TEXT = """
    service staff union members probation office caseload manager court national pay offer ballot
    review report ministers inspection regional workload training contract transfer supervision
    sentence statement response evidence figures officers delivery change safety risk vacancies
"""
_WORDS = _TEXT.split()


@lru_cache(maxsize=20_000)
def entry(feed: int, number: int) -> str:
    """Article ``number`` of a feed as an RSS item; about 2.5 KB."""
    chance = random.Random(feed * 1_000_003 + number)
    title = " ".join(chance.choices(_WORDS, k=8)).capitalize()
    link = f"https://site{feed}.example/2026/{number}/{title.lower().replace(' ', '-')}/"
    date = format_datetime(FIRST + STEP * number)
    return (
        f'<item><title>{title}</title><link>{link}</link><guid isPermaLink="false">'
        f"https://site{feed}.example/?p={number}</guid><pubDate>{date}</pubDate>"
        f"<dc:creator><![CDATA[The editors]]></dc:creator><category>News</category>"
        f"<description><![CDATA[<p>{' '.join(chance.choices(_WORDS, k=12))} &#8230;</p>]]>"
        f"</description><content:encoded><![CDATA[{_html(chance, link)}]]></content:encoded></item>"
    )


def _html(chance: random.Random, link: str) -> str:
    picture = f'<img class="size-large" src="{link}photo.jpg" alt="A photo" width="1024" />'
    parts = [f'<figure class="wp-block-image">{picture}</figure>']
    length = len(parts[0])
    while length < HTML_BYTES:
        words = chance.choices(_WORDS, k=45)
        words[10] = f"<strong>{words[10]}</strong>"
        words[20] = f'<a href="{link}#note" rel="noopener">{words[20]} &amp; {words[21]}</a>'
        words[30] = f"<em>{words[30]}&#8217;s</em>"
        text = " ".join(words)[: HTML_BYTES - length]
        text = text[: text.rfind("<")] if text.rfind("<") > text.rfind(">") else text
        parts.append(f"<p>{text}</p>\n")
        length += len(parts[-1])
    return "".join(parts)


@lru_cache(maxsize=600)
def document(feed: int, version: int) -> tuple[bytes, bytes]:
    """A feed's document in a version, and its ETag; each version has one new entry at the top."""
    items = "".join(entry(feed, n) for n in range(version + ENTRIES - 1, version - 1, -1))
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>'
        f"<title>News of site {feed}</title><link>https://site{feed}.example/</link>"
        f"<description>What site {feed} has to say</description><language>en-GB</language>"
        f"{items}</channel></rss>"
    )
    body = text.encode()
    return body, etag(feed, version)


def etag(feed: int, version: int) -> bytes:
    """The ETag of a version, without making the document."""
    return b'"' + hashlib.sha1(b"%d %d" % (feed, version)).hexdigest().encode() + b'"'
