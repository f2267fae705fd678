"""Posted articles in SQLite: the newest, those with some words, and how many a week.

Whoever looks sees what stands in channels that they can see, so every query is given those.
"""

import json
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from bot.clock import from_unix, unix
from bot.feeds import rows
from bot.feeds.archive.model import END, HIT, NamedFeed, Posted
from bot.feeds.articles.filters import stored_filter
from bot.storage import Database
from bot.storage.database import Row

WEEK_S = 7 * 86_400
EXCERPT_TOKENS = 18
# More than anybody is shown at once, times the channels that one article is likely to be in.
LATEST_ROWS = 400

# When an article appeared. A date in the future would stay the newest until it has come.
_WHEN = "min(coalesce(a.published_at, a.seen_at), a.seen_at)"
# The message that shows a delivery's article: its own, or the digest's that it is part of.
_MESSAGE = """
    coalesce(d.message_id,
        (SELECT c.message_id FROM delivery c WHERE c.id = d.bundle_id), 0)
"""
_SHOWN = f"""
    a.id, a.title, a.link, f.title AS feed_title, {_WHEN} AS moment,
    {rows.PLACE} AS channel_id
"""

_LATEST = f"""
    SELECT {_SHOWN}, iif(d.id IS NULL, 0, {_MESSAGE}) AS message_id, d.id IS NULL AS unposted,
        s.include, s.exclude, a.categories,
        iif(d.id IS NULL AND s.include || s.exclude != '', a.text, '') AS text
    FROM subscription s
    JOIN feed f ON f.id = s.feed_id
    JOIN article a ON a.feed_id = s.feed_id
    LEFT JOIN delivery d ON d.subscription_id = s.id AND d.article_id = a.id
    WHERE s.guild_id = :guild AND s.deleted_at IS NULL
        AND {rows.PLACE} IN (SELECT value FROM json_each(:channels))
        AND (:feed IS NULL OR s.feed_id = :feed)
        AND (d.state = 'sent' OR (d.id IS NULL AND a.seen_at <= s.created_at))
    ORDER BY moment DESC, a.id DESC, message_id DESC LIMIT {LATEST_ROWS}
"""  # noqa: S608 - only constants are put in

_MATCHING = f"""
    FROM article_text
    JOIN article a ON a.id = article_text.rowid
    JOIN delivery d ON d.article_id = a.id AND d.state = 'sent' AND d.guild_id = :guild
    JOIN subscription s ON s.id = d.subscription_id
        AND {rows.PLACE} IN (SELECT value FROM json_each(:channels))
    JOIN feed f ON f.id = a.feed_id
    WHERE article_text MATCH :expression
"""  # noqa: S608

_SEARCH = f"""
    SELECT {_SHOWN}, max({_MESSAGE}) AS message_id, count(*) OVER () AS total,
        CASE
            WHEN a.id IN (SELECT rowid FROM article_text WHERE article_text MATCH :in_title)
            THEN 0
            WHEN a.id IN (SELECT rowid FROM article_text WHERE article_text MATCH :prominent)
            THEN 1
            ELSE 2
        END AS class
    {_MATCHING}
    GROUP BY a.id ORDER BY class, moment DESC, a.id DESC LIMIT :limit OFFSET :offset
"""  # noqa: S608

_MARKED = f"""
    SELECT rowid, highlight(article_text, 0, '{HIT}', '{END}') AS title,
        snippet(article_text, 1, '{HIT}', '{END}', '…', {EXCERPT_TOKENS}) AS excerpt
    FROM article_text
    WHERE article_text MATCH ? AND +rowid IN (SELECT value FROM json_each(?))
"""  # noqa: S608


class ArchiveStore:
    """What has been posted, of one server at a time, in channels that somebody can see."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def feeds(self, guild_id: int, channels: Collection[int]) -> list[NamedFeed]:
        """The feeds that are posted in some channels, by title."""
        found = await self._database.fetch_all(
            "SELECT DISTINCT f.id, f.title, f.url FROM subscription s JOIN feed f"
            " ON f.id = s.feed_id WHERE s.guild_id = ? AND s.deleted_at IS NULL"
            " AND s.channel_id IN (SELECT value FROM json_each(?)) ORDER BY lower(f.title), f.id",
            (guild_id, json.dumps(list(channels))),
        )
        return [NamedFeed(row["id"], row["title"], row["url"]) for row in found]

    async def latest(
        self, guild_id: int, channels: Collection[int], feed_id: int | None
    ) -> list[Posted]:
        """The newest articles, each once: those posted, and those from before a feed was added.

        The latter were not posted, but would have been; what a filter leaves out, or moderators
        have decided against, is not among them.
        """
        found = await self._database.fetch_all(
            _LATEST,
            {"guild": guild_id, "channels": json.dumps(list(channels)), "feed": feed_id},
        )
        newest: dict[int, Posted] = {}
        for row in found:
            if not row["unposted"] or _wanted(row):
                known = newest.get(row["id"])
                if known is None or (not known.message_id and row["message_id"]):
                    newest[row["id"]] = _posted(row)
        return list(newest.values())

    async def search(
        self,
        guild_id: int,
        channels: Collection[int],
        *,
        matching: str,
        in_title: str,
        prominent: str,
        limit: int,
        offset: int,
    ) -> tuple[list[Posted], int]:
        """Articles that match, the most fitting first and the newest among equals; how many in all.

        Args:
            matching: the full-text expression of what is looked for.
            in_title, prominent: those of the first and the second class among that.
        """
        found = await self._database.fetch_all(
            _SEARCH,
            {
                "guild": guild_id,
                "channels": json.dumps(list(channels)),
                "expression": matching,
                "in_title": in_title,
                "prominent": prominent,
                "limit": limit,
                "offset": offset,
            },
        )
        if not found:
            return [], 0
        marked = await self._marked(matching, [row["id"] for row in found])
        posted = [_posted(row, *marked.get(row["id"], (row["title"], ""))) for row in found]
        return posted, int(found[0]["total"])

    async def _marked(self, expression: str, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
        """Titles and excerpts with the hits marked; it is slow, so for those shown alone."""
        found = await self._database.fetch_all(_MARKED, (expression, json.dumps(ids)))
        return {
            row["rowid"]: (row["title"], row["excerpt"] if HIT in row["excerpt"] else "")
            for row in found
        }

    async def occurs(self, guild_id: int, channels: Collection[int], expression: str) -> bool:
        """Whether anything matches."""
        found = await self._database.fetch_one(
            f"SELECT 1 {_MATCHING} LIMIT 1",
            {
                "guild": guild_id,
                "channels": json.dumps(list(channels)),
                "expression": expression,
            },
        )
        return found is not None

    async def weekly(
        self, feed_ids: Collection[int], weeks: int, now: datetime
    ) -> dict[int, list[int]]:
        """How many articles of each feed appeared in each of the last weeks, oldest week first.

        Weeks end now; a feed without articles in all of them is left out.
        """
        found = await self._database.fetch_all(
            f"SELECT a.feed_id, (:now - {_WHEN}) / {WEEK_S} AS ago, count(*) AS number"  # noqa: S608
            " FROM article a WHERE a.feed_id IN (SELECT value FROM json_each(:feeds))"
            # An article cannot have appeared after it was seen, and by that it is indexed.
            f" AND a.seen_at > :now - {WEEK_S} * :weeks AND {_WHEN} > :now - {WEEK_S} * :weeks"
            " GROUP BY a.feed_id, ago",
            {"now": unix(now), "feeds": json.dumps(list(feed_ids)), "weeks": weeks},
        )
        counts: dict[int, Counter[int]] = {}
        for row in found:
            counts.setdefault(row["feed_id"], Counter())[max(row["ago"], 0)] += row["number"]
        return {
            feed_id: [each[ago] for ago in reversed(range(weeks))]
            for feed_id, each in counts.items()
        }


def _wanted(row: Row) -> bool:
    """Whether an article that was there before its feed was added would have been posted."""
    filters = stored_filter(row["include"], row["exclude"])
    return filters.passes(row["title"], row["text"], row["categories"].split("\n"))


def _posted(row: Row, title: str | None = None, excerpt: str = "") -> Posted:
    return Posted(
        id=row["id"],
        title=row["title"] if title is None else title,
        excerpt=excerpt,
        link=row["link"],
        feed_title=row["feed_title"],
        when=from_unix(row["moment"]),
        channel_id=row["channel_id"],
        message_id=row["message_id"],
    )
