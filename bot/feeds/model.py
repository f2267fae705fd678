"""What the parts of the feed job hand each other. Times are aware UTC unless named ``_s``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

SUMMARY_LIMIT = 420  # UTF-16 units; what reads well in a chat, far below Discord's 4,096
TITLE_LIMIT = 256  # Discord: embed title
TEXT_LIMIT = 2_000  # plain text kept of an article for filters and search
FLOOD_LIMIT = 20  # more new articles than this in one poll are put to the moderators first
UNDO_DAYS = 7  # for so long the removal of a subscription can be taken back

# Sentences of the notice about held articles; after a restored backup nobody knows at first.
NONE_POSTED = "I have posted none of it yet."
MAYBE_POSTED = (
    "A backup was restored, so some may have been posted already; I look for those before I post "
    "anything, and post none of them again."
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One article as a feed gives it, cleaned.

    Attributes:
        guid: the feed's own id for it, or "".
        link: absolute http(s) address to show; never empty.
        own_link: whether ``link`` is the article's own, not the site's standing in for it.
        title: one line of plain text within TITLE_LIMIT; never empty.
        summary: Discord Markdown within SUMMARY_LIMIT, or "".
        text: plain text within TEXT_LIMIT, or "".
        picture: absolute http(s) address, or "".
        author: plain text, or "".
        categories: plain text each.
        published: when the feed says it appeared; None when it does not say.
        fragment: hash of the bytes it was read from, or "" where they could not be told apart.
    """

    guid: str
    link: str
    own_link: bool
    title: str
    summary: str = ""
    text: str = ""
    picture: str = ""
    author: str = ""
    categories: tuple[str, ...] = ()
    published: datetime | None = None
    fragment: str = ""

    def to_json(self) -> dict[str, Any]:
        """The form in which it leaves the parse worker."""
        return {
            "guid": self.guid,
            "link": self.link,
            "own_link": self.own_link,
            "title": self.title,
            "summary": self.summary,
            "text": self.text,
            "picture": self.picture,
            "author": self.author,
            "categories": list(self.categories),
            "published": self.published.isoformat() if self.published else None,
            "fragment": self.fragment,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Entry":
        """Undo ``to_json``."""
        moment = data["published"]
        return cls(
            **{
                **data,
                "categories": tuple(data["categories"]),
                "published": datetime.fromisoformat(moment) if moment else None,
            }
        )


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed document, cleaned; entries in the document's order.

    Attributes:
        title: plain text; the host's name when the feed gives none.
        site: absolute http(s) address of the site; the feed's own when it gives none.
        ttl_s: how long the feed asks to be left alone, in seconds, or None.
        cut_off: the document ends before it should; its last entry has been left out.
        context: what the fragments were read in; they mean the same in an equal one only.
        unchanged: fragments of the document that were known already, so that ``entries`` is
            without what they stand for; ``unchanged_at`` says for each where it stands, counted
            in the whole document from 0.
        reckoned: of entries that were put back, what identifies them, by their fragments; see
            ``identity.aspects``.
        oddities: what is wrong with the feed, though it could be read; sentences for a moderator.
    """

    title: str
    site: str
    language: str = ""
    ttl_s: int | None = None
    cut_off: bool = False
    entries: tuple[Entry, ...] = ()
    context: str = ""
    unchanged: tuple[str, ...] = ()
    unchanged_at: tuple[int, ...] = ()
    reckoned: Mapping[str, tuple[str, str, str]] = field(default_factory=dict, compare=False)
    oddities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave us to ask "has it changed?" with, and the body's hash."""

    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""

    def hash_alone(self) -> "Validators":
        """For a document that broke off: asked for in full each time, read when it differs."""
        return Validators(body_hash=self.body_hash)


class FeedStatus(StrEnum):
    """Whether a feed is polled."""

    ACTIVE = "active"
    GONE = "gone"  # the site said 410


@dataclass(slots=True)
class Feed:
    """One feed address and how polling it goes; kept in memory, written when something changed.

    Attributes:
        interval_s: seconds until the next poll as last reckoned.
        moved_to, moved_count: where permanent redirects lead and how often in a row.
        failures: failed polls in a row; ``problem`` is the last one in words.
        reconcile: a backup was restored and this feed has not been polled since.
        host: which answered last, after redirects; "" while nobody knows.
        gap_s: the usual time between two articles in seconds, or None while it is not known.
        newest_at: when its newest article appeared or was first seen.
        silent_told: the moderators know that it has gone quiet.
    """

    id: int
    url: str
    title: str
    site: str
    validators: Validators = field(default_factory=Validators)
    status: FeedStatus = FeedStatus.ACTIVE
    interval_s: float = 0.0
    checked_at: datetime | None = None
    ok_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    problem: str = ""
    told: bool = False
    moved_to: str = ""
    moved_count: int = 0
    ttl_s: int | None = None
    reconcile: bool = False
    language: str = ""
    host: str = ""
    gap_s: int | None = None
    newest_at: datetime | None = None
    silent_told: bool = False

    def become(self, other: "Feed") -> None:
        """Take over everything of another value of the same feed."""
        for each in fields(self):
            setattr(self, each.name, getattr(other, each.name))


@dataclass(frozen=True, slots=True)
class Article:
    """A remembered article."""

    id: int
    feed_id: int
    key: str
    link: str
    title: str
    summary: str
    picture: str
    author: str
    published: datetime | None
    seen: datetime


class Style(StrEnum):
    """How a subscription's articles are posted; in a forum each is a post, whatever the style."""

    EMBED = "embed"
    THREAD = "thread"  # an embed with a thread to discuss it in
    FORUM = "forum"  # a post in a forum channel
    DAILY = "digest-daily"
    WEEKLY = "digest-weekly"

    @property
    def is_digest(self) -> bool:
        """Whether articles wait for an hour at which they are posted together."""
        return self in (Style.DAILY, Style.WEEKLY)


@dataclass(frozen=True, slots=True)
class Options:
    """What a moderator chooses for a subscription.

    Attributes:
        role_id: the role that each article mentions, or None.
        role_by: the moderator who chose it.
        include, exclude: filters as typed, see ``bot.feeds.terms``; "" for none.
    """

    style: Style = Style.EMBED
    role_id: int | None = None
    role_by: int | None = None
    include: str = ""
    exclude: str = ""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One feed in one channel.

    Attributes:
        token: random and secret to this subscription; marks are derived from it.
        paused: why nothing is posted, in words for a moderator; "" while it is.
        since_id: the newest message of the channel known when it was added; 0 if none.
    """

    id: int
    guild_id: int
    channel_id: int
    feed_id: int
    token: str
    paused: str
    since_id: int
    url: str
    title: str
    site: str
    options: Options = Options()


class HoldKind(StrEnum):
    """Why articles wait for the moderators' word."""

    FLOOD = "flood"  # so many at once
    CHANGED = "changed"  # the feed came back as another: title, host or language


# Raises a UserError unless whoever asks may have something posted in the channel given.
Require = Callable[[int], None]


def anywhere(_: int) -> None:
    """Requires nothing."""


class DeliveryState(StrEnum):
    """How far a delivery is."""

    PENDING = "pending"  # nothing has been sent
    SENDING = "sending"  # an attempt began; its outcome is not known until we look
    UNSURE = "unsure"  # a restored backup may have forgotten that it was sent
    HELD = "held"  # waits for the moderators' word
    SENT = "sent"
    FAILED = "failed"  # Discord refused this article for good
    SKIPPED = "skipped"  # the moderators did not want it


class Fate(StrEnum):
    """What becomes of a new article in one channel."""

    COMING = "coming"  # it is posted, or on its way
    DIGEST = "digest"  # waits for the next digest
    PAUSED = "paused"  # waits until the subscription is resumed
    HELD = "held"  # waits for the moderators' word
    FILTERED = "filtered"  # the subscription's filter does not let it through
    REFUSED = "refused"  # Discord does not take it
    SKIPPED = "skipped"  # the moderators did not want it


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of some new articles in one channel.

    Attributes:
        style: of the subscription.
        counts: how many articles have each fate; a fate that none has is left out.
    """

    channel_id: int
    style: Style
    counts: Mapping[Fate, int]


@dataclass(frozen=True, slots=True)
class Polled:
    """What came of one poll.

    Attributes:
        articles: ids of the new articles.
        problem: what went wrong, in words, or "".
    """

    articles: tuple[int, ...] = ()
    problem: str = ""

    @property
    def new(self) -> int:
        """How many articles were new."""
        return len(self.articles)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One article, or a digest of several, on its way to one subscription's channel.

    Attributes:
        after_id: the channel's newest message known before the attempt; look after it.
        subscription: with the channel of the attempt, if one was made, else its own.
        moved: the subscription has moved to another channel since the attempt.
        message_id: the message that it became, or None.
        bundle_id: the first delivery of the digest that it belongs to, or None.
        bundle: every article of the digest, oldest first, where this is its first delivery and
            the articles have been read with it; else empty.
        digest_at: the hour for which the digest was made, where it is known.
        part, parts: which of that hour's messages it is, from 1, and how many there are.
        thread_due: a thread is still to be started from its message.
    """

    id: int
    state: DeliveryState
    after_id: int
    attempts: int
    article: Article
    subscription: Subscription
    moved: bool = False
    message_id: int | None = None
    bundle_id: int | None = None
    bundle: tuple[Article, ...] = ()
    digest_at: datetime | None = None
    part: int = 1
    parts: int = 1
    thread_due: bool = False


class NoticeKind(StrEnum):
    """What a notice to moderators is about; decides its buttons."""

    PAUSED = "paused"  # subject: subscription id
    FLOOD = "flood"  # subject: hold id
    FAILING = "failing"  # subject: feed id
    GONE = "gone"  # subject: feed id
    REJECTED = "rejected"  # subject: delivery id
    STUCK = "stuck"  # subject: channel id
    SILENT = "silent"  # subject: feed id
    CHANGED = "changed"  # subject: hold id
    BACK = "back"  # subject: feed id
    IMPORTED = "imported"  # subject: import id


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the moderators of one server are told once, in the notice channel."""

    id: int
    guild_id: int
    kind: NoticeKind
    subject_id: int
    text: str
