"""What a look into the archive gives."""

from dataclasses import dataclass
from datetime import datetime

# Stand around a hit until it is shown. Of the characters that nobody may assign a meaning to.
HIT, END = "\ue000", "\ue001"


@dataclass(frozen=True, slots=True)
class Posted:
    """An article as it stands in a list.

    Attributes:
        title: one line of plain text; hits stand between HIT and END.
        excerpt: a line of its text with the hits in it, marked likewise; "" without any.
        when: when it appeared, or was first seen if its feed does not say or is ahead of time.
        channel_id: a channel in which it was posted.
        message_id: its message there, which in a forum is the post; 0 if there is none.
    """

    id: int
    title: str
    excerpt: str
    link: str
    feed_title: str
    when: datetime
    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the articles that were found.

    Attributes:
        number: which page this is, from 0; the last one if a later one was asked for.
        pages: how many there are, at least 1.
        total: how many articles there are on all of them.
    """

    articles: tuple[Posted, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class NamedFeed:
    """A feed that somebody may choose."""

    id: int
    title: str
    url: str
