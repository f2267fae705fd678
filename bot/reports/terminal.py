"""What the command line does with sealed reports, away from the bot's machine."""

from collections.abc import Sequence
from pathlib import Path

from bot.errors import DataError
from bot.reports.choices import Keeping
from bot.reports.consent import permitted
from bot.reports.fates import FATES
from bot.reports.keys import write_key
from bot.reports.messages import RESTORED, MessageKind
from bot.reports.model import OpenedMessage, OpenedReport
from bot.reports.options import Option
from bot.reports.privacy import at_check
from bot.reports.questions import CATEGORIES, EMPLOYERS, REGIONS, STATUSES, USES, label
from bot.reports.quotations import Quotation, Standing, quotations
from bot.reports.returning import Checked
from bot.reports.sealing import new_keypair
from bot.text import counted, plain

RULE = "─" * 72
SEALED = "(Sealed to another key: not opened.)"


def write_new_key(path: Path) -> str:
    """Make a key pair, the private key in a new file of its owner's alone; the public key in hex.

    Raises:
        DataError: the file is there already, or cannot be written.
    """
    private, public = new_keypair()
    try:
        write_key(path, private)
    except FileExistsError as error:
        raise DataError(f"{path} is there already, and a key is never overwritten.") from error
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error
    return public.hex()


def replies(checked: Checked, keeping: Keeping) -> str:
    """What a receipt opens, as plain text that cannot steer a terminal; not the report's words.

    Args:
        keeping: how long its server keeps reports.
    """
    kept = at_check(keeping).replace("**", "")
    parts = [f"The report was kept. Status: {checked.status}. {kept}"]
    for told in checked.conversation.told:
        parts += [RULE, told.text]
    if not checked.conversation.told:
        parts.append("Nothing was replied.")
    return plain("\n".join(parts))


def shown(report: OpenedReport, groups: Sequence[Option] = CATEGORIES, waiting: int = 0) -> str:
    """A report with its conversation, as plain text that cannot steer a terminal.

    Args:
        groups: the server's, in its words.
        waiting: how many of the last messages are to be brought back still.
    """
    status = label(STATUSES, report.status)
    head = [f"Report {report.name}   week {report.week}   {status}"]
    if report.text is not None:
        head += [
            "; ".join(
                (
                    label(groups, report.category),
                    label(EMPLOYERS, report.employer),
                    label(REGIONS, report.region),
                )
            ),
            f"May be used: {permitted(report).words}",
            *(f"{name}: {value}" for name, value in report.around.described()),
            *(["Urgent: its reporter had moderators told at once"] if report.urgent else []),
            *([f"Matter: {report.matter[:8]}"] if report.matter else []),
            *(["Moderators have taken more out of its text"] if report.redacted else []),
        ]
    parts = [RULE, *head, "", _words(report.text)]
    first_waiting = len(report.messages) - waiting
    for number, message in enumerate(report.messages):
        when = "not brought back yet" if number >= first_waiting else f"week {message.week}"
        parts += ["", f"[{told(message)}, {when}]"]
        if message.text != "":
            parts.append(_words(message.text))
    for number, known in enumerate(quotations(report), 1):
        parts += ["", f"[quotation {number}: {standing(known)}]", known.words]
    return plain("\n".join(parts))


def standing(known: Quotation) -> str:
    """How far a quotation has come, in words."""
    if known.standing in (Standing.DECLINED, Standing.STOPPED):
        return f"must not be used. {known.reason}"
    words = {
        Standing.SECOND: "a second moderator has to agree",
        Standing.UNASKED: "agreed; its reporter is still to be asked",
        Standing.REPORTER: "its reporter was asked and has not answered as of the last notice",
        Standing.FREE: "free to be used publicly, as of the last notice",
    }[known.standing]
    return f"{words}; taken" if known.taken else words


def told(message: OpenedMessage) -> str:
    """What a message is, in a few words and without those of the message itself."""
    match message.kind:
        case MessageKind.ADDITION:
            return "added by the reporter"
        case MessageKind.CONSENT:
            return _new_use(message)
        case MessageKind.ANSWER:
            return f"the reporter says {'yes' if message.more.get('yes') == '1' else 'no'}"
        case MessageKind.REPLY:
            return f"reply, {_fetched(message)}"
        case MessageKind.QUOTE:
            return f"the reporter was asked about these words, {_fetched(message)}"
        case MessageKind.USED:
            fate = label(FATES, message.more.get("how", ""))
            return f"what became of it: {fate}, {_fetched(message)}"
        case MessageKind.NOTE:
            return _by("note for moderators", message)
        case MessageKind.LABEL:
            return _by("label" if message.text else "label taken off", message)
        case MessageKind.HANDED:
            to = message.more.get("to", "")
            # A number is a Discord account, from when reports were read there.
            return _by(
                f"handed to {to}" if not to.isdigit() else "handed to another moderator", message
            )
        case MessageKind.PROPOSED:
            return "words proposed to quote"
        case MessageKind.AGREED:
            return "a second moderator agreed"


def _by(what: str, message: OpenedMessage) -> str:
    return f"{what}, by {name}" if (name := message.more.get("name")) else what


def _new_use(message: OpenedMessage) -> str:
    use = label(USES, message.more.get("use", ""))
    if message.more.get("why") == RESTORED:
        return f"{use}, until the reporter chooses again: restored from a backup"
    return f"the reporter's new choice: {use}"


def _fetched(message: OpenedMessage) -> str:
    return "fetched" if message.collected else "not fetched as of the last notice"


def label_of(report: OpenedReport) -> str:
    """What moderators have labelled a report with last; empty without one."""
    labels = [each.text for each in report.messages if each.kind is MessageKind.LABEL]
    return (labels[-1] or "") if labels else ""


def handed_to(report: OpenedReport) -> str:
    """The name of the moderator whom a report was handed to last; empty for nobody."""
    names = [each.more.get("to", "") for each in report.messages if each.kind is MessageKind.HANDED]
    return names[-1] if names and not names[-1].isdigit() else ""


def summary(reports: Sequence[OpenedReport]) -> str:
    """How many reports there are, and how much of them the keys did not open."""
    closed = sum(report.text is None for report in reports)
    messages = sum(message.text is None for report in reports for message in report.messages)
    text = f"{counted(len(reports), 'report')}."
    if closed or messages:
        text += (
            f" Sealed to another key, and not opened: {counted(closed, 'report')} and "
            f"{counted(messages, 'message')} under reports. If you have an older or a newer key, "
            "give it as well."
        )
    return text


def _words(text: str | None) -> str:
    return SEALED if text is None else text
