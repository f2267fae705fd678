"""What became of a report: what can be told of it, and what its reporter does not allow."""

from bot.reports.consent import ASK, permitted
from bot.reports.model import OpenedReport
from bot.reports.options import Option
from bot.reports.quotations import quotations

FATES = (
    Option("count", "Counted", "in figures or a bulletin, without its words"),
    Option("raise", "Raised without its words", "with the employer, if its words may be public"),
    Option("conf", "Passed on in confidence", "to an MP, an inspector or a union lawyer"),
    Option("pub", "Quoted publicly", "only words that were approved with Quote"),
    Option("other", "Something else"),
)
CODES = frozenset(option.code for option in FATES)

NOT_RAISED = (
    "The reporter does not allow that the employer hears of it, which even without its words can "
    "tell who wrote it. You can reply and ask; the reporter can change this at `/report check`, by "
    "allowing public use or by approving words."
)
NONE_TAKEN = "No words of it were approved and taken with Quote."


def not_allowed(report: OpenedReport, fate: str) -> str:
    """Why that may not be done with a report, as its reporter chose; empty where it may.

    Args:
        fate: a code of FATES.
    """
    allowed = permitted(report)
    # What a reporter approved for everybody to read may be read by anybody.
    taken = any(each.taken for each in quotations(report))
    approved = taken and not allowed.public_refused
    match fate:
        case "pub":
            return allowed.public_refused or ("" if taken else NONE_TAKEN)
        case "conf":
            return "" if approved else allowed.confidence_refused
        case "raise" if not allowed.use:  # it cannot be told
            return allowed.public_refused
        case "raise" if allowed.public_refused or (allowed.use == ASK and not approved):
            return NOT_RAISED
    return ""
