"""What may be done with a report now: one pure function of what moderators may see of it.

The reporter chose a use; changes of it, and answers to quotations, count from the notice time at
which moderators are shown them. Where anything of the reporter's cannot be opened, it could be such
a change, and so only counting is left.
"""

from dataclasses import dataclass

from bot.reports.messages import RESTORED, MessageKind
from bot.reports.model import OpenedReport
from bot.reports.questions import USES, label

COUNT, CONFIDENCE, ASK, PUBLIC = "count", "conf", "ask", "pub"
_KNOWN = {option.code for option in USES}

UNREADABLE = (
    "Something of the reporter's is sealed to a key that is not here, and it could be a change of "
    "mind. So this report can only be counted."
)


@dataclass(frozen=True, slots=True)
class Permitted:
    """What a reporter has allowed, as far as moderators may know.

    Attributes:
        use: the code in force; empty where that cannot be told.
        changed: it is not the one that was sent with the report.
        confidence_refused: why the words may not go to an MP, an inspector or a lawyer; or empty.
        public_refused: why no word of it may be quoted publicly; empty where words may, once a
            second moderator agrees.
        ask: before words are quoted publicly, their reporter must approve them; also after a
            restore, with which a refusal may be lost.
    """

    use: str
    changed: bool
    confidence_refused: str
    public_refused: str
    ask: bool

    @property
    def words(self) -> str:
        """The use in force, as the reporter chose it."""
        return label(USES, self.use) if self.use else "Count it only, for now"


def permitted(report: OpenedReport) -> Permitted:
    """What may be done with a report now."""
    use, restored = report.use, False
    for message in report.messages:
        if message.kind is MessageKind.CONSENT:
            use = message.more.get("use", "")
            restored |= message.more.get("why") == RESTORED
    hidden = report.text is None or any(
        message.author == "reporter" and message.text is None for message in report.messages
    )
    if hidden or use not in _KNOWN:
        return Permitted("", use != report.use, UNREADABLE, UNREADABLE, ask=True)
    confidence = public = ""
    if use == COUNT:
        confidence = public = (
            "The reporter allows counting only. Nobody outside the people who read reports may see "
            "the words. You can reply and say what you would like to do with them; the reporter "
            "can change this at `/report check`."
        )
    elif use == ASK:
        confidence = (
            "The reporter wants to approve words before they leave this inbox. Propose them with "
            "Quote: what the reporter approved may be shown to anybody, and before that no word of "
            "it to anybody outside."
        )
    elif use == CONFIDENCE:
        public = (
            "The reporter allows the words in confidence only: to an MP, an inspector or a union "
            "lawyer, and not publicly. You can reply and ask; the reporter can change this at "
            "`/report check`."
        )
    return Permitted(use, use != report.use, confidence, public, ask=restored or use == ASK)
