"""Rows of the feed tables as the values of ``bot.feeds.model``, and back."""

from datetime import datetime
from typing import Any

from bot.clock import from_unix, unix
from bot.feeds.model import Article, Feed, FeedStatus, Options, Style, Subscription, Validators
from bot.storage.database import Row

# Columns of a subscription with its feed, as ``subscription`` reads them.
SUBSCRIPTION = """
    s.id, s.guild_id, s.channel_id, s.feed_id, s.token, s.paused, s.since_id,
    s.style, s.role_id, s.role_by, s.include, s.exclude,
    f.url, f.title AS feed_title, f.site
"""
# Columns of an article in a query that has other ids and titles too, as ``article`` reads them.
ARTICLE = """
    a.id AS article_id, a.feed_id AS article_feed_id, a.key, a.link, a.title, a.summary,
    a.picture, a.author, a.published_at, a.seen_at
"""

# Where a delivery is to be looked for, or posted: its subscription may have moved since an attempt.
PLACE = "coalesce(d.channel_id, s.channel_id)"


def moment(seconds: int | None) -> datetime | None:
    """A time column as an aware moment."""
    return None if seconds is None else from_unix(seconds)


def seconds(value: datetime | None) -> int | None:
    """A moment for a time column."""
    return None if value is None else unix(value)


def feed(row: Row) -> Feed:
    """A whole row of ``feed``."""
    return Feed(
        id=row["id"],
        url=row["url"],
        title=row["title"],
        site=row["site"],
        validators=Validators(row["etag"], row["last_modified"], row["body_hash"]),
        status=FeedStatus(row["status"]),
        interval_s=row["interval_s"],
        checked_at=moment(row["checked_at"]),
        ok_at=moment(row["ok_at"]),
        failures=row["failures"],
        failing_since=moment(row["failing_since"]),
        problem=row["problem"],
        told=bool(row["told"]),
        moved_to=row["moved_to"],
        moved_count=row["moved_count"],
        ttl_s=row["ttl_s"],
        reconcile=bool(row["reconcile"]),
        language=row["language"],
        host=row["host"],
        gap_s=row["gap_s"],
        newest_at=moment(row["newest_at"]),
        silent_told=bool(row["silent_told"]),
    )


def feed_parameters(value: Feed) -> dict[str, Any]:
    """The changing columns of a feed, by name."""
    return {
        "id": value.id,
        "url": value.url,
        "title": value.title,
        "site": value.site,
        "status": value.status,
        "etag": value.validators.etag,
        "last_modified": value.validators.last_modified,
        "body_hash": value.validators.body_hash,
        "ttl_s": value.ttl_s,
        "interval_s": value.interval_s,
        "checked_at": seconds(value.checked_at),
        "ok_at": seconds(value.ok_at),
        "failures": value.failures,
        "failing_since": seconds(value.failing_since),
        "problem": value.problem,
        "told": value.told,
        "moved_to": value.moved_to,
        "moved_count": value.moved_count,
        "reconcile": value.reconcile,
        "language": value.language,
        "host": value.host,
        "gap_s": value.gap_s,
        "newest_at": seconds(value.newest_at),
        "silent_told": value.silent_told,
    }


def subscription(row: Row) -> Subscription:
    """A row with the columns of SUBSCRIPTION."""
    return Subscription(
        id=row["id"],
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        feed_id=row["feed_id"],
        token=row["token"],
        paused=row["paused"],
        since_id=row["since_id"],
        url=row["url"],
        title=row["feed_title"],
        site=row["site"],
        options=Options(
            style=Style(row["style"]),
            role_id=row["role_id"],
            role_by=row["role_by"],
            include=row["include"],
            exclude=row["exclude"],
        ),
    )


def article(row: Row) -> Article:
    """A row with the columns of ARTICLE."""
    return Article(
        id=row["article_id"],
        feed_id=row["article_feed_id"],
        key=row["key"],
        link=row["link"],
        title=row["title"],
        summary=row["summary"],
        picture=row["picture"],
        author=row["author"],
        published=moment(row["published_at"]),
        seen=from_unix(row["seen_at"]),
    )
