"""What a receipt opens: what moderators wrote to the reporter, and what that person chose since."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.reports.messages import RESTORED, MessageKind, changes_before, kind_of
from bot.reports.sealing import CannotOpen, open_envelope
from bot.reports.stored import StoredMessage

DAMAGED = "(This reply is damaged and cannot be opened.)"
# Answers to a quotation; OPEN where one was given and is in force no more.
YES, NO, OPEN = "1", "0", ""


@dataclass(frozen=True, slots=True)
class Told:
    """One message of moderators to the reporter.

    Attributes:
        kind: REPLY, QUOTE or USED.
        quote: the id of the quotation that it asks about or was used; else empty.
        how: of USED, the code of what became of the report; else empty.
    """

    kind: MessageKind
    text: str
    quote: str = ""
    how: str = ""


@dataclass(slots=True)
class Choice:
    """What the reporter chose last: an answer to a quotation, or a use.

    Attributes:
        value: YES, NO or OPEN, or the code of a use.
        waits: its turn while moderators cannot see it, so that it can be changed; None since.
        after: of an answer, how many changes of use came before it.
        set_back: a restore set it back to counting only; the reporter has not chosen since.
        restored: of a use, whether a restore ever set it back: then all words are asked about.
        earlier: of an answer that waits, the one that moderators have seen.
    """

    value: str
    waits: int | None
    after: int = 0
    set_back: bool = False
    restored: bool = False
    earlier: "Choice | None" = None


@dataclass(slots=True)
class Conversation:
    """What is under a report, as its reporter may see it.

    Attributes:
        reporter_key: the receipt's public key.
        told: what moderators wrote, oldest first.
        additions: how many the reporter has made.
        answers: the last to each quotation, by the quotation's id.
        use: the last change of how the report may be used; None while it is as it was sent.
        changes: how many changes of use there are.
        approved: quotations that moderators could use for a while, whatever became of that.
    """

    reporter_key: bytes
    told: tuple[Told, ...] = ()
    additions: int = 0
    answers: dict[str, Choice] = field(default_factory=dict)
    use: Choice | None = None
    changes: int = 0
    approved: set[str] = field(default_factory=set)

    @property
    def quotations(self) -> set[str]:
        """The ids of those that the reporter was asked about."""
        return {each.quote for each in self.told if each.kind is MessageKind.QUOTE}

    @property
    def went_out(self) -> tuple[Told, ...]:
        """What moderators told of its use, and words that they may use since they were approved."""
        used = {each.quote for each in self.told if each.kind is MessageKind.USED}
        return tuple(
            each
            for each in self.told
            if each.kind is MessageKind.USED
            or (
                each.kind is MessageKind.QUOTE
                and each.quote not in used
                and each.quote in self.approved
            )
        )

    def answer_to(self, quote: str) -> str:
        """The answer in force: YES, NO or OPEN. With a change of use approvals end."""
        answer = self.answers.get(quote)
        if answer is None or (answer.value == YES and answer.after != self.changes):
            return OPEN
        return answer.value

    def answered(self, quote: str, choice: Choice) -> None:
        """Note an answer, which takes the place of one that waits."""
        before = self.answers.get(quote)
        if choice.waits is not None and before is not None:
            choice.earlier = before if before.waits is None else before.earlier
        self.answers[quote] = choice

    @property
    def unseen_approvals(self) -> dict[str, int]:
        """The turns of approvals that moderators cannot see yet, by the quotation's id."""
        return {
            quote: answer.waits
            for quote, answer in self.answers.items()
            if answer.value == YES and answer.waits is not None
        }

    def forget_unseen(self, quote: str) -> None:
        """An answer that waited is deleted: what was said before it is the last again."""
        earlier = self.answers.pop(quote).earlier
        if earlier is not None:
            self.answers[quote] = earlier

    def released(self) -> None:
        """Moderators have been shown everything: it cannot be changed unseen any more."""
        self.approved |= {quote for quote in self.answers if self.answer_to(quote) == YES}
        for choice in (*self.answers.values(), *([self.use] if self.use else [])):
            choice.waits = choice.earlier = None


def read(messages: Sequence[StoredMessage], reporter_key: bytes, private: bytes) -> Conversation:
    """Open what is sealed to a receipt.

    Args:
        reporter_key, private: the receipt's two keys.
    """
    found = Conversation(reporter_key)
    told: list[Told] = []
    # What waits has turns below 0, the latest the lowest, and comes after all that was shown.
    for message in sorted(messages, key=lambda each: (each.turn < 0, abs(each.turn))):
        if message.author == "note":
            continue
        try:
            opened = open_envelope(message.sealed, [private])
        except CannotOpen:
            opened = {}
        kind = kind_of(message.author, opened)
        choice = Choice("", message.turn if message.week is None else None)
        match kind:
            case MessageKind.ADDITION:  # sealed to moderators only
                found.additions += 1
            case MessageKind.ANSWER:
                quote, value = opened.get("quote", ""), opened.get("yes", NO)
                choice.value = value if value in (YES, OPEN) else NO
                choice.after = changes_before(opened, found.changes)
                found.answered(quote, choice)
                if choice.value == YES and choice.waits is None:
                    found.approved.add(quote)
            case MessageKind.CONSENT:
                choice.value = opened.get("use", "")
                choice.set_back = opened.get("why") == RESTORED
                before = found.use is not None and found.use.restored
                choice.restored = choice.set_back or before
                found.use, found.changes = choice, found.changes + 1
            case _:
                text, more = opened.get("text", DAMAGED), opened.get("quote", "")
                told.append(Told(kind, text, more, opened.get("how", "")))
    found.told = tuple(told)
    return found
