"""What can go wrong with a feed, named in words that a moderator understands."""

from enum import StrEnum

from bot.errors import InvalidInput


class ProblemKind(StrEnum):
    """The kinds of failure that are told apart."""

    ADDRESS = "address"
    PRIVATE = "private"
    DNS = "dns"
    TLS = "tls"
    CONNECT = "connect"
    TIMEOUT = "timeout"
    TRUNCATED = "truncated"
    ENCODING = "encoding"
    TOO_LARGE = "too-large"
    REDIRECTS = "redirects"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    GONE = "gone"
    BUSY = "busy"
    SERVER = "server"
    STATUS = "status"
    NOT_A_FEED = "not-a-feed"
    UNREADABLE = "unreadable"


class FeedProblem(Exception):
    """A feed could not be fetched or read; ``str(problem)`` is a sentence for a moderator.

    Attributes:
        kind: what went wrong.
        retry_after_s: how long the server asked to be left alone, or None.
    """

    def __init__(self, kind: ProblemKind, text: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(text)
        self.kind = kind
        self.retry_after_s = retry_after_s


class AlreadyAdded(InvalidInput):
    """The channel has this feed; nothing was changed."""
