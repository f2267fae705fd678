"""What is written under a report, by its reporter and by moderators; what kind it is is sealed too.

Everything that happens to a report after it was sent is a message: an addition or a reply, and
also a change of consent, a quotation to approve, what the report was used for, a note. So all of it
is sealed, padded, shown at notice times and deleted in one way.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

Author = Literal["reporter", "moderator", "note"]
"""Who wrote it and for whom: a ``note`` is of moderators for moderators."""


RESTORED = "restored"


class MessageKind(StrEnum):
    """What a message is.

    Members:
        ADDITION: more words of the reporter.
        CONSENT: ``use`` is the code of a use (questions.USES) that replaces the earlier one;
            ``why`` is RESTORED where a restore set it back, since a later choice may be lost.
        ANSWER: of the reporter to a quotation: ``quote`` is its id, ``yes`` "1" or "0", or empty
            for one that was taken back; ``after``: how many changes of use came before it.
        REPLY: words to the reporter.
        QUOTE: words that moderators would like to use publicly: ``quote`` is an id.
        USED: what became of the report, told to the reporter.
        NOTE, LABEL, HANDED: among moderators: a note, a label (the last one counts), and to whom
            it was handed (``to``, a moderator's id).
        PROPOSED, AGREED: among moderators: words to quote, and that a second moderator agrees:
            ``quote`` is the quotation's id. Who wrote a note is in ``by``, a moderator's id.
    """

    ADDITION = "addition"
    CONSENT = "consent"
    ANSWER = "answer"
    REPLY = "reply"
    QUOTE = "quote"
    USED = "used"
    NOTE = "note"
    LABEL = "label"
    HANDED = "handed"
    PROPOSED = "proposed"
    AGREED = "agreed"


AUTHORS: Mapping[MessageKind, Author] = {
    MessageKind.ADDITION: "reporter",
    MessageKind.CONSENT: "reporter",
    MessageKind.ANSWER: "reporter",
    MessageKind.REPLY: "moderator",
    MessageKind.QUOTE: "moderator",
    MessageKind.USED: "moderator",
    MessageKind.NOTE: "note",
    MessageKind.LABEL: "note",
    MessageKind.HANDED: "note",
    MessageKind.PROPOSED: "note",
    MessageKind.AGREED: "note",
}
_PLAIN: Mapping[Author, MessageKind] = {
    "reporter": MessageKind.ADDITION,
    "moderator": MessageKind.REPLY,
    "note": MessageKind.NOTE,
}


def payload(kind: MessageKind, text: str = "", **more: str) -> dict[str, str]:
    """What is sealed of a message."""
    return {"v": "1", "kind": kind.value, "text": text, **more}


def kind_of(author: Author, opened: Mapping[str, str]) -> MessageKind:
    """What an opened message is; an addition or a reply where its kind is unknown or unsaid."""
    try:
        kind = MessageKind(opened.get("kind", ""))
    except ValueError:
        return _PLAIN[author]
    # Only who may write such a message makes it one.
    return kind if AUTHORS[kind] == author else _PLAIN[author]


def changes_before(answer: Mapping[str, str], so_far: int) -> int:
    """How many changes of use came before an answer; ``so_far`` where it does not say."""
    after = answer.get("after", "")
    return int(after) if after.isdecimal() else so_far
