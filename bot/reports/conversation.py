"""What a receipt opens: what moderators wrote to the reporter, and what that person chose since."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.reports.messages import RESTORED, MessageKind, kind_of
from bot.reports.sealing import CannotOpen, open_envelope
from bot.reports.stored import StoredMessage

DAMAGED = "(This reply is damaged and cannot be opened.)"
YES, NO = "1", "0"


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
        value: YES or NO, or the code of a use.
        waits: its turn while moderators cannot see it, so that it can be changed; None since.
        set_back: a restore set it back to counting only; the reporter has not chosen since.
    """

    value: str
    waits: int | None
    set_back: bool = False


@dataclass(slots=True)
class Conversation:
    """What is under a report, as its reporter may see it.

    Attributes:
        reporter_key: the receipt's public key.
        told: what moderators wrote, oldest first.
        additions: how many the reporter has made.
        answers: the last to each quotation, by the quotation's id.
        use: the last change of how the report may be used; None while it is as it was sent.
    """

    reporter_key: bytes
    told: tuple[Told, ...] = ()
    additions: int = 0
    answers: dict[str, Choice] = field(default_factory=dict)
    use: Choice | None = None

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
            or (each.kind is MessageKind.QUOTE and each.quote not in used and self._out(each.quote))
        )

    def _out(self, quote: str) -> bool:
        answer = self.answers.get(quote)
        return answer is not None and answer.value == YES and answer.waits is None

    def released(self) -> None:
        """Moderators have been shown everything: it cannot be changed unseen any more."""
        for choice in (*self.answers.values(), *([self.use] if self.use else [])):
            choice.waits = None


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
                choice.value = YES if opened.get("yes") == YES else NO
                found.answers[opened.get("quote", "")] = choice
            case MessageKind.CONSENT:
                choice.value = opened.get("use", "")
                choice.set_back = opened.get("why") == RESTORED
                found.use = choice
            case _:
                text, more = opened.get("text", DAMAGED), opened.get("quote", "")
                told.append(Told(kind, text, more, opened.get("how", "")))
    found.told = tuple(told)
    return found
