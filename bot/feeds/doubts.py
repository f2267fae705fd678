"""New articles that may be none: what moderators are asked about before it is posted.

Pure rules over what a document brought and what was remembered before.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.feeds.identity import ENOUGH_TEXT, Identified, Known
from bot.feeds.model import FLOOD_LIMIT
from bot.text import counted

FEW = 5  # new articles at once that nobody minds
HOURLY_LIMIT = 60  # articles within an hour, of those that come more than a few at once
RENAMED_LIMIT = 3  # so many known ones under new ids are no chance
LONG_AGO = timedelta(days=365)


def flood(count: int, within_hour: int) -> str:
    """Why new articles are too many, continuing the feed's title; or "".

    Args:
        count: how many a document brought.
        within_hour: how many the last hour brought with them, more than a few at a time.
    """
    if count > FLOOD_LIMIT:
        return f"has {counted(count, 'new article')} at once, more than usual."
    if count > FEW and within_hour > HOURLY_LIMIT:
        return f"has {counted(within_hour, 'new article')} within an hour, more than usual."
    return ""


def doubt(identified: Sequence[Identified], remembered: Iterable[Known]) -> str:
    """Why new articles may be old ones, continuing the feed's title; or "".

    Args:
        identified: all entries of a document, the new ones without an article.
        remembered: what they were compared with.
    """
    new = [item for item in identified if item.article_id is None]
    if len(new) < RENAMED_LIMIT:
        return ""
    known = list(remembered)
    gone = {article.article_id for article in known} - {item.article_id for item in identified}
    again = sum(_seems_known(item, known, gone) for item in new)
    if again >= RENAMED_LIMIT:
        return (
            f"has {counted(again, 'article')} that seem to be earlier ones: the site gives "
            "them other ids and has changed them."
        )
    dates = [
        item.entry.published for item in identified if item.article_id and item.entry.published
    ]
    if dates and len(new) > FEW:
        newest = max(dates)
        old = sum(
            1 for item in new if item.entry.published and newest - item.entry.published > LONG_AGO
        )
        if old > FEW:
            return f"shows {counted(old, 'article')} from long ago that it did not show before."
    return ""


def _seems_known(item: Identified, known: Sequence[Known], gone: set[int]) -> bool:
    """Whether an entry has the link or the text of an article that is in the document no more."""
    same_place = [article for article in known if item.place and article.place == item.place]
    # A page with several articles is no sign: they have always shared it.
    if len(same_place) == 1 and same_place[0].article_id in gone:
        return True
    return len(item.entry.title) + len(item.entry.text) >= ENOUGH_TEXT and any(
        article.content == item.content and article.article_id in gone for article in known
    )
