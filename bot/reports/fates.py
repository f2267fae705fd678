"""What became of a report: what can be told of it, and what its reporter does not allow."""

from collections.abc import Sequence

from bot.reports.consent import ASK, Permitted, permitted
from bot.reports.model import OpenedReport
from bot.reports.options import Option
from bot.reports.quotations import Quotation, Standing, quotations

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
NOT_COPIED = (
    "Words of it may be used, and were not copied yet: copy them with Quote first, so that the "
    "reporter is told which."
)
NO_MORE = (
    "The words that were taken may not be used any more, or not before the reporter has approved "
    "them; Quotations under the report says why."
)


def not_allowed(report: OpenedReport, fate: str) -> str:
    """Why that may not be done with a report, as its reporter chose; empty where it may.

    Args:
        fate: a code of FATES.
    """
    allowed = permitted(report)
    match fate:
        case "pub":
            return allowed.public_refused or _not_quoted(quotations(report))
        case "conf":
            return "" if _approved(report, allowed) else allowed.confidence_refused
        case "raise" if not allowed.use:  # it cannot be told
            return allowed.public_refused
        case "raise" if allowed.public_refused or (
            allowed.use == ASK and not _approved(report, allowed)
        ):
            return NOT_RAISED
    return ""


def _approved(report: OpenedReport, allowed: Permitted) -> bool:
    """Whether its reporter, who wants to be asked, approves words of it now.

    What a reporter approved for everybody to read may be read by anybody. That words were taken
    tells nothing of it: it stays so when an approval has ended, or where none was asked for.
    """
    return allowed.use == ASK and any(each.standing is Standing.FREE for each in quotations(report))


def _not_quoted(known: Sequence[Quotation]) -> str:
    free = [each for each in known if each.standing is Standing.FREE]
    if any(each.taken for each in free):
        return ""
    if free:
        return NOT_COPIED
    return NO_MORE if any(each.taken for each in known) else NONE_TAKEN
