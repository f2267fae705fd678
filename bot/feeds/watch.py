"""How often a feed publishes, whether it has gone quiet, and whether it is still the same feed.

Pure rules over what is remembered and what has arrived.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from bot.feeds.links import host_of
from bot.feeds.model import Feed, FeedStatus, ParsedFeed, Validators
from bot.text import counted, cut, escape

DATES = 20  # of the newest articles, from which the usual gap is reckoned
ENOUGH_DATES = 5  # so many at once say more than what was reckoned before
QUIET_GAPS = 6  # a feed is quiet after so many of its usual gaps without an article,
QUIET_AT_LEAST = timedelta(days=4)  # and not before: a long weekend is no silence
ABSENT_AFTER = 3  # failures in a row after which a feed "comes back"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a feed publishes.

    Attributes:
        gap_s: the usual time between two articles in seconds, or None while it is not known.
        newest_at: when the newest one appeared or was first seen, or None.
    """

    gap_s: int | None = None
    newest_at: datetime | None = None


def rhythm(before: Rhythm, dates: Iterable[datetime | None], now: datetime) -> Rhythm:
    """The rhythm after some articles have been read.

    Args:
        dates: when those articles appeared; None for one that does not say, which counts as now
            once something is known of the feed. Dates in the future are left out.
    """
    given = list(dates)
    moments = {moment for moment in given if moment is not None and moment <= now}
    # A long list speaks for itself; what was seen before would only blur it.
    alone = before.newest_at is None or len(moments) > ENOUGH_DATES
    if before.newest_at is not None and None in given:
        moments.add(now)
    if before.newest_at is not None and not alone:
        moments.add(before.newest_at)
    ordered = sorted(moments)[-DATES:]
    if not ordered:
        return Rhythm(before.gap_s, now if given else before.newest_at)
    gaps = sorted(int((later - earlier).total_seconds()) for earlier, later in pairwise(ordered))
    gap_s = before.gap_s
    if gaps:
        usual = gaps[len(gaps) // 2]
        # A few new articles alone move what the longer list has shown, and do not replace it.
        blurred = gap_s is not None and not alone and len(gaps) < ENOUGH_DATES
        gap_s = (3 * gap_s + usual) // 4 if blurred and gap_s is not None else usual
    newest_at = ordered[-1] if before.newest_at is None else max(ordered[-1], before.newest_at)
    return Rhythm(gap_s, newest_at)


def describe(feed: Feed, parsed: ParsedFeed, answered_by: str, now: datetime) -> None:
    """Take over what a document says of its feed, who answered, and its rhythm."""
    feed.host = host_of(answered_by)
    feed.title, feed.site = parsed.title, parsed.site
    feed.language = parsed.language or feed.language
    feed.ttl_s = parsed.ttl_s
    known = Rhythm(feed.gap_s, feed.newest_at)
    found = rhythm(known, [entry.published for entry in parsed.entries], now)
    feed.gap_s, feed.newest_at = found.gap_s, found.newest_at


def as_read(
    feed: Feed, parsed: ParsedFeed, validators: Validators, answered_by: str, now: datetime
) -> Feed:
    """A copy of a feed as a document leaves it that somebody has chosen, and that will be recorded.

    A copy: what polls now must not believe that this document has been recorded before it is.
    """
    current = replace(
        feed,
        status=FeedStatus.ACTIVE,
        failures=0,
        failing_since=None,
        problem="",
        told=False,
        checked_at=now,
        ok_at=now,
        validators=validators.hash_alone() if parsed.cut_off else validators,
    )
    describe(current, parsed, answered_by, now)
    current.silent_told = is_quiet(current, now)  # who chooses it sees how old it is
    return current


def quiet_after(feed: Feed) -> datetime | None:
    """The moment from which a feed without a new article counts as quiet; None: never."""
    if feed.gap_s is None or feed.newest_at is None:
        return None
    return feed.newest_at + max(timedelta(seconds=QUIET_GAPS * feed.gap_s), QUIET_AT_LEAST)


def is_quiet(feed: Feed, now: datetime) -> bool:
    """Whether a feed has been silent for several times its usual gap."""
    moment = quiet_after(feed)
    return moment is not None and now > moment


def every(seconds: float) -> str:
    """A gap in words: ``every 3 days``."""
    hours = seconds / 3600
    if hours < 1.5:
        return "every hour or more often"
    if hours < 36:
        return f"about every {counted(round(hours), 'hour')}"
    if hours < 24 * 12:
        return f"about every {counted(round(hours / 24), 'day')}"
    return f"about every {counted(round(hours / 168), 'week')}"


def changes(feed: Feed, parsed: ParsedFeed, answered_by: str) -> list[str]:
    """What is no longer as it was: title, host, language; each as half a sentence.

    Args:
        answered_by: the address that the document came from, after redirects.
    """
    found = []
    if _other_title(feed.title, parsed.title):
        found.append(f"it was called “{_shown(feed.title)}” and now “{_shown(parsed.title)}”")
    # Many feeds are always answered by another host than they are asked at.
    host = host_of(answered_by)
    hosts = _other_host(host_of(feed.site), host_of(parsed.site)) or _other_host(feed.host, host)
    if hosts:
        found.append(f"it came from {_shown(hosts[0])} and now from {_shown(hosts[1])}")
    if _other_language(feed.language, parsed.language):
        found.append(
            f"its language was “{_shown(feed.language)}” and is now “{_shown(parsed.language)}”"
        )
    return found


def suspicion(feed: Feed, changed: list[str]) -> str:
    """Why moderators should look before anything is posted, or "".

    A lapsed domain that somebody else has bought shows itself by a new title, host or language
    after a time of failures; without one, two of them must change at once, since sites do rename
    themselves. Call it before the poll is noted as a success.
    """
    absent = (
        feed.failures >= ABSENT_AFTER
        or feed.told
        or feed.silent_told
        or feed.status is FeedStatus.GONE
    )
    if not changed or not (absent or len(changed) > 1):
        return ""
    return "has come back as something else: " + "; ".join(changed) + "."


def _shown(text: str) -> str:
    return escape(cut(text, 80))


def _other_title(before: str, now: str) -> bool:
    first, second = _letters(before), _letters(now)
    return bool(first and second) and first not in second and second not in first


def _letters(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def _other_host(first: str, second: str) -> tuple[str, str] | None:
    same = first == second or first.endswith(f".{second}") or second.endswith(f".{first}")
    return None if same or not first or not second else (first, second)


def _other_language(before: str, now: str) -> bool:
    first, second = (re.split(r"[-_]", text.strip().lower())[0] for text in (before, now))
    return bool(first and second) and first != second
